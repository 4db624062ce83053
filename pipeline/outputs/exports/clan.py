"""The clan itself, and how fresh what is known of it is."""

from collections.abc import Iterator
from typing import Final

from pipeline.domain.metrics import KINDS, UNITS, Metric
from pipeline.marts.model import ALL_TIME, Marts, Period, SourceState
from pipeline.outputs.exports.resource import Field, Resource

CLAN: Final = Resource[Marts](
    "clan",
    "The clan",
    "One row: the clan, the night, and how much of the clan was seen.",
    lambda marts: (marts,),
    (
        Field[Marts]("id", "integer", "Group id of Wise Old Man.", lambda m: m.clan.id),
        Field[Marts]("name", "string", "Name of the clan.", lambda m: m.clan.name),
        Field[Marts]("clan_chat", "string", "Name of the clan chat.", lambda m: m.clan.clan_chat),
        Field[Marts]("description", "string", "What the clan says of itself.", lambda m: m.clan.description),
        Field[Marts]("homeworld", "integer", "World of the game where it meets.", lambda m: m.clan.homeworld, "world number"),
        Field[Marts]("time_zone", "string", "Time zone of the clan's days, by its IANA name.", lambda m: m.clan.time_zone),
        Field[Marts]("as_of", "datetime", "The night all this is the state of.", lambda m: m.as_of),
        Field[Marts]("data_until", "datetime", "Up to here the game is known.", lambda m: m.freshness.data_until),
        Field[Marts]("freshness", "string", "How fresh the sources are, in a sentence.", lambda m: m.freshness.sentence),
        Field[Marts]("members", "integer", "Accounts on the roster.", lambda m: m.freshness.members, "accounts"),
        Field[Marts]("unseen", "integer", "Of these, not looked at lately.", lambda m: m.freshness.unseen, "accounts"),
        Field[Marts]("slots_used", "integer", "Places taken in the game.", lambda m: m.advice.inactivity.slots_used, "accounts"),
        Field[Marts]("would_free", "integer", "Places that removing the inactive would free.", lambda m: m.advice.inactivity.would_free, "accounts"),
        Field[Marts]("news_since", "datetime", "news.csv begins here; empty on the first night.", lambda m: m.since_last_night.since),
        Field[Marts]("news_until", "datetime", "news.csv ends here.", lambda m: m.since_last_night.until),
        Field[Marts]("judged_since", "datetime", "What was first said after this is new; empty: no night before was judged.", lambda m: m.advice.last_night),
    ),
    ("id",),
)  # fmt: skip


def _roles(marts: Marts) -> Iterator[tuple[int, str]]:
    return enumerate(marts.clan.roles)


ROLES: Final = Resource[tuple[int, str]](
    "roles",
    "Ranks in use",
    "The clan's ranks, the highest first.",
    _roles,
    (
        Field[tuple[int, str]]("role_place", "integer", "0 is the highest.", lambda row: row[0], "place"),
        Field[tuple[int, str]]("role", "string", "Key of the rank.", lambda row: row[1]),
    ),
    ("role_place",),
)

SOURCES: Final = Resource[SourceState](
    "sources",
    "Sources",
    "How fresh each source is.",
    lambda marts: marts.freshness.sources,
    (
        Field[SourceState]("source", "string", "Wise Old Man or Discord.", lambda s: s.source, among=("wom", "discord")),
        Field[SourceState]("fetched_at", "datetime", "The night that asked last; empty before the first.", lambda s: s.fetched_at),
        Field[SourceState]("state", "string", "Whether its answers are of tonight.", lambda s: s.state, among=("fresh", "stale", "never")),
        Field[SourceState]("note", "string", "What of it is missing, and why.", lambda s: s.note),
    ),
    ("source",),
)  # fmt: skip

METRICS: Final = Resource[Metric](
    "metrics",
    "Metrics",
    "What the hiscores count, and in which unit it is told here.",
    lambda marts: marts.metrics,
    (
        Field[Metric]("key", "string", "Its key at Wise Old Man.", lambda m: m.key),
        Field[Metric]("name", "string", "Its name for people.", lambda m: m.name),
        Field[Metric]("kind", "string", "What it counts.", lambda m: m.kind, among=KINDS),
        Field[Metric]("unit", "string", "What one of it is called; hours are efficient hours.", lambda m: m.unit, among=tuple(UNITS.values())),
    ),
    ("key",),
)  # fmt: skip

PERIODS: Final = Resource[Period](
    "periods",
    "Periods",
    f"Whole UTC days that end at the last UTC midnight; `{ALL_TIME}` is from the first look to the last.",
    lambda marts: marts.periods.values(),
    (
        Field[Period]("key", "string", "Its key in other tables.", lambda p: p.key),
        Field[Period]("label", "string", "Its name for people.", lambda p: p.label),
        Field[Period]("since", "datetime", "Its first instant.", lambda p: p.window.since),
        Field[Period]("until", "datetime", "The first instant after it.", lambda p: p.window.until),
    ),
    ("key",),
)

TABLES: Final = (CLAN, ROLES, SOURCES, METRICS, PERIODS)
