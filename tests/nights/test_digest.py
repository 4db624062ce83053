"""What is told of nights, over a real wire and from a real record: each message at most once, whatever happens in between."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import pytest
from advice_builders import advised_marts
from builders import NOW, a_marts
from command_kit import CLANSTATS
from pydantic import SecretStr
from records_kit import a_database, a_harvest, a_membership, a_player, a_rename, land, rows
from small_guild import small_guild
from typer.testing import CliRunner

from pipeline import runs
from pipeline.cli import app
from pipeline.demo.discord.server import DemoDiscord
from pipeline.digests import digest, preview
from pipeline.errors import StorageError
from pipeline.house import PROJECT
from pipeline.job import Job
from pipeline.marts.assemble import assemble
from pipeline.marts.model import Marts, NightLine, SinceLastNight
from pipeline.marts.rules import Rules
from pipeline.night import live
from pipeline.outcome import DIGEST, StageOutcome, write_outcome
from pipeline.outputs.digest.markdown import as_read
from pipeline.settings import Settings
from pipeline.storage import digests
from pipeline.storage.backup import Keep, backup
from pipeline.storage.digests import Kind, State, Telling
from pipeline.storage.engine import reading, writing
from pipeline.storage.migrate import migrate

DAY: Final = timedelta(days=1)
MARTS: Final = advised_marts(talk=True)
QUIET: Final = replace(MARTS, since_last_night=SinceLastNight(None, NOW, ()))
AFTER_LOAD: Final = ("judge", "report", "publish")
DOWN: Final = "The drive is full."
TOKEN_WORD: Final = "webhook-token-of-an-invented-guild"


class House:
    """An output folder with a record of runs, and a Discord to tell of them."""

    def __init__(self, folder: Path, discord: DemoDiscord, database: Path) -> None:
        self.discord = discord
        self.folder = folder
        self.settings = Settings.alone(
            wom_group_id=1,
            output_dir=folder / "out",
            digest_webhook_url=SecretStr(discord.webhook_url("digest")),
            alert_webhook_url=SecretStr(discord.webhook_url("alert")),
        )
        self.settings.output_dir.mkdir()
        shutil.copy(database, self.settings.database)

    def policy(self, text: str) -> None:
        (self.folder / "clan.toml").write_text(text)
        self.settings = self.settings.model_copy(update={"clan_config": self.folder / "clan.toml"})

    def begun(self, now: datetime, *outcomes: StageOutcome) -> Job:
        """A run at *now* whose stages went well, but for *outcomes*."""
        self.discord.now = now
        job = runs.begin(self.settings, now)
        bad = {outcome.name: outcome for outcome in outcomes}
        stopped = "load" in bad and not bad["load"].succeeded
        went = [name for name in runs.planned(job) if name != DIGEST and not (stopped and name in AFTER_LOAD)]
        for name in went:
            runs.record(job, bad.get(name, StageOutcome(name, "done")))
        for outcome in outcomes:
            write_outcome(job.output, job.run_id, outcome)
        return job

    def night(self, now: datetime, *outcomes: StageOutcome, marts: Marts = MARTS) -> StageOutcome:
        """A whole run at *now*, told and closed."""
        job = self.begun(now, *outcomes)
        outcome = digest(job, lambda: marts)
        done = {each.name: each for each in (*self.recorded(job), outcome)}
        runs.end(job, done)
        return outcome

    def recorded(self, job: Job) -> list[StageOutcome]:
        rows = self.rows("SELECT name, state, error FROM stage_run WHERE run_id = ? AND name <> 'digest'", job.run_id)
        return [StageOutcome(name, state, error=error) for name, state, error in rows]

    def rows(self, sql: str, *given: object) -> list[Any]:
        with closing(sqlite3.connect(self.settings.database)) as connection:
            return connection.execute(sql, given).fetchall()

    def status(self) -> Any:
        return json.loads((self.settings.output_dir / "status.json").read_text("utf-8"))

    def alerts(self) -> list[str]:
        return self.discord.webhooks.contents("alert")

    def digests(self) -> list[str]:
        return self.discord.webhooks.contents("digest")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without anything in it, to be copied."""
    file = tmp_path_factory.mktemp("empty") / "clan_data.db"
    migrate(file)
    return file


@pytest.fixture
def house(tmp_path: Path, database: Path) -> Iterator[House]:
    with DemoDiscord(small_guild(), now=NOW, limit=100_000) as discord:
        yield House(tmp_path, discord, database)


