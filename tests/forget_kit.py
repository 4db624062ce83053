"""A small clan of which somebody wants to be forgotten, and a search of all files for what is left of them."""

import gzip
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from night_kit import NOW, Clan, a_clan
from records_kit import rows
from typer.testing import CliRunner, Result

from pipeline.cli import app
from pipeline.demo.discord.server import DEMO_TOKEN, DemoDiscord
from pipeline.demo.guild.founding import found_guild
from pipeline.demo.guild.model import DemoGuild
from pipeline.demo.instants import always
from pipeline.job import Job
from pipeline.outcome import write_outcome
from pipeline.outputs.deploy import SINGLE_PAGE, WORKBOOK
from pipeline.runs import begin, end, planned, record
from pipeline.settings import Settings
from pipeline.stages import perform
from pipeline.storage.engine import writing

ROOT: Final = Path(__file__).parents[1]
MAIN, ALT, ALTS_NAME = 1001, 1004, "xSaltyx"
"""Two players of one person, as their nickname tells."""

USERNAME, GLOBAL_NAME = "zq.vanishing", "=cmd|'/c calc'!A1"
STRANGERS_NAME, STRANGERS_NICK = "pq.stranger", "</script><img src=x>"


@dataclass(frozen=True)
class House:
    """The clan with its two servers, or a copy of its files. `who` and `stranger` are Discord ids."""

    clan: Clan
    guild: DemoGuild
    who: int
    stranger: int
    told: Path

    @property
    def settings(self) -> Settings:
        return self.clan.settings

    @property
    def output(self) -> Path:
        return self.settings.output_dir

    @property
    def drive(self) -> Path:
        assert self.settings.local_drive_path is not None
        return self.settings.local_drive_path

    @property
    def words(self) -> tuple[str, ...]:
        """By what the person is known in Discord, their names in the game apart."""
        return str(self.who), USERNAME, GLOBAL_NAME, f"{self.name} | {ALTS_NAME}"

    @property
    def strangers_words(self) -> tuple[str, ...]:
        return str(self.stranger), STRANGERS_NAME, STRANGERS_NICK

    @property
    def name(self) -> str:
        """The main's name in the game."""
        [found] = rows(self.settings.database, "SELECT display_name FROM player WHERE id = ?", MAIN)
        return str(found)

    @property
    def before(self) -> dict[str, Any]:
        """What the dashboard of the second night said, before anything became of it."""
        found: dict[str, Any] = json.loads(self.told.read_bytes())
        return found

    def copy(self, folder: Path) -> "House":
        """The same files again, to do with as one likes."""
        shutil.copytree(self.output.parent, folder)
        places = {"output_dir": folder / "out", "local_drive_path": folder / "drive"}
        return replace(self, clan=replace(self.clan, settings=self.settings.model_copy(update=places)))

    def job(self, now: datetime, run_id: str) -> Job:
        assert self.clan.discord is not None
        self.clan.server.now = self.clan.discord.now = now
        return Job(self.settings, run_id, now)

    def live(self, now: datetime, leave_out: Sequence[str] = ()) -> None:
        """A night, recorded as the flow records it."""
        self.job(now, "")
        job, outcomes = begin(self.settings, now), {}
        for name in planned(job):
            if name not in leave_out:
                outcomes[name] = perform(name, job)
                assert outcomes[name].state == "done", outcomes[name]
                record(job, outcomes[name])
                write_outcome(job.output, job.run_id, outcomes[name])
        end(job, outcomes)

    def harvest(self, now: datetime, tag: str) -> None:
        """What a night hears, loaded."""
        job = self.job(now, f"{now:%Y%m%dT%H%M%SZ}-{tag}")
        for name in ("harvest_wom", "harvest_discord", "load"):
            outcome = perform(name, job)
            assert outcome.state == "done", outcome

    def do(self, *words: str, now: datetime = NOW) -> Result:
        """`clanstats` with these words, at *now* where it can be told."""
        stamp = [] if words[0] in ("restore", "migrate") else ["--now", now.isoformat()]
        environment = {**dict.fromkeys(os.environ), **self.settings.environ(), "COLUMNS": "200"}
        return CliRunner().invoke(app(words), [*words, *stamp], env=environment)

    def killed(self, kind: str, at: int, *words: str, now: datetime) -> int:
        """How `clanstats` ends in a process of its own that is killed at the event *kind* number *at*."""
        code = f"{_KILLING.format(kind=kind, at=at)}from pipeline.cli import main\nmain()"
        return subprocess.run(
            [sys.executable, "-c", code, *words, "--now", now.isoformat()],
            capture_output=True, timeout=100, cwd=ROOT, check=False, stdin=subprocess.DEVNULL, env=self.settings.environ(),
        ).returncode  # fmt: skip

    def without_outputs(self) -> "House":
        """With nothing to write anew, so that forgetting takes no time."""
        for path in (self.output / "site", self.output / "datapackage", self.drive):
            shutil.rmtree(path)
        self.drive.mkdir()
        for file in (self.output / WORKBOOK, self.output / SINGLE_PAGE):
            file.unlink()
        return self


