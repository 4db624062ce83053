"""The page Activity, worked out: when and where people write, how it went over the weeks, and whether talkers play."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Final

from pipeline.domain.talk import Access, ChannelKind
from pipeline.marts.model import Marts
from pipeline.marts.talk_model import ChatAndPlay, ChatDot, Quadrant, TalkChannel, TalkMarts, TalkWeek
from pipeline.outputs.dashboard.filters import Words
from pipeline.outputs.dashboard.heat import LEVELS, HeatRow, clock, habit, rows, said, zone_words
from pipeline.outputs.dashboard.matrix import Matrix, matrix
from pipeline.outputs.dashboard.officers import Officers, officers
from pipeline.outputs.dashboard.tasks import Task, tasks
from pipeline.outputs.dashboard.who import Folk, Who
from pipeline.outputs.figures import discord_link, hashed, number, people, plural
from pipeline.outputs.unknown import hours_known, what_was_said_in_game

FIRST_SHOWN: Final = "90d"
"""The period of the map before anybody chooses one: long enough for habits, short enough to be of today."""

MONTH: Final = "30d"
LATELY: Final = "90d"
"""A channel without a message in this time is silent."""

NAMED: Final = 8
"""People of a quadrant who are named at once."""

DOTS_A_ROW: Final = 20
KINDS: Final[dict[ChannelKind, str]] = {
    "text": "", "announcement": "news", "forum": "forum", "voice": "voice", "thread": "thread", "unknown": "",
}  # fmt: skip
CLOSED: Final[dict[Access, str]] = {
    "hidden": "hidden from the bot. To count it, allow View Channel.",
    "no_history": "the bot may not read back. To count it, allow Read Message History.",
    "no_connect": "a voice chat the bot may not enter. To count it, allow Connect.",
    "unknown_type": "a kind of channel that ClanStats does not know yet.",
    "gone": "no longer in Discord. What was written there is still counted.",
}
QUADRANTS: Final[tuple[tuple[Quadrant, str, str], ...]] = (
    ("both", "Talk and play", "heard, and gained something in the game"),
    ("plays", "Only play", "gained something, but said nothing"),
    ("talks", "Only talk", "heard, but gained nothing"),
    ("neither", "Neither", "not heard, and gained nothing"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The page's question answered in a sentence, of which `channel` is a name."""

    before: str
    channel: str
    after: str


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A channel that people write in; `share` of the most used one, in hundredths."""

    name: str
    kind: str
    url: str | None
    messages: str
    people: str
    share: int
    last_word_at: datetime | None
    open: bool


@dataclass(frozen=True, slots=True)
class ClosedChannel:
    """A channel that is not read, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A week of the trend as text."""

    days: str
    week: TalkWeek
    clan_chat: str
    answered: str


@dataclass(frozen=True, slots=True)
class QuadrantView:
    """A quarter of the picture: a dot a person at (x, y), and who they are, the first `NAMED` apart."""

    key: Quadrant
    title: str
    meaning: str
    count: int
    dots: tuple[tuple[int, int], ...]
    lines: int
    named: tuple[Who, ...]
    others: tuple[Who, ...]


class ActivityPage:
    """The parts of the page, from one night."""

    def __init__(self, marts: Marts, talk: TalkMarts, words: Words, folk: Folk) -> None:
        self._marts = marts
        self._talk = talk
        self._words = words
        self._folk = folk
        self._zone = zone_words(marts.clan.time_zone)

    def quiet(self) -> bool:
        """Whether nobody ever wrote anything."""
        return not self._talk.totals and not self._talk.clan_chat

    def answer(self) -> Answer | None:
        """When and where, in a sentence; None where there is too little to answer."""
        told = habit(self._talk.heat[FIRST_SHOWN].clan)
        busiest = max(self._talk.channels, key=lambda channel: channel.messages.get(FIRST_SHOWN, 0), default=None)
        if told is None or busiest is None:
            return None
        return Answer(
            f"We talk most from {clock(told.first_hour)} to {clock(told.end_hour)} ({self._zone}), above all in ",
            hashed(busiest.name, busiest.kind),
            f". {told.quietest} is the quietest day.",
        )

    def hours(self) -> list[str]:
        """Heads of the map's columns."""
        return [f"{hour:02}" for hour in range(24)]

    def levels(self) -> list[int]:
        """Shades of the map's legend."""
        return list(range(1, LEVELS + 1))

    def heat(self) -> list[HeatRow]:
        """The map that is shown first: Discord, `FIRST_SHOWN`, the clan's zone."""
        return rows(self._talk.heat[FIRST_SHOWN].clan)

    def heat_said(self) -> str:
        """What that map says."""
        heat = self._talk.heat[FIRST_SHOWN]
        label = self._marts.periods[FIRST_SHOWN].label + hours_known(self._talk, heat.window)
        return said(heat.clan, "message", label, self._zone)

    def heat_about(self) -> str:
        """Whose hours these are, and of which days."""
        window = self._talk.heat[FIRST_SHOWN].window
        days = self._words.span(window) + hours_known(self._talk, window)
        return f"Hours of the clan's zone, {self._marts.clan.time_zone}. {days}, whole UTC days."

    def tasks(self) -> list[Task]:
        """What a leader may want to do about it, most pressing first."""
        return tasks(self._talk, self._marts.clan.time_zone, self._talk.heat[FIRST_SHOWN].clan)

    def channels(self) -> list[ChannelRow]:
        """Channels that people wrote in lately."""
        shown = [channel for channel in self._talk.channels if channel.messages.get(LATELY)]
        most = max((channel.messages.get(MONTH, 0) for channel in shown), default=0)
        return [_channel_row(channel, most) for channel in shown]

    def silent(self) -> list[str]:
        """Channels that the bot may read, and nobody wrote in lately."""
        return [
            hashed(channel.name, channel.kind)
            for channel in self._talk.channels
            if channel.access == "open" and not channel.messages.get(LATELY)
        ]

    def closed(self) -> list[ClosedChannel]:
        """Channels that are not read."""
        return [
            ClosedChannel(hashed(channel.name, channel.kind), CLOSED[channel.access])
            for channel in self._talk.channels
            if channel.access != "open"
        ]

    def weeks(self) -> list[WeekRow]:
        """The weeks of the trend, oldest first, from the first in which anybody wrote."""
        return [
            WeekRow(self._words.span(week.window), week, *self._of_texts(week))
            for week in known_weeks(self._talk.weeks)
        ]

    def _of_texts(self, week: TalkWeek) -> tuple[str, str]:
        """What only texts tell of a week: lines of clan chat, and how its questions fared."""
        if not self._talk.is_heard(week.window):
            return number(None), number(None)
        return number(week.clan_chat), f"{week.within_day} of {week.asked}" if week.asked else number(None)

    def weeks_said(self) -> str:
        """The week beside a usual one."""
        weeks = known_weeks(self._talk.weeks)
        if not weeks:
            return ""
        this, before = weeks[-1], weeks[:-1]
        told = f"This week {plural(this.messages, 'message')} by {people(this.people)}"
        if len(before) < 3:
            return f"{told}."
        usual = round(median(week.messages for week in before))
        writers = round(median(week.people for week in before))
        return (
            f"{told}; a usual week before had {number(usual)} by {number(writers)} (the median of {len(before)} weeks)."
        )

    def officers(self) -> Officers | None:
        """When officers are there; None where nobody can say."""
        return officers(self._talk.watch, zone_words(self._marts.clan.time_zone))

    def matrix(self) -> Matrix | None:
        """What moves together; None where the clan is too small to see it."""
        return matrix(self._marts.advice.together)

    def quadrants(self) -> list[QuadrantView]:
        """The four quarters of chat and play."""
        return [
            self._quadrant(key, title, meaning, [dot for dot in self.chat_and_play().dots if dot.quadrant == key])
            for key, title, meaning in QUADRANTS
        ]

    def chat_and_play(self) -> ChatAndPlay:
        """Whether those who talk are those who play."""
        return self._talk.chat_and_play

    def unheard(self) -> str | None:
        """Since when clan chat is not known, None where it is."""
        return what_was_said_in_game(self._talk, self._marts.clan.time_zone)

    def _quadrant(self, key: Quadrant, title: str, meaning: str, dots: Sequence[ChatDot]) -> QuadrantView:
        whos = [self._folk.who(dot.person_id, dot.name) for dot in dots]
        return QuadrantView(
            key=key,
            title=title,
            meaning=meaning,
            count=len(dots),
            dots=tuple((6 + 12 * (place % DOTS_A_ROW), 6 + 12 * (place // DOTS_A_ROW)) for place in range(len(dots))),
            lines=12 * max(1, -(-len(dots) // DOTS_A_ROW)),
            named=tuple(whos[:NAMED]),
            others=tuple(whos[NAMED:]),
        )


def known_weeks(weeks: Sequence[TalkWeek]) -> list[TalkWeek]:
    """*weeks* from the first in which anybody wrote."""
    for place, week in enumerate(weeks):
        if week.messages or week.clan_chat:
            return list(weeks[place:])
    return []


def _channel_row(channel: TalkChannel, most: int) -> ChannelRow:
    messages = channel.messages.get(MONTH, 0)
    return ChannelRow(
        name=hashed(channel.name, channel.kind),
        kind=KINDS[channel.kind],
        url=discord_link(channel.url),
        messages=number(messages),
        people=number(channel.people.get(MONTH, 0)),
        share=max(1, 100 * messages // most) if messages else 0,
        last_word_at=channel.last_word_at,
        open=channel.access == "open",
    )
