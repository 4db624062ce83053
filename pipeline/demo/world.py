"""The invented clan: everybody in it, everything they did, as a pure function of seed, size, days and now."""

from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Final

from pipeline.demo import crowd, ranks, temperament
from pipeline.demo.account import Account, Archive, Person, Renaming, Stay
from pipeline.demo.competitions import Contest, contests
from pipeline.demo.instants import DAY, HOUR, Timeline, always, instant, moment
from pipeline.demo.life import Life
from pipeline.demo.looks import looks
from pipeline.demo.moods import Moods, moods
from pipeline.demo.names import CLAN, HOSTILE, HOSTILE_CLAN, Register
from pipeline.demo.script import OFFICERS, ROLE_ORDERS, Calendar, Script, Visit

FIRST_ID: Final = 1001
FIRST_FORMER_ID: Final = 301
"""Those who left have the numbers below the members'."""
_ARCHIVED: Final = 48_000
_ZONES: Final = {
    "Europe/London": 22, "America/New_York": 22, "Europe/Amsterdam": 14, "America/Chicago": 10, "Europe/Stockholm": 8,
    "America/Los_Angeles": 8, "Australia/Sydney": 7, "America/Sao_Paulo": 4, "Asia/Singapore": 3, "Europe/Warsaw": 2,
}  # fmt: skip
_KEEP_THEIR_NAMES: Final = (1, 3, 5, 6, 9, 10, 11, 12, 15, 16, 18, 20, 21, 22, 23)
"""Members who are never renamed, in the clan all the time: the bearers of hostile names."""

_COUNTRIES: Final = (None, None, None, "GB", "US", "NL", "SE", "AU")
_DISCORD_EPOCH: Final = 1_420_070_400_000


@dataclass(frozen=True, slots=True)
class World:
    """A clan and its whole history. It can be asked for any instant up to `now`."""

    seed: int
    calendar: Calendar
    clan_name: str
    accounts: tuple[Account, ...]
    persons: tuple[Person, ...]
    contests: tuple[Contest, ...]
    planted: tuple[tuple[str, int, int, int | None], ...]
    moods: Moods

    @property
    def now(self) -> datetime:
        """The last instant of the history."""
        return moment(self.calendar.now)

    @property
    def start(self) -> datetime:
        """The first instant of the history."""
        return moment(self.calendar.start)

    @property
    def founded_at(self) -> int:
        """When WOM learned of the clan."""
        return self.calendar.start - 1000 * DAY

    def members(self, at: int) -> list[tuple[Account, Stay]]:
        """Everybody who is a member at the instant *at*, by id."""
        found = [(account, account.stay(at)) for account in self.accounts]
        return [(account, stay) for account, stay in found if stay is not None]


