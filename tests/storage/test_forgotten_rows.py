"""What is taken out of the database leaves no byte behind, and a backup says whether it holds somebody."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from records_kit import NOW, a_database, a_harvest, a_player, a_rename, land, rows
from schema_kit import at_revision
from talk_kit import a_line, insert

from pipeline.domain.forgotten import Forgotten
from pipeline.errors import StorageError
from pipeline.storage.engine import writing
from pipeline.storage.forget import erase, is_held, scour

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


def test_a_program_that_goes_on_reading_keeps_the_old_pages_and_that_is_an_error(file: Path) -> None:
    run(file, "PRAGMA journal_mode = WAL")
    with closing(sqlite3.connect(file, isolation_level=None)) as another:
        another.execute("BEGIN")
        another.execute("SELECT count(*) FROM player").fetchone()
        with pytest.raises(StorageError, match="is locked by another program: close it"):
            scour(file, patience_s=0.05)
    scour(file, patience_s=0.05)


HELPER = json.dumps({"category": "helpers", "who": [{"person_id": PLAYER}]})
DECIDED = {
    "mark": "m", "kind": "k", "verdict": "keep", "decided_at": 0, "word": "", "what": "w", "who": "w", "reason": "", "proof": "", "origin": "x",
    "noted_at": 0,
}  # fmt: skip
SUMMED = {"day": 1, "channel_id": 1, "questions": 1, "within_day": 0}
GREETED = {"joined_at": 1, "welcomed_at": 2}


@pytest.mark.parametrize(
    ("table", "row", "held"),
    [
        ("discord_account", {"id": ACCOUNT, "username": "a", "is_bot": 0, "in_guild": 1, "roles": "[]"}, True),
        ("decision", DECIDED | {"key": f"remove:{PLAYER}", "reason": "said so"}, True),
        ("decision", DECIDED | {"key": f"remove:{PLAYER}", "note": "ill"}, True),
        ("decision", DECIDED | {"key": "remove:8", "proof": f"<@{ACCOUNT}>"}, True),
        ("decision", DECIDED | {"key": "remove:8", "reason": "said so"}, False),
        ("insight", {"key": "a", "created_at": 1, "kind": "card", "seen_at": 1, "counted": 0, "body": HELPER}, True),
        ("question_day", SUMMED | {"author_id": ACCOUNT, "helper_id": 0}, True),
        ("question_day", SUMMED | {"author_id": 8, "helper_id": ACCOUNT}, True),
        ("welcome", GREETED | {"account_id": ACCOUNT, "author_id": 8}, True),
        ("welcome", GREETED | {"account_id": 8, "author_id": ACCOUNT}, True),
        ("message", a_line(NOW, "Old Amy", None), True),
        ("message", a_line(NOW, "Zed", None), False),
        (
            "channel",
            {"id": 5, "guild_id": 1, "name": "mine", "kind": "thread", "position": 0, "access": "open"}
            | {"owner_id": ACCOUNT},
            True,
        ),
        ("run", {"id": "r", "night": "n", "now": 0, "state": "done", "sentence": ""}, False),
    ],
)
def test_a_backup_says_whether_it_holds_anything_that_would_be_erased(
    file: Path, table: str, row: dict[str, Any], held: bool
) -> None:
    run(file, "PRAGMA journal_mode = DELETE")
    land(
        file,
        a_harvest([], players=[a_player(PLAYER, "Amy")], name_changes=[a_rename(1, PLAYER, "Old Amy", "Amy", NOW)]),
    )
    run(file, "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA journal_mode = DELETE")
    insert(file, table, **row)
    before = file.read_bytes()
    assert is_held(file, [ACCOUNT], [PLAYER]) is held
    assert file.read_bytes() == before


@pytest.mark.parametrize("revision", ["20261121a", "20261130a"])
def test_a_backup_of_an_earlier_version_is_read_as_what_it_is(tmp_path: Path, revision: str) -> None:
    file = at_revision(tmp_path, revision)
    run(file, "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA journal_mode = DELETE")
    assert not is_held(file, [ACCOUNT], [PLAYER])


def test_months_of_the_rules_and_due_ranks_go_with_what_they_were_concluded_from_and_stay_when_they_come_again(
    file: Path,
) -> None:
    def conclude() -> None:
        for rules, person in (("a", PLAYER), ("b", 8)):
            named = [{"named": [{"person_id": person, "player_id": person, "name": "x"}]}]
            insert(file, "replay", rules=rules, as_of=1, is_over=1, body=json.dumps({"named": named, "earned": []}))
        for player in (PLAYER, 8):
            key = f"due:{player}:captain"
            insert(file, "insight", key=key, created_at=1, kind="due", seen_at=1, counted=0, body="")

    concluded = "SELECT rules FROM replay UNION ALL SELECT key FROM insight"
    who = Forgotten(accounts=frozenset({ACCOUNT}), players=frozenset({PLAYER}))
    conclude()
    insert(file, "discord_account", id=ACCOUNT, username="a", is_bot=0, in_guild=1, roles="[]")
    with writing(file) as connection:
        erase(connection, who)
    assert rows(file, concluded) == ["b", "due:8:captain"]
    conclude()
    with writing(file) as connection:
        erase(connection, who)
    assert rows(file, concluded) == ["a", "b", f"due:{PLAYER}:captain", "due:8:captain"]


def test_a_backup_that_cannot_be_read_may_hold_anybody(tmp_path: Path) -> None:
    (tmp_path / "torn.db").write_bytes(b"SQLite format 3\0" + bytes(4_000))
    assert is_held(tmp_path / "torn.db", [ACCOUNT], [PLAYER])
