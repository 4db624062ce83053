"""The arrangement of the history says what the mart says, in few bytes."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from gzip import compress
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from advice_builders import advised_marts
from builders import NOW, a_marts
from history_builders import a_history
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.window import DAY
from pipeline.marts.model import History, Marts, Person
from pipeline.outputs.dashboard.encode import milliseconds, script_text
from pipeline.outputs.dashboard.history import history
from pipeline.outputs.dashboard.site import write_site
from pipeline.outputs.figures import compact, hours

MARTS = {
    "plain": a_marts(40),
    "advised": advised_marts(talk=True),
    "alone": a_marts(1),
    "hostile": a_marts(16, hostile_names=True),
}


def rows_of(told: dict[str, Any], week: int) -> list[dict[str, Any]]:
    """A week's rows, decoded as the page's script does."""
    columns = dict(zip(told["rowFields"], told["weeks"][week]["rows"], strict=True))
    columns["who"] = list(accumulate(columns["who"]))
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    for row in rows:
        row["who"] = told["people"][row["who"]]
        row["rank"] = told["ranks"][row["rank"]]
        row["state"] = None if row["state"] is None else told["states"][row["state"]]
        row["boss"] = None if row["boss"] is None else told["bosses"][row["boss"]]
        for key in ("gained", "spoke"):
            row[key] = None if row[key] is None else row[key] + (row["seen"] or 0)
    return rows


def shown(person: Person, until: datetime) -> dict[str, Any]:
    """What a page shows of *person*."""
    return {
        "who": (
            person.person_id, person.player_ids, person.name, person.alts, person.type, person.status,
            milliseconds(person.joined_at), person.join_source,
        ),
        "rank": (person.role, person.role_place), "state": person.state, "boss": person.top_boss,
        "kills": person.kills, "messages": person.messages, "lately": int(person.seen_lately),
        "seen": days(person.seen_at, until), "gained": days(person.last_gain_at, until),
        "spoke": days(person.last_word_at, until),
        "xp": compact(person.xp), "ehp": None if person.ehp is None else hours(person.ehp),
        "ehb": None if person.ehb is None else hours(person.ehb),
    }  # fmt: skip


def days(at: datetime | None, until: datetime) -> int | None:
    return None if at is None else (until.date() - at.astimezone(UTC).date()).days


@pytest.mark.parametrize("name", MARTS)
def test_a_decoded_week_is_that_of_the_mart(name: str) -> None:
    marts = MARTS[name]
    told = history(marts)
    assert len(told["weeks"]) == len(marts.history.weeks) == 20
    for number, week in enumerate(marts.history.weeks):
        found = rows_of(told, number)
        for row in found:
            row["xp"] = compact(row["xp"])
            row |= {key: None if row[key] is None else hours(row[key]) for key in ("ehp", "ehb")}
        assert found == [shown(person, week.window.until) for person in week.people]


@pytest.mark.parametrize("name", MARTS)
def test_windows_counts_and_totals_are_those_of_the_mart(name: str) -> None:
    marts = MARTS[name]
    told = history(marts)
    assert told["totals"] == marts.history.totals
    for found, week in zip(told["weeks"], marts.history.weeks, strict=True):
        states = Counter(person.state for person in week.people)
        assert (found["since"], found["until"]) == (milliseconds(week.window.since), milliseconds(week.window.until))
        assert found["counts"] == {state: states[state] for state in ("active", "inactive", "unknown")}


def test_people_of_tonight_come_first_and_everybody_once() -> None:
    marts = MARTS["plain"]
    told = [row[0] for row in history(marts)["people"]]
    assert told[: len(marts.people)] == [person.person_id for person in marts.people]
    assert len(told) == len(set(told))


def test_who_left_and_came_back_stands_there_once_a_stay() -> None:
    marts = MARTS["alone"]
    week = marts.history.weeks[-1]
    (one,) = week.people
    before = replace(week, people=(one._replace(joined_at=one.joined_at - 900 * DAY),))
    told = history(replace(marts, history=History((before, week), {})))
    assert [row[0] for row in told["people"]] == [one.person_id] * 2


def test_a_clan_without_anybody_has_weeks_without_rows() -> None:
    told = history(a_marts(0))
    assert [(week["counts"], week["rows"]) for week in told["weeks"]] == [
        ({"active": 0, "inactive": 0, "unknown": 0}, [[] for _ in told["rowFields"]])
    ] * 20


def test_marts_without_a_history_have_no_weeks() -> None:
    assert history(replace(a_marts(2), history=History()))["weeks"] == []


def test_what_is_not_known_is_null() -> None:
    marts = MARTS["alone"]
    week = marts.history.weeks[-1]
    unknown = week.people[0]._replace( state=None, last_gain_at=None, last_word_at=None, xp=None, ehp=None, ehb=None, top_boss=None,
        kills=None, messages=None, seen_at=None, seen_lately=False,
    )  # fmt: skip
    told = history(replace(marts, history=History((replace(week, people=(unknown,)),), {})))
    assert [column[0] for column in told["weeks"][0]["rows"]] == [0, 0, *[None] * 4, 0, *[None] * 6]


@given(xp=st.integers(0, 9_999_999_999), ehp=st.integers(0, 999_999_999))
def test_what_is_cut_off_is_not_shown(xp: int, ehp: int) -> None:
    marts = MARTS["alone"]
    week = marts.history.weeks[-1]
    person = week.people[0]._replace(xp=xp, ehp=ehp)
    (found,) = rows_of(history(replace(marts, history=History((replace(week, people=(person,)),), {}))), 0)
    assert (compact(found["xp"]), hours(found["ehp"])) == (compact(xp), hours(ehp))


def test_a_year_of_500_members_stays_small() -> None:
    marts = _aged(a_marts(500), 52)
    text = script_text("CLAN_HISTORY", history(marts)).encode()
    assert len(compress(text, 9)) < 250_000


def _aged(marts: Marts, weeks: int) -> Marts:
    people = tuple(person._replace(joined_at=NOW - timedelta(days=800)) for person in marts.people)
    older = replace(marts, people=people)
    return replace(older, history=a_history(older, weeks))


def test_it_is_a_late_script_of_both_pages(tmp_path: Path) -> None:
    write_site(MARTS["plain"], tmp_path / "site", tmp_path / "single.html", [])
    (script,) = (tmp_path / "site" / "assets").glob("history.*.js")
    page, single = ((tmp_path / name).read_text("utf-8") for name in ("site/clan_dashboard.html", "single.html"))
    assert script.read_text("utf-8").startswith("window.CLAN_HISTORY = {")
    assert f'data-history="assets/{script.name}"' in page
    assert 'id="late-history">window.CLAN_HISTORY = {' in single
