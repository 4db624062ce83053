"""What officers wrote, as rows: a log of edits. What stands is a fold over it (`domain.standing`)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from pipeline.domain.decisions import Decided, kind_of, pair_of
from pipeline.domain.standing import standings
from pipeline.storage import tables
from pipeline.storage.load import table
from pipeline.storage.types import ms_or_none, to_ms
from pipeline.storage.upsert import Counts, upsert

_COLUMNS: Final = (
    "key", "mark", "kind", "player_id", "account_id", "verdict", "decided_at", "until_on", "word", "note", "what", "who",
    "reason", "proof", "origin", "noted_at",
)  # fmt: skip


def ever(connection: Connection, as_of: datetime | None = None) -> list[Decided]:
    """Everything that was ever written, or noted by *as_of*."""
    row = tables.Decision
    asked = select(row.__table__).order_by(row.decided_at, row.key, row.mark)
    if as_of is not None:
        asked = asked.where(row.noted_at <= as_of)
    return [_decided(each) for each in connection.execute(asked)]


def unknown(connection: Connection, edits: Iterable[Decided]) -> list[Decided]:
    """Those of *edits* that are not on file. Of one that was saved several times the first counts, whichever was read before."""
    row = tables.Decision
    known = {
        (each.key, each.mark): (each.decided_at, each.origin)
        for each in connection.execute(select(row.key, row.mark, row.decided_at, row.origin))
    }
    new: dict[tuple[str, str], Decided] = {}
    for edit in edits:
        name, saved = (edit.key, edit.mark), (edit.decided_at, edit.origin)
        if name not in known or saved < known[name]:
            new[name], known[name] = edit, saved
    return list(new.values())


def keep(connection: Connection, edits: Iterable[Decided]) -> Counts:
    """Write *edits*; one on file keeps the night that read it first."""
    rows = [_row(each) for each in edits]
    return upsert(connection, table(tables.Decision), _COLUMNS, rows, settled=("noted_at",))


def keep_fates(connection: Connection, fates: Sequence[tuple[Decided, str | None, datetime | None]]) -> Counts:
    """Write what became of decisions, and since when."""
    if not fates:
        return Counts()
    changed = connection.exec_driver_sql(
        "UPDATE decision SET fate = ?1, fate_at = ?2 WHERE key = ?3 AND mark = ?4 AND fate IS NOT ?1",
        [(fate, ms_or_none(fate_at), decided.key, decided.mark) for decided, fate, fate_at in fates],
    ).rowcount
    return Counts(updated=changed, unchanged=len(fates) - changed)


def identities(connection: Connection) -> dict[tuple[int, int], str]:
    """What officers said of (player, account): `confirm` or `reject`. The last word counts: nobody has two accounts confirmed."""
    said: dict[tuple[int, int], str] = {}
    held = (each.by for each in standings(ever(connection), {}).values())
    for decided in sorted(held, key=lambda each: (each.decided_at, each.mark)):
        pair = pair_of(decided.key)
        if pair is None or decided.verdict not in ("confirm", "reject"):
            continue
        if decided.verdict == "confirm":
            said = {other: verdict for other, verdict in said.items() if other[0] != pair[0] or verdict != "confirm"}
        said[pair] = decided.verdict
    return said


def _row(decided: Decided) -> tuple[Any, ...]:
    player_id, account_id = pair_of(decided.key) or (None, None)
    until = None if decided.until is None else decided.until.isoformat()
    return (
        decided.key, decided.mark, kind_of(decided.key), player_id, account_id, decided.verdict, to_ms(decided.decided_at), until,
        decided.word, decided.note, decided.what, decided.who, decided.reason, decided.proof, decided.origin, to_ms(decided.noted_at),
    )  # fmt: skip


def _decided(row: Row[Any]) -> Decided:
    return Decided(
        row.key, row.mark, row.verdict, row.decided_at, None if row.until_on is None else date.fromisoformat(row.until_on), row.word,
        row.note, row.what, row.who, row.reason, row.proof, row.origin, row.noted_at, row.fate, row.fate_at,
    )  # fmt: skip
