"""Misfortunes of the soak: each is lived night by night by the plagued household, told in a sentence, and over when it ends."""

import random
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import misfortunes as spoil
from command_kit import CLANSTATS
from fault_kit import assert_plain, ended, start, torn, watched
from misfortunes import Spoiler
from pydantic import SecretStr
from twins import Household, Lost, ms, verdict_of

from pipeline.children import run_child
from pipeline.house import PROJECT
from pipeline.outcome import LANDINGS, STAGES, StageOutcome
from pipeline.outputs.deploy import WORKBOOK
from pipeline.runs import alone
from pipeline.storage.backup import backups, restore

FOR_GOOD: Final = 301
"""A server that asks us to stay away for more than five minutes is not waited for."""
POINTS: Final = {
    "harvest_wom": 60, "harvest_discord": 60, "harvest_workbook": 10, "load": 250, "judge": 200, "report": 200,
    "publish": 150, "deploy": 40,
}  # fmt: skip
"""About so many points at which a stage could die."""

Nights = Iterator[None]
"""A night is over at each step."""


@dataclass
class Plagued:
    """The household that is plagued, and the book kept of it."""

    home: Household
    chance: random.Random
    longest: int
    lost: Lost = field(default_factory=Lost)
    injected: "Counter[str]" = field(default_factory=Counter)
    sentences: list[str] = field(default_factory=list)

    def night(
        self, code: int = 0, says: tuple[str, ...] = (), *, spoiled: Spoiler | None = None, last: str = STAGES[-1],
        tag: str = "", **changed: Any,
    ) -> dict[str, StageOutcome]:  # fmt: skip
        """Tonight, with a misfortune that lasts as long; it must end with *code* and, if that is not 0, a sentence that *says* so."""
        before = self.home.outputs()
        with self.struck(spoiled):
            outcomes = self.home.live(last=last, tag=tag, **changed)
        self.told(outcomes, code, says)
        if code in (1, 2):
            assert self.home.outputs() == before, "nothing new was published, and yet something is new"
        return outcomes

    def told(self, outcomes: dict[str, StageOutcome], code: int, says: tuple[str, ...] = ()) -> None:
        """Check how a night ended."""
        verdict = verdict_of(outcomes)
        assert verdict.exit_code == code, (self.home.now, verdict)
        assert torn(self.home) == []
        if code:
            assert_plain(verdict.sentence, says)
            self.sentences.append(verdict.sentence)

    def again(self, tag: str = "-2", first: str = STAGES[0]) -> None:
        """The same night once more, and all is well."""
        outcomes = self.home.live(first, tag=tag)
        assert {o.name: (o.state, o.error) for o in outcomes.values() if o.state != "done"} == {}, self.home.now

    def stretch(self, most: int) -> int:
        """For how many nights something lasts, *most* of them or as many as this soak is long enough for."""
        return self.chance.randint(1, min(most, self.longest))

    def misses(self, *sources: str) -> None:
        """Tonight's answers of *sources* are lost."""
        for source in sources:
            self.lost.of[source].add(ms(self.home.now))

    @contextmanager
    def struck(self, spoiled: Spoiler | None) -> Iterator[None]:
        """The misfortune lasts as long as the block."""
        try:
            held: AbstractContextManager[object] = (spoiled(self.home) if spoiled else None) or nullcontext()
            with held:
                yield
        finally:
            self.home.server.mend()
            self.home.discord.mend()


# Of the wire --------------------------------------------------------------------------------------------------------


def a_fault_of_wise_old_man_once(plagued: Plagued) -> Nights:
    """It passes by itself."""
    kinds = ("429", "500", "503", "html502", "html200", "empty200", "reset", "truncated")
    paths = ("*/bulk-hiscores*", "*/activity*", "*/name-changes*", "*/bulk-gained*", "*/competitions*")
    plagued.night(spoiled=spoil.wire(plagued.chance.choice(paths), plagued.chance.choice(kinds)))
    yield


def a_fault_of_discord_once(plagued: Plagued) -> Nights:
    """It passes by itself."""
    kinds = ("429", "503", "reset", "truncated", "html200", "empty200")
    paths = ("*/members?*", "*/channels", "*/threads/active")
    plagued.night(spoiled=spoil.talk_wire(plagued.chance.choice(paths), plagued.chance.choice(kinds)))
    yield


