"""Real answers with one thing in them replaced by anything: what comes out are records of the agreed types, or `Unreadable`."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final, get_type_hints

import pytest
import registry
from fault_kit import Night
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from pipeline.errors import Unreadable
from pipeline.sources.discord import rows as talk
from pipeline.sources.landing import LandingWriter, raw, read_manifest, whole_landings
from pipeline.sources.wom import decode as wom
from pipeline.sources.workbook import rows as workbook

FEW: Final = 2
"""Rows that are kept of each list, so that an example is quick."""
LARGEST: Final = 2**63 - 1

quick = settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from([2**63, -(2**63), 10**400, -1, 0]) | st.floats()
    | st.text(st.characters(), max_size=8) | st.sampled_from(["2026-11-21T03:17:00", "9999-12-31T23:59:59-12:00", "\ud800"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)  # fmt: skip
Bodies = dict[str, Any]


@pytest.fixture(scope="module")
def landings(night: Night) -> dict[str, Path]:
    """The landings of the night, by source."""
    found = whole_landings(night.after("harvest_workbook").output / "landing")
    return {read_manifest(path).source: path for path in found}


def shortened(said: Any) -> Any:
    if isinstance(said, dict):
        return {key: shortened(value) for key, value in said.items()}
    return [shortened(value) for value in said[:FEW]] if isinstance(said, list) else said


def bodies(landing: Path) -> Bodies:
    """One short body of each role; of those written line by line, the lines."""
    found: Bodies = {}
    for part in read_manifest(landing).parts:
        body = raw(landing, part)
        lines = [json.loads(line) for line in body.splitlines()] if "ndjson" in part.file else json.loads(body)
        found.setdefault(part.role, shortened(lines))
    return found


def places(said: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything in *said*."""
    yield path
    inside = said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else ()
    for key, value in inside:
        yield from places(value, (*path, key))


def replaced(said: Any, path: tuple[Any, ...], value: Any) -> Any:
    """*said* with *value* at *path*; nothing of *said* itself changes."""
    if not path:
        return value
    copied = dict(said) if isinstance(said, dict) else list(said)
    copied[path[0]] = replaced(said[path[0]], path[1:], value)
    return copied


def landed(root: Path, like: Path, found: Bodies) -> Path:
    """A landing of *found*, as *like* was written."""
    shutil.rmtree(root, ignore_errors=True)
    manifest = read_manifest(like)
    by_line = {part.role for part in manifest.parts if "ndjson" in part.file}
    with LandingWriter(root, like.name, source=manifest.source, run_id="fuzz", now=manifest.now) as writer:
        for role, body in found.items():
            if role in by_line and isinstance(body, list):
                with writer.lines(role, path="/") as out:
                    for row in body:
                        out.write(row)
            else:
                writer.write(role, json.dumps(body).encode(), path="/", query={})
    return writer.path


ADAPTERS: Final[dict[str, dict[str, TypeAdapter[Any]]]] = {}


def adapters(kind: type) -> dict[str, TypeAdapter[Any]]:
    """What checks each field of the records of *kind*; made once."""
    if kind.__qualname__ not in ADAPTERS:
        ADAPTERS[kind.__qualname__] = {name: TypeAdapter(hint) for name, hint in get_type_hints(kind).items()}
    return ADAPTERS[kind.__qualname__]


def check(record: Any) -> None:
    """Every field of *record* is of its type, fits in a database and can be written as UTF-8."""
    if is_dataclass(record):
        for each in fields(record):
            value = getattr(record, each.name)
            if not any(is_dataclass(inner) for inner in (value if isinstance(value, tuple) else (value,))):
                adapters(type(record))[each.name].validate_python(value, strict=True)
            check(value)
    elif isinstance(record, tuple | list | frozenset):
        for inner in record:
            check(inner)
    elif isinstance(record, dict):
        check(tuple(record.items()))
    elif isinstance(record, str):
        record.encode()
    elif isinstance(record, int):
        assert abs(record) <= LARGEST
    elif hasattr(record, "tzinfo"):
        assert record.tzinfo is not None


def read_wom(landing: Path) -> None:
    check(wom.decode(landing))


def read_talk(landing: Path) -> None:
    found = talk.decode(landing)
    for message in found.messages:
        check(message)
    for each in (found.guild, *found.channels, *(found.accounts or ()), *found.authors, *found.reads):
        check(each)


def read_workbook(landing: Path) -> None:
    for row in workbook.decode(landing).rows:
        check(row)


@pytest.mark.trouble(registry.FUZZED)
@pytest.mark.parametrize(
    ("source", "read"), [("wom", read_wom), ("discord", read_talk), ("workbook", read_workbook)], ids=["wom", "discord", "workbook"]
)  # fmt: skip
def test_whatever_stands_in_an_answer_it_becomes_records_or_is_refused(
    landings: dict[str, Path], source: str, read: Callable[[Path], None], tmp_path: Path
) -> None:
    found = bodies(landings[source])
    read(landed(tmp_path / "as-it-was", landings[source], found))
    ways = [way for way in places(found) if way]

    @quick
    @given(st.sampled_from(ways), anything)
    def play(way: tuple[Any, ...], value: Any) -> None:
        with suppress(Unreadable):
            read(landed(tmp_path / "fuzzed", landings[source], replaced(found, way, value)))

    play()
