"""A browser for the tests of a module, sites to open in it, and people who read them.

Without a Chromium these tests skip, except where `CI` says that there is one.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from browsing import Reader, Site, Sites
from builders import a_marts
from playwright.sync_api import Browser, Page, expect, sync_playwright
from talk_builders import talking_marts

from pipeline.outputs.dashboard.site import PAGE, write_site

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 40_000
"""What is waited for comes or does not; when it comes says only what else the machine has to do."""
RUNS = [{"night": "2026-11-21", "state": "done", "sentence": "Everything was <b>published</b>."}]

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def installed() -> str:
    """The Chromium of this machine."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail("CI promises a Chromium, and there is none")
        pytest.skip("no Chromium here: install the package `chromium` to run the browser tests")
    return CHROMIUM


@pytest.fixture(scope="module")
def chromium(installed: str) -> Iterator[Browser]:
    """One browser for all tests of a module: while it is open, its event loop holds the thread, and nobody else may run one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Sites:
    """Sites by number of members, each published once a session; with Discord where `talk` says so."""
    made: dict[tuple[int, bool, bool], Site] = {}

    def site(members: int, *, hostile: bool = False, talk: bool = False) -> Site:
        asked = (members, hostile, talk)
        if asked not in made:
            folder = tmp_path_factory.mktemp("published")
            single = folder / "clan_dashboard_single.html"
            marts = (talking_marts if talk else a_marts)(members, hostile_names=hostile)
            write_site(marts, folder / "site", single, RUNS)
            made[asked] = Site(folder / "site" / PAGE, single)
        return made[asked]

    return site


@pytest.fixture(scope="module")
def desk(chromium: Browser) -> Page:
    """A window of a desk. To open one takes as long as to draw the page in it, so that the tests of a module share it."""
    return _window(chromium, viewport={"width": 1440, "height": 900}, color_scheme="light")


@pytest.fixture(scope="module")
def phone(chromium: Browser) -> Page:
    """A phone at night."""
    return _window(chromium, viewport={"width": 390, "height": 844}, color_scheme="dark", has_touch=True)


def _window(chromium: Browser, **profile: Any) -> Page:
    context = chromium.new_context(**profile)
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()


@pytest.fixture
def reader(desk: Page) -> Iterator[Reader]:
    """A person who ends the test without a complaint."""
    with _reading(desk) as person:
        yield person
    assert person.complaints == []


@pytest.fixture
def on_a_phone(phone: Page) -> Iterator[Reader]:
    """The same person with a phone."""
    with _reading(phone) as person:
        yield person
    assert person.complaints == []


@contextmanager
def _reading(page: Page) -> Iterator[Reader]:
    """Somebody new at *page*, of whom it remembers nothing afterwards."""
    person, size = Reader(page), page.viewport_size
    assert size
    yield person
    if page.url.startswith("file:"):
        page.evaluate("localStorage.clear(), sessionStorage.clear()")
    page.goto("about:blank")
    page.emulate_media(media="null")
    page.set_viewport_size(size)
    person.leave()
