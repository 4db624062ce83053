"""Parts of a landing that are written and read line by line: whole, believed only to the last line, and never all in memory."""

import gzip
import hashlib
import json
import shutil
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.talk import Account, Channel, Guild, MessageFact, Read
from pipeline.errors import StorageError, Unreadable
from pipeline.sources.discord import rows as talk_rows
from pipeline.sources.discord.rows import decode
from pipeline.sources.landing import (
    LandingWriter,
    landing_name,
    read_manifest,
    rows,
    sweep_partials,
    whole_landings,
)

NOW = datetime(2026, 11, 21, 3, 4, 5, 678_901, tzinfo=UTC)
NAME = landing_name(NOW, "discord", "r1")
ROWS = [{"id": 1}, {"id": 2, "name": "Zoë 🐉"}, {"id": 3, "nested": [1, {"a": None}]}]


def a_writer(root: Path, name: str = NAME) -> LandingWriter:
    return LandingWriter(root, name, source="discord", run_id="r1", now=NOW)


def written(root: Path, found: list[Any] | None = None, role: str = "messages") -> Path:
    with a_writer(root) as writer, writer.lines(role, path="/channels/*/messages") as out:
        for row in ROWS if found is None else found:
            out.write(row)
    return writer.path


def break_off(writer: LandingWriter) -> None:
    """Begin a part and fail in its middle."""
    with writer.lines("messages", path="/x") as out:
        out.write({"id": 1})
        raise RuntimeError("cut")


def begin_nowhere(root: Path, writer: LandingWriter) -> None:
    """Begin a part when the folder is gone."""
    shutil.rmtree(root)
    with writer.lines("messages", path="/x"):
        pass


def part_of(landing: Path) -> Path:
    return next(landing.glob("*.ndjson.gz"))


# ── writing and reading ──────────────────────────────────────────────────────────────────────────────────────────────


def test_rows_come_back_in_their_order(tmp_path: Path) -> None:
    assert list(rows(written(tmp_path), "messages")) == ROWS


def test_a_part_without_rows_is_a_part(tmp_path: Path) -> None:
    landing = written(tmp_path, [])
    assert list(rows(landing, "messages")) == []
    assert [(part.role, part.bytes) for part in read_manifest(landing).parts] == [("messages", 0)]


def test_a_role_that_is_not_there_has_no_rows(tmp_path: Path) -> None:
    assert list(rows(written(tmp_path), "accounts")) == []


def test_the_parts_of_a_role_are_read_one_after_the_other(tmp_path: Path) -> None:
    with a_writer(tmp_path) as writer:
        for number in range(3):
            with writer.lines("reads" if number == 1 else "messages", path="/x") as out:
                out.write({"id": number})
    assert [row["id"] for row in rows(writer.path, "messages")] == [0, 2]
    assert [part.file for part in read_manifest(writer.path).parts] == [
        "001-messages.ndjson.gz", "002-reads.ndjson.gz", "003-messages.ndjson.gz",
    ]  # fmt: skip


def test_a_part_is_one_line_of_json_a_row_and_weighs_what_the_manifest_says(tmp_path: Path) -> None:
    landing = written(tmp_path)
    body = gzip.decompress(part_of(landing).read_bytes())
    assert [json.loads(line) for line in body.splitlines()] == ROWS
    assert body.endswith(b"\n")
    assert read_manifest(landing).parts[0].bytes == len(body)


def test_the_same_rows_are_the_same_bytes(tmp_path: Path) -> None:
    first, second = written(tmp_path / "a"), written(tmp_path / "b")
    assert part_of(first).read_bytes() == part_of(second).read_bytes()
    assert read_manifest(first) == read_manifest(second)


def test_a_text_that_is_no_unicode_does_not_stop_the_night(tmp_path: Path) -> None:
    assert list(rows(written(tmp_path, [{"name": "\ud83d half"}]), "messages")) == [{"name": "? half"}]


def test_line_breaks_inside_a_name_stay_inside_their_line(tmp_path: Path) -> None:
    found = [{"name": "a\nb\r\u2028c"}, {"name": "d"}]
    assert list(rows(written(tmp_path, found), "messages")) == found


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(JSON, max_size=5))
@settings(max_examples=40)
def test_any_rows_come_back(tmp_path_factory: pytest.TempPathFactory, found: list[Any]) -> None:
    assert list(rows(written(tmp_path_factory.mktemp("any"), found), "messages")) == found


