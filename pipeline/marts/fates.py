"""What became of decisions: a kept member returned, a promoted one stayed active, an account that was confirmed is tied.

A fate is remembered from the first night that saw it. One that is final is never looked at again: what somebody does a year later
says nothing about the decision.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import unquote

from pipeline.domain.decisions import IDENTIFY, pair_of
from pipeline.domain.names import role_name
from pipeline.domain.rulings import fits
from pipeline.marts.advice_model import Decision, Verdict
from pipeline.marts.decisions import Ruling
from pipeline.marts.model import Member, RosterLine
from pipeline.marts.wording import Calendar, plural

STAYS: Final = timedelta(days=30)
"""So long after a promotion it is told whether it was a good one."""

SHOWN: Final = timedelta(days=60)
"""So long a decision whose matter is settled is still told."""

_OF_TALK: Final = frozenset({IDENTIFY, "role", "answer"})

FINAL: Final = frozenset({"returned", "left", "removed", "stayed", "quiet"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """What tonight knows of those that were decided about. `open_keys` are all entries of tonight, `tied` pairs of player and account.
    (None: of Discord nothing is known).

    `ladder` runs from the lowest rank upwards; `roster` has the newest line first.
    """

    members: Iterable[Member]
    verdicts: Iterable[Verdict]
    roster: Iterable[RosterLine]
    ladder: tuple[str, ...]
    open_keys: frozenset[str]
    tied: frozenset[tuple[int, int]] | None


Fate = tuple[str | None, datetime | None]
"""What became of a decision, and when, as far as that is known."""


def decisions(rulings: Iterable[Ruling], evidence: Evidence, calendar: Calendar) -> tuple[Decision, ...]:
    """All decisions that still matter, the latest first, with what became of each."""
    court = _Court(evidence, calendar)
    told = (court.decision(ruling) for ruling in rulings)
    return tuple(each for each in told if each is not None)


class _Court:
    """Who has gone, come back, risen or fallen silent since something was decided about them."""

    def __init__(self, evidence: Evidence, calendar: Calendar) -> None:
        self._evidence = evidence
        self._calendar = calendar
        self._verdicts = {verdict.person_id: verdict for verdict in evidence.verdicts}
        self._members = {member.player_id: member for member in evidence.members}
        self._lines: dict[tuple[int, str], list[RosterLine]] = {}
        for line in evidence.roster:
            self._lines.setdefault((line.player_id, line.kind), []).append(line)

    def decision(self, ruling: Ruling) -> Decision | None:
        """*ruling* with its fate; None: it is over for so long that nobody asks any more."""
        fate, at = (ruling.fate, ruling.fate_at) if ruling.fate in FINAL else self._fate(ruling)
        fate_at = (
            None if fate is None else at or (ruling.fate_at if ruling.fate == fate else None) or self._calendar.now
        )
        overruled = self._overruled(ruling, fate)
        holds = ruling.holds and not overruled
        waits = holds and (fate is None or ruling.last_day is not None or ruling.key in self._evidence.open_keys)
        if not waits and self._is_old(fate_at or ruling.decided_at):
            return None
        return Decision(
            key=ruling.key, kind=ruling.kind, verdict=ruling.verdict, what=ruling.what, who=self._name(ruling),
            player_id=self._player(ruling), decided_at=ruling.decided_at, until=ruling.until, last_day=ruling.last_day,
            note=ruling.note, reason=ruling.reason, proof=ruling.proof, origin=ruling.origin, holds=holds,
            silences=holds and ruling.silences,
            fate=fate, fate_at=fate_at, became=self._words(ruling, fate, fate_at),
            conflict=overruled or ruling.conflict, unclear=ruling.unclear,
        )  # fmt: skip

    def _is_old(self, at: datetime) -> bool:
        return at < self._calendar.now - SHOWN

    def _fate(self, ruling: Ruling) -> Fate:
        tied, pair = self._evidence.tied, pair_of(ruling.key)
        if ruling.choice is None or not fits(ruling.kind, ruling.choice):
            return None, None
        if ruling.kind == "remove":
            return self._of_absence(ruling)
        if ruling.kind in ("promote", "rank"):
            return self._of_rank(ruling)
        if tied is None and ruling.kind in _OF_TALK:
            return ruling.fate, ruling.fate_at
        if tied is not None and pair is not None and ruling.choice in ("confirm", "reject"):
            return ("linked" if pair in tied else "apart"), None
        return (None if ruling.key in self._evidence.open_keys else "settled"), None

    def _of_absence(self, ruling: Ruling) -> Fate:
        verdict = self._verdicts.get(ruling.person_id or 0)
        if verdict is None:
            left = self._line(ruling.person_id, "left", ruling)
            if left is None:  # they had gone before
                return "left", next((line.at for line in self._lines.get((ruling.person_id or 0, "left"), ())), None)
            return ("removed" if ruling.choice in ("remove", "done") else "left"), left
        lives = [
            at
            for at in (verdict.last_gain_at, verdict.last_word_at, verdict.last_chat_at, verdict.last_contest_at)
            if at is not None and at > ruling.decided_at
        ]
        return ("returned", min(lives)) if lives and verdict.state == "active" else (None, None)

    def _of_rank(self, ruling: Ruling) -> Fate:
        verdict = self._verdicts.get(ruling.person_id or 0)
        rank, ladder = unquote(ruling.key.split(":", 2)[-1]), self._evidence.ladder
        if verdict is None:
            return "left", self._line(ruling.person_id, "left", ruling)
        reached = rank in ladder and verdict.role in ladder and ladder.index(verdict.role) >= ladder.index(rank)
        if ruling.kind == "rank" or not reached:
            return (None if ruling.key in self._evidence.open_keys else "lapsed"), None
        at = self._line(verdict.player_ids[0], "promoted", ruling) or ruling.fate_at or self._calendar.now
        if ruling.choice not in ("promote", "done") or self._calendar.now - at < STAYS or verdict.state == "unknown":
            return "promoted", at
        return ("stayed" if verdict.state == "active" else "quiet"), at

    def _line(self, player_id: int | None, kind: str, ruling: Ruling) -> datetime | None:
        """When the roster says that it happened, after the day before the decision: officers act first and write it down later."""
        earliest = ruling.decided_at - timedelta(days=1)
        lines = self._lines.get((player_id or 0, kind), [])
        return min((line.at for line in lines if line.at >= earliest), default=None)

    def _overruled(self, ruling: Ruling, fate: str | None) -> str:
        """Why clan.toml has it otherwise, or ""."""
        verdict = self._verdicts.get(ruling.person_id or 0)
        if (
            ruling.kind == "remove"
            and ruling.choice in ("remove", "done")
            and not ruling.silences
            and verdict
            and verdict.exempt
        ):
            return f"clan.toml wins: {verdict.name} is exempt ({verdict.exempt})."
        if ruling.choice == "confirm" and fate == "apart":
            return "clan.toml wins, or a later decision does: another owner is named there."
        if ruling.choice == "reject" and fate == "linked":
            return "clan.toml wins: a [[person]] ties the two."
        return ""

    def _name(self, ruling: Ruling) -> str:
        player = self._player(ruling)
        return self._members[player].name if player in self._members else ruling.who

    def _player(self, ruling: Ruling) -> int | None:
        verdict = self._verdicts.get(ruling.person_id or 0)
        if verdict is not None:
            return next(iter(verdict.player_ids), None)
        pair = pair_of(ruling.key)
        return pair[0] if pair else None

    def _words(self, ruling: Ruling, fate: str | None, at: datetime | None) -> str:
        on = self._calendar.day(at) if at else ""
        said = {
            "returned": f"{'Came back' if ruling.choice in ('remove', 'done') else 'Returned'} on {on}.",
            "left": f"Left the clan on {on}.",
            "removed": f"Removed on {on}.",
            "promoted": f"Promoted on {on}.",
            "stayed": f"Promoted on {on}, and still active {STAYS.days} days later.",
            "quiet": f"Promoted on {on}, and gone quiet since.",
            "lapsed": "No longer the case.",
            "linked": "They are tied.",
            "apart": "They are not tied.",
            "settled": "Settled: it is no longer on the list.",
        }
        return said[fate] if fate else self._waiting(ruling)

    def _waiting(self, ruling: Ruling) -> str:
        """What there is to say while nothing has become of it."""
        if ruling.choice is None or not fits(ruling.kind, ruling.choice):
            return ""
        days = (self._calendar.now - ruling.decided_at).days
        later = "today" if days < 1 else f"{plural(days, 'day')} later"
        over = ruling.last_day is not None and not ruling.holds
        if ruling.choice == "leave" and over and ruling.last_day:
            return f"The leave ended on {self._calendar.day(ruling.last_day)}, and they are not back."
        if ruling.kind == "remove":
            return "Still away." if ruling.choice in ("keep", "leave", "not_yet") else f"Still in the clan {later}."
        if ruling.kind == "promote":
            verdict = self._verdicts.get(ruling.person_id or 0)
            rank = role_name(verdict.role) if verdict else ""
            return f"Still {rank} {later}." if ruling.choice in ("promote", "done") else f"Waits as {rank}."
        return f"Still there {later}." if over or not ruling.silences else "Off the list."
