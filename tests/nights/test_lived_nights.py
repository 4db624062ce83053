"""Nights as clans live them: the first, the next, a quiet one, missed ones, an empty clan, a group that does not exist."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from night_kit import BOOKKEEPING, DAY, NOW, a_clan, tables

from pipeline import runs, stages
from pipeline.errors import StorageError
from pipeline.harvests import wom_session
from pipeline.job import Job
from pipeline.loading import load
from pipeline.outcome import StageOutcome
from pipeline.sources.wom.client import WomClient
from pipeline.storage.types import to_ms
from pipeline.verdict import sum_up


def test_the_first_night_on_an_empty_database_asks_little_and_knows_the_clan(tmp_path: Path) -> None:
    with a_clan(tmp_path, members=45) as clan:
        outcomes = clan.night(NOW)
        marts = clan.marts(NOW)
        assert len(marts.members) == 45
        assert outcomes["harvest_wom"].requests <= 10
        assert marts.since_last_night.since is None


def test_the_second_night_tells_what_happened_since_the_first_and_asks_a_joiners_history(tmp_path: Path) -> None:
    with a_clan(tmp_path, members=60, days=60) as clan:
        clan.night(NOW - DAY)
        asked = len(clan.server.requests)
        clan.night(NOW)
        lines = clan.marts(NOW).since_last_night.lines
        assert {"joined", "left", "renamed", "promoted", "achievement"} <= {line.kind for line in lines}
        assert [path for _, path, _ in clan.server.requests[asked:] if "/snapshots" in path]
        assert clan.rows("SELECT count(*) FROM membership WHERE left_at IS NULL AND history_since IS NULL") == [(0,)]


def test_a_night_with_identical_answers_brings_no_reading_and_leaves_equal_tables(tmp_path: Path) -> None:
    with a_clan(tmp_path, members=40) as clan:
        clan.night(NOW)
        readings, before = clan.rows("SELECT count(*) FROM reading"), tables(clan.settings.database)
        outcome = clan.night(NOW, "-again")["load"]
        assert (outcome.inserted, outcome.updated) == (0, 0)
        assert clan.rows("SELECT count(*) FROM reading") == readings
        assert tables(clan.settings.database) == before


def test_three_missed_nights_are_caught_up_by_the_next(tmp_path: Path) -> None:
    with a_clan(tmp_path, members=20) as clan:
        clan.night(NOW - 4 * DAY)
        outcome = clan.night(NOW)["harvest_wom"]
        days = [json.loads(row[0]) for row in clan.rows("SELECT days FROM landing ORDER BY name")]
        assert days[1] == ["2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"]
        assert outcome.state == "done"


def test_a_quiet_night_of_500_members_costs_at_most_10_requests(tmp_path: Path) -> None:
    with a_clan(tmp_path, members=500, days=2) as clan:
        clan.night(NOW)
        assert clan.harvest(NOW, "-quiet").requests <= 10


def test_a_clan_without_members_gives_valid_outputs_and_clear_words(tmp_path: Path) -> None:
    with a_clan(tmp_path, members=0) as clan:
        clan.night(NOW)
        job = clan.job(NOW)
        assert stages.perform("report", job).state == "done"
        assert stages.perform("publish", job).state == "done"
        assert clan.marts(NOW).freshness.sentence == "Game data to 21 Nov 00:00 UTC, nobody is in the clan"
        assert json.loads((tmp_path / "site" / "clan_data.json").read_text("utf-8"))["members"] == []


def test_a_group_that_does_not_exist_names_the_setting_and_is_exit_code_2(tmp_path: Path) -> None:
    with a_clan(tmp_path) as clan:
        job = clan.job(NOW)
        wrong = Job(job.settings.model_copy(update={"wom_group_id": 404}), job.run_id, NOW)
        outcome = stages.perform("harvest_wom", wrong)
        assert "WOM_GROUP_ID" in (outcome.error or "")
        assert sum_up({"harvest_wom": outcome}).exit_code == 2


@pytest.mark.parametrize("key", ["the_sunken_king"])
def test_a_boss_nobody_knew_yesterday_is_stored_shown_and_exported(key: str, tmp_path: Path) -> None:
    with a_clan(tmp_path, members=30, unknown_metric=key) as clan:
        clan.night(NOW)
        job = clan.job(NOW)
        assert [stages.perform(name, job).state for name in ("report", "publish")] == ["done", "done"]
        assert clan.rows(f"SELECT name, kind FROM metric WHERE key = '{key}'") == [("The Sunken King", "boss")]
        published = json.loads((tmp_path / "site" / "clan_data.json").read_text("utf-8"))
        assert key in {metric["key"] for metric in published["metrics"]}
        assert "The Sunken King" in (tmp_path / "site" / "clan_dashboard.html").read_text("utf-8")


def test_a_backfill_that_broke_off_goes_on_where_it_was(tmp_path: Path) -> None:
    with a_clan(tmp_path, members=30, days=30) as clan:
        clan.server.fault("/groups/*/bulk-gained*", "blocked", times=1, after=22)
        with pytest.raises(Exception, match="blocked"):
            clan.backfill(NOW, 25)
        held = clan.rows("SELECT count(*) FROM landing")[0][0]
        asked = len(clan.server.requests)
        clan.backfill(NOW, 25)
        days = {day for row in clan.rows("SELECT days FROM landing") for day in json.loads(row[0])}
        again = [path for _, path, _ in clan.server.requests[asked:] if "bulk-gained" in path]
        assert held >= 3
        assert len(days) == 25
        assert len(again) == 5


def test_a_landing_loaded_again_changes_nothing(tmp_path: Path) -> None:
    with a_clan(tmp_path, members=30) as clan:
        clan.night(NOW - DAY)
        clan.night(NOW)
        before = tables(clan.settings.database)
        first = min(path.name for path in (tmp_path / "landing").iterdir())
        load(clan.job(NOW), again=first)
        assert tables(clan.settings.database, BOOKKEEPING) == before


def test_the_same_database_and_now_give_the_same_bytes(tmp_path: Path) -> None:
    with a_clan(tmp_path, members=30) as clan:
        clan.night(NOW)
        written: list[dict[str, bytes]] = []
        for _ in range(2):
            outcomes: list[StageOutcome] = [stages.perform(name, clan.job(NOW)) for name in ("report", "publish")]
            assert [outcome.state for outcome in outcomes] == ["done", "done"]
            files = [
                path
                for path in tmp_path.rglob("*")
                if path.is_file() and path.suffix in (".html", ".js", ".json", ".xlsx")
            ]
            written.append({str(path): path.read_bytes() for path in files if "landing" not in path.parts})
        assert written[0] == written[1]


def test_a_look_that_update_all_brought_counts_the_same_night(tmp_path: Path) -> None:
    with a_clan(tmp_path, members=20, days=30) as clan:
        job = clan.job(NOW - DAY)
        with wom_session(job.settings, lambda attempt: None) as session:
            WomClient(session, 1).update_all("111-111-111")
        clan.server.now += timedelta(minutes=8)  # the server looks at members while we wait
        landing = stages.perform("harvest_wom", job)
        assert (landing.state, stages.perform("load", job).state) == ("done", "done")
        newest = clan.rows("SELECT max(taken_at) FROM snapshot")[0][0]
        marts = stages.marts(job)
        seen = max(member.updated_at for member in marts.members if member.updated_at)
        assert newest > to_ms(job.now)
        assert to_ms(seen) == newest
        assert all(member.values for member in marts.members if member.updated_at and member.status != "archived")


def test_a_backfill_loads_nothing_without_a_backup(tmp_path: Path) -> None:
    with a_clan(tmp_path) as clan:
        clan.night(NOW - DAY)
        shutil.rmtree(tmp_path / "backups")
        (tmp_path / "backups").write_text("in the way")
        before = clan.rows("SELECT count(*) FROM landing")
        with pytest.raises(StorageError, match="No backup can be written"):
            clan.backfill(NOW, 20)
        assert clan.rows("SELECT count(*) FROM landing") == before


def test_an_unfinished_run_of_another_night_is_closed_by_the_next(tmp_path: Path) -> None:
    with a_clan(tmp_path) as clan:
        runs.begin(clan.settings, NOW - DAY)
        runs.begin(clan.settings, NOW)
        assert clan.rows("SELECT night, state, exit_code FROM run ORDER BY night") == [
            ("2026-11-20", "failed", 1),
            ("2026-11-21", "running", None),
        ]


def test_requests_are_counted_over_all_attempts_of_a_night(tmp_path: Path) -> None:
    with a_clan(tmp_path) as clan:
        first = clan.harvest(NOW)
        (landing,) = (tmp_path / "landing").iterdir()
        shutil.rmtree(landing)
        second = clan.harvest(NOW)
        third = clan.harvest(NOW)
        assert second.requests == third.requests == 2 * first.requests
