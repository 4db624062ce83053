"""The night as a Prefect flow: the order of the stages, what is tried again, and in which state it all ends.

Each task starts its stage as a child process. Settings reach the children through the environment alone: Prefect stores
parameters in clear text, so none of them may hold a secret.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from prefect import flow, runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas import State, TaskRun
from prefect.exceptions import FailedRun
from prefect.futures import PrefectFuture
from prefect.states import Completed, Failed
from prefect.tasks import Task

from pipeline.children import run_child
from pipeline.job import Job
from pipeline.outcome import ATTEMPTS, DIGEST, LANDINGS, StageOutcome
from pipeline.runs import done_before, end, planned, record
from pipeline.settings import Settings
from pipeline.verdict import RunState, Verdict, stopper

log = logging.getLogger(__name__)

FIRST_WAIT_S: Final = 30.0


class StageFailed(Exception):
    """A stage ended badly; its outcome says how."""

    def __init__(self, outcome: StageOutcome) -> None:
        super().__init__(outcome.error)
        self.outcome = outcome


async def may_work_again(_task: "Task[..., Any]", _run: TaskRun, state: "State[Any]") -> bool:
    """Only a killed stage, or one whose source was out of reach, is tried again."""
    failure = await state.aresult(raise_on_failure=False)
    return isinstance(failure, StageFailed) and failure.outcome.may_work_again


@task(
    task_run_name="{name}",
    retries=ATTEMPTS - 1,
    retry_jitter_factor=0.3,
    retry_condition_fn=may_work_again,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def stage(name: str, run_id: str, now: str, output: str) -> StageOutcome:
    """One stage as a child process, recorded as soon as it ends."""
    job = _job(run_id, now, output)
    log.info("%s: begins.", name)
    outcome = run_child(job, name)
    outcome = outcome.after(runtime.task_run.run_count, outcome.seconds)
    log.info("%s: %s after %.1f s.", name, outcome.state, outcome.seconds)
    record(job, outcome)
    if not outcome.succeeded:
        raise StageFailed(outcome)
    return outcome


@flow(name="nightly", flow_run_name="{run_id}", persist_result=False, validate_parameters=False)
def nightly(
    run_id: str,
    now: str,
    output: str,
    only: str | None = None,
    first_wait_s: float = FIRST_WAIT_S,
    began: float | None = None,
) -> "State[Any]":
    """Harvest the sources side by side, load, judge, report and publish side by side, deploy; what is done is not done again.

    Whatever became of it is told last, and changes nothing of it. *began* is when the night began by this process's clock for
    stretches of time, if that was before Prefect's own start.
    """
    began = time.perf_counter() if began is None else began
    job = replace(_job(run_id, now, output), only=only)
    outcomes = done_before(job)
    patient = stage.with_options(retry_delay_seconds=[first_wait_s * 4**n for n in range(ATTEMPTS - 1)])

    def start(name: str) -> Callable[[], StageOutcome]:
        if name in outcomes:
            return lambda: outcomes[name]
        future: PrefectFuture[StageOutcome] = patient.submit(name, run_id, now, output)
        return lambda: _outcome(name, future)

    for together in (LANDINGS, ["load"], ["judge"], ["report", "publish"], ["deploy"]):
        waiting = {name: start(name) for name in together if name in planned(job)}
        outcomes |= {name: finish() for name, finish in waiting.items()}
        if stopper(outcomes):
            break
    if DIGEST in planned(job):
        outcomes |= {DIGEST: start(DIGEST)()}
    return state_of(end(job, outcomes, time.perf_counter() - began))


def lead(
    job: Job, began: float, first_wait_s: float = FIRST_WAIT_S, on_running: Callable[[], None] = lambda: None
) -> None:
    """Live the night of *job*; what broke the flow itself, which Prefect would keep to itself, is raised.

    *on_running* is called once Prefect has begun.
    """
    orders = (job.run_id, job.now.isoformat(), str(job.output), job.only, first_wait_s, began)
    night = nightly.with_options(on_running=[lambda *_: on_running()])
    state: State[Any] = night(*orders, return_state=True)
    if state.is_failed() or state.is_crashed():
        # A night that only failed left no error here, or Prefect's own word for one.
        left = state.result(raise_on_failure=False)
        if isinstance(left, Exception) and not isinstance(left, FailedRun):
            raise left


def state_of(verdict: Verdict) -> "State[Any]":
    """How a night's end is called at Prefect."""
    named: dict[RunState, State[Any]] = {
        "done": Completed(message=verdict.sentence),
        "degraded": Completed(name="Degraded", message=verdict.sentence),
        "failed": Failed(message=verdict.sentence),
    }
    return named[verdict.state]


def _job(run_id: str, now: str, output: str) -> Job:
    return Job(Settings.read(Path(output)), run_id, datetime.fromisoformat(now))


def _outcome(name: str, future: PrefectFuture[StageOutcome]) -> StageOutcome:
    found = future.result(raise_on_failure=False)
    if isinstance(found, StageFailed):
        return found.outcome
    if isinstance(found, StageOutcome):
        return found
    return StageOutcome.of_error(name, found if isinstance(found, Exception) else RuntimeError(str(found)))
