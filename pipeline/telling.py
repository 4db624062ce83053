"""A message about a night goes out at most once: that it is about to is written down, for good, before it does."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from pydantic import SecretStr

from pipeline.errors import SourceError
from pipeline.job import Job
from pipeline.outcome import DIGEST, StageOutcome
from pipeline.sources.answers import Unsure
from pipeline.sources.discord.webhooks import Receipt, Webhook
from pipeline.storage import digests
from pipeline.storage.digests import TOLD, Kind, State, Telling
from pipeline.storage.engine import writing

log = logging.getLogger(__name__)

NAMES: Final[Mapping[Kind, str]] = {
    "nightly": "digest of the night",
    "weekly": "digest of the week",
    "alert": "alert",
    "well": "word that all is well again",
}


def told_before(job: Job, telling: Telling) -> StageOutcome | None:
    """What to say of a message that is out, or may be; None if it is still to be sent."""
    with writing(job.settings.database) as connection:
        state = digests.state_of(connection, telling)
        if state == "sending":
            digests.note(connection, telling, "unsure", job.run_id, job.now)
    if state not in TOLD:
        return None
    name = NAMES[telling.kind]
    if state == "sending":
        said = f"The {name} may have gone out just when an earlier run was cut off, so it is not sent again."
        return _lamented(StageOutcome(DIGEST, "partial", error=said))
    sure = "was sent" if state == "sent" else "may have been sent"
    return _noted(f"The {name} {sure} before.")


def send(job: Job, telling: Telling, address: SecretStr, setting: str, content: str) -> StageOutcome:
    """Send *content* to the webhook at *address*, which is told by its *setting*, and write down what became of it."""
    with writing(job.settings.database) as connection:
        digests.note(connection, telling, "sending", job.run_id, job.now)
    webhook, name = Webhook(address.get_secret_value(), setting), NAMES[telling.kind]
    try:
        receipt = webhook.send(content)
    except Unsure as error:
        _note(job, telling, "unsure")
        outcome = _lamented(StageOutcome(DIGEST, "partial", error=f"{error} It is not sent again."))
    except SourceError as error:
        _note(job, telling, "failed")
        outcome = _lamented(StageOutcome.of_error(DIGEST, error))
    else:
        _note(job, telling, "sent", receipt)
        outcome = _noted(f"The {name} was sent.")
    return replace(outcome, requests=webhook.requests)


def _note(job: Job, telling: Telling, state: State, receipt: Receipt | None = None) -> None:
    proof = (None, None) if receipt is None else (receipt.sent_at, receipt.message_id)
    with writing(job.settings.database) as connection:
        digests.note(connection, telling, state, job.run_id, job.now, *proof)


def _lamented(outcome: StageOutcome) -> StageOutcome:
    log.warning("%s", outcome.error)
    return outcome


def _noted(said: str) -> StageOutcome:
    log.info("%s", said)
    return StageOutcome(DIGEST, "done", note=said)
