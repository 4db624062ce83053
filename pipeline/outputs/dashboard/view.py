"""What each page shows first, worked out: templates only lay it out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Final, Literal

from pipeline.domain.metrics import OVERALL, Metric, metric_for
from pipeline.marts.model import Bridge, CompetitionView, Highlight, Marts, Member, NightLine, Place, RosterLine, Tile
from pipeline.outputs.dashboard.emblems import Emblem, emblem, emblem_id
from pipeline.outputs.dashboard.filters import Words, amount, compact, number, plural, signed

WEEK: Final = "7d"
LEADERS: Final = 5
CONTEST_ROWS: Final = {"upcoming": 0, "ongoing": 10, "finished": 3}
PAST_CONTESTS: Final = 4
"""Finished competitions shown with their podium; those before are one line each."""

ROSTER_LINES: Final = 300
"""Lines of the log in the page; older ones stand on the members' own pages and in clan_data.json."""

NIGHT_LINES: Final = 10

KIND_WORDS: Final = {
    "joined": "Joined",
    "left": "Left",
    "promoted": "Promoted",
    "demoted": "Demoted",
    "role_changed": "Rank changed",
    "renamed": "Renamed",
    "status": "Status",
    "achievement": "Reached",
    "arrived": "Arrived",
    "departed": "Departed",
    "talk": "Talk",
    "waiting": "Waiting",
}

TALK_PAGES: Final = {"talk": "#activity", "waiting": "#helpers"}
"""Where the story of a line about Discord as a whole goes on."""

Trend = Literal["up", "down", "same", "unknown"]


@dataclass(frozen=True, slots=True)
class TileView:
    """A tile with its change against the week before."""

    label: str
    value: str
    exact: str
    hint: str
    trend: Trend
    change: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence that starts with a name; `player_id` is None when nobody's page can be opened. `href`: the page it sums up."""

    at: datetime | None
    kind: str
    word: str
    player_id: int | None
    name: str
    rest: str
    href: str


@dataclass(frozen=True, slots=True)
class Score:
    """Somebody's place on a board."""

    place: int
    player_id: int
    name: str
    value: str
    share: int


@dataclass(frozen=True, slots=True)
class Leaders:
    """The head of a board, with the way to the whole of it."""

    title: str
    unit: str
    href: str
    rows: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A row of the Members table: what is read, and beside it what it sorts by (None sorts last)."""

    member: Member
    xp: str
    xp_sort: int | None
    ehp: str
    ehp_sort: int | None
    ehb: str
    ehb_sort: int | None
    boss: Metric | None
    boss_kills: str
    boss_sort: int | None


@dataclass(frozen=True, slots=True)
class Card:
    """A metric at a glance; `week` is None in a quiet week."""

    metric: Metric
    emblem_id: str
    href: str
    week: str | None
    month: str
    players: str
    leader: Score | None
    holder: Score | None


@dataclass(frozen=True, slots=True)
class RosterDay:
    """The lines of a clan day."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Contest:
    """A competition and the head of its standing."""

    contest: CompetitionView
    measured: str
    emblem_id: str | None
    rows: tuple[Score, ...]
    teams: Mapping[int, str]
    more: int


