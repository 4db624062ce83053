"""output/forget.json: whom to forget, by ids and without a name. Without it nobody could be kept out again.

It is written before anything is erased. An entry whose `erased_at` is null was interrupted: whatever runs next goes on with it, and
until then `named_in` keeps the files that are for a person to see to.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pipeline.domain.forgotten import Forgotten
from pipeline.errors import ConfigError
from pipeline.outputs.files import PRIVATE, write_text
from pipeline.storage.engine import reading
from pipeline.storage.forget import traces

FILE: Final = "forget.json"
SCHEMA_VERSION: Final = 1
_MOST: Final = 2**63


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody who is forgotten since `since`: their accounts in Discord and their players. `erased_at`: everything was gone then.

    `places` are files of others that named them when their names were known last.
    """

    discord_ids: tuple[int, ...]
    player_ids: tuple[int, ...]
    since: datetime
    erased_at: datetime | None = None
    places: tuple[str, ...] = ()

    def overlaps(self, other: "Entry") -> bool:
        """Whether both are about the same person."""
        return bool({*self.discord_ids} & {*other.discord_ids} or {*self.player_ids} & {*other.player_ids})


class ForgetList:
    """The list of the folder *output*. Who is not on it is not forgotten; a list that cannot be understood is a ConfigError."""

    def __init__(self, output: Path) -> None:
        self.file = output / FILE

    def entries(self) -> tuple[Entry, ...]:
        """Everybody on it, in the order in which they were forgotten."""
        try:
            return _read(json.loads(self.file.read_bytes()))
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ConfigError(
                f"{self.file} cannot be understood, so nobody could be kept out: put back the last good one, or mend it "
                f"(README, “Forget somebody”). Until then nothing is harvested or loaded. ({type(error).__name__})"
            ) from None

    def known(self, database: Path) -> Forgotten:
        """Everybody on it, by all that *database* knows of them."""
        held = self.entries()
        accounts, players = everybody(held)
        if not held or not database.exists():
            return Forgotten(accounts, players)
        with reading(database) as connection:
            return traces(connection, accounts, players)

    @property
    def interrupted(self) -> tuple[Entry, ...]:
        """Those on it of whom not everything was erased yet."""
        return tuple(entry for entry in self.entries() if entry.erased_at is None)

    def add(self, entry: Entry) -> Entry:
        """Put *entry* on it, joined with what is there of the same person; gives it as it stands there now."""
        held = self.entries()
        same = [each for each in held if each.overlaps(entry)]
        joined = Entry(
            tuple(sorted({*entry.discord_ids, *(id_ for each in same for id_ in each.discord_ids)})),
            tuple(sorted({*entry.player_ids, *(id_ for each in same for id_ in each.player_ids)})),
            min([entry.since, *(each.since for each in same)]),
            places=tuple(sorted({place for each in (entry, *same) for place in each.places})),
        )
        self._write([*(each for each in held if each not in same), joined])
        return joined

    def again(self) -> None:
        """Have everybody on it erased once more."""
        self._write(replace(entry, erased_at=None) for entry in self.entries())

    def note_places(self, found: Iterable[Path]) -> None:
        """Keep which files name those who are being erased: once that is done, nobody knows by what names to look for them."""
        places = {str(path) for path in found}
        self._write(
            entry if entry.erased_at else replace(entry, places=tuple(sorted({*entry.places, *places})))
            for entry in self.entries()
        )

    def note_erased(self, at: datetime) -> None:
        """Nothing is left of anybody on it."""
        self._write(entry if entry.erased_at else replace(entry, erased_at=at, places=()) for entry in self.entries())

    def allow(self, number: int) -> bool:
        """Take off it whoever has *number*, an account's or a player's; False if nobody has."""
        held = self.entries()
        kept = [entry for entry in held if number not in (*entry.discord_ids, *entry.player_ids)]
        if len(kept) < len(held):
            self._write(kept)
        return len(kept) < len(held)

    def _write(self, entries: Iterable[Entry]) -> None:
        content = {"schema_version": SCHEMA_VERSION, "forgotten": [_row(entry) for entry in entries]}
        write_text(self.file, json.dumps(content, indent=1) + "\n", PRIVATE)


def everybody(entries: Iterable[Entry]) -> tuple[frozenset[int], frozenset[int]]:
    """The accounts and the players of all *entries*."""
    held = tuple(entries)
    accounts = frozenset(id_ for entry in held for id_ in entry.discord_ids)
    return accounts, frozenset(id_ for entry in held for id_ in entry.player_ids)


def _read(content: dict[str, Any]) -> tuple[Entry, ...]:
    if content["schema_version"] != SCHEMA_VERSION:
        raise ValueError(content["schema_version"])
    return tuple(map(_entry, content["forgotten"]))


def _row(entry: Entry) -> dict[str, Any]:
    row: dict[str, Any] = {
        "discord_ids": [str(id_) for id_ in entry.discord_ids],
        "player_ids": list(entry.player_ids),
        "since": _text(entry.since),
        "erased_at": None if entry.erased_at is None else _text(entry.erased_at),
    }
    return row | ({"named_in": list(entry.places)} if entry.places else {})


def _entry(row: dict[str, Any]) -> Entry:
    erased = row.get("erased_at")
    return Entry(
        tuple(_number(int(id_)) for id_ in _texts(row["discord_ids"])), tuple(map(_number, row["player_ids"])),
        _instant(row["since"]), None if erased is None else _instant(erased), tuple(_texts(row.get("named_in", []))),
    )  # fmt: skip


def _texts(found: Any) -> list[str]:
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise TypeError(found)
    return found


def _number(found: Any) -> int:
    if not isinstance(found, int) or isinstance(found, bool) or not 0 < found < _MOST:
        raise ValueError(found)
    return found


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at
