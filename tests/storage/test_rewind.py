"""A copy of the database as it was: table by table what the first night left, whatever later nights told."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from records_kit import (
    a_competition,
    a_database,
    a_harvest,
    a_look,
    a_membership,
    a_player,
    a_rename,
    a_score,
    an_achievement,
    an_event,
    contents,
    day,
    land,
    marts_of,
    rows,
)
from talk_kit import AMY as AMYS
from talk_kit import (
    BOB,
    GENERAL,
    HELP,
    a_channel,
    a_discord_night,
    a_guild,
    a_line,
    a_word,
    an_account,
    an_evening,
    insert,
    say,
)

from pipeline.domain.records import Look, Snapshot
from pipeline.domain.talk import snowflake_at
from pipeline.errors import StorageError
from pipeline.storage.engine import writing
from pipeline.storage.rewind import rewind, rewound
from pipeline.storage.types import to_ms

THEN = day(-2, 3)
"""The night that is wanted again."""
MEANWHILE = THEN + timedelta(seconds=65)
"""When Wise Old Man looked at Amy while that night asked."""
LATER = day(0, 3)

ZED, AMY, TOM, EVE = 1, 2, 3, 4
"""Zed is renamed and promoted, Tom leaves and Eve joins between the two nights."""
RACE, OVER, COMING = 31, 32, 33
"""Contests: under way then, over before, and made up later."""


def first_night(file: Path) -> None:
    people = [
        a_player(ZED, "Old Zed", updated_at=day(-2, 2), last_changed_at=day(-2, 2)),
        a_player(AMY, updated_at=MEANWHILE),
        a_player(TOM),
    ]
    land(
        file,
        a_harvest(
            [a_membership(ZED, "recruit"), a_membership(AMY), a_membership(TOM)],
            players=people,
            snapshots=[
                a_look(ZED, day(-3, 5), {"zulrah": 12, "overall": 1_200}),
                a_look(ZED, day(-2, 2), {"zulrah": 15, "overall": 1_500}),
                a_look(TOM, day(-3, 4), {"zulrah": None, "overall": 300}),
                a_look(AMY, MEANWHILE, {"zulrah": 500, "overall": 9_000}),
            ],
            achievements=[an_achievement(AMY, "500 Zulrah kills", day(-9))],
            competitions=[a_competition(RACE, day(-4), day(1), participant_count=3), a_competition(OVER, day(-9), day(-8))],
            participations=[
                replace(a_score(RACE, ZED, 5, updated_at=day(-2, 2)), start=10, end=15),
                a_score(OVER, AMY, 7, updated_at=day(-8)),
            ],
        ),
        THEN,
        days=("2026-11-18",),
    )  # fmt: skip


def later_night(file: Path) -> None:
    people = [
        a_player(ZED, "New Zed", status="flagged", updated_at=day(0, 2), last_changed_at=day(0, 2)), a_player(AMY, updated_at=MEANWHILE),
        a_player(EVE),
    ]  # fmt: skip
    land(
        file,
        a_harvest(
            [a_membership(ZED, "general", updated_at=day(-1)), a_membership(AMY), a_membership(EVE, since=day(-1, 9))],
            players=people,
            snapshots=[
                a_look(ZED, day(-2, 1), {"zulrah": 15, "overall": 1_400}, "gained"),
                a_look(ZED, day(-2, 9), {"zulrah": 19, "overall": 1_900}, "gained"),
                a_look(ZED, day(0, 2), {"zulrah": 25, "overall": 2_500, "the_new_boss": 1}),
                a_look(EVE, day(-90), 77),
            ],
            roster_events=[
                an_event(ZED, "changed_role", day(-1), "general", previous_role="recruit"),
                an_event(TOM, "left", day(-1, 2), "recruit"),
                an_event(EVE, "joined", day(-1, 9), "recruit"),
            ],
            name_changes=[a_rename(1, ZED, "Old Zed", "New Zed", day(-1, 4))],
            achievements=[an_achievement(ZED, "500 Zulrah kills", day(-1)), an_achievement(EVE, "Maxed", day(-95))],
            competitions=[
                a_competition(RACE, day(-4), day(1), participant_count=3), a_competition(OVER, day(-9), day(-8)),
                a_competition(COMING, day(2), day(9), created_at=day(-1)),
            ],
            participations=[
                replace(a_score(RACE, ZED, 15, updated_at=day(0, 2)), start=10, end=25),
                replace(a_score(RACE, EVE, 0, updated_at=day(0, 2)), start=1, end=1),
            ],
        ),
        LATER,
        days=("2026-11-19", "2026-11-20"),
    )  # fmt: skip


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The database as the first night left it."""
    file = a_database(tmp_path, "kept.db")
    first_night(file)
    return file


