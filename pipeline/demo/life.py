"""One account's life: its script played day by day, in its own time zone, with its own stream of chance."""

from array import array
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.demo.career import NINETY_NINE, Career
from pipeline.demo.competitions import contests
from pipeline.demo.instants import DAY, HOUR, MINUTE, moment
from pipeline.demo.moods import Moods
from pipeline.demo.script import Calendar, Script
from pipeline.demo.temperament import TEMPERAMENTS, Temperament

MILESTONE: Final = "construction"
ROLLED_BACK: Final = "woodcutting"
_ROLLBACK: Final = 38_412


class Life:
    """Plays *script*; afterwards `career` holds the tracks and `plays` every logout."""

    def __init__(
        self,
        script: Script,
        calendar: Calendar,
        moods: Moods,
        rng: Random,
        *,
        temperament: str,
        time_zone: str,
        evening: float,
    ) -> None:
        self._script = script
        self._calendar = calendar
        self._moods = moods
        self._contests = contests(calendar, hostile=False)
        self._rng = rng
        self._mind: Temperament = TEMPERAMENTS[temperament]
        self._zone = ZoneInfo(time_zone)
        self._evening = evening
        self.plays: array[int] = array("q")
        wealth = script.wealth or self._mind.wealth * rng.lognormvariate(0, 0.6)
        self.career = Career(rng, self._mind, script.build, wealth=wealth, since=calendar.start - DAY)

    def live(self) -> None:
        """Play every session and every planted moment in their order."""
        self._prepare()
        planted = sorted(self._script.planted)
        for at, hours in self._sessions():
            while planted and planted[0][0] <= at:
                self._plant(*planted.pop(0))
            lure = next(
                (contest.metrics for contest in self._contests if contest.starts_at <= at < contest.ends_at), ()
            )
            self.career.session(at, hours, new_boss=at >= self._calendar.new_boss_at, lure=lure)
            self.plays.append(at)
        for at, kind in planted:
            self._plant(at, kind)

    def _prepare(self) -> None:
        kinds = {kind for _, kind in self._script.planted}
        if "milestone" in kinds:
            self.career.reserve(self._calendar.start - DAY, MILESTONE, NINETY_NINE - 61_803)
        for metric in self._script.zeroes:
            self.career.tracks.pop(metric, None)

    def _plant(self, at: int, kind: str) -> None:
        if kind == "milestone":
            self.career.train(MILESTONE, at, 74_205)
        elif kind == "rollback":
            self.career.roll_back(ROLLED_BACK, at, _ROLLBACK)
        elif kind == "first_score":
            self.career.add("last_man_standing", at, 7)
        elif kind == "comeback":
            self.career.train("fishing", at, 48_310)
        self.plays.append(at)

    def _sessions(self) -> Iterator[tuple[int, float]]:
        last, evening = self._calendar.start, f"{self._evening:.6f}"
        for day in range(self._calendar.start // DAY * DAY, self._calendar.now + 1, DAY):
            for at, hours in self._sessions_of(day):
                ends = max(at, last + MINUTE)
                if self._calendar.start < ends <= self._calendar.now and not self._away(ends):
                    last = ends
                    if self._moods.happens(ends, evening):
                        yield ends, hours

    def _sessions_of(self, day: int) -> list[tuple[int, float]]:
        rng, noon = self._rng, moment(day + DAY // 2)
        weekend = noon.weekday() >= 5
        if rng.random() >= (self._mind.weekend if weekend else self._mind.weekday):
            return []
        offset = self._zone.utcoffset(noon.replace(tzinfo=None)) or timedelta()
        sessions = []
        for _ in range(1 if rng.random() < 0.75 else 2):
            hours = max(0.3, rng.gauss(self._mind.hours, 0.5))
            local = self._evening + rng.gauss(0, 1.6) + (rng.uniform(-5, 0) if weekend else 0)
            sessions.append((day + int((local + hours) * HOUR) - int(offset.total_seconds() * 1000), hours))
        return sorted(sessions)

    def _away(self, at: int) -> bool:
        return any(span.holds(at) for span in self._script.idle)
