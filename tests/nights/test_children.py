"""Processes that we start: what the end of a stage means, and that nobody waits in the pipe that ends them."""

import os
import subprocess
import sys

import pytest

from pipeline.children import UNTOLD, how_it_ended
from pipeline.house import PROJECT

LISTENING = """
import subprocess, sys
from pipeline.children import end_with_parent

end_with_parent()
print(subprocess.run([sys.executable, "-c", "import sys; print(len(sys.stdin.read()))"], timeout=20, capture_output=True).stdout)
sys.stdout.flush()
import time
time.sleep(60)
"""


def test_a_child_that_ends_with_us_hands_its_pipe_to_nobody() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LISTENING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PROJECT
    ) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline().strip() == b"b'0\\n'", "what it started found its input empty, and ended"
        assert child.poll() is None
        child.stdin.close()
        assert child.wait(60) == 70


@pytest.mark.parametrize(
    "code", [-9, 1, 15, 0xC0000005], ids=["SIGKILL", "Task Manager", "taskkill", "a crash on Windows"]
)
def test_a_stage_that_was_ended_from_outside_may_work_again(code: int) -> None:
    assert how_it_ended("load", code, 900) == {}


def test_a_stage_that_could_not_say_how_it_went_failed() -> None:
    told = how_it_ended("load", UNTOLD, 900)
    assert told["state"] == "failed"
    assert told["error"].startswith("The stage load could not start, or not write how it went (exit 71)")


def test_a_stage_that_cannot_start_ends_with_a_code_that_is_no_one_elses() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "pipeline", "load", "--run-id", "x", "--now", "never"],
        stdin=subprocess.PIPE, stderr=subprocess.PIPE, cwd=PROJECT, env=os.environ | {"WOM_GROUP_ID": "1", "CLANSTATS_DOTENV": ""},
    ) as child:  # fmt: skip
        assert child.wait(60) == UNTOLD
        assert child.stderr is not None
        assert b"ConfigError" in child.stderr.read()
