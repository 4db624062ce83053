"""What rules and formulas may ask about a person: facts of the game from the main account, of the talk from the person.

A fact that nobody can know is None: it is never taken for zero. Facts are found when they are asked for; a clan has half a million of
them and asks for a few.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.domain.metrics import OVERALL, Metric, metric_for
from pipeline.marts.advice_model import Verdict
from pipeline.marts.facts import TALK, WHOLE, XP, split
from pipeline.marts.model import CompetitionView, Member, Period
from pipeline.marts.talk_model import PerPeriod, Speaker, TalkMarts


@dataclass(frozen=True, slots=True)
class Sources:
    """Where facts of all people come from. `speakers` are by person; `matched`: persons of whom a Discord account is known."""

    periods: Mapping[str, Period]
    metrics: Mapping[str, Metric]
    talk: TalkMarts | None
    speakers: Mapping[int, Speaker]
    matched: frozenset[int]
    scores: Mapping[int, Mapping[str, int]]
    achievements: Mapping[int, int]


class PersonFacts(Mapping[str, float | None]):
    """The facts of one person, by name."""

    def __init__(self, main: Member, verdict: Verdict, sources: Sources) -> None:
        self._main = main
        self._verdict = verdict
        self._sources = sources

    def __getitem__(self, name: str) -> float | None:
        if name in _OWN:
            return _OWN[name](self)
        word, window = split(name)
        if word in TALK:
            return self._talk(word, window)
        if word == "competitions":
            return self._sources.scores.get(self._main.player_id, {}).get(window, 0)
        return self._metric(OVERALL if word == XP else word, window)

    def __iter__(self) -> Iterator[str]:
        yield from (*_OWN, *TALK, "competitions", XP, *self._sources.metrics)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _metric(self, key: str, window: str) -> float | None:
        """A value, or a gain in a window. What is not ranked is 0; of somebody nobody looked at, nothing is known."""
        metric = self._sources.metrics.get(key) or metric_for(key)
        if window == WHOLE:
            return metric.in_units(self._main.values.get(key, 0)) if self._main.values else None
        period = self._sources.periods.get(window)
        if period is None or self._main.player_id not in period.gains:
            return None
        gain = period.gains[self._main.player_id].get(key)
        return 0 if gain is None else metric.in_units(gain.gained)

    def _talk(self, word: str, window: str) -> float | None:
        """A count; of people without a known account nothing is known, for they may write under another name.

        Nor is anything but that somebody wrote known of a time of which Discord withheld what was written.
        """
        talk = self._sources.talk
        if "opted_out" in self._verdict.hindrances:
            return None
        if talk is None or (word in _OF_TEXTS and not talk.is_heard(talk.heat[window].window)):
            return None
        if word != "clan_chat" and self._main.person_id not in self._sources.matched:
            return None
        speaker = self._sources.speakers.get(self._main.person_id)
        counts: PerPeriod = {} if speaker is None else getattr(speaker, word)
        return counts.get(window, 0)

    def tenure_days(self) -> float | None:
        """Days in the clan."""
        return self._main.tenure_days

    def idle_days(self) -> float | None:
        """Days since the last sign of life."""
        return self._verdict.idle_days

    def total_level(self) -> float | None:
        """Sum of all levels."""
        return self._main.total_level

    def achievements(self) -> float | None:
        """How many achievements Wise Old Man knows of."""
        return self._sources.achievements.get(self._main.player_id, 0)


_OF_TEXTS: Final = frozenset(TALK) - {"messages", "welcomes"}

_OWN: Final = {
    "tenure_days": PersonFacts.tenure_days,
    "idle_days": PersonFacts.idle_days,
    "total_level": PersonFacts.total_level,
    "achievements": PersonFacts.achievements,
}


def speakers_of(talk: TalkMarts | None) -> dict[int, Speaker]:
    """Everybody who was heard, by person."""
    return {} if talk is None else {speaker.person_id: speaker for speaker in talk.speakers}


def scores(contests: Sequence[CompetitionView], periods: Mapping[str, Period]) -> dict[int, dict[str, int]]:
    """In how many contests each player scored, by player and window: those that ended in it, and all."""
    found: dict[int, dict[str, int]] = {}
    for contest in contests:
        inside = [
            key for key, period in periods.items() if period.window.since <= contest.ends_at < period.window.until
        ]
        for row in contest.rows:
            mine = found.setdefault(row.player_id, {})
            for key in {WHOLE, *inside}:
                mine[key] = mine.get(key, 0) + 1
    return found
