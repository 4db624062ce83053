"""A believable past for marts made by hand: the roll of twenty weeks, told backwards from tonight's."""

from datetime import datetime, timedelta
from random import Random
from typing import Final

from pipeline.domain.activity import State
from pipeline.domain.window import Window
from pipeline.marts.model import History, HistoryWeek, Marts, Person

WEEKS: Final = 20
SALT: Final = 9001
"""Old Salt, of whose leaving the roster tells; in the clan until two weeks ago."""


def a_history(marts: Marts, weeks: int = WEEKS) -> History:
    """*weeks* that end with tonight's roll: people join, rise and play more or less; of the first two nobody's words are known."""
    present = marts.periods["7d"].window
    windows = [present]
    while len(windows) < weeks:
        windows.insert(0, windows[0].before())
    past = tuple(_week(marts, window, back) for back, window in zip(range(weeks - 1, 0, -1), windows, strict=False))
    return History((*past, HistoryWeek(present, marts.people)), _totals(marts, weeks))


def _week(marts: Marts, window: Window, back: int) -> HistoryWeek:
    people = [_then(marts, person, window, back) for person in marts.people if person.joined_at < window.until]
    if marts.people and back > 1:
        people.append(_old_salt(_then(marts, marts.people[-1], window, back), marts.as_of))
    return HistoryWeek(
        window, tuple(sorted(people, key=lambda row: (row.role_place, row.name.casefold(), row.person_id)))
    )


def _then(marts: Marts, person: Person, window: Window, back: int) -> Person:
    chance = Random(person.person_id * 100 + back)
    roles = marts.clan.roles
    is_lower = person.person_id % 7 == 3 and back > 8 and person.role_place + 1 < len(roles)
    place = person.role_place + is_lower
    pace = chance.choice((0.0, 0.4, 0.8, 1.0, 1.3))
    is_seen = person.xp is not None and chance.random() < 0.95
    played = bool(is_seen and person.xp and pace)
    at = window.until - timedelta(hours=chance.randint(1, 160))
    return person._replace(
        role=roles[place] if is_lower else person.role,
        role_place=place,
        state=_state(person, chance),
        last_gain_at=at if played else _by(person.last_gain_at, window.until),
        last_word_at=_by(person.last_word_at, window.until),
        xp=_paced(person.xp, pace) if is_seen else None,
        ehp=_paced(person.ehp, pace) if is_seen else None,
        ehb=_paced(person.ehb, pace) if is_seen else None,
        top_boss=person.top_boss if is_seen and _paced(person.kills, pace) else None,
        kills=(_paced(person.kills, pace) or None) if is_seen else None,
        messages=None if person.messages is None or back >= WEEKS - 2 else _paced(person.messages, pace),
        ahead=None,
        seen_at=at if is_seen else _by(person.seen_at, window.until),
        seen_lately=is_seen,
    )


def _old_salt(like: Person, now: datetime) -> Person:
    return like._replace(
        person_id=SALT, player_ids=(SALT,), name="Old Salt", alts=(), joined_at=now - timedelta(days=800)
    )


def _state(person: Person, chance: Random) -> State | None:
    if person.state is None:
        return None
    states: tuple[State, ...] = (person.state, "active", "unknown")
    return chance.choices(states, (6, 3, 1))[0]


def _paced(number: int | None, pace: float) -> int | None:
    return None if number is None else int(number * pace)


def _by(at: datetime | None, until: datetime) -> datetime | None:
    """*at*, or as long before *until* as fits, for the past knows of no later instant."""
    return at if at is None or at < until else until - timedelta(hours=30)


def _totals(marts: Marts, weeks: int) -> dict[str, tuple[int, ...]]:
    found = {}
    for metric, board in marts.boards["7d"].items():
        chance, last = Random(metric), sum(row.value for row in board)
        found[metric] = (*(int(last * chance.uniform(0.6, 1.4)) for _ in range(weeks - 1)), last)
    return found