def test_a_landing_without_its_end_is_no_landing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="cut"), a_writer(tmp_path) as writer:
        break_off(writer)
    assert list(tmp_path.iterdir()) == []


def test_a_part_that_was_broken_off_is_not_in_the_manifest(tmp_path: Path) -> None:
    with a_writer(tmp_path) as writer:
        with pytest.raises(RuntimeError, match="cut"):
            break_off(writer)
        with writer.lines("reads", path="/x") as out:
            out.write({"id": 2})
    assert [part.role for part in read_manifest(writer.path).parts] == ["reads"]
    assert list(rows(writer.path, "messages")) == []
    assert list(rows(writer.path, "reads")) == [{"id": 2}]


def test_a_folder_that_went_away_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be written"), a_writer(tmp_path) as writer:
        begin_nowhere(tmp_path, writer)


def test_rows_are_neither_written_nor_read_all_at_once(tmp_path: Path) -> None:
    def many(writer_root: Path, number: int) -> int:
        tracemalloc.start()
        landing = written(writer_root, ({"id": n, "name": f"somebody {n}"} for n in range(number)))  # type: ignore[arg-type]
        assert sum(1 for _ in rows(landing, "messages")) == number
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    few, more = many(tmp_path / "few", 1_000), many(tmp_path / "more", 10_000)
    assert more < few + 500_000  # all rows together take six times that


# ── what was changed or damaged ──────────────────────────────────────────────────────────────────────────────────────


def damaged(landing: Path, body: bytes) -> Path:
    part_of(landing).write_bytes(gzip.compress(body, mtime=0))
    return landing


PLAIN = b'{"id":1}\n{"id":2}\n'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"id":1}\n',
        b'{"id":1}\n{"id":3}\n',
        b'{"id":2}\n{"id":1}\n',
        b'{"id":1}\n{"id":2}',
        PLAIN + b'{"id":3}\n',
        PLAIN + b"\n",
        PLAIN + b" " * 1_000_000,
        b'{"id":1}\n{"id":\n',
        b'{"id":1}\nnothing\n',
        b"\xff\xfe\n{}\n",
        b"[" * 100_000 + b"\n",
    ],
    ids=[
        "empty", "cut", "another row", "turned round", "no last break", "a row more", "a break more", "a bomb", "half a row",
        "no JSON", "no text", "a deep nest",
    ],
)  # fmt: skip
def test_a_part_that_is_not_what_was_written_is_not_believed(tmp_path: Path, body: bytes) -> None:
    landing = written(tmp_path, [{"id": 1}, {"id": 2}])
    with pytest.raises(Unreadable, match=r"001-messages\.ndjson\.gz"):
        list(rows(damaged(landing, body), "messages"))


def test_a_row_too_deep_to_read_is_unreadable_even_where_it_was_written_so(tmp_path: Path) -> None:
    landing = written(tmp_path, [{"id": 1}])
    deep = b"[" * 100_000 + b"]" * 100_000 + b"\n"
    part, manifest = part_of(landing), landing / "manifest.json"
    part.write_bytes(gzip.compress(deep, mtime=0))
    told = json.loads(manifest.read_text("utf-8"))
    told["parts"][0] |= {"bytes": len(deep), "sha256": hashlib.sha256(deep).hexdigest()}
    manifest.write_text(json.dumps(told), "utf-8")
    with pytest.raises(Unreadable):
        list(rows(landing, "messages"))


