"""How a night ends when something is in the way of its end, or of its beginning: never well, and never untold."""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from night_kit import DAY, NOW
from pydantic import SecretStr
from records_kit import a_database

from pipeline import cli, costs, log, runs
from pipeline.cli.nights import run
from pipeline.errors import Retriable, StorageError
from pipeline.job import Job
from pipeline.night import live
from pipeline.outcome import StageOutcome, write_outcome
from pipeline.settings import Settings
from pipeline.stages import perform
from pipeline.storage.engine import reading, writing
from pipeline.storage.runs import note_run
from pipeline.verdict import Verdict

KEY = "a key that nobody may see"
HOUR = timedelta(hours=1)
NO_SUCH_DATABASE = f"sqlite:////{'x' * 300}.db"


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    """A folder with a database in which nothing has happened."""
    settings = Settings.alone(wom_group_id=1, output_dir=tmp_path / "out", wom_api_key=SecretStr(KEY))
    settings.output_dir.mkdir()
    a_database(settings.output_dir)
    return settings


@pytest.fixture
def _own_environment() -> Iterator[None]:
    """A night sets the environment of its process; the tests after this one have theirs again."""
    kept = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(kept)


def ended(settings: Settings, now: datetime, *others: StageOutcome) -> Verdict:
    """The night of *now*, all of whose stages did well but for *others*."""
    job = runs.begin(settings, now)
    outcomes = {name: StageOutcome(name, "done") for name in runs.planned(job)} | {o.name: o for o in others}
    for outcome in outcomes.values():
        runs.record(job, outcome)
    verdict = runs.end(job, outcomes)
    assert runs.verdict_of(job) == verdict, "what is told is what is remembered"
    return verdict


def status(settings: Settings) -> Any:
    return json.loads((settings.output_dir / "status.json").read_text("utf-8"))


# ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_night_whose_status_cannot_be_written_does_not_end_well(house: Settings) -> None:
    (house.output_dir / "status.json").mkdir()
    log.start(house.output_dir, "-", (), console=False)
    verdict = ended(house, NOW)
    log.stop()
    assert (verdict.state, verdict.exit_code) == ("degraded", 3)
    assert "status.json still tells of an earlier night" in verdict.sentence
    assert re.search(r"ERROR .*status\.json", (house.output_dir / "logs" / "app.log").read_text("utf-8"))
    assert runs.is_due(house, NOW)


def test_a_night_whose_history_cannot_be_written_says_so_in_its_status(house: Settings) -> None:
    (house.output_dir / "site" / "runs.json").mkdir(parents=True)
    verdict = ended(house, NOW)
    assert (status(house)["exit_code"], status(house)["sentence"]) == (3, verdict.sentence)
    assert "runs.json cannot be replaced" in verdict.sentence


@pytest.mark.skipif(not Path("/proc/self/mem").is_file(), reason="there is no file here that root cannot read")
def test_an_output_that_cannot_be_read_is_named_and_the_others_are_described(house: Settings) -> None:
    site = house.output_dir / "site"
    site.mkdir()
    (site / "unreadable.js").symlink_to("/proc/self/mem")
    verdict = ended(house, NOW)
    assert (verdict.exit_code, status(house)["exit_code"]) == (3, 3)
    assert str(site / "unreadable.js") in verdict.sentence
    assert [output["path"] for output in status(house)["outputs"]] == ["site/runs.js", "site/runs.json"]


def test_a_night_that_failed_stays_a_failure_when_more_goes_wrong(house: Settings) -> None:
    (house.output_dir / "status.json").mkdir()
    verdict = ended(house, NOW, StageOutcome.of_error("harvest_wom", Retriable("WOM is down.")))
    assert (verdict.state, verdict.exit_code) == ("failed", 1)


# ── what broke it ────────────────────────────────────────────────────────────────────────────────────────────────────


def breaking(error: Exception) -> Callable[[Job, float], object]:
    def flow(_job: Job, _began: float) -> object:
        raise error

    return flow


