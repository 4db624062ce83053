"""Who runs the clan's ClanStats is told of nights that did not go well, each trouble once, and once that it is over."""

import logging
from contextlib import suppress
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir
from typing import Final

from sqlalchemy import Connection

from pipeline.errors import ClanError
from pipeline.job import Job
from pipeline.log import veil_of
from pipeline.outcome import StageOutcome
from pipeline.outputs.digest import letters
from pipeline.settings import Settings
from pipeline.sources.answers import Unsure
from pipeline.sources.discord.webhooks import Webhook
from pipeline.storage import digests
from pipeline.storage.digests import Telling
from pipeline.storage.engine import reading
from pipeline.telling import send, told_before
from pipeline.verdict import Verdict

log = logging.getLogger(__name__)

SETTING: Final = "ALERT_WEBHOOK_URL"
FOLDER: Final = "alerts"
"""Marks of alerts that the database knows nothing of, for it could not be asked."""
REMINDED_AFTER: Final = timedelta(days=7)
"""A trouble that stays the same is told again after so long."""


def alert(job: Job, verdict: Verdict) -> StageOutcome | None:
    """Tell of the *verdict* on the night, where that is news; None where it is not, or nobody is to be told."""
    address = job.settings.alert_webhook_url
    if address is None:
        return None
    sentence = veil_of(job.settings.secrets())(verdict.sentence)
    with reading(job.settings.database) as connection:
        telling = _due(connection, job, verdict, sentence)
    if telling is None:
        return None
    content = letters.alert(date.fromisoformat(job.night), verdict.state, verdict.exit_code, sentence)
    outcome = told_before(job, telling) or send(job, telling, address, SETTING, content)
    if telling.kind == "well" and outcome.succeeded:
        for mark in _marks(job.output):
            mark.unlink(missing_ok=True)
    return outcome


def _due(connection: Connection, job: Job, verdict: Verdict, sentence: str) -> Telling | None:
    """A night that failed is told of, one that lacks something unless that is known, and one that is well after one that was not."""
    last = digests.last_of(connection, ("alert", "well"), job.night)
    is_open = last is not None and last.kind == "alert"
    if verdict.state == "done":
        return Telling("well", job.night) if is_open or _marks(job.output) else None
    known = verdict.state == "degraded" and last is not None and is_open and last.reason == sentence
    if known and last is not None and last.night != job.night:
        since = date.fromisoformat(job.night) - date.fromisoformat(last.night)
        return Telling("alert", job.night, sentence) if since >= REMINDED_AFTER else None
    return Telling("alert", job.night, sentence)


def alarm(settings: Settings, night: str, verdict: Verdict) -> None:
    """Tell of a night that could not even begin, or could not be closed, as well as it goes; it never makes matters worse."""
    address = settings.alert_webhook_url
    if address is None:
        return
    try:
        sentence = veil_of(settings.secrets())(verdict.sentence)
        content = letters.alert(date.fromisoformat(night), verdict.state, verdict.exit_code, sentence)
        mark = _first_mark(settings.output_dir, night, sentence)
        if mark is not None:
            _send(Webhook(address.get_secret_value(), SETTING), content, mark)
    except Exception as error:  # noqa: BLE001 - the night's own trouble is what people have to hear
        log.warning("The alert could not be sent: %s", veil_of(settings.secrets())(str(error)))


def _send(webhook: Webhook, content: str, mark: Path) -> None:
    """Send *content*; where it surely did not arrive its *mark* goes, so that the next attempt tells of it."""
    try:
        webhook.send(content)
    except Unsure:
        raise
    except ClanError:
        mark.unlink(missing_ok=True)
        raise


def _first_mark(output: Path, night: str, sentence: str) -> Path | None:
    """The mark that *night* was told of, left just now, elsewhere if the output folder takes none; None: it was told before."""
    for folder in (output / FOLDER, Path(gettempdir()) / "clanstats-alerts"):
        mark = folder / f"{night}-{sha256(f'{output} {sentence}'.encode()).hexdigest()[:16]}"
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            if mark.exists():
                return None
            mark.touch()
            return mark
    return None


def _marks(output: Path) -> list[Path]:
    return sorted((output / FOLDER).glob("*-*"))
