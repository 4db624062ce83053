"""What is taken out of the database leaves no byte behind, and a backup says whether it holds somebody."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from records_kit import a_database

from pipeline.storage.forget import is_held, scour

NAME = "zq.vanishing"
ACCOUNT, PLAYER = 921_497_391_473_886_185, 7


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return a_database(tmp_path)


def run(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        for statement in statements:
            connection.execute(statement)


def test_names_that_were_overwritten_long_ago_leave_free_space_and_log_as_well(file: Path) -> None:
    run(
        file,
        *(f"INSERT INTO discord_account (id, username, is_bot, in_guild, roles) VALUES ({n}, '{NAME}', 0, 1, '[]')" for n in range(1, 300)),
        "UPDATE discord_account SET username = 'x'",
        "DELETE FROM discord_account WHERE id > 5",
    )  # fmt: skip
    assert NAME.encode() in file.read_bytes()
    scour(file)
    assert not any(NAME.encode() in path.read_bytes() for path in file.parent.iterdir())


@pytest.mark.parametrize(
    ("statement", "held"),
    [
        ("SELECT 1", False),
        (
            f"INSERT INTO discord_account (id, username, is_bot, in_guild, roles) VALUES ({ACCOUNT}, 'a', 0, 1, '[]')",
            True,
        ),
    ],
)
def test_a_backup_says_whether_it_holds_somebody(file: Path, statement: str, held: bool) -> None:
    run(file, "PRAGMA journal_mode = DELETE", statement)
    assert is_held(file, [ACCOUNT], [PLAYER]) is held


def test_a_backup_that_cannot_be_read_may_hold_anybody(tmp_path: Path) -> None:
    (tmp_path / "torn.db").write_bytes(b"SQLite format 3\0" + bytes(4_000))
    assert is_held(tmp_path / "torn.db", [ACCOUNT], [PLAYER])
