"""The stage that tells of the night in Discord: what happened to the clan, or in its week, and what went wrong."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection

from pipeline.alerts import alert
from pipeline.job import Job
from pipeline.marts.consent import known_as, opted_out
from pipeline.marts.model import Marts
from pipeline.marts.night_gains import night_gains
from pipeline.outcome import DIGEST, STAGES, StageOutcome, StageState, read_outcome
from pipeline.outputs.digest import letters
from pipeline.outputs.digest.names import Shy
from pipeline.outputs.digest.nightly import night_news
from pipeline.outputs.digest.weekly import week_news
from pipeline.storage import digests, queries, runs
from pipeline.storage.digests import TOLD, Kind, Telling
from pipeline.storage.engine import reading, writing
from pipeline.telling import send, told_before
from pipeline.verdict import WRITTEN, Verdict, sum_up

log = logging.getLogger(__name__)

SETTING: Final = "DIGEST_WEBHOOK_URL"
DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WORST: Final = ("failed", "partial", "done")

Answers = Callable[[], Marts]
"""The marts of the night, for whoever needs them: they take longer than all the rest."""


def digest(job: Job, answers: Answers) -> StageOutcome:
    """Send what is to be told of the night, to whomever it concerns."""
    verdict = _verdict(job)
    told = [None if verdict is None else alert(job, verdict), _news(job, verdict, answers)]
    return _together([outcome for outcome in told if outcome is not None])


def preview(job: Job, kind: Kind, answers: Answers) -> str | None:
    """The message of tonight as it would be sent, None if there is nothing worth one."""
    return _message(job, kind, answers(), _verdict(job))


def _verdict(job: Job) -> Verdict | None:
    """How the run ended, or would, by what its stages left behind; None: there is no such run."""
    with reading(job.settings.database) as connection:
        run = runs.find(connection, job.run_id)
        rows = {row.name: row for row in queries.stage_runs(connection, job.run_id)}
    if run is None or run.exit_code is not None:
        return None if run is None else Verdict(run.state, run.exit_code, run.sentence)
    done = (name for name in STAGES if name in rows and name != DIGEST)
    return sum_up({name: _recorded(job, name, rows[name].state, rows[name].error) for name in done})


def _recorded(job: Job, name: str, state: StageState, error: str | None) -> StageOutcome:
    """What the record says; only the stage's own file knows of which class its error is."""
    left = read_outcome(job.output, job.run_id, name)
    return StageOutcome(name, state, error=error, error_class=left.error_class if left.state == state else None)


def _news(job: Job, verdict: Verdict | None, answers: Answers) -> StageOutcome | None:
    """Send the digest, if there is one tonight."""
    address = job.settings.digest_webhook_url
    if address is None:
        return None
    if verdict is not None and verdict.state == "failed":
        return _noted("Nothing new was published, so there is no digest.")
    due = _due(job)
    if not due:
        return _noted("clan.toml asks for no digest tonight.")
    if (before := told_before(job, due[0])) is not None:
        return before
    marts = answers()
    for telling in due:
        content = _message(job, telling.kind, marts, verdict)
        if content is not None:
            return send(job, telling, address, SETTING, content)
        with writing(job.settings.database) as connection:
            digests.note(connection, telling, "quiet", job.run_id, job.now)
    return _noted("Nothing happened that is worth a digest.")


def _due(job: Job) -> list[Telling]:
    """The digests of this night, of which one is sent: the one that was, or may have been; else the first with anything to tell.

    The week's comes on its day or the first night after it, in place of the night's.
    """
    asked, night = job.settings.policy().digest, date.fromisoformat(job.night)
    weekly, nightly = Telling("weekly", job.night), Telling("nightly", job.night)
    with reading(job.settings.database) as connection:
        for telling in (weekly, nightly):
            if digests.state_of(connection, telling) in TOLD:
                return [telling]
        is_week_due = asked.weekly != "never" and _is_week_due(connection, night, DAYS.index(asked.weekly))
    return [*([weekly] if is_week_due else []), *([nightly] if asked.nightly else [])]


def _is_week_due(connection: Connection, night: date, weekday: int) -> bool:
    """Whether the week that ended at the last *weekday* up to *night* is still to be told."""
    day = night - timedelta((night.weekday() - weekday) % len(DAYS))
    tried = digests.weekly_states(connection, day)
    is_late = bool(tried) or digests.any_night_before(connection, day)
    return (day == night or is_late) and tried.isdisjoint((*TOLD, "quiet"))


def _message(job: Job, kind: Kind, marts: Marts, verdict: Verdict | None) -> str | None:
    policy = job.settings.policy()
    opt_out, link = policy.privacy.opt_out, policy.digest.link
    wrong = verdict.sentence.removeprefix(WRITTEN).strip() if verdict is not None and verdict.state != "done" else ""
    with reading(job.settings.database) as connection:
        shy = Shy.of(known_as(connection, opted_out(connection, opt_out)), opt_out)
        if kind == "weekly":
            week = week_news(marts, shy, wrong)
            return None if week.is_quiet else letters.weekly(marts, week, link)
        news = night_news(marts, night_gains(connection, marts), shy, wrong)
    return None if news.is_quiet else letters.nightly(marts, news, date.fromisoformat(job.night), link)


def _noted(said: str) -> StageOutcome:
    log.info("%s", said)
    return StageOutcome(DIGEST, "done", note=said)


def _together(told: Sequence[StageOutcome]) -> StageOutcome:
    """One outcome for all that was to be told: as good as the worst of it."""
    if not told:
        return _noted("There is nothing to tell.")
    worst = min(told, key=lambda outcome: WORST.index(outcome.state))
    return replace(
        worst,
        requests=sum(outcome.requests for outcome in told),
        error=" ".join(outcome.error for outcome in told if outcome.error) or None,
        note=" ".join(outcome.note for outcome in told if outcome.note) or None,
    )
