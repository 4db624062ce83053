"""Whole nights of 500 members against the demo server: real stage children, their seconds and their memory."""

import os
import resource
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from subprocess import DEVNULL, run

from bench_history import NOW
from bench_kit import Line, at_most, seconds, take_turns, tell

from pipeline.children import run_child
from pipeline.demo.wom.server import DEMO_LIMIT, DemoServer
from pipeline.demo.world import found_clan
from pipeline.marts.assemble import assemble
from pipeline.marts.rules import Rules
from pipeline.outcome import StageOutcome
from pipeline.runs import begin, end, prepare, record
from pipeline.settings import Settings
from pipeline.storage.engine import reading

RULES = Rules(time_zone="Europe/Amsterdam")
MEMBERS = 500
DAYS = 60
NIGHTS = 3
DAY = timedelta(days=1)
MOMENT_S = 0.01


@dataclass
class Peaks:
    """The most memory that each stage's child ever held, read from /proc while it lives.

    getrusage will not do: Linux counts the parent's own pages, from before the exec, as the child's.
    """

    bytes: dict[str, int] = field(default_factory=dict)
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look at this process's children until the end of the block."""
        watcher = threading.Thread(target=self._watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            self._over.set()
            watcher.join()

    def _watch(self) -> None:
        while not self._over.wait(MOMENT_S):
            for children in Path("/proc/self/task").glob("*/children"):
                try:
                    for pid in children.read_text().split():
                        self._look(Path("/proc") / pid)
                except OSError:
                    continue

    def _look(self, child: Path) -> None:
        words = (child / "cmdline").read_bytes().decode().split("\0")
        peak = next((line for line in (child / "status").read_text().splitlines() if line.startswith("VmHWM")), None)
        if peak is not None and "--now" in words:
            stage = words[words.index("--run-id") - 1] if "--run-id" in words else "backfill"
            self.bytes[stage] = max(self.bytes.get(stage, 0), int(peak.split()[1]) * 1024)


@dataclass(frozen=True, slots=True)
class Night:
    """One night's outcomes by stage, how long all of it took, and how much of a processor its children used."""

    outcomes: dict[str, StageOutcome]
    seconds: float
    cpu_seconds: float

    @property
    def detail(self) -> str:
        """The stages, in words."""
        stages = ", ".join(f"{name} {outcome.seconds:.1f}" for name, outcome in self.outcomes.items())
        return f"{stages}; {self.cpu_seconds:.1f} s of processor"


def night(folder: Path, turns: int) -> list[Line]:
    """Backfill, some nights of play, and one on which nothing happened."""
    if not Path("/proc/self/task").is_dir():
        tell("No /proc here, so peak memory is not measured.")
    (folder / "drive").mkdir()
    _keep_bytecode(folder)
    began = time.perf_counter()
    world = found_clan(7, MEMBERS, DAYS, NOW)
    tell(f"The clan was founded in {time.perf_counter() - began:.1f} s.")
    with DemoServer(world, now=NOW - NIGHTS * DAY, limit=DEMO_LIMIT) as server:
        settings = Settings.alone(
            wom_group_id=1, wom_base_url=server.base_url, output_dir=folder / "night", local_drive_path=folder / "drive",
            wom_user_agent="ClanStats benchmarks (https://localhost)", wom_request_budget=1_000,
        )  # fmt: skip
        peaks = Peaks()
        with peaks.watched():
            filled = _backfill(settings, server.now)
            asked_before = len(server.requests)
            lived = []
            for days in range(NIGHTS - 1, -1, -1):
                server.now = NOW - days * DAY
                lived.append(_night(settings, server.now))
            quiet = _night(settings, NOW + DAY)  # a day later for us, while the server's clan has stood still
    return [
        Line(f"backfill of {DAYS - NIGHTS} days", f"{filled:.1f} s, {asked_before} requests"),
        *_nights(lived, quiet),
        *_memory(peaks),
        *_marts(settings.database, turns),
    ]


def _keep_bytecode(folder: Path) -> None:
    """Let children find compiled modules as on a clan's machine, whatever this shell says, and leave none in the tree."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")


def _backfill(settings: Settings, now: datetime) -> float:
    """`clanstats backfill` as its own process."""
    prepare(settings, now)
    command = [sys.executable, "-c", "from pipeline.cli import main; main()"]
    orders = ["backfill", "--days", str(DAYS - NIGHTS), "--now", now.isoformat()]
    return seconds(lambda: run(command + orders, env=settings.environ(), check=True, stdout=DEVNULL, stderr=DEVNULL))


def _night(settings: Settings, now: datetime) -> Night:
    """The stages in the order of the flow, each a child, recorded as the flow does; without Prefect."""
    outcomes: dict[str, StageOutcome] = {}

    def stage(name: str) -> StageOutcome:
        outcome = run_child(job, name)
        record(job, outcome)
        return outcome

    began, cpu_before = time.perf_counter(), _cpu_of_children()
    job = begin(settings, now)
    with ThreadPoolExecutor(2) as both:
        for together in (["harvest_wom"], ["load"], ["judge"], ["report", "publish"], ["deploy"]):
            outcomes |= zip(together, both.map(stage, together), strict=True)
    verdict = end(job, outcomes)
    spent = time.perf_counter() - began
    assert verdict.exit_code == 0, (verdict, outcomes)
    return Night(outcomes, spent, _cpu_of_children() - cpu_before)


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _nights(lived: list[Night], quiet: Night) -> Iterator[Line]:
    best = min(lived, key=lambda night: night.seconds)
    requests = [night.outcomes["harvest_wom"].requests for night in lived]
    yield at_most("a night without Prefect's start-up", best.seconds, 10, " s", f"best of {len(lived)}; {best.detail}")
    yield at_most("a quiet night", quiet.seconds, 10, " s", quiet.detail)
    yield Line("requests of a lived night", f"{requests[-1]}  (before it {', '.join(map(str, requests[:-1]))})")
    yield at_most("requests of a quiet night", quiet.outcomes["harvest_wom"].requests, 10)


def _memory(peaks: Peaks) -> Iterator[Line]:
    for stage, peak in peaks.bytes.items():
        yield at_most(f"peak memory of {stage}", peak / 1e6, 300, " MB")


def _marts(database: Path, turns: int) -> Iterator[Line]:
    with reading(database) as connection:
        times = take_turns(turns, marts=lambda: seconds(lambda: assemble(connection, NOW, RULES)))
    spent = times["marts"]
    figure = f"{spent.best * 1000:.0f} ms  (median {spent.median * 1000:.0f} ms)"
    yield Line(f"assemble, {MEMBERS} members × {DAYS} days of the demo", figure)