def found_clan(
    seed: int, members: int, days: int, now: datetime, *, hostile: bool = False, calm: bool = False
) -> World:
    """The clan of *seed* with exactly *members* members at *now*, and its last *days* days; a *calm* one never changes its habits.

    Everybody has a stream of chance of their own, so that a larger clan holds the smaller one.
    """
    end = instant(now)
    calendar = Calendar(end - max(1, days) * DAY, end)
    scripts = [crowd.member(index, calendar, Random(f"{seed}/{index}")) for index in range(members)]
    leavers = 0 if members < 8 else min(max(1, members // 7), FIRST_ID - FIRST_FORMER_ID)
    former = [crowd.former(index, calendar, Random(f"{seed}/former/{index}")) for index in range(leavers)]
    founding = _Founding(calendar, moods(seed, calendar, members, calm=calm), hostile=hostile)
    for index, script in enumerate(scripts):
        founding.settle(FIRST_ID + index, f"{seed}/{index}", script)
    for index, script in enumerate(former):
        founding.settle(FIRST_FORMER_ID + index, f"{seed}/former/{index}", script)
    return World(
        seed=seed,
        calendar=calendar,
        clan_name=HOSTILE_CLAN if hostile else CLAN,
        accounts=tuple(sorted(founding.accounts, key=lambda account: account.id)),
        persons=tuple(founding.persons.values()),
        contests=contests(calendar, hostile=hostile) if members else (),
        planted=tuple(founding.planted),
        moods=founding.moods,
    )


class _Founding:
    """Settles one account after another, so that names stay unique and alts find their person."""

    def __init__(self, calendar: Calendar, moods: Moods, *, hostile: bool) -> None:
        self._calendar = calendar
        self.moods = moods
        self._hostile = hostile
        self._register = Register()
        self.accounts: list[Account] = []
        self.persons: dict[str, Person] = {}
        self.planted: list[tuple[str, int, int, int | None]] = [
            ("new_boss", calendar.new_boss_at, calendar.new_boss_at, None),
            *((mood.kind, mood.since, min(mood.until, calendar.now), None) for mood in moods.all_of_them),
        ]

    def settle(self, id_: int, stream: str, script: Script) -> None:
        """Let the account *id_* live by *script*."""
        rng = Random(f"{stream}/person")
        person = self._person(id_, script, rng)
        life = Life(
            script,
            self._calendar,
            self.moods,
            Random(f"{stream}/life"),
            temperament=script.temperament or person.temperament,
            time_zone=person.time_zone,
            evening=person.evening,
        )
        life.live()
        names, renamings, archive = self._names(id_, script, rng)
        role = self._role(script, life, Random(f"{stream}/rank"))
        founded = min(visit.since for visit in script.visits)
        self.accounts.append(
            Account(
                id=id_,
                person=person.key,
                build=script.build,
                country=rng.choice(_COUNTRIES),
                patron=rng.random() < 0.04,
                registered_at=script.registered_at or min(founded, self._calendar.start) - rng.randrange(300 * DAY),
                imported_at=self._calendar.start if rng.random() < 0.05 else None,
                names=names,
                types=_timeline(script.type, script.types),
                statuses=_timeline("active", script.statuses),
                stays=tuple(self._stay(replace(script, role=role), visit, rng) for visit in script.visits),
                looks=looks(script, self._calendar, Random(f"{stream}/looks")),
                plays=life.plays,
                tracks=life.career.tracks,
                overall_ranked_since=script.overall_ranked_since,
                zeroes=script.zeroes,
                archive=archive,
                renamings=renamings,
                fate=script.fate,
                fate_since=script.fate_since,
            )
        )
        self._note(id_, script)

    def _person(self, id_: int, script: Script, rng: Random) -> Person:
        key = f"p{id_ if script.alt_of is None else FIRST_ID + script.alt_of}"
        if key in self.persons:
            return self.persons[key]
        role_now = script.roles[-1][1] if script.roles else script.role
        created = self._calendar.start - rng.randrange(200 * DAY, 2500 * DAY)
        person = Person(
            key=key,
            time_zone=rng.choices(tuple(_ZONES), tuple(_ZONES.values()))[0],
            evening=min(23.0, max(6.0, rng.gauss(19.5, 3))),
            temperament=script.temperament or temperament.draw(rng),
            discord_id=str(created - _DISCORD_EPOCH << 22 | id_) if rng.random() < 0.85 else None,
            officer=role_now in OFFICERS,
            promoted_at=_promoted_at(script),
            leaves=script.leaves,
        )
        self.persons[key] = person
        return person

    def _names(
        self, id_: int, script: Script, rng: Random
    ) -> tuple[Timeline[str], tuple[Renaming, ...], Archive | None]:
        names = always(self._first_name(id_, script, rng))
        renamings = []
        for turn, at in enumerate(script.renamed_at):
            old, new = names.at(at), self._register.take(rng)
            renamings.append(Renaming(10 * id_ + turn, old, new, at - 9 * HOUR, at))
            names = names.then(at, new)
        if script.archived_at is None:
            return names, tuple(renamings), None
        archive = Archive(script.archived_at, names.at(script.archived_at), f"archive{_ARCHIVED + id_ % 1000}")
        return names.then(script.archived_at, archive.name), tuple(renamings), archive

    def _first_name(self, id_: int, script: Script, rng: Random) -> str:
        if script.heir_of is not None:
            lost = next(account for account in self.accounts if account.id == FIRST_ID + script.heir_of)
            return lost.names.at(0)
        number = id_ - FIRST_ID
        if self._hostile and number in _KEEP_THEIR_NAMES:
            return self._register.claim(HOSTILE[_KEEP_THEIR_NAMES.index(number)])
        return self._register.take(rng)

    def _role(self, script: Script, life: Life, rng: Random) -> str:
        """The rank of a whole life: by time and level, unless the script has its own story of ranks."""
        if script.role not in ranks.LADDER or script.roles:
            return script.role
        return ranks.held(self._calendar.now - script.visits[-1].since, life.career.tracks, self._calendar.now, rng)

    def _stay(self, script: Script, visit: Visit, rng: Random) -> Stay:
        known = rng.random() < 0.4
        return Stay(
            since=visit.since,
            until=visit.until,
            roles=_timeline(script.role, tuple(step for step in script.roles if step[0] > visit.since)),
            recorded=not visit.founding,
            clan_joined_at=(visit.since - rng.randrange(40 * DAY)) // DAY * DAY if known else None,
        )

    def _note(self, id_: int, script: Script) -> None:
        moments = [
            *((kind, at) for at, kind in script.planted),
            *(("type_change", at) for at, _ in script.types),
            *(("rename", at) for at in script.renamed_at),
            *((status, at) for at, status in script.statuses),
        ]
        if script.overall_ranked_since:
            moments.append(("overall_first_ranked", script.overall_ranked_since))
        if script.heir_of is not None and script.registered_at is not None:
            moments.append(("name_reused", script.registered_at))
        self.planted += [(kind, at, at, id_) for kind, at in moments]
        self.planted += [("leave", leave.since, leave.until, id_) for leave in script.leaves]
        self.planted += [("idle", span.since, min(span.until, self._calendar.now), id_) for span in script.idle]
        self.planted += [
            ("unseen", max(span.since, self._calendar.start), min(span.until, self._calendar.now), id_)
            for span in script.unseen
            if span.until > self._calendar.now
        ]


def _timeline(first: str, later: tuple[tuple[int, str], ...]) -> Timeline[str]:
    return Timeline(((0, first), *later))


def _promoted_at(script: Script) -> int | None:
    promoted, before = None, script.role
    for at, role in script.roles:
        if _place(role) < _place(before):
            promoted = at
        before = role
    return promoted


def _place(role: str) -> int:
    return ROLE_ORDERS.index(role) if role in ROLE_ORDERS else len(ROLE_ORDERS)
