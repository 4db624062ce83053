"""Versions, room and words: plain functions."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.doctor.clocks import beside_the_newest_run, compared
from pipeline.doctor.decided import zone
from pipeline.doctor.folders import AMPLE, growth, room
from pipeline.doctor.machine import libraries, python, sqlite
from pipeline.doctor.patient import Patient
from pipeline.doctor.words import MB, counted, listed, size, span
from pipeline.settings import DOTENV, Settings
from pipeline.storage.backup import Keep

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
NEED = 200 * MB


@pytest.mark.parametrize("wanted", ["fastapi<0.1", "sqlalchemy>=99", "no-such-library>=1"])
def test_a_library_that_is_not_as_tested_must_be_mended(wanted: str) -> None:
    found = libraries([wanted, "prefect"])
    assert (found.state, wanted.partition("<")[0].partition(">")[0] in found.said, "uv sync" in found.remedy) == (
        "wrong",
        True,
        True,
    )


def test_a_library_that_is_asked_for_elsewhere_only_is_not_missed() -> None:
    assert libraries(["no-such-library>=1; python_version < '3'"]).state == "ok"


def test_pythons_and_sqlites_that_are_too_old_must_be_mended() -> None:
    assert [python("3.10.4", ">=3.11,<3.14").state, python("3.12.0", ">=3.11,<3.14").state] == ["wrong", "ok"]
    assert [sqlite((3, 34, 1)).state, sqlite((3, 35, 0)).state] == ["wrong", "ok"]


@pytest.mark.parametrize(
    ("free", "a_night", "state"),
    [
        (NEED - 1, 0, "wrong"),
        (NEED, 0, "warning"),
        (AMPLE * NEED - 1, 0, "warning"),
        (AMPLE * NEED, 0, "ok"),
        (AMPLE * NEED, (AMPLE - 1) * NEED / 29, "warning"),
        (AMPLE * NEED, (AMPLE - 1) * NEED / 31, "ok"),
    ],
)
def test_room_is_judged_by_a_night_and_by_a_month_of_them(free: int, a_night: float, state: str) -> None:
    found = room("disk space", free, NEED, a_night)
    assert found.state == state
    assert ("BACKUP_KEEP" in found.remedy) == (state != "ok")


def test_a_night_adds_what_the_database_grew_in_it_and_in_every_copy(tmp_path: Path) -> None:
    for day, megabytes in ((1, 10), (11, 20)):
        (tmp_path / f"clan_data-202611{day:02d}T030000000Z.db").write_bytes(bytes(megabytes * 1000))
    assert growth(tmp_path, Keep(7, 4, 12)) == 10_000 / 10 * 24
    assert growth(tmp_path / "none", Keep(7, 4, 12)) == 0


@pytest.mark.parametrize(
    ("minutes", "state"),
    [(0, "ok"), (2, "ok"), (-2, "ok"), (3, "warning"), (-3, "warning"), (1441, "wrong"), (-1441, "wrong")],
)
def test_clocks_may_differ_by_two_minutes_and_must_not_by_a_day(minutes: int, state: str) -> None:
    found = compared("clock", timedelta(minutes=minutes), "theirs")
    assert found.state == state
    assert ("behind" in found.said, "ahead of" in found.said) == (minutes > 2, minutes < -2)


def test_a_server_that_tells_no_time_is_no_reason_to_doubt_the_clock() -> None:
    assert compared("clock", None, "theirs").state == "skipped"


@pytest.mark.parametrize(("hours", "state"), [(-1, "ok"), (0, "ok"), (1, "warning"), (25, "wrong")])
def test_no_run_can_have_been_later_than_now(hours: int, state: str) -> None:
    assert beside_the_newest_run(NOW + timedelta(hours=hours), NOW).state == state


def test_a_time_zone_without_data_must_be_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DOTENV, "")
    patient = Patient(Settings.survey(), NOW, lambda: NOW)
    found = zone("Mars/Olympus", patient)
    assert (found.state, "tzdata" in found.remedy, zone("Europe/Berlin", patient).state) == ("wrong", True, "ok")


def test_sizes_ages_and_lists_are_said_as_people_say_them() -> None:
    assert [size(12), size(2048), size(5.5 * MB), size(3 * 1024 * MB)] == ["12 bytes", "2.0 KB", "5.5 MB", "3.0 GB"]
    assert [span(timedelta(seconds=9)), span(timedelta(minutes=90)), span(timedelta(days=-3))] == [
        "9 seconds",
        "90 minutes",
        "3 days",
    ]
    assert [counted(1, "row"), counted(2, "row"), listed(["a", "b", "c"], 2)] == ["1 row", "2 rows", "a, b and 1 more"]
