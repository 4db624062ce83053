"""Two households that look at the same clan night after night, and what may differ between their databases.

Nothing may but what a night dates by its own coming, looks that only a lost night could have seen, and messages that came and went
while nobody read. Each of these is foretold from the nights that were lost, row by row; what was not foretold is a difference.
"""

import sqlite3
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

from fault_kit import NOT_COMPARED, Case
from night_kit import NOW

from pipeline.demo.discord.server import DemoDiscord
from pipeline.demo.wom.server import DemoServer
from pipeline.job import Job
from pipeline.outcome import HARVESTS, STAGES, StageOutcome, write_outcome
from pipeline.settings import Settings
from pipeline.stages import perform
from pipeline.storage.types import to_ms
from pipeline.verdict import Verdict, stopper, sum_up

Row = dict[str, Any]

DATED: Final = {
    ("membership", "first_seen_at"): "wom",
    ("player", "type_changed_at"): "wom",
    ("player", "status_changed_at"): "wom",
    ("message", "deleted_at"): "discord",
    ("discord_account", "left_at"): "discord",
}
"""What a night dates by its own coming, for no server tells when it happened: the night that came instead dates it."""

LOOKS: Final = ("snapshot", "reading")
HISTORY_MS: Final = 366 * 86_400_000
"""So far back a joiner's own past is asked for, from the night that first saw them."""


@dataclass(frozen=True)
class Household(Case):
    """A case that lives on: the same folders, on the night of `now`."""

    now: datetime = NOW

    def job(self, tag: str = "", **changed: Any) -> Job:
        """Orders for the night of `now`."""
        return Job(self.settings.model_copy(update=changed), f"{self.now:%Y%m%dT%H%M%SZ}{tag}", self.now)

    def live(
        self, first: str = STAGES[0], last: str = STAGES[-1], tag: str = "", *, without: str = "", **changed: Any
    ) -> dict[str, StageOutcome]:
        """The night from the stage *first* to the *last*, *without* one of them, as far as the flow would go."""
        job, outcomes = self.job(tag, **changed), {}
        asked = {name: StageOutcome(name, "done") for name in HARVESTS}
        for name in STAGES[STAGES.index(first) : STAGES.index(last) + 1]:
            if name == without:
                continue
            outcomes[name] = perform(name, job)
            write_outcome(job.output, job.run_id, outcomes[name])
            if name not in HARVESTS and stopper(asked | outcomes):
                break
        return outcomes


def lived(
    folder: Path, settings: Settings, now: datetime, last: str, without: str
) -> dict[str, tuple[str, str | None]]:
    """A night of the household in *folder*, in a process of its own beside the other's: how each stage ended."""
    home = Household(folder, cast(DemoServer, None), cast(DemoDiscord, None), settings, now)
    return {name: (each.state, each.error) for name, each in home.live(last=last, without=without).items()}


def verdict_of(outcomes: Mapping[str, StageOutcome]) -> Verdict:
    """What a night comes to whose other stages went well."""
    return sum_up({**{name: StageOutcome(name, "done") for name in STAGES}, **outcomes})


@dataclass
class Lost:
    """The nights (ms) of both households, and those on which one of them could not ask a source."""

    nights: list[int] = field(default_factory=list)
    of: dict[str, set[int]] = field(default_factory=lambda: {"wom": set(), "discord": set()})

    def came(self, source: str, at: int) -> int:
        """The night on which the plagued household noticed what the other noticed on the night *at*; any other instant stands."""
        return next((night for night in self._from(at) if night not in self.of[source]), at) if self._is(at) else at

    def saw(self, source: str, since: int, until: int) -> bool:
        """Whether the plagued household came between the instants *since* and *until*."""
        return any(night < until and night not in self.of[source] for night in self._from(since))

    def spoils(self, at: int) -> bool:
        """Whether a look at the instant *at* fell where a night of Wise Old Man was lost: the day and a half before its end."""
        place = bisect_left(self.nights, at)
        return any(night in self.of["wom"] for night in self.nights[place : place + 1])

    def _from(self, at: int) -> list[int]:
        return self.nights[bisect_left(self.nights, at) :]

    def _is(self, at: int) -> bool:
        place = bisect_left(self.nights, at)
        return self.nights[place : place + 1] == [at]


@dataclass
class Compared:
    """How many rows were held side by side, what differs, and how often each of what was foretold was met."""

    rows: int = 0
    differences: list[str] = field(default_factory=list)
    foretold: "Counter[str]" = field(default_factory=Counter)


def rows(database: Path) -> dict[str, list[Row]]:
    """Every row of every table that is to be compared."""
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: [dict(row) for row in connection.execute(f"SELECT * FROM {name}")]
            for name in sorted(set(names) - set(NOT_COMPARED))
        }


def compare(ours: Case, theirs: Case, lost: Lost, *, healed: bool = False) -> Compared:
    """The tables of *ours*, which was plagued, beside those of *theirs*. Once *healed* by a backfill, members' looks are all there."""
    mine, twin, found = rows(ours.database), rows(theirs.database), Compared()
    found.rows = sum(map(len, twin.values()))
    late = _dated(twin, lost, found)
    for name in twin.keys() - set(LOOKS):
        found.differences += _unlike(name, mine[name], twin[name])
    gone = {row["player_id"] for row in mine["membership"]} - {
        row["player_id"] for row in mine["membership"] if row["left_at"] is None
    }
    seen = Looks(mine, twin)
    for player in seen.players:
        may_lack: Callable[[int], bool] = lost.spoils
        if player in late:
            may_lack = lambda at: True  # noqa: E731 - a joiner's own past brings every look up to the night that greets them
        if healed and player not in gone:
            found.differences += seen.unequal(player)
        else:
            found.differences += seen.unlike(player, may_lack, found)
    return found


