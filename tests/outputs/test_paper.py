"""Printed pages begin where no heading stands apart from its table, and links lead where they should."""

import zipfile
from dataclasses import replace
from io import BytesIO

from builders import HOSTILE_NAMES, a_marts
from workbook_reader import GAME_SHEETS

from pipeline.outputs.excel.links import LINKS, contest_link, player_link, sheet_link
from pipeline.outputs.excel.paper import page_breaks
from pipeline.outputs.excel.sheet import Link
from pipeline.outputs.excel.workbook import workbook_bytes

MEMBER = a_marts(1).members[0]


def test_a_heading_at_the_foot_of_a_page_begins_the_next() -> None:
    assert page_breaks([15.0] * 60, wide=900, repeated=0, kept={30: 34}) == [30]


def test_a_heading_with_room_below_stays() -> None:
    assert page_breaks([15.0] * 60, wide=900, repeated=0, kept={20: 24}) == []


def test_what_is_wider_is_printed_smaller_and_holds_more_rows() -> None:
    assert page_breaks([15.0] * 60, wide=2_092, repeated=0, kept={30: 34}) == []


def test_rows_that_further_pages_repeat_take_their_room() -> None:
    assert page_breaks([15.0] * 80, wide=900, repeated=120, kept={30: 34, 52: 56}) == [30, 52]


def test_the_more_pages_ran_on_the_sooner_a_heading_begins_one() -> None:
    assert page_breaks([15.0] * 70, wide=900, repeated=0, kept={50: 54}) == []
    assert page_breaks([15.0] * 300, wide=900, repeated=0, kept={32 * 6 + 18: 32 * 6 + 22}) == [210]


def test_the_first_thing_on_a_page_never_asks_for_another() -> None:
    assert page_breaks([15.0] * 10, wide=900, repeated=0, kept={0: 4}) == []


def test_a_member_s_link_leads_to_their_page() -> None:
    member = replace(MEMBER, name="Zoë 1", username="zoë/1?x#y")
    assert player_link(member) == Link("https://wiseoldman.net/players/zo%C3%AB%2F1%3Fx%23y", "Zoë 1")


def test_a_name_of_which_no_address_can_be_made_stays_a_name() -> None:
    assert player_link(replace(MEMBER, name="Long", username="🐉" * 300)) == "Long"
    assert player_link(replace(MEMBER, name="Nobody", username="")) == "Nobody"


def test_hostile_names_lead_to_players_only() -> None:
    targets = [player_link(replace(MEMBER, name=name, username=name)) for name in HOSTILE_NAMES]
    assert all(isinstance(each, str) or each.url.startswith("https://wiseoldman.net/players/") for each in targets)
    assert not [each.url for each in targets if isinstance(each, Link) and each.url.count("/") != 4]


def test_a_contest_without_a_title_has_no_link() -> None:
    [contest, *_] = a_marts(3).competitions
    assert contest_link(replace(contest, title="")) == ""


def test_a_sheet_s_name_is_quoted() -> None:
    assert sheet_link("Bob's", "‹ Bob").url == "internal:'Bob''s'!A1"


def test_links_beyond_those_that_a_sheet_may_have_are_written_as_text() -> None:
    contest = a_marts(1).competitions[-1]
    endless = replace(a_marts(1), competitions=(replace(contest, rows=contest.rows[:1] * (LINKS + 5)),))
    with zipfile.ZipFile(BytesIO(workbook_bytes(endless))) as archive:
        sheet = archive.read(f"xl/worksheets/sheet{GAME_SHEETS.index('Competitions') + 1}.xml")
    assert sheet.count(b"<hyperlink ") == LINKS
