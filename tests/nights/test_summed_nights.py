"""A guild that is listened to for more than a year, once with MESSAGE_FACT_DAYS as short as may be, once with all its messages."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from operator import attrgetter
from pathlib import Path

import pytest
from guild_nights import FAST, Nights
from small_guild import NOW, small_guild

from pipeline.demo.discord.server import DemoDiscord
from pipeline.domain.window import DAY, midnight
from pipeline.job import Job
from pipeline.loading import load
from pipeline.marts.assemble import assemble
from pipeline.marts.rules import Rules
from pipeline.marts.talk_model import TalkMarts
from pipeline.settings import Settings
from pipeline.storage.engine import reading
from pipeline.storage.types import to_ms

COUNTS = attrgetter(
    "person_id", "messages", "clan_chat", "questions", "answered", "answers", "helped", "welcomes", "days", "channels"
)

LATER = NOW + 395 * DAY
"""A night on which messages of the guild's first weeks are older than 400 days."""


@pytest.fixture(scope="module")
def server() -> Iterator[DemoDiscord]:
    with DemoDiscord(small_guild(), now=NOW, limit=FAST) as running:
        yield running


def loaded(nights: Nights, now: datetime, days: int) -> None:
    """What the stage does with what a harvest left."""
    folder = nights.file.parent
    settings = Settings.alone(wom_group_id=1, output_dir=folder, message_fact_days=days)
    outcome = load(Job(settings, "r", now))
    assert (outcome.state, outcome.error) == ("done", None)


def lived(server: DemoDiscord, folder: Path, days: int) -> tuple[Nights, TalkMarts]:
    """A first night, one more than a year later, one on the day after it; and what is told then."""
    folder.mkdir()
    nights = Nights(server, folder)
    for at in (NOW, LATER, LATER + DAY):
        nights.harvest(at)
        loaded(nights, at, days)
    with reading(nights.file) as connection:
        talk = assemble(connection, LATER + DAY, Rules(discord=True), past=False).talk
    assert talk is not None
    return nights, talk


def test_a_year_later_everything_counts_as_if_its_messages_had_stayed(server: DemoDiscord, tmp_path: Path) -> None:
    summed, told = lived(server, tmp_path / "summed", 400)
    kept, whole = lived(server, tmp_path / "kept", 3650)
    horizon = midnight(LATER + DAY - timedelta(days=400))
    assert horizon > midnight(NOW - 8 * DAY), "the guild is too young for anything to be old"
    assert summed.ask("SELECT count(*) FROM message WHERE sent_at < ?", to_ms(horizon)) == [0]
    assert 0 < len(summed.held()) < len(kept.held())
    assert summed.ask("SELECT sum(messages) FROM message_day WHERE kind = 'human'")[0] > 100
    for part in ("totals", "people", "clan_chat", "weeks", "unanswered"):
        assert getattr(told, part) == getattr(whole, part)
    assert told.heat["365d"] == whole.heat["365d"]
    assert [(each.messages, each.people) for each in told.channels] == [
        (each.messages, each.people) for each in whole.channels
    ]
    assert list(map(COUNTS, told.speakers)) == list(map(COUNTS, whole.speakers))
