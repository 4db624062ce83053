"""Who likes to write, how much, and when: evenings of their own zone, and not while they are away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from itertools import accumulate
from math import exp
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.demo.account import Account, Person
from pipeline.demo.guild.model import Drift, GuildMember
from pipeline.demo.guild.people import People
from pipeline.demo.instants import DAY, HOUR, Span, moment
from pipeline.demo.moods import Moods
from pipeline.demo.world import World

_SILENT: Final = 0.1
_WEEKDAY: Final = 0.7
"""How much is written on a weekday for one message at the weekend."""

_EACH_SHY: Final = 4
"""Of so many newcomers of the clan one is shy."""

SHY_FOR: Final = 8 * DAY
"""How long a shy newcomer says nothing."""

_HELPERS: Final = 3
_HELPS: Final = 0.18
"""What each of them takes of all answers."""

_KNOWN_FOR: Final = 70 * DAY
"""How long a helper was there before drifting away."""


@dataclass(frozen=True, slots=True, eq=False)
class Speaker:
    """An account that may write within `spans`. `weight` is how much, `helps` how readily it answers."""

    id: int
    zone: str
    evening: float
    weight: float
    helps: float
    officer: bool
    spans: tuple[Span, ...]

    def can_write(self, at: int) -> bool:
        """Whether the account writes at all in the days around the instant *at*."""
        return any(span.holds(at) for span in self.spans)

    def likes(self, at: int) -> float:
        """How well the instant *at* suits the account, from 0 to 1."""
        hour = ((at - at // DAY * DAY) + offset(self.zone, at // DAY)) / HOUR
        apart = abs((hour - self.evening + 12) % 24 - 12)
        return (0.04 + 0.96 * exp(-((apart / 2.8) ** 2) / 2)) * (1.0 if weekend(at // DAY) else _WEEKDAY)

    def moment(self, rng: Random) -> int | None:
        """An instant at which the account might begin to write; None if this try found none."""
        span = rng.choices(self.spans, [span.until - span.since for span in self.spans])[0]
        day = rng.randrange(span.since, span.until) // DAY
        if not weekend(day) and rng.random() > _WEEKDAY:
            return None
        local = self.evening + rng.gauss(0, 2.2) if rng.random() < 0.85 else rng.uniform(9, 23)
        at = day * DAY + int(local * HOUR) - offset(self.zone, day)
        return at if span.holds(at) else None


@dataclass(frozen=True, slots=True)
class Voices:
    """All who may write, and which of them drifts away, if one does."""

    speakers: list[Speaker]
    drift: Drift | None = None


class Company:
    """All who write, ready to be drawn."""

    def __init__(self, speakers: Sequence[Speaker], moods: Moods, rng: Random) -> None:
        self.moods = moods
        self.speakers = [speaker for speaker in speakers if speaker.spans and speaker.weight > 0]
        self._rng = rng
        lengths = [sum(span.until - span.since for span in speaker.spans) for speaker in self.speakers]
        self._starters = list(
            accumulate(speaker.weight * length for speaker, length in zip(self.speakers, lengths, strict=True))
        )
        self._talkers = list(accumulate(speaker.weight for speaker in self.speakers))
        self._answerers = list(accumulate(speaker.helps for speaker in self.speakers))

    def starter(self) -> tuple[Speaker, int] | None:
        """Somebody who begins to write, and when; None if this try found nobody."""
        speaker = self._rng.choices(self.speakers, cum_weights=self._starters)[0]
        at = speaker.moment(self._rng)
        return None if at is None or not self.moods.happens(at, speaker.id) else (speaker, at)

    def partner(self, at: int, others: Sequence[Speaker]) -> Speaker | None:
        """Somebody else than *others* who is there at the instant *at*, if one is found."""
        return self._drawn(at, others, self._talkers)

    def answerer(self, at: int, others: Sequence[Speaker]) -> Speaker | None:
        """The same, but those who like to help are likelier."""
        return self._drawn(at, others, self._answerers)

    def _drawn(self, at: int, others: Sequence[Speaker], weights: list[float]) -> Speaker | None:
        for speaker in self._rng.choices(self.speakers, cum_weights=weights, k=24):
            if speaker not in others and speaker.can_write(at) and self._rng.random() < 1.6 * speaker.likes(at):
                return speaker
        return None


def assemble(world: World, people: People, seed: str) -> Voices:
    """Everybody who may write, in the order of the members; bots do not."""
    persons = {person.key: person for person in world.persons}
    idle = _idle(world)
    newcomers = 0
    speakers = []
    for member in people.members:
        if member.is_bot:
            continue
        rng = Random(f"{seed}/{member.id}/talk")
        if member.person is None:
            speakers.append(_stranger(world, member, rng, people.owner.id))
        else:
            account = people.mains[member.person]
            newcomers += member.joined_at >= world.calendar.start
            shy = member.joined_at >= world.calendar.start and newcomers % _EACH_SHY == _EACH_SHY // 2
            away = idle.get(account.id, ())
            speakers.append(_of_clan(world, member, persons[member.person], account, away, rng, shy=shy))
    helping, helpers = _with_helpers(speakers, Random(f"{seed}/helpers"))
    return _drifting(world, people, helping, helpers, idle)


def offset(zone: str, day: int) -> int:
    """Milliseconds by which noon of *zone* is ahead of UTC on *day*, counted from 1970."""
    return _offset(zone, day)


@lru_cache(maxsize=16_384)
def _offset(zone: str, day: int) -> int:
    noon = moment(day * DAY + DAY // 2).replace(tzinfo=None)
    return (ZoneInfo(zone).utcoffset(noon) or timedelta()) // timedelta(milliseconds=1)


def weekend(day: int) -> bool:
    """Whether *day*, counted from 1970, is a Saturday or Sunday."""
    return (day + 3) % 7 >= 5


def _idle(world: World) -> Mapping[int, list[Span]]:
    spans: dict[int, list[Span]] = {}
    for kind, since, until, id_ in world.planted:
        if kind == "idle" and id_ is not None:
            spans.setdefault(id_, []).append(Span(since, until))
    return spans


def _of_clan(
    world: World,
    member: GuildMember,
    person: Person,
    account: Account,
    idle: Sequence[Span],
    rng: Random,
    *,
    shy: bool,
) -> Speaker:
    calendar = world.calendar
    ends = calendar.now if member.left_at is None else min(member.left_at, calendar.now)
    left = account.stays[-1].until
    if left is not None and rng.random() < 0.8:
        ends = min(ends, left + int(rng.uniform(0, 4 * DAY)))
    away = []
    for span in idle:
        back = span.until if span.until < calendar.now else calendar.now + 30 * DAY
        away.append(Span(span.since + int(rng.gauss(0, DAY)), back + int(rng.gauss(0, DAY // 2))))
    begins = max(member.joined_at, calendar.start)
    if shy:
        begins += SHY_FOR
    weight = 0.0 if rng.random() < _SILENT else rng.lognormvariate(0, 1.2) * (1.6 if person.officer else 1)
    return Speaker(
        id=member.id,
        zone=person.time_zone,
        evening=person.evening,
        weight=weight,
        helps=weight * (2.5 if person.officer else 1),
        officer=person.officer,
        spans=_without(Span(begins, ends), away),
    )


def _stranger(world: World, member: GuildMember, rng: Random, owner_id: int) -> Speaker:
    calendar = world.calendar
    ends = calendar.now if member.left_at is None else min(member.left_at, calendar.now)
    weight = 0.35 * rng.lognormvariate(0, 0.8)
    zone = rng.choice(("Europe/London", "America/New_York", "Europe/Berlin"))
    span = Span(max(member.joined_at, calendar.start), ends)
    return Speaker(member.id, zone, rng.gauss(19.5, 2), weight, 0.2 * weight, member.id == owner_id, _without(span, ()))


def _without(whole: Span, away: Sequence[Span]) -> tuple[Span, ...]:
    """What is left of *whole* when the spans of *away* are taken out of it."""
    left = [whole]
    for gone in away:
        left = [
            part
            for span in left
            for part in (Span(span.since, min(span.until, gone.since)), Span(max(span.since, gone.until), span.until))
        ]
    return tuple(span for span in left if span.until > span.since)


def _with_helpers(speakers: list[Speaker], rng: Random) -> tuple[list[Speaker], list[int]]:
    """The same speakers, but a few of the more talkative ones answer far more than others; and the ids of those."""
    likely = sorted((speaker for speaker in speakers if speaker.spans), key=lambda speaker: -speaker.weight)
    chosen = [speaker.id for speaker in rng.sample(likely[2:12], min(_HELPERS, len(likely[2:12])))]
    total = sum(speaker.helps for speaker in speakers)
    return [replace(each, helps=_HELPS * total) if each.id in chosen else each for each in speakers], chosen


def _drifting(
    world: World,
    people: People,
    speakers: list[Speaker],
    helpers: Sequence[int],
    idle: Mapping[int, Sequence[Span]],
) -> Voices:
    """The same, but one who helps a lot stops writing: a helper who was there all the time or, without one, the most talkative."""
    since = world.moods.drift_since
    if since is None:
        return Voices(speakers)
    steady = {member.id: member for member in people.members if _is_steady(world, people, member, idle)}
    likely = sorted(speakers, key=lambda each: (each.id not in helpers, -each.weight))
    gone = next((each for each in likely if each.id in steady and each.weight > 0), None)
    if gone is None:
        return Voices(speakers)
    helps = max(gone.helps, *(each.helps for each in speakers if each.id in helpers))
    quiet = replace(gone, helps=helps, spans=_without(gone.spans[0], [Span(since, world.calendar.now + DAY)]))
    drift = Drift(gone.id, people.mains[steady[gone.id].person or ""].id, since)
    return Voices([quiet if each is gone else each for each in speakers], drift)


def _is_steady(world: World, people: People, member: GuildMember, idle: Mapping[int, Sequence[Span]]) -> bool:
    """Whether somebody of the clan, under a name that tells so, was in it and in the guild long before and plays on."""
    now, since = world.calendar.now, world.moods.drift_since or 0
    if member.person is None or member.left_at is not None or member.joined_at > since - _KNOWN_FOR:
        return False
    account = people.mains[member.person]
    if account.id not in member.holds:
        return False  # nobody could tell whose account it is
    stay = account.stay(now)
    is_well = account.archive is None and account.statuses.at(now) == "active" and account.id not in idle
    return stay is not None and len(account.stays) == 1 and stay.since < since - _KNOWN_FOR and is_well
