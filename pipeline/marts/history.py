"""The roll of every week of the last year: who was in the clan at its end, what they did in it, and where they stood.

Of a past week everything is as of its last instant, from looks and messages up to then, whenever we came to read them. Names, types and
statuses, and whose account is whose, are today's, for nobody keeps what they were; nor how near to a rank somebody was (`ahead` is
None). Whoever left before our first night is in no week, since only Wise Old Man's activity tells of them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple, Self

import numpy as np
from sqlalchemy import Connection

from pipeline.domain.metrics import Metric
from pipeline.domain.window import DAY, Window
from pipeline.marts.away import grounds
from pipeline.marts.model import History, HistoryWeek, Period, Person
from pipeline.marts.roster import role_places
from pipeline.marts.rules import Rules
from pipeline.marts.seats import last_look, rosters, seat
from pipeline.marts.signs import known_gains, last_changes, signs_of
from pipeline.marts.talk.messages import Hearing
from pipeline.marts.verdicts import Known, Seat, by_person, standing
from pipeline.marts.week_play import UNKNOWN, Columns, Gains, Play, play, together
from pipeline.marts.week_talk import Said, talk_by_week
from pipeline.storage import activity_queries, queries, talk_queries
from pipeline.storage.activity_queries import ScoreRow
from pipeline.storage.columns import Numbers
from pipeline.storage.queries import MemberRow
from pipeline.storage.types import from_ms

WEEKS: Final = 53
"""Weeks of the history, the present one among them."""


def history(
    connection: Connection,
    rules: Rules,
    now: datetime,
    hearing: Hearing | None,
    first_look_at: datetime | None,
    week: Period,
    people: Sequence[Person],
    metrics: Mapping[int, Metric],
) -> History:
    """The weeks up to the present *week*, whose row are *people*."""
    windows = past_weeks(week.window, first_look_at)
    columns = Columns(metrics)
    past, totals = _past(connection, rules, now, hearing, windows, columns) if windows else ([], columns.zeros(0))
    present = columns.zeros(1)
    for gains in week.gains.values():
        for metric, gain in gains.items():
            present[0, columns.of(metric)] += gain.gained
    totals = np.concatenate([totals, present])
    return History(
        weeks=(*past, HistoryWeek(week.window, tuple(people))),
        totals={key: tuple(totals[:, at].tolist()) for at, key in enumerate(columns.keys) if totals[:, at].any()},
    )


def past_weeks(week: Window, first_look_at: datetime | None) -> list[Window]:
    """The weeks before *week*, oldest first. One that our looks reach only the end of would look like a quiet one."""
    found: list[Window] = []
    before = week.before()
    while first_look_at is not None and len(found) < WEEKS - 1 and first_look_at < before.since + DAY:
        found.append(before)
        before = before.before()
    return found[::-1]


class _Sitter(NamedTuple):
    """A stay as far as it is the same in every week, its seat before any look."""

    seat: Seat
    type: str
    join_source: Literal["game", "wom"]
    looked_at: datetime | None

    @classmethod
    def of(cls, row: MemberRow, places: Mapping[str, int], first_look_at: datetime | None) -> Self:
        player = row.player
        source: Literal["game", "wom"] = "game" if row.clan_joined_at else "wom"
        return cls(seat(row, places, None, first_look_at), player.type, source, player.updated_at)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all weeks are made from."""

    rules: Rules
    columns: Columns
    evidence: Known
    persons: Mapping[int, int]
    plays: Mapping[int, Play]
    told_gains: Mapping[int, datetime]
    scores: Sequence[ScoreRow]
    gained: dict[tuple[int, ...], Sequence[Gains]]

    def gains_of(self, accounts: tuple[int, ...], week: int) -> Gains:
        """What a person gained with these *accounts*, of which they mostly have the same in every week."""
        if accounts not in self.gained:
            held = [self.plays[each] for each in accounts if each in self.plays]
            self.gained[accounts] = together(held, self.columns) if held else ()
        found = self.gained[accounts]
        return found[week] if found else UNKNOWN


class _Week(NamedTuple):
    """`as_of` is the last instant inside; who was looked at before `oldest` was not seen lately."""

    number: int
    as_of: datetime
    oldest: datetime
    sitters: Mapping[int, _Sitter]
    said: Said


def _past(
    connection: Connection,
    rules: Rules,
    now: datetime,
    hearing: Hearing | None,
    windows: Sequence[Window],
    columns: Columns,
) -> tuple[list[HistoryWeek], Numbers]:
    """Each of *windows*, and what everybody gained together, by week and column."""
    shared = _Shared(
        rules=rules,
        columns=columns,
        evidence=grounds(connection, rules, now),
        persons=talk_queries.persons(connection),
        plays=play(connection, windows, columns),
        told_gains=last_changes(connection),
        scores=activity_queries.scores(connection, windows[-1].last),
        gained={},
    )
    sitters, said = _sitters(connection, windows), talk_by_week(connection, hearing, windows)
    aged = timedelta(days=rules.look_at_age_days)
    past = [
        _week(window, _Week(number, window.last, window.last - aged, mine, heard), shared)
        for number, (window, mine, heard) in enumerate(zip(windows, sitters, said, strict=True))
    ]
    return past, _totals(shared.plays, sitters, columns)


