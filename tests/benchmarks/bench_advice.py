"""All answers, advice among them, of the largest clan: 500 members, two years of looks, 300,000 messages."""

import cProfile
import pstats
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Final

from bench_history import FIRST_ID, MIDNIGHT, NOW, Habits, founded, looks
from bench_kit import Line, at_most, seconds, take_turns, tell

from pipeline.collector import spare_collector
from pipeline.domain.talk import snowflake_at
from pipeline.judging import changes
from pipeline.marts.assemble import assemble
from pipeline.marts.facts import of_person
from pipeline.marts.formulas import compile_formula
from pipeline.marts.rules import Alert, LadderRank, Rules
from pipeline.storage import queries
from pipeline.storage.engine import reading, writing
from pipeline.storage.load import load_looks
from pipeline.storage.types import from_ms, to_ms
from pipeline.storage.upkeep import tidy

MEMBERS: Final = 500
DAYS: Final = 730
MESSAGES: Final = 300_000
ACCOUNTS: Final = 430
CHANNELS: Final = 12
GUILD: Final = 1 << 58
SLOWEST: Final = 5
CALLERS: Final = ("assemble", "advice", "talk", "_marts")
"""Functions whose parts are worth naming."""

RULES: Final = Rules(
    time_zone="Europe/Amsterdam",
    discord=True,
    ladder=(
        LadderRank("member", ("tenure_days >= 30",)),
        LadderRank("owner", ("tenure_days >= 900", "points >= 40"), ("messages_90d >= 100", "zulrah >= 5000000")),
    ),
    formulas={"points": "answers * 5 + messages / 20 + xp_30d / 1000000", "kills": "zulrah_30d + vorkath_30d"},
    alerts=(Alert("Quiet week", "messages_7d < 100"), Alert("Few points", "average_points < 1")),
)

EXPRESSIONS: Final = (
    "answers * 5 + welcomes * 3 + messages / 20 + ehb_30d + competitions * 10",
    "tenure_days >= 90 and total_level >= 1500",
    "ehb >= 50 or zulrah >= 500",
    "min(messages, 100) / max(1, tenure_days)",
) * 5

PEAK: Final = """
import sys
sys.path[:0] = [{tests!r}, {root!r}]
from pathlib import Path
from bench_advice import peak_of
print(peak_of(Path(sys.argv[1])))
"""


