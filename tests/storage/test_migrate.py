"""Migrations and models agree, and every schema that ever was can be brought to the present one with its rows."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from records_kit import a_database, a_harvest, a_membership, contents, land, rows
from schema_kit import at_revision, config
from sqlalchemy import create_engine
from talk_kit import insert

from pipeline.errors import ConfigError, StorageError
from pipeline.storage import decisions
from pipeline.storage.backup import restore
from pipeline.storage.engine import reading, writing
from pipeline.storage.migrate import HEAD, is_current, migrate, revision
from pipeline.storage.tables import Base

BOOKKEEPING = "alembic_version"


REVISIONS = [script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()][::-1]


def schema(file: Path) -> dict[str, str]:
    """The text of every table and index, as SQLite holds it."""
    found = rows(file, "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {name: sql for name, sql in found if name != BOOKKEEPING}


def normal(sql: str) -> tuple[str, frozenset[str], str]:
    """A definition as its columns in order, its constraints in any order, and what follows: WITHOUT ROWID, STRICT …"""
    flat = re.sub(r"\s+", " ", sql.replace('"', ""))
    found = re.fullmatch(r"(CREATE .*?)\((.*)\)(.*)", flat)
    assert found, flat
    columns, *constraints = re.split(r", (?=CONSTRAINT )", found[2].strip())
    return found[1].strip() + columns.strip(), frozenset(constraints), found[3].strip()


def modelled(folder: Path) -> Path:
    """A database made from the models alone."""
    file = folder / "models.db"
    engine = create_engine(f"sqlite:///{file}")
    Base.metadata.create_all(engine)
    engine.dispose()
    return file


def fill(file: Path) -> dict[str, int]:
    """Two rows into every table, whatever its columns; returns how many rows each table holds."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            if name == BOOKKEEPING:
                continue
            columns = connection.execute(f"PRAGMA table_info('{name}')").fetchall()
            for number in (1, 2):
                values = [
                    '["x"]' if kind == "TEXT" and at not in keyed(columns) else number for at, _, kind, *_ in columns
                ]
                connection.execute(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(values))})', values)
    return {name: 2 for name in names if name != BOOKKEEPING}


def keyed(columns: list[tuple[int, str, str, int, object, int]]) -> set[int]:
    """Places of columns that must differ from row to row: the key's, and names."""
    return {at for at, name, *_, place in columns if place or name == "key"}


def test_the_migrated_schema_has_what_the_models_have(tmp_path: Path) -> None:
    file = a_database(tmp_path)
    with reading(file) as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_the_migrated_schema_is_the_text_of_the_models_keys_and_rowids_included(tmp_path: Path) -> None:
    migrated, made = schema(a_database(tmp_path)), schema(modelled(tmp_path))
    assert {name: normal(sql) for name, sql in migrated.items()} == {name: normal(sql) for name, sql in made.items()}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CREATE TABLE t ( a INTEGER, b INTEGER )", "CREATE TABLE t ( a INTEGER, b INTEGER ) WITHOUT ROWID"),
        (
            "CREATE TABLE t ( a INTEGER, CONSTRAINT pk PRIMARY KEY (a, b) )",
            "CREATE TABLE t ( a INTEGER, CONSTRAINT pk PRIMARY KEY (b, a) )",
        ),
        ("CREATE TABLE t ( a INTEGER, b TEXT )", "CREATE TABLE t ( b TEXT, a INTEGER )"),
        ("CREATE TABLE t ( a INTEGER NOT NULL )", "CREATE TABLE t ( a INTEGER )"),
    ],
)
def test_the_comparison_is_not_blind(one: str, other: str) -> None:
    assert normal(one) != normal(other)


def test_readings_and_looks_have_no_rowid_and_their_keys_begin_with_the_player(tmp_path: Path) -> None:
    held = schema(a_database(tmp_path))
    assert {name for name, sql in held.items() if normal(sql)[2] == "WITHOUT ROWID"} == {
        "reading", "snapshot", "message_day", "question_day",
    }  # fmt: skip
    assert "PRIMARY KEY (player_id, metric_id, taken_at)" in held["reading"]
    assert "PRIMARY KEY (player_id, taken_at)" in held["snapshot"]


@pytest.mark.parametrize("past", REVISIONS)
def test_every_past_schema_comes_to_the_present_one_with_its_rows(tmp_path: Path, past: str) -> None:
    file = at_revision(tmp_path, past)
    expected = fill(file)
    assert rows(file, "PRAGMA foreign_key_check") == []
    migrate(file)
    held = {name: rows(file, f'SELECT count(*) FROM "{name}"')[0] for name in expected if name in schema(file)}
    assert held == dict.fromkeys(held, 2)
    assert {name: normal(sql) for name, sql in schema(file).items()} == {
        name: normal(sql) for name, sql in schema(a_database(tmp_path)).items()
    }
    assert (rows(file, "PRAGMA foreign_key_check"), rows(file, "PRAGMA integrity_check")) == ([], ["ok"])


def zed(file: Path) -> None:
    """Somebody of whom something can be decided."""
    insert(file, "player", id=1, username="zed", display_name="Zed", type="regular", build="main", status="active")


