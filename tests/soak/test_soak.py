"""Many nights in fast time: a household that is plagued beside one that is not, and in the end their tables are equal."""

import json
import multiprocessing
import os
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from fault_kit import differences, leftovers, torn
from night_kit import DAY, NOW, SEEDS, Clan, a_clan
from openpyxl.worksheet.worksheet import Worksheet
from plagues import LASTING, OFTEN, PASSING, PLAGUES, Plague, Plagued, name
from twins import Household, compare, lived, ms
from workbook_reader import read

from pipeline.demo.guild.founding import found_guild
from pipeline.domain.decisions import DECISION, KEY
from pipeline.outputs.deploy import WORKBOOK
from pipeline.runs import prepare

SEED: Final = SEEDS[0]
BEFORE: Final = 8
"""Days that a backfill fetches before the first night."""
MORE: Final = 15
"""Days further back that the last backfill asks for: members' own histories are cheaper than days then, and hold every look."""
OUTPUTS_EVERY: Final = 25
TOLD_EVERY: Final = 25
DAY_MS: Final = 86_400_000
CALM: Final = 2
"""Nights at the end on which nothing happens."""


@dataclass(frozen=True)
class Course:
    """How long a soak is, how large, and what happens in it. The nights end *before* days ahead of the world's last instant."""

    nights: int
    members: int
    messages: int
    longest: int
    draw: Callable[[random.Random], list[Plague]]
    before: int = 0

    @property
    def first(self) -> datetime:
        return NOW - (self.before + self.nights) * DAY


@dataclass
class Soak:
    """Both households, what is in store for one of them, and the figures."""

    clan: Clan
    plagued: Plagued
    twin: Household
    plan: dict[int, Plague]
    course: Course
    aside: Executor
    rows: int = 0
    compared: int = 0
    differences: list[str] = field(default_factory=list)
    equal_bytes: int = 0
    outputs: int = 0
    foretold: dict[str, int] = field(default_factory=dict)
    decided: int = 0

    @property
    def nights(self) -> int:
        return self.course.nights

    def at(self, number: int) -> None:
        """Begin the night of that number."""
        now = self.course.first + number * DAY
        assert self.clan.discord is not None
        self.clan.server.now = self.clan.discord.now = now
        self.plagued.home, self.twin = replace(self.plagued.home, now=now), replace(self.twin, now=now)
        self.plagued.lost.nights.append(ms(now))

    def live(self) -> None:
        """All nights, one after the other."""
        began, plague, ill, lost, last = time.monotonic(), None, False, False, ""
        for number in range(self.nights + 1):
            self.at(number)
            if plague is None and number in self.plan:
                plague = self.plan[number](self.plagued)
                self.plagued.injected[name(self.plan[number])] += 1
            struck = plague is not None and next(plague, self) is None  # in turns then, for both ask the same servers
            plague = plague if struck else None
            healing, ill, was_lost, lost = ill and not struck, struck, lost, self.is_lost()
            regular = number % OUTPUTS_EVERY == 0
            unchanged = "harvest_workbook" if last == "load" else ""
            last = "load" if lost else "deploy" if struck or regular or (healing and was_lost) else "load"
            beside = self.aside.submit(lived, self.twin.folder, self.twin.template, self.twin.now, last, unchanged)
            if not struck:
                self.well(self.plagued.home, last, unchanged)
            assert {name: how for name, how in beside.result().items() if how[0] != "done"} == {}, self.twin.now
            if not lost and (struck or healing or regular):
                self.check(outputs=last == "deploy")
            if regular and not struck:
                self.decide(number)
            if number % TOLD_EVERY == 0:
                self.tell(number, time.monotonic() - began)

    def is_lost(self) -> bool:
        """Whether tonight is lost to the plagued household in part."""
        tonight = ms(self.plagued.home.now)
        return any(tonight in lost for lost in self.plagued.lost.of.values())

    def well(self, home: Household, last: str, unchanged: str) -> None:
        """A night on which all goes well; a workbook that nobody can have written into is not read again."""
        outcomes = home.live(last=last, without=unchanged)
        assert {o.name: (o.state, o.error) for o in outcomes.values() if o.state != "done"} == {}, (
            home.folder,
            home.now,
        )

    def check(self, *, outputs: bool, healed: bool = False) -> None:
        """Nothing but what was foretold differs, in tables and in outputs."""
        ours, twin = self.plagued.home, self.twin
        found = compare(ours, twin, self.plagued.lost, healed=healed)
        if found.differences:
            print(f"{ours.now:%d %b %Y}: {len(found.differences)} differences: {found.differences[:9]}", flush=True)
        self.differences += found.differences
        assert torn(ours) == [] == leftovers(ours), ours.now
        self.rows, self.compared, self.foretold = self.rows + found.rows, self.compared + 1, dict(found.foretold)
        if outputs:
            self.outputs += 1
            assert gains(ours) == gains(twin), ours.now
            if ours.tables() == twin.tables() and ours.remembered() == twin.remembered():
                assert differences(ours, twin, ("*/manifest.json", "*/assets/*")) == [], ours.now
                self.equal_bytes += 1

    def decide(self, number: int) -> None:
        """An officer decides the first thing that is undecided, in both workbooks, if they are the same one."""
        mine, twin = (home.output / WORKBOOK for home in (self.plagued.home, self.twin))
        if mine.read_bytes() != twin.read_bytes() or number + 2 in self.plan:
            return
        book = read(mine)
        page = book["To do"]
        assert isinstance(page, Worksheet)
        rows = list(page.iter_rows())
        top = next(at for at, row in enumerate(rows) if any(cell.value == KEY for cell in row))
        headers = [cell.value for cell in rows[top]]
        key, decision = headers.index(KEY), headers.index(DECISION)
        open_ = [row for row in rows[top + 1 :] if row[key].value and not row[decision].value]
        if not open_:
            return
        row = self.plagued.chance.choice(open_)
        words = ("Keep", "Not yet") if str(row[key].value).startswith(("remove", "promote")) else ("Done", "Not yet")
        row[decision].value = self.plagued.chance.choice(words)
        book.save(mine)
        twin.write_bytes(mine.read_bytes())
        saved = (self.twin.now + timedelta(hours=12)).timestamp()
        for path in (mine, twin):
            os.utime(path, (saved, saved))
        self.decided += 1

    def heal(self) -> None:
        """Fetch members' own histories in both households: every look that a lost night alone could have seen."""
        for home in (self.plagued.home, self.twin):
            clan = replace(self.clan, settings=home.settings)
            clan.backfill(home.now, self.nights + BEFORE + MORE)
        self.check(outputs=False, healed=True)

    def tell(self, number: int, seconds: float) -> None:
        """A line of progress."""
        print(
            f"night {number}: {seconds:.0f} s, {sum(self.plagued.injected.values())} faults, {self.compared} comparisons, "
            f"{self.rows:,} rows, {self.equal_bytes} of {self.outputs} outputs equal byte for byte",
            flush=True,
        )

    def figures(self) -> str:
        """What came of it."""
        lost = {source: len(nights) for source, nights in self.plagued.lost.of.items()}
        return "\n".join((
            f"seed {SEED}: {self.nights} nights, {sum(self.injected.values())} faults: "
            + ", ".join(f"{kind} {times}" for kind, times in sorted(self.plagued.injected.items())),
            f"nights lost: {lost}; sentences {len(self.plagued.sentences)}, different ones {len(set(self.plagued.sentences))}",
            f"{self.compared} comparisons of {self.rows:,} rows, {len(self.differences)} differences; decisions {self.decided}",
            f"outputs on {self.outputs} nights, equal byte for byte on {self.equal_bytes}, gains equal on all",
            f"foretold at the end: {self.foretold}",
        ))  # fmt: skip

    @property
    def injected(self) -> dict[str, int]:
        return {kind: times for kind, times in self.plagued.injected.items() if not kind.startswith("…")}