@pytest.mark.parametrize("how", ["cut", "missing", "not packed", "a folder"])
def test_a_part_that_cannot_be_unpacked_is_unreadable(tmp_path: Path, how: str) -> None:
    landing = written(tmp_path, [{"id": n, "name": f"{n * 7919}"} for n in range(500)])
    part = part_of(landing)
    body = part.read_bytes()
    part.unlink()
    if how == "cut":
        part.write_bytes(body[: len(body) // 2])
    elif how == "not packed":
        part.write_bytes(b'{"id":1}\n')
    elif how == "a folder":
        part.mkdir()
    with pytest.raises(Unreadable, match="cannot be unpacked"):
        list(rows(landing, "messages"))


def test_rows_before_a_damage_are_given_before_it_shows(tmp_path: Path) -> None:
    landing = damaged(written(tmp_path, [{"id": 1}, {"id": 2}]), b'{"id":1}\n{"id":9}\n')
    found = rows(landing, "messages")
    assert next(found) == {"id": 1}
    with pytest.raises(Unreadable):
        list(found)


@given(st.integers(0, 10_000), st.integers(1, 255))
@settings(max_examples=60)
def test_no_changed_byte_goes_unnoticed(tmp_path_factory: pytest.TempPathFactory, place: int, by: int) -> None:
    landing = written(tmp_path_factory.mktemp("flip"))
    part = part_of(landing)
    body = bytearray(part.read_bytes())
    spot = place % len(body)
    body[spot] ^= by
    part.write_bytes(body)
    try:
        found = list(rows(landing, "messages"))
    except Unreadable:
        return
    assert found == ROWS, "a byte of the packing that says nothing of the rows"


# ── what is left half written ────────────────────────────────────────────────────────────────────────────────────────


def test_a_sweep_takes_what_is_half_written_of_one_source_alone(tmp_path: Path) -> None:
    names = [landing_name(NOW, source, "r1") for source in ("wom", "discord")]
    for name in names:
        (tmp_path / f"{name}.partial").mkdir()
    whole = written(tmp_path / "x").rename(tmp_path / landing_name(NOW, "discord", "r0"))
    assert sweep_partials(tmp_path, "discord") == [f"{names[1]}.partial"]
    assert {path.name for path in tmp_path.iterdir()} == {f"{names[0]}.partial", whole.name, "x"}
    assert sweep_partials(tmp_path) == [f"{names[0]}.partial"]


@pytest.mark.parametrize("run_id", ["x-wom-y", "discord"])
def test_a_sweep_is_not_led_astray_by_the_name_of_a_run(tmp_path: Path, run_id: str) -> None:
    left = tmp_path / f"{landing_name(NOW, 'wom', run_id)}.partial"
    left.mkdir(parents=True)
    assert sweep_partials(tmp_path, "discord") == []
    assert left.is_dir()


def test_a_sweep_of_nothing_finds_nothing(tmp_path: Path) -> None:
    assert sweep_partials(tmp_path / "none") == sweep_partials(tmp_path, "discord") == []


def test_a_landing_of_lines_is_whole_like_any_other(tmp_path: Path) -> None:
    assert whole_landings(tmp_path) == []
    landing = written(tmp_path)
    assert whole_landings(tmp_path) == [landing]


# ── records of Discord as rows ───────────────────────────────────────────────────────────────────────────────────────

IDS = st.integers(1, 2**63 - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
INSTANTS = st.datetimes(datetime(2015, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
FACTS = st.builds(
    MessageFact,
    id=IDS, channel_id=IDS, thread_id=st.none() | IDS, author_id=IDS,
    kind=st.sampled_from(["human", "relay", "bot", "webhook", "system"]), length=st.integers(0, 4000), is_question=st.booleans(),
    reply_to_id=st.none() | IDS, edited_ms=st.none() | st.integers(1, 2**45), attachments=st.integers(0, 10),
    metrics=st.lists(st.sampled_from(["zulrah", "vorkath"]), unique=True).map(tuple), relayed_name=st.none() | TEXTS,
)  # fmt: skip
BLIND = FACTS.map(lambda fact: fact._replace(length=None, is_question=None))
ACCOUNTS = st.builds(
    Account, id=IDS, username=TEXTS, global_name=st.none() | TEXTS, nick=st.none() | TEXTS, is_bot=st.booleans(),
    in_guild=st.booleans(), joined_at=st.none() | INSTANTS, roles=st.lists(TEXTS, max_size=3).map(tuple),
)  # fmt: skip
CHANNELS = st.builds(
    Channel, id=IDS, parent_id=st.none() | IDS, name=TEXTS, kind=st.sampled_from(["text", "forum", "thread"]),
    position=st.integers(0, 500), access=st.sampled_from(["open", "hidden", "no_history"]), archived_at=st.none() | INSTANTS,
    archives_read=st.booleans(),
)  # fmt: skip
READS = st.builds(
    Read, source_id=IDS, after=st.integers(0, 2**62), until=st.integers(1, 2**63 - 1), reread=st.booleans()
)


@given(
    st.builds(Guild, id=IDS, name=TEXTS), st.booleans(), st.lists(FACTS | BLIND, max_size=3), st.lists(ACCOUNTS, max_size=3),
    st.lists(CHANNELS, max_size=3), st.lists(READS, max_size=3),
)  # fmt: skip
@settings(max_examples=40)
def test_records_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, guild: Guild, lists_members: bool, facts: list[MessageFact],
    accounts: list[Account], channels: list[Channel], reads: list[Read],
) -> None:  # fmt: skip
    with a_writer(tmp_path_factory.mktemp("talk")) as writer:
        for role, found in (
            ("messages", map(talk_rows.of_message, facts)),
            ("guild", [talk_rows.of_guild(guild, lists_members=lists_members)]),
            ("accounts", map(talk_rows.of_account, accounts)),
            ("authors", map(talk_rows.of_account, accounts)),
            ("channels", map(talk_rows.of_channel, channels)),
            ("reads", map(talk_rows.of_read, reads)),
        ):
            with writer.lines(role, path="/x") as out:
                for row in found:
                    out.write(row)
    talk = decode(writer.path)
    assert (talk.guild, talk.authors, talk.channels, talk.reads) == (
        guild, tuple(accounts), tuple(channels), tuple(reads),
    )  # fmt: skip
    assert talk.accounts == (tuple(accounts) if lists_members else None)
    assert list(talk.messages) == facts


@pytest.mark.parametrize(
    ("role", "row", "said"),
    [
        ("guild", {"name": "no id"}, "line 1 of its guild"),
        ("guild", [], "line 1 of its guild"),
        ("accounts", {"id": 1}, "line 1 of its accounts"),
        ("accounts", {"id": 1, "username": "x", "joined_at": "yesterday"}, "line 1 of its accounts"),
        ("accounts", {"id": 1, "username": "x", "roles": 7}, "line 1 of its accounts"),
        ("channels", {"id": 1, "name": "x", "kind": "text"}, "line 1 of its channels"),
        ("reads", {"source": 1}, "line 1 of its reads"),
        ("messages", {"id": 1}, "line 1 of its messages"),
        ("messages", 7, "line 1 of its messages"),
        ("messages", None, "line 1 of its messages"),
    ],
)
def test_a_row_that_is_not_of_the_agreed_form_is_named(tmp_path: Path, role: str, row: Any, said: str) -> None:
    with a_writer(tmp_path) as writer:
        for part, found in {"guild": {"id": 1, "name": "x"}, role: row}.items():
            with writer.lines(part, path="/x") as out:
                out.write(found)
    with pytest.raises(Unreadable) as caught:
        list(decode(writer.path).messages)
    assert said in str(caught.value)
    assert NAME in str(caught.value)


@pytest.mark.parametrize("number", [0, 2])
def test_a_landing_names_one_guild(tmp_path: Path, number: int) -> None:
    landing = written(tmp_path, [{"id": n, "name": "x"} for n in range(1, 1 + number)], role="guild")
    with pytest.raises(Unreadable, match=f"names {number} servers"):
        decode(landing)


def test_a_landing_from_an_earlier_version_with_fewer_keys_is_read(tmp_path: Path) -> None:
    with a_writer(tmp_path) as writer:
        for role, row in {
            "guild": {"id": 1, "name": "x"},
            "messages": {"id": 5, "channel": 2, "author": 3, "kind": "human"},
            "channels": {"id": 2, "name": "general", "kind": "text", "access": "open", "unheard_of": 1},
        }.items():
            with writer.lines(role, path="/x") as out:
                out.write(row)
    talk = decode(writer.path)
    assert talk.accounts is None
    assert talk.channels == (Channel(2, None, "general", "text", 0, "open"),)
    assert list(talk.messages) == [MessageFact(5, 2, None, 3, "human", None, None)]