@contextmanager
def a_house(folder: Path) -> Iterator[House]:
    """The clan after two nights, the second of them published and deployed."""
    with a_clan(folder / "lived" / "out", members=8, days=6) as clan:
        guild, who, stranger = _peopled(found_guild(clan.world, messages=150))
        with DemoDiscord(guild, now=NOW, limit=100_000) as discord:
            (folder / "lived" / "drive").mkdir()
            spoken = {"discord_token": DEMO_TOKEN, "discord_base_url": discord.base_url}
            told = Settings.alone(wom_group_id=1, **spoken).model_dump(include=set(spoken))
            settings = clan.settings.model_copy(update=told | {"local_drive_path": folder / "lived" / "drive"})
            house = House(
                replace(clan, settings=settings, discord=discord),
                guild,
                who,
                stranger,
                clan.output / "site" / "clan_data.json",
            )
            yield house


def _peopled(guild: DemoGuild) -> tuple[DemoGuild, int, int]:
    """*guild*, in which two members bear names that break careless readers."""
    who = next(member for member in guild.members if member.person == f"p{MAIN}")
    wrote = [post.author_id for post in guild.posts]
    strangers = [member for member in guild.members if member.person is None and not member.is_bot]
    stranger = max(strangers, key=lambda member: wrote.count(member.id))
    nick = f"{who.username.capitalize()} | {ALTS_NAME}"
    bent = {
        who.id: replace(who, username=USERNAME, global_name=GLOBAL_NAME, nicks=always(nick)),
        stranger.id: replace(stranger, username=STRANGERS_NAME, nicks=always(STRANGERS_NICK)),
    }
    members = tuple(bent.get(member.id, member) for member in guild.members)
    return replace(guild, members=members), who.id, stranger.id


def found_in(folders: Iterable[Path], words: Iterable[str], leave_out: Sequence[str] = ()) -> list[str]:
    """Where any of *words* stands: in the bytes of a file, in what it packs, and in a database as the number that it is."""
    needles = [word.encode() for word in words]
    numbers = [int(word) for word in words if word.isdecimal()]
    stored = [number.to_bytes(8, "big") for number in numbers] + [_varint(number) for number in numbers]
    found = []
    for path in (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()):
        if path.name not in leave_out and not set(path.parts) & set(leave_out):
            searched = needles + stored if ".db" in path.name else needles
            found += [f"{path}: {needle!r}" for needle in searched if any(needle in text for text in _unpacked(path))]
    return found


def _varint(number: int) -> bytes:
    """A key as SQLite writes it: seven bits a byte, the ninth with eight."""
    low, high = number & 0xFF, number >> 8
    return bytes((high >> 7 * place & 0x7F) | 0x80 for place in range(7, -1, -1)) + bytes([low])


def _unpacked(path: Path) -> list[bytes]:
    content = path.read_bytes()
    if path.suffix == ".gz":
        return [content, gzip.decompress(content)]
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            return [archive.read(name) for name in archive.namelist()]
    return [content]


def change(house: House, sql: str, *given: object) -> None:
    """A statement over the database."""
    with writing(house.settings.database) as connection:
        connection.exec_driver_sql(sql, given)


_KILLING: Final = """
import os, signal, sys
left = [0]
def watch(event, given):
    if event == {kind!r} and '/out/' in str(given[0]):
        left[0] += 1
        if left[0] == {at}:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
"""
"""Ends a process at one of the events that touch files of an output folder."""