def _dated(twin: dict[str, list[Row]], lost: Lost, found: Compared) -> set[int]:
    """Put *twin*'s rows as the plagued household must have them; gives the players whom it greeted later."""
    late = set()
    for row in twin["message"]:
        row["absent"] = row["deleted_at"] is not None and not lost.saw("discord", row["sent_at"], row["deleted_at"])
    found.foretold["messages that came and went unread"] += sum(row["absent"] for row in twin["message"])
    twin["message"] = [row for row in twin["message"] if not row.pop("absent")]
    for (name, column), source in DATED.items():
        for row in twin[name]:
            if row[column] is not None and (came := lost.came(source, row[column])) != row[column]:
                row[column] = came
                found.foretold[f"{name}.{column} of the night that came"] += 1
    for row in twin["membership"]:
        if row["history_since"] is not None:
            since = lost.came("wom", row["history_since"] + HISTORY_MS) - HISTORY_MS
            if since != row["history_since"]:
                row["history_since"] = since
                late.add(row["player_id"])
    return late


def _unlike(name: str, mine: list[Row], twin: list[Row]) -> list[str]:
    here, there = (Counter(repr(row) for row in held) for held in (mine, twin))
    return [f"{name}: ours has {row}" for row in here - there] + [f"{name}: ours lacks {row}" for row in there - here]


class Looks:
    """What both households saw of each player."""

    def __init__(self, mine: dict[str, list[Row]], twin: dict[str, list[Row]]) -> None:
        self.looks = [self._by_player(held["snapshot"], "taken_at", "source") for held in (mine, twin)]
        self.readings = [self._series(held["reading"]) for held in (mine, twin)]
        self.players = sorted(self.looks[0].keys() | self.looks[1].keys())

    @staticmethod
    def _by_player(held: list[Row], *columns: str) -> dict[int, dict[int, str]]:
        found: dict[int, dict[int, str]] = defaultdict(dict)
        for row in held:
            found[row["player_id"]][row["taken_at"]] = row["source"]
        return found

    @staticmethod
    def _series(held: list[Row]) -> dict[int, dict[int, list[tuple[int, Any, Any]]]]:
        found: dict[int, dict[int, list[tuple[int, Any, Any]]]] = defaultdict(lambda: defaultdict(list))
        for row in held:
            found[row["player_id"]][row["metric_id"]].append((row["taken_at"], row["value"], row["rank"]))
        for metrics in found.values():
            for series in metrics.values():
                series.sort()
        return found

    def unequal(self, player: int) -> list[str]:
        """Rows of *player* that are not the same, column by column."""
        wrong = []
        if self.looks[0][player] != self.looks[1][player]:
            apart = self.looks[0][player].items() ^ self.looks[1][player].items()
            wrong.append(f"snapshot: {len(apart)} of player {player}, such as {min(apart)}")
        for metric in self.readings[0][player].keys() | self.readings[1][player].keys():
            mine, twin = (held[player].get(metric, []) for held in self.readings)
            if mine != twin:
                wrong.append(f"reading: player {player}, metric {metric}: {sorted(set(mine) ^ set(twin))[:2]}")
        return wrong

    def unlike(self, player: int, may_lack: Callable[[int], bool], found: Compared) -> list[str]:
        """What is wrong with the looks at *player*: one that only one of them had, or a value that they saw differently."""
        mine, twin = (held[player] for held in self.looks)
        alone = sorted(mine.keys() ^ twin.keys())
        found.foretold["looks that only one of them had"] += len(alone)
        wrong = [f"snapshot: {player} at {at} is in one only" for at in alone if not may_lack(at)]
        both = sorted(mine.keys() & twin.keys())
        for metric in self.readings[0][player].keys() | self.readings[1][player].keys():
            here, there = (held[player].get(metric, []) for held in self.readings)
            if here == there:
                continue
            for at, one, other in self._side_by_side(here, there, both):
                blurred = "gained" in (mine[at], twin[at]) and {one, other} <= {None, 0}
                if one != other and not blurred:
                    wrong.append(f"reading: player {player}, metric {metric} at {at}: {one} and {other}")
        return wrong

    @staticmethod
    def _side_by_side(
        here: list[tuple[int, Any, Any]], there: list[tuple[int, Any, Any]], looks: list[int]
    ) -> Iterator[tuple[int, Any, Any]]:
        """The value of both at each of *looks*: that of the last reading."""
        times = [[at for at, _, _ in series] for series in (here, there)]
        for at in looks:
            one, other = (
                series[place - 1][1] if (place := bisect_right(instants, at)) else None
                for series, instants in zip((here, there), times, strict=True)
            )
            yield at, one, other


def ms(now: datetime) -> int:
    """The night of *now* as the database has it."""
    return to_ms(now)


def days(number: int) -> timedelta:
    """So many days."""
    return timedelta(days=number)
