"""All of retention from one view of the database and what the night knows already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from pipeline.domain.activity import Signs
from pipeline.domain.metrics import Metric
from pipeline.domain.window import midnight
from pipeline.marts.advice_model import Inactivity, Milestone, Retention, Soul
from pipeline.marts.model import CompetitionView, Highlight, Member, Period
from pipeline.marts.retention.cohorts import cohorts
from pipeline.marts.retention.drift import drifting, returners
from pipeline.marts.retention.funnel import DAYS, Known, funnel
from pipeline.marts.retention.habits import Habit, Points, gained_by_day
from pipeline.marts.retention.praise import MONTH, WEEK, Week, stars, thanks
from pipeline.marts.retention.stays import recorded
from pipeline.marts.rules import Rules
from pipeline.marts.talk_model import TalkMarts
from pipeline.storage import identity, queries, retention_queries, talk_queries
from pipeline.storage.talk_queries import Scope


@dataclass(frozen=True, slots=True)
class SoFar:
    """What the other answers of the night know. `matched` are persons with a Discord account, None where there is no Discord.

    `scope` is whose talk counts, None where none was read.
    """

    now: datetime
    seen_until: datetime
    members: Sequence[Member]
    periods: Mapping[str, Period]
    metrics: Mapping[str, Metric]
    series: Mapping[int, Points]
    contests: Sequence[CompetitionView]
    bosses: Sequence[Highlight]
    milestones: Sequence[Milestone]
    inactivity: Inactivity
    signs: Mapping[int, Signs]
    matched: frozenset[int] | None
    talk: TalkMarts | None
    scope: Scope | None


def retention(connection: Connection, night: SoFar, rules: Rules) -> Retention:
    """Who stays, drifts, comes back, and whom to thank."""
    zone, today = ZoneInfo(rules.time_zone), midnight(night.now).date()
    stays = recorded(
        queries.roster_events(connection, night.seen_until), queries.stays(connection, night.seen_until), night.now
    )
    known = Known(
        persons=talk_queries.persons(connection),
        signs=night.signs,
        matched=night.matched,
        replied_at=_replies(connection, night.scope) if night.scope is not None else {},
        looked_at=queries.last_looks(connection, night.seen_until),
    )
    habits = _habits(night)
    skip = {v.person_id for v in night.inactivity.verdicts if v.state == "inactive" or v.exempt}
    souls = {habit.who.person_id: habit.who for habit in habits}
    owners = {player: v.person_id for v in night.inactivity.verdicts for player in v.player_ids}
    week = Week(
        night.now, souls, owners, night.contests, night.milestones, night.bosses, night.members, night.periods[WEEK],
        night.talk,
    )  # fmt: skip
    return Retention(
        cohorts=cohorts(stays, night.now, zone),
        funnel=funnel(stays, known, night.now),
        funnel_days=DAYS,
        drifting=drifting(habits, skip, today),
        returners=returners(habits, rules.inactive_days, today, zone),
        stars=stars(habits, night.members, night.periods[MONTH], night.metrics, today),
        thanks=thanks(week),
    )


def _replies(connection: Connection, scope: Scope) -> dict[int, datetime]:
    """When somebody else last replied to each person."""
    owners = {row.id: row.person_id for row in identity.accounts(connection) if row.person_id is not None}
    found: dict[int, datetime] = {}
    for account, at in retention_queries.last_replies(connection, scope).items():
        if account in owners:
            found[owners[account]] = max(at, found.get(owners[account], at))
    return found


def _habits(night: SoFar) -> list[Habit]:
    """Everybody of the clan, by name, with what is known of their days.

    But for those who asked not to be watched, and accounts that cannot come back: of them there is nothing to say.
    """
    held = {slot.player_id for slot in night.inactivity.held}
    heard_until = None if night.talk is None or night.talk.heard_until is None else night.talk.heard_until.date()
    speakers = {} if night.talk is None else {speaker.person_id: speaker for speaker in night.talk.speakers}
    found = []
    for verdict in night.inactivity.verdicts:
        if "opted_out" in verdict.hindrances or held.issuperset(verdict.player_ids):
            continue
        lines = [night.series[player] for player in verdict.player_ids if player in night.series]
        is_heard = night.matched is not None and verdict.person_id in night.matched
        speaker = speakers.get(verdict.person_id)
        wrote = dict(speaker.days) if speaker is not None else {}
        found.append(
            Habit(
                Soul(verdict.person_id, verdict.player_ids[0], verdict.name),
                gained_by_day(lines) if lines and "not_seen" not in verdict.hindrances else None,
                wrote if is_heard and heard_until is not None else None,
                None if verdict.looked_at is None else verdict.looked_at.date(),
                heard_until,
            )
        )
    return found
