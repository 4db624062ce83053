"""What a landing says of itself: which requests it holds, when they were made, and how much of history it covers."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import Final, Literal, TypeVar

from pipeline.errors import Unreadable

LandingKind = Literal["night", "backfill"]

SCHEMA_VERSION: Final = 1
_ROLE: Final = re.compile(r"[a-z][a-z0-9-]*")
_FILE: Final = re.compile(r"\d{3,}-[a-z0-9-]+\.(json|ndjson)\.gz")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part:
    """One answer as it came. `bytes` and `sha256` are those of the raw body; `fetched_at` is the `now` of the run."""

    role: str
    file: str
    method: str
    path: str
    query: Mapping[str, str | int]
    status: int
    bytes: int
    sha256: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """A request beside the core that did not work out, and why."""

    role: str
    error: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The head of a landing.

    `days` are the UTC days whose looks lie inside (or were covered by players' own histories), `histories` says back to when a
    player's own snapshots were asked for, `walked` that the listings were read to their ends.
    """

    name: str
    source: str
    kind: LandingKind
    run_id: str
    now: datetime
    days: tuple[date, ...] = ()
    histories: Mapping[int, datetime] = field(default_factory=dict)
    walked: bool = False
    failed: tuple[Failure, ...] = ()
    parts: tuple[Part, ...] = ()
    schema_version: int = SCHEMA_VERSION


def to_json(manifest: Manifest) -> str:
    """*manifest* as text, the same text for the same manifest."""
    return json.dumps(asdict(manifest), default=_plain, indent=1, sort_keys=True) + "\n"


def from_json(text: str | bytes, landing: str) -> Manifest:
    """The manifest in *text*; `Unreadable` names the landing and the key that is not of the agreed form."""
    try:
        top = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable(f"The landing {landing}: manifest.json is not JSON.") from None
    try:
        return _manifest(_Fields(top, "manifest.json"))
    except _Odd as odd:
        raise Unreadable(f"The landing {landing}: {odd} is missing or not of the agreed form.") from None


class _Odd(Exception):
    """The key that is not of the agreed form."""


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


class _Fields:
    """An object of the manifest, read key by key; an absent key, a key too many or a value of another type is odd."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise _Odd(where)
        self.value = value
        self.where = where

    def only(self, *keys: str) -> None:
        for key in self.value.keys() ^ set(keys):
            raise _Odd(f"{self.where}: {key}")

    def take(self, key: str, kind: type[T], sound: Callable[[T], object] = lambda _: True) -> T:
        value = self.value.get(key)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is int) or not sound(value):
            raise _Odd(f"{self.where}: {key}")
        return value

    def instant(self, key: str) -> datetime:
        return _instant(self.take(key, str), f"{self.where}: {key}")

    def each(self, key: str) -> list["_Fields"]:
        return [_Fields(value, f"{self.where}: {key}[{at}]") for at, value in enumerate(self.take(key, list))]


def _instant(text: object, where: str) -> datetime:
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise _Odd(where)
    return found.astimezone(UTC)


def _manifest(top: _Fields) -> Manifest:
    top.only(*Manifest.__dataclass_fields__)
    kind: LandingKind = "night" if top.take("kind", str, ("night", "backfill").__contains__) == "night" else "backfill"
    return Manifest(
        schema_version=top.take("schema_version", int, lambda version: version == SCHEMA_VERSION),
        name=top.take("name", str),
        source=top.take("source", str),
        kind=kind,
        run_id=top.take("run_id", str),
        now=top.instant("now"),
        days=tuple(_day(text, f"manifest.json: days[{at}]") for at, text in enumerate(top.take("days", list))),
        histories={
            _player(key): _instant(since, f"manifest.json: histories.{key}")
            for key, since in top.take("histories", dict).items()
        },
        walked=top.take("walked", bool),
        failed=tuple(Failure(row.take("role", str), row.take("error", str)) for row in top.each("failed")),
        parts=tuple(_part(row) for row in top.each("parts")),
    )


def _day(text: object, where: str) -> date:
    try:
        return date.fromisoformat(text)  # type: ignore[arg-type]    # anything that is no text raises here
    except (TypeError, ValueError):
        raise _Odd(where) from None


def _player(key: str) -> int:
    if not (key.isascii() and key.isdigit() and len(key) <= 19 and int(key) < 2**63):
        raise _Odd(f"manifest.json: histories.{key}")
    return int(key)


def _part(row: _Fields) -> Part:
    row.only(*Part.__dataclass_fields__)
    query = row.take("query", dict, lambda pairs: all(type(value) in (str, int) for value in pairs.values()))
    return Part(
        role=row.take("role", str, _ROLE.fullmatch),
        file=row.take("file", str, _FILE.fullmatch),
        method=row.take("method", str),
        path=row.take("path", str),
        query=query,
        status=row.take("status", int),
        bytes=row.take("bytes", int, lambda size: size >= 0),
        sha256=row.take("sha256", str, _SHA256.fullmatch),
        fetched_at=row.instant("fetched_at"),
    )
