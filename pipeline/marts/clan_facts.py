"""What alerts may ask about the clan as a whole. A fact that nobody can know is None: an alert over it stays silent."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from pipeline.domain.metrics import OVERALL, Metric, metric_for
from pipeline.domain.window import DAY
from pipeline.marts.advice_model import SLOTS, FormulaBoard, Inactivity, Promotions
from pipeline.marts.facts import AVERAGE, TOTAL, XP, split
from pipeline.marts.model import Period, RosterLine
from pipeline.marts.talk_model import TalkMarts

_ROSTER: Final = ("joined", "left")
_TALK: Final = frozenset({"messages", "writers", "clan_chat", "questions"})


class ClanFacts(Mapping[str, float | None]):
    """The facts of the clan, by name, found when they are asked for."""

    def __init__(
        self,
        inactivity: Inactivity,
        promotions: Promotions,
        boards: Sequence[FormulaBoard],
        periods: Mapping[str, Period],
        metrics: Mapping[str, Metric],
        roster: Sequence[RosterLine],
        talk: TalkMarts | None,
        seen_until: datetime | None,
    ) -> None:
        states = [verdict.state for verdict in inactivity.verdicts]
        self._counts: dict[str, float | None] = {
            "members": inactivity.slots_used,
            "active_members": states.count("active"),
            "inactive_members": states.count("inactive"),
            "unknown_members": states.count("unknown"),
            "slots_free": SLOTS - inactivity.slots_used,
            "due_promotions": len(promotions.ready),
            "waiting_questions": None if talk is None else len(talk.unanswered),
        }
        for board in boards:
            known = [row.value for row in board.rows]
            self._counts[TOTAL + board.name] = sum(known) if known else None
            self._counts[AVERAGE + board.name] = sum(known) / len(known) if known else None
        self._periods = periods
        self._metrics = metrics
        self._roster = roster
        self._talk = talk
        self._seen_until = seen_until

    def __getitem__(self, name: str) -> float | None:
        if name in self._counts:
            return self._counts[name]
        word, window = split(name)
        period = self._periods.get(window)
        if period is None:
            raise KeyError(name)
        if word in _TALK:
            return self._talked(word, window)
        if not _reaches(self._seen_until, period.window.until):
            return None
        if word in _ROSTER:
            return sum(
                line.kind == word and period.window.since <= line.at < period.window.until for line in self._roster
            )
        return self._gained(word, period)

    def __iter__(self) -> Iterator[str]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)

    def _talked(self, word: str, window: str) -> float | None:
        """A count of the guild's talk; None where there is none, its end was not read, or its texts were withheld."""
        talk = self._talk
        if talk is None or not _reaches(talk.heard_until, talk.heat[window].window.until):
            return None
        if word in ("questions", "clan_chat") and not talk.is_heard(talk.heat[window].window):
            return None
        if word == "questions":
            return talk.response[window].asked
        counts = {"messages": talk.totals, "writers": talk.people, "clan_chat": talk.clan_chat}[word]
        return counts.get(window, 0)

    def _gained(self, word: str, period: Period) -> float | None:
        """What all members gained of a metric between them; None where nobody was looked at twice."""
        if not period.gains:
            return None
        key = OVERALL if word == XP else word
        metric = self._metrics.get(key) or metric_for(key)
        return metric.in_units(sum(gains[key].gained for gains in period.gains.values() if key in gains))


def _reaches(known_until: datetime | None, until: datetime) -> bool:
    """Whether what is known ends less than a day before *until*: one night may be missing, and no more."""
    return known_until is not None and known_until > until - DAY
