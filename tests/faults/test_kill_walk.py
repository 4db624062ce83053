"""Each stage's real child is killed at some points, at some twenty with `-m soak`; the rerun leaves what an undisturbed one does."""

import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
import registry
from fault_kit import (
    Case,
    Night,
    Point,
    differences,
    ended,
    leftovers,
    points,
    spread,
    start,
    torn,
    wait_for,
    watched,
)
from night_kit import SEEDS

from pipeline.children import run_child
from pipeline.outcome import DIGEST, LANDINGS, STAGES, StageOutcome
from pipeline.sources.landing import whole_landings

POINTS = 13
"""Exact ones a stage, and the first and last of each kind."""
FEW = 1
"""Exact ones a stage where it has to be quick."""
AT_ONCE = 2


def undisturbed(night: Night, stage: str, folder: Path) -> list[Point]:
    """The points of *stage* when it is only watched; the watcher itself must change nothing."""
    case, log = night.before(stage, folder), folder.with_suffix(".log")
    assert ended(start(case, stage, watched(stage, case.folder, log))) == 0
    assert settled(night, stage, case) == []
    return points(log)


def settled(night: Night, stage: str, case: Case) -> list[str]:
    """What is not as an undisturbed *stage* leaves it; where nothing is, all that comes of it is the same, too."""
    clean = night.after(stage)
    wrong = differences(case, clean) + [f"{name} is left over" for name in leftovers(case)]
    if stage in LANDINGS and landed(case, stage) != landed(clean, stage):
        wrong.append("the landing differs")
    if case.remembered() != clean.remembered():
        wrong.append("what is remembered differs")
    return wrong


def landed(case: Case, stage: str) -> dict[str, bytes]:
    """Every file of every whole landing that the harvest *stage* left."""
    return {
        f"{landing.name}/{path.name}": path.read_bytes()
        for landing in whole_landings(case.output / "landing")
        if f"-{stage.removeprefix('harvest_')}-" in landing.name
        for path in landing.iterdir()
    }


def rerun(night: Night, stage: str, case: Case) -> list[str]:
    """What is wrong right after the kill, and after the flow has tried again."""
    wrong = torn(case)
    again = run_child(case.job(), stage)
    if again.state != "done" and not may_have_been_told(again):
        return [*wrong, f"the rerun is {again.state}: {again.error}"]
    return wrong + settled(night, stage, case)


def may_have_been_told(again: StageOutcome) -> bool:
    """Whether the stage was killed while its message was on its way, and so does not send it again."""
    return (again.name, again.state, again.requests) == (DIGEST, "partial", 0)


def killed_at(night: Night, stage: str, folder: Path, at: int, kind: str) -> list[str]:
    """Kill *stage* at its point number *at*."""
    case, log = night.before(stage, folder), folder.with_suffix(".log")
    code = ended(start(case, stage, watched(stage, case.folder, log, at)))
    wrong = [] if code == -signal.SIGKILL else [f"the child ended with {code}, not killed"]
    return [f"{stage}, point {at} ({kind}): {text}" for text in wrong + rerun(night, stage, case)]


def killed_after(night: Night, stage: str, folder: Path, delay_s: float) -> list[str]:
    """Kill *stage* from outside, so long after its first point."""
    case, log = night.before(stage, folder), folder.with_suffix(".log")
    child = start(case, stage, watched(stage, case.folder, log))
    wait_for(log, "\n")
    time.sleep(delay_s)
    child.kill()
    ended(child)
    return [f"{stage}, after {delay_s * 1000:.0f} ms: {text}" for text in rerun(night, stage, case)]


TURNS = [
    *(
        pytest.param(stage, False, marks=(pytest.mark.soak, pytest.mark.table) if (at + SEEDS[0]) % 5 else ())
        for at, stage in enumerate(STAGES)
    ),
    *(pytest.param(stage, True, marks=pytest.mark.soak) for stage in STAGES),
]
"""Some points of a stage or two by default, as the first seed has it, and of the others when the table is written."""


@pytest.mark.trouble(registry.KILLED)
@pytest.mark.parametrize(("stage", "all_of_them"), TURNS, ids=lambda each: {False: "some", True: "all"}.get(each, each))
def test_a_stage_killed_anywhere_and_run_again_leaves_what_an_undisturbed_one_leaves(
    night: Night, stage: str, all_of_them: bool, tmp_path: Path
) -> None:
    seen = undisturbed(night, stage, tmp_path / "undisturbed")
    kinds = [point.kind for point in seen]
    lasts_s = (seen[-1].at_ns - seen[0].at_ns) / 1e9
    numbers = spread(kinds, POINTS)
    seeds = SEEDS
    if not all_of_them:
        chance = random.Random(f"{SEEDS} {stage}")
        numbers, seeds = sorted(chance.sample(numbers, FEW)), SEEDS[:1]
    delays = [random.Random(f"{seed} {stage}").uniform(0, lasts_s) for seed in seeds]
    kills = [
        *(partial(killed_at, night, stage, tmp_path / f"at-{n}", n, kinds[n - 1]) for n in numbers),
        *(partial(killed_after, night, stage, tmp_path / f"after-{n}", delay) for n, delay in enumerate(delays)),
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = [text for texts in pool.map(lambda kill: kill(), kills) for text in texts]
    print(f"{stage}: {len(kinds)} points {dict.fromkeys(kinds)}, {len(numbers)} + {len(delays)} kills, {lasts_s:.2f} s")
    assert found == []
