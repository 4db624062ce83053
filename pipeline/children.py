"""Stages as child processes: one that crashes, hangs or is killed takes nothing else down."""

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.house import PROJECT
from pipeline.job import Job
from pipeline.outcome import HARVESTS, StageOutcome, outcome_file, read_outcome
from pipeline.tally import Tally


def run_child(job: Job, name: str) -> StageOutcome:
    """Do the stage *name* in a process of its own, for at most `STAGE_TIMEOUT_S`, and read what it left.

    The child holds the other end of a pipe: when this process dies, however it dies, the child notices and ends.
    """
    outcome_file(job.output, job.run_id, name).unlink(missing_ok=True)
    began = time.perf_counter()
    command = [sys.executable, "-m", "pipeline", name, "--run-id", job.run_id, "--now", job.now.isoformat()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=job.settings.environ(), cwd=PROJECT) as child:
        try:
            code = child.wait(timeout=job.settings.stage_timeout_s)
        except subprocess.TimeoutExpired:
            code = None
            child.kill()
        except BaseException:
            child.kill()
            raise
    outcome = read_outcome(job.output, job.run_id, name)
    if outcome.state == "killed":
        outcome = replace(outcome, **_how_it_ended(name, code, job.settings.stage_timeout_s))
    if name in HARVESTS:  # also of one that failed or was killed
        outcome = replace(outcome, requests=Tally.of(job, name.removeprefix("harvest_")).count)
    return outcome.after(1, time.perf_counter() - began)


def _how_it_ended(name: str, code: int | None, timeout_s: int) -> dict[str, Any]:
    """What to say of a stage that left no outcome: it took too long, it was killed, or it could not even write one."""
    if code is None:
        return {"error": f"The stage {name} took longer than {timeout_s} s and was ended (STAGE_TIMEOUT_S)."}
    if code > 0:
        text = f"The stage {name} could not start, or not write how it went (exit {code}): see the log, and free disk space."
        return {"state": "failed", "error": text}
    return {}


def peak_bytes() -> int | None:
    """The most memory that this process has held, where the system says (Linux).

    getrusage will not do: Linux counts the parent's own pages, from before the exec, as the child's.
    """
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text("ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return None


def end_with_parent() -> None:
    """End this process as soon as the one that started it is gone."""

    def watch() -> None:
        os.read(sys.stdin.fileno(), 1)  # unbuffered: a daemon thread inside sys.stdin would crash a normal exit
        os._exit(70)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()
