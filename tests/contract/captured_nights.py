"""Nights spent listening to the recorded guild."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from captured_facts import A_DAY, DATE
from captured_guild import GUILD, Replay
from guild_nights import Nights

from pipeline.sources.discord.harvest import TalkReport


@dataclass(frozen=True)
class Harvest:
    """What came of one: its report, the messages held after it, what it asked for them, and all tables."""

    report: TalkReport
    held: list[int]
    pages: list[str]
    tables: dict[str, list[Any]]


@dataclass(frozen=True)
class Story:
    """Four harvests of three dates: the night before `DATE`, `DATE` twice, and the date after it."""

    nights: Nights
    eve: Harvest
    first: Harvest
    second: Harvest
    next_date: Harvest


def listen_to(replay: Replay, folder: Path) -> Nights:
    """Nights of the recorded server: what they use of the demo's, it has."""
    return Nights(cast(Any, replay), folder)


def spend(nights: Nights, at: datetime) -> Harvest:
    report = nights.night(at, guild_id=GUILD)
    return Harvest(report, nights.held(), nights.pages(), nights.tables())


def tell(replay: Replay, folder: Path) -> Story:
    """The story of *replay*, which stops at its end."""
    with replay:
        nights = listen_to(replay, folder)
        return Story(nights, *(spend(nights, at) for at in (DATE - A_DAY, DATE, DATE, DATE + A_DAY)))
