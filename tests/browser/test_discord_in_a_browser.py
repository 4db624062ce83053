"""The Discord half of the dashboard, used as a clan leader uses it: switches, stories, the way to what waits."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from browsing import Reader, Sites
from builders import HOSTILE_NAMES
from playwright.sync_api import Browser, Page, expect
from talk_builders import talking_marts

from pipeline.marts.talk_model import TalkMarts
from pipeline.outputs.dashboard.heat import DAYS, rows, said
from pipeline.outputs.dashboard.site import PAGE, write_site

pytestmark = pytest.mark.browser

NOBODY = tuple((0,) * 24 for _day in range(7))
PLACES = ("overview", "activity", "helpers", "member/4003", "member/4005", "activity/ehb")


def the_talk(members: int = 60) -> TalkMarts:
    talk = talking_marts(members).talk
    assert talk
    return talk


def shown_map(page: Page) -> list[list[tuple[str, str, str]]]:
    """Number, class and title of each cell, as the page shows them."""
    return [
        [tuple(cell) for cell in row]
        for row in page.evaluate(
            """() => [...document.querySelectorAll('#heat tbody tr')].map((row) =>
                 [...row.querySelectorAll('td')].map((cell) => [cell.textContent, cell.className, cell.title]))"""
        )
    ]


def drawn_map(cells: tuple[tuple[int, ...], ...]) -> list[list[tuple[str, str, str]]]:
    return [[(cell.count, f"heat-{cell.level}", cell.title) for cell in row.cells] for row in rows(cells)]


@pytest.fixture
def abroad(chromium: Browser) -> Iterator[Callable[[str], Reader]]:
    """A person whose computer stands in another zone."""
    people: list[Reader] = []

    def reader(zone: str) -> Reader:
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, timezone_id=zone)
        people.append(Reader(context.new_page()))
        return people[-1]

    yield reader
    for person in people:
        person.page.context.close()
        assert person.complaints == []


def test_every_page_with_discord_opens_without_a_word_from_the_console(reader: Reader, sites: Sites) -> None:
    reader.open(sites(60, talk=True).page)
    for place in PLACES:
        page = reader.go(place)
        expect(page.locator(".page:not([hidden])")).to_have_count(1)
        expect(page.locator(".freshness")).to_contain_text("Discord up to date")
        page.mouse.wheel(0, 4000)
        page.wait_for_timeout(150)


def test_an_address_of_a_page_and_of_a_board_of_the_same_word_are_kept_apart(reader: Reader, sites: Sites) -> None:
    page = reader.open(sites(60, talk=True).page, "activity")
    expect(page.get_by_role("heading", level=1, name="When are we awake")).to_be_visible()
    expect(page.locator(".tabs [aria-current]")).to_have_text("Activity")
    reader.go("activity/ehb")
    expect(page.get_by_role("heading", level=1, name="EHB")).to_be_visible()
    expect(page.locator(".tabs [aria-current]")).to_have_text("Boards")


def test_without_discord_the_address_of_its_pages_leads_to_none_of_them(reader: Reader, sites: Sites) -> None:
    page = reader.open(sites(60).page, "helpers")
    expect(page.get_by_role("heading", level=1, name="This week in the clan")).to_be_visible()
    reader.go("activity")
    expect(page.locator(".page:not([hidden])")).to_contain_text("There is no board of that name.")
    reader.go("member/4003")
    expect(page.locator(".story-rest h2").first).to_be_visible()
    expect(page.locator("#title-talk")).to_have_count(0)


def test_every_choice_of_the_map_shows_its_cells_and_says_what_the_filters_say(reader: Reader, sites: Sites) -> None:
    talk = the_talk()
    page = reader.open(sites(60, talk=True).page, "activity")
    choices = page.locator("#heat-controls")
    for where, heats, noun in (("Discord", talk.heat, "message"), ("Clan chat", talk.clan_chat_heat, "clan chat line")):
        choices.get_by_role("button", name=where, exact=True).click()
        for label, key in (("7 days", "7d"), ("30 days", "30d"), ("90 days", "90d"), ("365 days", "365d")):
            choices.get_by_role("button", name=label, exact=True).click()
            for button, zone, cells in (("UTC", "UTC", heats[key].utc), ("Clan:", "Amsterdam time", heats[key].clan)):
                choices.get_by_role("button", name=button).click()
                assert shown_map(page) == drawn_map(cells), (where, label, zone)
                expect(page.locator("#heat-said")).to_have_text(said(cells, noun, label, zone))


def test_the_map_is_at_first_what_its_choices_say(reader: Reader, sites: Sites) -> None:
    page = reader.open(sites(60, talk=True).page, "activity")
    pressed = page.locator("#heat-controls [aria-pressed=true]").all_inner_texts()
    assert pressed == ["Discord", "90 days", "Clan: Amsterdam time"]
    cells = the_talk().heat["90d"].clan
    assert shown_map(page) == drawn_map(cells)
    expect(page.locator("#heat-said")).to_have_text(said(cells, "message", "90 days", "Amsterdam time"))


@pytest.mark.parametrize(("zone", "place", "ahead"), [("Asia/Tokyo", "Tokyo", 9), ("America/Phoenix", "Phoenix", -7)])
def test_the_map_moves_to_the_readers_own_clock(
    abroad: Callable[[str], Reader], sites: Sites, zone: str, place: str, ahead: int
) -> None:
    page = abroad(zone).open(sites(60, talk=True).page, "activity")
    page.get_by_role("button", name=f"Yours: {place} time").click()
    utc = [count for row in the_talk().heat["90d"].utc for count in row]
    own = [utc[(cell - ahead) % 168] for cell in range(168)]
    week = tuple(tuple(own[24 * day : 24 * day + 24]) for day in range(7))
    assert shown_map(page) == drawn_map(week)
    expect(page.locator("#heat-said")).to_have_text(said(week, "message", "90 days", f"{place} time"))
    expect(page.locator("#heat-about")).to_contain_text(f"Hours of your own clock, {zone}, {'+' if ahead > 0 else '−'}")


def test_a_clock_half_an_hour_off_says_that_it_is_rounded(abroad: Callable[[str], Reader], sites: Sites) -> None:
    page = abroad("Asia/Kolkata").open(sites(60, talk=True).page, "activity")
    page.get_by_role("button", name=re.compile("^Yours:")).click()
    expect(page.locator("#heat-about")).to_contain_text("not a whole hour from UTC")


def test_a_reader_in_the_clans_zone_is_offered_it_once(abroad: Callable[[str], Reader], sites: Sites) -> None:
    page = abroad("Europe/Amsterdam").open(sites(60, talk=True).page, "activity")
    assert page.get_by_role("group", name="Whose hours").get_by_role("button").all_inner_texts() == [
        "Clan: Amsterdam time",
        "UTC",
    ]


def test_the_map_is_a_table_to_a_screen_reader_on_a_phone_as_well(on_a_phone: Reader, sites: Sites) -> None:
    page = on_a_phone.open(sites(60, talk=True).page, "activity")
    table = page.get_by_role("table", name=re.compile("Messages by weekday and hour"))
    expect(table.get_by_role("row")).to_have_count(8)
    expect(table.get_by_role("rowheader")).to_have_text([day[:3] for day in DAYS])
    expect(table.get_by_role("row").nth(1).get_by_role("cell")).to_have_count(24)
    monday, tuesday = (table.get_by_role("rowheader").nth(day).bounding_box() for day in (0, 1))
    assert monday
    assert tuesday
    assert monday["y"] == tuesday["y"]


def test_both_trends_are_drawn_when_they_come_into_view(reader: Reader, sites: Sites) -> None:
    page = reader.open(sites(60, talk=True).page, "activity")
    page.locator("#talk-trend").scroll_into_view_if_needed()
    expect(page.locator("#talk-trend svg")).to_be_visible()
    page.locator("#talk-trend").hover(position={"x": 200, "y": 100})
    expect(page.locator("#talk-trend")).to_contain_text(re.compile(r"Messages: \d+\s*People: \d+"))
    expect(page.locator("#talk-trend")).not_to_contain_text("XP")


def test_the_board_of_helpers_changes_with_its_period(reader: Reader, sites: Sites) -> None:
    talk = the_talk()
    page = reader.open(sites(60, talk=True).page, "helpers")
    for label, key in (("90 days", "90d"), ("30 days", "30d")):
        page.locator("#helper-periods").get_by_role("button", name=label).click()
        names = page.locator(".helper-board:visible tbody th").all_inner_texts()
        assert [name.strip() for name in names] == [row.name for row in talk.helpers[key][:15]]


def test_what_waits_can_be_reached_from_the_overview(reader: Reader, sites: Sites) -> None:
    talk = the_talk()
    page = reader.open(sites(60, talk=True).page)
    page.get_by_role("link", name="3 questions have waited").click()
    expect(page.get_by_role("heading", level=1, name="Who helps, and who waits?")).to_be_focused()
    links = page.locator(".waits a.go")
    assert [link.get_attribute("href") for link in links.all()] == [one.url for one in talk.unanswered[:20]]
    expect(links.first).to_have_accessible_name(f"Open the question of {talk.unanswered[0].asker} in Discord")


def test_a_story_tells_a_members_words_in_discord(reader: Reader, sites: Sites) -> None:
    speaker = next(one for one in the_talk().speakers if one.player_ids and one.answers.get("all") and one.days)
    page = reader.open(sites(60, talk=True).page, f"member/{speaker.player_ids[0]}")
    panel = page.get_by_role("region", name="In Discord and clan chat")
    written = [(speaker.messages.get(key, 0), speaker.clan_chat.get(key, 0)) for key in ("7d", "30d", "90d")]
    cells = panel.locator("tbody tr").all()
    assert [tuple(row.locator("td").all_inner_texts()) for row in cells] == [(str(a), str(b)) for a, b in written]
    expect(panel).to_contain_text(f"Answered {speaker.answers['all']} question")
    expect(panel.locator(".days rect")).to_have_count(1 + sum(1 for _day in recent(speaker.days)))
    busiest = max(speaker.channels, key=lambda line: line[1])[1]
    expect(panel.locator(".board-head li").first.locator(".num")).to_have_text(str(busiest))


def recent(days: tuple[tuple[object, int], ...]) -> list[object]:
    """Those of the last 90 clan days of the invented night."""
    return [day for day, _count in days if str(day) > "2026-08-23"]


def test_a_member_without_an_account_is_told_how_to_tie_one(reader: Reader, sites: Sites) -> None:
    talk = the_talk()
    guessed = next(line for line in talk.identities.only_clan if line.guess)
    unguessed = next(line for line in talk.identities.only_clan if not line.guess)
    account = next(one.account_id for one in talk.identities.unsure if one.guesses[0].player == guessed.player)
    page = reader.open(sites(60, talk=True).page, f"member/{guessed.player_id}")
    panel = page.get_by_role("region", name="In Discord and clan chat")
    expect(panel).to_contain_text(f"No Discord account known. It may be {guessed.guess}.")
    expect(panel.locator("code")).to_have_text(f'uv run clanstats identities --confirm "{guessed.player}={account}"')
    reader.go(f"member/{unguessed.player_id}")
    expect(panel.locator("code")).to_have_text(f'uv run clanstats identities --confirm "{unguessed.player}=DISCORD_ID"')


def test_what_discord_withholds_is_not_drawn_as_silence(reader: Reader, tmp_path: Path) -> None:
    marts = talking_marts(24)
    talk = the_talk(24)
    who = next(speaker for speaker in talk.speakers if speaker.player_ids and speaker.channels)
    silent = {key: replace(heat, utc=NOBODY, clan=NOBODY) for key, heat in talk.clan_chat_heat.items()}
    mute = replace(who, clan_chat={}, questions={}, answered={}, answers={}, helped={}, welcomes={}, in_guild=False)
    withheld = replace(
        talk,
        withheld_since=marts.as_of - timedelta(days=5),
        clan_chat_heat={**silent, "90d": talk.clan_chat_heat["90d"]},
        speakers=(mute,),
        identities=replace(talk.identities, members_listed=False),
    )
    write_site(replace(marts, talk=withheld), tmp_path / "site", tmp_path / "single.html", [])
    page = reader.open(tmp_path / "site" / PAGE, "activity")
    unheard = "What was said in clan chat since 16 Nov is not known: Discord withholds what is written"
    page.get_by_role("button", name="Clan chat").click()
    expect(page.locator("#heat-said")).to_have_text(re.compile(f"^Most is written .+ the quietest[.] {unheard}"))
    page.get_by_role("button", name="7 days", exact=True).click()
    expect(page.locator("#heat-said")).to_have_text(re.compile(f"^{unheard}"))
    assert {text for row in shown_map(page) for text, _style, _title in row} == {"–"}
    page.get_by_role("button", name="Discord", exact=True).click()
    expect(page.locator("#heat-said")).not_to_contain_text("not known")
    reader.go(f"member/{who.player_ids[0]}")
    panel = page.get_by_role("region", name="In Discord and clan chat")
    expect(panel.locator("td:nth-child(3)")).to_have_text(["–", "–", "–"])
    expect(panel).to_contain_text("What was asked since 16 Nov is not known")
    for lie in ("Asked nothing", "answered nothing", "Not in Discord any more"):
        expect(panel).not_to_contain_text(lie)


def test_the_keyboard_alone_changes_the_map(reader: Reader, sites: Sites) -> None:
    page = reader.open(sites(60, talk=True).page, "overview")
    page.get_by_role("navigation").get_by_role("link", name="Activity").press("Enter")
    page.get_by_role("button", name="Clan chat").press("Enter")
    expect(page.locator("#heat-said")).to_contain_text("clan chat lines")
    expect(page.get_by_role("button", name="Clan chat")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("kind", ["page", pytest.param("single", marks=pytest.mark.soak)])
def test_hostile_names_of_the_guild_are_text(reader: Reader, sites: Sites, kind: str) -> None:
    site = sites(30, hostile=True, talk=True)
    page = reader.open(site.page if kind == "page" else site.single)
    page.on("dialog", lambda dialog: reader.complaints.append(f"dialog: {dialog.message}"))
    for place in (*PLACES, *(f"member/{4000 + number}" for number in range(len(HOSTILE_NAMES)))):
        reader.go(place)
        if place.startswith("member/"):
            expect(page.locator("#title-talk")).to_be_visible()
        assert page.locator(".page img, .page b, .page script").count() == 0
    script = HOSTILE_NAMES.index("</script><img src=x onerror=alert(1)>")
    reader.go(f"member/{4000 + script}")
    expect(page.get_by_role("region", name="In Discord and clan chat")).to_contain_text("No Discord account known.")
    expect(page.locator("#page-member code")).to_have_text(
        re.compile(r'^uv run clanstats identities --confirm "RSN=\w+"$')
    )


@pytest.mark.parametrize(("members", "hostile"), [(60, False), (30, True), (1, False)])
def test_a_phone_never_scrolls_sideways_with_discord(
    on_a_phone: Reader, sites: Sites, members: int, hostile: bool
) -> None:
    page = on_a_phone.open(sites(members, hostile=hostile, talk=True).page)
    for place in ("overview", "activity", "helpers", "member/4000", "member/4005"):
        on_a_phone.go(place)
        page.evaluate("document.querySelectorAll('.page:not([hidden]) details').forEach((one) => { one.open = true })")
        page.wait_for_timeout(60)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, place


def test_paper_has_the_map_and_both_boards_and_no_buttons(reader: Reader, sites: Sites) -> None:
    page = reader.open(sites(60, talk=True).page, "activity")
    page.emulate_media(media="print")
    expect(page.locator("#heat")).to_be_visible()
    expect(page.locator("#heat-controls")).to_be_hidden()
    reader.go("helpers")
    expect(page.locator(".helper-board:visible")).to_have_count(2)
