"""The history holds what earlier nights would have said, whatever happened: their rolls, their gains, their verdicts."""

from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from records_kit import (
    FOUNDED,
    NOW,
    a_clan,
    a_database,
    a_harvest,
    a_look,
    a_membership,
    a_player,
    an_event,
    day,
    land,
    marts_of,
)
from talk_kit import AMY, BOB, ZED, a_line, a_word, an_evening, insert, say

from pipeline.domain.gains import gain
from pipeline.domain.metrics import Metric
from pipeline.domain.records import Snapshot
from pipeline.marts.model import History, Marts, Person
from pipeline.marts.replay import judged
from pipeline.marts.rules import Rules
from pipeline.marts.verdicts import inactivity
from pipeline.marts.week_play import Columns, _Weeks
from pipeline.marts.wording import Calendar
from pipeline.storage.engine import reading
from pipeline.storage.history_queries import ReadingsRow

METRICS = ("overall", "attack", "zulrah", "vorkath", "nex", "ehp", "ehb")
ROLES = ("owner", "general", "recruit", "oddity")
SPAN = 90


def a_past(file: Path, seed: int, *, known_since: datetime | None = None) -> Path:
    """Six players over three months: some are looked at seldom, come late, leave, rise, or never play; 3 is 1's alt.

    *known_since* is when the stays of the first three began, if the database knows of them already.
    """
    chance = Random(seed)
    looks = [look for player in range(1, 7) for look in _looks(chance, player)]
    since = {player: _at(chance, -200, -20) for player in range(1, 7)}
    if known_since:
        since |= dict.fromkeys((1, 2, 3), known_since)
    stays = [a_membership(player, chance.choice(ROLES), since=at) for player, at in since.items()]
    staying = stays[: chance.randrange(3, 7)]
    events = [an_event(stay.player_id, "left", _at(chance, -19, -1)) for stay in stays[len(staying) :]]
    for stay in staying:
        steps = sorted(_at(chance, -SPAN, -1) for _ in range(chance.randrange(3)))
        ranks = [*(chance.choice(ROLES) for _ in steps), stay.role]
        events += [
            an_event(stay.player_id, "changed_role", at, after, previous_role=before)
            for at, (before, after) in zip(steps, pairwise(ranks), strict=True)
        ]
    told = [a_player(player, last_changed_at=_at(chance, -150, -1)) for player in (5, 6)]
    land(file, a_harvest(stays, players=told, snapshots=looks), day(0, 2), name="first")
    land(file, a_harvest(staying, roster_events=events), NOW, name="second")
    insert(file, "person_player", player_id=3, person_id=1, method="part", confidence=0.94)
    return file


def _looks(chance: Random, player: int) -> list[Snapshot]:
    values: dict[str, int | None] = {metric: chance.choice((None, 0, 5_000)) for metric in METRICS}
    found: list[Snapshot] = []
    for at in sorted(_at(chance, -SPAN, 0) for _ in range(chance.choice((0, 1, 9, 60)))):
        for metric in chance.sample(METRICS, 2):
            values[metric] = chance.choice(((values[metric] or 0) + chance.randrange(9), values[metric], 7))
        found.append(a_look(player, at, dict(values), chance.choice(("snapshot", "gained"))))
    return found


def _at(chance: Random, since: float, until: float) -> datetime:
    return day(chance.uniform(since, until)).replace(microsecond=1_000)


@cache
def remembered(seed: int) -> tuple[History, list[Marts]]:
    """The history of such a past, and the night at the end of each of its weeks."""
    with TemporaryDirectory() as folder:
        file = a_past(a_database(Path(folder)), seed)
        history = marts_of(file).history
        return history, [marts_of(file, week.window.until, past=False) for week in history.weeks]


@pytest.mark.parametrize("seed", range(6))
def test_a_past_week_is_the_roll_of_the_night_at_its_end(seed: int) -> None:
    history, nights = remembered(seed)
    for week, then in list(zip(history.weeks, nights, strict=True))[:-1]:
        assert _unplaced(week.people) == _unplaced(then.people)


