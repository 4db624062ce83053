"""All tables, in the order in which the package lists them."""

from typing import Any, Final

from pipeline.outputs.exports import (
    ahead,
    cards,
    clan,
    contests,
    gains,
    helping,
    history,
    identities,
    members,
    nights,
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
    *contests.TABLES,
    *nights.TABLES,
    *verdicts.TABLES,
    *promotions.TABLES,
    *ahead.TABLES,
    *retention.TABLES,
    *cards.TABLES,
    *together.TABLES,
    *talk.TABLES,
    *speakers.TABLES,
    *helping.TABLES,
    *identities.TABLES,
    *history.TABLES,
)
