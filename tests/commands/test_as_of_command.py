"""`clanstats publish --as-of` as people type it: a real process, its folder, its sentences, and what a killed one leaves."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from night_kit import DAY, NOW, Clan, a_clan

from pipeline import stages
from pipeline.runs import alone

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from pipeline.cli import main; main()", "publish", "--now", NOW.isoformat()]


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


def published(clan: Clan, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words], capture_output=True, text=True, timeout=100, cwd=ROOT, check=False,
        env=clan.settings.environ() | {"COLUMNS": "200"},
    )  # fmt: skip


def held(clan: Clan) -> dict[str, bytes]:
    """What people and programs open, and the database."""
    watched = [clan.settings.database, *(path for path in (clan.output / "site").rglob("*") if path.is_file())]
    return {path.name: path.read_bytes() for path in watched}


def test_a_past_night_is_written_beside_everything_else_and_nowhere_more(clan: Clan) -> None:
    before = held(clan)
    done = published(clan, "--as-of", "2026-11-20")
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
    done = published(clan, "--as-of", asked)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_another_run_at_work_is_told(clan: Clan) -> None:
    with alone(clan.output):
        assert published(clan, "--as-of", "2026-11-20").returncode == 4


def test_what_a_killed_one_left_is_gone_after_the_next(clan: Clan) -> None:
    folder = clan.output / "as-of"
    with subprocess.Popen([*COMMAND, "--as-of", "2026-11-20"], cwd=ROOT, env=clan.settings.environ()) as child:
        until = time.monotonic() + 60
        while not (folder / ".rewound.db").exists() and time.monotonic() < until:
            time.sleep(0.005)
        child.kill()
    assert [path.name for path in folder.iterdir() if path.name.startswith(".rewound.db")]
    assert published(clan, "--as-of", "2026-11-20").returncode == 0
    assert [path.name for path in folder.iterdir()] == ["2026-11-20"]