@pytest.mark.parametrize("seed", range(6))
def test_totals_are_the_boards_of_then(seed: int) -> None:
    history, nights = remembered(seed)
    for number, night in enumerate(nights):
        board = night.boards["7d"]
        then = {metric: sum(row.value for row in board.get(metric, ())) for metric in history.totals}
        assert {metric: line[number] for metric, line in history.totals.items()} == then


@pytest.mark.parametrize("seed", range(4))
def test_verdicts_are_those_of_a_replay(tmp_path: Path, seed: int) -> None:
    file = a_past(an_evening(tmp_path), seed, known_since=FOUNDED)
    chance = Random(seed)
    say(file, *(a_word(_at(chance, -80, 0), chance.choice((ZED, AMY, BOB)), number) for number in range(40)))
    say(file, *(a_word(_at(chance, -80, -9), ZED, n, deleted_at=_at(chance, -9, -1)) for n in range(60, 64)))
    say(file, *(a_line(_at(chance, -80, 0)) for _ in range(4)))
    rules = Rules(discord=True, inactive_days=14)
    weeks = marts_of(file, discord=True, inactive_days=14).history.weeks[:-1]
    with reading(file) as connection:
        for week in weeks:
            seats, known = judged(connection, rules, week.window.last, NOW)
            then = inactivity(seats, known, rules, Calendar(ZoneInfo(rules.time_zone), week.window.last)).verdicts
            assert {row.player_ids: (row.state, row.last_gain_at) for row in week.people} == {
                verdict.player_ids: (verdict.state, verdict.last_gain_at) for verdict in then
            }


@pytest.mark.parametrize("seed", range(3))
def test_words_are_those_of_the_night_at_the_end_of_the_week(tmp_path: Path, seed: int) -> None:
    file = an_evening(tmp_path)
    chance = Random(seed)
    land(file, a_harvest(None, snapshots=[a_look(2, day(-60), 1)]), day(-1, 5), name="old")
    say(file, *(a_word(_at(chance, -80, 0), chance.choice((ZED, AMY, BOB)), number) for number in range(60)))
    say(file, *(a_line(_at(chance, -80, 0)) for _ in range(4)))
    for week in marts_of(file, discord=True).history.weeks[:-1]:
        then = marts_of(file, week.window.until, past=False, discord=True).people
        assert [(row.person_id, row.messages, row.last_word_at) for row in week.people] == [
            (row.person_id, row.messages, row.last_word_at) for row in then
        ]


def _unplaced(people: tuple[Person, ...]) -> list[Person]:
    """Without the places of ranks: those that the clan never ordered stand among those in use at the time."""
    ordered = a_clan().role_orders
    placed = [row if row.role in ordered else row._replace(role_place=len(ordered)) for row in people]
    return sorted(placed, key=lambda row: row.person_id)


STEPS = st.lists(st.tuples(st.integers(1, 20), st.one_of(st.none(), st.integers(0, 30))), min_size=1, max_size=12)


@given(steps=STEPS, metric=st.sampled_from(["overall", "zulrah"]))
def test_whole_columns_gain_as_the_rule_says(steps: list[tuple[int, int | None]], metric: str) -> None:
    """Looks at one value, so many milliseconds apart, in weeks of 30 ms."""
    taken, at = [], 0
    for pause, _ in steps:
        at += pause
        taken.append(at)
    values = [value for _, value in steps]
    moved = [n for n, value in enumerate(values) if value != (values[n - 1] if n else None)]
    edges = np.arange(0, 271, 30)
    columns = Columns({1: Metric(metric, metric, "boss")})
    weeks = _Weeks(edges, columns, np.array(taken), 0)
    numbers = [
        np.array(column, np.int64) for column in zip(*((1, taken[n], values[n] or 0) for n in moved), strict=True)
    ]
    if numbers:
        weeks.read(ReadingsRow(1, *numbers), taken[0])
    for week, found in enumerate(weeks.play().gains[:, 0].tolist()):
        seen = [value for at, value in zip(taken, values, strict=True) if edges[week] <= at < edges[week + 1]]
        assert found == (gain(metric, seen[0], seen[-1]) if seen else 0)