@pytest.fixture
def file(kept: Path, tmp_path: Path) -> Path:
    """The same after the later night."""
    file = tmp_path / "clan_data.db"
    shutil.copy(kept, file)
    later_night(file)
    return file


@pytest.fixture
def again(file: Path, tmp_path: Path) -> Iterator[Path]:
    with rewound(file, THEN, tmp_path / "again.db") as copy:
        yield copy


def test_every_table_is_what_it_was(kept: Path, again: Path) -> None:
    there = {table: found for table, found in contents(kept, besides=()).items() if table != "person"}
    here = contents(again, besides=())
    assert {table: here[table] for table in there} == there


def test_people_are_called_and_ranked_as_they_were_and_sit_where_they_sat(again: Path) -> None:
    members = {member.name: member.role for member in marts_of(again, THEN).members}
    assert members == {"Old Zed": "recruit", "Player 2": "recruit", "Player 3": "recruit"}


def test_the_answers_are_those_of_the_night(kept: Path, again: Path) -> None:
    assert marts_of(again, THEN) == marts_of(kept, THEN)


def test_an_instant_between_two_nights_knows_what_the_earlier_one_knew(file: Path, kept: Path, tmp_path: Path) -> None:
    with rewound(file, LATER - timedelta(hours=1), tmp_path / "again.db") as copy:
        assert rows(copy, "SELECT * FROM landing") == rows(kept, "SELECT * FROM landing")
        assert rows(copy, "SELECT display_name FROM player WHERE id = ?", ZED) == ["Old Zed"]


def test_the_present_is_left_as_it_is(file: Path, tmp_path: Path) -> None:
    with rewound(file, LATER, tmp_path / "again.db") as copy:
        assert contents(copy, besides=()) == contents(file, besides=())


def test_the_original_keeps_every_byte_and_nothing_is_left_of_the_copy(file: Path, tmp_path: Path) -> None:
    before, around = file.read_bytes(), sorted(tmp_path.iterdir())
    with rewound(file, THEN, tmp_path / "again.db") as copy:
        assert copy.exists()
    assert (file.read_bytes(), sorted(tmp_path.iterdir())) == (before, around)


def test_nothing_is_left_when_the_block_fails_and_leftovers_of_a_killed_run_are_no_hindrance(
    file: Path, tmp_path: Path
) -> None:
    around = sorted(tmp_path.iterdir())
    for suffix in ("", "-wal", "-shm", ".partial"):
        (tmp_path / f"again.db{suffix}").write_bytes(b"torn")
    with pytest.raises(IndexError), rewound(file, THEN, tmp_path / "again.db") as copy:
        rows(copy, "SELECT * FROM membership")[99]
    assert sorted(tmp_path.iterdir()) == around


def test_a_damaged_database_is_told_as_such(tmp_path: Path) -> None:
    file = tmp_path / "clan_data.db"
    file.write_bytes(b"not a database at all, but long enough to be read as one" * 100)
    with pytest.raises(StorageError, match="damaged"), rewound(file, THEN, tmp_path / "again.db"):
        pass


# ── what somebody who came back brings ──────────────────────────────────────────────────────────────────────────────


