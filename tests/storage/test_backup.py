"""Backups: good copies or none, thinned out with age, and a way back."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records_kit import NOW, a_database, a_harvest, a_membership, contents, day, land, rows

from pipeline.errors import StorageError
from pipeline.storage.backup import Keep, backup, backups, check, copy, restore
from pipeline.storage.engine import writing

KEEP = Keep(7, 4, 12)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    file = a_database(tmp_path)
    land(file, a_harvest([a_membership(1), a_membership(2)]))
    return file


def damage(file: Path) -> None:
    """Overwrite the second half of the file, as a failing disk does."""
    content = file.read_bytes()
    half = len(content) // 2
    file.write_bytes(content[:half] + b"\xa5" * (len(content) - half))


def clan_names(file: Path) -> list[str]:
    return [str(name) for name in rows(file, "SELECT name FROM clan")]


def rename_clan(file: Path, name: str) -> None:
    with writing(file) as connection:
        connection.exec_driver_sql("UPDATE clan SET name = ?", (name,))


def test_a_backup_holds_all_that_the_database_holds(database: Path, tmp_path: Path) -> None:
    made = backup(database, tmp_path / "backups", NOW, KEEP)
    assert contents(made, besides=()) == contents(database, besides=())


def test_a_backup_is_one_file_with_nothing_beside_it(database: Path, tmp_path: Path) -> None:
    made = backup(database, tmp_path / "backups", NOW, KEEP)
    assert [path.name for path in made.parent.iterdir()] == ["clan_data-20261121T040000000Z.db"]


def test_a_backup_can_be_made_while_somebody_writes_and_holds_what_was_committed(
    database: Path, tmp_path: Path
) -> None:
    with writing(database) as connection:
        connection.exec_driver_sql("UPDATE clan SET name = 'half done'")
        made = backup(database, tmp_path / "backups", NOW, KEEP)
    assert clan_names(made) == ["Ashen Company"]


def test_a_backup_holds_what_still_lies_in_the_write_ahead_log(database: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("UPDATE clan SET name = 'in the log'")
        made = backup(database, tmp_path / "backups", NOW, KEEP)
    assert clan_names(made) == ["in the log"]


def test_the_later_of_two_backups_of_one_second_is_the_newer(database: Path, tmp_path: Path) -> None:
    later = NOW + timedelta(milliseconds=1)
    for at in (NOW, later):
        backup(database, tmp_path / "backups", at, KEEP)
    assert sorted(backups(tmp_path / "backups")) == [later]


def test_a_damaged_database_is_not_backed_up_and_the_good_backup_stays(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    good = backup(database, folder, NOW, Keep(1, 0, 0))
    damage(database)
    with pytest.raises(StorageError, match=r"clan_data\.db is damaged"):
        backup(database, folder, day(1), Keep(1, 0, 0))
    assert list(backups(folder).values()) == [good]
    assert clan_names(good) == ["Ashen Company"]


def test_a_database_that_is_no_database_is_not_backed_up(tmp_path: Path) -> None:
    file = tmp_path / "clan_data.db"
    file.write_bytes(b"certainly not a database, but long enough to have a header to be read" * 40)
    with pytest.raises(StorageError, match="damaged"):
        backup(file, tmp_path / "backups", NOW, KEEP)
    assert backups(tmp_path / "backups") == {}


def test_a_database_that_is_not_there_is_not_made_by_backing_it_up(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        backup(tmp_path / "none.db", tmp_path / "backups", NOW, KEEP)
    assert (backups(tmp_path / "backups"), (tmp_path / "none.db").exists()) == ({}, False)


def test_a_half_written_backup_is_never_counted_and_the_next_one_takes_its_place(
    database: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "clan_data-20261121T040000000Z.db.partial").write_bytes(b"half")
    assert backups(folder) == {}
    made = backup(database, folder, NOW, KEEP)
    assert [path.name for path in folder.iterdir()] == [made.name]


def test_files_that_are_no_backups_are_neither_counted_nor_dropped(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for name in ("clan_data-before-the-move.db", "notes.txt"):
        (folder / name).write_bytes(b"mine")
    for number in range(3):
        backup(database, folder, day(number), Keep(1, 0, 0))
    assert sorted(path.name for path in folder.iterdir()) == [
        "clan_data-20261123T000000000Z.db",
        "clan_data-before-the-move.db",
        "notes.txt",
    ]


@pytest.mark.parametrize("folder", ["50%20off", "C#", "what?", "Zoë 👑", "a b'c"])
def test_the_folder_may_have_any_name(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    file = a_database(tmp_path / folder)
    land(file, a_harvest([a_membership(1)]))
    made = backup(file, tmp_path / folder / "backups", NOW, KEEP)
    restore(made, file)
    assert clan_names(file) == ["Ashen Company"]
    damage(file)
    with pytest.raises(StorageError, match="damaged"):
        check(file)


# ── retention ────────────────────────────────────────────────────────────────────────────────────────────────────────


def nightly(nights: Iterable[datetime], keep: Keep) -> set[datetime]:
    """What is left when each night adds a backup and drops what *keep* does not choose."""
    held: set[datetime] = set()
    for night in nights:
        held = keep.choose(held | {night})
    return held


def night(number: int) -> datetime:
    return datetime(2024, 11, 21, 4, tzinfo=UTC) + timedelta(days=number)


def test_after_two_years_there_are_seven_days_four_weeks_and_twelve_months() -> None:
    left = nightly([night(number) for number in range(731)], KEEP)
    days = [date(2026, 11, number) for number in range(15, 22)]
    sundays = [date(2026, 11, 1), date(2026, 11, 8)]  # beside Nov 15 and today, which are among the days
    ends = [
        date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31),
        date(2026, 6, 30), date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31),
    ]  # fmt: skip
    assert sorted(at.date() for at in left) == [*ends, *sundays, *days]


@settings(max_examples=25)
@given(st.sets(st.integers(0, 730), min_size=1))
def test_dropping_every_night_keeps_what_choosing_once_would(numbers: set[int]) -> None:
    nights = [night(number) for number in sorted(numbers)]
    assert nightly(nights, KEEP) == KEEP.choose(nights)


@settings(max_examples=25)
@given(st.sets(st.integers(0, 730), min_size=1), st.integers(0, 5), st.integers(0, 5), st.integers(0, 5))
def test_the_newest_backup_always_stays(numbers: set[int], days: int, weeks: int, months: int) -> None:
    nights = [night(number) for number in numbers]
    assert max(nights) in Keep(days, weeks, months).choose(nights)


def test_of_several_backups_of_a_day_the_newest_stays() -> None:
    assert nightly([day(0, hour) for hour in (1, 5, 23)], Keep(7, 0, 0)) == {day(0, 23)}


def test_weeks_are_counted_over_the_turn_of_the_year() -> None:
    sunday, monday = datetime(2027, 1, 3, tzinfo=UTC), datetime(2027, 1, 4, tzinfo=UTC)
    before, same_week = datetime(2026, 12, 27, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)
    assert Keep(0, 3, 0).choose([before, same_week, sunday, monday]) == {before, sunday, monday}


def test_files_are_thinned_out_as_chosen(database: Path, tmp_path: Path) -> None:
    for number in range(10):
        backup(database, tmp_path / "backups", day(number, 4), Keep(3, 2, 1))  # the last is a Monday
    assert sorted(backups(tmp_path / "backups")) == [day(number, 4) for number in (7, 8, 9)]


@pytest.mark.parametrize(("text", "keep"), [("7d,4w,12m", KEEP), (" 1d , 0w , 0m ", Keep(1, 0, 0))])
def test_retention_is_written_as_days_weeks_and_months(text: str, keep: Keep) -> None:
    assert Keep.parse(text) == keep


@pytest.mark.parametrize("text", ["", "7", "7d", "7d,4w", "4w,7d,12m", "-1d,4w,12m", "7d,4w,12m,1y", "7d;4w;12m"])
def test_any_other_retention_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="7d,4w,12m"):
        Keep.parse(text)


# ── the way back ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_restored_backup_is_the_database_again(database: Path, tmp_path: Path) -> None:
    made = backup(database, tmp_path / "backups", NOW, KEEP)
    before = contents(database, besides=())
    rename_clan(database, "gone wrong")
    restore(made, database)
    assert contents(database, besides=()) == before


def test_restoring_keeps_the_present_database_and_the_backup(database: Path, tmp_path: Path) -> None:
    made = backup(database, tmp_path / "backups", NOW, KEEP)
    rename_clan(database, "present")
    restore(made, database)
    assert clan_names(database.with_name("clan_data.db.before-restore")) == ["present"]
    assert clan_names(made) == ["Ashen Company"]


def test_restoring_keeps_what_a_killed_run_left_in_the_write_ahead_log(database: Path, tmp_path: Path) -> None:
    made = backup(database, tmp_path / "backups", NOW, KEEP)
    killed = tmp_path / "killed"
    killed.mkdir()
    with closing(sqlite3.connect(database, isolation_level=None)) as running:
        running.execute("PRAGMA journal_mode = WAL")
        running.execute("UPDATE clan SET name = 'in the log'")
        for path in tmp_path.glob("clan_data.db*"):
            (killed / path.name).write_bytes(path.read_bytes())
    assert (killed / "clan_data.db-wal").stat().st_size
    restore(made, killed / "clan_data.db")
    assert clan_names(killed / "clan_data.db") == ["Ashen Company"]
    assert clan_names(killed / "clan_data.db.before-restore") == ["in the log"]


def test_a_restore_can_be_taken_back(database: Path, tmp_path: Path) -> None:
    made = backup(database, tmp_path / "backups", NOW, KEEP)
    rename_clan(database, "present")
    restore(made, database)
    restore(database.with_name("clan_data.db.before-restore"), database)
    assert clan_names(database) == ["present"]


def test_no_restore_takes_away_what_an_earlier_one_kept(database: Path, tmp_path: Path) -> None:
    made = backup(database, tmp_path / "backups", NOW, KEEP)
    for name in ("the original", "after the first", "after the second"):
        rename_clan(database, name)
        restore(made, database)
    kept = [database.with_name(f"clan_data.db.before-restore{end}") for end in ("", "-2", "-3")]
    assert [clan_names(file) for file in kept] == [["the original"], ["after the first"], ["after the second"]]


def test_a_restore_that_cannot_be_done_is_a_sentence_and_the_present_database_stays(
    database: Path, tmp_path: Path
) -> None:
    made = backup(database, tmp_path / "backups", NOW, KEEP)
    database.with_name("clan_data.db.restored").mkdir()
    with pytest.raises(StorageError, match=r"cannot be put in the place of .*clan_data\.db .*Nothing was lost"):
        restore(made, database)
    assert clan_names(database) == ["Ashen Company"]


def test_a_damaged_backup_is_refused_and_the_present_database_stays(database: Path, tmp_path: Path) -> None:
    made = backup(database, tmp_path / "backups", NOW, KEEP)
    damage(made)
    with pytest.raises(StorageError, match="damaged"):
        restore(made, database)
    assert clan_names(database) == ["Ashen Company"]


def test_a_backup_that_is_not_there_is_named(database: Path, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"There is no backup .*nowhere\.db"):
        restore(tmp_path / "nowhere.db", database)
    assert clan_names(database) == ["Ashen Company"]


def test_a_database_that_was_lost_is_restored(database: Path, tmp_path: Path) -> None:
    made = backup(database, tmp_path / "backups", NOW, KEEP)
    database.unlink()
    restore(made, database)
    assert clan_names(database) == ["Ashen Company"]


def test_a_sound_database_passes_its_check(database: Path) -> None:
    check(database)


def test_a_copy_that_cannot_be_written_leaves_no_target(database: Path, tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        copy(database, tmp_path / "no such folder" / "copy.db")
    assert not (tmp_path / "no such folder").exists()
