"""A row of the table of faults, and how it is played: in a night that it must not harm, and in one that must heal."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from _pytest.mark.structures import ParameterSet
from fault_kit import Case, Night, assert_plain, differences, leftovers, torn
from misfortunes import Spoiler
from night_kit import SEEDS

from pipeline import harvests
from pipeline.outcome import HARVESTS, STAGES, StageOutcome, StageState
from pipeline.stages import perform
from pipeline.verdict import stopper, sum_up

Group = Literal["network", "process", "disk", "data", "database", "hostile"]

BEFORE: Final = ("*/manifest.json", "*/assets/*")
"""What remembers earlier versions of the page as well; whether it has what the present one names is asked apart."""
LATER: Final = ("judge", "report", "publish", "deploy", "digest")
"""Stages that come after the tables are filled: what they spoil shows in outputs alone."""
EVERY_OUTPUT: Final = ("out/*", "drive/*")
"""Equal tables make equal outputs, as nights of their own prove; so a healed database is enough."""


TURNS: Final = 3
"""In so many runs, each with a first seed that is one higher, every case is played."""


async def at_once(_seconds: float) -> None:
    """A wait that takes no time."""


HURRIED: Final[Mapping[str, Mapping[str, Any]]] = {
    "harvest_wom": {"sleep": lambda _: None, "timeout": (2.0, 0.5), "deadline_s": 1.0, "max_body": 8 * 1024**2},
    "harvest_discord": {"sleep": at_once, "patience_s": 0.5},
}
"""How the sources wait where nobody has the time to."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong in *stage*, and what must come of it.

    `spoil` brings the misfortune about; what it returns is held while the stage works, may give settings that are otherwise in
    the meantime, and is let go when the trouble is over.
    """

    stage: str
    name: str
    spoil: Spoiler
    says: tuple[str, ...] = ()
    state: StageState = "failed"
    error_class: str | None = None
    exit_code: int = 1
    settings: dict[str, Any] = field(default_factory=dict)
    renewed: tuple[str, ...] = ()
    """Outputs that the stage replaces before it comes to the one it cannot; each is whole."""
    extra: tuple[str, ...] = ()
    """Outputs that the fault leaves beside those of an undisturbed night, for good."""
    remains: tuple[str, ...] = ()
    """Tables that keep what the fault showed, for good."""
    hurried: bool = False
    """Whether the sources wait as little as they can."""
    plan: str = ""
    """The demo's plan that is played."""
    group: Group | None = None
    """Where the table of the README lists it, if not where its neighbours are."""

    def __str__(self) -> str:
        return f"{self.stage}, {self.name}"


def passes(night: Night, fault: Fault, folder: Path) -> None:
    """Play *fault*, which nobody may notice afterwards."""
    case = night.before("harvest_wom", folder)
    night.server.requests.clear()
    night.discord.requests.clear()
    with spoiled(case, fault) as changed:
        outcomes = {name: do(name, case, fault, changed) for name in STAGES[: STAGES.index("load") + 1]}
    assert {outcome.state for outcome in outcomes.values()} == {"done"}, outcomes
    assert outcomes["harvest_wom"].requests == len(night.server.requests), "every attempt counts"
    assert outcomes["harvest_discord"].requests == len(night.discord.requests), "every attempt counts"
    assert differences(case, night.after("load")) == []


def lasts(night: Night, fault: Fault, folder: Path) -> None:
    """Play *fault*: it is told, spoils nothing, and the next night heals."""
    case, later = night.before(fault.stage, folder), fault.stage in LATER
    last = STAGES[-1] if later else "judge"
    outputs, rows = case.outputs(), case.tables()
    with spoiled(case, fault) as changed:
        outcome = do(fault.stage, case, fault, changed)
        seen = case.outputs()
        rest = case.finish(after(fault.stage), last, **changed) if goes_on(outcome) else {}
    verdict = sum_up({**{name: StageOutcome(name, "done") for name in STAGES}, **rest, fault.stage: outcome})

    assert (outcome.state, outcome.error_class) == (fault.state, fault.error_class), outcome
    assert verdict.exit_code == fault.exit_code, verdict
    if fault.state == "done":
        assert outcome.error is None
    else:
        assert_plain(outcome.error, fault.says)
    if outcome.state == "failed":
        touched = [name for name in outputs if name in seen and seen[name] != outputs[name]]
        assert [name for name in touched if not any(fnmatch(name, each) for each in fault.renewed)] == []
    if not goes_on(outcome):
        assert case.tables() == rows
        assert torn(case) == []

    healed = case.finish(fault.stage if later else STAGES[0], last, tag="-2")
    assert {o.name: (o.state, o.error) for o in healed.values() if o.state != "done"} == {}
    for_good = {f"the output {name} is extra" for name in fault.extra} | {
        f"the table {name} differs" for name in fault.remains
    }
    assert set(differences(case, night.twin, BEFORE if later else EVERY_OUTPUT)) <= for_good
    assert torn(case) == []
    assert leftovers(case) == []


def do(name: str, case: Case, fault: Fault, changed: Mapping[str, Any]) -> StageOutcome:
    """The stage *name* as *fault* wants it, with *changed* settings."""
    verb = None
    if fault.hurried and name in HURRIED:
        verb = partial(getattr(harvests, name), waits=HURRIED[name])
    return perform(name, case.job(**changed), verb)


def by_turns(cases: Iterable[Any]) -> list[ParameterSet]:
    """One of three *cases*, as the first seed has it; the others are played when the table is written."""
    apart = (pytest.mark.soak, pytest.mark.table)
    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=apart if (at + SEEDS[0]) % TURNS else ())
        for at, case in enumerate(cases)
    ]


@contextmanager
def spoiled(case: Case, fault: Fault) -> Iterator[dict[str, Any]]:
    """The misfortune lasts as long as the block; gives the settings that hold in it."""
    try:
        with fault.spoil(case) or nullcontext() as changed:
            yield fault.settings | (changed if isinstance(changed, dict) else {})
    finally:
        case.server.mend()
        case.discord.mend()


def after(stage: str) -> str | None:
    """The stage that follows, None after the last."""
    following = STAGES[STAGES.index(stage) + 1 :]
    return following[0] if following else None


def goes_on(outcome: StageOutcome) -> bool:
    """Whether the flow starts the stages after this one."""
    return stopper({**{name: StageOutcome(name, "done") for name in HARVESTS}, outcome.name: outcome}) is None
