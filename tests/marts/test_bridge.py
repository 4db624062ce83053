"""The five terms of the bridge: each by its own formula, and together the change of the total to the unit."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records_kit import FOUNDED, MIDNIGHT, a_database, a_harvest, a_look, a_membership, day, land, marts_of

from pipeline.domain.records import Look
from pipeline.domain.window import Window
from pipeline.marts.bridge import Part, bridge
from pipeline.marts.model import Bridge
from pipeline.storage.types import to_ms

WEEK = Window(day(-7), MIDNIGHT)
TERMS = ("joiners", "leavers", "same_members", "newly_visible", "tracking_gap")
VALUES = st.none() | st.integers(0, 12) | st.integers(0, 4_600_000_000)


def terms(found: Bridge) -> dict[str, int]:
    return {name: getattr(found, name) for name in TERMS}


@st.composite
def parts(draw: st.DrawFn) -> Part:
    """A week of an account; without a look inside, nothing can have moved since before."""
    looked_at, before = draw(st.booleans()), draw(VALUES)
    first, last = (draw(VALUES), draw(VALUES)) if looked_at else (None, before)
    return Part(draw(st.booleans()), draw(st.booleans()), before, looked_at, first, last)


@settings(max_examples=100)
@given(st.lists(parts(), max_size=8))
def test_the_terms_add_up_to_the_change_to_the_unit(week: list[Part]) -> None:
    found = bridge(WEEK, week)
    assert sum(terms(found).values()) == found.change == found.total_end - found.total_start


@settings(max_examples=100)
@given(st.lists(parts(), max_size=8))
def test_the_totals_are_the_values_of_those_on_the_roster_at_each_end(week: list[Part]) -> None:
    found = bridge(WEEK, week)
    assert found.total_start == sum(part.before or 0 for part in week if part.here_before)
    assert found.total_end == sum(part.last or 0 for part in week if part.here_after)


@settings(max_examples=100)
@given(st.lists(parts(), max_size=8))
def test_only_the_tracking_gap_and_leavers_can_be_negative(week: list[Part]) -> None:
    found = bridge(WEEK, week)
    assert found.leavers <= 0
    assert min(found.joiners, found.same_members, found.newly_visible) >= 0


def stayed(before: int | None, first: int | None, last: int | None) -> Part:
    return Part(here_before=True, here_after=True, before=before, looked_at=True, first=first, last=last)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (stayed(100, 110, 150), {"same_members": 40, "tracking_gap": 10}),
        (stayed(100, 100, 150), {"same_members": 50}),
        (stayed(None, 110, 150), {"same_members": 40, "tracking_gap": 110}),
        (stayed(100, None, 150), {"newly_visible": 150, "tracking_gap": -100}),
        (stayed(None, None, 150), {"newly_visible": 150}),
        (stayed(0, 0, 150), {"newly_visible": 150}),
        (stayed(100, 110, 60), {"tracking_gap": -40}),
        (stayed(100, 110, None), {"tracking_gap": -100}),
        (stayed(100, None, None), {"tracking_gap": -100}),
        (Part(True, True, 100, False, None, 100), {}),
        (Part(False, True, 70, True, 80, 90), {"joiners": 90}),
        (Part(False, True, None, True, 80, None), {}),
        (Part(True, False, 70, True, 80, 90), {"leavers": -70}),
        (Part(False, False, 70, True, 80, 90), {}),
    ],
)
def test_each_account_moves_the_terms_it_belongs_to(part: Part, expected: dict[str, int]) -> None:
    assert terms(bridge(WEEK, [part])) == dict.fromkeys(TERMS, 0) | expected


def test_the_counts_tell_how_many_accounts_stand_behind_a_term() -> None:
    found = bridge(
        WEEK,
        [
            stayed(100, 110, 150), stayed(None, None, 9), stayed(None, None, None),
            Part(True, True, 5, False, None, 5),
            Part(False, True, None, True, 1, 2), Part(True, False, 3, False, None, 3), Part(False, False, 1, True, 1, 1),
        ],
    )  # fmt: skip
    assert (found.joined_count, found.left_count, found.same_count, found.newly_visible_count) == (1, 1, 4, 1)


# ── through the database ─────────────────────────────────────────────────────────────────────────────────────────────

SAME, OTHER, JOINER, LEAVER, HIDDEN, UNSEEN, GONE = range(1, 8)
Looks = dict[tuple[int, float], int | None]
BASE: Looks = {
    (SAME, -8): 100, (SAME, -6): 110, (SAME, -1): 150,
    (OTHER, -9): 1_000, (OTHER, -7): 1_000, (OTHER, -2): 2_000,
    (JOINER, -3): 5_000, (JOINER, -1): 5_500,
    (LEAVER, -8): 700, (LEAVER, -5): 800, (LEAVER, -1): 900,
    (HIDDEN, -8): None, (HIDDEN, -6): None, (HIDDEN, -1): 9_000,
    (UNSEEN, -8): 70,
    (GONE, -100): 3, (GONE, -5): 30,
}  # fmt: skip


def bridge_of(looks: Looks) -> Bridge:
    """The bridge of a week in which one joins and one leaves, as assembled from the database."""
    here = [a_membership(player) for player in (SAME, OTHER, HIDDEN, UNSEEN)]
    past = [*here, a_membership(LEAVER)]
    seen = [a_look(player, day(at), {"overall": value, "zulrah": 1}) for (player, at), value in looks.items()]
    with TemporaryDirectory() as folder:
        file = a_database(Path(folder))
        land(file, a_harvest([*past, a_membership(GONE)]), day(-50))
        land(file, a_harvest(past), day(-40))
        land(file, a_harvest([*here, a_membership(JOINER, since=day(-4))], snapshots=seen), day(-3))
        return marts_of(file, past=False).bridge


@cache
def terms_of_the_base() -> dict[str, int]:
    return terms(bridge_of(BASE))


def test_the_week_of_the_base_is_as_told() -> None:
    assert terms_of_the_base() == {
        "joiners": 5_500,
        "leavers": -700,
        "same_members": 1_040,
        "newly_visible": 9_000,
        "tracking_gap": 10,
    }


@pytest.mark.parametrize(
    ("what", "place", "value", "moved"),
    [
        ("a joiner's last value", (JOINER, -1), 5_600, {"joiners": 100}),
        ("a joiner's first value", (JOINER, -3), 4_000, {}),
        ("a joiner is unranked at the end", (JOINER, -1), None, {"joiners": -5_500}),
        ("a leaver's value before the week", (LEAVER, -8), 750, {"leavers": -50}),
        ("a leaver's value inside the week", (LEAVER, -5), 850, {}),
        ("a leaver's value after they left", (LEAVER, -1), 99_000, {}),
        ("a same member's last value", (SAME, -1), 170, {"same_members": 20}),
        ("a same member's value before the week", (SAME, -8), 90, {"tracking_gap": 10}),
        ("a same member's first look inside", (SAME, -6), 115, {"same_members": -5, "tracking_gap": 5}),
        (
            "a same member is unranked at the first look", (SAME, -6), None,
            {"same_members": -40, "newly_visible": 150, "tracking_gap": -110},
        ),
        (
            "a same member has 0 at the first look", (SAME, -6), 0,
            {"same_members": -40, "newly_visible": 150, "tracking_gap": -110},
        ),
        ("a same member falls below the first look", (SAME, -1), 60, {"same_members": -40, "tracking_gap": -50}),
        ("a same member falls off the hiscores", (SAME, -1), None, {"same_members": -40, "tracking_gap": -110}),
        ("the look on the midnight the week begins is inside", (OTHER, -7), 1_100, {"same_members": -100, "tracking_gap": 100}),
        ("the look on the midnight the week ends is not", (SAME, 0), 9_999, {}),
        ("the look just before that midnight is", (SAME, -1 / 86_400_000), 160, {"same_members": 10}),
        ("a newly visible member's last value", (HIDDEN, -1), 9_050, {"newly_visible": 50}),
        (
            "a newly visible member was ranked before the week", (HIDDEN, -8), 40, {"tracking_gap": -40},
        ),
        ("a member nobody looked at this week", (UNSEEN, -8), 80, {}),
        ("somebody long gone", (GONE, -5), 31, {}),
    ],
)  # fmt: skip
def test_one_reading_moves_exactly_its_terms(
    what: str, place: tuple[int, float], value: int | None, moved: Mapping[str, int]
) -> None:
    before, after = terms_of_the_base(), bridge_of(BASE | {place: value})
    assert {name: number - before[name] for name, number in terms(after).items() if number != before[name]} == moved, (
        what
    )
    assert sum(terms(after).values()) == after.change


TICKS = st.sampled_from([day(-9), day(-7, -1 / 3_600_000), day(-7), day(-6), day(-3), day(0, -1 / 3_600_000), day(0)])
SOURCES: tuple[Look, ...] = ("snapshot", "gained")


@st.composite
def weeks(
    draw: st.DrawFn,
) -> tuple[dict[tuple[int, datetime], tuple[Look, int | None]], list[tuple[int, datetime, datetime | None]]]:
    who = st.integers(1, 4)
    looks = draw(st.dictionaries(st.tuples(who, TICKS), st.tuples(st.sampled_from(SOURCES), VALUES), max_size=16))
    stays = draw(st.lists(st.tuples(who, TICKS, st.none() | TICKS), max_size=7, unique_by=lambda s: (s[0], s[1])))
    return looks, [stay for stay in stays if stay[2] is None or stay[2] > stay[1]]


@settings(max_examples=40)
@given(weeks())
def test_the_bridge_of_any_database_adds_up_to_its_totals(
    week: tuple[dict[tuple[int, datetime], tuple[Look, int | None]], list[tuple[int, datetime, datetime | None]]],
) -> None:
    looks, stays = week
    seen = [
        a_look(player, at, {"overall": value or None if source == "gained" else value, "zulrah": None}, source)
        for (player, at), (source, value) in looks.items()
    ]
    with TemporaryDirectory() as folder:
        file = a_database(Path(folder))
        land(file, a_harvest([a_membership(player) for player in range(1, 5)], snapshots=seen), FOUNDED)
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("DELETE FROM membership")
            connection.executemany(
                "INSERT INTO membership VALUES (?, ?, 'recruit', NULL, NULL, 0, ?, NULL)",
                [(player, to_ms(since), left and to_ms(left)) for player, since, left in stays],
            )
        found = marts_of(file, past=False).bridge

    def total(end: datetime) -> int:
        here = {who for who, since, left in stays if since < end and (left is None or left >= end)}
        last = {who: max((at for player, at in looks if player == who and at < end), default=None) for who in here}
        return sum(looks[who, at][1] or 0 for who, at in last.items() if at is not None)

    assert (found.total_start, found.total_end) == (total(WEEK.since), total(WEEK.until))
    assert sum(terms(found).values()) == found.change


def test_consecutive_weeks_meet() -> None:
    with TemporaryDirectory() as folder:
        file = a_database(Path(folder))
        seen = [a_look(1, day(-3 * number), 1_000 - number) for number in range(40)]
        land(file, a_harvest([a_membership(1)], snapshots=seen))
        found = marts_of(file, past=False).weeks
    assert len(found) == 12
    assert all(a.window.until == b.window.since and a.total_end == b.total_start for a, b in pairwise(found))
