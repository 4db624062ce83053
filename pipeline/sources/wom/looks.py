"""Snapshots as WOM sends them, turned into looks: values and ranks in the order of a shared tuple of metrics.

A night of 500 members is 56,500 values, so each section is taken column by column and checked as a whole; only a section
that fails is gone through value by value, to say which one is odd.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline.domain.metrics import BY_KEY, OVERALL, Kind
from pipeline.domain.records import Look, Snapshot
from pipeline.sources.wom.fields import (
    MOST,
    Broken,
    amount,
    hours,
    identity,
    instant,
    mapping,
    optional_instant,
    rank,
    rows,
)

SECTIONS: Final[dict[str, tuple[Kind, str]]] = {
    "skills": ("skill", "experience"),
    "bosses": ("boss", "kills"),
    "activities": ("activity", "score"),
    "computed": ("computed", "value"),
}
"""Sections of a snapshot: the kind of their metrics and the field that holds the value."""
KIND_OF_FIELD: Final[dict[str, Kind]] = {name: kind for kind, name in SECTIONS.values()}
LONGEST_KEY: Final = 100
ROUNDING: Final = 0.00002
"""Hours by which a sum and its rounded self may differ."""

Values = list[int | None]


@dataclass(slots=True)
class Looks:
    """Decodes the looks of one landing; remembers every metric seen, its kind, and what it could not place."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    unplaced: set[str] = field(default_factory=set)
    _shared: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)

    def snapshot(self, row: Mapping[str, object]) -> Snapshot:
        """The look in a snapshot: `{playerId, createdAt, data: {section: {metric: …}}}`."""
        keys: list[str] = []
        values: Values = []
        ranks: Values = []
        for name, section in mapping(row.get("data"), "data").items():
            if name not in SECTIONS and not isinstance(section, dict):
                continue
            try:
                self._section(name, mapping(section), keys, values, ranks)
            except Broken as broken:
                raise broken.within(f"data.{name}") from None
        metrics = self._metrics(tuple(keys))
        return Snapshot(
            identity(row, "playerId"), instant(row, "createdAt"), "snapshot", metrics, tuple(values), tuple(ranks)
        )

    def gained(self, row: Mapping[str, object], fallback: Mapping[str, Kind]) -> list[Snapshot]:
        """The first and last look in a row of bulk-gained, or the only one; none when nothing lies in the window."""
        player_id = identity(mapping(row.get("player"), "player"), "id")
        first, last = optional_instant(row, "startDate"), optional_instant(row, "endDate")
        if first is None or last is None or first > last:
            return []
        deltas: list[Any] = rows(row.get("data"), "data")
        try:
            keys = tuple([delta["metric"] for delta in deltas])
            starts, ends = [delta["start"] for delta in deltas], [delta["end"] for delta in deltas]
            metrics = self._metrics(keys)
        except (KeyError, TypeError):
            raise _odd_delta(deltas) from None
        computed = [
            self._is_computed(key, fallback, start, end) for key, start, end in zip(metrics, starts, ends, strict=True)
        ]
        looks: list[tuple[Any, list[Any]]] = [(first, starts)] if first == last else [(first, starts), (last, ends)]
        source: Look = "gained"
        return [
            Snapshot(player_id, at, source, metrics, tuple(_gained_values(metrics, found, computed)))
            for at, found in looks
        ]

    def _section(
        self, name: str, section: Mapping[str, object], keys: list[str], values: Values, ranks: Values
    ) -> None:
        kind, value_field = SECTIONS.get(name) or _shape(section)
        if kind is None:
            self.unplaced |= set(section)
            return
        section = self._placed(section, value_field)
        entries: list[Any] = list(section.values())
        values += _hours(section, value_field) if kind == "computed" else _amounts(section, entries, value_field)
        ranks += _ranks(section, entries)
        keys += section
        if not self.kinds.keys() >= section.keys():
            self.kinds.update(dict.fromkeys(section, kind))

    def _placed(self, section: Mapping[str, object], value_field: str) -> Mapping[str, object]:
        """*section* without what is no metric: an unknown key that has not even the field which holds a value."""
        strange = [key for key in section.keys() - BY_KEY.keys() if _field(section[key], value_field) is None]
        self.unplaced.update(strange)
        return {key: entry for key, entry in section.items() if key not in strange} if strange else section

    def _metrics(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """*keys* as the one tuple that all looks of this landing share."""
        shared = self._shared.get(keys)
        if shared is None:
            if not all(map(_is_key, keys)):
                raise Broken("data", "names a metric that is no short text")
            if len(set(keys)) < len(keys):
                raise Broken("data", "names a metric twice")
            shared = self._shared[keys] = keys
        return shared

    def _is_computed(self, key: str, fallback: Mapping[str, Kind], *values: object) -> bool:
        """Whether *key* counts hours; a metric nobody knows does if its value is no whole number."""
        known = BY_KEY.get(key)
        kind = known.kind if known else self.kinds.get(key) or fallback.get(key)
        if kind is None:
            kind = "computed" if any(isinstance(value, float) for value in values) else "activity"
            if kind == "computed":
                self.kinds[key] = kind
        return kind == "computed"


def outdated_hours(row: Mapping[str, object]) -> bool:
    """Whether a snapshot's stored ehp differs from what WOM computes from its skills when it answers.

    The stored one was computed at the account's type and the rates of its day; the skills' `ehp` at today's. So an old
    snapshot betrays a change of type that bulk-gained, which recomputes everything, already follows.
    """
    try:
        data: Any = row["data"]
        today, stored = data["skills"][OVERALL]["ehp"], data["computed"]["ehp"]["value"]
        return bool(stored >= 0 and abs(today - stored) > ROUNDING)
    except (KeyError, OverflowError, TypeError):
        return False


def _is_key(key: object) -> bool:
    return isinstance(key, str) and 0 < len(key) <= LONGEST_KEY and key.encode("utf-8", "replace").decode() == key


def _shape(section: Mapping[str, object]) -> tuple[Kind | None, str]:
    """Kind and value field of a section whose name is unknown, by the field its first metric carries."""
    for entry in section.values():
        for name, kind in KIND_OF_FIELD.items():
            if isinstance(entry, dict) and name in entry:
                return kind, name
    return None, ""


def _amounts(section: Mapping[str, object], entries: list[Any], name: str) -> Values:
    try:
        found = [entry[name] for entry in entries]
        if found and {*map(type, found)} == {int} and min(found) >= -1 and max(found) <= MOST:
            return [None if value < 0 else value for value in found]
    except (KeyError, TypeError):
        pass
    return [amount(_field(entry, name), f"{key}.{name}") for key, entry in section.items() if _named(entry, key)]


def _hours(section: Mapping[str, object], name: str) -> Values:
    return [hours(_field(entry, name), f"{key}.{name}") for key, entry in section.items() if _named(entry, key)]


def _ranks(section: Mapping[str, object], entries: list[Any]) -> Values:
    try:
        found = [entry["rank"] for entry in entries]
        if found and {*map(type, found)} == {int} and min(found) >= -1 and max(found) <= MOST:
            return [None if value <= 0 else value for value in found]
    except (KeyError, TypeError):
        pass
    return [rank(_field(entry, "rank"), f"{key}.rank") for key, entry in section.items()]


def _named(entry: object, key: str) -> bool:
    if not isinstance(entry, dict):
        raise Broken(key, "is no object")
    return True


def _field(entry: object, name: str) -> object:
    return entry.get(name) if isinstance(entry, dict) else None


def _gained_values(metrics: tuple[str, ...], found: list[Any], computed: list[bool]) -> Values:
    return [
        hours(value, f"data.{key}") if is_computed else amount(value, f"data.{key}")
        for key, value, is_computed in zip(metrics, found, computed, strict=True)
    ]


def _odd_delta(deltas: list[Any]) -> Broken:
    for at, delta in enumerate(deltas):
        for name in ("metric", "start", "end"):
            if not isinstance(delta, dict) or name not in delta:
                return Broken(f"data[{at}].{name}", "is missing")
    return Broken("data", "names a metric that is no text")
