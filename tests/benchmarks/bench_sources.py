"""Decode of a night's big answers against json.loads of the same bodies."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from bench_history import NOW
from bench_kit import Line, Times, at_most, seconds, take_turns

from pipeline.demo.wom.server import DEMO_LIMIT, DemoServer
from pipeline.demo.world import found_clan
from pipeline.harvests import wom_session
from pipeline.settings import Settings
from pipeline.sources.landing import LandingWriter, landing_name, raw
from pipeline.sources.wom.client import WomClient
from pipeline.sources.wom.decode import decode

MEMBERS = 500
DAYS = 30
GOAL = 2.5


def answers(folder: Path, turns: int) -> list[Line]:
    """The demo server's own answers, asked by our client, from real landings; the goal is for bulk-hiscores."""
    hiscores, gained = [_race(folder, role, body, 3 * turns) for role, body in _bodies()]
    return [
        at_most("decode of bulk-hiscores, × json.loads", hiscores.ratio, GOAL, detail=hiscores.detail),
        Line("  without unpacking and hashing", f"{hiscores.alone:.2f}"),
        Line("decode of bulk-gained, × json.loads", f"{gained.ratio:.2f}  ({gained.detail})"),
    ]


class _Race:
    """What `decode` of a landing with one body took, beside its parts."""

    def __init__(self, size: int, decoded: Times, parsed: Times, unpacked: Times) -> None:
        self.ratio = decoded.best / parsed.best
        self.alone = (decoded.best - unpacked.best) / parsed.best
        times = " of ".join(f"{spent.best * 1000:.0f} ms" for spent in (decoded, parsed))
        self.detail = f"{times}, {size / 1e6:.1f} MB"


def _bodies() -> Iterator[tuple[str, bytes]]:
    with DemoServer(found_clan(7, MEMBERS, DAYS, NOW), limit=DEMO_LIMIT) as server:
        settings = Settings.alone(wom_group_id=1, wom_base_url=server.base_url, wom_user_agent="https://localhost")
        with wom_session(settings, lambda attempt: None) as session:
            client = WomClient(session, 1)
            yield "bulk-hiscores", client.bulk_hiscores().body
            yield "bulk-gained", client.bulk_gained((NOW - timedelta(days=1)).date()).body


def _race(folder: Path, role: str, body: bytes, turns: int) -> _Race:
    writer = LandingWriter(folder, landing_name(NOW, "wom", role), source="wom", run_id=role, now=NOW)
    with writer:
        part = writer.write(role, body, path=f"/groups/1/{role}", query={})
    times = take_turns(
        turns,
        decode=lambda: seconds(lambda: decode(writer.path)),
        json=lambda: seconds(lambda: json.loads(body)),
        unpack=lambda: seconds(lambda: raw(writer.path, part)),
    )
    return _Race(len(body), times["decode"], times["json"], times["unpack"])
