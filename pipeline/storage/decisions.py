"""Officers' decisions as rows: the newest of a key holds, and the ones before it are kept."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from pipeline.domain.decisions import Decided, kind_of, pair_of
from pipeline.storage import tables
from pipeline.storage.load import table
from pipeline.storage.types import ms_or_none, to_ms
from pipeline.storage.upsert import Counts, upsert

_COLUMNS: Final = (
    "key", "decided_at", "kind", "player_id", "account_id", "verdict", "until_on", "note", "what", "who", "reason", "proof",
    "origin", "noted_at",
)  # fmt: skip


def newest(connection: Connection, as_of: datetime | None = None, besides: str = "") -> dict[str, Row[Any]]:
    """The decision that holds for each key, of those noted by *as_of*, the oldest first; withdrawn ones among them.

    Those with the verdict *besides* are left out, as if they had never been.
    """
    row = tables.Decision
    last = select(row.key, func.max(row.decided_at).label("decided_at")).where(row.verdict != besides).group_by(row.key)
    if as_of is not None:
        last = last.where(row.noted_at <= as_of)
    held = last.subquery()
    found = connection.execute(
        select(row.__table__)
        .join(held, (held.c.key == row.key) & (held.c.decided_at == row.decided_at))
        .order_by(row.decided_at, row.key)
    )
    return {each.key: each for each in found}


def ever(connection: Connection) -> list[Row[Any]]:
    """Everything that was ever decided, the oldest first."""
    row = tables.Decision
    return list(connection.execute(select(row.__table__).order_by(row.decided_at, row.key)))


def keep(connection: Connection, decisions: Iterable[Decided]) -> Counts:
    """Write *decisions*; one of the same key and instant as one that is held takes its place."""
    return upsert(connection, table(tables.Decision), _COLUMNS, [_row(each) for each in decisions])


def keep_fates(connection: Connection, fates: Sequence[tuple[str, datetime, str | None, datetime | None]]) -> Counts:
    """Write what became of decisions: key and `decided_at`, fate, and since when."""
    if not fates:
        return Counts()
    changed = connection.exec_driver_sql(
        "UPDATE decision SET fate = ?1, fate_at = ?2 WHERE key = ?3 AND decided_at = ?4 AND fate IS NOT ?1",
        [(fate, ms_or_none(fate_at), key, to_ms(decided_at)) for key, decided_at, fate, fate_at in fates],
    ).rowcount
    return Counts(updated=changed, unchanged=len(fates) - changed)


def identities(connection: Connection) -> dict[tuple[int, int], str]:
    """What officers said of (player, account): `confirm` or `reject`. The last word counts: nobody has two accounts confirmed."""
    said: dict[tuple[int, int], str] = {}
    for row in newest(connection).values():
        if row.player_id is None or row.verdict not in ("confirm", "reject"):
            continue
        if row.verdict == "confirm":  # rows come in the order in which they were decided
            said = {pair: verdict for pair, verdict in said.items() if pair[0] != row.player_id or verdict != "confirm"}
        said[row.player_id, row.account_id] = row.verdict
    return said


def until_of(row: Row[Any]) -> date | None:
    """The last day of a decision."""
    return None if row.until_on is None else date.fromisoformat(row.until_on)


def _row(decided: Decided) -> tuple[Any, ...]:
    player_id, account_id = pair_of(decided.key) or (None, None)
    until = None if decided.until is None else decided.until.isoformat()
    return (
        decided.key, to_ms(decided.decided_at), kind_of(decided.key), player_id, account_id, decided.verdict, until,
        decided.note, decided.what, decided.who, decided.reason, decided.proof, decided.origin, to_ms(decided.noted_at),
    )  # fmt: skip
