"""Landings on a real disk: whole or not there, and never believed when they were changed."""

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import StorageError, Unreadable
from pipeline.sources.landing import (
    LandingWriter,
    bodies,
    landing_name,
    prune,
    raw,
    read_manifest,
    sweep_partials,
    whole_landings,
)
from pipeline.sources.manifest import Failure, Manifest, Part, from_json, to_json

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
NAME = landing_name(NOW, "wom", "r1")


def written(root: Path, name: str = NAME, body: bytes = b'[{"a": 1}]') -> Path:
    with LandingWriter(root, name, source="wom", run_id="r1", now=NOW) as writer:
        writer.write("group", b"{}", path="/groups/1", query={})
        writer.write("activity", body, path="/groups/1/activity", query={"limit": 50, "offset": 0})
        writer.days.append(date(2026, 11, 20))
        writer.histories[7] = NOW - timedelta(days=366)
        writer.fail("competition", "WOM answered 500.")
    return writer.path


def test_a_name_begins_with_a_stamp_that_sorts() -> None:
    assert NAME == "20261121T030000Z-wom-r1"
    names = [landing_name(NOW, "wom", "r1", part) for part in (0, 2, 11)]
    assert names == sorted(names)
    assert landing_name(NOW, "wom", "../r 1") == "20261121T030000Z-wom----r-1"


def test_what_is_written_is_read(tmp_path: Path) -> None:
    landing = written(tmp_path)
    manifest = read_manifest(landing)
    assert [(part.role, part.file, part.bytes) for part in manifest.parts] == [
        ("group", "001-group.json.gz", 2),
        ("activity", "002-activity.json.gz", 10),
    ]
    assert manifest.days == (date(2026, 11, 20),)
    assert manifest.histories == {7: NOW - timedelta(days=366)}
    assert manifest.failed == (Failure("competition", "WOM answered 500."),)
    assert [content for _, content in bodies(landing, "activity")] == [[{"a": 1}]]
    assert [part.role for part, _ in bodies(landing)] == ["group", "activity"]
    assert manifest.parts[0].fetched_at == NOW


def test_the_same_answers_leave_the_same_bytes(tmp_path: Path) -> None:
    first, second = written(tmp_path / "a"), written(tmp_path / "b")
    for file in sorted(first.iterdir()):
        assert file.read_bytes() == (second / file.name).read_bytes()


def test_an_exception_leaves_nothing_whole(tmp_path: Path) -> None:
    def break_off() -> None:
        with LandingWriter(tmp_path, NAME, source="wom", run_id="r1", now=NOW) as writer:
            writer.write("group", b"{}", path="/groups/1", query={})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert list(tmp_path.iterdir()) == []


def test_a_stale_half_of_the_same_name_is_removed_first(tmp_path: Path) -> None:
    stale = tmp_path / (NAME + ".partial")
    stale.mkdir()
    (stale / "009-old.json.gz").write_bytes(b"old")
    assert sorted(path.name for path in written(tmp_path).iterdir()) == [
        "001-group.json.gz",
        "002-activity.json.gz",
        "manifest.json",
    ]


def test_a_whole_landing_is_never_changed_by_a_second_attempt(tmp_path: Path) -> None:
    first = written(tmp_path)
    second = written(tmp_path, body=b"[]")
    assert (first.name, second.name) == (NAME, NAME + "-r2")
    assert whole_landings(tmp_path) == [first, second]
    assert [content for _, content in bodies(first, "activity")] == [[{"a": 1}]]


def test_only_whole_landings_are_listed_oldest_first(tmp_path: Path) -> None:
    later = written(tmp_path, landing_name(NOW + timedelta(days=1), "wom", "a"))
    earlier = written(tmp_path)
    (tmp_path / (NAME + "x.partial")).mkdir()
    (tmp_path / "notes").mkdir()
    (tmp_path / "README").write_text("")
    assert whole_landings(tmp_path) == [earlier, later]
    assert whole_landings(tmp_path / "nowhere") == []


def test_a_part_cut_short_is_unreadable_by_name(tmp_path: Path) -> None:
    landing = written(tmp_path)
    file = landing / "002-activity.json.gz"
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(Unreadable, match=rf"{NAME}.*002-activity"):
        list(bodies(landing))


def test_a_part_that_was_changed_is_unreadable(tmp_path: Path) -> None:
    landing = written(tmp_path)
    (landing / "002-activity.json.gz").write_bytes(gzip.compress(b'[{"a": 2}]', mtime=0))
    with pytest.raises(Unreadable, match="changed or damaged"):
        list(bodies(landing))


def test_a_part_that_is_missing_is_unreadable(tmp_path: Path) -> None:
    landing = written(tmp_path)
    (landing / "001-group.json.gz").unlink()
    with pytest.raises(Unreadable, match="001-group"):
        list(bodies(landing))


