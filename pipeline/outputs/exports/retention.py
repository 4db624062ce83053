"""Who stays, who slips away, who is back, and whom to thank."""

from collections.abc import Iterator
from typing import Final

from pipeline.marts.advice_model import Cohort, CohortCell, Drift, FunnelStep, Returner, Star, Thanks
from pipeline.marts.model import Marts
from pipeline.outputs.exports.resource import Field, Resource, same

Survival = tuple[Cohort, CohortCell]
Step = tuple[int, FunnelStep, int]
Reason = tuple[Thanks, int, str]
"""A cohort after some days; a step of the funnel, its place and the funnel's days; somebody to thank, and for what."""


def _name(cohort: Cohort) -> str:
    return "all" if cohort.month is None else f"{cohort.month:%Y-%m}"


def _survival(marts: Marts) -> Iterator[Survival]:
    return ((cohort, cell) for cohort in marts.advice.retention.cohorts for cell in cohort.cells)


def _funnel(marts: Marts) -> Iterator[Step]:
    told = marts.advice.retention
    return ((place, step, told.funnel_days) for place, step in enumerate(told.funnel, start=1))


def _reasons(marts: Marts) -> Iterator[Reason]:
    for thanks in marts.advice.retention.thanks:
        for place, reason in enumerate(thanks.reasons, start=1):
            yield thanks, place, reason


COHORTS: Final = Resource[Cohort](
    "cohorts",
    "Cohorts",
    "Those who joined in the same month of the clan's calendar, the newest first, after one of all together.",
    lambda marts: marts.advice.retention.cohorts,
    (
        Field[Cohort]("cohort", "string", "The month such as `2026-05`, or `all`.", _name),
        Field[Cohort]("month", "date", "Its first day; empty: all cohorts together.", lambda c: c.month),
        Field[Cohort]("joined", "integer", "How many joined.", lambda c: c.joined, "people"),
        Field[Cohort]("here", "integer", "How many are here now.", lambda c: c.here, "people"),
    ),
    ("cohort",),
)

SURVIVAL: Final = Resource[Survival](
    "cohort_survival",
    "How many of a cohort stay",
    "Kaplan–Meier estimates, cohort by cohort.",
    _survival,
    (
        Field[Survival]("cohort", "string", "Cohort: cohorts.csv.", lambda row: _name(row[0])),
        Field[Survival]("days", "integer", "Days since joining.", lambda row: row[1].days, "days"),
        Field[Survival]("at_risk", "integer", "Could have been seen that long.", lambda row: row[1].at_risk, "people"),
        Field[Survival]("left", "integer", "Left by then.", lambda row: row[1].left, "people"),
        Field[Survival]("share", "number", "Estimated share that is still here; empty: too early.", lambda row: row[1].share, "share (0 to 1)"),
    ),
    ("cohort", "days"),
    (same("cohort", "cohorts"),),
)  # fmt: skip

FUNNEL: Final = Resource[Step](
    "funnel",
    "A newcomer's way",
    "Steps that those took who joined lately.",
    _funnel,
    (
        Field[Step]("place", "integer", "Order of the steps.", lambda row: row[0], "place"),
        Field[Step]("key", "string", "Key of the step.", lambda row: row[1].key),
        Field[Step]("label", "string", "Its name for people.", lambda row: row[1].label),
        Field[Step]("count", "integer", "How many took it.", lambda row: row[1].count, "people"),
        Field[Step]("of", "integer", "Of how many it can be known.", lambda row: row[1].of, "people"),
        Field[Step](
            "joined_within", "integer", "The funnel is of those who joined in so many days.", lambda row: row[2], "days"
        ),
    ),
    ("key",),
)

DRIFTING: Final = Resource[Drift](
    "drifting",
    "Slipping away",
    "People far under their own habit.",
    lambda marts: marts.advice.retention.drifting,
    (
        Field[Drift]("person_id", "integer", "Who.", lambda d: d.who.person_id),
        Field[Drift]("player_id", "integer", "Their account in the clan.", lambda d: d.who.player_id),
        Field[Drift]("name", "string", "Their name.", lambda d: d.who.name),
        Field[Drift]("unit", "string", "What is counted.", lambda d: d.unit, among=("experience", "messages")),
        Field[Drift]("habit", "number", "A week of before.", lambda d: d.habit, "that of the column unit, a week"),
        Field[Drift]("lately", "number", "A week of lately.", lambda d: d.lately, "that of the column unit, a week"),
        Field[Drift]("chance", "number", "Chance that it means nothing.", lambda d: d.chance, "probability"),
    ),
    ("person_id", "unit"),
)

RETURNERS: Final = Resource[Returner](
    "returners",
    "Back again",
    "People who were away and take part again.",
    lambda marts: marts.advice.retention.returners,
    (
        Field[Returner]("person_id", "integer", "Who.", lambda r: r.who.person_id),
        Field[Returner]("player_id", "integer", "Their account in the clan.", lambda r: r.who.player_id),
        Field[Returner]("name", "string", "Their name.", lambda r: r.who.name),
        Field[Returner]("days", "integer", "How long they were away.", lambda r: r.days, "days"),
        Field[Returner]("back_at", "datetime", "The first sign of life since.", lambda r: r.back_at),
    ),
    ("person_id",),
)

STARS: Final = Resource[Star](
    "stars",
    "On the rise",
    "People whose last 30 days stand out.",
    lambda marts: marts.advice.retention.stars,
    (
        Field[Star]("person_id", "integer", "Who.", lambda s: s.who.person_id),
        Field[Star]("player_id", "integer", "Their account in the clan.", lambda s: s.who.player_id),
        Field[Star]("name", "string", "Their name.", lambda s: s.who.name),
        Field[Star]("text", "string", "What they did, and why it stands out.", lambda s: s.text),
    ),
    ("person_id",),
)

THANKS: Final = Resource[Reason](
    "thanks",
    "Whom to thank",
    "People to thank this week: a row for each reason, the best first.",
    _reasons,
    (
        Field[Reason]("person_id", "integer", "Who.", lambda row: row[0].who.person_id),
        Field[Reason]("place", "integer", "1 is the best reason.", lambda row: row[1], "place"),
        Field[Reason]("player_id", "integer", "Their account in the clan.", lambda row: row[0].who.player_id),
        Field[Reason]("name", "string", "Their name.", lambda row: row[0].who.name),
        Field[Reason]("reason", "string", "For what.", lambda row: row[2]),
    ),
    ("person_id", "place"),
)

TABLES: Final = (COHORTS, SURVIVAL, FUNNEL, DRIFTING, RETURNERS, STARS, THANKS)