def degraded(error: str = DOWN) -> StageOutcome:
    return StageOutcome("publish", "failed", error=error, error_class="PublishError")


def failed(error: str = "The disk is full.") -> StageOutcome:
    return StageOutcome("load", "failed", error=error, error_class="StorageError")


# ── at most once ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_night_is_told_once_over_all_its_runs(house: House) -> None:
    first, second = house.night(NOW), house.night(NOW + DAY / 24)
    assert (first.state, first.note, first.requests) == ("done", "The digest of the night was sent.", 1)
    assert (second.state, second.note, second.requests) == ("done", "The digest of the night was sent before.", 0)
    [received] = house.discord.webhooks.received
    assert received.content.startswith("**Oaken Shield, Saturday 21 Nov:**")
    assert (received.body["allowed_mentions"], received.body["flags"]) == ({"parse": []}, 4)
    assert house.rows("SELECT kind, night, state, message_id FROM digest") == [
        ("nightly", "2026-11-21", "sent", received.id)
    ]
    house.night(NOW + DAY)
    assert len(house.digests()) == 2


def test_a_quiet_night_is_not_told_and_a_later_run_may_still_have_news(house: House) -> None:
    assert house.night(NOW, marts=QUIET).note == "Nothing happened that is worth a digest."
    assert house.digests() == []
    house.night(NOW + DAY / 24)
    assert len(house.digests()) == 1


def test_a_stage_killed_after_the_message_went_out_never_sends_it_again(house: House) -> None:
    """The server takes the request, and then kills whoever sent it, before an answer."""
    job = house.begun(NOW, failed())
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/api/webhooks/1/{TOKEN_WORD}"
        job = replace(job, settings=job.settings.model_copy(update={"alert_webhook_url": SecretStr(address)}))
        command = [sys.executable, "-m", "pipeline", "digest", "--run-id", job.run_id, "--now", NOW.isoformat()]
        with subprocess.Popen(command, stdin=subprocess.PIPE, env=job.settings.environ(), cwd=PROJECT) as child:
            wire, _ = listener.accept()
            assert wire.recv(65_536).startswith(b"POST /api/webhooks/1/")
            child.kill()
            assert child.wait(60) == -signal.SIGKILL
            wire.close()
        assert house.rows("SELECT kind, state FROM digest") == [("alert", "sending")]

        listener.setblocking(False)
        again = digest(job, lambda: MARTS)
        assert (again.state, again.requests) == ("partial", 0)
        assert (again.error or "").startswith("The alert may have gone out just when an earlier run was cut off")
        assert house.rows("SELECT kind, state FROM digest") == [("alert", "unsure")]
        once_more = digest(job, lambda: MARTS)
        assert once_more.state == "done"
        with pytest.raises(BlockingIOError):
            listener.accept()
        assert "The alert may have been sent before." in (once_more.note or "")


@pytest.mark.parametrize("kind", ["reset", "truncated", "empty200", "html200"])
def test_a_message_that_may_have_arrived_is_not_sent_again(house: House, kind: str) -> None:
    house.discord.fault("*/webhooks/*", kind)
    first = house.night(NOW)
    assert (first.state, first.requests) == ("partial", 1)
    assert "may have arrived" in (first.error or "")
    assert house.status()["exit_code"] == 0
    assert house.night(NOW + DAY / 24).note == "The digest of the night may have been sent before."
    assert house.digests() == []


def test_a_limit_is_waited_for(house: House) -> None:
    house.discord.fault("*/webhooks/*", "429", 1, retry_after=0.05)
    outcome = house.night(NOW)
    assert (outcome.state, outcome.requests, len(house.digests())) == ("done", 2, 1)


def test_a_webhook_that_is_gone_is_named_and_a_later_run_of_the_night_tells_it(house: House) -> None:
    house.discord.fault("*/webhooks/*", "404", None)
    outcome = house.night(NOW)
    assert (outcome.state, outcome.error_class, outcome.may_work_again) == ("failed", "Denied", False)
    assert "the address in DIGEST_WEBHOOK_URL" in (outcome.error or "")
    status = house.status()
    assert (status["state"], status["exit_code"], status["sentence"]) == ("done", 0, "Everything is up to date.")
    assert [(stage["name"], stage["state"]) for stage in status["stages"]][-1] == ("digest", "failed")
    assert not runs.is_due(house.settings, NOW), "the night is done, whether it was told or not"

    house.discord.mend()
    assert house.night(NOW + DAY / 24).state == "done"
    assert len(house.digests()) == 1