def advice(folder: Path, turns: int) -> list[Line]:
    """Every mart of the largest clan, and what is kept of it."""
    tell(f"inventing {MEMBERS} members, {DAYS} days, {MESSAGES:,} messages …")
    file = largest(folder / "largest.db")
    with reading(file) as connection:
        night = assemble(connection, NOW, RULES)
        times = take_turns(
            max(3, turns // 2),
            marts=lambda: seconds(lambda: assemble(connection, NOW, RULES)),
            judging=lambda: seconds(lambda: changes(connection, night, RULES)),
        )
    shape = f"{MEMBERS} members × {DAYS} days, {MESSAGES:,} messages"
    return [
        at_most(f"all marts, {shape}", times["marts"].best, 5, " s", f"median {times['marts'].median:.2f} s"),
        Line("  their slowest parts", slowest(file)),
        at_most("  peak memory", _peak(file) / 1024, 500, " MB"),
        Line("what the stage judge adds", f"{times['judging'].best:.2f} s"),
        _evaluated(turns),
    ]


def _evaluated(turns: int) -> Line:
    """Twenty formulas of 500 people, against the same expressions compiled by Python, which would obey any of them."""
    known = of_person()
    people = [{name: float(number) for name in known} for number in range(MEMBERS)]
    ours, raw = (
        [compile_formula(text, known) for text in EXPRESSIONS],
        [compile(text, "formula", "eval") for text in EXPRESSIONS],
    )
    whole = {"min": min, "max": max}
    times = take_turns(
        turns,
        ours=lambda: seconds(lambda: [formula.value(facts) for facts in people for formula in ours]),
        raw=lambda: seconds(lambda: [eval(code, whole, facts) for facts in people for code in raw]),
    )
    spent, bare = times["ours"].best, times["raw"].best
    return at_most(
        f"{len(ours)} formulas of {MEMBERS} people, to Python's eval",
        spent / bare,
        25,
        " ×",
        f"{spent * 1000:.0f} of {bare * 1000:.0f} ms",
    )


def largest(file: Path, days: int = DAYS, messages: int = MESSAGES) -> Path:
    """A database *file* of the largest clan, of so many *days* of looks and *messages*."""
    founded(file, MEMBERS)
    with writing(file) as connection:
        metric_ids = {metric.key: number for number, metric in queries.metrics(connection).items()}
        for _, mine in groupby(looks(Habits(MEMBERS, days, 0.85, 5)), key=lambda look: look.player_id):
            load_looks(connection, metric_ids, list(mine))
        for statement, rows in _guild(days, messages):
            connection.exec_driver_sql(statement, rows)
    tidy(file)
    return file


def _guild(days: int, messages: int) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    """Channels, accounts of most members, and what they wrote, as statements and their rows."""
    founded_at = to_ms(NOW - timedelta(days=days + 30))
    yield "INSERT INTO guild VALUES (?, 'Benchmark', ?)", [(GUILD, founded_at)]
    yield (
        "INSERT INTO channel (id, guild_id, name, kind, position, access) VALUES (?, ?, ?, 'text', ?, 'open')",
        [(GUILD + 1 + number, GUILD, f"room-{number}", number) for number in range(CHANNELS)],
    )
    yield (
        "INSERT INTO discord_account VALUES (?, ?, NULL, NULL, 0, 1, ?, NULL, '[]', ?, 'exact', 1.0)",
        [(_account(number), f"user{number}", founded_at, FIRST_ID + number) for number in range(ACCOUNTS)],
    )
    yield f"INSERT INTO message VALUES ({', '.join('?' * 15)})", list(_messages(days, messages))
    landing = ("bench-discord", "discord", "night", "bench", to_ms(NOW), to_ms(NOW), "[]", 0, "[]", "[]", "[]", 1)
    yield f"INSERT INTO landing VALUES ({', '.join('?' * len(landing))})", [landing]


def _messages(days: int, messages: int) -> Iterator[tuple[object, ...]]:
    """Evenly over the days; a few write most of it, one in ten asks, and half of those are answered."""
    chance, step = random.Random(1), days * 86_400_000 // messages
    weights = [1 / (number + 3) for number in range(ACCOUNTS)]
    authors = chance.choices(range(ACCOUNTS), weights, k=messages)
    begins, asked = to_ms(MIDNIGHT - timedelta(days=days)), 0
    for number, author in enumerate(authors):
        at = begins + number * step + chance.randrange(step)
        id_ = snowflake_at(from_ms(at)) + number % 4096
        asks = number % 10 == 0
        replies = asked if number % 20 == 3 else None
        asked = id_ if asks else asked
        room = GUILD + 1 + chance.randrange(CHANNELS)
        yield id_, room, None, _account(author), at, None, "human", 40, asks, replies, 0, "[]", None, None, None


def _account(number: int) -> int:
    return (1 << 57) + number


def slowest(file: Path) -> str:
    """What takes longest inside `assemble`, by the function that spends it and its share."""
    profile = cProfile.Profile()
    with reading(file) as connection:
        profile.runcall(assemble, connection, NOW, RULES)
    found = pstats.Stats(profile).stats  # type: ignore[attr-defined]  # typeshed leaves it out
    [whole] = [entry[3] for called, entry in found.items() if called[2] == "assemble" and "marts/assemble" in called[0]]
    parts = {
        f"{Path(called[0]).stem}.{called[2]}": entry[3]
        for called, entry in found.items()
        if any(caller[2] in CALLERS and "pipeline/marts" in caller[0] for caller in entry[4])
    }
    ordered = sorted(parts.items(), key=lambda part: -part[1])
    return ", ".join(f"{name} {spent / whole:.0%}" for name, spent in ordered[:SLOWEST])


def _peak(file: Path) -> int:
    """Peak resident KiB of a process that finds all marts once."""
    here = Path(__file__).parent
    code = PEAK.format(tests=str(here), root=str(here.parents[1]))
    done = subprocess.run([sys.executable, "-c", code, str(file)], check=True, capture_output=True, text=True)
    return int(done.stdout.split()[-1])


def peak_of(file: Path) -> int:
    """All marts once, as a stage does; peak resident KiB of this process.

    getrusage will not do: Linux counts the parent's own pages, from before the exec, as the child's.
    """
    spare_collector()
    with reading(file) as connection:
        assemble(connection, NOW, RULES)
    status = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
