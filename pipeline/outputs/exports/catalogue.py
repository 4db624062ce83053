"""All tables, in the order in which the package lists them."""

from typing import Any, Final

from pipeline.outputs.exports import (
    ahead,
    cards,
    channels,
    chat_and_play,
    clan,
    contests,
    decisions,
    gains,
    helping,
    highlights,
    history,
    identities,
    members,
    nights,
    policy_replay,
    promotions,
    retention,
    speakers,
    talk,
    together,
    verdicts,
)
from pipeline.outputs.exports.resource import Resource

RESOURCES: Final[tuple[Resource[Any], ...]] = (
    *clan.TABLES,
    *members.TABLES,
    *gains.TABLES,
    *highlights.TABLES,
    *contests.TABLES,
    *nights.TABLES,
    *verdicts.TABLES,
    *promotions.TABLES,
    *ahead.TABLES,
    *retention.TABLES,
    *cards.TABLES,
    *decisions.TABLES,
    *policy_replay.TABLES,
    *together.TABLES,
    *talk.TABLES,
    *channels.TABLES,
    *chat_and_play.TABLES,
    *speakers.TABLES,
    *helping.TABLES,
    *identities.TABLES,
    *history.TABLES,
)
