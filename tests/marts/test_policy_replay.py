"""Past months under the clan's rules: worked out once, kept by the rules they were worked out by, and told as they were."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from records_kit import NOW, a_database, a_harvest, a_look, a_membership, a_player, day, land, rows
from test_replay import STAYS

from pipeline.marts import policy_work
from pipeline.marts.ladder_replay import replay_ladder
from pipeline.marts.policy_replay import digest, policy_replay, unsettled
from pipeline.marts.replay import month_starts, replay
from pipeline.marts.replay_model import THRESHOLDS, PolicyReplay
from pipeline.marts.rules import Alert, LadderRank, Rules
from pipeline.storage import replays
from pipeline.storage.engine import reading, writing

ZONE = ZoneInfo("UTC")
RULES = Rules(inactive_days=40, ladder=(LadderRank("recruit"), LadderRank("general", ("tenure_days >= 100",))))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two members looked at every other day for 200 days, one of whom has long stopped playing."""
    file, quiet = a_database(tmp_path), 2
    looks = []
    for player_id in (STAYS, quiet):
        value = 1_000
        for at in range(-200, 0, 2):
            value += 10 if player_id == STAYS or at < -120 else 0
            looks.append(a_look(player_id, day(at), value))
    members = [a_membership(STAYS), a_membership(quiet)]
    players = [a_player(STAYS, "Amber", updated_at=day(-2)), a_player(quiet, "Cold", updated_at=day(-2))]
    land(file, a_harvest(members, players=players, snapshots=looks), NOW)
    return file


def work(file: Path, rules: Rules = RULES, now: datetime = NOW, members: int = 2) -> int:
    """A night's work; returns how many months it worked out."""
    with reading(file) as connection:
        found = list(policy_work.months(connection, rules, now, members))
    with writing(file) as connection:
        replays.keep(connection, digest(rules), found)
    return len(found)


def told(file: Path, rules: Rules = RULES, now: datetime = NOW) -> PolicyReplay:
    with reading(file) as connection:
        return policy_replay(connection, rules, now)


def months(file: Path, rules: Rules = RULES) -> Iterator[datetime]:
    with reading(file) as connection:
        yield from sorted(unsettled(connection, rules, NOW))


def test_what_is_kept_is_what_the_replay_says(file: Path) -> None:
    instants = list(months(file))
    work(file)
    with reading(file) as connection:
        named = tuple(
            each for at in instants for each in replay(connection, RULES, [at], sorted({*THRESHOLDS, 40}), NOW)
        )
        earned = tuple(each for at in instants for each in replay_ladder(connection, RULES, [at], NOW))
    assert (told(file).named, told(file).earned) == (named, earned)
    assert named
    assert earned


def test_the_clan_s_own_threshold_is_among_those_that_are_tried(file: Path) -> None:
    work(file)
    assert {each.threshold_days for each in told(file).named} == {*THRESHOLDS, 40}
    assert told(file).own_days == 40


def test_a_month_that_is_over_is_not_worked_out_again(file: Path) -> None:
    assert work(file) == 6
    assert work(file) == 0


def test_a_large_clan_takes_several_nights_the_latest_months_first(file: Path) -> None:
    assert work(file, members=500) == 3
    assert told(file).missing == 3
    assert max(each.as_of for each in told(file).named) == month_starts(NOW, 1, ZONE)[0]
    assert (work(file, members=500), told(file).missing) == (3, 0)


def test_a_clan_of_any_size_gets_on(file: Path) -> None:
    assert work(file, members=9_999) == 1


def test_other_rules_are_worked_out_anew_and_the_old_ones_forgotten(file: Path) -> None:
    work(file)
    other = replace(RULES, newcomer_grace_days=3)
    assert told(file, other) == PolicyReplay(own_days=40, missing=6)
    work(file, other)
    assert rows(file, "SELECT DISTINCT rules FROM replay") == [digest(other)]


def test_rules_that_bear_on_nobody_of_the_past_change_nothing() -> None:
    assert digest(
        replace(RULES, alerts=(Alert("Many leave", "left_30d > 3"),), roles={"Captain": "captain"})
    ) == digest(RULES)


def test_a_month_is_worked_out_once_more_when_its_sixty_days_are_over(file: Path) -> None:
    work(file)
    open_months = len(rows(file, "SELECT as_of FROM replay WHERE NOT is_over"))
    later = NOW + timedelta(days=61)
    looks = [a_look(STAYS, NOW + timedelta(days=at), 9_999 + at) for at in range(1, 61)]
    land(file, a_harvest([a_membership(STAYS)], players=[a_player(STAYS, "Amber")], snapshots=looks), later)
    work(file, now=later)
    assert open_months > 0
    assert not [
        each for each in told(file, now=later).named if not each.is_over and each.as_of < NOW - timedelta(days=1)
    ]


def test_a_past_night_knows_only_the_months_before_it(file: Path) -> None:
    work(file)
    then = day(-70)
    assert {each.as_of for each in told(file, now=then).named} <= set(month_starts(then, 6, ZONE))


def test_without_any_look_there_is_nothing_to_work_out(tmp_path: Path) -> None:
    file = a_database(tmp_path)
    assert (work(file), told(file)) == (0, PolicyReplay(own_days=40))