def wise_old_man_down_for_an_hour(plagued: Plagued) -> Nights:
    """The night is run again once it is back."""
    plagued.night(3, ("429",), spoiled=spoil.wire("*", "429", None, retry_after=FOR_GOOD), last="load")
    plagued.again()
    yield


def both_down_for_an_hour(plagued: Plagued) -> Nights:
    """Nothing new is published."""

    def both(case: Any) -> None:
        spoil.wire("*", "429", None, retry_after=FOR_GOOD)(case)
        spoil.talk_wire("*", "blocked", None)(case)

    plagued.night(1, ("429", "The last good outputs stand."), spoiled=both)
    plagued.again()
    yield


def wise_old_man_away(plagued: Plagued) -> Nights:
    """For one to five nights; Discord goes on."""
    for _ in range(plagued.stretch(5)):
        plagued.misses("wom")
        plagued.night(3, ("429",), spoiled=spoil.wire("*", "429", None, retry_after=FOR_GOOD), last="load")
        yield


def discord_away(plagued: Plagued) -> Nights:
    """For one to five nights; the game goes on."""
    for _ in range(plagued.stretch(5)):
        plagued.misses("discord")
        plagued.night(3, ("429",), spoiled=spoil.talk_wire("*", "blocked", None), last="load")
        yield


def the_token_withdrawn(plagued: Plagued) -> Nights:
    """For one to four nights."""
    for _ in range(plagued.stretch(4)):
        plagued.misses("discord")
        plagued.night(3, ("DISCORD_TOKEN",), last="load", discord_token=SecretStr("a-wrong-token-0815"))
        yield


def the_request_budget_too_small(plagued: Plagued) -> Nights:
    """What did not fit is asked for in the second run."""
    plagued.night(3, ("WOM_REQUEST_BUDGET",), last="load", wom_request_budget=plagued.chance.choice((4, 5, 6)))
    plagued.again()
    yield


# Of the machine -----------------------------------------------------------------------------------------------------


def the_pc_off(plagued: Plagued) -> Nights:
    """For one to nine nights."""
    for _ in range(plagued.stretch(9)):
        plagued.misses("wom", "discord")
        yield


def a_stage_killed(plagued: Plagued) -> Nights:
    """Wherever it was; the flow tries it again."""
    stage = plagued.chance.choice(STAGES)
    place = STAGES.index(stage)
    if place:
        plagued.home.live(last=STAGES[place - 1])
    at = plagued.chance.randint(1, POINTS[stage])
    with tempfile.TemporaryDirectory() as beside:
        code = ended(start(plagued.home, stage, watched(stage, plagued.home.folder, Path(beside) / "points", at)))
    assert code in (-signal.SIGKILL, 0), code
    plagued.injected[f"… in {stage}" if code else f"… after {stage}"] += 1
    assert torn(plagued.home) == []
    plagued.told(plagued.home.live(first=stage), 0)
    yield


def a_stage_that_hangs(plagued: Plagued) -> Nights:
    """It is ended at its time limit, and tried again."""
    with plagued.struck(spoil.wire("*/bulk-hiscores*", "stall")):
        outcome = run_child(plagued.home.job(stage_timeout_s=3), "harvest_wom")
    assert (outcome.state, outcome.may_work_again) == ("killed", True)
    assert_plain(outcome.error, ("took longer than 3 s",))
    plagued.sentences.append(outcome.error or "")
    plagued.night()
    yield


def the_clock_set_back(plagued: Plagued) -> Nights:
    """By an hour, after the night; somebody runs it again."""
    plagued.night()
    early = replace(plagued.home, now=plagued.home.now - timedelta(hours=1))
    assert {outcome.state for outcome in early.live(tag="-early").values()} == {"done"}
    plagued.again()
    yield


def a_night_run_twice(plagued: Plagued) -> Nights:
    """Nobody knows why."""
    plagued.night()
    plagued.again()
    yield


