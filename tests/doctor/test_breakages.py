"""One thing is broken at a time: the doctor names it and its remedy, ends with the contract's code, and finds nothing else amiss."""

import json
import os
import shutil
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from doctor_kit import House, a_house, a_lived_in, a_run, heed, servers
from filelock import FileLock
from small_guild import BOT, GENERAL, GUILD, QUESTIONS
from talk_kit import insert

from pipeline.demo.discord.server import DemoDiscord
from pipeline.demo.wom.server import DemoServer
from pipeline.storage.backup import backups

Breaking = Callable[[House], object]


@pytest.fixture(scope="module")
def answering() -> Iterator[tuple[DemoServer, DemoDiscord]]:
    with servers() as both:
        yield both


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lived-in")
    a_lived_in(folder)
    return folder


@pytest.fixture
def house(
    answering: tuple[DemoServer, DemoDiscord], lived_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    made = a_house(tmp_path, lived_in, *answering)
    heed(made, monkeypatch)
    yield made
    for server in answering:
        server.mend()


def sql(house: House, statement: str) -> None:
    """Change the database without our code."""
    with closing(sqlite3.connect(house.database)) as connection, connection:
        connection.execute(statement)


def corrupted(house: House) -> None:
    """A page in the middle is overwritten; the copies are good."""
    with house.database.open("r+b") as file:
        file.seek(house.database.stat().st_size // 2)
        file.write(b"\xa5" * 8192)


def hit_copy(house: House) -> None:
    with house.newest_backup.open("r+b") as file:
        file.seek(20_000)
        file.write(b"\xa5" * 8192)


def a_folder_for_the_database(house: House) -> None:
    house.database.unlink()
    house.database.mkdir()


def no_copies(house: House) -> None:
    for path in backups(house.output / "backups").values():
        path.unlink()


def open_workbook(house: House) -> None:
    (house.output / "clan_report_summary_merged.xlsx").write_bytes(b"a workbook")
    (house.output / ".~lock.clan_report_summary_merged.xlsx#").write_text("Ash,ash,pc")


def a_policy(text: str) -> Breaking:
    return lambda house: (house.folder / "clan.toml").write_text(text, "utf-8")


@contextmanager
def a_server_that_says_nothing(house: House) -> Iterator[None]:
    """It takes connections, and no more."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        house.write(WOM_BASE_URL=f"http://127.0.0.1:{server.getsockname()[1]}/v2")
        yield


def somebody_else(status: int, body: bytes) -> Callable[[House], AbstractContextManager[None]]:
    """WOM_BASE_URL leads to a server that says the same to everything."""

    class Saying(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal of the tests."""

    @contextmanager
    def breaking(house: House) -> Iterator[None]:
        with HTTPServer(("127.0.0.1", 0), Saying) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.02,))
            thread.start()
            house.write(WOM_BASE_URL=f"http://127.0.0.1:{server.server_port}/v2")
            try:
                yield
            finally:
                server.shutdown()
                thread.join()

    return breaking


