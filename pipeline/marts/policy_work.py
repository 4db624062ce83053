"""Working out what the clan's rules would have done in past months: a few months a night, the latest first."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from pipeline.marts.ladder_replay import replay_ladder
from pipeline.marts.policy_replay import body, unsettled
from pipeline.marts.replay import is_over, replay
from pipeline.marts.replay_model import THRESHOLDS
from pipeline.marts.rules import Rules

WORK: Final = 1_500
"""Members times months of a night: some ten seconds. A clan of 500 has half a year after two nights, a small one at once."""


def months(connection: Connection, rules: Rules, now: datetime, members: int) -> Iterator[tuple[datetime, bool, str]]:
    """The next months: their first instant, whether they will not change any more, and what is to be kept of them."""
    days = sorted({*THRESHOLDS, rules.inactive_days})
    for as_of in unsettled(connection, rules, now)[: max(1, WORK // max(1, members))]:
        named = list(replay(connection, rules, [as_of], days, now))
        earned = list(replay_ladder(connection, rules, [as_of], now)) if rules.ladder else []
        yield as_of, is_over(connection, as_of, now), body(named, earned)
