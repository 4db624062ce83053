"""`clanstats forget` as people type it: nothing is left of somebody anywhere, and they are kept out."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from command_kit import CLANSTATS
from decision_kit import Line, deciding, edited, written
from forget_kit import (
    ALT,
    ALTS_NAME,
    GLOBAL_NAME,
    MAIN,
    STRANGERS_NICK,
    USERNAME,
    House,
    a_house,
    change,
    found_in,
)
from night_kit import BOOKKEEPING, DAY, NOW, tables
from records_kit import rows
from typer.testing import Result

from pipeline.errors import ConfigError
from pipeline.forget.whom import find
from pipeline.forget_list import FILE, ForgetList
from pipeline.house import PROJECT
from pipeline.marts.consent import opted_out
from pipeline.outputs.deploy import WORKBOOK
from pipeline.runs import alone
from pipeline.sources.landing import whole_landings
from pipeline.stages import perform
from pipeline.storage.engine import reading

NOTE = f"{GLOBAL_NAME} asked for a rest"
LATER = NOW + 0.9 * DAY
STRANGE = "detail.00000000.js"
"""At the drive it is none of ours, so it is for a person to delete."""
NOT_SHOWN = ("landing", "backups", "clan_data.db", "clan_data.db-wal", "clan_data.db-shm", "runs", "logs")
SUMS = ("activity", "channels", "response", "talk_weeks")
COUNTED = (*BOOKKEEPING, "decision")


@dataclass(frozen=True)
class Gone:
    """A house of which somebody is forgotten, and what the command said."""

    house: House
    said: Result
    before: dict[str, str]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A clan after two nights, the second of them published."""
    folder = tmp_path_factory.mktemp("forget")
    with a_house(folder) as house:
        house.live(NOW - DAY, ("report", "publish", "deploy", "judge", "harvest_workbook"))
        house.live(NOW, ("harvest_workbook",))
        yield house


@pytest.fixture(scope="module")
def gone(house: House, tmp_path_factory: pytest.TempPathFactory) -> Gone:
    """The same, strewn with copies, after the person with two players was forgotten."""
    mine = house.copy(tmp_path_factory.mktemp("gone") / "lived")
    strew(mine)
    before = tables(mine.settings.database)
    said = mine.do("forget", mine.name, now=LATER)
    return Gone(mine, said, before)


def strew(house: House) -> None:
    """Copies, and lines of a log, in which they are named."""
    output, drive, told = house.output, house.drive, " ".join(house.words)
    ours = (drive / WORKBOOK).read_bytes()
    decided = edited(written((Line(f"remove:{MAIN}", house.name),)), deciding(0, decision="Keep", note=NOTE))
    (drive / "clan_report_summary_merged (1).xlsx").write_bytes(decided)
    (output / "clan_report_summary_merged_2026-11-20.xlsx").write_bytes(ours)
    (output / "My own list.xlsx").write_bytes(ours)
    (output / "logs").mkdir(exist_ok=True)
    (output / "logs" / "app.log.1").write_text(f"a line\nINFO: {told}\nanother\n", "utf-8")
    (output / "clan_data.db.before-restore").write_text(told, "utf-8")
    for name in ("20261101T000000Z-discord-x.partial", "20261101T000000Z-discord-y.unreadable"):
        (output / "landing" / name).mkdir()
        (output / "landing" / name / "001-accounts.ndjson.gz").write_bytes(b"damaged")
    for place in ("as-of/2026-11-20", "screenshots"):
        (output / place).mkdir(parents=True)
        (output / place / "page.html").write_text(told, "utf-8")
    for folder in (output / "site" / "assets", drive / "assets"):
        (folder / STRANGE).write_text(told, "utf-8")
    change(house, "UPDATE run SET sentence = ?", f"The thread of {USERNAME} could not be read.")
    change(
        house,
        "INSERT INTO decision (key, mark, kind, account_id, player_id, verdict, decided_at, word, note, what, who, reason, proof,"
        " origin, noted_at) VALUES (?, 'm', ?, ?, ?, ?, 0, '', ?, ?, ?, ?, ?, 'x', 0)",
        f"identify:{house.who}:{MAIN}", "identify", house.who, MAIN, "confirm", "n", "w", "w", "r", "p",
    )  # fmt: skip
    change(
        house,
        "INSERT INTO decision (key, mark, kind, verdict, decided_at, word, note, what, who, reason, proof, origin, noted_at)"
        " VALUES (?, 'm', 'promote', 'promote', 5, '', ?, 'Promote', ?, ?, ?, 'x', 6)",
        f"promote:{MAIN}:captain", "talks a lot", house.name, "38 answers", "Last message 19 Nov",
    )  # fmt: skip


