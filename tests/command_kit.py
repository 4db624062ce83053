"""Commands as people type them: each in a process of its own, or here where nothing but its words and its exit code are asked for."""

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import Final
from unittest.mock import patch

from pipeline.cli import main
from pipeline.house import PROJECT

CLANSTATS: Final = (sys.executable, "-c", "from pipeline.cli import main; main()")
"""How a process becomes `clanstats`."""


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def run(environment: Mapping[str, str], *words: str) -> Done:
    """`clanstats` with *words* in a process of its own, which knows *environment* alone."""
    done = subprocess.run(
        [*CLANSTATS, *words], capture_output=True, text=True, timeout=450, cwd=PROJECT, check=False,
        env={**environment, "COLUMNS": "200"}, umask=0o022 if os.name != "nt" else -1,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


def here(environment: Mapping[str, str], *words: str) -> Done:
    """The same in this process, without the second that a new one takes to begin."""
    out, err = StringIO(), StringIO()
    with (
        patch.dict(os.environ, {**environment, "COLUMNS": "200"}, clear=True),
        patch.object(sys, "argv", ["clanstats", *words]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Done(code, out.getvalue(), err.getvalue())
