"""A night that can be lived again and again from any of its stages, and what must hold before, during and after."""

import hashlib
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from fnmatch import fnmatch
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from night_kit import BOOKKEEPING, NOW, a_clan, tables
from pydantic import SecretStr

from pipeline.demo.discord.server import DemoDiscord
from pipeline.demo.wom.server import DemoServer
from pipeline.house import PROJECT
from pipeline.job import Job
from pipeline.outcome import HARVESTS, STAGES, StageOutcome, outcome_file
from pipeline.outputs.deploy import SINGLE_PAGE
from pipeline.settings import Settings
from pipeline.sources.landing import raw, read_manifest, whole_landings
from pipeline.stages import perform
from pipeline.verdict import stopper

WATCHER: Final = Path(__file__).resolve().parent / "watcher"
RUN_ID: Final = f"{NOW:%Y%m%dT%H%M%SZ}"
MISSED: Final = timedelta(days=3)
MESSAGES: Final = 300
PATIENCE_S: Final = 60.0
NOT_COMPARED: Final = (*BOOKKEEPING, "sqlite_stat1", "sqlite_stat4", "sqlite_sequence")
REMEMBERED: Final = ("insight", "forecast")
HISTORY: Final = ("runs.json", "runs.js")
"""Files that tell of runs, and so differ between two runs that did the same."""


