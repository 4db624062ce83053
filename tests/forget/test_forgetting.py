"""What else knew somebody: titles, clan.toml, files of others, messages that were sent, and programs that are looking."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from records_kit import NOW, day, rows
from talk_kit import AMY, FORUM, GENERAL, GUILD, a_channel, an_account, an_evening, insert

from pipeline.errors import StorageError
from pipeline.forget.erasing import Told, finish, forget, job_of
from pipeline.forget.files import remove_remade
from pipeline.forget_list import FILE, Entry, ForgetList
from pipeline.loading import load, load_landing
from pipeline.progress import Counter
from pipeline.runs import prepare
from pipeline.settings import Settings
from pipeline.sources.landing import OLD, LandingWriter, landing_name
from pipeline.sources.landing import rows as landed

UTC = ZoneInfo("UTC")
WHO, PLAYER = 921_497_391_473_886_185, 2
USERNAME = "zq.vanishing"
TITLE, BEGUN = "my quiet corner", 940_000_000_000_000_001
NOTES, POLICY = "notes.txt", "clan.toml"


@dataclass(frozen=True)
class Home:
    """A clan of a few people, of whom one is to be forgotten; nothing is published."""

    settings: Settings

    @property
    def output(self) -> Path:
        return self.settings.output_dir

    @property
    def file(self) -> Path:
        return self.settings.database

    @property
    def kept_out(self) -> ForgetList:
        return ForgetList(self.output)

    def forget(self) -> Told:
        return forget(job_of(self.settings, NOW), Counter(lambda done, total: None))

    def holds(self, word: str) -> list[str]:
        """Which files of the output name *word*."""
        files = (path for path in self.output.rglob("*") if path.is_file())
        return sorted(path.name for path in files if word.encode() in path.read_bytes())


@pytest.fixture
def home(tmp_path: Path) -> Home:
    output = tmp_path / "out"
    output.mkdir()
    file = an_evening(output)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DELETE FROM discord_account WHERE id = ?", (AMY,))
    an_account(file, WHO, "amy", PLAYER, username=USERNAME)
    policy = tmp_path / POLICY
    policy.write_text("", "utf-8")
    made = Home(Settings.alone(wom_group_id=1, output_dir=output, clan_config=policy))
    prepare(made.settings, NOW)
    made.kept_out.add(Entry((WHO,), (PLAYER,), NOW))
    return made


@contextmanager
def another_program(file: Path) -> Iterator[None]:
    """Somebody has the database open, and looks."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM player").fetchone()
        yield


def test_a_program_that_has_the_database_open_interrupts_and_the_next_start_ends_it(home: Home) -> None:
    with (
        another_program(home.file),
        pytest.raises(
            StorageError, match="locked by another program: close it, then run uv run clanstats forget --again"
        ),
    ):
        home.forget()
    assert home.kept_out.interrupted
    finish(home.settings, NOW)
    assert not home.kept_out.interrupted
    assert home.holds(USERNAME) == [path.name for path in (home.output / "backups").iterdir()]


def test_files_of_others_are_told_of_though_a_start_that_was_cut_off_erased_the_names(home: Home) -> None:
    (home.output / NOTES).write_text(f"{USERNAME} owes me", "utf-8")
    (home.output / "mine.db").write_text(USERNAME, "utf-8")
    home.settings.clan_config.write_text(f"# {USERNAME} asked", "utf-8")  # type: ignore[union-attr]    # it has one
    with another_program(home.file), pytest.raises(StorageError):
        home.forget()
    assert USERNAME not in (home.output / FILE).read_text("utf-8")
    assert home.forget().left == [
        f"{home.settings.clan_config} names them in Discord: take that out.",
        f"{home.output / 'mine.db'} still names them: delete it, or take their name out.",
        f"{home.output / NOTES} still names them: delete it, or take their name out.",
    ]
    assert NOTES not in (home.output / FILE).read_text("utf-8")