def test_a_backup_of_before_the_message_brings_it_no_second_time(house: House) -> None:
    taken = backup(house.settings.database, house.folder, NOW, Keep(1, 0, 0))
    house.night(NOW, degraded())
    told = house.rows("SELECT * FROM digest ORDER BY kind")
    ran = CliRunner().invoke(
        app(["restore"]), ["restore", str(taken)], env={**dict.fromkeys(os.environ), **house.settings.environ()}
    )
    assert (ran.exit_code, house.rows("SELECT * FROM run")) == (0, []), ran.output
    assert house.rows("SELECT * FROM digest ORDER BY kind") == told
    house.night(NOW + DAY / 24, degraded())
    assert [len(house.digests()), len(house.alerts())] == [1, 1]


def test_only_what_may_be_out_is_carried_over_and_a_broken_database_has_nothing_to_say(tmp_path: Path) -> None:
    replaced, coming, broken = (a_database(tmp_path, name) for name in ("replaced.db", "coming.db", "broken.db"))
    nights: dict[str, tuple[State, State | None]] = {
        "2026-11-19": ("failed", "sent"),
        "2026-11-20": ("sent", "failed"),
        "2026-11-21": ("sending", None),
    }
    for night, states in nights.items():
        for file, state in zip((replaced, coming), states, strict=True):
            if state is not None:
                with writing(file) as connection:
                    digests.note(connection, Telling("nightly", night), state, "r", NOW)
    digests.carry(replaced, coming)
    broken.write_bytes(b"no database " * 1_000)
    digests.carry(broken, coming)
    digests.carry(tmp_path / "nowhere.db", coming)
    assert rows(coming, "SELECT state FROM digest ORDER BY night") == ["sent", "sent", "sending"]
    assert not (tmp_path / "nowhere.db").exists()


def test_no_file_and_no_row_knows_the_address(house: House) -> None:
    for number, kind in enumerate(("404", "reset", "401", "blocked")):
        house.discord.fault("*/webhooks/*", kind, 1)
        house.night(NOW + number * DAY, degraded())
    files = [path for path in house.folder.rglob("*") if path.is_file()]
    assert {"clan_data.db", "status.json"} <= {path.name for path in files}
    assert [path for path in files if TOKEN_WORD.encode() in path.read_bytes()] == []


# ── which message ────────────────────────────────────────────────────────────────────────────────────────────────────

MONDAY: Final = NOW + 2 * DAY


def heads(house: House) -> list[str]:
    return ["week" if ", the week of " in text.splitlines()[0] else "night" for text in house.digests()]


def test_the_week_is_told_on_its_day_in_place_of_the_night(house: House) -> None:
    for days in (0, 2, 3, 8, 9):
        house.night(NOW + days * DAY)
    assert heads(house) == ["night", "week", "night", "night", "week"]


def test_the_week_is_told_on_the_first_night_after_its_day_when_that_was_missed(house: House) -> None:
    for now in (NOW, MONDAY + DAY, MONDAY + DAY + DAY / 24, MONDAY + 2 * DAY):
        house.night(now)
    assert heads(house) == ["night", "week", "night"]


def test_a_week_that_could_not_be_told_is_told_the_night_after(house: House) -> None:
    house.discord.fault("*/webhooks/*", "404", 1)
    for days in range(3):
        house.night(MONDAY + days * DAY)
    assert heads(house) == ["week", "night"]


EMPTY: Final = a_marts(0)
JOINED: Final = replace(
    EMPTY, since_last_night=SinceLastNight(NOW - DAY, NOW, (NightLine("joined", 1, "Ann", "Ann joined"),))
)
"""A night with news of a week without any."""


@pytest.mark.parametrize(("table", "told"), [("", ["night", "night"]), ("nightly = false", [])])
def test_a_week_without_news_leaves_the_night_its_own_message(house: House, table: str, told: list[str]) -> None:
    house.policy(f"[digest]\n{table}\n")
    quiet = house.night(MONDAY, marts=EMPTY)
    assert (quiet.note, heads(house)) == ("Nothing happened that is worth a digest.", [])
    for days in (7, 8):
        house.night(MONDAY + days * DAY, marts=JOINED)
    assert heads(house) == told
    states = house.rows("SELECT state FROM digest WHERE kind = 'weekly' ORDER BY night")
    assert states == [("quiet",), ("quiet",)]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('weekly = "never"', ["night", "night", "night"]),
        ("nightly = false", ["week"]),
        ('weekly = "sunday"', ["night", "week", "night"]),
        ('nightly = false\nweekly = "never"', []),
    ],
)
def test_the_clan_says_which_messages_it_wants(house: House, table: str, told: list[str]) -> None:
    house.policy(f"[digest]\n{table}\n")
    for days in range(3):
        house.night(NOW + days * DAY)
    assert heads(house) == told


