"""Who of those who take part had the quietest week: a friendly look at the other end of the boards."""

from collections.abc import Iterable
from datetime import datetime

from pipeline.marts.model import Person


def quietest(people: Iterable[Person], since: datetime) -> tuple[Person, ...]:
    """Active persons whose gains of the week since *since* are known, the least experience first, then the fewest efficient hours.

    Whoever came during the week is left out: they had less of it.
    """
    known = [
        person for person in people if person.state == "active" and person.xp is not None and person.joined_at < since
    ]
    return tuple(
        sorted(
            known, key=lambda row: (row.xp or 0, (row.ehp or 0) + (row.ehb or 0), row.name.casefold(), row.person_id)
        )
    )
