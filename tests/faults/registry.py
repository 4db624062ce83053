"""Every fault that the suite plays, whether a row of the table or a test of its own: what the README's table is made of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, get_args

import faults_data
import faults_network
import pytest
import test_fault_table as stages
from playing import Fault, Group

from pipeline.outcome import STAGES

NIGHT: Final = "a whole night"


@dataclass(frozen=True)
class Trouble:
    """A fault that a test of its own plays; one test for each of its stages, or one for all of them."""

    group: Group
    name: str
    stages: tuple[str, ...]
    says: str
    exit_code: str


@dataclass(frozen=True)
class Told:
    """One fault in one stage, and what comes of it."""

    group: Group
    name: str
    stage: str
    says: str
    exit_code: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from all others."""
        return self.group, self.name, self.stage


NOTHING: Final = "nothing"

KILLED: Final = Trouble(
    "process", "SIGKILL at any point", STAGES, "was ended from outside; the stage is tried again", "0"
)
LEADER_KILLED: Final = Trouble(
    "process",
    "the run is killed, stage and all",
    ("load",),
    "the next run goes on with what is done",
    "0",
)
CTRL_C: Final = Trouble(
    "process",
    "Ctrl-C",
    ("load",),
    "the night was broken off; the next run goes on with it",
    "130",
)
HANGS: Final = Trouble("process", "a stage that hangs", ("harvest_wom",), "took longer than … (STAGE_TIMEOUT_S)", "3")
TWO_AT_ONCE: Final = Trouble("process", "two at once", ("run", "load", "report"), "Another run is at work", "4")
NO_MEMORY: Final = Trouble(
    "process", "too little memory (RLIMIT_AS)", ("load", "judge", "report", "publish"), "not enough memory", "1 or 3"
)
DISK_FULL: Final = Trouble(
    "disk", "the disk is full", ("harvest_wom", "load", "report", "publish", "deploy"), "space", "1 or 3"
)
READ_ONLY: Final = Trouble(
    "disk", "the disk is read-only", ("load", "report", "publish", "deploy"), "cannot be written", "1 or 3"
)
VANISHED: Final = Trouble(
    "disk", "the output folder vanishes", ("load", "judge", "report", "publish", "deploy"), "is not there", "1 or 3"
)
NOTHING_WRITTEN: Final = Trouble(
    "disk", "neither report nor publish can write", ("report", "publish"), "Nothing new was published", "1"
)
BESIDE: Final = Trouble("data", "a broken landing among whole ones", ("load",), "is set aside", "3")
HALF: Final = Trouble(
    "data", "a landing without its manifest", ("load",), "is no landing, and its days are asked for again", "0"
)
TOO_LARGE_IDS: Final = Trouble(
    "data", "numbers of Discord out of this world", ("load",), "is no id; the landing is set aside", "3"
)
CLOCK_BACK: Final = Trouble("data", "the clock is set back", (NIGHT,), "is from a later night; check the clock", "3")
FIVE_THOUSAND: Final = Trouble("data", "5,000 members", (NIGHT,), NOTHING, "0")
DST: Final = Trouble("data", "nights when clocks change", (NIGHT,), NOTHING, "0")
LOCKED_BRIEFLY: Final = Trouble("database", "locked for a moment", ("load",), "nothing: it waits", "0")
LOCKED: Final = Trouble("database", "locked for long", ("load",), "is locked by another program", "1")
NEWER: Final = Trouble(
    "database", "a schema newer than the code", (NIGHT,), "written by a newer ClanStats … Update ClanStats", "1"
)
DAMAGED: Final = Trouble(
    "database",
    "a damaged page, and backups of which the newest is damaged too",
    (NIGHT,),
    "clanstats restore <newest good backup>",
    "1",
)
NO_BACKUP: Final = Trouble("database", "a damaged page, and no good backup", (NIGHT,), "there is no good backup", "1")
NAMES: Final = Trouble(
    "hostile", "names of HTML, formulas, paths, control characters, 300 letters", (NIGHT,), NOTHING, "0"
)
FORGED_LOG: Final = Trouble("hostile", "a name that forges a line of the log", (NIGHT,), NOTHING, "0")
WORKBOOK_BOMB: Final = Trouble(
    "hostile", "a workbook that unpacks to 600 MB", ("harvest_workbook",), "unpacks to more", "3"
)
LANDING_BOMB: Final = Trouble(
    "hostile", "a landing that unpacks to far more than it says", ("load",), "is not what was written", "3"
)
FUZZED: Final = Trouble(
    "hostile", "answers changed at random (hypothesis)", ("load",), "is not of the agreed form", "3"
)

TROUBLES: Final = tuple(each for each in vars().values() if isinstance(each, Trouble))


def rows() -> Iterator[tuple[Group, Fault]]:
    """All rows of the tables, with the group of each."""
    tables: tuple[tuple[Group, Iterable[Fault]], ...] = (
        ("network", [*stages.PASSING, *stages.PASSING_TALK, *stages.LASTING, *stages.TALKING, *stages.TELLING]),
        (
            "network",
            [*faults_network.PASSING, *faults_network.PLANNED, *faults_network.WIRES],
        ),
        ("data", [*stages.LOADING, *stages.READING_BACK, *faults_data.UNNOTICED, *faults_data.ODD]),
        ("database", stages.JUDGING),
        ("disk", stages.WRITING),
    )
    for group, faults in tables:
        for fault in faults:
            yield _group(fault, group), fault


def _group(fault: Fault, group: Group) -> Group:
    if fault.group is not None:
        return fault.group
    if "database" in fault.name:
        return "database"
    return "disk" if "taken by a file" in fault.name or "no place" in fault.name else group


def everything() -> list[Told]:
    """Every fault in every stage, group by group."""
    told = [_of_row(group, fault) for group, fault in rows()]
    told += [_of_trouble(trouble, stage) for trouble in TROUBLES for stage in trouble.stages]
    groups = get_args(Group)
    return sorted(told, key=lambda each: groups.index(each.group))


def shown_by(item: pytest.Item) -> list[Told]:
    """What the test *item* plays."""
    given: dict[str, Any] = item.callspec.params if hasattr(item, "callspec") else {}
    if isinstance(fault := given.get("fault"), Fault):
        return [_of_row(group, fault) for group, each in rows() if each is fault]
    marks = [mark.args[0] for mark in item.iter_markers("trouble")]
    stage = given.get("stage")
    return [
        _of_trouble(trouble, name) for trouble in marks for name in trouble.stages if stage is None or name == stage
    ]


def _of_row(group: Group, fault: Fault) -> Told:
    return Told(group, fault.name, fault.stage, " … ".join(fault.says) or NOTHING, str(fault.exit_code))


def _of_trouble(trouble: Trouble, stage: str) -> Told:
    return Told(trouble.group, trouble.name, stage, trouble.says, trouble.exit_code)
