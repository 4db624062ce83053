"""Until when somebody is still in a backup, if every night makes one."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from records_kit import a_database
from talk_kit import insert

from pipeline.forget.backups import held, last_gone
from pipeline.forget_list import Entry
from pipeline.storage.backup import Keep, backup, backup_before

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("keep", "gone_on"),
    [
        ("0d,0w,0m", date(2026, 11, 22)),
        ("7d,0w,0m", date(2026, 11, 28)),
        ("1d,4w,0m", date(2026, 11, 22)),
        ("0d,0w,3m", date(2026, 11, 22)),
        ("0d,0w,200m", date(2026, 11, 22)),
    ],
)
def test_a_backup_of_tonight_goes_when_enough_newer_ones_are_there(keep: str, gone_on: date) -> None:
    assert last_gone({NOW}, {NOW}, Keep.parse(keep), NOW) == gone_on


def test_the_last_of_a_month_stays_longest() -> None:
    end_of_month = datetime(2026, 10, 31, 3, tzinfo=UTC)
    taken = {end_of_month, NOW}
    assert last_gone(taken, taken, Keep.parse("7d,4w,12m"), NOW) == date(2027, 10, 1)


def test_what_stays_for_many_years_has_no_date() -> None:
    end_of_month = datetime(2026, 10, 31, 3, tzinfo=UTC)
    assert last_gone({end_of_month}, {end_of_month}, Keep.parse("0d,0w,200m"), NOW) is None


def test_without_any_it_is_gone_today() -> None:
    assert last_gone({NOW}, set(), Keep.parse("7d,4w,12m"), NOW) == NOW.date()


def test_it_is_what_really_happens() -> None:
    keep, present, night = Keep.parse("3d,2w,1m"), {NOW}, NOW
    told = last_gone({NOW}, {NOW}, keep, NOW)
    while NOW in present:
        night += timedelta(days=1)
        present = keep.choose({*present, night})
    assert told == night.date()


def test_a_copy_from_before_a_change_of_the_schema_is_listed_and_has_no_date(tmp_path: Path) -> None:
    database, folder, keep = a_database(tmp_path), tmp_path / "backups", Keep.parse("1d,0w,0m")
    insert(database, "discord_account", id=38, username="x", is_bot=False, in_guild=True, roles=())
    nightly, before = backup(database, folder, NOW, keep), backup_before("20270101a", database, folder, NOW)
    found = held(folder, (Entry((38,), (), NOW),), keep, NOW)
    assert (found.files, found.lasting) == ((nightly, before), (before,))
    assert found.gone_on == date(2026, 11, 22)
    assert held(folder, (Entry((39,), (), NOW),), keep, NOW).files == ()
