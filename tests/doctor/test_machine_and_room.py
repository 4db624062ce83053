"""Versions, room and words: plain functions."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.doctor.clocks import beside_the_newest_run, compared
from pipeline.doctor.decided import zone
from pipeline.doctor.folders import room
from pipeline.doctor.machine import libraries, python, sqlite
from pipeline.doctor.patient import Patient
from pipeline.doctor.words import listed, span
from pipeline.domain.foresight import MB, ROOM_NIGHTS
from pipeline.settings import DOTENV, Settings

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
    ("free", "state"),
    [(NEED - 1, "wrong"), (NEED, "warning"), (ROOM_NIGHTS * NEED - 1, "warning"), (ROOM_NIGHTS * NEED, "ok")],
)
def test_room_is_judged_by_what_a_night_needs(free: int, state: str) -> None:
    found = room("disk space", free, NEED)
    assert found.state == state
    assert ("BACKUP_KEEP" in found.remedy) == (state != "ok")


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
    assert [span(timedelta(seconds=9)), span(timedelta(minutes=90)), span(timedelta(days=-3))] == [
        "9 seconds",
        "90 minutes",
        "3 days",
    ]
    assert listed(["a", "b", "c"], 2) == "a, b and 1 more"