def test_a_bomb_in_place_of_a_part_is_not_unpacked(tmp_path: Path) -> None:
    landing = written(tmp_path)
    (landing / "002-activity.json.gz").write_bytes(gzip.compress(b" " * 50_000_000, 6))
    with pytest.raises(Unreadable, match="changed or damaged"):
        raw(landing, read_manifest(landing).parts[1])


def test_a_part_that_is_no_json_is_unreadable(tmp_path: Path) -> None:
    landing = written(tmp_path, body=b"<html>")
    with pytest.raises(Unreadable, match="not JSON"):
        list(bodies(landing, "activity"))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("schema_version", 2),
        ("schema_version", True),
        ("name", None),
        ("kind", "day"),
        ("now", "yesterday"),
        ("now", "2026-11-21T03:00:00"),
        ("days", ["2026-13-01"]),
        ("days", [20261120]),
        ("histories", {"x": "2026-11-21T03:00:00Z"}),
        ("histories", {"1": 5}),
        ("histories", {"9999999999999999999": "2026-11-21T03:00:00Z"}),
        ("walked", 1),
        ("failed", [{"role": "x"}]),
        ("parts", {}),
        ("extra", 1),
    ],
)
def test_a_manifest_of_another_form_names_the_key(tmp_path: Path, key: str, value: object) -> None:
    landing = written(tmp_path)
    manifest = json.loads((landing / "manifest.json").read_text())
    (landing / "manifest.json").write_text(json.dumps({**manifest, key: value}))
    with pytest.raises(Unreadable, match=rf"{NAME}: manifest.json: {key}"):
        read_manifest(landing)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("file", "../../clan_data.db"),
        ("file", "001-Group.json.gz"),
        ("bytes", -1),
        ("sha256", "abc"),
        ("role", "a/b"),
        ("query", {"a": [1]}),
    ],
)
def test_a_part_of_another_form_names_the_key(tmp_path: Path, key: str, value: object) -> None:
    landing = written(tmp_path)
    manifest = json.loads((landing / "manifest.json").read_text())
    manifest["parts"][1][key] = value
    (landing / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(Unreadable, match=rf"parts\[1\]: {key}"):
        read_manifest(landing)


def test_a_manifest_without_a_key_names_it(tmp_path: Path) -> None:
    landing = written(tmp_path)
    manifest = json.loads((landing / "manifest.json").read_text())
    del manifest["walked"]
    (landing / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(Unreadable, match="walked"):
        read_manifest(landing)


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, "\ufeff"])
def test_a_manifest_that_is_no_object_is_unreadable(tmp_path: Path, text: str) -> None:
    landing = written(tmp_path)
    (landing / "manifest.json").write_text(text)
    with pytest.raises(Unreadable, match=r"manifest\.json"):
        read_manifest(landing)


instants = st.integers(-(10**12), 10**13).map(lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms))
parts = st.builds(
    Part,
    role=st.sampled_from(["group", "bulk-gained"]),
    file=st.just("001-group.json.gz"),
    method=st.just("GET"),
    path=st.text(),
    query=st.dictionaries(st.text(), st.text() | st.integers()),
    status=st.integers(200, 299),
    bytes=st.integers(0),
    sha256=st.just("0" * 64),
    fetched_at=instants,
)


@given(
    st.builds(
        Manifest,
        name=st.text(),
        source=st.text(),
        kind=st.sampled_from(["night", "backfill"]),
        run_id=st.text(),
        now=instants,
        days=st.lists(st.dates(), max_size=3).map(tuple),
        histories=st.dictionaries(st.integers(0, 2**62), instants, max_size=3),
        walked=st.booleans(),
        failed=st.lists(st.builds(Failure, st.text(), st.text()), max_size=2).map(tuple),
        parts=st.lists(parts, max_size=3).map(tuple),
        schema_version=st.just(1),
    )
)
def test_any_manifest_survives_its_file(manifest: Manifest) -> None:
    assert from_json(to_json(manifest).encode(), "x") == manifest


def test_halves_are_swept(tmp_path: Path) -> None:
    whole = written(tmp_path)
    (tmp_path / "a.partial").mkdir()
    (tmp_path / "a.partial" / "001-group.json.gz").write_bytes(b"")
    assert sweep_partials(tmp_path) == ["a.partial"]
    assert list(tmp_path.iterdir()) == [whole]
    assert sweep_partials(tmp_path / "nowhere") == []


def test_old_landings_go_unless_they_are_still_needed(tmp_path: Path) -> None:
    names = [landing_name(NOW - timedelta(days=days), "wom", "r") for days in (40, 35, 31, 1)]
    for name in names:
        written(tmp_path, name)
    assert prune(tmp_path, NOW - timedelta(days=30), {names[1]}) == [names[0], names[2]]
    assert [path.name for path in whole_landings(tmp_path)] == [names[1], names[3]]
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_with_a_strange_name_is_never_pruned(tmp_path: Path) -> None:
    written(tmp_path, "my-notes")
    assert prune(tmp_path, NOW + timedelta(days=999)) == []


def test_a_place_where_nothing_can_be_written_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        written(tmp_path / "file")