def two_runs_at_once(plagued: Plagued) -> Nights:
    """The second one leaves with 4."""
    with alone(plagued.home.output):
        second = subprocess.run(
            [*CLANSTATS, "load"], env=plagued.home.settings.environ(), cwd=PROJECT, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        plagued.night()
    said = second.stderr.strip().splitlines()[-1]
    assert second.returncode == 4
    assert_plain(said, ("Another run is at work",))
    plagued.sentences.append(said)
    yield


# Of files -----------------------------------------------------------------------------------------------------------


def a_landing_damaged(plagued: Plagued) -> Nights:
    """Between harvest and load."""
    damage = plagued.chance.choice(
        (
            spoil.changed_byte,
            spoil.flipped_bit,
            spoil.truncated,
            spoil.part_missing,
            spoil.manifest_garbage,
            spoil.manifest_cut,
        )
    )
    harvested = plagued.home.live(last=LANDINGS[-1])
    damage(plagued.home)
    plagued.told(harvested | plagued.home.live("load", "load"), 3, ("The landing", "set aside"))
    plagued.again()
    yield


def the_database_locked_for_a_moment(plagued: Plagued) -> Nights:
    """Another program writes while we want to load."""
    plagued.home.live(last=LANDINGS[-1])
    with spoil.locked(plagued.home.database, 0.8):
        plagued.told(plagued.home.live("load"), 0)
    yield


def the_backups_gone(plagued: Plagued) -> Nights:
    """A file lies where their folder was: nothing is loaded without one."""
    plagued.night(1, ("backups",), spoiled=lambda case: spoil.taken_by_a_file(case.output / "backups"))
    plagued.again()
    yield


def a_page_of_the_database_damaged(plagued: Plagued) -> Nights:
    """The newest backup is put in its place."""
    database = plagued.home.database
    content = bytearray(database.read_bytes())
    half = len(content) // 2 // 4096 * 4096
    content[half : half + 8 * 4096] = b"\xa5" * 8 * 4096
    database.write_bytes(content)
    outcomes = plagued.home.live()
    assert verdict_of(outcomes).exit_code == 1
    assert_plain(verdict_of(outcomes).sentence, ("is damaged", "clanstats restore"))
    plagued.sentences.append(verdict_of(outcomes).sentence)
    newest = backups(plagued.home.output / "backups")
    restore(newest[max(newest)], database)
    plagued.again()
    yield


def the_workbook_open(plagued: Plagued) -> Nights:
    """Tonight's goes beside it; the officer then closes it and throws the dated copy away."""
    opened = plagued.chance.choice((spoil.open_in_excel, spoil.open_in_libreoffice))
    plagued.night(3, ("is open",), spoiled=spoil.in_output(opened, WORKBOOK))
    for folder in (plagued.home.output, plagued.home.drive):
        for copy in folder.glob(f"{Path(WORKBOOK).stem}_*.xlsx"):
            copy.unlink()
    plagued.again(first="report")
    yield


def the_workbook_damaged(plagued: Plagued) -> Nights:
    """It is noise while the night reads it back."""
    harm = plagued.chance.choice((spoil.damaged, spoil.cut, spoil.protected))
    plagued.night(3, (WORKBOOK,), spoiled=spoil.in_output(harm, WORKBOOK), last="load")
    plagued.again()
    yield


def the_drive_gone(plagued: Plagued) -> Nights:
    """Nothing is deployed."""
    plagued.night(3, ("LOCAL_DRIVE_PATH",), spoiled=lambda case: spoil.gone(case.drive))
    plagued.again(first="deploy")
    yield


Plague = Callable[[Plagued], Nights]

LASTING: Final[tuple[Plague, ...]] = (wise_old_man_away, discord_away, the_token_withdrawn, the_pc_off)
PASSING: Final[tuple[Plague, ...]] = (
    a_fault_of_wise_old_man_once, a_fault_of_discord_once, wise_old_man_down_for_an_hour, both_down_for_an_hour,
    the_request_budget_too_small, a_stage_killed, a_stage_that_hangs, the_clock_set_back, a_night_run_twice,
    two_runs_at_once, a_landing_damaged, the_database_locked_for_a_moment, the_backups_gone,
    a_page_of_the_database_damaged, the_workbook_open, the_workbook_damaged, the_drive_gone,
)  # fmt: skip
PLAGUES: Final = (*LASTING, *PASSING)
OFTEN: Final[tuple[Plague, ...]] = (*LASTING, a_stage_killed, a_landing_damaged)
"""What comes once more than the others."""


def name(plague: Plague) -> str:
    """In words."""
    return plague.__name__.replace("_", " ")