class Views:
    """The parts of the pages, from one night."""

    def __init__(self, marts: Marts, words: Words, drawings: Path) -> None:
        self._marts = marts
        self._words = words
        self._folder = drawings
        self._metrics = {metric.key: metric for metric in marts.metrics}
        self._members = {member.player_id: member for member in marts.members}

    def emblems(self) -> list[Emblem]:
        """One emblem for every metric, in the metrics' order."""
        return [emblem(metric, self._folder) for metric in self._marts.metrics]

    def tiles(self) -> list[TileView]:
        """The week's numbers beside those of the week before."""
        return [_tile(tile) for tile in self._marts.tiles]

    def since_last_night(self) -> tuple[list[Line], int]:
        """The first lines of what is new, and how many more there are."""
        lines = self._marts.since_last_night.lines
        return [self._line(line, None) for line in lines[:NIGHT_LINES]], max(0, len(lines) - NIGHT_LINES)

    def leaders(self) -> list[Leaders]:
        """Who gained the most in seven days: experience, and hours at efficient rates."""
        titles = (
            (OVERALL, "Experience", "XP"),
            ("ehp", "Efficient skilling", "hours"),
            ("ehb", "Efficient bossing", "hours"),
        )
        board = self._marts.boards.get(WEEK, {})
        return [
            Leaders(title, unit, self.href(key), self._scores(board.get(key, ())[:LEADERS], self._metric(key)))
            for key, title, unit in titles
        ]

    def weeks(self) -> list[tuple[str, Bridge]]:
        """The weeks of the trend with their days, oldest first, without those before the first look."""
        known = [week for week in self._marts.weeks if week.total_start or week.total_end]
        return [(self._words.span(week.window), week) for week in known]

    def members(self) -> list[MemberRow]:
        """The roster in the clan's own order."""
        return [self._member_row(member) for member in self._marts.members]

    def roles(self) -> list[tuple[str, int]]:
        """Ranks in use, highest first, with how many hold them."""
        counts: dict[str, int] = {}
        for member in self._marts.members:
            counts[member.role] = counts.get(member.role, 0) + 1
        return list(counts.items())

    def cards(self, highlights: Iterable[Highlight]) -> tuple[list[Card], list[Card]]:
        """Metrics that moved this week, and those that did not."""
        cards = [self._card(highlight) for highlight in highlights]
        return [card for card in cards if card.week], [card for card in cards if not card.week]

    def others(self) -> list[Card]:
        """Boards without a highlight: activities, efficient hours, and what is new to the metric list."""
        shown = {highlight.metric for highlight in (*self._marts.bosses, *self._marts.skills)}
        held = [
            metric for metric in self._marts.metrics if metric.key not in shown and metric.key in self._marts.standings
        ]
        return [self._card(Highlight(metric.key, 0, 0, 0, None, None)) for metric in held if metric.kind != "boss"]

    def roster_days(self) -> tuple[list[RosterDay], int]:
        """The newest lines of the log by clan day, and how many lines there are in all."""
        newest = self._marts.roster[:ROSTER_LINES]
        days = groupby(newest, key=lambda line: self._words.on(line.at))
        return [
            RosterDay(self._words.heading(day), tuple(self._line(line, line.at) for line in lines))
            for day, lines in days
        ], len(self._marts.roster)

    def roster_shown(self) -> int:
        """How many lines of the log the page holds."""
        return min(ROSTER_LINES, len(self._marts.roster))

    def roster_kinds(self) -> list[tuple[str, str, int]]:
        """Kinds of lines shown, with their words and counts."""
        counts: dict[str, int] = {}
        for line in self._marts.roster[:ROSTER_LINES]:
            counts[line.kind] = counts.get(line.kind, 0) + 1
        return [(kind, word, counts[kind]) for kind, word in KIND_WORDS.items() if kind in counts]

    def contests(self) -> tuple[list[Contest], list[Contest]]:
        """Competitions to come, running and lately over; and those of long ago."""
        all_of_them = [self._contest(contest) for contest in self._marts.competitions]
        over = [entry for entry in all_of_them if entry.contest.state == "finished"]
        earlier = over[PAST_CONTESTS:]
        return [entry for entry in all_of_them if entry not in earlier], earlier

    def href(self, key: str) -> str:
        """Where the board of a metric opens."""
        kind = self._metric(key).kind
        return f"#{'activity' if kind == 'computed' else kind}/{key}"

    def _metric(self, key: str) -> Metric:
        return self._metrics.get(key) or metric_for(key)

    def _name(self, player_id: int) -> str:
        member = self._members.get(player_id)
        return member.name if member else "Somebody who left"

    def _line(self, line: NightLine | RosterLine, at: datetime | None) -> Line:
        name = line.player if line.player and line.text.startswith(line.player) else ""
        return Line(
            at,
            line.kind,
            KIND_WORDS[line.kind],
            line.player_id if line.player_id in self._members else None,
            name,
            line.text.removeprefix(name),
            TALK_PAGES.get(line.kind, "") if self._marts.talk else "",
        )

    def _scores(self, board: Sequence[Place], metric: Metric) -> tuple[Score, ...]:
        most = board[0].value if board else 0
        return tuple(
            Score(
                row.place,
                row.player_id,
                self._name(row.player_id),
                amount(row.value, metric, short=True),
                _share(row.value, most),
            )
            for row in board
        )

    def _score(self, row: Place | None, metric: Metric) -> Score | None:
        return self._scores((row,), metric)[0] if row else None

    def _member_row(self, member: Member) -> MemberRow:
        week = self._marts.periods.get(WEEK)
        gains = week.gains.get(member.player_id) if week else None
        otherwise = "one look" if week and member.player_id in week.looks else "not seen"

        def gained(key: str) -> int | None:
            if gains is None:
                return None
            return gains[key].gained if key in gains else 0

        def said(key: str) -> str:
            value = gained(key)
            return otherwise if value is None else amount(value, self._metric(key), short=True)

        boss = self._metric(member.top_boss) if member.top_boss else None
        kills = gained(boss.key) if boss else None
        return MemberRow(
            member, said(OVERALL), gained(OVERALL), said("ehp"), gained("ehp"), said("ehb"), gained("ehb"),
            boss, number(kills), kills,
        )  # fmt: skip

    def _card(self, highlight: Highlight) -> Card:
        metric = self._metric(highlight.metric)
        return Card(
            metric=metric,
            emblem_id=emblem_id(metric),
            href=self.href(metric.key),
            week=amount(highlight.week_total, metric, short=True) if highlight.week_total else None,
            month=amount(highlight.month_total, metric, short=True),
            players=plural(highlight.week_players, "member"),
            leader=self._score(highlight.week_leader, metric),
            holder=self._score(highlight.holder, metric),
        )

    def _contest(self, contest: CompetitionView) -> Contest:
        metrics = [self._metric(key) for key in contest.metrics]
        head = [Place(row.place, row.player_id, row.gained) for row in contest.rows[: CONTEST_ROWS[contest.state]]]
        names = {row.player_id: row.player for row in contest.rows}
        scores = self._scores(head, metrics[0]) if metrics else ()
        return Contest(
            contest,
            ", ".join(metric.name for metric in metrics),
            emblem_id(metrics[0]) if metrics else None,
            tuple(Score(row.place, row.player_id, names[row.player_id], row.value, row.share) for row in scores),
            {row.player_id: row.team for row in contest.rows if row.team},
            max(0, len(contest.rows) - CONTEST_ROWS[contest.state]),
        )

    def is_member(self, player_id: int) -> bool:
        """Whether *player_id* has a page of their own."""
        return player_id in self._members


def _share(value: int, most: int) -> int:
    """*value* as hundredths of *most*, at least a sliver."""
    return max(1, value * 100 // most) if most > 0 and value > 0 else 0


def _tile(tile: Tile) -> TileView:
    trend, change = _change(tile)
    return TileView(tile.label, _tile_text(tile.value, tile.unit), number(tile.value), tile.hint, trend, change)


def _tile_text(value: int | float | None, unit: str) -> str:
    if value is None:
        return "–"
    if unit == "experience":
        return compact(value)
    return number(round(value)) if unit == "hours" and value >= 100 else number(value)


def _change(tile: Tile) -> tuple[Trend, str]:
    """The change in words: absolute for people, in per cent for everything else."""
    if tile.value is None:
        return "unknown", "not known yet"
    if tile.before is None:
        return "unknown", ""
    moved = tile.value - tile.before
    if not moved:
        return "same", "as the week before"
    trend: Trend = "up" if moved > 0 else "down"
    if tile.unit == "members" or not tile.before:
        return trend, f"{signed(_tile_text(moved, tile.unit), moved)} on the week before"
    percent = round(100 * moved / tile.before)
    if not percent:
        return trend, "about as the week before"
    return trend, f"{signed(number(percent), percent)} % on the week before"
