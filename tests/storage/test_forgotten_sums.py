"""What is kept of old messages is taken out with their author, and stays true of everybody else."""

import sqlite3
from contextlib import closing
from pathlib import Path

from records_kit import a_database, rows

from pipeline.domain.forgotten import Forgotten
from pipeline.storage.engine import reading, writing
from pipeline.storage.forget import Erased, erase, has_written, holdings, is_held

THEM, OTHER, ASKER, RELAY = 11, 12, 13, 99
PLAYER = 7
WHO = Forgotten(accounts=frozenset({THEM}), players=frozenset({PLAYER}))


def summed(folder: Path) -> Path:
    """A database that holds two days of sums, of *THEM* and of others."""
    file = a_database(folder)
    with closing(sqlite3.connect(file)) as connection:
        connection.executemany(
            "INSERT INTO message_day VALUES (?, ?, 1, ?, ?, ?)",
            [
                (1, "human", THEM, 0, 5), (1, "human", OTHER, 0, 6),
                (1, "relay", RELAY, PLAYER, 3), (1, "relay", RELAY, 8, 4),
            ],
        )  # fmt: skip
        connection.executemany(
            "INSERT INTO question_day VALUES (?, 1, ?, ?, ?, ?)",
            [
                (1, ASKER, 0, 2, 0),
                (1, ASKER, THEM, 3, 3),
                (1, ASKER, OTHER, 1, 1),
                (2, ASKER, THEM, 1, 0),
                (1, THEM, OTHER, 4, 4),
            ],
        )
        connection.executemany(
            "INSERT INTO welcome VALUES (?, 1, 2, ?)", [(THEM, OTHER), (OTHER, THEM), (ASKER, OTHER)]
        )
        connection.commit()
    return file


def test_sums_of_somebody_are_erased_and_what_others_asked_stays_unanswered(tmp_path: Path) -> None:
    file = summed(tmp_path)
    with writing(file) as connection:
        assert has_written(connection, THEM)
        found = erase(connection, WHO)
    assert found == Erased(days=7)
    assert rows(file, "SELECT author_id, relayed_player_id, messages FROM message_day ORDER BY 1, 2") == [
        (OTHER, 0, 6), (RELAY, 8, 4),
    ]  # fmt: skip
    assert rows(file, "SELECT day, author_id, helper_id, questions, within_day FROM question_day ORDER BY 1, 3") == [
        (1, ASKER, 0, 5, 0), (1, ASKER, OTHER, 1, 1), (2, ASKER, 0, 1, 0),
    ]  # fmt: skip
    assert rows(file, "SELECT account_id, author_id FROM welcome") == [(ASKER, OTHER)]
    with reading(file) as connection:
        assert not holdings(connection, WHO)
        assert not has_written(connection, THEM)


def test_a_backup_with_nothing_but_sums_of_somebody_holds_them(tmp_path: Path) -> None:
    file = summed(tmp_path)
    assert is_held(file, {THEM}, set())
    assert is_held(file, set(), {PLAYER})
    assert not is_held(file, {1_000}, {1_000})
