"""What the clan's rules would have done on the first days of past months."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from pipeline.marts.advice_model import Soul
from pipeline.marts.model import Marts
from pipeline.marts.replay_model import Earned, Named
from pipeline.outputs.exports.resource import Field, Reference, Resource


class Removed(NamedTuple):
    """Somebody whom a threshold would have named in a month, and what became of them."""

    month: Named
    who: Soul
    after: str


class Promoted(NamedTuple):
    """Somebody who had earned a rank in a month."""

    month: Earned
    who: Soul


class Work(NamedTuple):
    """How far the work is."""

    own_days: int
    missing: int


def _removed(marts: Marts) -> Iterator[Removed]:
    for month in marts.replay.named:
        back, unseen = set(month.back), set(month.unseen)
        for soul in month.named:
            yield Removed(month, soul, "back" if soul in back else "unseen" if soul in unseen else "away")


def _promoted(marts: Marts) -> Iterator[Promoted]:
    for month in marts.replay.earned:
        for soul in month.due:
            yield Promoted(month, soul)


def _on(month: Named | Earned) -> datetime:
    return month.as_of


WORK: Final = Resource[Work](
    "replay",
    "Policy replay",
    "The clan's own rule, and how many of the last months are still to be worked out.",
    lambda marts: (Work(marts.replay.own_days, marts.replay.missing),),
    (
        Field[Work]("own_days", "integer", "Days of silence after which the clan calls somebody inactive.", lambda w: w.own_days, "days"),
        Field[Work]("missing", "integer", "Months that are not worked out yet.", lambda w: w.missing, "months"),
    ),
    ("own_days",),
)  # fmt: skip

MONTHS: Final = Resource[Named](
    "replay_months",
    "Policy replay by month",
    "What each threshold would have done on the first of each month, with only what was known then.",
    lambda marts: marts.replay.named,
    (
        Field[Named]("as_of", "datetime", "First instant of the month in the clan's zone.", _on),
        Field[Named]("threshold_days", "integer", "Days of silence after which one is removed.", lambda n: n.threshold_days, "days"),
        Field[Named]("members", "integer", "People in the clan then.", lambda n: n.members, "people"),
        Field[Named]("is_over", "boolean", "Whether what came in the 60 days after it is known.", lambda n: n.is_over),
    ),
    ("as_of", "threshold_days"),
)  # fmt: skip

REMOVED: Final = Resource[Removed](
    "replay_removed",
    "Policy replay: who would have been removed",
    "Parts of replay_months.csv. Who was named in one month may be named in the next as well.",
    _removed,
    (
        Field[Removed]("as_of", "datetime", "As in replay_months.csv.", lambda row: row.month.as_of),
        Field[Removed]("threshold_days", "integer", "As in replay_months.csv.", lambda row: row.month.threshold_days, "days"),
        Field[Removed]("person_id", "integer", "Who.", lambda row: row.who.person_id),
        Field[Removed]("player_id", "integer", "Their main account.", lambda row: row.who.player_id),
        Field[Removed]("name", "string", "Its name.", lambda row: row.who.name),
        Field[Removed]("after", "string", "In the 60 days after it they were back, away, or not looked at.", lambda row: row.after,
                       among=("back", "away", "unseen")),
    ),
    ("as_of", "threshold_days", "person_id"),
    (Reference(("as_of", "threshold_days"), "replay_months", ("as_of", "threshold_days")),),
)  # fmt: skip

PROMOTED: Final = Resource[Promoted](
    "replay_promoted",
    "Policy replay: whom the ladder would have promoted",
    "On the first of each month, with only what was known then.",
    _promoted,
    (
        Field[Promoted]("as_of", "datetime", "First instant of the month in the clan's zone.", lambda row: _on(row.month)),
        Field[Promoted]("rank", "string", "The rank that was due.", lambda row: row.month.rank),
        Field[Promoted]("person_id", "integer", "Who.", lambda row: row.who.person_id),
        Field[Promoted]("player_id", "integer", "Their main account.", lambda row: row.who.player_id),
        Field[Promoted]("name", "string", "Its name.", lambda row: row.who.name),
        Field[Promoted]("given", "boolean", "Whether they had the rank 60 days later.", lambda row: row.who in row.month.given),
        Field[Promoted]("gone", "boolean", "Whether they were inactive or gone by then.", lambda row: row.who in row.month.gone),
        Field[Promoted]("is_over", "boolean", "Whether what came in those 60 days is known.", lambda row: row.month.is_over),
    ),
    ("as_of", "rank", "person_id"),
)  # fmt: skip

TABLES: Final = (WORK, MONTHS, REMOVED, PROMOTED)
