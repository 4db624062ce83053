"""What is said in the guild: when, where and how much. None of it exists without Discord.

Where Discord withheld what was written, counts of clan chat, questions and answers that are not known are empty.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from pipeline.domain.window import Window
from pipeline.marts.model import Marts
from pipeline.marts.talk_model import Heat, TalkMarts, TalkWeek, WatchHour
from pipeline.outputs.exports.resource import PERIOD, Field, Resource, Row
from pipeline.outputs.unknown import heard


def is_told(marts: Marts) -> bool:
    """Whether Discord is set up."""
    return marts.talk is not None


def of_talk(rows: Callable[[TalkMarts], Iterable[Row]]) -> Callable[[Marts], Iterable[Row]]:
    """*rows* of the talk as rows of the marts."""
    return lambda marts: rows(marts.talk) if marts.talk else ()


GUILD: Final = Resource[TalkMarts](
    "guild",
    "The Discord server",
    "One row: the server, and how much of it is known.",
    of_talk(lambda talk: (talk,)),
    (
        Field[TalkMarts]("id", "string", "Its id at Discord.", lambda t: str(t.guild_id)),
        Field[TalkMarts]("name", "string", "Its name.", lambda t: t.guild),
        Field[TalkMarts]("heard_until", "datetime", "Up to here all that was written is known.", lambda t: t.heard_until),
        Field[TalkMarts]("withheld_since", "datetime", "From here on Discord withheld what was written.", lambda t: t.withheld_since),
        Field[TalkMarts]("singly_since", "datetime", "Of messages sent before it only daily sums are kept; empty: of none.", lambda t: t.singly_since),
        Field[TalkMarts]("members_listed", "boolean", "Whether Discord ever told who is there.", lambda t: t.identities.members_listed),
        Field[TalkMarts]("roles_known", "boolean", "Whether clan.toml says which role stands for which rank.", lambda t: t.identities.roles_known),
    ),
    ("id",),
    known=is_told,
)  # fmt: skip


class Total(NamedTuple):
    """What was written in a period; `clan_chat` None: nobody knows."""

    period: str
    window: Window
    messages: int
    people: int
    clan_chat: int | None


def _totals(talk: TalkMarts) -> Iterator[Total]:
    for key, heat in talk.heat.items():
        yield Total(
            key, heat.window, talk.totals.get(key, 0), talk.people.get(key, 0), heard(talk, talk.clan_chat, key)
        )


TOTALS: Final = Resource[Total](
    "talk_totals",
    "How much was written",
    "Messages of people, by period.",
    of_talk(_totals),
    (
        Field[Total](
            "period", "string", "Period: periods.csv; `all` is up to the night itself.", lambda row: row.period
        ),
        Field[Total]("since", "datetime", "Its first instant.", lambda row: row.window.since),
        Field[Total]("until", "datetime", "The first instant after it.", lambda row: row.window.until),
        Field[Total]("messages", "integer", "Messages in Discord.", lambda row: row.messages, "messages"),
        Field[Total]("people", "integer", "People who wrote them.", lambda row: row.people, "people"),
        Field[Total]("clan_chat", "integer", "Lines of clan chat.", lambda row: row.clan_chat, "messages"),
    ),
    ("period",),
    (PERIOD,),
    is_told,
)


class Hour(NamedTuple):
    """What was written in an hour of the week; `messages` None: nobody knows."""

    period: str
    source: str
    zone: str
    weekday: int
    hour: int
    messages: int | None


def _activity(talk: TalkMarts) -> Iterator[Hour]:
    for key, heat in talk.heat.items():
        yield from _hours(key, "discord", heat, is_heard=True)
    for key, heat in talk.clan_chat_heat.items():
        yield from _hours(key, "clan_chat", heat, is_heard=talk.is_heard(heat.window))


def _hours(period: str, source: str, heat: Heat, *, is_heard: bool) -> Iterator[Hour]:
    for zone, grid in (("utc", heat.utc), ("clan", heat.clan)):
        for weekday, row in enumerate(grid):
            for hour, count in enumerate(row):
                yield Hour(period, source, zone, weekday, hour, count if count or is_heard else None)


ACTIVITY: Final = Resource[Hour](
    "activity",
    "When people talk",
    "Messages by weekday and hour, in UTC and in the clan's zone, of Discord and of clan chat; none from before guild.csv's `singly_since`.",
    of_talk(_activity),
    (
        Field[Hour]("period", "string", "Period: periods.csv.", lambda row: row.period),
        Field[Hour]("source", "string", "Where it was written.", lambda row: row.source, among=("discord", "clan_chat")),
        Field[Hour]("zone", "string", "Whose weekday and hour: `clan` is clan.csv's time zone.", lambda row: row.zone, among=("utc", "clan")),
        Field[Hour]("weekday", "integer", "Day of the week.", lambda row: row.weekday, "0 (Monday) to 6 (Sunday)"),
        Field[Hour]("hour", "integer", "Hour of the day.", lambda row: row.hour, "0 to 23"),
        Field[Hour]("messages", "integer", "Messages in it; empty: nobody knows.", lambda row: row.messages, "messages"),
    ),
    ("period", "source", "zone", "weekday", "hour"),
    (PERIOD,),
    is_told,
)  # fmt: skip


class Trend(NamedTuple):
    """A week, and whether all that was written in it is known."""

    week: TalkWeek
    is_heard: bool

    def known(self, count: int) -> int | None:
        """*count*, if it can be known."""
        return count if self.is_heard else None


def _weeks(talk: TalkMarts) -> Iterator[Trend]:
    return (Trend(week, talk.is_heard(week.window)) for week in talk.weeks)


WEEKS: Final = Resource[Trend](
    "talk_weeks",
    "Talk week by week",
    "The oldest first.",
    of_talk(_weeks),
    (
        Field[Trend]("since", "datetime", "Its first instant.", lambda t: t.week.window.since),
        Field[Trend]("until", "datetime", "The first instant after it.", lambda t: t.week.window.until),
        Field[Trend]("messages", "integer", "Messages in Discord.", lambda t: t.week.messages, "messages"),
        Field[Trend]("people", "integer", "People who wrote them.", lambda t: t.week.people, "people"),
        Field[Trend]("clan_chat", "integer", "Lines of clan chat.", lambda t: t.known(t.week.clan_chat), "messages"),
        Field[Trend]("asked", "integer", "Questions.", lambda t: t.known(t.week.asked), "questions"),
        Field[Trend]("answered", "integer", "Of these, answered.", lambda t: t.known(t.week.answered), "questions"),
        Field[Trend](
            "within_day", "integer", "Of these, within 24 hours.", lambda t: t.known(t.week.within_day), "questions"
        ),
    ),
    ("since",),
    known=is_told,
)

WATCH: Final = Resource[WatchHour](
    "watch_hours",
    "Hours with an officer",
    "Hours of the clan's day over the last eight weeks; none where no officer is known.",
    of_talk(lambda talk: talk.watch),
    (
        Field[WatchHour]("hour", "integer", "Hour of the day in the clan's zone.", lambda w: w.hour, "0 to 23"),
        Field[WatchHour]("talked", "integer", "Days on which members wrote in it.", lambda w: w.talked, "days"),
        Field[WatchHour]("covered", "integer", "Of these, days on which an officer did.", lambda w: w.covered, "days"),
    ),
    ("hour",),
    known=is_told,
)

TABLES: Final = (GUILD, TOTALS, ACTIVITY, WEEKS, WATCH)