def _totals(plays: Mapping[int, Play], sitters: Sequence[Collection[int]], columns: Columns) -> Numbers:
    """What the members of each week gained together, by week and column."""
    totals = columns.zeros(len(sitters))
    for player, mine in plays.items():
        totals += mine.gains * np.array([player in week for week in sitters])[:, np.newaxis]
    return totals


def _sitters(connection: Connection, windows: Sequence[Window]) -> list[dict[int, _Sitter]]:
    """Who was in the clan at the end of each week, by player."""
    weeks = rosters(connection, [window.last for window in windows])
    stays = {row for rows in weeks for row in rows}
    clan = queries.clan(connection)
    places = role_places(clan.role_orders if clan else (), (row.role for row in stays))
    first = activity_queries.first_looks(connection, windows[-1].last)
    known = {row: _Sitter.of(row, places, first.get(row.player.id)) for row in stays}
    return [{known[row].seat.player_id: known[row] for row in rows} for rows in weeks]


def _week(window: Window, week: _Week, shared: _Shared) -> HistoryWeek:
    people = sorted(
        by_person([sitter.seat for sitter in week.sitters.values()]).values(),
        key=lambda mine: (mine[0].role_place, mine[0].name.casefold(), mine[0].person_id),
    )
    known = _known(week, shared)
    return HistoryWeek(window, tuple([_person(week, mine, known, shared) for mine in people]))


def _seen_at(week: _Week, player_id: int, shared: _Shared) -> datetime | None:
    """The last look at a player by the end of *week*."""
    mine = shared.plays.get(player_id)
    return last_look(
        _instant(mine.seen_ms[week.number]) if mine else None, week.sitters[player_id].looked_at, week.as_of
    )


def _looked_at(week: _Week, bare: Seat, shared: _Shared) -> Seat:
    """The seat with what looks there were by the end of *week*."""
    first = bare.first_look_at
    return replace(
        bare,
        looked_at=_seen_at(week, bare.player_id, shared),
        first_look_at=first if first is not None and first <= week.as_of else None,
    )


def _known(week: _Week, shared: _Shared) -> Known:
    """What there was to judge by, as `replay.judged` has it."""
    as_of, talk, read_until = week.as_of, week.said.heard, shared.evidence.heard_until
    seen = {player: from_ms(at) for player, mine in shared.plays.items() if (at := mine.gained_ms[week.number])}
    gains = known_gains(seen, shared.told_gains, as_of)
    return replace(
        shared.evidence,
        signs=signs_of(shared.persons, gains, shared.scores, talk, as_of),
        heard_until=min(read_until, as_of) if talk.begun and read_until is not None else None,
    )


def _person(week: _Week, mine: Sequence[Seat], known: Known, shared: _Shared) -> Person:
    main, said = mine[0], week.said
    person_id, seen_at = main.person_id, _seen_at(week, main.player_id, shared)
    sitter, accounts = week.sitters[main.player_id], tuple([each.player_id for each in mine])
    state, signs = standing(mine, known, shared.rules, week.as_of)
    if state != "active":  # a sign of life says enough; only silence asks who looked
        state, signs = standing([_looked_at(week, each, shared) for each in mine], known, shared.rules, week.as_of)
    gains = shared.gains_of(accounts, week.number)
    is_watched = person_id not in known.opted_out
    word_at, line_at = said.heard.words.get(person_id), said.heard.chats.get(person_id)
    last_words = [at for at in (word_at, line_at) if at is not None and is_watched]
    is_matched = known.matched is not None and person_id in known.matched and is_watched
    return Person(
        person_id=person_id,
        player_ids=accounts,
        name=main.name,
        alts=tuple([each.name for each in mine[1:]]),
        role=main.role,
        role_place=main.role_place,
        type=sitter.type,
        status=main.status,
        state=state,
        last_gain_at=signs.gain_at,
        last_word_at=max(last_words, default=None),
        xp=gains.xp,
        ehp=gains.ehp,
        ehb=gains.ehb,
        top_boss=gains.top_boss,
        kills=gains.kills,
        messages=None if said.messages is None or not is_matched else said.messages.get(person_id, 0),
        joined_at=main.joined_at,
        join_source=sitter.join_source,
        ahead=None,
        seen_at=seen_at,
        seen_lately=seen_at is not None and seen_at >= week.oldest,
    )


def _instant(milliseconds: int) -> datetime | None:
    return from_ms(milliseconds) if milliseconds else None