def test_looks_at_somebody_who_was_away_are_not_known_before_they_are_back(tmp_path: Path) -> None:
    file = a_database(tmp_path)
    land(file, a_harvest([a_membership(ZED), a_membership(TOM)], snapshots=[a_look(TOM, day(-20), 5)]), day(-19))
    land(file, a_harvest([a_membership(ZED)], roster_events=[an_event(TOM, "left", day(-18, 12))]), day(-18, 15))
    land(file, a_harvest([a_membership(ZED)]), THEN)
    back = [a_membership(ZED), a_membership(TOM, since=day(-1))]
    land(file, a_harvest(back, snapshots=[a_look(TOM, day(-10), 9), a_look(TOM, day(-1), 11)]), LATER)
    with rewound(file, THEN, tmp_path / "again.db") as copy:
        assert rows(copy, "SELECT taken_at FROM snapshot") == [to_ms(day(-20))]


# ── looks of days that were asked for later ─────────────────────────────────────────────────────────────────────────

looks = st.lists(
    st.tuples(st.integers(0, 71), st.sampled_from([None, 1, 2, 3])), max_size=9, unique_by=lambda each: each[0]
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(looks, st.sets(st.integers(0, 2)))
def test_readings_are_those_of_the_looks_that_were_known(
    tmp_path: Path, seen: list[tuple[int, int | None]], asked: set[int]
) -> None:
    """Three days by their hours; those not *asked* then are asked for later."""
    kept, file = a_database(tmp_path, "kept.db"), tmp_path / "clan_data.db"
    names = [day(-5 + each).date().isoformat() for each in range(3)]

    def of(days: set[int]) -> list[Snapshot]:
        return [a_look(ZED, day(-5, hour), value, "gained") for hour, value in seen if hour // 24 in days]

    land(kept, a_harvest([a_membership(ZED)], snapshots=of(asked)), THEN, days=tuple(names[each] for each in asked))
    shutil.copy(kept, file)
    land(file, a_harvest([a_membership(ZED)], snapshots=of({0, 1, 2} - asked)), LATER, days=tuple(names))
    with writing(file) as connection:
        rewind(connection, THEN)
    for table in ("snapshot", "reading"):
        assert rows(file, f"SELECT * FROM {table}") == rows(kept, f"SELECT * FROM {table}")


@pytest.mark.parametrize("source", ["snapshot", "gained"])
def test_days_before_the_first_night_that_a_later_backfill_brought_are_not_known(source: Look, tmp_path: Path) -> None:
    file = a_database(tmp_path)
    land(file, a_harvest([a_membership(ZED)], snapshots=[a_look(ZED, day(-30), 5)]), THEN)
    older = a_harvest(snapshots=[a_look(ZED, day(-60), 1, source), a_look(ZED, day(-30), 5)])
    land(file, older, LATER, days=(day(-60).date().isoformat(),), histories={ZED: day(-60)})
    with rewound(file, THEN, tmp_path / "again.db") as copy:
        assert rows(copy, "SELECT taken_at FROM snapshot") == [to_ms(day(-30))]


def test_a_joiners_own_history_stays_known(tmp_path: Path) -> None:
    file = a_database(tmp_path)
    land(file, a_harvest([a_membership(ZED)]), day(-9))
    joined = a_harvest([a_membership(ZED), a_membership(EVE, since=day(-3))], snapshots=[a_look(EVE, day(-90), 77)])
    land(file, joined, THEN, histories={EVE: day(-368)})
    land(file, a_harvest([a_membership(ZED)]), LATER)
    with rewound(file, THEN, tmp_path / "again.db") as copy:
        assert rows(copy, "SELECT player_id, taken_at FROM snapshot") == [(EVE, to_ms(day(-90)))]


# ── Discord ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_not_heard_of_discord_yet_is_not_there(tmp_path: Path) -> None:
    file = an_evening(tmp_path)
    a_discord_night(file, THEN)
    later, room = day(-1), snowflake_at(day(-1))
    say(
        file,
        a_word(day(-3)),
        a_word(day(-5), BOB, deleted_at=later),
        a_word(day(-4), edited_at=later),
        a_word(later, AMYS),
    )
    a_channel(file, room, "brand new")
    an_account(file, 21, "Newcomer", joined_at=later)
    an_account(file, 22, in_guild=False, joined_at=None)
    an_account(file, BOB, in_guild=False, left_at=later)
    with rewound(file, THEN, tmp_path / "again.db") as copy:
        assert rows(copy, "SELECT id, edited_at, deleted_at FROM message ORDER BY id DESC") == [
            (snowflake_at(day(-3)), None, None),
            (snowflake_at(day(-4)), None, None),
            (snowflake_at(day(-5)), None, None),
        ]
        assert not rows(copy, "SELECT id FROM channel WHERE id = ?", room)
        assert not rows(copy, "SELECT id FROM discord_account WHERE id IN (21, 22)")
        assert rows(copy, "SELECT in_guild, left_at FROM discord_account WHERE id = ?", BOB) == [(1, None)]


def test_before_discord_was_read_there_is_no_guild(tmp_path: Path) -> None:
    file = a_database(tmp_path)
    first_night(file)
    a_guild(file, chosen_at=LATER)
    a_channel(file, GENERAL)
    an_account(file, BOB)
    say(file, a_word(day(-5), BOB))
    a_discord_night(file, LATER)
    with rewound(file, THEN, tmp_path / "again.db") as copy:
        for table in ("guild", "channel", "discord_account", "message"):
            assert rows(copy, f"SELECT count(*) FROM {table}") == [0]


def test_a_time_before_the_first_night_is_told_by_that_night(file: Path, tmp_path: Path) -> None:
    """Both halves are: looks that a backfill brought, and messages that the first reading of Discord found."""
    before = day(-4, 12)
    a_guild(file, chosen_at=THEN)
    a_channel(file, GENERAL)
    an_account(file, BOB, joined_at=day(-20))
    say(file, a_word(day(-5), BOB), a_word(day(-3), BOB), a_word(day(-1), BOB))
    a_discord_night(file, THEN)
    insert(
        file, "landing", name="20261118T000000Z-wom-backfill", source="wom", kind="backfill", run_id="test",
        fetched_at=THEN - timedelta(hours=5), reached_at=THEN - timedelta(hours=5), days=(), walked=False, failed=(),
    )  # fmt: skip
    with rewound(file, before, tmp_path / "again.db") as copy:
        told = marts_of(copy, before, discord=True)
        scores = rows(copy, "SELECT competition_id FROM participation")
    assert [(source.source, source.fetched_at, source.state) for source in told.freshness.sources] == [
        ("wom", before, "fresh"),
        ("discord", before, "fresh"),
    ]
    assert {member.name for member in told.members} == {"Old Zed", "Player 2", "Player 3"}
    assert told.talk is not None
    assert (told.talk.totals["all"], told.talk.heard_until) == (1, before)
    assert scores == [OVER]  # the race went on, and nobody knows how it stood


def test_before_wise_old_man_answered_there_is_no_clan(file: Path, tmp_path: Path) -> None:
    a_guild(file)
    a_discord_night(file, THEN - timedelta(days=1))
    with rewound(file, THEN - timedelta(hours=1), tmp_path / "again.db") as copy:
        told = marts_of(copy, THEN - timedelta(hours=1), discord=True)
    assert (told.clan.name, told.members, told.talk is None) == ("No clan yet", (), False)


def test_clan_chat_of_whom_nobody_knew_yet_is_nobodys(file: Path, tmp_path: Path) -> None:
    a_guild(file)
    a_channel(file, HELP)
    say(file, a_line(day(-5), "Eve", EVE, channel_id=HELP))
    a_discord_night(file, THEN)
    with rewound(file, THEN, tmp_path / "again.db") as copy:
        assert rows(copy, "SELECT relayed_name, relayed_player_id FROM message") == [("Eve", None)]


# ── what was advised, decided and run ───────────────────────────────────────────────────────────────────────────────


def test_what_was_advised_later_is_not_said_and_what_was_over_later_is_not_over(file: Path, tmp_path: Path) -> None:
    held = {"kind": "away", "expires_at": None, "counted": True, "body": "", "seen_at": LATER}
    insert(file, "insight", key="away:1", created_at=THEN, retired_at=LATER, fate="lapsed", **held)
    insert(file, "insight", key="away:2", created_at=LATER, retired_at=None, fate=None, **held)
    with rewound(file, THEN, tmp_path / "again.db") as copy:
        assert rows(copy, "SELECT key, seen_at, retired_at, fate FROM insight") == [("away:1", to_ms(THEN), None, None)]


def test_what_became_of_a_forecast_later_is_not_known(file: Path, tmp_path: Path) -> None:
    held = {"player_id": ZED, "metric_id": 1, "value": 1, "low_at": day(-1), "mid_at": day(1), "high_at": day(2)}
    over = {"reached_at": LATER, "fate": "inside", "resolved_at": LATER}
    insert(file, "forecast", threshold=2, made_at=day(-5), **held, **over)
    insert(file, "forecast", threshold=3, made_at=day(-1), **held)
    with rewound(file, THEN, tmp_path / "again.db") as copy:
        assert rows(copy, "SELECT threshold, reached_at, fate, resolved_at FROM forecast") == [(2, None, None, None)]


def test_later_runs_and_decisions_are_gone(file: Path, tmp_path: Path) -> None:
    for at in (THEN, LATER):
        insert(file, "run", id=f"{at:%d}", night=f"{at:%Y-%m-%d}", now=at, state="done", exit_code=0, sentence="")
        insert(
            file, "stage_run", run_id=f"{at:%d}", name="load", state="done", attempts=1, seconds=1.0, requests=0, bytes=0,
            inserted=0, updated=0, unchanged=0,
        )  # fmt: skip
        insert(
            file, "decision", key=f"identify:{at.day}:{ZED}", kind="identify", player_id=ZED, account_id=at.day,
            verdict="reject", mark="m", decided_at=THEN, noted_at=at, word="", what="", who="", reason="", proof="", origin="command",
            fate="apart", fate_at=LATER,
        )  # fmt: skip
        insert(file, "replay", rules="r", as_of=at, is_over=True, body="[]")
        insert(
            file, "digest", kind="nightly", night=f"{at:%Y-%m-%d}", reason="", state="sent", run_id=f"{at:%d}", told_at=at,
            sent_at=at, message_id=at.day,
        )  # fmt: skip
    with rewound(file, THEN, tmp_path / "again.db") as copy:
        assert rows(copy, "SELECT id FROM run") == rows(copy, "SELECT run_id FROM stage_run") == ["19"]
        assert rows(copy, "SELECT account_id, fate, fate_at FROM decision") == [(19, None, None)]
        assert len(rows(copy, "SELECT as_of FROM replay")) == 1
        assert rows(copy, "SELECT run_id FROM digest") == ["19"]


@pytest.mark.parametrize(("days", "fate"), [(-31, "stayed"), (-29, None)])
def test_that_a_promotion_was_a_good_one_is_known_thirty_days_after_it(
    file: Path, tmp_path: Path, days: float, fate: str | None
) -> None:
    insert(
        file, "decision", key="promote:1:general", kind="promote", verdict="promote", decided_at=day(-60), noted_at=day(-60),
        mark="m", word="", what="", who="", reason="", proof="", origin="command", fate="stayed", fate_at=THEN + timedelta(days=days),
    )  # fmt: skip
    with rewound(file, THEN, tmp_path / "again.db") as copy:
        assert rows(copy, "SELECT fate FROM decision") == [fate]
