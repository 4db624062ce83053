"""How the clan changes from night to night and week to week."""

from collections.abc import Iterator
from typing import Final, get_args

from pipeline.marts.model import Bridge, Marts, NightLine, RosterKind, RosterLine, RunLine, Tile
from pipeline.outputs.exports.resource import Field, Resource

Change = tuple[int, RosterLine]
News = tuple[int, NightLine]
"""Lines with their number in the list."""


def _roster(marts: Marts) -> Iterator[Change]:
    return enumerate(marts.roster, start=1)


def _news(marts: Marts) -> Iterator[News]:
    return enumerate(marts.since_last_night.lines, start=1)


ROSTER_LOG: Final = Resource[Change](
    "roster_log",
    "Roster log",
    "Every change of the roster that is known, the newest first; also of accounts that left.",
    _roster,
    (
        Field[Change]("number", "integer", "Place in the list.", lambda row: row[0], "place"),
        Field[Change]("at", "datetime", "When.", lambda row: row[1].at),
        Field[Change]("kind", "string", "What kind of change.", lambda row: row[1].kind, among=get_args(RosterKind)),
        Field[Change]("player_id", "integer", "Account.", lambda row: row[1].player_id),
        Field[Change]("player", "string", "Its name.", lambda row: row[1].player),
        Field[Change]("before", "string", "Rank, name or status before.", lambda row: row[1].before),
        Field[Change]("after", "string", "Rank, name or status after.", lambda row: row[1].after),
        Field[Change]("text", "string", "The change in a sentence.", lambda row: row[1].text),
    ),
    ("number",),
)

NEWS: Final = Resource[News](
    "news",
    "Since last night",
    "What happened since the night before; clan.csv tells from when to when.",
    _news,
    (
        Field[News]("number", "integer", "Place in the list.", lambda row: row[0], "place"),
        Field[News]("kind", "string", "What kind of news.", lambda row: row[1].kind),
        Field[News]("player_id", "integer", "Account; empty: about Discord as a whole.", lambda row: row[1].player_id),
        Field[News]("player", "string", "Its name.", lambda row: row[1].player),
        Field[News]("text", "string", "The news in a sentence.", lambda row: row[1].text),
    ),
    ("number",),
)

WEEKS: Final = Resource[Bridge](
    "weeks",
    "Why the clan's experience changed, week by week",
    "Up to twelve weeks, the oldest first. The five terms add up to `change`.",
    lambda marts: marts.weeks,
    (
        Field[Bridge]("since", "datetime", "Its first instant.", lambda b: b.window.since),
        Field[Bridge]("until", "datetime", "The first instant after it.", lambda b: b.window.until),
        Field[Bridge]("total_start", "integer", "Experience of the clan at its start.", lambda b: b.total_start, "experience"),
        Field[Bridge]("total_end", "integer", "Experience of the clan at its end.", lambda b: b.total_end, "experience"),
        Field[Bridge]("change", "integer", "What the total moved.", lambda b: b.change, "experience"),
        Field[Bridge]("joiners", "integer", "Brought by those who joined.", lambda b: b.joiners, "experience"),
        Field[Bridge]("leavers", "integer", "Taken by those who left; 0 or less.", lambda b: b.leavers, "experience"),
        Field[Bridge]("same_members", "integer", "Gained by those who stayed.", lambda b: b.same_members, "experience"),
        Field[Bridge]("newly_visible", "integer", "Of those who were first looked at.", lambda b: b.newly_visible, "experience"),
        Field[Bridge]("tracking_gap", "integer", "Moved between looks that nobody made; may be either way.", lambda b: b.tracking_gap, "experience"),
        Field[Bridge]("joined_count", "integer", "How many joined.", lambda b: b.joined_count, "accounts"),
        Field[Bridge]("left_count", "integer", "How many left.", lambda b: b.left_count, "accounts"),
        Field[Bridge]("same_count", "integer", "How many stayed.", lambda b: b.same_count, "accounts"),
        Field[Bridge]("newly_visible_count", "integer", "How many were first looked at.", lambda b: b.newly_visible_count, "accounts"),
    ),
    ("since",),
)  # fmt: skip

TILES: Final = Resource[Tile](
    "tiles",
    "The week at a glance",
    "Numbers of the last seven days beside those of the seven before.",
    lambda marts: marts.tiles,
    (
        Field[Tile]("key", "string", "Its key.", lambda t: t.key),
        Field[Tile]("label", "string", "Its name for people.", lambda t: t.label),
        Field[Tile]("value", "number", "This week; empty: not known.", lambda t: t.value, "that of the column unit"),
        Field[Tile](
            "before", "number", "The week before; empty: not known.", lambda t: t.before, "that of the column unit"
        ),
        Field[Tile]("unit", "string", "What one of it is called.", lambda t: t.unit),
        Field[Tile]("hint", "string", "What is counted.", lambda t: t.hint),
    ),
    ("key",),
)

RUNS: Final = Resource[RunLine](
    "runs",
    "Nights before this one",
    "What became of the last nights, the newest first.",
    lambda marts: marts.runs,
    (
        Field[RunLine]("night", "date", "The night, by the clan's calendar.", lambda r: r.night),
        Field[RunLine]("state", "string", "How it ended: done, degraded or failed.", lambda r: r.state),
        Field[RunLine]("sentence", "string", "The night in a sentence.", lambda r: r.sentence),
    ),
    ("night",),
)

TABLES: Final = (ROSTER_LOG, NEWS, WEEKS, TILES, RUNS)
