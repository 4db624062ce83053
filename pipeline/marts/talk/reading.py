"""How the reading of the guild goes: when it was read last, why not since, and what could not be read."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from pipeline.marts.freshness import discord_state
from pipeline.marts.model import SourceState
from pipeline.storage import queries, sum_queries, talk_queries

SUCCEEDED: Final = ("done", "partial")


def reading_state(connection: Connection, now: datetime) -> SourceState:
    """When the guild was read last, why not since, and what is missing."""
    landing = next(reversed(queries.fetches(connection, "discord", now)), None)
    fetched_at = landing.fetched_at if landing else None
    tried = talk_queries.last_try(connection, fetched_at, now)
    failed = tried is not None and tried.state not in SUCCEEDED
    why = (tried.error or "the reading did not come to its end") if tried is not None and failed else None
    guild = talk_queries.guild(connection, now)
    closed = talk_queries.closed_channels(connection, guild.id) if guild and landing else {}
    singly_since = sum_queries.singly_since(connection, guild.id) if guild and landing else None
    return discord_state(fetched_at, now, why, landing.failed if landing else (), closed, singly_since)
