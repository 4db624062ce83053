"""What a lived night writes down of its cost, held against the files that lie there, and what that bodes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from night_kit import DAY, NOW, Clan, a_clan

from pipeline import costs, runs, stages
from pipeline.children import run_child
from pipeline.job import Job
from pipeline.log import start, stop
from pipeline.outcome import StageOutcome
from pipeline.runs import planned
from pipeline.storage.engine import reading, writing
from pipeline.storage.runs import note_run

MB = 1_000_000
STAGE_TIMES = 7.5
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Clan, Job, dict[str, StageOutcome]]]:
    """A first night with all its stages, deployed, and recorded as a run is."""
    folder = tmp_path_factory.mktemp("lived")
    (folder / "drive").mkdir()
    with a_clan(folder / "out", limit=100) as clan:
        clan.settings = clan.settings.model_copy(update={"local_drive_path": folder / "drive"})
        job = runs.begin(clan.settings, NOW)
        outcomes = {}
        for name in planned(job):
            outcomes[name] = stages.perform(name, job)
            assert outcomes[name].state == "done", outcomes[name]
            runs.record(job, outcomes[name])
        start(clan.output, job.run_id, (), console=False)
        runs.end(job, outcomes, STAGE_TIMES)
        stop()
        yield clan, job, outcomes


def weight(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def told(clan: Clan) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((clan.output / "site" / "runs.json").read_text("utf-8"))
    return found


def test_a_run_knows_what_lies_on_the_disk(lived: tuple[Clan, Job, dict[str, StageOutcome]]) -> None:
    clan, _, _ = lived
    [row] = clan.rows("SELECT landing_bytes, backup_bytes, database_bytes, free_bytes, members FROM run")
    assert row[0] == weight(clan.output / "landing") > 0
    assert row[1] == weight(clan.output / "backups") > 0
    assert abs(row[2] - clan.settings.database.stat().st_size) <= 64 * 1024, "the row itself came after it was measured"
    assert row[3] > MB
    assert row[4] == clan.rows("SELECT count(*) FROM membership WHERE left_at IS NULL")[0][0]


def test_a_run_knows_its_requests_its_seconds_and_how_near_the_limit_it_came(
    lived: tuple[Clan, Job, dict[str, StageOutcome]],
) -> None:
    clan, _, _ = lived
    [row] = clan.rows("SELECT requests, seconds, rate_left, rate_limit, backed_up_at FROM run")
    asked = len(clan.server.requests)
    assert row == (asked, STAGE_TIMES, 100 - asked, 100, int(NOW.timestamp() * 1000))


def test_stages_tell_how_much_they_wrote(lived: tuple[Clan, Job, dict[str, StageOutcome]]) -> None:
    clan, _, outcomes = lived
    tables = sum(path.stat().st_size for path in (clan.output / "datapackage").glob("[!.]*"))
    assert outcomes["report"].bytes == (clan.output / outcomes["report"].paths[0]).stat().st_size + tables
    site = [clan.output / path for path in outcomes["publish"].paths if "runs.j" not in path]  # those were empty then
    assert 0 < outcomes["publish"].bytes - sum(path.stat().st_size for path in site) < 100
    assert clan.settings.local_drive_path
    manifest = (clan.settings.local_drive_path / "manifest.json").stat().st_size
    assert outcomes["deploy"].bytes == weight(clan.settings.local_drive_path) - manifest


def test_stages_tell_how_many_rows_they_wrote(lived: tuple[Clan, Job, dict[str, StageOutcome]]) -> None:
    clan, _, outcomes = lived
    held = {name: clan.rows(f"SELECT count(*) FROM {name}")[0][0] for (name,) in clan.rows(TABLES)}
    kept_by_judge = sum(held.pop(name) for name in ("insight", "forecast", "replay"))
    assert outcomes["judge"].inserted == kept_by_judge
    for beside in ("landing", "run", "stage_run", "metric", "person", "person_player", "alembic_version"):
        held.pop(beside)
    persons = 2 * held["membership"]  # and their ties; those of players who left come when all landings are loaded
    assert outcomes["load"].inserted == sum(held.values()) + persons, held


def test_the_page_reads_the_same_of_each_run_and_its_stages(lived: tuple[Clan, Job, dict[str, StageOutcome]]) -> None:
    clan, job, outcomes = lived
    [run] = told(clan)
    names = ("seconds", "requests", "members", "database_bytes", "landing_bytes", "backup_bytes", "free_bytes")
    [row] = clan.rows(f"SELECT {', '.join(names)} FROM run")
    assert tuple(run[name] for name in names) == row
    assert (run["run_id"], run["warnings"]) == (job.run_id, [])
    assert {stage["name"]: stage["bytes"] for stage in run["stages"]} == {n: o.bytes for n, o in outcomes.items()}


def test_what_is_to_be_seen_to_is_told_everywhere_and_changes_no_exit_code(tmp_path: Path) -> None:
    with a_clan(tmp_path / "out") as clan:
        clan.night(NOW)
        (clan.output / "site").mkdir()
        backup = next((clan.output / "backups").iterdir())
        backup.rename(backup.with_name("clan_data-20261111T031700000Z.db"))
        well = {name: StageOutcome(name, "done", requests=90) for name in planned(clan.job(NOW))}
        clan.settings = clan.settings.model_copy(update={"wom_request_budget": 100})
        job = runs.begin(clan.settings, NOW)
        for outcome in well.values():
            runs.record(job, outcome)
        start(clan.output, job.run_id, (), console=False)
        verdict = runs.end(job, well)
        stop()
        status = json.loads((clan.output / "status.json").read_text("utf-8"))
        logged = [json.loads(line) for line in (clan.output / "logs" / "app.jsonl").read_text("utf-8").splitlines()]
        expected = [("backups", "10 days old"), ("requests", "90 times, of 100")]
        assert (verdict.exit_code, status["exit_code"], status["state"]) == (0, 0, "done")
        for found in (status["warnings"], told(clan)[0]["warnings"]):
            assert [
                (each["kind"], words in each["said"]) for each, (_, words) in zip(found, expected, strict=True)
            ] == [(kind, True) for kind, _ in expected]
        assert {frozenset(each) for each in status["warnings"]} == {frozenset({"kind", "said", "remedy"})}
        assert [line["text"] for line in logged if line["level"] == "WARNING"] == [
            f"{each['said']} {each['remedy']}" for each in status["warnings"]
        ]
        later = Job(clan.settings, "-", NOW + 6 * DAY)
        with reading(clan.settings.database) as connection:
            assert [each.kind for each in costs.foreseen(connection, later)] == ["backups", "requests", "nights"]


def test_runs_of_an_earlier_version_are_shown_without_their_cost(tmp_path: Path) -> None:
    with a_clan(tmp_path / "out") as clan:
        with writing(clan.settings.database) as connection:
            note_run(connection, "old", "2026-11-19", NOW - 2 * DAY, "done", 0, "Everything is up to date.")
        [run] = costs.history(clan.job(NOW))
        assert (run["database_bytes"], run["seconds"], run["warnings"]) == (None, None, [])


def test_a_child_that_failed_tells_what_it_asked_and_held(tmp_path: Path) -> None:
    with a_clan(tmp_path / "out") as clan:
        job = clan.job(NOW)
        stranger = Job(clan.settings.model_copy(update={"wom_group_id": 4711}), job.run_id, NOW)
        outcome = run_child(stranger, "harvest_wom")
        assert (outcome.state, outcome.requests) == ("failed", len(clan.server.requests))
        assert outcome.requests > 0
        if Path("/proc/self/status").exists():
            assert 20 * MB < (outcome.peak_bytes or 0) < 500 * MB
        line = (clan.output / "logs" / "app.jsonl").read_text("utf-8").splitlines()[-1]
        assert (json.loads(line)["stage"], json.loads(line)["run"]) == ("harvest_wom", job.run_id)
