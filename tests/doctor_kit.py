"""A setup in which all is well, for tests that break one thing of it: a `.env`, a folder, two servers, and nothing of ours replaced."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from records_kit import NOW as EVENING
from records_kit import a_database, a_harvest, a_membership, a_player, land
from small_guild import CABIN, GUILD, NOW, OFFICERS, VAULT, small_guild
from talk_kit import insert

from pipeline import clock
from pipeline.demo.discord.server import DEMO_TOKEN, DemoDiscord
from pipeline.demo.wom.server import DemoServer
from pipeline.demo.world import found_clan
from pipeline.doctor.check import Check
from pipeline.doctor.examination import SUBJECTS, WITHIN_S, Checks, examine
from pipeline.doctor.patient import Patient
from pipeline.doctor.telling import Verdict, sum_up
from pipeline.settings import DOTENV, Settings
from pipeline.storage.backup import Keep, backup

KEY: Final = "a-key-of-an-invented-clan"
CODE: Final = "424-242-424"


@dataclass(frozen=True)
class Found:
    """What an examination found."""

    checks: tuple[Check, ...]

    def __getitem__(self, name: str) -> Check:
        [found] = [check for check in self.checks if check.name == name]
        return found

    @property
    def bad(self) -> list[str]:
        """The names of what is not well, in the order told."""
        return [check.name for check in self.checks if check.state in ("warning", "wrong")]

    @property
    def verdict(self) -> Verdict:
        return sum_up(self.checks)

    @property
    def text(self) -> str:
        return "\n".join(f"{check.name} {check.said} {check.remedy}" for check in self.checks)


@dataclass
class House:
    """A clan's machine: what stands in its `.env`, its folder, and the servers that answer it."""

    folder: Path
    wom: DemoServer
    discord: DemoDiscord
    written: dict[str, str] = field(default_factory=dict)
    now: datetime = NOW
    ahead: timedelta = timedelta()
    """How far this machine's clock is ahead of the servers'."""

    @property
    def output(self) -> Path:
        return self.folder / "output"

    @property
    def drive(self) -> Path:
        return self.folder / "drive"

    @property
    def database(self) -> Path:
        return self.output / "clan_data.db"

    @property
    def dotenv(self) -> Path:
        return self.folder / ".env"

    @property
    def newest_backup(self) -> Path:
        return max((self.output / "backups").iterdir())

    def write(self, mode: int = 0o600, **settings: str) -> None:
        """Write `.env`, with *settings* beside those that were in it."""
        self.written |= settings
        self.dotenv.write_text("".join(f"{name}={value}\n" for name, value in self.written.items()), "utf-8")
        self.dotenv.chmod(mode)

    def patient(self) -> Patient:
        return Patient(Settings.survey(), self.now, lambda: clock.now() + self.ahead)

    def look(self, *subjects: str, within_s: float = WITHIN_S, besides: Mapping[str, Checks] | None = None) -> Found:
        """Examine *subjects*, all without any, and whatever stands *besides*."""
        chosen = [
            *((besides or {}).items()),
            *((name, of) for name, of in SUBJECTS if not subjects or name in subjects),
        ]
        return Found(tuple(examine(self.patient(), self.folder / "details.log", chosen, within_s)))


def a_run(
    database: Path, now: datetime, exit_code: int | None = 0, sentence: str = "Everything is up to date."
) -> None:
    """A run that is recorded; without an *exit_code*, it never ended."""
    state = {0: "done", 3: "degraded", None: "running"}.get(exit_code, "failed")
    insert(
        database, "run", id=f"{now:%Y%m%dT%H%M%SZ}", night=f"{now:%Y-%m-%d}", now=now, state=state, exit_code=exit_code,
        sentence=sentence,
    )  # fmt: skip


def a_lived_in(folder: Path) -> None:
    """An output folder after its first night, and a drive."""
    (folder / "drive").mkdir()
    output = folder / "output"
    output.mkdir()
    file = a_database(output)
    land(file, a_harvest([a_membership(1, "owner")], players=[a_player(1, "Zed")]), EVENING, days=("2026-11-20",))
    insert(file, "guild", id=GUILD, name="Varrock Irons", chosen_at=EVENING)
    for number, access in ((OFFICERS, "hidden"), (VAULT, "no_history"), (CABIN, "no_connect")):
        insert(
            file, "channel", id=number, guild_id=GUILD, parent_id=None, name="shut", kind="text", position=0, access=access,
        )  # fmt: skip
    a_run(file, EVENING)
    backup(file, output / "backups", EVENING, Keep(7, 4, 12))


@contextmanager
def servers() -> Iterator[tuple[DemoServer, DemoDiscord]]:
    """A Wise Old Man that knows a key, and a Discord."""
    with (
        DemoServer(found_clan(7, 12, 40, NOW), now=NOW, limit=100_000, api_key=KEY) as wom,
        DemoDiscord(small_guild(), now=NOW, limit=100_000) as discord,
    ):
        yield wom, discord


def a_house(folder: Path, lived_in: Path, wom: DemoServer, discord: DemoDiscord) -> House:
    """A house of which nothing is to be told, every setting set."""
    shutil.copytree(lived_in, folder, dirs_exist_ok=True)
    house = House(folder, wom, discord)
    house.write(
        WOM_GROUP_ID="1",
        WOM_API_KEY=KEY,
        WOM_USER_AGENT="ClanStats tests (tests@example.net)",
        WOM_BASE_URL=wom.base_url,
        WOM_VERIFICATION_CODE=CODE,
        DISCORD_TOKEN=DEMO_TOKEN,
        DISCORD_GUILD_ID=str(GUILD),
        DISCORD_BASE_URL=discord.base_url,
        OUTPUT_DIR=str(house.output),
        LOCAL_DRIVE_PATH=str(house.drive),
        DIGEST_WEBHOOK_URL=discord.webhook_url("digest"),
        ALERT_WEBHOOK_URL=discord.webhook_url("alert"),
    )
    return house


def heed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have `.env` of *house* read, and no setting of this machine."""
    for name in list(os.environ):
        if name.lower() in Settings.model_fields:
            monkeypatch.delenv(name)
    monkeypatch.setenv(DOTENV, str(house.dotenv))
