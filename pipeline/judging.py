"""What must be remembered of tonight's answers: cards, forecasts, and what became of what was advised."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row

from pipeline.domain.decisions import Decided
from pipeline.marts import cards
from pipeline.marts.advice import AWAY
from pipeline.marts.decisions import on_file
from pipeline.marts.forecasts import make, missing_mondays, resolve
from pipeline.marts.insights.counted import QUALITY, WAITING
from pipeline.marts.insights.look import look
from pipeline.marts.memory import Claim, Fate, Kept, remember
from pipeline.marts.model import Marts
from pipeline.marts.policy_replay import digest
from pipeline.marts.policy_work import months
from pipeline.marts.promotions import DUE
from pipeline.marts.rules import Rules
from pipeline.storage import decisions, forecasts, insights, replays
from pipeline.storage.engine import reading, writing
from pipeline.storage.types import ms_or_none, to_ms
from pipeline.storage.upsert import Counts


def judge(database: Path, night: Marts, rules: Rules) -> Counts:
    """Keep what *night* says, in one transaction; once more for the same night changes nothing."""
    with reading(database) as connection:
        changed, fated = changes(connection, night, rules), list(_fated(connection, night))
        made = [row for monday in missing_mondays(connection, night.as_of) for row in make(connection, monday)]
        worked_out = list(months(connection, rules, night.as_of, len(night.members)))
    with writing(database) as connection:
        counts = insights.keep(connection, [_row(kept) for kept in changed])
        counts += forecasts.keep(connection, [row.stored() for row in made])
        counts += decisions.keep_fates(connection, fated)
        counts += replays.keep(connection, digest(rules), worked_out)
        return counts + forecasts.keep(connection, [row.stored() for row in resolve(connection, night.as_of)])


def changes(connection: Connection, night: Marts, rules: Rules) -> list[Kept]:
    """What is to be kept of *night* that is not kept like that yet."""
    newest = {row.key: _kept(row) for row in insights.newest(connection, night.as_of)}
    claims = [*(cards.claim(finding) for finding in look(connection, night, rules)), *advised(night)]
    return remember(newest, claims, night.as_of, fates(night))


def advised(night: Marts) -> Iterator[Claim]:
    """Who is away, and to whom a rank is due."""
    for verdict in night.advice.inactivity.verdicts:
        if verdict.state == "inactive":
            yield Claim(f"{AWAY}{verdict.person_id}", "away", "")
    for line in night.advice.promotions.due:
        yield Claim(f"{DUE}{line.player_id}:{line.rank}", "due", "")


def fates(night: Marts) -> Callable[[Kept], Fate]:
    """What became of advice that is no longer given: an officer acted, or it is no longer true by itself."""
    roles = {member.player_id: member.role for member in night.members}
    here = {member.person_id for member in night.members}
    ladder = night.advice.promotions.ladder

    def fate(kept: Kept) -> Fate:
        if kept.kind == "away":
            return "lapsed" if int(kept.key.removeprefix(AWAY)) in here else "acted"
        if kept.kind == "due":
            player_id, _, rank = kept.key.removeprefix(DUE).partition(":")
            role = roles.get(int(player_id))
            reached = role in ladder and rank in ladder and ladder.index(role) >= ladder.index(rank)
            return "acted" if reached else "lapsed"
        return "acted" if kept.key.startswith((WAITING, QUALITY)) else "lapsed"

    return fate


def _fated(connection: Connection, night: Marts) -> Iterator[tuple[Decided, str | None, datetime | None]]:
    """What became of decisions, with the edits that made them."""
    filed = on_file(connection, night.as_of)
    for each in night.advice.decisions:
        decided = filed[each.key].by
        if decided.fate != each.fate:
            yield decided, each.fate, each.fate_at


def _kept(row: Row[Any]) -> Kept:
    weight = cards.weight(row.body) if row.kind == "card" else 0.0
    return Kept(
        row.key, row.created_at, row.kind, row.seen_at, row.expires_at, row.retired_at, row.fate, row.counted, row.body,
        weight,
    )  # fmt: skip


def _row(kept: Kept) -> tuple[Any, ...]:
    return (
        kept.key, to_ms(kept.created_at), kept.kind, to_ms(kept.seen_at), ms_or_none(kept.expires_at),
        ms_or_none(kept.retired_at), kept.fate, kept.counted, kept.body,
    )  # fmt: skip
