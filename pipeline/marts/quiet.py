"""Who of those who take part had the quietest week: a friendly look at the other end of the boards."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from pipeline.marts.model import Person

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


def quietest(people: Iterable[Person], since: datetime) -> tuple[Person, ...]:
    """Active persons whose gains of the week since *since* are known: the least experience first, then the fewest efficient hours,
    then the longest without a gain. Whoever came during the week is left out: they had less of it.
    """
    known = [row for row in people if row.state == "active" and row.xp is not None and row.joined_at < since]
    return tuple(sorted(known, key=_quiet))


def _quiet(row: Person) -> tuple[int, int, datetime, str, int]:
    hours = (row.ehp or 0) + (row.ehb or 0)
    return row.xp or 0, hours, row.last_gain_at or _NEVER, row.name.casefold(), row.person_id
