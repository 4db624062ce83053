"""The one SQLite file: how it is opened, and what is said when it cannot be."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records_kit import a_clan, a_database, a_harvest, a_membership, land, rows

from pipeline.errors import ConfigError, StorageError
from pipeline.storage import queries
from pipeline.storage.engine import database_file, reading, speaking_plainly, writing
from pipeline.storage.types import from_ms, json_list, to_ms
from pipeline.storage.upkeep import tidy


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return a_database(tmp_path)


@pytest.mark.parametrize(("pragma", "value"), [("foreign_keys", 1), ("journal_mode", "wal"), ("synchronous", 1)])
def test_a_writer_has_its_safety_switched_on(file: Path, pragma: str, value: object) -> None:
    with writing(file) as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


def test_somebody_at_work_is_waited_for(file: Path) -> None:
    with reading(file) as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() >= 5_000


def test_a_row_of_nobody_is_refused(file: Path) -> None:
    with pytest.raises(StorageError, match="FOREIGN KEY"), writing(file) as connection:
        connection.exec_driver_sql("INSERT INTO snapshot VALUES (404, 0, 'snapshot')")


def write_and_fail(file: Path) -> None:
    with writing(file) as connection:
        connection.exec_driver_sql("INSERT INTO person VALUES (1)")
        connection.exec_driver_sql("CREATE TABLE extra (a)")
        raise ZeroDivisionError


def test_a_block_that_ends_badly_leaves_nothing(file: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        write_and_fail(file)
    assert rows(file, "SELECT id FROM person") == []
    assert rows(file, "SELECT 1 FROM sqlite_master WHERE name = 'extra'") == []


def test_a_reader_cannot_write(file: Path) -> None:
    with pytest.raises(StorageError, match="cannot be opened for writing"), reading(file) as connection:
        connection.exec_driver_sql("INSERT INTO person VALUES (1)")


def test_a_reader_keeps_its_view_while_somebody_writes(file: Path) -> None:
    with reading(file) as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM person").scalar_one()
        with writing(file) as other:
            other.exec_driver_sql("INSERT INTO person VALUES (1)")
        assert connection.exec_driver_sql("SELECT count(*) FROM person").scalar_one() == before


def test_a_locked_database_is_said_to_be_in_use(file: Path) -> None:
    with (
        writing(file),
        pytest.raises(StorageError, match=r"clan_data\.db is locked by another program\. Close it"),
        speaking_plainly(file),
        closing(sqlite3.connect(file, timeout=0)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")


def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    file = tmp_path / "clan_data.db"
    file.write_bytes(b"not a database at all, whatever its name says. " * 100)
    with pytest.raises(StorageError, match=r"clan_data\.db is damaged"), writing(file):
        pass


def test_a_folder_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="Check that its folder exists"), writing(tmp_path / "none" / "clan.db"):
        pass


def test_an_unforeseen_refusal_is_told_in_the_databases_own_words(file: Path) -> None:
    with pytest.raises(StorageError, match=r"refused: no such table: treasure"), reading(file) as connection:
        connection.exec_driver_sql("SELECT * FROM treasure")


def test_errors_never_show_the_values_of_a_statement(file: Path) -> None:
    with pytest.raises(StorageError) as caught, writing(file) as connection:
        connection.exec_driver_sql("INSERT INTO metric VALUES (1, ?, NULL, '', '')", ("what somebody wrote",))
    told = f"{caught.value} {caught.value.__cause__}"
    assert "what somebody wrote" not in told


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///output/clan_data.db", "output/clan_data.db"),
        ("sqlite:////srv/clan/clan_data.db", "/srv/clan/clan_data.db"),
        ("sqlite+pysqlite:///clan.db", "clan.db"),
        ("sqlite:///C:/clan/clan.db", "C:/clan/clan.db"),
    ],
)
def test_a_database_url_names_a_file(url: str, path: str) -> None:
    assert database_file(url) == Path(path)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://", "sqlite:///", "sqlite:///:memory:", "postgresql://officer:hunter2@localhost/clan", "clan_data.db",
        "", "mysql+nothing://officer:hunter2@localhost/clan",
    ],
)  # fmt: skip
def test_any_other_database_url_is_refused_by_name_and_without_its_password(url: str) -> None:
    with pytest.raises(ConfigError, match="DATABASE_URL") as caught:
        database_file(url)
    assert "hunter2" not in str(caught.value)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)), st.integers(-14, 14))  # noqa: DTZ001
def test_instants_survive_to_the_millisecond_and_come_back_in_utc(naive: datetime, hours: int) -> None:
    instant = naive.replace(microsecond=naive.microsecond // 1000 * 1000, tzinfo=timezone(timedelta(hours=hours)))
    assert from_ms(to_ms(instant)) == instant
    assert from_ms(to_ms(instant)).tzinfo is UTC


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        to_ms(datetime(2026, 11, 21))  # noqa: DTZ001


def test_instants_before_1970_are_rounded_like_all_others() -> None:
    assert to_ms(datetime(1969, 12, 31, 23, 59, 59, 999_500, tzinfo=UTC)) == -1


def test_short_lists_are_kept_as_readable_json(file: Path) -> None:
    land(file, a_harvest([a_membership(1)], clan=a_clan(role_orders=("chef de clan", "Zoë"))))
    assert rows(file, "SELECT role_orders FROM clan") == ['["chef de clan","Zoë"]']
    with reading(file) as connection:
        assert getattr(queries.clan(connection), "role_orders", None) == ("chef de clan", "Zoë")
    assert json_list(()) == "[]"


def test_tidying_folds_the_write_ahead_log_into_the_file(file: Path) -> None:
    with closing(sqlite3.connect(file)) as other:  # keeps the log from being folded in when the writer closes
        other.execute("SELECT 1 FROM person").fetchall()
        land(file, a_harvest([a_membership(1)]))
        assert file.with_name("clan_data.db-wal").stat().st_size
        assert not tidy(file)
        assert not file.with_name("clan_data.db-wal").stat().st_size


def test_tidying_gives_back_the_pages_of_what_was_deleted(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE heavy (a)")
        connection.execute("INSERT INTO heavy VALUES (zeroblob(12000000))")
        connection.execute("DROP TABLE heavy")
    large = file.stat().st_size
    assert tidy(file)
    assert file.stat().st_size < large / 10