def test_what_went_wrong_is_a_line_of_the_digest_and_a_night_that_failed_has_none(house: House) -> None:
    house.night(NOW, degraded())
    assert f"_Not all is well:_ {DOWN}" in house.digests()[0]
    assert house.night(NOW + DAY, failed()).note is not None
    assert len(house.digests()) == 1


def test_without_a_webhook_nothing_is_planned_and_one_alone_is_enough(house: House) -> None:
    neither = house.settings.model_copy(update={"digest_webhook_url": None, "alert_webhook_url": None})
    only_alerts = house.settings.model_copy(update={"digest_webhook_url": None})
    assert DIGEST not in runs.planned(Job(neither, "r", NOW))
    assert runs.planned(Job(only_alerts, "r", NOW))[-1] == DIGEST
    assert DIGEST not in runs.planned(Job(house.settings, "r", NOW, "wom"))


WISP: Final = 812_000_000_000_000_001


def left(folder: Path) -> Path:
    """A database in which Wisp922 and Salty Alt, who are one person, left between two nights; so did somebody else."""
    file = a_database(folder)
    here, gone = [a_membership(1), a_membership(5)], [a_membership(player_id) for player_id in (2, 3, 4)]
    names = [a_player(2, "Wisp922"), a_player(3, "Salty Alt"), a_player(4, "Old Hand")]
    renamed = [a_rename(1, 3, "Grim Fowl", "Salty Alt", NOW - 30 * DAY)]
    land(file, a_harvest([*here, *gone], players=names, name_changes=renamed), NOW - 2 * DAY)
    land(file, a_harvest(here), NOW - DAY)
    with writing(file) as connection:
        connection.exec_driver_sql("UPDATE person_player SET person_id = 2 WHERE player_id = 3")
        connection.exec_driver_sql(
            "INSERT INTO discord_account (id, username, is_bot, in_guild, roles, person_id) VALUES (?, 'wisp.user', 0, 0, '[]', 2)",
            (WISP,),
        )
    return file


@pytest.mark.parametrize("kind", ["nightly", "weekly"])
def test_who_asked_not_to_be_watched_is_not_named_on_the_day_on_which_they_leave(tmp_path: Path, kind: Kind) -> None:
    """Of a nightly message that day is the night of it, of a weekly one any of the seven."""
    file, now = left(tmp_path), NOW - DAY if kind == "nightly" else NOW
    policy = tmp_path / "clan.toml"
    job = Job(Settings.alone(wom_group_id=1, output_dir=tmp_path, clan_config=policy), "-", now)
    with reading(file) as connection:
        marts = assemble(connection, now, Rules(), past=False)

    def told(asked: str) -> str:
        policy.write_text(f"[privacy]\nopt_out = ['{asked}']\n", "utf-8")
        return preview(job, kind, lambda: marts) or ""

    assert all(name in told("nobody") for name in ("Wisp922", "Salty Alt", "Old Hand"))
    for asked in (str(WISP), "Wisp.User", "wisp922", "Salty Alt", "Grim_Fowl"):
        said = told(asked)
        assert [name in said for name in ("Wisp922", "Salty Alt", "Old Hand")] == [False, False, True], asked


# ── alerts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_trouble_is_told_once_and_that_it_is_over_once(house: House) -> None:
    for days, outcomes in enumerate([[], [degraded()], [degraded()], [degraded("Other.")], [], []]):
        house.night(NOW + days * DAY, *outcomes)
    first, other, well = house.alerts()
    assert first.splitlines()[:2] == [
        "**ClanStats, the night of Sunday 22 Nov: something is missing.**", f"Written, but not all went well: {DOWN}",
    ]  # fmt: skip
    assert "Other." in other
    assert well == "**ClanStats, the night of Wednesday 25 Nov: all is well again.** Everything is up to date."


def test_a_night_that_failed_is_told_each_night_and_once_a_night(house: House) -> None:
    for hours in (0, 1, 24):
        house.night(NOW + hours * DAY / 24, failed())
    assert len(house.alerts()) == 2
    assert "Nothing new was published: The disk is full." in house.alerts()[0]
    assert [row[0] for row in house.rows("SELECT exit_code FROM run ORDER BY now")] == [1, 1, 1]


