"""Who still takes part, and what that rests on."""

from collections.abc import Iterator
from typing import Final, get_args

from pipeline.domain.activity import State
from pipeline.marts.advice_model import HeldSlot, Verdict
from pipeline.marts.model import Marts
from pipeline.outputs.exports.resource import PERSON, PLAYER, Field, Resource

Judged = tuple[Verdict, int | None]
"""A verdict, and its place among those who could be removed."""


def _verdicts(marts: Marts) -> Iterator[Judged]:
    purge = {verdict.person_id: place for place, verdict in enumerate(marts.advice.inactivity.purge, start=1)}
    return ((verdict, purge.get(verdict.person_id)) for verdict in marts.advice.inactivity.verdicts)


VERDICTS: Final = Resource[Judged](
    "verdicts",
    "Verdicts: who still takes part",
    "Every person of the clan, by name; one sign of life within the threshold is enough to be active.",
    _verdicts,
    (
        Field[Judged]("person_id", "integer", "Who.", lambda row: row[0].person_id),
        Field[Judged]("name", "string", "Name of their main account.", lambda row: row[0].name),
        Field[Judged]("role", "string", "Its rank.", lambda row: row[0].role),
        Field[Judged]("state", "string", "The verdict; unknown: silence would prove nothing.", lambda row: row[0].state, among=get_args(State)),
        Field[Judged]("idle_days", "integer", "Whole days since the last sign of life; empty: none is known.", lambda row: row[0].idle_days, "days"),
        Field[Judged]("threshold_days", "integer", "How many it takes to be inactive.", lambda row: row[0].threshold_days, "days"),
        Field[Judged]("last_gain_at", "datetime", "Last gain in the game.", lambda row: row[0].last_gain_at),
        Field[Judged]("last_word_at", "datetime", "Last message in Discord.", lambda row: row[0].last_word_at),
        Field[Judged]("last_chat_at", "datetime", "Last line of clan chat.", lambda row: row[0].last_chat_at),
        Field[Judged]("last_contest_at", "datetime", "Last score in a competition.", lambda row: row[0].last_contest_at),
        Field[Judged]("looked_at", "datetime", "Last look at any of their accounts.", lambda row: row[0].looked_at),
        Field[Judged]("hindrances", "string", "Why silence would prove nothing, parted by commas.", lambda row: ",".join(row[0].hindrances)),
        Field[Judged]("exempt", "string", "Why they are not to be removed though inactive.", lambda row: row[0].exempt),
        Field[Judged]("purge_place", "integer", "Place among those who could be removed, the longest away first.", lambda row: row[1], "place"),
        Field[Judged]("since", "datetime", "The night that first called them inactive.", lambda row: row[0].since),
        Field[Judged]("is_new", "boolean", "Whether that is tonight.", lambda row: row[0].is_new),
        Field[Judged]("proof", "string", "What the verdict rests on.", lambda row: row[0].proof),
        Field[Judged]("flips_if", "string", "The one fact that would change it.", lambda row: row[0].flips_if),
    ),
    ("person_id",),
    (PERSON,),
)  # fmt: skip

HELD_SLOTS: Final = Resource[HeldSlot](
    "held_slots",
    "Places held for nothing",
    "Accounts that cannot come back to their place: banned, or archived since the name went to another.",
    lambda marts: marts.advice.inactivity.held,
    (
        Field[HeldSlot]("player_id", "integer", "Account.", lambda s: s.player_id),
        Field[HeldSlot]("name", "string", "Its name.", lambda s: s.name),
        Field[HeldSlot]("role", "string", "Its rank.", lambda s: s.role),
        Field[HeldSlot]("status", "string", "Banned or archived.", lambda s: s.status),
        Field[HeldSlot]("since", "datetime", "Since when, where known.", lambda s: s.since),
        Field[HeldSlot]("text", "string", "The same in a sentence.", lambda s: s.text),
    ),
    ("player_id",),
    (PLAYER,),
)

TABLES: Final = (VERDICTS, HELD_SLOTS)
