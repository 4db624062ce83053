"""The page Runs: whether it grows too fast, in figures small enough for a phone, and what to see to."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from browsing import Reader
from builders import a_marts
from playwright.sync_api import expect
from runs_kit import CONCERNS, a_run, told_runs

from pipeline.outputs.dashboard.site import PAGE, write_runs, write_site

pytestmark = pytest.mark.browser

Site = Callable[[Sequence[dict[str, Any]]], Path]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The page of one night, with other runs beside it each time."""
    folder = tmp_path_factory.mktemp("runs")
    write_site(a_marts(12), folder / "site", folder / "single.html", [])

    def beside(runs: Sequence[dict[str, Any]]) -> Path:
        write_runs(folder / "site", runs)
        return folder / "site" / PAGE

    return beside


def test_a_calm_night_says_so_first_and_shows_its_course(reader: Reader, site: Site) -> None:
    page = reader.open(site(told_runs(70, missed=(3, 4))), "runs")
    view = page.locator("#runs-view")
    expect(view.locator("h2")).to_have_text(["Is it growing too fast?", "The last nights"])
    expect(view.locator(".answer")).to_have_text("No, nothing needs to be done. 210 GB of the disk are left.")
    expect(view.locator(".gauge h3")).to_have_text(["Database", "Disk left", "Requests", "Time"])
    expect(view.locator(".gauge .big")).to_have_text(["100 MB", "210 GB", "20", "1 min 10 s"])
    expect(view.locator(".gauge .small")).to_have_text(
        ["41 MB on 23 Sep.", "210 GB on 23 Sep.", "Mostly 22, at most 24.", "Mostly 1 min 11 s, at most 1 min 12 s."]
    )
    charts = view.locator(".nights-chart")
    expect(charts.first).to_have_attribute("aria-label", "Database, night by night: 100 MB. 41 MB on 23 Sep.")
    expect(charts.first.locator("rect:not(.bar-ground)")).to_have_count(58)  # sixty nights, two of them missed
    expect(charts.first.locator("title").first).to_have_text("23 Sep 2026: 41 MB")
    places = charts.first.locator("rect:not(.bar-ground)").evaluate_all(
        "all => all.map(one => Number(one.getAttribute('x')))"
    )
    assert places == [4 * at for at in range(60) if at not in (55, 56)], "a night without a run leaves a gap"


def test_what_is_to_be_seen_to_stands_before_everything_else(reader: Reader, site: Site) -> None:
    page = reader.open(site(told_runs(20, concerns=CONCERNS)), "runs")
    view = page.locator("#runs-view")
    expect(view.locator("h2").first).to_have_text("See to this before it goes wrong")
    expect(view.locator(".concerns strong")).to_have_text([each["said"] for each in CONCERNS])
    expect(view.locator(".concerns .muted")).to_have_text([each["remedy"] for each in CONCERNS])
    expect(view.locator(".concerns .pill")).to_have_count(1)
    expect(view.locator(".answer")).to_have_text("It may be: see above.")


def test_numbers_come_on_demand(reader: Reader, site: Site) -> None:
    page = reader.open(site(told_runs(20)), "runs")
    expect(page.locator("#runs-view table").first).to_be_hidden()
    page.locator("#runs-view").get_by_text("The same as a table").click()
    expect(page.locator(".by-night tbody tr").nth(2)).to_have_text(
        re.compile("19 Nov 2026.*98 MB.*210 GB.*22.*1 min 12 s.*90 MB.*440 MB")
    )
    page.get_by_text("2 stages, 70 seconds").first.click()
    report = page.locator("#runs-view .runs tr", has_text="Write the workbook").first
    expect(report.locator("td")).to_have_text(["done", "1", "3.5", "0", "4,200", "3", "19 MB", "292 MB"])


def test_young_old_and_half_told_histories_are_told_in_words(reader: Reader, site: Site) -> None:
    page = reader.open(site(told_runs(2)), "runs")
    expect(page.locator("#runs-view .answer")).to_contain_text("after five nights there is a pace to tell it by")
    bare = {"night": "2026-11-20", "state": "done", "sentence": "From before."}
    site([bare])
    page.reload()
    expect(page.locator("#runs-view")).to_contain_text("From before.")
    expect(page.locator("#runs-view .gauge")).to_have_count(0)
    site([a_run(0, seconds=None, free_bytes=None), bare])
    page.reload()
    expect(page.locator(".gauge p.small")).to_have_text(
        [
            "All that is remembered of the clan.",
            "Not known.",
            "To Wise Old Man and Discord, in one night.",
            "Not known.",
        ]
    )


def test_a_phone_shows_it_without_scrolling_sideways(on_a_phone: Reader, site: Site) -> None:
    page = on_a_phone.open(site(told_runs(60, concerns=CONCERNS)), "runs")
    for summary in page.locator("#runs-view summary").all()[:3]:
        summary.click()
    expect(page.locator(".nights-chart").nth(3)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