def test_no_file_holds_them_any_more(gone: Gone) -> None:
    house = gone.house
    left_out = (FILE, "backups", "My own list.xlsx", STRANGE)
    assert found_in([house.output, house.drive], house.words, left_out) == []


def test_it_says_what_was_erased_and_what_is_left_to_do(gone: Gone) -> None:
    said = gone.said.stdout
    assert gone.said.exit_code == 3
    assert "Game facts stay" in said
    assert f"Left to you: {gone.house.output / 'My own list.xlsx'}" in said
    assert f"Left to you: {gone.house.drive / 'assets' / STRANGE}" in said
    assert "1 Discord account," in said
    assert "20261101T000000Z-discord-y.unreadable" in said
    assert "Google Drive keeps old versions" in said
    assert "1 backup holds them still" in said


def test_the_list_holds_ids_and_no_name(gone: Gone) -> None:
    content = json.loads((gone.house.output / FILE).read_text())
    assert content["schema_version"] == 1
    mine = content["forgotten"][0]
    assert (mine["discord_ids"], mine["player_ids"]) == ([str(gone.house.who)], [MAIN, ALT])
    assert gone.house.name not in (gone.house.output / FILE).read_text()


def test_facts_of_the_game_stay(gone: Gone) -> None:
    now = tables(gone.house.settings.database)
    game = ("player", "membership", "snapshot", "reading", "roster_event", "name_change", "achievement", "metric")
    assert {name: now[name] for name in game} == {name: gone.before[name] for name in game}
    assert gone.house.name in (gone.house.output / "site" / "clan_data.json").read_text("utf-8")


def test_what_was_decided_about_the_game_stays_without_its_words(gone: Gone) -> None:
    """That of the copy which nobody had read until then is among it."""
    found = gone.house.clan.rows("SELECT key, verdict, note, who, reason, proof FROM decision ORDER BY key")
    name = gone.house.name
    assert found == [
        (f"promote:{MAIN}:captain", "promote", "", name, "", ""),
        (f"remove:{MAIN}", "keep", None, name, "", ""),
    ]


def test_copies_that_hold_nothing_unread_are_removed_and_other_files_are_not(gone: Gone) -> None:
    workbooks = {path.name for folder in (gone.house.output, gone.house.drive) for path in folder.glob("*.xlsx")}
    assert workbooks == {WORKBOOK, "My own list.xlsx"}
    assert [name for name in ("as-of", "screenshots") if (gone.house.output / name).exists()] == []


def test_logs_keep_their_other_lines(gone: Gone) -> None:
    assert (gone.house.output / "logs" / "app.log.1").read_text("utf-8") == "a line\n[forgotten]\nanother\n"


def test_the_next_nights_keep_them_out_and_change_nothing_else(gone: Gone, tmp_path: Path) -> None:
    house = gone.house.copy(tmp_path / "lived")
    before = tables(house.settings.database)
    house.harvest(NOW, "again")
    assert tables(house.settings.database, (*BOOKKEEPING, "channel")) == {
        name: before[name] for name in before if name != "channel"
    }
    house.harvest(NOW + DAY, "next")
    left_out = (FILE, "backups", "My own list.xlsx")
    assert found_in([house.output], house.words, left_out) == []
    assert rows(
        house.settings.database, "SELECT count(*) FROM message WHERE relayed_player_id IN (?, ?)", MAIN, ALT
    ) == [0]


def test_a_landing_that_comes_back_is_loaded_without_them(house: House, gone: Gone, tmp_path: Path) -> None:
    mine = gone.house.copy(tmp_path / "lived")
    before = tables(mine.settings.database)
    old = next(path for path in whole_landings(house.output / "landing") if "-discord-" in path.name)
    shutil.rmtree(mine.output / "landing" / old.name)
    shutil.copytree(old, mine.output / "landing" / old.name)
    assert mine.do("load", "--again", old.name, now=LATER).exit_code == 0
    assert tables(mine.settings.database, COUNTED) == {name: before[name] for name in before if name not in COUNTED}
    assert found_in([mine.output], mine.words, (FILE, "landing", "backups", "My own list.xlsx")) == []