@pytest.mark.usefixtures("_own_environment")
def test_what_kept_the_flow_from_beginning_stands_in_the_sentence_without_the_secrets_in_it(house: Settings) -> None:
    verdict = live(house, NOW, breaking(RuntimeError(f"no server for {KEY}")))
    log.stop()
    assert (verdict.exit_code, status(house)["sentence"]) == (1, verdict.sentence)
    assert verdict.sentence == (
        "Nothing new was published: Something unforeseen went wrong (RuntimeError: no server for [secret]); the log has the details. "
        "The last good outputs stand."
    )
    assert KEY not in json.dumps(costs.history(Job(house, "-", NOW)))


@pytest.mark.usefixtures("_own_environment")
def test_a_flow_that_breaks_off_halfway_names_what_broke_it_once(house: Settings) -> None:
    def flow(job: Job, _began: float) -> object:
        for name in ("harvest_wom", "load"):
            write_outcome(job.output, job.run_id, StageOutcome(name, "done"))
            runs.record(job, StageOutcome(name, "done"))
        raise StorageError("Somebody unplugged it.")

    verdict = live(house, NOW, flow)
    log.stop()
    assert (verdict.exit_code, verdict.sentence.count("Somebody unplugged it.")) == (1, 1)


def test_a_stage_tells_nobody_a_secret_that_stood_in_an_error(house: Settings) -> None:
    def verb(_job: Job) -> StageOutcome:
        raise KeyError(KEY)

    assert perform("report", Job(house, "-", NOW), verb).error == (
        "Something unforeseen went wrong (KeyError: '[secret]'); the log has the details."
    )


# ── the beginning ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("wrong", "code", "said"),
    [
        ({"STAGE_TIMEOUT_S": "15min"}, 2, "STAGE_TIMEOUT_S: "),
        ({"DATABASE_URL": NO_SUCH_DATABASE}, 1, "Something unforeseen went wrong (OSError: "),
        ({"DATABASE_URL": "sqlite:////proc/nowhere/clan_data.db"}, 2, "DATABASE_URL names /proc/nowhere/clan_data.db"),
    ],
    ids=["a wrong setting", "nobody foresaw it", "a folder that cannot be made"],
)
def test_a_night_that_cannot_begin_leaves_no_word_of_the_last_one(
    house: Settings, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str], code: int, said: str
) -> None:
    assert ended(house, NOW - DAY).exit_code == 0
    for name, value in {**house.environ(), **wrong}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Exception, match=re.escape(said)):
        run(NOW.isoformat(), house.output_dir)
    assert (status(house)["night"], status(house)["exit_code"]) == ("2026-11-21", code)
    assert status(house)["sentence"].startswith(said)


def test_a_command_that_breaks_off_says_one_sentence_and_where_the_rest_is(
    house: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {**house.environ(), "DATABASE_URL": NO_SUCH_DATABASE}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["clanstats", "migrate"])
    with pytest.raises(SystemExit) as ending:
        cli.main()
    told = capsys.readouterr().err
    assert "Traceback" not in told
    said = told.splitlines()[-1]
    assert (ending.value.code, said[:40]) == (1, "Something unforeseen went wrong (OSError")
    file = Path(re.search(r"\); (.*) has the details\.", said)[1])  # type: ignore[index]
    assert "Traceback" in file.read_text("utf-8")
    file.unlink()


# ── several runs a night ─────────────────────────────────────────────────────────────────────────────────────────────


def test_many_runs_of_a_night_hide_no_other_night(house: Settings) -> None:
    with writing(house.database) as connection:
        for number in range(40):
            night = NOW - number * DAY
            for hour in range(20 if number < 10 else 2):
                at = night + hour * timedelta(minutes=30)
                note_run(connection, f"{at:%Y%m%d%H%M}", f"{night:%Y-%m-%d}", at, "degraded", 3, "Written, but …")
    job = Job(house, "-", NOW + 20 * HOUR)
    told = costs.history(job)
    assert [run["now"] for run in told] == sorted((run["now"] for run in told), reverse=True)
    assert len({run["night"] for run in told}) == 40
    assert len(told) == costs.RUNS_SHOWN + 37, "the last 60 runs, and the last one of each night before them"
    with reading(house.database) as connection:
        found = costs.foreseen(connection, job)
    assert "nights" not in [*(each["kind"] for each in told[0]["warnings"]), *(each.kind for each in found)]
