"""What the page History loads when it is opened (`window.CLAN_HISTORY`): the roll of every week, in few bytes.

    {"asOf", "rowFields", "people", "ranks", "bosses", "states", "weeks", "totals", "chart"}

* `people`: everybody who is in any week, as `[personId, [playerId, …], name, [alt, …], type, status, joinedAt, joinSource]`, the main's
  account first; those of the present week first, in its order. Somebody who left and came back stands there once a stay.
* `ranks`: `[rank, place]`; `bosses`: keys of metrics; `states`: the words of verdicts.
* `weeks`, oldest first: `{"since", "until", "counts", "rows"}`. `counts` has how many people are of each of `states`. `rows` is a list of
  columns, one for each of `rowFields`, as long as there are people in that week; they stand in order of rank, then by name.
* `totals`: by metric what the members of each week gained together, week by week, in stored units; `chart` draws one of them.

The columns are `who` (the place in `people`, less that of the row before: add up), `rank`, `state` and `boss` (places in their lists),
`lately` (1: looked at lately), `xp`, `ehp`, `ehb` (stored units), `kills` and `messages` (counts), and three instants in whole UTC days
before the week's `until`, where 1 is its last day and 0 the day after it: `seen` so; `gained` and `spoke` as days before `seen`, or before
`until` where that is not known. `xp` has three digits that matter and `ehp` and `ehb` have hundredths of hours, the rest cut off: that is
what a page shows of them. Null is not known, nowhere zero. How near to a rank somebody is, is only known of tonight and not told here.
Instants elsewhere are milliseconds UTC.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final, Generic, TypeVar, get_args

from pipeline.domain.activity import State
from pipeline.domain.metrics import HOUR
from pipeline.domain.window import DAY
from pipeline.marts.model import History, HistoryWeek, Marts, Person
from pipeline.outputs.dashboard.charts import weekly
from pipeline.outputs.dashboard.encode import instant, milliseconds
from pipeline.outputs.figures import FULL

ROW_FIELDS: Final = (
    "who", "rank", "state", "seen", "gained", "spoke", "lately", "xp", "ehp", "ehb", "boss", "kills", "messages",
)  # fmt: skip
"""Columns of a week's rows, told to the script so that the order stands in one place."""

STATES: Final[tuple[State, ...]] = get_args(State)

DIGITS: Final = 3
HUNDREDTH: Final = HOUR // 100

T = TypeVar("T", bound=Hashable)


class _Places(Generic[T]):
    """Everything that was named, in the order in which it first was."""

    def __init__(self) -> None:
        self._places: dict[T, int] = {}

    def of(self, named: T) -> int:
        """The place of *named*."""
        return self._places.setdefault(named, len(self._places))

    def __iter__(self) -> Iterator[T]:
        return iter(self._places)


class _Lists:
    """What the columns point into."""

    def __init__(self, present: Iterable[Person]) -> None:
        self.people: _Places[tuple[Any, ...]] = _Places()
        self._stays: dict[tuple[Any, ...], int] = {}
        self.ranks: _Places[tuple[str, int]] = _Places()
        self.bosses: _Places[str] = _Places()
        for person in present:
            self.who(person)

    def who(self, person: Person) -> int:
        """The place of somebody's stay; of a year of rows most are known already."""
        stay = (person.player_ids, person.joined_at, person.alts)
        if stay not in self._stays:
            self._stays[stay] = self.people.of(_lasting(person))
        return self._stays[stay]


def history(marts: Marts) -> dict[str, Any]:
    """The weeks, and what they point into."""
    told: History = marts.history
    lists = _Lists(told.weeks[-1].people if told.weeks else ())
    weeks = [_week(week, lists) for week in told.weeks]
    return {
        "asOf": instant(marts.as_of),
        "rowFields": ROW_FIELDS,
        "people": list(lists.people),
        "ranks": list(lists.ranks),
        "bosses": list(lists.bosses),
        "states": STATES,
        "weeks": weeks,
        "totals": dict(sorted(told.totals.items())),
        "chart": weekly(),
    }


def _week(week: HistoryWeek, lists: _Lists) -> dict[str, Any]:
    states = Counter(person.state for person in week.people)
    rows = [_row(person, week.window.until, lists) for person in week.people]
    columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in ROW_FIELDS]
    return {
        "since": milliseconds(week.window.since),
        "until": milliseconds(week.window.until),
        "counts": {state: states[state] for state in STATES},
        "rows": [_steps(columns[0]), *columns[1:]],
    }


def _row(person: Person, until: datetime, lists: _Lists) -> tuple[int | None, ...]:
    seen = _days(person.seen_at, until)
    return (
        lists.who(person),
        lists.ranks.of((person.role, person.role_place)),
        None if person.state is None else STATES.index(person.state),
        seen,
        _less(_days(person.last_gain_at, until), seen),
        _less(_days(person.last_word_at, until), seen),
        int(person.seen_lately),
        _cut(person.xp),
        _cut_hours(person.ehp),
        _cut_hours(person.ehb),
        None if person.top_boss is None else lists.bosses.of(person.top_boss),
        person.kills,
        person.messages,
    )


def _lasting(person: Person) -> tuple[Any, ...]:
    """What is the same of somebody in every week of a stay."""
    return (
        person.person_id, person.player_ids, person.name, person.alts, person.type, person.status,
        milliseconds(person.joined_at), person.join_source,
    )  # fmt: skip


def _days(at: datetime | None, until: datetime) -> int | None:
    """Whole days before *until*; a part of a day is one."""
    return None if at is None else -((at - until) // DAY)


def _cut(xp: int | None) -> int | None:
    """*xp* as `compact` shows it."""
    if xp is None or xp < FULL:
        return xp
    step: int = 10 ** (len(str(xp)) - DIGITS)
    return xp // step * step


def _cut_hours(hours: int | None) -> int | None:
    """Hundredths: cut off, not rounded, for tenths are rounded from them; less than one stays, for it is not nothing."""
    return hours if hours is None or hours < HUNDREDTH else hours // HUNDREDTH * HUNDREDTH


def _less(days: int | None, seen: int | None) -> int | None:
    """Most were last looked at when they last moved, so that this is mostly zero."""
    return None if days is None else days - (seen or 0)


def _steps(numbers: Sequence[int]) -> list[int]:
    """Differences: small numbers pack well."""
    return [number - before for before, number in zip((0, *numbers), numbers, strict=False)]
