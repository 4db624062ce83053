"""The stages that ask the world: each leaves one landing, and asks for nothing that is held already."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from pipeline.domain.records import Known
from pipeline.domain.talk import KnownTalk
from pipeline.errors import ConfigError
from pipeline.forget_list import ForgetList
from pipeline.job import Job
from pipeline.outcome import StageOutcome
from pipeline.settings import Settings
from pipeline.sources import landing as landings
from pipeline.sources.discord.plan import Orders
from pipeline.sources.http import Attempt, Session
from pipeline.sources.wom.client import WomClient
from pipeline.sources.wom.harvest import harvest_night
from pipeline.storage import queries, talk_queries
from pipeline.storage.engine import reading
from pipeline.tally import Tally

log = logging.getLogger(__name__)

TIME_SHARE: Final = 0.6
"""Of `STAGE_TIMEOUT_S`, after which a harvest of Discord begins nothing more and closes its landing: a killed one keeps nothing,
and the last answer may keep us waiting for four minutes."""
AS_EVER: Final[Mapping[str, Any]] = MappingProxyType({})
"""How a source waits by itself; others say so in the words of `Session` and `listen`."""


def wom_headers(settings: Settings) -> dict[str, str]:
    """How we introduce ourselves to Wise Old Man."""
    headers = {"User-Agent": settings.user_agent, "Accept": "application/json"}
    if settings.wom_api_key is not None:
        headers["x-api-key"] = settings.wom_api_key.get_secret_value()
    return headers


def wom_session(
    settings: Settings, on_attempt: Callable[[Attempt], object], waits: Mapping[str, Any] = AS_EVER
) -> Session:
    """A session with Wise Old Man that introduces itself."""
    headers = wom_headers(settings)
    if not settings.names_a_contact:
        log.warning("WOM_USER_AGENT names no contact; Wise Old Man asks for one and may block tools without.")
    return Session(
        settings.wom_base_url, headers=headers, budget=settings.wom_request_budget, on_attempt=on_attempt, **waits
    )


def known(job: Job) -> Known:
    """What Wise Old Man need not be asked again; nothing is known before the first load."""
    if not job.settings.database.exists():
        return Known()
    with reading(job.settings.database) as connection:
        return queries.known(connection)


def known_talk(job: Job) -> KnownTalk:
    """What Discord need not be asked again."""
    if not job.settings.database.exists():
        return KnownTalk()
    with reading(job.settings.database) as connection:
        return talk_queries.known_talk(connection)


def _harvest(job: Job, source: str, ask: Callable[[landings.LandingWriter, Tally], StageOutcome]) -> StageOutcome:
    """Have *ask* fill a landing of *source*. A landing this run has finished before is not asked for again."""
    landings.sweep_partials(job.landing, source)
    name = landings.landing_name(job.now, source, job.run_id)
    held = job.landing / name
    spent = Tally.of(job, source)
    if held in landings.whole_landings(job.landing):
        log.info("The landing %s is whole already.", name)
        manifest = landings.read_manifest(held)
        outcome = _harvested(source, name, [failure.error for failure in manifest.failed])
        return replace(outcome, requests=spent.count, bytes=sum(part.bytes for part in manifest.parts))
    with landings.LandingWriter(job.landing, name, source=source, run_id=job.run_id, now=job.now) as writer:
        outcome = ask(writer, spent)
    return replace(outcome, requests=spent.count)


def _harvested(source: str, landing: str, failed: Iterable[str]) -> StageOutcome:
    said = " ".join(failed)
    return StageOutcome(
        f"harvest_{source}", "partial" if said else "done", error=said or None, paths=(f"landing/{landing}",)
    )


def harvest_wom(job: Job, waits: Mapping[str, Any] = AS_EVER) -> StageOutcome:
    """Ask Wise Old Man what is new, into one landing."""
    code = job.settings.wom_verification_code

    def ask(writer: landings.LandingWriter, spent: Tally) -> StageOutcome:
        with wom_session(job.settings, spent, waits) as session:
            session.requests = spent.count
            client = WomClient(session, job.settings.wom_group_id)
            report = harvest_night(
                client, writer, known(job), job.now, code.get_secret_value() if code is not None else None
            )
        log.info("Asked Wise Old Man %d times: %d members, %d days.", report.requests, report.members, len(report.days))
        outcome = _harvested("wom", report.landing, (f.error for f in report.failed))
        return replace(outcome, bytes=report.bytes, rate_left=session.rate_left, rate_limit=session.rate_limit)

    return _harvest(job, "wom", ask)


def harvest_discord(job: Job, waits: Mapping[str, Any] = AS_EVER) -> StageOutcome:
    """Ask Discord who is in the guild and what was written since, into one landing of facts."""
    from pipeline.sources.discord.listening import listen

    settings, policy = job.settings, job.settings.policy()
    token = settings.discord_token
    if token is None:
        raise ConfigError("DISCORD_TOKEN is not set: write the bot's token into .env (README, Discord).")
    orders = Orders(
        now=job.now,
        first_since=job.now - timedelta(days=settings.discord_first_run_days),
        reread_since=job.now - timedelta(days=settings.discord_reread_days),
        tonight=job.now.astimezone(job.zone).replace(hour=0, minute=0, second=0, microsecond=0),
    )

    forgotten = ForgetList(job.output).known(settings.database)

    def ask(writer: landings.LandingWriter, spent: Tally) -> StageOutcome:
        report = listen(
            writer, known_talk(job), orders, token=token.get_secret_value(), base_url=settings.discord_base_url,
            guild_id=settings.discord_guild_id, openings=policy.questions.openings, forums=policy.questions.forums,
            forgotten=forgotten, time_s=TIME_SHARE * settings.stage_timeout_s, on_attempt=spent, **waits,
        )  # fmt: skip
        log.info(
            "Asked Discord %d times, %d of them to look again for edits: %d messages from %d channels and threads.",
            report.requests, report.rereads, report.messages, report.sources,
        )  # fmt: skip
        return replace(_harvested("discord", report.landing, report.failed), bytes=report.bytes)

    return _harvest(job, "discord", ask)
