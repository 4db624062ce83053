"""Log lines: the run on each, and never a secret."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline import clock, log
from pipeline.errors import ConfigError

logger = logging.getLogger("pipeline.somewhere.deep")


@pytest.fixture(autouse=True)
def _loggers_as_they_were() -> Iterator[None]:
    ours = [logging.getLogger(name) for name in log.OURS]
    before = [(one.level, one.propagate) for one in ours]
    yield
    log.stop()
    for one, (level, propagate) in zip(ours, before, strict=True):
        one.setLevel(level)
        one.propagate = propagate


def lines(output: Path) -> str:
    return (output / "logs" / "app.log").read_text("utf-8")


def test_each_line_bears_the_run(tmp_path: Path) -> None:
    log.start(tmp_path, "20261121T040000Z", (), console=False)
    logger.info("first")
    logging.getLogger("flows.nightly").warning("second")
    assert [line.split()[2:] for line in lines(tmp_path).splitlines()] == [
        ["INFO", "20261121T040000Z", "pipeline.somewhere.deep:", "first"],
        ["WARNING", "20261121T040000Z", "flows.nightly:", "second"],
    ]


def test_a_secret_in_a_message_is_not_written(tmp_path: Path) -> None:
    log.start(tmp_path, "run", ["hunter2"], console=False)
    logger.info("the key is hunter2, really hunter2")
    assert "the key is [secret], really [secret]" in lines(tmp_path)


@pytest.mark.parametrize("given", [("hunter2",), ({"key": "hunter2"},), (["hunter2"],), (ValueError("hunter2"),)])
def test_a_secret_in_an_argument_is_not_written(tmp_path: Path, given: tuple[object]) -> None:
    log.start(tmp_path, "run", ["hunter2"], console=False)
    logger.warning("given: %s", *given)
    assert "hunter2" not in lines(tmp_path)
    assert "[secret]" in lines(tmp_path)


def ask() -> None:
    """Fail with a secret in the error and another in what caused it."""
    try:
        _ = dict[str, int]()["https://example.org/?key=hunter2"]
    except KeyError as error:
        raise RuntimeError("refused hunter2") from error


def test_a_secret_in_a_traceback_or_its_cause_is_not_written(tmp_path: Path) -> None:
    log.start(tmp_path, "run", ["hunter2"], console=False)
    try:
        ask()
    except RuntimeError:
        logger.exception("it failed")
    said = lines(tmp_path)
    assert ("hunter2" in said, "RuntimeError: refused [secret]" in said, "KeyError" in said) == (False, True, True)


def test_a_secret_that_begins_another_does_not_uncover_its_rest(tmp_path: Path) -> None:
    log.start(tmp_path, "run", ["hunter", "hunter2-and-more"], console=False)
    logger.info("hunter2-and-more, then hunter")
    assert lines(tmp_path).endswith("[secret], then [secret]\n")


def test_an_empty_secret_hides_nothing(tmp_path: Path) -> None:
    log.start(tmp_path, "run", [""], console=False)
    logger.info("plain")
    assert lines(tmp_path).endswith("plain\n")


def test_percent_signs_of_a_message_stay(tmp_path: Path) -> None:
    log.start(tmp_path, "run", ["x"], console=False)
    logger.info("%s done", "100 %d")
    assert lines(tmp_path).endswith("100 %d done\n")


@pytest.mark.parametrize("forged", ["\n", "\r", "\x85", "\u2028", "\x1b[2K"])
def test_a_name_with_line_breaks_makes_no_line_of_its_own(tmp_path: Path, forged: str) -> None:
    log.start(tmp_path, "run", (), console=False)
    name = f"Zezima{forged}2026-11-21 03:17:00,000 ERROR   run pipeline: forged"
    logger.info("hello %s", name)
    try:
        int(name)
    except ValueError:
        logger.exception("it failed")
    records = [line for line in lines(tmp_path).split("\n") if line and not line.startswith(log.CONTINUED)]
    assert [line.split()[2] for line in records] == ["INFO", "ERROR"]
    assert forged == "\n" or forged not in lines(tmp_path)


def test_people_see_no_secret_either(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.start(tmp_path, "run", ["hunter2"])
    logger.error("it was %s", "hunter2")
    assert capsys.readouterr().err == "ERROR: it was [secret]\n"


def test_starting_again_writes_each_line_once(tmp_path: Path) -> None:
    log.start(tmp_path, "one", (), console=False)
    log.start(tmp_path, "two", (), console=False)
    logger.info("said once")
    assert [line.split()[3] for line in lines(tmp_path).splitlines()] == ["two"]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-21T03:00:00Z", datetime(2026, 11, 21, 3, tzinfo=UTC)),
        ("2026-11-21T03:00:00", datetime(2026, 11, 21, 3, tzinfo=UTC)),
        ("2026-11-21T03:00:00+02:00", datetime(2026, 11, 21, 1, tzinfo=UTC)),
        ("2026-11-21", datetime(2026, 11, 21, tzinfo=UTC)),
        ("2026-11-21T03:00:00.123987Z", datetime(2026, 11, 21, 3, 0, 0, 123_000, tzinfo=UTC)),
    ],
)
def test_an_instant_that_a_person_writes_is_utc_in_whole_milliseconds(text: str, instant: datetime) -> None:
    found = clock.parse(text)
    assert (found, found.tzinfo) == (instant, UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "21.11.2026"])
def test_anything_else_is_no_instant(text: str) -> None:
    with pytest.raises(ConfigError, match="is not an instant; write it like"):
        clock.parse(text)


def test_the_clock_shows_whole_milliseconds_of_utc() -> None:
    assert (clock.now().microsecond % 1000, clock.now().tzinfo) == (0, UTC)
