"""Log lines: the run on each, and never a secret."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

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


def objects(output: Path, name: str = "app.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (output / "logs" / name).read_text("utf-8").splitlines()]


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


def test_programs_read_each_line_as_an_object(tmp_path: Path) -> None:
    log.start(tmp_path, "20261121T040000Z", (), stage="load", console=False)
    logger.warning("Zoë said “%s”\nand left", 'no "never"')
    [line] = objects(tmp_path)
    assert datetime.fromisoformat(line.pop("at")).tzinfo == UTC
    assert line == {
        "level": "WARNING",
        "run": "20261121T040000Z",
        "stage": "load",
        "logger": "pipeline.somewhere.deep",
        "text": 'Zoë said “no "never"”\nand left',
    }


def test_a_line_of_no_stage_says_so(tmp_path: Path) -> None:
    log.start(tmp_path, "run", (), console=False)
    logger.info("plain")
    assert [(line["stage"], line["text"]) for line in objects(tmp_path)] == [(None, "plain")]


AWKWARD = ["hunter2", 'quo"te', "back\\slash", "bo'th\"", "Zoë-ключ", "a/b c+d", "line\nbreak"]
"""Secrets that look different in a repr, in JSON or in an address."""


def spelled(secret: str) -> list[object]:
    """What may stand in a message for *secret*: itself, in a list, as JSON, and in an address."""
    return [
        secret,
        [secret],
        ["'\"", secret],
        json.dumps(secret),
        json.dumps(secret, ensure_ascii=False),
        quote(secret),
        quote(secret, safe=""),
    ]


def refuse(form: object) -> None:
    raise KeyError(form)


@pytest.mark.parametrize("secret", AWKWARD)
@pytest.mark.parametrize("console", [False, True])
def test_no_spelling_of_a_secret_is_written_anywhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], secret: str, console: bool
) -> None:
    log.start(tmp_path, "run", [secret], console=console)
    logger.info("given: %s", spelled(secret)[0], extra={"key": secret})
    for form in spelled(secret):
        logger.info("given: %s", form)
        try:
            refuse(form)
        except KeyError:
            logger.exception("it failed")
    parsed = [text for line in objects(tmp_path) for text in (line["text"], line.get("error", ""))]
    written = [lines(tmp_path), (tmp_path / "logs" / "app.jsonl").read_text("utf-8"), capsys.readouterr().err, *parsed]
    hidden = [str(form).strip("[]'\"") for form in spelled(secret)]
    assert [form for form in hidden for text in written if form in text.replace("['\\'\"', ", "")] == []
    assert sum("[secret]" in text for text in parsed) == 1 + 2 * len(spelled(secret))


def test_an_error_stands_beside_its_line_with_its_traceback(tmp_path: Path) -> None:
    log.start(tmp_path, "run", ["hunter2"], console=False)
    try:
        ask()
    except RuntimeError:
        logger.exception("it failed")
    [line] = objects(tmp_path)
    assert (line["text"], line["error"].splitlines()[-1]) == ("it failed", "RuntimeError: refused [secret]")
    assert "hunter2" not in line["error"]


WRITER = """
import logging, pathlib, sys
from pipeline import log
output, name, limit, number = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
log.start(output, name, (), console=False, room=log.Room(limit, 60))
logger = logging.getLogger("pipeline.writer")
print("ready", flush=True)
sys.stdin.readline()
for at in range(number):
    logger.info("%s %d %s", name, at, "x" * (at % 300))
"""


def test_processes_side_by_side_lose_no_line_when_a_file_is_full(tmp_path: Path) -> None:
    names, number, limit = ("one", "two", "three"), 100, 3_000
    orders = [[sys.executable, "-c", WRITER, str(tmp_path), name, str(limit), str(number)] for name in names]
    with ExitStack() as stack:
        writers = [
            stack.enter_context(subprocess.Popen(order, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
            for order in orders
        ]
        assert [writer.stdout.readline() for writer in writers if writer.stdout] == ["ready\n"] * 3
        for writer in writers:
            assert writer.stdin
            writer.stdin.write("go\n")
            writer.stdin.flush()
        assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    for base in ("app.log", "app.jsonl"):
        files = sorted((tmp_path / "logs").glob(f"{base}*"))
        assert 10 < len(files) < 60
        assert max(file.stat().st_size for file in files) <= limit
    told = [
        line["text"].split()[:2]
        for file in (tmp_path / "logs").glob("app.jsonl*")
        for line in objects(tmp_path, file.name)
    ]
    assert sorted(told) == sorted([name, str(at)] for name in names for at in range(number))
    plain = [line for file in (tmp_path / "logs").glob("app.log*") for line in file.read_text("utf-8").splitlines()]
    assert len(plain) == len(names) * number


def test_of_full_files_the_oldest_goes(tmp_path: Path) -> None:
    log.start(tmp_path, "run", (), console=False, room=log.Room(200, 5))
    for number in range(20):
        logger.info("%d %s", number, "x" * 150)
    kept = [objects(tmp_path, f"app.jsonl{end}")[0]["text"].split()[0] for end in ("", ".1", ".2", ".3", ".4", ".5")]
    assert kept == ["19", "18", "17", "16", "15", "14"]
    assert not (tmp_path / "logs" / "app.jsonl.6").exists()


def test_a_line_that_was_cut_off_spoils_no_other(tmp_path: Path) -> None:
    log.start(tmp_path, "run", (), console=False)
    logger.info("first")
    with (tmp_path / "logs" / "app.jsonl").open("ab") as file:
        file.write(b'{"at": "2026-')
    logger.info("second")
    whole = (tmp_path / "logs" / "app.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["text"] for line in (whole[0], whole[2])] == ["first", "second"]


def in_the_way(output: Path) -> None:
    (output / "logs").write_text("a file where the folder should be")


def write_protected(output: Path) -> None:
    (output / "logs" / "app.jsonl").mkdir(parents=True)


@pytest.mark.parametrize("spoil", [in_the_way, write_protected])
def test_a_log_that_cannot_be_written_is_told_once_and_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: Any
) -> None:
    spoil(tmp_path)
    log.start(tmp_path, "run", (), console=False)
    logger.info("first")
    logger.info("second")
    said = capsys.readouterr().err
    assert said.startswith(f"WARNING: The log in {tmp_path / 'logs'} cannot be written (")
    assert said.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_told_once_and_stops_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "app.log").symlink_to("/dev/full")
    log.start(tmp_path, "run", (), console=False)
    logger.info("first")
    logger.info("second")
    said = capsys.readouterr().err
    assert ("No space left on device" in said, said.count("\n"), "Traceback" in said) == (True, 1, False)


def test_a_line_that_cannot_be_put_together_raises_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log.start(tmp_path, "run", ())
    logger.info("%d of them", "seven")
    logger.info("but this")
    assert capsys.readouterr().err == "INFO: but this\n"
    assert [line["text"] for line in objects(tmp_path)] == ["but this"]


def test_text_that_no_encoding_holds_is_still_a_line(tmp_path: Path) -> None:
    log.start(tmp_path, "run", (), console=False)
    logger.info("a file called %s", os.fsdecode(b"caf\xe9"))
    assert [line["text"] for line in objects(tmp_path)] == ["a file called caf\udce9"]


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