def test_a_title_goes_by_who_began_the_thread_and_from_wherever_it_is_quoted(home: Home) -> None:
    a_channel(home.file, BEGUN, TITLE, kind="thread", parent_id=FORUM, owner_id=WHO)
    a_channel(home.file, BEGUN + 1, TITLE, kind="thread", parent_id=FORUM, opener_id=WHO, owner_id=11)
    gone = f"the thread “{TITLE}” is gone."
    (home.output / "logs").mkdir(exist_ok=True)
    (home.output / "logs" / "app.log.1").write_text(f"{gone}\nmy quiet corner of the map\n", "utf-8")
    insert(home.file, "run", id="r", night="2026-11-20", now=NOW, state="done", exit_code=0, sentence="")
    counts = {"attempts": 1, "seconds": 0.0, "requests": 0, "bytes": 0, "inserted": 0, "updated": 0, "unchanged": 0}
    insert(home.file, "stage_run", run_id="r", name="harvest_discord", state="partial", error=gone, **counts)
    told = home.forget()
    assert (told.erased.titles, told.left) == (2, [])
    assert rows(home.file, "SELECT name, owner_id, opener_id FROM channel WHERE id >= ?", BEGUN) == [
        ("[forgotten]", None, None), ("[forgotten]", 11, None),
    ]  # fmt: skip
    assert rows(home.file, "SELECT error FROM stage_run") == ["the thread [forgotten] is gone."]
    assert (home.output / "logs" / "app.log.1").read_text("utf-8") == "[forgotten]\nmy quiet corner of the map\n"


def test_opt_out_of_whoever_is_forgotten_is_told_by_its_place_and_not_by_its_name(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    assert home.settings.clan_config is not None
    home.settings.clan_config.write_text(f'[privacy]\nopt_out = ["Zed", "{USERNAME}"]\n', "utf-8")
    told = home.forget()
    assert told.left == [f"{home.settings.clan_config} names them in Discord: take that out."]
    assert "[privacy] opt_out, entry 2: nobody is or was called that" in caplog.text
    assert "whoever was forgotten is kept out without it" in caplog.text
    assert USERNAME not in caplog.text


def test_messages_that_were_sent_before_are_left_to_a_person(home: Home) -> None:
    for night, state, told_at in (
        ("2026-11-18", "sent", day(-3)),
        ("2026-11-19", "failed", day(-2)),
        ("2026-11-20", "unsure", day(-1)),
        ("2026-11-22", "sent", day(2)),
    ):
        insert(home.file, "digest", kind="nightly", night=night, reason="", state=state, run_id="r", told_at=told_at)
    said = "Messages about 2 nights (2026-11-18, 2026-11-20) stand in Discord and may name them: delete them there."
    told = home.forget()
    assert (told.beyond, told.left) == (said, []), (
        "nobody can know whether they are gone, so no exit code speaks of them"
    )


def a_landing(home: Home) -> Path:
    """Clan chat under a name that nobody knew when it was read."""
    name = landing_name(NOW, "discord", "r")
    parts: dict[str, dict[str, object]] = {
        "guild": {"id": GUILD, "name": "Ashen Hall"},
        "messages": {"id": BEGUN, "channel": GENERAL, "author": 99, "kind": "relay", "relayed": "Amy Anew"},
    }
    with LandingWriter(home.output / "landing", name, source="discord", run_id="r", now=NOW) as writer:
        for role, row in parts.items():
            with writer.lines(role, path="/") as out:
                out.write(row)
    return writer.path


@pytest.mark.parametrize("is_loaded", [False, True])
def test_clan_chat_under_a_name_that_was_learned_later_leaves_its_landing_with_the_next_load(
    home: Home, is_loaded: bool
) -> None:
    """The rename may be loaded before the landing that has the chat, or after it."""
    load(job_of(home.settings, NOW))  # after which nothing of them is held
    path = a_landing(home)
    if is_loaded:
        load_landing(home.file, path, UTC)
    with closing(sqlite3.connect(home.file)) as connection, connection:
        connection.execute("UPDATE player SET display_name = 'Amy Anew' WHERE id = ?", (PLAYER,))
    path.rename(path.with_name(path.name + OLD))  # as a kill leaves it that came while it was written anew
    assert load(job_of(home.settings, NOW)).state == "done"
    assert list(landed(path, "messages")) == rows(home.file, "SELECT id FROM message") == []


def test_copies_that_a_killed_run_left_half_made_are_gone_with_the_next_start(home: Home) -> None:
    left = [home.file.with_name(f"{home.file.name}.restored{end}") for end in ("", "-wal", "-shm", ".partial")]
    left.append(home.output / "backups" / "clan_data-20261120T030000000Z.db.partial")
    for path in left:
        path.write_text(USERNAME, "utf-8")
    prepare(home.settings, NOW)
    assert [path for path in left if path.exists()] == []
    assert home.file.exists()


def test_what_a_killed_deployment_left_half_written_goes_and_what_is_anybody_elses_stays(home: Home) -> None:
    drive = home.output.parent / "drive"
    (drive / "assets").mkdir(parents=True)
    left, others = [drive / ".clan_data.js.partial", drive / "assets" / ".a.js.partial"], drive / ".film.partial"
    for path in (*left, others):
        path.write_text(USERNAME, "utf-8")
    assert remove_remade(home.output, home.file, drive) == []
    assert ([path for path in left if path.exists()], others.exists()) == ([], True)
