"""Landings are written anew without somebody, and stay whole whatever happens."""

from datetime import UTC, datetime
from pathlib import Path

from pipeline.domain.forgotten import Forgotten
from pipeline.sources import landing as landings
from pipeline.sources.erasing import erase, mend
from pipeline.sources.landing import OLD, LandingWriter, landing_name, read_manifest, rows, whole_landings

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
WHO = Forgotten(accounts=frozenset({9}), aliases=frozenset({"amy"}), words=("amy.the.great",))
ROLES = {
    "messages": [
        {"id": 70, "channel": 1, "author": 9, "kind": "human"},
        {"id": 71, "channel": 1, "author": 8, "kind": "human", "reply_to": 70},
        {"id": 72, "channel": 1, "author": 3, "kind": "relay", "relayed": "Amy"},
    ],
    "accounts": [{"id": 9, "username": "amy.the.great"}, {"id": 8, "username": "zed"}],
    "authors": [],
    "channels": [
        {"id": 70, "parent": 1, "name": "my thread", "kind": "thread", "access": "open"},
        {"id": 80, "parent": 1, "name": "their words", "kind": "thread", "access": "open", "owner": 9},
        {"id": 1, "name": "general", "kind": "text", "access": "open"},
    ],
}  # fmt: skip


def a_landing(root: Path) -> Path:
    with LandingWriter(root, landing_name(NOW, "discord", "r"), source="discord", run_id="r", now=NOW) as writer:
        for role, held in ROLES.items():
            with writer.lines(role, path=role) as out:
                for row in held:
                    out.write(row)
        writer.fail("threads", "The thread of amy.the.great could not be read.")
    return writer.path


def test_a_landing_keeps_what_others_wrote_and_is_as_whole_as_before(tmp_path: Path) -> None:
    path = a_landing(tmp_path)
    assert erase(tmp_path, WHO, ()).changed == (path.name,)
    assert [row["id"] for row in rows(path, "messages")] == [71]
    assert [row["id"] for row in rows(path, "accounts")] == [8]
    found = [(row["name"], row.get("owner")) for row in rows(path, "channels")]
    assert found == [("[forgotten]", None), ("[forgotten]", None), ("general", None)]
    assert [failure.error for failure in read_manifest(path).failed] == ["The thread of [forgotten] could not be read."]
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_landing_without_them_is_not_touched(tmp_path: Path) -> None:
    path = a_landing(tmp_path)
    erase(tmp_path, WHO, ())
    before = {file.name: file.stat().st_mtime_ns for file in path.iterdir()}
    assert erase(tmp_path, WHO, ()).changed == ()
    assert {file.name: file.stat().st_mtime_ns for file in path.iterdir()} == before


def test_a_landing_of_people_that_is_damaged_is_removed_and_one_of_the_game_is_not(tmp_path: Path) -> None:
    path, game = a_landing(tmp_path), tmp_path / "20261121T030000Z-wom-r.unreadable"
    (path / "001-messages.ndjson.gz").write_bytes(b"damaged")
    game.mkdir()
    assert erase(tmp_path, WHO, ()).removed == (path.name,)
    assert [each.name for each in tmp_path.iterdir()] == [game.name]


def test_a_landing_whose_place_was_empty_at_a_kill_is_put_back(tmp_path: Path) -> None:
    path = a_landing(tmp_path)
    path.rename(path.with_name(path.name + OLD))
    assert whole_landings(tmp_path) == []
    assert landings.sweep_partials(tmp_path) == []
    mend(tmp_path)
    assert whole_landings(tmp_path) == [path]


def test_a_landing_that_was_replaced_before_the_kill_loses_its_predecessor(tmp_path: Path) -> None:
    path = a_landing(tmp_path)
    (tmp_path / (path.name + OLD)).mkdir()
    mend(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
