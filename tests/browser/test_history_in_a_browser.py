"""The page History, moved by hand and by keyboard, says what the marts hold of each week."""

import re

import pytest
from browsing import Reader, Sites
from builders import HOSTILE_NAMES, a_marts
from playwright.sync_api import Page, expect
from talk_builders import talking_marts

from pipeline.marts.model import HistoryWeek
from pipeline.outputs.figures import compact, people

pytestmark = pytest.mark.browser


def shown(page: Page) -> list[tuple[str, str]]:
    """Names and experience in the table of the week."""
    rows = page.locator(".history-roll tbody tr").all()
    return [(row.locator(".person, .name").first.inner_text(), row.locator(".c-xp").inner_text()) for row in rows]


def held(week: HistoryWeek) -> list[tuple[str, str]]:
    return [(each.name, "not seen" if each.xp is None else compact(each.xp)) for each in week.people]


def settled(page: Page, week: HistoryWeek) -> None:
    """Until the table of *week* is there."""
    expect(page.locator(".history-slider .lead")).to_contain_text(people(len(week.people)))
    last = week.window.last
    days = re.compile(rf"\b{last.day} {last:%b} {last.year}$")
    expect(page.locator(".history-roll")).to_have_attribute("aria-label", days)
    expect(page.locator(".history-roll tbody tr")).to_have_count(len(week.people))


@pytest.mark.parametrize("kind", ["page", "single"])
def test_the_slider_turns_the_weeks_by_keyboard_and_agrees_with_the_marts(
    reader: Reader, sites: Sites, kind: str
) -> None:
    weeks = talking_marts(24).history.weeks
    site = sites(24, talk=True)
    page = reader.open(site.page if kind == "page" else site.single, "history")
    settled(page, weeks[-1])
    assert shown(page) == held(weeks[-1])
    slider = page.get_by_role("slider", name="Week")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"#history/\d{4}-\d\d-\d\d$"))
    settled(page, weeks[-4])
    assert shown(page) == held(weeks[-4])
    assert re.fullmatch(r"\d.* \d{4}", slider.get_attribute("aria-valuetext") or "")


def test_a_week_opens_by_its_address_and_the_buttons_stop_at_the_ends(reader: Reader, sites: Sites) -> None:
    weeks = a_marts(24).history.weeks
    page = reader.open(sites(24).page, f"history/{weeks[1].window.last.date().isoformat()}")
    settled(page, weeks[1])
    before = page.get_by_role("button", name="A week before")
    for _ in range(3):
        before.click()
    settled(page, weeks[0])
    page.get_by_role("button", name="A week later").click()
    settled(page, weeks[1])


def test_who_leaves_at_once_is_not_called_back(reader: Reader, sites: Sites) -> None:
    page = reader.open(sites(24).page, "history")
    page.get_by_role("slider", name="Week").press("ArrowLeft")
    reader.go("runs")
    page.wait_for_timeout(300)
    assert page.url.endswith("#runs")


def test_an_address_that_has_turned_is_left_alone_before_the_page_hears_of_it(reader: Reader, sites: Sites) -> None:
    page = reader.open(sites(24).page, "history")
    page.evaluate(
        """async () => {
          document.querySelector('#history-week + .controls button').click();
          history.pushState(null, '', '#runs');  // tells nobody, as a link does until its event comes
          await new Promise(done => setTimeout(done, 300));
        }"""
    )
    assert page.url.endswith("#runs")


def test_a_past_week_can_be_sorted_and_its_names_lead_to_their_stories(reader: Reader, sites: Sites) -> None:
    weeks = a_marts(24).history.weeks
    page = reader.open(sites(24).page, "history")
    settled(page, weeks[-1])
    page.locator(".history-roll th[data-sort=xp] button").click()
    values = [cell.get_attribute("data-by") or "" for cell in page.locator(".history-roll td.c-xp").all()]
    numbers = [int(value) for value in values if value]
    assert numbers == sorted(numbers, reverse=True)
    page.get_by_role("button", name="A week before").click()
    settled(page, weeks[-2])
    expect(page.locator(".history-roll th[data-sort=xp]")).to_have_attribute("aria-sort", "descending")
    page.locator(".history-roll .person").first.click()
    expect(page.locator("#page-member h1")).to_be_focused()
    page.go_back()
    expect(page.get_by_role("heading", level=1, name="How was the clan back then?")).to_be_visible()


def test_hostile_names_of_the_past_are_text(reader: Reader, sites: Sites) -> None:
    page = reader.open(sites(30, hostile=True, talk=True).page, "history")
    expect(page.locator(".history-roll tbody tr")).not_to_have_count(0)
    assert page.locator(".page img, .page b, .page script").count() == 0
    expect(page.locator(".history-roll")).to_contain_text(HOSTILE_NAMES[6])


def test_a_board_shows_its_weeks(reader: Reader, sites: Sites) -> None:
    page = reader.open(sites(24).page, "boss/vorkath")
    chart = page.locator("#page-board .chart")
    chart.scroll_into_view_if_needed()
    expect(chart.locator("svg")).to_be_visible()
    totals = a_marts(24).history.totals["vorkath"]
    expect(page.locator("#page-board")).to_contain_text(
        f"This week {totals[-1]:,}; the best of {len(totals)} weeks was"
    )
