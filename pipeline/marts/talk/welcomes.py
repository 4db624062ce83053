"""Who was greeted when they came to the guild, and by whom."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from pipeline.domain.talk import instant_of
from pipeline.marts.talk.layers import Periods, Tally
from pipeline.marts.talk.people import Account, People
from pipeline.marts.talk.questions import NOBODY_KNOWN
from pipeline.marts.talk_model import Welcome
from pipeline.storage.talk_queries import GreetingRow

NEWCOMERS: Final = timedelta(days=90)
"""How long ago somebody may have come to stand in the list."""


def welcomes(
    accounts: Iterable[Account], greetings: Mapping[int, GreetingRow], people: People, now: datetime
) -> tuple[Welcome, ...]:
    """Newcomers, the latest first."""
    came = [
        (each.joined_at, each)
        for each in accounts
        if each.joined_at is not None and now - NEWCOMERS <= each.joined_at <= now
    ]
    came.sort(key=lambda row: (-row[0].timestamp(), people.faces[row[1].person_id].name.casefold(), row[1].account_id))
    return tuple(_welcome(each, at, greetings.get(each.account_id), people) for at, each in came)


def welcomed_by(
    accounts: Iterable[Account], greetings: Mapping[int, GreetingRow], people: People, periods: Periods
) -> Tally:
    """How many newcomers each person was the first to greet, by the periods in which those came."""
    found = Tally()
    for each in accounts:
        greeting = greetings.get(each.account_id)
        if greeting is not None and each.joined_at is not None:
            found.add(people.author(greeting.author_id), periods.keys_at(each.joined_at))
    return found


def _welcome(newcomer: Account, joined_at: datetime, greeting: GreetingRow | None, people: People) -> Welcome:
    name = people.faces[newcomer.person_id].name
    if greeting is None:
        return Welcome(newcomer.person_id, name, joined_at, None, None)
    by = people.name(people.author(greeting.author_id)) or NOBODY_KNOWN
    return Welcome(newcomer.person_id, name, joined_at, instant_of(greeting.message_id), by)
