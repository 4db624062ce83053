"""The page To do, used as a clan leader uses it: from the list to the reason, to a member and back."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from advice_builders import advised_marts
from browsing import Reader, Site
from builders import HOSTILE_NAMES
from playwright.sync_api import expect

from pipeline.outputs.dashboard.site import PAGE, write_site

pytestmark = pytest.mark.browser

Advised = Callable[..., Site]


@pytest.fixture(scope="module")
def advised(tmp_path_factory: pytest.TempPathFactory) -> Advised:
    """Sites of nights with advice, each published once."""
    made: dict[tuple[int, bool], Site] = {}

    def site(members: int = 60, *, hostile: bool = False) -> Site:
        if (members, hostile) not in made:
            folder: Path = tmp_path_factory.mktemp("advised")
            marts = advised_marts(members, hostile_names=hostile, talk=True)
            write_site(marts, folder / "site", folder / "single.html", [])
            made[members, hostile] = Site(folder / "site" / PAGE, folder / "single.html")
        return made[members, hostile]

    return site


def test_it_is_one_click_from_the_overview(reader: Reader, advised: Advised) -> None:
    page = reader.open(advised().page)
    page.get_by_role("navigation").get_by_role("link", name="To do").click()
    expect(page.get_by_role("heading", level=1, name="What should we do tonight?")).to_be_focused()
    expect(page.locator(".tabs [aria-current]")).to_have_text("To do")


@pytest.mark.parametrize("kind", ["page", "single"])
def test_what_is_worth_a_look_leads_to_its_card(reader: Reader, advised: Advised, kind: str) -> None:
    site = advised()
    page = reader.open(site.page if kind == "page" else site.single)
    link = page.locator(".worth-list a").first
    title = link.inner_text()
    link.click()
    heading = page.locator("#page-todo").get_by_role("heading", level=3, name=title)
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()


def test_a_chip_leads_to_its_section_and_back_to_where_one_was(reader: Reader, advised: Advised) -> None:
    page = reader.open(advised().page, "todo")
    page.get_by_role("navigation", name="Sections of this page").get_by_role("link", name=re.compile("^Away")).click()
    heading = page.get_by_role("heading", level=2, name="Away for too long")
    expect(heading).to_be_in_viewport()
    page.locator(".entry .person").nth(3).click()
    expect(page.locator("#page-member h1")).to_be_focused()
    page.go_back()
    expect(heading).to_be_in_viewport()


@pytest.mark.parametrize("kind", ["page", "single"])
def test_a_ready_message_is_copied_by_keyboard_and_a_screen_reader_hears_it(
    reader: Reader, advised: Advised, kind: str
) -> None:
    site = advised()
    page = reader.open(site.page if kind == "page" else site.single, "todo")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = page.get_by_role("button", name=re.compile("^Copy message about")).first
    wanted = button.get_attribute("data-copy")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == wanted
    page.context.clear_permissions()


def test_where_the_clipboard_is_closed_a_message_is_copied_the_old_way(reader: Reader, advised: Advised) -> None:
    page = reader.open(advised().page, "todo")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })")
    page.get_by_role("button", name=re.compile("^Copy message about")).first.click()
    expect(page.locator("#said")).to_have_text("Copied. Paste it into Discord.")


def test_an_address_of_a_section_opens_there(reader: Reader, advised: Advised) -> None:
    page = reader.open(advised().page, "todo/promotions")
    heading = page.get_by_role("heading", level=2, name="Promotions")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()
    expect(page.locator(".tabs [aria-current]")).to_have_text("To do")


def test_an_address_of_a_card_that_is_gone_opens_the_page(reader: Reader, advised: Advised) -> None:
    page = reader.open(advised().page, "todo/quiet_weekday:4@20250101")
    expect(page.get_by_role("heading", level=1, name="What should we do tonight?")).to_be_visible()


def test_the_number_behind_a_word_opens_by_keyboard(reader: Reader, advised: Advised) -> None:
    page = reader.open(advised().page, "todo")
    card = page.get_by_role("article", name="Tuesdays are quiet")
    expect(card.get_by_text("96.2 %")).to_be_hidden()
    card.locator("summary").press("Enter")
    expect(card.get_by_text("96.2 %")).to_be_visible()


def test_a_member_s_own_page_says_whether_they_take_part_and_why(reader: Reader, advised: Advised) -> None:
    verdict = advised_marts(60, talk=True).advice.inactivity.purge[1]
    page = reader.open(advised().page, f"member/{verdict.player_ids[0]}")
    panel = page.get_by_role("region", name=re.compile("Still taking part"))
    expect(panel.locator(".pill")).to_have_text("Inactive")
    expect(panel).to_contain_text(verdict.proof)
    expect(panel).to_contain_text(f"What would change this: {verdict.flips_if}")


def test_of_whom_nobody_can_tell_the_own_page_says_so(reader: Reader, advised: Advised) -> None:
    verdicts = advised_marts(60, talk=True).advice.inactivity.verdicts
    unknown = next(verdict for verdict in verdicts if verdict.state == "unknown")
    page = reader.open(advised().page, f"member/{unknown.player_ids[0]}")
    expect(page.get_by_role("region", name=re.compile("Still taking part")).locator(".pill")).to_have_text(
        "Nobody can tell"
    )


@pytest.mark.parametrize("kind", ["page", pytest.param("single", marks=pytest.mark.soak)])
def test_hostile_names_and_cards_are_text(reader: Reader, advised: Advised, kind: str) -> None:
    site = advised(30, hostile=True)
    page = reader.open(site.page if kind == "page" else site.single, "todo")
    page.on("dialog", lambda dialog: reader.complaints.append(f"dialog: {dialog.message}"))
    assert page.locator("#page-todo img, #page-todo b, #page-todo script").count() == 0
    expect(page.locator(".entry .copy").first).to_be_visible()
    for number in range(len(HOSTILE_NAMES)):
        reader.go(f"member/{4000 + number}")
        expect(page.locator("#title-verdict")).to_be_visible()
    assert page.locator(".page img, .page b, .page script").count() == 0


@pytest.mark.parametrize(("members", "hostile"), [(60, False), (30, True), (1, False)])
def test_a_phone_never_scrolls_sideways(on_a_phone: Reader, advised: Advised, members: int, hostile: bool) -> None:
    page = on_a_phone.open(advised(members, hostile=hostile).page, "todo")
    page.evaluate("document.querySelectorAll('.page:not([hidden]) details').forEach((one) => { one.open = true })")
    page.wait_for_timeout(60)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_paper_has_what_is_folded_away(reader: Reader, advised: Advised) -> None:
    page = reader.open(advised().page, "todo")
    page.emulate_media(media="print")
    expect(page.get_by_text("on leave until 31 Dec: exams")).to_be_visible()
    expect(page.locator(".tabs")).to_be_hidden()


def test_without_scripts_the_page_can_be_read(reader: Reader, advised: Advised) -> None:
    context = reader.page.context.browser
    assert context
    still = context.new_context(java_script_enabled=False)
    page = still.new_page()
    page.goto(f"{advised().page.as_uri()}#todo/inactivity")
    expect(page.get_by_role("heading", level=2, name="Away for too long")).to_be_in_viewport()
    still.close()
