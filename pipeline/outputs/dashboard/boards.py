"""The boards at a glance, bosses and skills: which metrics moved this week, who leads the week, who holds the most."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pipeline.domain.metrics import OVERALL, Metric
from pipeline.marts.model import Highlight, Marts
from pipeline.marts.wording import plural
from pipeline.outputs.dashboard.emblems import emblem_id
from pipeline.outputs.dashboard.lines import Names, Score, board_href, share
from pipeline.outputs.figures import amount

WEEK: Final = "7d"
LEADERS: Final = 5
SPARK: Final = 12
"""Weeks of the small columns on a card."""

COURSE: Final = 4


@dataclass(frozen=True, slots=True)
class Leaders:
    """The head of a board, with the way to the whole of it."""

    title: str
    unit: str
    href: str
    rows: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A metric at a glance; `week` is None in a quiet week. `spark`: the last weeks in hundredths of the best of them."""

    metric: Metric
    emblem_id: str
    href: str
    week: str | None
    month: str
    players: str
    leader: Score | None
    holder: Score | None
    spark: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """One of the two tabs: a sentence, the week's leaders, metrics that moved, and those that did not."""

    answer: str
    leaders: tuple[Leaders, ...]
    moved: tuple[Card, ...]
    quiet: tuple[Card, ...]


class BoardsPage:
    """Both tabs."""

    def __init__(self, marts: Marts) -> None:
        self._marts = marts
        self._names = Names(marts)

    @cached_property
    def bosses(self) -> Shelf:
        """What was killed."""
        shelf = self._shelf(self._marts.bosses, (("ehb", "Efficient bossing", "hours"),))
        return Shelf(_bosses_said(shelf.moved), shelf.leaders, shelf.moved, shelf.quiet)

    @cached_property
    def skills(self) -> Shelf:
        """What was trained."""
        titles = ((OVERALL, "Experience", "XP"), ("ehp", "Efficient skilling", "hours"))
        shelf = self._shelf(self._marts.skills, titles)
        return Shelf(_skills_said(shelf.moved), shelf.leaders, shelf.moved, shelf.quiet)

    @cached_property
    def others(self) -> tuple[Card, ...]:
        """Boards without a highlight: activities, efficient hours, and what is new to the metric list."""
        shown = {highlight.metric for highlight in (*self._marts.bosses, *self._marts.skills)}
        held = [metric for metric in self._marts.metrics if metric.key not in shown]
        return tuple(
            self._card(Highlight(metric.key, 0, 0, 0, None, None))
            for metric in held
            if metric.kind != "boss" and metric.key in self._marts.standings
        )

    def _shelf(self, highlights: Iterable[Highlight], titles: Sequence[tuple[str, str, str]]) -> Shelf:
        cards = [self._card(highlight) for highlight in highlights]
        leaders = tuple(self._leaders(*title) for title in titles)
        return Shelf("", leaders, tuple(c for c in cards if c.week), tuple(c for c in cards if not c.week))

    def _leaders(self, key: str, title: str, unit: str) -> Leaders:
        metric = self._names.metric(key)
        board = self._marts.boards.get(WEEK, {}).get(key, ())
        return Leaders(title, unit, board_href(metric), self._names.scores(board[:LEADERS], metric))

    def _card(self, highlight: Highlight) -> Card:
        metric = self._names.metric(highlight.metric)
        return Card(
            metric=metric,
            emblem_id=emblem_id(metric),
            href=board_href(metric),
            week=amount(highlight.week_total, metric, short=True) if highlight.week_total else None,
            month=amount(highlight.month_total, metric, short=True),
            players=plural(highlight.week_players, "member"),
            leader=self._names.score(highlight.week_leader, metric),
            holder=self._names.score(highlight.holder, metric),
            spark=self._spark(metric.key),
        )

    def _spark(self, key: str) -> tuple[int, ...]:
        """The last weeks of a metric; nothing of fewer than four, which would show no course."""
        weeks = self._marts.history.totals.get(key, ())[-SPARK:]
        most = max(weeks, default=0)
        return tuple(share(value, most) for value in weeks) if len(weeks) >= COURSE else ()


def _bosses_said(moved: Sequence[Card]) -> str:
    if not moved:
        return "No boss was seen to fall in the last seven days."
    return f"{plural(len(moved), 'boss', 'bosses')} fell this week, {moved[0].metric.name} most of all."


def _skills_said(moved: Sequence[Card]) -> str:
    trained = [card for card in moved if card.metric.key != OVERALL]
    if not trained:
        return "No skill was seen to be trained in the last seven days."
    return f"{plural(len(trained), 'skill')} gained this week, {trained[0].metric.name} most of all."