def test_what_was_said_of_who_is_who_is_kept_as_a_decision_with_a_key(tmp_path: Path) -> None:
    file = at_revision(tmp_path, "20261129a")
    zed(file)
    with writing(file) as connection:
        connection.exec_driver_sql("INSERT INTO decision VALUES ('identity', 1, 11, 'confirm', 5000, 'command')")
    migrate(file)
    with reading(file) as connection:
        assert decisions.identities(connection) == {(1, 11): "confirm"}
    assert rows(
        file, "SELECT key, mark, decided_at, kind, verdict, until_on, note, origin, noted_at FROM decision"
    ) == [("identify:11:1", "command:5000", 5000, "identify", "confirm", None, None, "command", 5000)]


def test_the_way_back_keeps_the_last_word_on_who_is_who(tmp_path: Path) -> None:
    file = at_revision(tmp_path, "20261129a")
    migrate(file)
    zed(file)
    with writing(file) as connection:
        connection.exec_driver_sql(
            "INSERT INTO decision"
            " (key, mark, decided_at, kind, player_id, account_id, verdict, word, note, what, who, reason, proof, origin, noted_at)"
            " VALUES ('identify:11:1', 'a', 5, 'identify', 1, 11, 'confirm', '', NULL, '', '', '', '', 'x', 5),"
            " ('identify:11:1', 'b', 9, 'identify', 1, 11, 'reject', '', NULL, '', '', '', '', 'x', 9),"
            " ('identify:12', 'c', 9, 'identify', NULL, NULL, 'confirm', '', NULL, '', '', '', '', 'x', 9),"
            " ('remove:1', 'd', 9, 'remove', NULL, NULL, 'keep', '', NULL, '', '', '', '', 'x', 9)"
        )
        made = config()
        made.attributes["connection"] = connection
        command.downgrade(made, "20261129a")
    assert rows(file, "SELECT player_id, account_id, verdict, decided_at FROM decision") == [(1, 11, "reject", 9)]


def test_revisions_form_one_line() -> None:
    scripts = list(ScriptDirectory.from_config(config()).walk_revisions())
    assert len(ScriptDirectory.from_config(config()).get_heads()) == 1
    assert [script.down_revision for script in scripts] == [*REVISIONS[::-1][1:], None]


def test_a_database_that_is_not_there_is_made_folder_and_all(tmp_path: Path) -> None:
    file = tmp_path / "new" / "deep" / "clan_data.db"
    assert migrate(file)
    assert is_current(file)


@pytest.mark.parametrize("below", ["clan.db", "data/clan.db"])
def test_a_file_in_the_way_of_the_databases_folder_is_a_sentence(tmp_path: Path, below: str) -> None:
    way = tmp_path / "way"
    way.write_text("no folder")
    with pytest.raises(ConfigError, match=r"DATABASE_URL names .*clan\.db, but .* cannot be made a folder"):
        migrate(way / below)
    with pytest.raises(ConfigError, match="DATABASE_URL"):
        restore(a_database(tmp_path), way / below)


def test_the_second_migration_does_nothing(tmp_path: Path) -> None:
    file = a_database(tmp_path)
    land(file, a_harvest([a_membership(1)]))
    before = contents(file, besides=()), schema(file)
    assert not migrate(file)
    assert (contents(file, besides=()), schema(file)) == before


def test_a_schema_ahead_of_the_code_is_left_alone_and_named(tmp_path: Path) -> None:
    file = a_database(tmp_path)
    with writing(file) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '29990101z'")
    with pytest.raises(
        StorageError, match=r"clan_data\.db was written by a newer ClanStats.*29990101z.*Update ClanStats"
    ):
        migrate(file)
    assert rows(file, "SELECT version_num FROM alembic_version") == ["29990101z"]


def test_a_database_before_its_first_migration_has_no_revision(tmp_path: Path) -> None:
    with writing(tmp_path / "empty.db") as connection:
        assert revision(connection) is None


@pytest.fixture
def broken_head(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """SQLite that refuses the fifth table: a migration that fails half-way."""
    made: list[int] = []

    def refuse(action: int, *_: object) -> int:
        made.append(action)
        return sqlite3.SQLITE_DENY if made.count(sqlite3.SQLITE_CREATE_TABLE) > 4 else sqlite3.SQLITE_OK

    connect = sqlite3.connect

    def guarded(*args: object, **kwargs: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **kwargs)  # type: ignore[call-overload]
        connection.set_authorizer(refuse)
        return connection

    monkeypatch.setattr(sqlite3, "connect", guarded)
    yield
    monkeypatch.undo()


@pytest.mark.usefixtures("broken_head")
def test_a_migration_that_fails_half_way_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "clan_data.db"
    with pytest.raises(StorageError, match="not authorized"):
        migrate(file)
    monkeypatch.undo()
    assert rows(file, "SELECT name FROM sqlite_master") == []
    assert migrate(file)


def test_head_is_the_last_revision() -> None:
    assert REVISIONS[-1] == HEAD