def gains(home: Household) -> Any:
    """Gains of all windows as the page has them; what stands before a first ranking may be unranked or 0 where a night was lost."""
    told = json.loads((home.output / "site" / "clan_data.json").read_text("utf-8"))["gains"]
    return {
        window: {
            player: {metric: each["gained"] for metric, each in metrics.items() if each["gained"]}
            for player, metrics in players.items()
        }
        for window, players in told.items()
    }


def in_store(chance: random.Random, course: Course, departures: set[int]) -> dict[int, Plague]:
    """On which night each plague of *course* strikes, with nights between them to heal; none is lost on which somebody leaves."""
    plagues = course.draw(chance)
    room = (course.nights - CALM) // len(plagues)
    plan = {}
    for turn, plague in enumerate(plagues):
        longest = course.longest if plague in LASTING else 1
        free = [
            night
            for night in range(3 + turn * room, max(4 + turn * room, 3 + (turn + 1) * room - longest - 1))
            if plague in PASSING or not departures & set(range(night, night + longest + 2))
        ]
        if free:
            plan[chance.choice(free)] = plague
    return plan


@contextmanager
def a_soak(folder: Path, course: Course) -> Iterator[Soak]:
    """Both households after their first night."""
    chance, first = random.Random(f"{SEED}/soak/{course.nights}"), course.first
    days = course.before + course.nights + BEFORE + MORE + 5
    with a_clan(
        folder / "ours" / "out", seed=SEED, members=course.members, days=days, messages=course.messages
    ) as clan:
        assert clan.discord is not None
        settings = clan.settings.model_copy(update={"backup_keep": "3d,2w,1m"})
        ours, twin = (Household(folder / name, clan.server, clan.discord, settings, first) for name in ("ours", "twin"))
        leaves = [stay.until for account in clan.world.accounts for stay in account.stays]
        leaves += [member.left_at for member in found_guild(clan.world, messages=course.messages).members]
        departures = {1 + (until - ms(first)) // DAY_MS for until in leaves if until is not None}
        for home in (ours, twin):
            home.drive.mkdir(parents=True)
            prepare(home.settings, first)
            replace(clan, settings=home.settings).backfill(first - DAY, BEFORE)
        plagued = Plagued(ours, chance, course.longest)
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as aside:
            yield Soak(clan, plagued, twin, in_store(chance, course, departures), course, aside)


def a_few(chance: random.Random) -> list[Plague]:
    """One that lasts, and one that passes."""
    return [chance.choice(LASTING), chance.choice(PASSING)]


def all_of_them(chance: random.Random) -> list[Plague]:
    """Each twice, and some more often, in any order."""
    drawn = [*PLAGUES, *PLAGUES, *OFTEN]
    chance.shuffle(drawn)
    return drawn


def soaked(folder: Path, course: Course) -> None:
    """Live the *course* to its end, print its figures, and find no difference."""
    with a_soak(folder, course) as soak:
        soak.live()
        soak.heal()
        print(soak.figures())
        assert soak.differences == []


def test_eight_nights_with_misfortunes_end_like_as_many_without(tmp_path: Path) -> None:
    soaked(tmp_path, Course(8, 6, 120, 2, a_few, before=60))


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_four_hundred_nights_with_misfortunes_end_like_as_many_without(tmp_path: Path) -> None:
    soaked(tmp_path, Course(400, 12, 1_500, 9, all_of_them))
