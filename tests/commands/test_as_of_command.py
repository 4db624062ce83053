"""`clanstats publish --as-of` as people type it: a real process, its folder, its sentences, and what a killed one leaves."""

import subprocess
import time
from collections.abc import Iterator

import pytest
from command_kit import CLANSTATS, here, run
from night_kit import DAY, NOW, Clan, a_clan

from pipeline import stages
from pipeline.house import PROJECT
from pipeline.runs import alone

WORDS = ("publish", "--now", NOW.isoformat(), "--as-of")


@pytest.fixture(scope="module")
def clan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clan]:
    """A clan of two nights, of which the last was published; there is somewhere to deploy to."""
    folder = tmp_path_factory.mktemp("as-of")
    with a_clan(folder / "out") as lived:
        for now in (NOW - DAY, NOW):
            lived.night(now)
        assert stages.perform("publish", lived.job(NOW)).state == "done"
        (folder / "drive").mkdir()
        lived.settings = lived.settings.model_copy(update={"local_drive_path": folder / "drive"})
        yield lived


def held(clan: Clan) -> dict[str, bytes]:
    """What people and programs open, and the database."""
    watched = [clan.settings.database, *(path for path in (clan.output / "site").rglob("*") if path.is_file())]
    return {path.name: path.read_bytes() for path in watched}


def test_a_past_night_is_written_beside_everything_else_and_nowhere_more(clan: Clan) -> None:
    before = held(clan)
    done = run(clan.settings.environ(), *WORDS, "2026-11-20")
    folder = clan.output / "as-of" / "2026-11-20"
    assert (done.returncode, done.stdout.splitlines()) == (0, [str(folder / "clan_dashboard.html"), "publish: done"])
    assert held(clan) == before
    assert [path.name for path in folder.parent.iterdir()] == ["2026-11-20"]
    assert not (clan.output / "status.json").exists()
    assert list((clan.output.parent / "drive").iterdir()) == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("tomorrow", "'tomorrow' is not an instant"),
        ("2027-01-01", "nights can be had again from 20"),
        ("2025-01-01T00:00:00Z", "to 2026-11-21T03:17:00Z"),
    ],
)
def test_what_is_no_past_night_is_a_wrong_setting_and_told(clan: Clan, asked: str, said: str) -> None:
    done = here(clan.settings.environ(), *WORDS, asked)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_another_run_at_work_is_told(clan: Clan) -> None:
    with alone(clan.output):
        assert here(clan.settings.environ(), *WORDS, "2026-11-20").returncode == 4


def test_what_a_killed_one_left_is_gone_after_the_next(clan: Clan) -> None:
    folder = clan.output / "as-of"
    with subprocess.Popen([*CLANSTATS, *WORDS, "2026-11-20"], cwd=PROJECT, env=clan.settings.environ()) as child:
        until = time.monotonic() + 60
        while not (folder / ".rewound.db").exists() and time.monotonic() < until:
            time.sleep(0.005)
        child.kill()
    assert [path.name for path in folder.iterdir() if path.name.startswith(".rewound.db")]
    assert here(clan.settings.environ(), *WORDS, "2026-11-20").returncode == 0
    assert [path.name for path in folder.iterdir()] == ["2026-11-20"]
