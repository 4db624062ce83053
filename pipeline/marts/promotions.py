"""Whom the ladder promotes, who stands above what it gives, and who is nearly there; and what the clan's formulas give everybody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from pipeline.domain.metrics import Metric
from pipeline.marts import facts as catalogue
from pipeline.marts.advice_model import (
    FormulaBoard,
    FormulaRow,
    Inactivity,
    NextRank,
    Promotions,
    RankLine,
    RankNote,
    Shortfall,
    Soul,
    Verdict,
)
from pipeline.marts.formulas import Facts, Formulas, with_formulas
from pipeline.marts.keys import of_rank
from pipeline.marts.ladder import Ladder, Standing
from pipeline.marts.model import CompetitionView, Member, Period, RosterLine
from pipeline.marts.person_facts import PersonFacts, Sources, scores, speakers_of
from pipeline.marts.rules import Rules
from pipeline.marts.talk_model import TalkMarts
from pipeline.marts.verdicts import HELD
from pipeline.marts.wording import Calendar

DUE: Final = "due:"
"""What the key of a kept promotion begins with; the account's number and the rank follow."""


MOVED_DOWN: Final = timedelta(days=30)
"""So long an officer who moved somebody down is asked before they are promoted again."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A person of the clan with their main account, what is known of them, and what the formulas give."""

    main: Member
    verdict: Verdict
    facts: Facts
    values: Mapping[str, float | None]

    @property
    def soul(self) -> Soul:
        """Who they are."""
        return Soul(self.verdict.person_id, self.main.player_id, self.main.name)


def entries(
    rules: Rules,
    members: Sequence[Member],
    inactivity: Inactivity,
    periods: Mapping[str, Period],
    metrics: Mapping[str, Metric],
    contests: Sequence[CompetitionView],
    achievements: Mapping[int, int],
    talk: TalkMarts | None,
) -> list[Entry]:
    """Everybody with a verdict, by name. *achievements* are counts by account."""
    sources = Sources(
        periods=periods,
        metrics=metrics,
        talk=talk,
        speakers=speakers_of(talk),
        matched=_matched(inactivity, talk),
        scores=scores(contests, periods),
        achievements=achievements,
    )
    formulas = Formulas(rules.formulas, catalogue.of_person())
    by_id = {member.player_id: member for member in members}
    found = []
    for verdict in inactivity.verdicts:
        main = by_id[verdict.player_ids[0]]
        facts = PersonFacts(main, verdict, sources)
        found.append(Entry(main, verdict, facts, formulas.values(facts)))
    return found


def _matched(inactivity: Inactivity, talk: TalkMarts | None) -> frozenset[int]:
    """Persons of whom a Discord account is known, but for those who asked not to be watched."""
    if talk is None:
        return frozenset()
    strange = {line.player_id for line in talk.identities.only_clan}
    return frozenset(
        v.person_id for v in inactivity.verdicts if strange.isdisjoint(v.player_ids) and "opted_out" not in v.hindrances
    )


def promotions(
    rules: Rules,
    everybody: Sequence[Entry],
    role_orders: Sequence[str],
    since: Mapping[str, datetime],
    last_night: datetime | None,
    demoted: Mapping[int, str] | None = None,
    postponed: Mapping[str, str] | None = None,
) -> Promotions:
    """Where everybody stands on the ladder. *role_orders* are ranks as the clan orders them, the highest first.

    *since* are the nights that first said so, by key; after *last_night* it is new. *demoted* says of accounts that an officer moved them down
    lately, and when: whoever did so knew something that no rule knows. *postponed* says by key (`keys.of_rank`) why officers want to wait.
    """
    ladder = Ladder(rules.ladder, {*catalogue.of_person(), *rules.formulas})
    lowest = max((at for at, name in enumerate(role_orders) if name in ladder.names), default=len(role_orders))
    below = frozenset(role_orders[lowest + 1 :])
    lines: dict[RankNote, list[RankLine]] = {"due": [], "above": [], "near": []}
    undecided = []
    ahead: dict[int, NextRank] = {}
    for entry in everybody:
        role, facts = entry.main.role, with_formulas(entry.facts, entry.values)
        coming = ladder.ahead(role, facts, is_below=role in below)
        if coming is not None:
            ahead[entry.verdict.person_id] = coming
        standing = ladder.standing(role, facts, is_below=role in below)
        if standing.note == "undecided":
            undecided.append(entry.soul)
        elif standing.note == "near" and entry.main.status in HELD:
            continue  # nobody comes nearer in an account that cannot come back
        elif standing.note is not None:
            line = _line(entry, standing.note, standing, since, last_night, (demoted or {}).get(entry.main.player_id))
            wish = (postponed or {}).get(of_rank(line), "") if line.note == "due" else ""
            lines[standing.note].append(replace(line, waits=wish) if wish else line)
    return Promotions(
        ladder=ladder.names,
        due=_in_order(lines["due"], ladder),
        above=_in_order(lines["above"], ladder),
        near=tuple(sorted(lines["near"], key=lambda line: (_gap(line.missing), line.name.casefold(), line.player_id))),
        undecided=tuple(undecided),
        ahead=ahead,
    )