@dataclass(frozen=True)
class Case:
    """A folder of its own for one misfortune: the output folder, and beside it the folder that is deployed to."""

    folder: Path
    server: DemoServer
    discord: DemoDiscord
    template: Settings

    @property
    def settings(self) -> Settings:
        return self.template.model_copy(update={"output_dir": self.output, "local_drive_path": self.drive})

    @property
    def output(self) -> Path:
        return self.folder / "out"

    @property
    def drive(self) -> Path:
        return self.folder / "drive"

    @property
    def database(self) -> Path:
        return self.output / "clan_data.db"

    def job(self, tag: str = "", **changed: Any) -> Job:
        """Orders for the night; *changed* settings are set otherwise."""
        return Job(self.settings.model_copy(update=changed), RUN_ID + tag, NOW)

    def tables(self) -> dict[str, str]:
        return tables(self.database, NOT_COMPARED)

    def remembered(self) -> list[Any]:
        """What is kept of advice, which tells of nights, and is the same for the same night."""
        with closing(sqlite3.connect(self.database)) as connection:
            return [connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2, 3, 4").fetchall() for name in REMEMBERED]

    def outputs(self) -> dict[str, str]:
        """A digest of every file that people open, the history of runs apart."""
        files = [
            *self.output.glob("clan_report_summary_merged*.xlsx"),
            self.output / SINGLE_PAGE,
            *(self.output / "site").rglob("*"),
            *self.drive.rglob("*"),
        ]
        return {
            path.relative_to(self.folder).as_posix(): _digest(path)
            for path in sorted(files)
            if path.is_file() and path.name not in HISTORY
        }

    def finish(
        self, first: str | None = STAGES[0], last: str = STAGES[-1], tag: str = "", **changed: Any
    ) -> dict[str, StageOutcome]:
        """Live the night from the stage *first* on to the *last*, in the order of the flow and as far as the flow would go."""
        outcomes: dict[str, StageOutcome] = {}
        asked = {name: StageOutcome(name, "done") for name in HARVESTS}
        for name in STAGES[STAGES.index(first) : STAGES.index(last) + 1] if first else ():
            outcomes[name] = perform(name, self.job(tag, **changed))
            if name in ("harvest_discord", "load") and stopper(asked | outcomes):
                break
        return outcomes


@dataclass(frozen=True)
class Night:
    """One night of a small clan, as it stands before each of its stages, and as it ends when nothing goes wrong."""

    folder: Path
    server: DemoServer
    discord: DemoDiscord
    settings: Settings

    def before(self, stage: str, folder: Path) -> Case:
        """A copy in *folder* of everything as it stands before *stage*."""
        shutil.copytree(self.folder / f"before-{stage}", folder)
        return Case(folder, *self.parts)

    def after(self, stage: str) -> Case:
        """Everything as it stands after *stage* when nothing went wrong."""
        following = STAGES[STAGES.index(stage) + 1 :]
        return Case(self.folder / f"before-{following[0]}", *self.parts) if following else self.twin

    @property
    def parts(self) -> tuple[DemoServer, DemoDiscord, Settings]:
        """What every case of the night shares."""
        return self.server, self.discord, self.settings

    @property
    def twin(self) -> Case:
        """The same night, undisturbed."""
        return Case(self.folder / "twin", *self.parts)


@contextmanager
def a_night(folder: Path) -> Iterator[Night]:
    """A clan with a backfill, a first night, and the next one three days later, which is the one to disturb."""
    with a_clan(folder / "twin" / "out", days=20, messages=MESSAGES) as clan:
        assert clan.discord is not None
        twin = Case(folder / "twin", clan.server, clan.discord, clan.settings)
        twin.drive.mkdir()
        twin = replace(twin, template=told_of(clan.settings, clan.discord))
        clan.backfill(NOW - MISSED, 16)
        clan.discord.now = NOW - MISSED
        for stage in STAGES:
            outcome = perform(stage, Job(twin.settings, "first", NOW - MISSED))
            assert outcome.state == "done", outcome
        clan.server.now = clan.discord.now = NOW
        for stage in STAGES:
            shutil.copytree(twin.folder, folder / f"before-{stage}")
            outcome = perform(stage, twin.job())
            assert outcome.state == "done", outcome
        yield Night(folder, clan.server, clan.discord, twin.template)


def told_of(settings: Settings, discord: DemoDiscord) -> Settings:
    """The same, with a webhook that is told of nights."""
    return settings.model_copy(update={"digest_webhook_url": SecretStr(discord.webhook_url("digest"))})


@dataclass(frozen=True)
class Point:
    """Where a stage could have died: what it was about to do, and when."""

    kind: str
    at_ns: int


def watched(stage: str, folder: Path, log: Path, at: int = 0, deed: str = "kill") -> dict[str, str]:
    """The environment in which *stage* notes its points in *log*, and at the point *at* is killed or halts."""
    return {
        "PYTHONPATH": str(WATCHER),
        "WATCH_STAGE": stage,
        "WATCH_FOLDER": str(folder),
        "WATCH_LOG": str(log),
        "WATCH_AT": str(at),
        "WATCH_DEED": deed,
    }


def start(case: Case, stage: str, extra: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """The child of *stage* as the flow starts it."""
    job = case.job()
    outcome_file(job.output, job.run_id, stage).unlink(missing_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline", stage, "--run-id", job.run_id, "--now", job.now.isoformat()],
        stdin=subprocess.PIPE,
        env=job.settings.environ() | dict(extra),
        cwd=PROJECT,
    )


def ended(child: "subprocess.Popen[bytes]") -> int:
    """The exit code of *child*, negative for a signal."""
    with child:
        return child.wait(PATIENCE_S)


def points(log: Path) -> list[Point]:
    """The points noted so far."""
    if not log.exists():
        return []
    lines = (line.split() for line in log.read_text().splitlines(keepends=False))
    return [Point(kind, int(number)) for kind, number in lines if kind != "halted"]


def spread(kinds: list[str], wanted: int) -> list[int]:
    """About *wanted* numbers of points: the first and last of all and of each kind, the others evenly between them."""
    last = len(kinds)
    chosen = {1, last}
    for kind in sorted(set(kinds), key=kinds.index):
        of_kind = [number for number, name in enumerate(kinds, 1) if name == kind]
        chosen |= {of_kind[0], of_kind[-1]}
    step = 0
    while len(chosen) < min(wanted, last):
        # Halves, quarters, eighths …: wherever this stops, no stretch is left without a point.
        step += 1
        chosen.add(1 + round((last - 1) * _between(step)))
    return sorted(chosen)


def _between(step: int) -> float:
    found, part = 0.0, 0.5
    while step:
        found += part * (step & 1)
        step, part = step >> 1, part / 2
    return found


def wait_for(log: Path, text: str, patience_s: float = PATIENCE_S) -> None:
    """Wait until *log* holds *text*."""
    until = time.monotonic() + patience_s
    while not (log.exists() and text in log.read_text()):
        assert time.monotonic() < until, f"{text!r} did not come to {log} within {patience_s:.0f} s"
        time.sleep(0.005)


def torn(case: Case) -> list[str]:
    """What a reader would find half written under a final name, at this very moment; nothing is changed by looking."""
    found = []
    for path in sorted(case.folder.rglob("*")):
        beside = any(part.endswith((".partial", ".unreadable")) for part in path.relative_to(case.folder).parts)
        if path.is_file() and not beside and not _is_whole(path):
            found.append(f"{path.relative_to(case.folder)} is not whole")
    for landing in whole_landings(case.output / "landing"):
        for part in read_manifest(landing).parts:
            raw(landing, part)
    for page in (case.output / "site", case.drive):
        found += [f"{page.name}: {name} is named by the page and missing" for name in _missing(page)]
    for database in (case.database, *(case.output / "backups").glob("clan_data-*.db")):
        found += [f"{database.name}: {said}" for said in _complaints(database, case.folder / "looked-at")]
    return found


def _is_whole(path: Path) -> bool:
    return path.suffix not in (".json", ".html", ".xlsx") or _holds_all(path.suffix, path.read_bytes())


@lru_cache(maxsize=50)
def _holds_all(suffix: str, content: bytes) -> bool:
    """Whether *content* is all that a file of this kind holds; most files are the same in all cases of a night."""
    if suffix == ".json":
        return _parses(content)
    if suffix == ".html":
        return content.rstrip().endswith(b"</html>")
    if not zipfile.is_zipfile(BytesIO(content)):
        return False
    with zipfile.ZipFile(BytesIO(content)) as book:
        return book.testzip() is None


def _parses(content: bytes) -> bool:
    try:
        json.loads(content)
    except ValueError:
        return False
    return True


_NAMED: Final = re.compile(r'"(assets/[^"#?]+|[a-z_]+\.js)"')


def _missing(site: Path) -> list[str]:
    page = site / "clan_dashboard.html"
    named = _NAMED.findall(page.read_text("utf-8")) if page.exists() else []
    return sorted({name for name in named if not (site / name).is_file()})


def _complaints(database: Path, beside: Path) -> list[str]:
    """What SQLite's own check says of a copy, so that the original keeps its write-ahead log for the stage to meet."""
    beside.mkdir(exist_ok=True)
    for end in ("", "-wal"):
        original = database.with_name(database.name + end)
        if original.exists():
            shutil.copyfile(original, beside / original.name)
    with closing(sqlite3.connect(beside / database.name)) as connection:
        said = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        said += [str(row) for row in connection.execute("PRAGMA foreign_key_check")]
    shutil.rmtree(beside)
    return [text for text in said if text != "ok"]


def leftovers(case: Case) -> list[str]:
    """What an interrupted stage wrote beside and the rerun should have taken away."""
    return sorted(
        path.relative_to(case.folder).as_posix() for path in case.folder.rglob("*") if ".partial" in path.name
    )


def differences(case: Case, twin: Case, aside: tuple[str, ...] = ()) -> list[str]:
    """Tables and outputs that are not what an undisturbed night makes of them; outputs like those of *aside* are left out."""
    found = []
    for what, ours, theirs in (
        ("table", case.tables(), twin.tables()),
        ("output", case.outputs(), twin.outputs()),
    ):
        for name in sorted(ours.keys() | theirs.keys()):
            if ours.get(name) != theirs.get(name) and not any(fnmatch(name, each) for each in aside):
                state = "differs" if name in ours and name in theirs else "is missing" if name in theirs else "is extra"
                found.append(f"the {what} {name} {state}")
    return found


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def is_alive(pid: int) -> bool:
    """Whether the process *pid* goes on; one that ended and was not collected yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")


def descendants(pid: int) -> list[int]:
    """Every process that *pid* started, and that those started."""
    found = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            named = children.read_text().split()
        except OSError:
            continue
        for child in map(int, named):
            found += [child, *descendants(child)]
    return found


ORDER: Final = ("site/assets/*", "site/clan_data.json", "site/clan_data.js", SINGLE_PAGE, "site/clan_dashboard.html")
"""In which the files of the dashboard are replaced: the page that leads to the others last."""


def assert_plain(sentence: str | None, says: tuple[str, ...]) -> None:
    """What a person is told: one line that names what to look at, without our innards and without secrets."""
    assert sentence
    assert [words for words in says if words not in sentence] == [], sentence
    for never in ("\n", "Traceback", "unforeseen", "object at 0x", "0815"):
        assert never not in sentence
