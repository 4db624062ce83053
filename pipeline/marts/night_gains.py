"""What present members gained since the last night, together: too short a time for the windows in which gains are told."""

from sqlalchemy import Connection

from pipeline.domain.gains import gain
from pipeline.domain.metrics import OVERALL
from pipeline.marts.model import Marts, NightGains
from pipeline.storage.night_queries import moved


def night_gains(connection: Connection, marts: Marts) -> NightGains:
    """From the last look by the last night to the last one by tonight; who had not been looked at by then gained nothing yet."""
    since, until = marts.since_last_night.since, marts.since_last_night.until
    if since is None or until is None:
        return NightGains()
    members = {member.player_id for member in marts.members}
    rows = [row for row in moved(connection, since, until) if row.player_id in members]
    told = {row.player_id: row for row in rows if row.metric == OVERALL and row.start is not None}
    kills = (row for row in rows if row.metric != OVERALL and row.player_id in told)
    return NightGains(
        sum(gain(OVERALL, row.start, row.end) for row in told.values()),
        sum(gain(row.metric, row.start, row.end) for row in kills),
    )
