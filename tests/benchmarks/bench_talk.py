"""Discord: how lean a harvest is, how fast facts become rows, and how fast they become answers."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bench_kit import Line, Times, at_least, at_most, seconds, take_turns, tell

from pipeline.demo.discord.server import DEMO_TOKEN, DemoDiscord
from pipeline.demo.guild.founding import found_guild
from pipeline.demo.world import found_clan
from pipeline.domain.talk import MessageFact
from pipeline.marts.assemble import assemble
from pipeline.marts.identity.match import match
from pipeline.marts.identity.model import AccountName, PlayerName
from pipeline.marts.rules import Rules
from pipeline.sources.discord.rows import decode
from pipeline.storage.engine import BUSY_TIMEOUT_MS, CACHE_KIB, reading, writing
from pipeline.storage.load import Arrival
from pipeline.storage.load_talk import load_messages, load_talk
from pipeline.storage.migrate import migrate
from pipeline.storage.sums import sum_up
from pipeline.storage.upkeep import tidy

NOW: Final = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
FEW, MANY = 20_000, 100_000

HARVEST: Final = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from pipeline.domain.talk import KnownTalk
from pipeline.sources.discord.listening import listen
from pipeline.sources.discord.plan import Orders
from pipeline.sources.landing import LandingWriter
url, token, root, name, now = sys.argv[1:]
at = datetime.fromisoformat(now)
orders = Orders(at, at - timedelta(days=400), at - timedelta(days=3), at.replace(hour=0))
with LandingWriter(Path(root), name, source="discord", run_id="bench", now=at) as writer:
    report = listen(writer, KnownTalk(), orders, token=token, base_url=url)
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(report.messages, report.requests, peak)
"""


