"""The Prefect flow with real children: its order, its retries, its end states, and how it goes on after a broken night."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from night_kit import DAY, NOW, Clan, a_clan, tables
from prefect_kit import furnish
from pydantic import SecretStr
from search_kit import command_lines, everything_in, holding

from pipeline import runs
from pipeline.demo.discord.server import DEMO_TOKEN, DemoDiscord
from pipeline.demo.wom.server import DemoServer
from pipeline.errors import StorageError
from pipeline.outputs.digest.markdown import as_read
from pipeline.prefects import keep_to
from pipeline.stages import perform

KEY = "tell-nobody-4711?&"
CODE = "914-222-853"

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.fixture(scope="session")
def _prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One Prefect server for all tests of the flow: the first of them starts it, and it ends with this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_HOME", "")
        home = tmp_path_factory.mktemp("prefect")
        furnish(home, tmp_path_factory)
        keep_to(home)
        yield


def run(clan: Clan, job: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The flow's end state for *job*, with no time lost between attempts."""
    from flows.nightly import nightly

    for name, value in job.settings.environ().items():
        monkeypatch.setenv(name, value)
    return nightly(job.run_id, job.now.isoformat(), str(clan.output), job.only, first_wait_s=0.0, return_state=True)


class Repeating(DemoServer):
    """Refuses an update and a listing, and repeats what it was sent, as servers do that tell too much."""

    def _reply(self, request: web.Request, body: bytes) -> web.Response:
        if request.path.endswith(("/update-all", "/name-changes")) and self.now > NOW:
            return web.json_response({"message": f"{request.headers['x-api-key']} {body.decode()}"}, status=400)
        return super()._reply(request, body)


class RepeatingDiscord(DemoDiscord):
    """The same, of the list of threads."""

    def _reply(self, request: web.Request, body: bytes) -> web.Response:
        if request.path.endswith("/threads/active") and self.now > NOW:
            return web.json_response({"message": request.headers["Authorization"], "code": 50035}, status=400)
        return super()._reply(request, body)


def rows_of_prefect() -> tuple[str, bytes]:
    """Everything that Prefect wrote down."""
    from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL

    database = Path(str(PREFECT_API_DATABASE_CONNECTION_URL.value()).rpartition("///")[2])
    return str(database), b"\n".join(content for _, content in everything_in(database.parent))


def status_of(clan: Clan) -> Any:
    return json.loads((clan.output / "status.json").read_text("utf-8"))


def begun(clan: Clan, now: Any = NOW) -> Any:
    clan.server.now = now
    return runs.begin(clan.settings, now)


def lived(clan: Clan) -> None:
    """A night that went well, without Prefect and without children."""
    job, outcomes = begun(clan), {}
    for name in runs.planned(job):
        outcomes[name] = perform(name, job)
        runs.record(job, outcomes[name])
    assert runs.end(job, outcomes).exit_code == 0


@pytest.mark.usefixtures("_prefect")
def test_a_night_without_all_of_its_sources_ends_degraded_is_told_and_tells_nobody_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    drive = tmp_path / "drive"
    drive.mkdir()
    with a_clan(tmp_path / "out", messages=600, api_key=KEY, wom=Repeating, talk=RepeatingDiscord) as clan:
        assert clan.discord is not None
        webhooks = {f"{name}_webhook_url": SecretStr(clan.discord.webhook_url(name)) for name in ("digest", "alert")}
        secret = {"wom_api_key": SecretStr(KEY), **webhooks}
        clan.settings = clan.settings.model_copy(update=secret | {"local_drive_path": drive})
        lived(clan)
        assert clan.discord.webhooks.received == [], "a first night has nothing to tell, and nothing went wrong"

        clan.settings = clan.settings.model_copy(update={"wom_verification_code": SecretStr(CODE)})
        clan.discord.now = NOW + DAY
        with command_lines(os.getpid()) as lines:
            state, status = run(clan, begun(clan, NOW + DAY), monkeypatch), status_of(clan)
        assert [stage["name"] for stage in status["stages"]] == [
            "harvest_wom", "harvest_discord", "harvest_workbook", "load", "judge", "report", "publish", "deploy", "digest",
        ]  # fmt: skip
        assert {"clan_report_summary_merged.xlsx", "clan_dashboard_single.html"} < {
            output["path"] for output in status["outputs"]
        }
        found = {stage["name"]: (stage["state"], stage["attempts"]) for stage in status["stages"]}
        assert (state.name, status["exit_code"]) == ("Degraded", 3)
        assert (found["harvest_wom"], found["harvest_discord"]) == (("partial", 1), ("partial", 1))
        assert "***" in status["sentence"], "what was refused was repeated"
        assert found["publish"] == found["digest"] == ("done", 1)
        assert "_Not all is well:_" in clan.discord.webhooks.contents("digest")[-1]
        assert status["sentence"] in as_read(clan.discord.webhooks.contents("alert")[-1])
        tokens = [webhook.get_secret_value().rpartition("/")[2] for webhook in webhooks.values()]
    said = capfd.readouterr()
    secrets = [KEY, CODE, DEMO_TOKEN, *tokens]
    places = [*everything_in(tmp_path), rows_of_prefect(), ("stdout", said.out.encode()), ("stderr", said.err.encode())]
    assert {"app.log", "app.jsonl", "clan_data.db", "manifest.json"} <= {Path(name).name for name, _ in places}
    assert holding(secrets, places) == [], "neither a log nor a landing, a database or an output may know it"
    stages = [line for line in lines if b"\0-m\0pipeline\0" in line]
    assert (len(stages) >= 3, holding(secrets, [("a command line", line) for line in lines])) == (True, [])


