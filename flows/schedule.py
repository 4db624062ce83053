"""The scheduled night: what Prefect runs on the cron, and how it is served.

A run does what `clanstats run --if-due` does, in a process of its own. It learns the output folder from the environment and
reads the settings anew, so that no path and no secret comes to Prefect, and an edited `.env` or clan.toml holds from the next night on.
"""

import asyncio
import logging
import time
from datetime import datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

from prefect import flow, get_client, runtime
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas import State
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import StateType
from prefect.runner import Runner
from prefect.states import Completed, Crashed, Scheduled

from flows.nightly import FIRST_WAIT_S, lead, state_of
from flows.pace import DAY_S, ORIGIN, Pace
from flows.timetable import Timetable
from flows.vigil import give_sign
from pipeline import clock
from pipeline.errors import ClanError
from pipeline.night import FAILED, at_work, code_of, in_words, live, logged
from pipeline.prefects import served_folder
from pipeline.runs import CUT_OFF, Busy, give_up, is_due
from pipeline.settings import Settings

log = logging.getLogger(__name__)

NAME: Final = "clanstats"
NIGHT_ATTEMPTS: Final = 3
AGAIN_AFTER: Final = timedelta(hours=1)
ASK_EVERY_S: Final = 10.0
AHEAD_S: Final = 25.0
"""So long before its time the process of a night is started, and then waits: nights begin on the second."""

_OPEN: Final = [StateType.RUNNING, StateType.PENDING, StateType.SCHEDULED, StateType.CANCELLING, StateType.PAUSED]


@flow(name="scheduled", persist_result=False, validate_parameters=False)
def scheduled(attempt: int = 1, day_s: float = DAY_S, since: str = ORIGIN.isoformat()) -> "State[Any]":
    """The night that is due now, unless it is done; one that something passing stopped comes again, an hour later."""
    pace = Pace(day_s, datetime.fromisoformat(since))
    wait_for(runtime.flow_run.scheduled_start_time)
    try:
        state, may_pass = _lived(pace, is_last=attempt == NIGHT_ATTEMPTS)
        if may_pass and attempt < NIGHT_ATTEMPTS:
            _again(attempt + 1, pace)
        return state
    finally:
        give_sign(served_folder())


def wait_for(due: datetime, longest_s: float = AHEAD_S) -> None:
    """Do not begin before *due*: Prefect wakes a run that waits some tenths early, and before midnight it is the night before.

    A clock that was set back must not let the one place for a night be taken for as long.
    """
    until = time.monotonic() + longest_s
    while (early_s := min((due - clock.now()).total_seconds(), until - time.monotonic())) > 0:
        time.sleep(early_s)


def _lived(pace: Pace, *, is_last: bool) -> "tuple[State[Any], bool]":
    now = pace.instant(clock.now())
    try:
        settings = Settings.read()
    except ClanError as error:
        return _gave_up(Settings.survey(served_folder()).settings, now, error), False
    return tonight(settings, now, pace, is_last=is_last)


def tonight(settings: Settings, now: datetime, pace: Pace, *, is_last: bool = False) -> "tuple[State[Any], bool]":
    """How the night of *now* ended, and whether another attempt may end better. That none was lived is told after the last one."""
    first_wait_s = pace.lasts(timedelta(seconds=FIRST_WAIT_S)).total_seconds()

    try:
        with at_work(settings, now):
            if not is_due(settings, now):
                return _skipped("The night is done already."), False
            verdict = live(settings, now, lambda job, began: lead(job, began, first_wait_s))
    except Busy as error:
        if is_last and _is_still_due(settings, now):
            return _gave_up(settings, now, error), False
        with logged(settings, "-"):
            return _skipped(str(error)), True
    except Exception as error:  # noqa: BLE001 - it would be told to nobody
        said = in_words(error, settings)
        return _gave_up(settings, now, said), code_of(said) == FAILED
    return state_of(verdict), verdict.exit_code == FAILED


def _is_still_due(settings: Settings, now: datetime) -> bool:
    """Whether the night is not done, as far as that can be seen while another run is at work."""
    try:
        return is_due(settings, now)
    except ClanError:
        return True


def _skipped(why: str) -> "State[Any]":
    log.info("Skipped: %s", why)
    return Completed(name="Skipped", message=why)


def _gave_up(settings: Settings, now: datetime, error: ClanError) -> "State[Any]":
    """A night that could not even begin says so in status.json and in the log."""
    verdict = give_up(settings, now, error, code_of(error))
    with logged(settings, "-"):
        log.error("%s", verdict.sentence)
    return state_of(verdict)


def _again(attempt: int, pace: Pace) -> None:
    """Have one more run, in an hour."""
    with get_client(sync_client=True) as client:
        client.create_flow_run_from_deployment(
            UUID(runtime.deployment.id),
            name=f"again-{attempt}",
            parameters={"attempt": attempt},
            state=Scheduled(scheduled_time=clock.now() + pace.lasts(AGAIN_AFTER)),
        )


def serve(timetable: Timetable) -> None:
    """Run nights as *timetable* says, one at a time, and at once if one is owed; ends with its process only.

    A night that comes while another is lived waits for it, and then finds whether it is still due.
    """
    pace = timetable.pace
    fast = {} if pace.is_true else {"day_s": pace.day_s, "since": pace.since.isoformat()}
    runner = Runner(NAME, query_seconds=ASK_EVERY_S, prefetch_seconds=AHEAD_S, limit=1, pause_on_shutdown=False)
    with get_client(sync_client=True) as client:
        _tidy(client)
        deployment = cast(
            "UUID", runner.add_flow(scheduled, NAME, schedule=timetable.schedule(clock.now()), parameters=fast)
        )
        if _is_owed(timetable):
            client.create_flow_run_from_deployment(deployment, name="catching-up")
    asyncio.run(runner.start())


def _tidy(client: SyncPrefectClient) -> None:
    """Close what an earlier scheduler left running, and drop what it left to be run: what is owed is found anew."""
    still_open = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_OPEN)))
    while left := client.read_flow_runs(flow_run_filter=still_open):
        for run in left:
            if run.state_type is StateType.SCHEDULED:
                client.delete_flow_run(run.id)
            else:
                client.set_flow_run_state(run.id, Crashed(message=CUT_OFF), force=True)


def _is_owed(timetable: Timetable) -> bool:
    try:
        return is_owed(Settings.read(), timetable, timetable.pace.instant(clock.now()))
    except ClanError:  # the night itself says what is wrong, where people look for it
        return True


def is_owed(settings: Settings, timetable: Timetable, now: datetime) -> bool:
    """Whether the last night that *timetable* had due up to *now* is so still; the first night of all need not wait for its time."""
    last = timetable.last(now)
    return not settings.database.exists() or (last is not None and is_due(settings, last))
