"""Sentences that tell people what to type, wherever they stand in the code."""

import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.cli import COMMANDS
from pipeline.house import PROJECT

BARE = re.compile(rf"(?<!uv run )\bclanstats ({'|'.join(COMMANDS)})\b")


def told() -> Iterator[tuple[Path, str]]:
    """Every line that may be shown to somebody; a docstring's first is for who reads the code."""
    for file in sorted([*PROJECT.glob("pipeline/**/*.py"), *PROJECT.glob("templates/**/*.*")]):
        if file.suffix in (".py", ".html", ".j2"):
            yield from ((file, line) for line in file.read_text("utf-8").splitlines() if '"""' not in line)


def test_what_people_are_to_type_works_where_nobody_has_activated_an_environment() -> None:
    assert [f"{file.relative_to(PROJECT)}: {line}" for file, line in told() if BARE.search(line)] == []


def test_a_bare_command_would_be_found() -> None:
    assert BARE.search("then run clanstats forget --again.")
    assert not BARE.search("then type uv run clanstats forget --again.")