def test_trouble_that_lasts_is_told_again_after_a_week(house: House) -> None:
    for days in (0, 1, 6, 7, 8):
        house.night(NOW + days * DAY, degraded(), marts=QUIET)
    assert ["Saturday 21 Nov" in house.alerts()[0], "Saturday 28 Nov" in house.alerts()[1]] == [True, True]
    assert len(house.alerts()) == 2


def test_a_later_run_that_mends_the_night_says_so(house: House) -> None:
    house.night(NOW, degraded())
    house.night(NOW + DAY / 24)
    assert ["something is missing" in house.alerts()[0], "all is well again" in house.alerts()[1]] == [True, True]


def test_a_night_that_cannot_begin_is_told_once_and_the_next_good_one_ends_it(house: House) -> None:
    error = StorageError(f"The database is damaged ({house.discord.webhook_url('alert')}).")
    for _ in range(2):
        runs.give_up(house.settings, NOW, error, 1)
    [told] = house.alerts()
    assert "The database is damaged" in told
    assert TOKEN_WORD not in told
    runs.give_up(house.settings, NOW + DAY, error, 1)
    assert len(house.alerts()) == 2
    for days in (2, 3):
        house.night(NOW + days * DAY)
    assert ["all is well again" in text for text in house.alerts()] == [False, False, True]
    assert list((house.settings.output_dir / "alerts").iterdir()) == []


def test_a_night_whose_flow_gave_no_verdict_is_closed_and_told(house: House) -> None:
    with patch.dict(os.environ):  # a night sets the environment of its process
        verdict = live(house.settings, NOW, lambda _job, _began: None)
    assert verdict.exit_code == house.status()["exit_code"] == 1
    assert [(stage["name"], stage["state"]) for stage in house.status()["stages"]][-1] == (DIGEST, "done")
    assert ["was not reached" in text for text in house.alerts()] == [True]


@pytest.mark.soak
def test_a_night_whose_flow_cannot_start_is_told(house: House) -> None:
    """Prefect waits for two minutes until it gives up its server."""
    (house.settings.output_dir / "prefect").write_text("in the way of its home")
    command = [*CLANSTATS, "run", "--now", NOW.isoformat()]
    ran = subprocess.run(command, env=house.settings.environ(), cwd=PROJECT, check=False, capture_output=True)
    assert ran.returncode == house.status()["exit_code"] == 1, ran.stderr
    assert [stage["name"] for stage in house.status()["stages"]] == [DIGEST]
    [told] = house.alerts()
    assert "was not reached" in told
    assert TOKEN_WORD.encode() not in ran.stderr


def test_what_goes_wrong_after_the_telling_is_told_all_the_same_and_is_over_with_the_next_good_night(
    house: House,
) -> None:
    status = house.settings.output_dir / "status.json"
    status.mkdir()
    house.night(NOW)
    [told] = house.alerts()
    assert "status.json still tells of an earlier night" in as_read(told)
    status.rmdir()
    for days in (1, 2):
        house.night(NOW + days * DAY)
    assert ["all is well again" in text for text in house.alerts()] == [False, True]


def test_an_alarm_that_cannot_be_sent_makes_nothing_worse(house: House) -> None:
    house.discord.fault("*/webhooks/*", "404", None)
    runs.give_up(house.settings, NOW, StorageError("The disk is full."), 1)
    assert house.status()["sentence"] == "The disk is full. The last good outputs stand."
    nobody = house.settings.model_copy(update={"alert_webhook_url": None})
    runs.give_up(nobody, NOW, StorageError("The disk is full."), 1)


def test_an_alarm_that_surely_did_not_arrive_is_sent_by_the_next_attempt_of_the_night(house: House) -> None:
    house.discord.fault("*/webhooks/*", "404", 1)
    for _ in range(3):
        runs.give_up(house.settings, NOW, StorageError("The disk is full."), 1)
    assert len(house.alerts()) == 1


def test_an_alarm_that_may_have_arrived_is_not_sent_again(house: House) -> None:
    house.discord.fault("*/webhooks/*", "reset", 1)
    for _ in range(2):
        runs.give_up(house.settings, NOW, StorageError("The disk is full."), 1)
    assert house.alerts() == []


def test_a_folder_that_takes_no_mark_does_not_silence_the_alarm(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (house.settings.output_dir / "alerts").write_text("in the way")
    for _ in range(2):
        runs.give_up(house.settings, NOW, StorageError("The disk is full."), 1)
    assert len(house.alerts()) == 1