def moved_down(roster: Iterable[RosterLine], calendar: Calendar) -> dict[int, str]:
    """Accounts that were moved down lately, and on which day; whoever has risen again since is none of them. *roster*: the newest first."""
    last: dict[int, RosterLine] = {}
    for line in roster:
        if line.kind in ("promoted", "demoted") and line.at > calendar.now - MOVED_DOWN:
            last.setdefault(line.player_id, line)
    return {player: calendar.day(line.at) for player, line in last.items() if line.kind == "demoted"}


def boards(rules: Rules, everybody: Sequence[Entry]) -> tuple[FormulaBoard, ...]:
    """What each formula gives everybody, best first; ties share a place."""
    return tuple(_board(name, text, everybody) for name, text in rules.formulas.items())


def _line(
    entry: Entry,
    note: RankNote,
    standing: Standing,
    since: Mapping[str, datetime],
    last_night: datetime | None,
    demoted: str | None,
) -> RankLine:
    rank = standing.rank or ""
    first = since.get(f"{DUE}{entry.main.player_id}:{rank}") if note == "due" else None
    return RankLine(
        note=note,
        person_id=entry.verdict.person_id,
        player_id=entry.main.player_id,
        name=entry.main.name,
        role=entry.main.role,
        rank=rank,
        since=first,
        is_new=first is not None and last_night is not None and first > last_night,
        proof=standing.proof,
        missing=standing.missing,
        waits=_waits(entry, demoted) if note == "due" else "",
    )


def _waits(entry: Entry, demoted: str | None) -> str:
    """Why nobody should be promoted yet who has earned it."""
    if entry.main.status in HELD:
        return f"the account {HELD[entry.main.status]}"
    if entry.verdict.state == "inactive" and not entry.verdict.exempt:
        return "away: wait until they are back"
    return f"moved down on {demoted}: ask the officer who did it" if demoted else ""


def _in_order(lines: Sequence[RankLine], ladder: Ladder) -> tuple[RankLine, ...]:
    """Those whom nothing speaks against first, of them the new ones, then the highest rank."""
    place = {name: at for at, name in enumerate(ladder.names)}
    return tuple(
        sorted(
            lines,
            key=lambda line: (
                bool(line.waits),
                not line.is_new,
                -place.get(line.rank, -1),
                line.name.casefold(),
                line.player_id,
            ),
        )
    )


def _gap(missing: Sequence[Shortfall]) -> float:
    """The largest share that is missing."""
    return max((1 - (each.have or 0) / each.need for each in missing if each.need), default=0.0)


def _board(name: str, text: str, everybody: Sequence[Entry]) -> FormulaBoard:
    known = [(entry.values[name], entry.soul) for entry in everybody]
    held = [(value, soul) for value, soul in known if value is not None]
    held.sort(key=lambda row: (-row[0], row[1].name.casefold(), row[1].person_id))
    rows: list[FormulaRow] = []
    for number, (value, soul) in enumerate(held, start=1):
        place = rows[-1].place if rows and rows[-1].value == value else number
        rows.append(FormulaRow(place, soul, value))
    return FormulaBoard(name, text, tuple(rows), len(known) - len(held))
