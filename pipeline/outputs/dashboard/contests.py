"""Competitions and the roster log: what was fought for, and who came, went, rose and was renamed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Final

from pipeline.marts.model import CompetitionView, Marts, Place
from pipeline.outputs.dashboard.emblems import emblem_id
from pipeline.outputs.dashboard.filters import Words
from pipeline.outputs.dashboard.lines import KIND_WORDS, Line, Names, Score

CONTEST_ROWS: Final = {"upcoming": 0, "ongoing": 10, "finished": 3}
PAST_CONTESTS: Final = 4
"""Finished competitions shown with their podium; those before are one line each."""

ROSTER_LINES: Final = 300
"""Lines of the log in the page; older ones stand on the members' own pages and in clan_data.json."""


@dataclass(frozen=True, slots=True)
class Day:
    """The lines of a clan day."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Contest:
    """A competition and the head of its standing; `teams` by player."""

    contest: CompetitionView
    measured: str
    emblem_id: str | None
    rows: tuple[Score, ...]
    teams: Mapping[int, str]
    more: int


class ContestsPage:
    """Both halves of the page."""

    def __init__(self, marts: Marts, words: Words) -> None:
        self._marts = marts
        self._words = words
        self._names = Names(marts)
        self._newest = marts.roster[:ROSTER_LINES]

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """The newest lines of the log by clan day."""
        days = groupby(self._newest, key=lambda line: self._words.on(line.at))
        return tuple(
            Day(self._words.heading(day), tuple(self._names.line(line, line.at) for line in lines))
            for day, lines in days
        )

    @property
    def shown(self) -> int:
        """How many lines of the log the page holds."""
        return len(self._newest)

    @property
    def total(self) -> int:
        """How many lines there are in all."""
        return len(self._marts.roster)

    @property
    def kinds(self) -> list[tuple[str, str, int]]:
        """Kinds of lines shown, with their words and counts."""
        counts: dict[str, int] = {}
        for line in self._newest:
            counts[line.kind] = counts.get(line.kind, 0) + 1
        return [(kind, word, counts[kind]) for kind, word in KIND_WORDS.items() if kind in counts]

    @cached_property
    def contests(self) -> tuple[Contest, ...]:
        """Competitions to come, running and lately over."""
        return tuple(entry for entry in self._all if entry not in self.earlier)

    @cached_property
    def earlier(self) -> tuple[Contest, ...]:
        """Those of long ago."""
        return tuple([entry for entry in self._all if entry.contest.state == "finished"][PAST_CONTESTS:])

    def is_member(self, player_id: int) -> bool:
        """Whether *player_id* has a page of their own."""
        return self._names.is_member(player_id)

    @cached_property
    def _all(self) -> list[Contest]:
        return [self._contest(contest) for contest in self._marts.competitions]

    def _contest(self, contest: CompetitionView) -> Contest:
        metrics = [self._names.metric(key) for key in contest.metrics]
        head = [Place(row.place, row.player_id, row.gained) for row in contest.rows[: CONTEST_ROWS[contest.state]]]
        names = {row.player_id: row.player for row in contest.rows}
        scores = self._names.scores(head, metrics[0]) if metrics else ()
        return Contest(
            contest,
            ", ".join(metric.name for metric in metrics),
            emblem_id(metrics[0]) if metrics else None,
            tuple(Score(row.place, row.player_id, names[row.player_id], row.value, row.share) for row in scores),
            {row.player_id: row.team for row in contest.rows if row.team},
            max(0, len(contest.rows) - CONTEST_ROWS[contest.state]),
        )
