"""Printed pages begin where no heading stands apart from its table, and links lead where they should."""

import re
from dataclasses import replace

import pytest
from builders import HOSTILE_NAMES, a_marts
from workbook_reader import content_of, xml_of

from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.limits import LINKS
from pipeline.outputs.excel.links import contest_link, profile, sheet_link
from pipeline.outputs.excel.paper import page_breaks
from pipeline.outputs.excel.sheet import Link


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
    assert profile("zoë/1?x#y") == "https://wiseoldman.net/players/zo%C3%AB%2F1%3Fx%23y"


@pytest.mark.parametrize("username", ["", "🐉" * 300])
def test_a_name_of_which_no_address_can_be_made_leads_nowhere(username: str) -> None:
    assert profile(username) is None


@pytest.mark.parametrize("username", [*HOSTILE_NAMES, "half \ud83d"])
def test_hostile_names_lead_to_players_only(username: str) -> None:
    assert re.fullmatch(r"https://wiseoldman\.net/players/[A-Za-z0-9%._~-]+", str(profile(username)))


def test_whoever_left_is_a_name_only() -> None:
    assert Answers(a_marts(3)).linked(9001, "Old Salt") == "Old Salt"


def test_a_person_s_name_leads_to_their_main_account() -> None:
    marts = a_marts(3)
    linked = Answers(marts).linked(marts.members[0].player_id, "Another name")
    assert linked == Link(str(profile(marts.members[0].username)), "Another name")


def test_a_contest_without_a_title_has_no_link() -> None:
    [contest, *_] = a_marts(3).competitions
    assert contest_link(replace(contest, title="")) == ""


def test_a_sheet_s_name_is_quoted() -> None:
    assert sheet_link("Bob's", "‹ Bob").url == "internal:'Bob''s'!A1"


def test_links_beyond_those_that_a_sheet_may_have_are_written_as_text() -> None:
    contest = a_marts(1).competitions[-1]
    endless = replace(a_marts(1), competitions=(replace(contest, rows=contest.rows[:1] * (LINKS + 5)),))
    sheet = xml_of(content_of(endless, "Competitions"), "Competitions")
    assert sheet.count("<hyperlink ") == LINKS
