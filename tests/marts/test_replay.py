"""What a policy would have done in past months, with only what was known then, from real rows."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from records_kit import FOUNDED, NOW, a_database, a_harvest, a_look, a_membership, a_player, day, land

from pipeline.marts.ladder_replay import replay_ladder
from pipeline.marts.replay import month_starts, replay
from pipeline.marts.replay_model import Earned, Named, lines, removals
from pipeline.marts.rules import LadderRank, Rules
from pipeline.storage.engine import reading, writing
from pipeline.storage.types import to_ms

STAYS, COMES_BACK, GONE = 1, 2, 3
AS_OF = day(-80)
"""Two and a half months ago: sixty days later is over."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Three members looked at every other day: one plays on, one rests for 50 days and comes back, one rests for good."""
    file = a_database(tmp_path)
    names = {STAYS: "Amber", COMES_BACK: "Brave", GONE: "Cold"}
    moves: dict[int, Callable[[int], bool]] = {
        STAYS: lambda at: True,
        COMES_BACK: lambda at: at < -120 or at > -70,
        GONE: lambda at: at < -120,
    }
    looks = []
    for player_id, moved in moves.items():
        value = 1_000
        for at in range(-200, 0, 2):
            value += 10 * moved(at)
            looks.append(a_look(player_id, day(at), value))
    land(
        file,
        a_harvest(
            [a_membership(player_id) for player_id in moves],
            players=[a_player(player_id, name, updated_at=day(-2)) for player_id, name in names.items()],
            snapshots=looks,
        ),
        NOW,
    )
    return file


def named(file: Path, *thresholds: int, rules: Rules = Rules(), as_of: datetime = AS_OF) -> list[Named]:  # noqa: B008
    with reading(file) as connection:
        return list(replay(connection, rules, [as_of], thresholds, NOW))


def names(found: Named) -> tuple[list[str], list[str]]:
    return [soul.name for soul in found.named], [soul.name for soul in found.back]


def test_who_was_silent_then_is_named_and_who_came_back_is_regretted(file: Path) -> None:
    [found] = named(file, 30)
    assert names(found) == (["Brave", "Cold"], ["Brave"])
    assert (found.is_over, found.members) == (True, 3)


def test_a_longer_threshold_names_nobody_whom_a_shorter_does_not(file: Path) -> None:
    short, middle, long = named(file, 14, 30, 60)
    assert set(long.named) <= set(middle.named) <= set(short.named)
    assert names(long) == ([], [])


def test_what_came_later_was_not_known(file: Path) -> None:
    before = named(file, 30)
    late = a_harvest(players=[a_player(GONE, "Cold")], snapshots=[a_look(GONE, day(-1), 9_999)])
    land(file, late, NOW + timedelta(hours=1))
    assert [each.named for each in named(file, 30)] == [each.named for each in before]


def test_of_the_last_sixty_days_nobody_can_tell_who_comes_back(file: Path) -> None:
    [found] = named(file, 30, as_of=day(-20))
    assert (names(found)[0], found.is_over) == (["Cold"], False)


def test_a_month_without_any_look_is_left_out(file: Path) -> None:
    assert named(file, 30, as_of=FOUNDED - timedelta(days=30)) == []


def test_the_clans_own_threshold_comes_with_its_ranks(file: Path) -> None:
    rules = Rules(inactive_days=30, inactive_days_by_rank={"recruit": 90})
    own, alike = named(file, 30, 31, rules=rules)
    assert (names(own)[0], names(alike)[0]) == ([], ["Brave", "Cold"])


def test_a_line_counts_everybody_once_for_who_is_removed_is_not_there_to_be_named_again(file: Path) -> None:
    found = [*named(file, 30, as_of=day(-20)), *named(file, 30)]
    assert [names(each)[0] for each in found] == [["Cold"], ["Brave", "Cold"]]
    [line] = lines(found)
    assert (line.named, line.back, line.unseen, line.early, line.regret) == (2, 1, 0, 0, 0.5)
    assert [names(each)[0] for each in removals(found)] == [["Brave", "Cold"], []]
    assert lines([replace(found[0], named=(), back=())])[0].regret is None


def test_those_named_lately_are_counted_apart(file: Path) -> None:
    [line] = lines(named(file, 30, as_of=day(-20)))
    assert (line.named, line.early, line.regret) == (0, 1, None)


def test_of_whom_nobody_looked_at_since_nothing_is_known(file: Path) -> None:
    with writing(file) as connection:
        connection.exec_driver_sql(
            "DELETE FROM snapshot WHERE player_id = ? AND taken_at > ?", (GONE, to_ms(AS_OF + timedelta(days=9)))
        )
        connection.exec_driver_sql("UPDATE player SET updated_at = NULL WHERE id = ?", (GONE,))
    [found] = named(file, 30)
    assert [soul.name for soul in found.unseen] == ["Cold"]
    [line] = lines([found])
    assert (line.named, line.back, line.unseen, line.regret) == (2, 1, 1, 1.0)


def test_beyond_the_last_look_nothing_is_over_and_nobody_is_named(file: Path) -> None:
    with reading(file) as connection:
        late = NOW + timedelta(days=200)
        [then] = replay(connection, Rules(), [day(-20), late], [30], late)
    assert (then.as_of, then.is_over) == (day(-20), False)


def test_months_begin_by_the_clans_calendar() -> None:
    zone = ZoneInfo("America/New_York")
    found = month_starts(datetime(2026, 12, 1, 3, tzinfo=UTC), 3, zone)  # still November there
    assert found == [
        datetime(2026, 9, 1, 4, tzinfo=UTC), datetime(2026, 10, 1, 4, tzinfo=UTC), datetime(2026, 11, 1, 4, tzinfo=UTC),
    ]  # fmt: skip


# The ladder ---------------------------------------------------------------------------------------------------------


def earned(file: Path, ladder: Sequence[LadderRank], as_of: datetime = AS_OF) -> list[Earned]:
    with reading(file) as connection:
        return list(replay_ladder(connection, Rules(ladder=tuple(ladder)), [as_of], NOW))


def test_whom_the_ladder_would_have_promoted_and_who_had_gone_quiet(file: Path) -> None:
    ladder = [LadderRank("recruit"), LadderRank("general", ("tenure_days >= 100",))]
    [found] = earned(file, ladder)
    assert [soul.name for soul in found.due] == ["Amber", "Brave", "Cold"]
    assert [soul.name for soul in found.gone] == ["Cold"]
    assert (found.given, found.is_over) == ((), True)


def test_who_had_not_earned_it_then_is_not_named(file: Path) -> None:
    assert earned(file, [LadderRank("recruit"), LadderRank("general", ("xp_30d >= 100",))])[0].due[0].name == "Amber"
    assert earned(file, [LadderRank("recruit"), LadderRank("general", ("tenure_days >= 280",))]) == []