SUM: Final = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from pipeline.storage.engine import writing
from pipeline.storage.sums import sum_up
file, before = sys.argv[1:]
at = datetime.fromisoformat(before)
with writing(Path(file)) as connection:
    summed = sum_up(connection, at + timedelta(days=400), at)
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(summed, peak)
"""

_SUMS: Final = """
INSERT INTO message_day
SELECT sent_at - sent_at % 86400000 AS day, kind, channel_id, author_id, coalesce(relayed_player_id, 0) AS player, count(*)
FROM message WHERE kind IN ('human', 'relay') AND deleted_at IS NULL GROUP BY day, kind, channel_id, author_id, player
"""


def talk(folder: Path, turns: int) -> list[Line]:
    """A guild of 20,000 messages, and one of 100,000."""
    peaks = {}
    for messages in (FEW, MANY):
        tell(f"harvesting {messages:,} messages …")
        peaks[messages] = _harvested(folder, messages)
    facts = list(decode(folder / str(MANY)).messages)
    return [
        at_most(
            f"peak memory of a harvest of {MANY:,} messages, to {FEW:,}", peaks[MANY] / peaks[FEW], 1.1, " ×",
            f"{peaks[MANY] / 1024:.1f} MB to {peaks[FEW] / 1024:.1f} MB",
        ),
        _against_raw(folder, facts, turns),
        _answered(folder, max(2, turns // 2)),
        *_summed(folder, max(2, turns // 2)),
        _told_apart(turns),
    ]  # fmt: skip


def _harvested(folder: Path, messages: int) -> int:
    """Peak resident KiB of a process that harvests the whole guild; its landing is called after the number."""
    guild = found_guild(found_clan(7, 60, 120, NOW), messages=messages)
    with DemoDiscord(guild, now=NOW, limit=100_000) as server:
        done = subprocess.run(
            [sys.executable, "-c", HARVEST, server.base_url, DEMO_TOKEN, str(folder), str(messages), NOW.isoformat()],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
    return int(done.stdout.split()[2])


def _against_raw(folder: Path, facts: Sequence[MessageFact], turns: int) -> Line:
    _ours(folder, facts)
    rows = _rows(folder / "ours.db")
    times = take_turns(turns, ours=lambda: _ours(folder, facts), raw=lambda: _raw(folder, rows))
    ours, raw = times["ours"], times["raw"]
    detail = f"{_speed(rows, ours)} of {_speed(rows, raw)} rows/s"
    return at_least(f"facts → rows, {len(facts):,} messages, rows/s of raw", raw.best / ours.best, 0.6, detail)


def _speed(rows: Sequence[Any], times: Times) -> str:
    return f"{len(rows) / times.best:,.0f}"


def _fresh(file: Path) -> Path:
    for end in ("", "-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    migrate(file)
    return file


def _ours(folder: Path, facts: Sequence[MessageFact]) -> float:
    file = _fresh(folder / "ours.db")

    def work() -> None:
        with writing(file) as connection:
            load_messages(connection, facts, set(), is_present=True)

    return seconds(work)


def _raw(folder: Path, rows: Sequence[Any]) -> float:
    """The rival: the same rows, ready made, into the same table with the same settings."""
    file = _fresh(folder / "raw.db")
    statement = f"INSERT INTO message VALUES ({', '.join('?' * len(rows[0]))})"
    with closing(sqlite3.connect(file, timeout=BUSY_TIMEOUT_MS / 1000)) as connection:
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")

        def work() -> None:
            with connection:
                connection.executemany(statement, rows)

        return seconds(work)


def _rows(file: Path) -> list[Any]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("SELECT * FROM message ORDER BY id").fetchall()


def _answered(folder: Path, turns: int) -> Line:
    """All marts of a clan of which only the talk is known."""
    file = _fresh(folder / "answers.db")
    with writing(file) as connection:
        load_talk(
            connection, decode(folder / str(MANY)), Arrival("bench", "discord", "night", "bench", NOW, (), False, ())
        )

    def work() -> None:
        with reading(file) as connection:
            assert assemble(connection, NOW + timedelta(minutes=1), Rules("Europe/London", discord=True)).talk

    times = take_turns(turns, ours=lambda: seconds(work))["ours"]
    return at_most(
        f"all answers about {MANY:,} messages", times.best * 1000, 1500, " ms", f"median {times.median * 1000:.0f} ms"
    )


def _summed(folder: Path, turns: int) -> list[Line]:
    """Everything that `_answered` left becomes daily sums, as on the first night on which it is too old."""
    held, before = folder / "answers.db", NOW + timedelta(days=1)
    file, rival = folder / "sums.db", folder / "raw_sums.db"

    def ours() -> float:
        shutil.copy(held, file)

        def work() -> None:
            with writing(file) as connection:
                sum_up(connection, before + timedelta(days=400), before)

        return seconds(work)

    def raw() -> float:
        shutil.copy(held, rival)
        with closing(sqlite3.connect(rival)) as connection:
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")

            def work() -> None:
                with connection:
                    connection.execute(_SUMS)

            return seconds(work)

    times = take_turns(turns, ours=ours, raw=raw)
    size = file.stat().st_size
    tidy(file)
    shutil.copy(held, rival)
    done = subprocess.run(
        [sys.executable, "-c", SUM, str(rival), before.isoformat()], check=True, capture_output=True, text=True
    )
    number, peak = map(int, done.stdout.split())
    return [
        at_most(
            f"{number:,} messages → daily sums, to a plain INSERT … SELECT … GROUP BY", times["ours"].best / times["raw"].best,
            6, " ×", f"{times['ours'].best * 1000:.0f} ms to {times['raw'].best * 1000:.0f} ms",
        ),
        at_most(
            "size of the database after it, to before", file.stat().st_size / size, 0.4, " ×",
            f"{file.stat().st_size / 1e6:.1f} MB of {size / 1e6:.1f} MB",
        ),
        at_most("peak memory of summing them", peak / 1024, 200, " MB"),
    ]  # fmt: skip


def _told_apart(turns: int) -> Line:
    """Who is who in a full clan in which every nickname holds a part of every name."""
    players = [
        PlayerName(number, f"{chr(97 + number % 26)}amber {number * 7919 % 9973}", (), True) for number in range(500)
    ]
    accounts = [
        AccountName(1000 + number, f"Bob the {number} | of amber", None, "user.9", True) for number in range(500)
    ]
    spent = take_turns(turns, ours=lambda: seconds(lambda: match(players, accounts)))["ours"]
    detail = f"median {spent.median * 1000:.0f} ms"
    return at_most("who is who, 500 accounts and 500 players", spent.best * 1000, 300, " ms", detail)
