"""Pictures of the published dashboard as a Chromium shows it: every page on a desk and on a phone, by day and by night.

Which pages there are is read from the page itself, so that a new one is pictured without a word here. Nothing else in the house
drives a browser, and none is part of an installation: Playwright is imported when somebody wants pictures.
"""

import shutil
from collections import Counter as Tally
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from pipeline.errors import ConfigError, PublishError
from pipeline.outputs.dashboard.emblem_sheet import emblem_sheet
from pipeline.outputs.dashboard.house import house
from pipeline.outputs.dashboard.site import PAGE
from pipeline.progress import Counter

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
"""What a Chromium may be called on a PATH."""

SHEET: Final = "emblems.png"

TURNED: Final = """place => new Promise(done => {
  if (location.hash === '#' + place) return done();
  addEventListener('hashchange', () => done(), { once: true });
  location.hash = place;
})"""
"""The page's own listener is older, so that it has shown *place* by then."""

SETTLED: Final = """() => new Promise(done => {
  const began = performance.now();
  let changed = began;
  const watcher = new MutationObserver(() => { changed = performance.now(); });
  watcher.observe(document, { subtree: true, childList: true, attributes: true });
  const isSeen = box => box.clientWidth && box.getBoundingClientRect().top < innerHeight;
  const missing = () => [...document.querySelectorAll('.chart:not(.is-drawn)')].some(isSeen);
  const clock = setInterval(() => {
    const now = performance.now();
    if (now - began < 3000 && (now - changed < 150 || missing())) return;
    clearInterval(clock);
    watcher.disconnect();
    done();
  }, 25);
})"""
"""Nothing moves any more and every chart in view is there. One that does not come within three seconds is pictured as it is, missing."""


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody's window and theme."""

    width: int
    height: int
    theme: Literal["light", "dark"]


DESK: Final = Look(1440, 900, "light")
LOOKS: Final = (DESK, Look(1440, 900, "dark"), Look(390, 844, "light"), Look(390, 844, "dark"))


def photograph(site: Path, folder: Path, counter: Counter) -> list[Path]:
    """Picture the dashboard in *site*, and all emblems, into *folder*; pictures of pages that are gone go, too."""
    page = site / PAGE
    if not page.is_file():
        raise ConfigError(
            f"There is no dashboard in {site}: first make one by uv run clanstats run, or name the folder of one by --site."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PublishError(f"The folder {folder} cannot be made: {error.strerror}.") from error
    taken = []
    with chromium() as browser:
        for path in _taken(browser, page, folder, counter):
            counter.step()
            taken.append(path)
    for stale in set(folder.glob("*.png")) - set(taken):
        stale.unlink()
    return taken


@contextmanager
def chromium() -> Iterator["Browser"]:
    """A browser without a window."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise ConfigError(
            "Pictures need Playwright, which is not installed: call uv sync in a checkout, or pip install playwright."
        ) from None
    with sync_playwright() as playwright:
        found = next((path for name in NAMES if (path := shutil.which(name))), playwright.chromium.executable_path)
        if not Path(found).is_file():
            raise ConfigError("Pictures need a Chromium, and there is none: install the package chromium, or Chrome.")
        try:
            with playwright.chromium.launch(executable_path=found) as browser:
                yield browser
        except Error as error:
            raise PublishError(f"{found} took no pictures: {error.message.splitlines()[0]}") from error


def places(page: "Page") -> dict[str, str]:
    """Every page of the dashboard that is open in *page*, each by a place that shows it.

    The navigation names most. Others open by links alone, so of each kind of link (`#member/…`) one is followed, and those of the
    page it leads to as well: the one that stands there most often, for it leads to somebody of whom there is much to show.
    """
    named = page.eval_on_selector_all("[data-page]", "links => links.map(link => link.dataset.page)")
    waiting, kinds, found = deque(named), {(name, "") for name in named}, dict[str, str]()
    while waiting:
        place = waiting.popleft()
        found.setdefault(go(page, place), place)
        links = page.eval_on_selector_all(
            "a[href^='#']:not([data-skip])", "links => links.map(link => link.hash.slice(1))"
        )
        for link, _ in Tally(links).most_common():
            kind = link.partition("/")[:2]
            if kind not in kinds:
                kinds.add(kind)
                waiting.append(link)
    return found


def go(page: "Page", place: str) -> str:
    """Turn to *place*; gives the name of the page that is shown then."""
    page.evaluate(TURNED, place)
    return str(page.locator(".page:not([hidden])").get_attribute("id")).removeprefix("page-")


def _taken(browser: "Browser", file: Path, folder: Path, counter: Counter) -> Iterator[Path]:
    with _opened(browser, DESK, file) as page:
        found = places(page)
    counter.expect(len(found) * len(LOOKS) + 1)
    for look in LOOKS:
        with _opened(browser, look, file) as page:
            for name, place in found.items():
                go(page, place)
                yield _whole(page, look, folder / f"{name}-{look.width}-{look.theme}.png")
    with _window(browser, DESK) as page:
        page.set_content(emblem_sheet(house()))
        yield _whole(page, DESK, folder / SHEET)


@contextmanager
def _opened(browser: "Browser", look: Look, file: Path) -> Iterator["Page"]:
    with _window(browser, look) as page:
        page.goto(file.resolve().as_uri())
        yield page


@contextmanager
def _window(browser: "Browser", look: Look) -> Iterator["Page"]:
    with browser.new_context(
        viewport={"width": look.width, "height": look.height}, color_scheme=look.theme, reduced_motion="reduce"
    ) as context:
        yield context.new_page()


def _whole(page: "Page", look: Look, target: Path) -> Path:
    """All of the page, in a window as high as it is: only what is in view draws its charts, and makes it higher still."""
    drawn_to = 0
    while drawn_to < (height := page.evaluate("document.documentElement.scrollHeight")):
        page.set_viewport_size({"width": look.width, "height": height})
        page.evaluate(SETTLED)
        drawn_to = height
    page.screenshot(path=target, full_page=True)
    page.set_viewport_size({"width": look.width, "height": look.height})
    return target
