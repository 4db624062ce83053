"""Stages as child processes: one that crashes, hangs or is killed takes nothing else down."""

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from pipeline.house import PROJECT
from pipeline.job import Job
from pipeline.outcome import HARVESTS, StageOutcome, outcome_file, read_outcome
from pipeline.tally import Tally

UNTOLD: Final = 71
"""What a stage ends with that could not start, or not write how it went."""
OF_ITS_OWN: Final = frozenset({2, UNTOLD})
"""Codes that only a stage itself ends with; argparse has the 2. Whoever ends a program on Windows leaves a 1, a crash there a large
number, a signal elsewhere a negative one."""


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
        outcome = replace(outcome, **how_it_ended(name, code, job.settings.stage_timeout_s))
    if name in HARVESTS:  # also of one that failed or was killed
        outcome = replace(outcome, requests=Tally.of(job, name.removeprefix("harvest_")).count)
    return outcome.after(1, time.perf_counter() - began)


def how_it_ended(name: str, code: int | None, timeout_s: int) -> dict[str, Any]:
    """What to say of a stage that left no outcome: it took too long, it was killed, or it could not even write one."""
    if code is None:
        return {"error": f"The stage {name} took longer than {timeout_s} s and was ended (STAGE_TIMEOUT_S)."}
    if code in OF_ITS_OWN:
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
    """End this process as soon as the one that started it is gone.

    The pipe that tells is kept for ourselves, and nothing left in its place: on Windows a child of ours that inherits a pipe in
    which we wait would wait for us when it starts (python/cpython#78961).
    """
    pipe = os.dup(sys.stdin.fileno())
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, sys.stdin.fileno())
    os.close(nothing)

    def watch() -> None:
        os.read(pipe, 1)
        os._exit(70)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()