def nobody_there(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    house.write(WOM_BASE_URL=f"http://127.0.0.1:{port}/v2")


def shut(house: House) -> None:
    """A channel that was read is shut to the bot."""
    insert(
        house.database,
        "channel",
        id=GENERAL,
        guild_id=GUILD,
        name="general",
        kind="text",
        position=0,
        access="open",
        cursor=1,
    )
    house.discord.close_room(GENERAL, "view")


def all_shut(house: House) -> None:
    for room in house.discord._guild.rooms:
        house.discord.close_room(room.id, "view")


def another_webhook(house: House) -> None:
    """The address of one that was deleted."""
    number = house.discord.webhooks["digest"].id
    house.write(DIGEST_WEBHOOK_URL=house.discord.webhook_url("digest").replace(str(number), str(number + 1)))


def waiting_landing(house: House) -> None:
    folder = house.output / "landing" / "20261121T040000Z-wom-x"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")


def set_aside(house: House) -> None:
    (house.output / "landing" / "20261120T040000Z-wom-x.unreadable").mkdir(parents=True)


def leftover(house: House) -> None:
    file = house.output / ".status.json.partial"
    file.touch()
    old = (house.now - timedelta(days=3)).timestamp()
    os.utime(file, (old, old))


def stale(house: House) -> None:
    house.now += timedelta(days=3)


def grown_large(house: House) -> None:
    """A night that ended well, with a database larger than is wise."""
    a_run(house.database, house.now, 0)
    with closing(sqlite3.connect(house.database)) as connection:
        connection.execute("UPDATE run SET database_bytes = 1500000000")
        connection.commit()


def ended_badly(house: House) -> None:
    told = {"now": house.now.isoformat(), "exit_code": 2, "sentence": "WOM_GROUP_ID is not set."}
    (house.output / "status.json").write_text(json.dumps(told))


def an_ended_schedule(house: House) -> None:
    (house.output / ".schedule.lock").touch()
    (house.output / "schedule.json").write_text(
        json.dumps({"schema_version": 1, "pid": 1, "next_at": house.now.isoformat()})
    )


@contextmanager
def an_overdue_schedule(house: House) -> Iterator[None]:
    an_ended_schedule(house)
    house.now += timedelta(hours=3)
    with FileLock(house.output / ".schedule.lock"):
        yield


def set_back(days: float) -> Breaking:
    def ahead(house: House) -> None:
        house.ahead = timedelta(days=days)

    return ahead


@dataclass(frozen=True)
class Case:
    """What is done, which subjects are looked at, and what the doctor has to say."""

    breaking: Breaking
    subject: str
    names: tuple[str, ...]
    code: int
    remedy: str


CASES = {
    # what is written
    "a setting is wrong": Case(lambda h: h.write(LANDING_DAYS="soon"), "settings", ("LANDING_DAYS",), 2, "Correct LANDING_DAYS in .env"),
    "a number is too small": Case(lambda h: h.write(STAGE_TIMEOUT_S="0"), "settings", ("STAGE_TIMEOUT_S",), 2, "Correct STAGE_TIMEOUT_S"),
    "another engine": Case(
        lambda h: h.write(DATABASE_URL="postgresql://ash:hunter2@db/clan"), "settings", ("DATABASE_URL",), 2, "DATABASE_URL"
    ),
    "a slip of the pen": Case(lambda h: h.write(DISCORD_TOKN="x"), "settings", ("DISCORD_TOKN",), 3, "Did you mean DISCORD_TOKEN?"),
    "others may read .env": Case(lambda h: h.write(mode=0o644), "settings", (".env rights",), 3, "chmod 600 "),
    "no contact": Case(lambda h: h.write(WOM_USER_AGENT="Ashen"), "Wise Old Man", ("WOM_USER_AGENT",), 3, "(discord: yourname)"),
    "a small budget": Case(
        lambda h: h.write(WOM_REQUEST_BUDGET="12"), "Wise Old Man", ("WOM_REQUEST_BUDGET",), 3, "Raise WOM_REQUEST_BUDGET to 28"
    ),
    "no clan.toml where one is named": Case(
        lambda h: h.write(CLAN_CONFIG=str(h.folder / "none.toml")), "clan.toml", ("clan.toml",), 2, "Correct CLAN_CONFIG"
    ),
    "a wrong line of clan.toml": Case(
        a_policy("[thresholds]\ninactive_dyas = 3\n"), "clan.toml", ("clan.toml",), 2, "clan.example.toml"
    ),
    "a rank that nobody holds": Case(
        a_policy('[clan]\nleaders = ["captain"]\n'), "clan.toml", ("clan.toml names",), 3, "Correct the name there"
    ),
    "a player whom nobody knows": Case(
        a_policy('[privacy]\nopt_out = ["Zad"]\n'), "clan.toml", ("clan.toml names",), 3, "Correct the name there"
    ),
    # folders
    "a folder that nobody may write": Case(
        lambda h: h.write(OUTPUT_DIR="/sys", DATABASE_URL=f"sqlite:///{h.database}"), "OUTPUT_DIR", ("OUTPUT_DIR",), 2,
        "let OUTPUT_DIR lead to another folder",
    ),
    "a file where the folder should be": Case(
        lambda h: h.write(OUTPUT_DIR=str(h.dotenv)), "OUTPUT_DIR", ("OUTPUT_DIR",), 2, "There is a file of that name"
    ),
    "a drive that is not there": Case(
        lambda h: h.drive.rmdir(), "LOCAL_DRIVE_PATH", ("LOCAL_DRIVE_PATH",), 2, "Start the program that syncs it"
    ),
    "the workbook is open": Case(open_workbook, "OUTPUT_DIR", ("workbook",), 3, "Close it there before the night"),
    # the database
    "a database where nothing can be written": Case(
        lambda h: h.write(DATABASE_URL="sqlite:////proc/clan.db"), "database", ("DATABASE_URL",), 2, "let DATABASE_URL lead to another"
    ),
    "a folder where the database should be": Case(
        lambda h: h.write(DATABASE_URL=f"sqlite:///{h.drive}"), "database", ("database",), 2, "Let DATABASE_URL name a file"
    ),
    "a file where the database's folder should be": Case(
        lambda h: h.write(DATABASE_URL=f"sqlite:///{h.dotenv}/clan.db"), "database", ("DATABASE_URL",), 2, "There is a file of that name"
    ),
    "a database far below a file": Case(
        lambda h: h.write(DATABASE_URL=f"sqlite:///{h.dotenv}/data/clan.db"), "database", ("DATABASE_URL",), 2, "Let DATABASE_URL lead to"
    ),
    "a file in the way to a database below OUTPUT_DIR": Case(
        lambda h: h.write(DATABASE_URL=f"sqlite:///{h.database}/data/clan.db"), "database", ("DATABASE_URL",), 2, "Let DATABASE_URL lead to"
    ),
    "a folder in the place of the database": Case(
        a_folder_for_the_database, "database", ("database",), 2, "Let DATABASE_URL name a file"
    ),
    "a corrupted page": Case(corrupted, "database", ("database",), 2, "uv run clanstats restore "),
    "no database at all": Case(
        lambda h: h.database.write_bytes(b"not a database, but long enough to be taken for one" * 100),
        "database", ("database",), 2, "uv run clanstats restore ",
    ),
    "the database is gone": Case(lambda h: h.database.unlink(), "database", ("database",), 2, "brings it back"),
    "a newer schema": Case(
        lambda h: sql(h, "UPDATE alembic_version SET version_num = '20991231z'"), "database", ("database schema",), 2,
        "Update ClanStats",
    ),
    "somebody else's file": Case(
        lambda h: sql(h, "DROP TABLE alembic_version"), "database", ("database schema",), 2, "Correct DATABASE_URL"
    ),
    "a row that points nowhere": Case(
        lambda h: sql(h, "UPDATE channel SET guild_id = 5"), "database", ("database rows",), 2, "uv run clanstats restore "
    ),
    "no copy": Case(no_copies, "database", ("backup",), 3, "uv run clanstats backup"),
    "a damaged copy": Case(hit_copy, "database", ("backup",), 3, "uv run clanstats backup makes another"),
    "an old copy": Case(
        lambda h: setattr(h, "now", h.now + timedelta(days=9)), "database", ("backup",), 3, "uv run clanstats backup makes one now"
    ),
    # Wise Old Man
    "a name that nobody knows": Case(
        lambda h: h.write(WOM_BASE_URL="https://no-such-host.invalid/v2"), "Wise Old Man", ("Wise Old Man",), 2, "name servers"
    ),
    "nobody listens there": Case(nobody_there, "Wise Old Man", ("Wise Old Man",), 2, "firewall"),
    "no TLS where TLS should be": Case(
        lambda h: h.write(WOM_BASE_URL=h.wom.base_url.replace("http:", "https:")), "Wise Old Man", ("Wise Old Man",), 2,
        "http:// or https://",
    ),
    "their proxy is down": Case(lambda h: h.wom.play("proxy-down"), "Wise Old Man", ("Wise Old Man",), 3, "theirs to mend"),
    "they are in trouble": Case(lambda h: h.wom.play("down"), "Wise Old Man", ("Wise Old Man",), 3, "theirs to mend"),
    "our address is blocked": Case(lambda h: h.wom.play("blocked"), "Wise Old Man", ("Wise Old Man",), 2, "WOM_USER_AGENT"),
    "a wrong key": Case(lambda h: h.write(WOM_API_KEY="nobodys"), "Wise Old Man", ("WOM_API_KEY",), 2, "Correct WOM_API_KEY"),
    "a group that nobody knows": Case(lambda h: h.write(WOM_GROUP_ID="77"), "Wise Old Man", ("group", "group in the database"), 2, "groups/1234"),
    "a wrong group and a wrong key": Case(
        lambda h: h.write(WOM_GROUP_ID="77", WOM_API_KEY="nobodys"), "Wise Old Man",
        ("WOM_API_KEY", "group", "group in the database"), 2, "Correct WOM_API_KEY",
    ),
    "a web page that knows no such page": Case(
        somebody_else(404, b"<html>Not found</html>"), "Wise Old Man", ("Wise Old Man",), 2, "Check WOM_BASE_URL"
    ),
    "a web page for an answer": Case(
        somebody_else(200, b"<html>Sign in</html>"), "Wise Old Man", ("Wise Old Man",), 2, "Check WOM_BASE_URL"
    ),
    "JSON that is no group": Case(
        somebody_else(200, b'{"hello": "world"}'), "Wise Old Man", ("Wise Old Man",), 2, "Check WOM_BASE_URL"
    ),
    "another program's 404": Case(
        somebody_else(404, b'{"message": "No such route."}'), "Wise Old Man", ("Wise Old Man",), 2, "Check WOM_BASE_URL"
    ),
    # Discord
    "a wrong token": Case(lambda h: h.write(DISCORD_TOKEN="nobodys.token"), "Discord", ("Discord",), 2, "Reset the token"),
    "no Message Content Intent": Case(
        lambda h: h.discord.play("discord-no-content"), "Discord", ("Message Content Intent",), 2, "Switch on the Message Content Intent"
    ),
    "no Server Members Intent": Case(
        lambda h: h.discord.play("discord-no-members"), "Discord", ("Server Members Intent",), 2, "Switch on the Server Members Intent"
    ),
    "another server": Case(lambda h: h.write(DISCORD_GUILD_ID="5"), "Discord", ("Discord server",), 2, "Correct DISCORD_GUILD_ID"),
    "a channel is shut": Case(shut, "Discord", ("#general",), 3, "Give the bot's role View Channel"),
    "a channel without its history": Case(
        lambda h: h.discord.close_room(QUESTIONS, "history"), "Discord", ("#questions",), 3, "Give the bot's role Read Message History"
    ),
    "every channel is shut": Case(all_shut, "Discord", ("channels",), 2, "View Channels and Read Message History"),
    "Discord is out of service": Case(lambda h: h.discord.play("discord-down"), "Discord", ("Discord",), 3, "theirs to mend"),
    "Discord is not where it should be": Case(
        lambda h: h.write(DISCORD_BASE_URL="https://no-such-host.invalid/api/v10"), "Discord", ("Discord",), 2, "name servers"
    ),
    "the digest's webhook is gone": Case(
        another_webhook, "DIGEST_WEBHOOK_URL", ("DIGEST_WEBHOOK_URL",), 2, "Copy Webhook URL"
    ),
    "another token in the alert's address": Case(
        lambda h: h.write(ALERT_WEBHOOK_URL=h.discord.webhook_url("alert") + "0"), "ALERT_WEBHOOK_URL", ("ALERT_WEBHOOK_URL",), 2,
        "Copy Webhook URL",
    ),
    "Discord does not tell of the webhook": Case(
        lambda h: h.discord.fault("*webhooks*", "503", None), "ALERT_WEBHOOK_URL", ("ALERT_WEBHOOK_URL",), 3, "Try again"
    ),
    # the clock
    "the clock is five minutes ahead": Case(set_back(5 / 1440), "Wise Old Man", ("clock (Wise Old Man)",), 3, "timedatectl"),
    "the clock is two days behind": Case(set_back(-2), "Discord", ("clock (Discord)",), 2, "timedatectl"),
    "a run in the future": Case(
        lambda h: a_run(h.database, h.now + timedelta(days=2)), "nights", ("clock (last run)",), 2, "timedatectl"
    ),
    # the nights
    "no run for three days": Case(stale, "nights", ("schedule", "last run"), 3, "uv run clanstats schedule"),
    "the last run ended badly": Case(ended_badly, "nights", ("last run",), 3, "uv run clanstats run"),
    "a run never ended": Case(
        lambda h: a_run(h.database, h.now, None), "nights", ("unfinished run",), 3, "uv run clanstats run goes on with it"
    ),
    "the database grows large": Case(grown_large, "nights", ("foresight: database",), 3, "MESSAGE_FACT_DAYS"),
    "a landing waits": Case(waiting_landing, "nights", ("landings",), 3, "uv run clanstats load"),
    "a landing was set aside": Case(set_aside, "nights", ("landings set aside",), 3, ".unreadable"),
    "half a file of a killed run": Case(leftover, "nights", ("leftovers",), 3, "Remove them"),
    "the schedule has ended": Case(an_ended_schedule, "nights", ("schedule",), 3, "Start it again: uv run clanstats schedule"),
    "the schedule hangs": Case(an_overdue_schedule, "nights", ("schedule",), 3, "output/logs/app.log, and start it again: uv run clanstats schedule"),
}  # fmt: skip

UNWRITABLE = {"/sys": ("a folder that nobody may write",), "/proc": ("a database where nothing can be written",)}


@pytest.mark.parametrize("what", CASES)
def test_what_is_broken_is_named_with_its_remedy_and_nothing_else_is(what: str, house: House) -> None:
    case = CASES[what]
    for folder in ("/sys", "/proc"):
        if what in UNWRITABLE[folder] and not Path(folder).is_dir():
            pytest.skip(f"there is no {folder} here, a folder that not even root may write")
    broken = case.breaking(house)
    with broken if isinstance(broken, AbstractContextManager) else nullcontext():
        found = house.look(case.subject)
    assert tuple(found.bad) == case.names
    assert found.verdict.exit_code == case.code
    assert case.remedy in found[case.names[0]].remedy


def test_a_database_that_lies_elsewhere_is_looked_at_where_it_is(house: House) -> None:
    elsewhere = house.folder / "elsewhere"
    house.write(DATABASE_URL=f"sqlite:///{elsewhere / 'clan.db'}")
    found = house.look("database")
    assert [found[name].state for name in ("DATABASE_URL", "database")] == ["ok", "wrong"]
    assert not elsewhere.exists()
    elsewhere.mkdir()
    house.database.rename(elsewhere / "clan.db")
    assert house.look().bad == []
    assert [path.name for path in elsewhere.iterdir()] == ["clan.db"]


def test_a_disk_that_is_short_is_told_once(house: House) -> None:
    """What the last night saw of the disk counts only while there is room now."""
    a_run(house.database, house.now)
    sql(house, "UPDATE run SET database_bytes = 1000000, free_bytes = 1000000")
    assert house.look("OUTPUT_DIR", "nights").bad == ["foresight: disk"]
    with house.database.open("r+b") as file:
        file.truncate(shutil.disk_usage(house.output).free // 10)
    assert house.look("OUTPUT_DIR", "nights").bad == ["disk space"]


def test_where_nothing_is_broken_all_is_well_or_does_not_apply(house: House) -> None:
    found = house.look()
    assert (found.bad, found.verdict.exit_code) == ([], 0)
    assert found.verdict.sentence.startswith("All is well")
    assert {check.state for check in found.checks} == {"ok", "skipped"}


def test_a_damaged_database_is_told_once_and_what_hangs_on_it_is_left_out(house: House) -> None:
    a_policy('[clan]\nleaders = ["captain"]\n')(house)
    good = house.newest_backup
    corrupted(house)
    found = house.look("clan.toml", "database", "nights")
    assert found["database"].state == "wrong"
    assert f"uv run clanstats restore {good}" in found["database"].remedy
    assert [check.state for check in found.checks if check.name.startswith("database ")] == ["skipped"]
    assert not any(check.state == "wrong" for check in found.checks if check.name != "database")


def test_an_older_copy_is_restored_where_the_newest_is_damaged(house: House) -> None:
    good = house.newest_backup
    newer = good.with_name("clan_data-20261121T043000000Z.db")
    newer.write_bytes(good.read_bytes())
    hit_copy(house)
    corrupted(house)
    assert str(good) in house.look("database")["database"].remedy


def test_where_no_copy_is_good_the_past_is_asked_for_again(house: House) -> None:
    no_copies(house)
    corrupted(house)
    assert "uv run clanstats backfill" in house.look("database")["database"].remedy


def test_whatever_answers_tells_the_time_and_nobody_is_said_to_be_accepted_by_it(house: House) -> None:
    with somebody_else(404, b"<html>Not found</html>")(house):
        found = house.look("Wise Old Man")
    assert "404" in found["Wise Old Man"].said
    assert [found[name].state for name in ("WOM_API_KEY", "group", "clock (Wise Old Man)")] == [
        "skipped",
        "skipped",
        "ok",
    ]


def test_a_name_that_cannot_be_sent_is_told_where_it_is_written_and_wise_old_man_is_asked_without_it(
    house: House,
) -> None:
    house.write(WOM_USER_AGENT="Gefährten (discord: ash)", DISCORD_GUILD_ID="x")
    found = house.look("settings", "Wise Old Man")
    checks = [check for check in found.checks if check.name == "WOM_USER_AGENT"]
    assert [check.state for check in checks] == ["wrong", "skipped"]
    assert checks[0].said.startswith("can hold only plain letters")
    assert found["group"].state == "ok"


def test_a_channel_that_is_shut_is_a_warning_until_a_night_has_seen_it_so(house: House) -> None:
    shut(house)
    assert found_shut(house) == ("warning", True)
    sql(house, f"UPDATE channel SET access = 'hidden' WHERE id = {GENERAL}")
    assert found_shut(house) == ("skipped", False)


def found_shut(house: House) -> tuple[str, bool]:
    """How it is told that the channel is shut, and whether as something new."""
    found = house.look("Discord")["#general"]
    return found.state, "any more" in found.said


def test_wrong_settings_are_told_once_each_and_what_hangs_on_them_points_there(house: House) -> None:
    house.write(WOM_GROUP_ID="abc", WOM_BASE_URL="http://wom.example/v2", LOCAL_DRIVE_PATH="~nobody-knows-her/x")
    told = [check for check in house.look("settings", "LOCAL_DRIVE_PATH").checks if check.name in house.written]
    assert [(check.name, check.state, check.said.partition(" ")[0]) for check in told] == [
        ("WOM_GROUP_ID", "wrong", "must"),
        ("LOCAL_DRIVE_PATH", "wrong", "begins"),
        ("WOM_BASE_URL", "wrong", "begins"),
        ("LOCAL_DRIVE_PATH", "skipped", "LOCAL_DRIVE_PATH"),
    ]


def test_a_bot_in_several_servers_is_told_to_say_which(house: House) -> None:
    house.discord._other_guilds = ((5, "Lumbridge"),)
    house.write(DISCORD_GUILD_ID="")
    try:
        found = house.look("Discord")["Discord server"]
    finally:
        house.discord._other_guilds = ()
    assert (found.state, "Lumbridge (5)" in found.said, "DISCORD_GUILD_ID" in found.remedy) == ("wrong", True, True)


def test_a_channel_of_a_kind_nobody_knows_is_left_out_in_words(house: House) -> None:
    house.discord.play("discord-unknown-channel")
    found = house.look("Discord")
    assert found.bad == []
    assert any("a kind that this version does not know" in check.said for check in found.checks)


def test_a_server_that_says_nothing_is_not_waited_for(house: House) -> None:
    with a_server_that_says_nothing(house):
        found = house.look("Wise Old Man", within_s=0.5)
    assert "did not answer in time" in found["Wise Old Man"].said


def test_a_wrong_group_still_tells_whether_wise_old_man_can_be_reached_and_asks_it_nothing(house: House) -> None:
    house.write(WOM_GROUP_ID="clan")
    house.wom.requests.clear()
    found = house.look("Wise Old Man")
    assert (found["Wise Old Man"].state, found["group"].state) == ("ok", "skipped")
    assert house.wom.requests == []


def test_at_most_three_requests_are_sent_to_wise_old_man(house: House) -> None:
    house.write(WOM_API_KEY="nobodys")
    house.wom.requests.clear()
    house.look("Wise Old Man")
    assert len(house.wom.requests) <= 3


def test_no_message_is_read_and_no_bot_is_asked_for(house: House) -> None:
    house.discord.requests.clear()
    house.look("Discord")
    assert not any("/messages" in path for _, path, _ in house.discord.requests)
    assert str(BOT) in "".join(path for _, path, _ in house.discord.requests)