def test_a_backup_that_is_restored_is_freed_of_them_before_anybody_reads_it(
    house: House, gone: Gone, tmp_path: Path
) -> None:
    mine = gone.house.copy(tmp_path / "lived")
    shutil.copy(house.settings.database, tmp_path / "old.db")
    assert mine.do("restore", str(tmp_path / "old.db")).exit_code == 0
    assert found_in([mine.output], mine.words, (FILE, "backups", "My own list.xlsx")) == []
    assert rows(mine.settings.database, "SELECT count(*) FROM discord_account") != [0]


@pytest.fixture(scope="module")
def whole(house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The same with nothing published yet, after a forgetting that nothing disturbed."""
    whole = house.copy(tmp_path_factory.mktemp("whole") / "lived").without_outputs()
    assert whole.do("forget", USERNAME, now=LATER).exit_code == 0
    return whole


@pytest.fixture
def quick(house: House, tmp_path: Path) -> House:
    """The same with nothing published yet."""
    return house.copy(tmp_path / "lived").without_outputs()


def test_a_name_of_several_people_is_told_with_what_to_say_instead(quick: House) -> None:
    change(quick, "UPDATE discord_account SET global_name = ? WHERE id = ?", quick.name, quick.stranger)
    change(quick, "UPDATE discord_account SET nick = ? WHERE id = ?", "Newt 59", quick.stranger)
    for said, order in ((quick.name, quick.who), ("newt_59", "player:1006")):
        told = str(quick.do("forget", said).exception)
        assert "may be 2 people" in told
        assert f"clanstats forget {order} (" in told
        assert f"clanstats forget {quick.stranger} (" in told
    assert not (quick.output / FILE).exists()


def test_a_stranger_of_whom_discord_alone_knows_is_forgotten_with_their_number(quick: House) -> None:
    [number] = rows(quick.settings.database, "SELECT person_id FROM discord_account WHERE id = ?", quick.stranger)
    told = quick.do("forget", STRANGERS_NICK, now=LATER)
    assert told.exit_code == 0, told.output
    assert found_in([quick.output], quick.strangers_words, (FILE, "backups")) == []
    assert rows(quick.settings.database, "SELECT count(*) FROM person WHERE id = ?", number) == [0]
    assert ForgetList(quick.output).entries()[0].player_ids == ()


def test_a_name_of_nobody_is_told_with_near_ones(quick: House) -> None:
    told = str(quick.do("forget", "xSaltxy").exception)
    assert "Nobody is or was called 'xSaltxy'" in told
    assert "did you mean 'xSaltyx'" in told


def test_a_player_is_found_by_a_former_name_and_by_number_and_an_account_by_any_of_its_names(quick: House) -> None:
    said = {}
    for name in ("HAZELORB", "player:1008", USERNAME, GLOBAL_NAME, ALTS_NAME, str(quick.who)):
        with reading(quick.settings.database) as connection:
            said[name] = find(connection, name, ()).player_ids
    assert said == {name: (1008,) if "8" in name[-1] or name == "HAZELORB" else (MAIN, ALT) for name in said}


def test_forgetting_again_says_so_and_makes_sure(quick: House) -> None:
    assert quick.do("forget", USERNAME, now=LATER).exit_code == 0
    change(
        quick,
        "INSERT INTO discord_account (id, username, is_bot, in_guild, roles) VALUES (?, 'back', 0, 1, '[]')",
        quick.who,
    )
    for words in ((str(quick.who),), ("--again",)):
        told = quick.do("forget", *words, now=LATER)
        assert told.exit_code == 0, told.output
        assert rows(quick.settings.database, "SELECT count(*) FROM discord_account WHERE id = ?", quick.who) == [0]
    told = quick.do("forget", quick.name, now=LATER + DAY)
    assert "is forgotten since 2026-11-22; making sure" in told.output
    assert len(ForgetList(quick.output).entries()) == 1
    assert not (quick.output / WORKBOOK).exists(), "nothing was written yet, and nobody asked for it"


def test_whoever_is_taken_off_the_list_counts_again(quick: House) -> None:
    assert quick.do("forget", quick.name, now=LATER).exit_code == 0
    assert quick.do("forget", "--allow", str(MAIN)).exit_code == 0
    assert ForgetList(quick.output).entries() == ()
    quick.harvest(LATER, "back")
    assert rows(quick.settings.database, "SELECT username FROM discord_account WHERE id = ?", quick.who) == [USERNAME]
    assert isinstance(quick.do("forget", "--allow", str(MAIN)).exception, ConfigError)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"schema_version": 2, "forgotten": []}',
        '{"schema_version": 1, "forgotten": [{"discord_ids": [7]}]}',
    ],
)
def test_a_damaged_list_stops_harvest_load_and_restore(quick: House, content: str) -> None:
    (quick.output / FILE).write_text(content)
    job = quick.job(LATER, "damaged")
    for name in ("harvest_discord", "harvest_workbook", "load"):
        outcome = perform(name, job)
        assert (outcome.state, outcome.needs_a_setting) == ("failed", True)
        assert "forget.json cannot be understood" in (outcome.error or "")
    backup = next((quick.output / "backups").glob("*.db"))
    for words in (("restore", str(backup)), ("forget", USERNAME), ("load",)):
        assert isinstance(quick.do(*words).exception, ConfigError)


def test_one_thing_is_asked_at_a_time(quick: House) -> None:
    for words in (("forget",), ("forget", USERNAME, "--again"), ("forget", "--again", "--allow", "5")):
        assert isinstance(quick.do(*words).exception, ConfigError)


def test_whoever_asked_not_to_be_watched_is_named_in_nothing_of_discord_and_counts_in_all_sums(quick: House) -> None:
    policy = quick.output.parent / "clan.toml"
    policy.write_text(f"[privacy]\nopt_out = {[quick.name, str(quick.stranger)]}\n", "utf-8")
    job = replace(quick.job(NOW, "opted"), settings=quick.settings.model_copy(update={"clan_config": policy}))
    assert [perform(name, job).state for name in ("report", "publish")] == ["done"] * 2
    assert found_in([quick.output], (*quick.words, *quick.strangers_words), NOT_SHOWN) == []
    shown = json.loads((quick.output / "site" / "clan_data.json").read_text("utf-8"))
    assert [shown[key] for key in SUMS] == [quick.before[key] for key in SUMS]
    gone = {person["person_id"] for person in quick.before["people"]} - {
        person["person_id"] for person in shown["people"]
    }
    assert (len(gone), MAIN in gone) == (2, True)


@pytest.mark.parametrize("name", [USERNAME, USERNAME.upper(), ALTS_NAME, "Wisp922"])
def test_an_entry_of_opt_out_may_be_any_name_that_is_one_persons(house: House, name: str) -> None:
    with reading(house.settings.database) as connection:
        assert opted_out(connection, [name, "nobody"]) == {MAIN}
        assert opted_out(connection, [str(house.who)]) == {MAIN}


@pytest.mark.parametrize(
    ("kind", "at"),
    [
        ("os.rename", 3),
        ("sqlite3.connect", 12),
        *(pytest.param("os.rename", at, marks=pytest.mark.soak) for at in (1, 2, 4, 5, 6)),
        *(pytest.param("sqlite3.connect", at, marks=pytest.mark.soak) for at in (4, 6, 8, 10, 14, 16, 18)),
    ],
)
def test_who_is_forgotten_by_half_is_forgotten_wholly_by_the_next_command_which_knows_what_is_left(
    whole: House, quick: House, kind: str, at: int
) -> None:
    mine, notes = quick, quick.output / "notes.txt"
    notes.write_text(f"{USERNAME} owes me", "utf-8")
    assert mine.killed(kind, at, "forget", str(mine.who), now=LATER) == -signal.SIGKILL
    listed = (mine.output / FILE).exists()
    following = ("migrate",) if kind == "os.rename" else ("forget", "--again")
    words = following if listed else ("forget", USERNAME)
    ended = mine.do(*words, now=LATER)
    assert ended.exit_code == (0 if words == ("migrate",) else 3), ended.output
    logged = (mine.output / "logs" / "app.log").read_text("utf-8")
    assert f"{notes} still names them" in (logged if words == ("migrate",) else ended.stdout)
    assert not ForgetList(mine.output).interrupted
    assert found_in([mine.output], mine.words, (FILE, "backups", notes.name)) == []
    assert tables(mine.settings.database) == tables(whole.settings.database)
    assert [path.name for path in whole_landings(mine.output / "landing")] == [
        path.name for path in whole_landings(whole.output / "landing")
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal is made with pty")
def test_a_question_that_nobody_answers_keeps_no_night_from_its_work(house: House) -> None:
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [*CLANSTATS, "forget", house.name, "--now", LATER.isoformat()],
        stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, cwd=PROJECT, env=os.environ | house.settings.environ(),
    ) as asking:  # fmt: skip
        try:
            said = b""
            while b"Go on?" not in said:
                said += os.read(ours, 1000)
            with alone(house.output):
                os.write(ours, b"n\n")
            assert asking.wait(30) == 1
        finally:
            asking.kill()
    os.close(ours)
    os.close(theirs)
    assert not (house.output / FILE).exists()
