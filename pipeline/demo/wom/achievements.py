"""Thresholds that accounts have reached, dated as WOM dates them: by the first look that saw them."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from zlib import crc32

from pipeline.demo.account import Account
from pipeline.demo.instants import wire
from pipeline.demo.wom.view import View
from pipeline.demo.wom.wire import Json, player
from pipeline.domain.levels import EXPERIENCE
from pipeline.domain.metrics import METRICS, OVERALL, SKILLS

_UNDATED: Final = 0
_TOP: Final = EXPERIENCE[98]
_FEW: Final = {"mimic": (10, 50), "tzkal_zuk": (10, 50), "sol_heredit": (10, 50)}
_SOME: Final = frozenset(
    {"chambers_of_xeric_challenge_mode", "theatre_of_blood_hard_mode", "lunar_chests", "brutus", "mad_angel", "yama"}
)
_BARE: Final = frozenset({"barrows_chests", "lunar_chests"})
_SCORES: Final = {
    "collections_logged": (500, 700, 900, 1_000, 1_100, 1_200),
    "clue_scrolls_all": (500, 1_000, 5_000),
    "clue_scrolls_elite": (100, 200),
    "clue_scrolls_master": (100, 200),
    "guardians_of_the_rift": (500, 1_000),
    "last_man_standing": (500, 2_000),
    "soul_wars_zeal": (5_000, 10_000),
}


@dataclass(frozen=True, slots=True)
class Goal:
    """A threshold of one metric; "base" goals ask for it in every skill."""

    name: str
    metric: str
    threshold: int
    measure: str


@dataclass(frozen=True, slots=True)
class Award:
    """A goal that a look found reached. `known_at` is that look; `dated` is False when nothing was seen before it."""

    player_id: int
    goal: Goal
    known_at: int
    accuracy: int | None

    @property
    def created_at(self) -> int:
        """The date WOM shows; 1970 when it does not know."""
        return _UNDATED if self.accuracy is None else self.known_at


def _short(amount: int) -> str:
    for size, letter in ((1_000_000_000, "b"), (1_000_000, "m"), (1_000, "k")):
        if amount >= size:
            return f"{amount / size:g}{letter}"
    return str(amount)


def _goals() -> Iterator[Goal]:
    for amount in (100_000_000, 200_000_000, 500_000_000, 1_000_000_000, 2_000_000_000, 4_000_000_000):
        yield Goal(f"{_short(amount)} Overall Exp.", OVERALL, amount, "experience")
    for metric in METRICS:
        key, title = metric.key, metric.name.replace(" of ", " Of ").replace(" the ", " The ")
        if metric.kind == "skill" and key != OVERALL:
            yield Goal(f"99 {title}", key, _TOP, "experience")
            for amount in (50_000_000, 100_000_000, 200_000_000):
                yield Goal(f"{_short(amount)} {title}", key, amount, "experience")
        if metric.kind == "boss":
            for amount in _FEW.get(key, (100, 200, 500, 1_000) if key in _SOME else (500, 1_000, 5_000)):
                yield Goal(f"{_short(amount)} {title}{'' if key in _BARE else ' kills'}", key, amount, "kills")
        for amount in _SCORES.get(key, ()):
            score = " score" if key == "last_man_standing" else ""
            yield Goal(f"{_short(amount)} {title}{score}", key, amount, "score")


_GOALS: Final = tuple(_goals())
_BASES: Final = tuple(
    Goal(name, OVERALL, EXPERIENCE[level - 1] * len(SKILLS), "levels")
    for name, level in (
        ("Base 60 Stats", 60), ("Base 70 Stats", 70), ("Base 80 Stats", 80), ("Base 90 Stats", 90), ("Maxed Overall", 99),
    )
)  # fmt: skip


def awards(account: Account) -> tuple[Award, ...]:
    """Everything *account* was ever seen to have reached, in the order of the goals."""
    return tuple(_awards(account))


def _awards(account: Account) -> Iterator[Award]:
    for goal in _GOALS:
        track = account.tracks.get(goal.metric)
        at = None if track is None else track.reached(goal.threshold)
        if at is not None:
            yield from _seen(account, goal, at)
    for goal in _BASES:
        reached = [account.tracks[skill].reached(goal.threshold // len(SKILLS)) for skill in SKILLS]
        dates = [at for at in reached if at is not None]
        if len(dates) == len(SKILLS):
            yield from _seen(account, goal, max(dates))


def _seen(account: Account, goal: Goal, at: int) -> Iterator[Award]:
    spot = bisect_left(account.looks, at)
    if spot < len(account.looks):
        look = account.looks[spot]
        yield Award(account.id, goal, look, look - account.looks[spot - 1] if spot else None)


def wire_award(award: Award) -> Json:
    """An achievement without its player."""
    return {
        "playerId": award.player_id,
        "name": award.goal.name,
        "metric": award.goal.metric,
        "threshold": award.goal.threshold,
        "accuracy": award.accuracy,
        "createdAt": wire(award.created_at),
        "measure": award.goal.measure,
        "legacy": False,
    }


def of_account(view: View, found: tuple[Award, ...]) -> list[Json]:
    """The answer to /players/:username/achievements."""
    known = [award for award in found if award.known_at <= view.at]
    return [wire_award(award) for award in sorted(known, key=lambda award: -award.created_at)]


def of_members(view: View, found: dict[int, tuple[Award, ...]], limit: int, offset: int) -> list[Json]:
    """A page of /groups/:id/achievements.

    The server sorts by date alone, so the order of equal dates is the database's whim and differs from page to page: a walk
    over all pages meets some rows twice and others never.
    """

    def place(award: Award) -> tuple[int, int]:
        whim = f"{award.player_id}/{award.goal.name}/{limit}/{offset}"
        return (-award.created_at, crc32(whim.encode()))

    members = {account.id: account for account, _ in view.members()}
    known = [award for id_ in members for award in found[id_] if award.known_at <= view.at]
    page = sorted(known, key=place)[offset : offset + limit]
    return [{**wire_award(award), "player": player(view, members[award.player_id])} for award in page]
