"""Stages as child processes: one that crashes, hangs or is killed takes nothing else down."""

import gc
import os
import subprocess
import sys
import threading
import time

from pipeline.house import PROJECT
from pipeline.outcome import StageOutcome, outcome_file, read_outcome
from pipeline.stages import Job


def run_child(job: Job, name: str) -> StageOutcome:
    """Do the stage *name* in a process of its own, for at most `STAGE_TIMEOUT_S`, and read what it left.

    The child holds the other end of a pipe: when this process dies, however it dies, the child notices and ends.
    """
    outcome_file(job.output, job.run_id, name).unlink(missing_ok=True)
    began = time.perf_counter()
    command = [sys.executable, "-m", "pipeline", name, "--run-id", job.run_id, "--now", job.now.isoformat()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=job.settings.environ(), cwd=PROJECT) as child:
        try:
            child.wait(timeout=job.settings.stage_timeout_s)
        except BaseException as error:
            child.kill()
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
    return read_outcome(job.output, job.run_id, name).after(1, time.perf_counter() - began)


def end_with_parent() -> None:
    """End this process as soon as the one that started it is gone."""

    def watch() -> None:
        os.read(sys.stdin.fileno(), 1)  # unbuffered: a daemon thread inside sys.stdin would crash a normal exit
        os._exit(70)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()


def spare_collector() -> None:
    """Let the collector rest: a stage lives for seconds, and a third of `assemble` went into walking answers that stay.

    At 500 members the peak memory of every stage is the same with it and without.
    """
    gc.disable()