@pytest.mark.usefixtures("_prefect")
def test_a_stage_that_hangs_is_ended_and_tried_again_and_the_failure_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_clan(tmp_path) as clan:
        clan.settings = clan.settings.model_copy(update={"stage_timeout_s": 3})
        clan.server.fault("/groups/*", "stall", times=None)
        state, status = run(clan, begun(clan), monkeypatch), status_of(clan)
        assert (state.type.value, status["exit_code"], status["stages"][0]["attempts"]) == ("FAILED", 1, 3)
        assert status["sentence"].startswith("Nothing new was published: The stage harvest_wom took longer than 3 s")


@pytest.mark.usefixtures("_prefect")
def test_wrong_credentials_are_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_clan(tmp_path, messages=60) as clan:
        assert clan.discord is not None
        alerts = SecretStr(clan.discord.webhook_url("alert"))
        clan.settings = clan.settings.model_copy(update={"wom_group_id": 404, "alert_webhook_url": alerts})
        state, status = run(clan, begun(clan), monkeypatch), status_of(clan)
        assert (state.type.value, status["exit_code"], status["stages"][0]["attempts"]) == ("FAILED", 2, 1)
        assert (status["stages"][-1]["name"], status["stages"][-1]["state"]) == ("digest", "done")
        assert "WOM_GROUP_ID" in as_read(clan.discord.webhooks.contents("alert")[0]), (
            "it is told of a night that stopped"
        )


@pytest.mark.usefixtures("_prefect")
def test_an_unfinished_night_goes_on_with_its_own_now_and_asks_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.children import run_child

    with a_clan(tmp_path / "broken") as clan:
        job = begun(clan)
        outcome = run_child(job, "harvest_wom")
        runs.record(job, outcome)
        asked = len(clan.server.requests)
        later = runs.begin(clan.settings, NOW + DAY / 48)
        assert (later.run_id, later.now) == (job.run_id, NOW)
        assert run(clan, later, monkeypatch).name == "Completed"
        assert len(clan.server.requests) == asked
        broken = tables(clan.settings.database)
    with a_clan(tmp_path / "whole") as clan:
        clan.night(NOW)
        assert tables(clan.settings.database) == broken


@pytest.mark.usefixtures("_prefect")
def test_only_one_source_is_asked_when_one_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_clan(tmp_path / "out", messages=600) as clan:
        assert clan.discord is not None
        clan.discord.play("discord-denied")
        state = run(clan, runs.begin(clan.settings, NOW, "discord"), monkeypatch)
        assert (state.type.value, clan.server.requests) == ("FAILED", [])
        assert [stage["name"] for stage in status_of(clan)["stages"]] == ["harvest_discord", "harvest_workbook"]


@pytest.mark.usefixtures("_prefect")
def test_what_breaks_the_flow_itself_is_raised_and_a_night_that_only_failed_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.nightly import lead

    with a_clan(tmp_path) as clan:
        for name, value in clan.settings.environ().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("WOM_GROUP_ID", "404")
        job = begun(clan)
        lead(job, 0.0)
        assert status_of(clan)["exit_code"] == 2
        clan.settings.database.write_bytes(b"no database at all" * 500)
        with pytest.raises(StorageError, match="is damaged"):
            lead(job, 0.0)
