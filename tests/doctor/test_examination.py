"""The examination as a whole: nothing is changed, nothing secret is said, and nothing stops it."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from doctor_kit import House, a_house, a_lived_in, heed, servers
from filelock import FileLock

from pipeline import log
from pipeline.demo.discord.server import DemoDiscord
from pipeline.demo.wom.server import DemoServer
from pipeline.doctor.check import Check, ok, warning
from pipeline.doctor.examination import examine
from pipeline.doctor.patient import Patient
from pipeline.runs import LOCK
from pipeline.settings import SECRETS

ROOT = Path(__file__).parents[2]
NOT_HERE = 77


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
) -> House:
    made = a_house(tmp_path, lived_in, *answering)
    heed(made, monkeypatch)
    return made


def everything(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file under *folder*: when it was written, and what it holds."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_nothing_is_written_into_the_output_folder_and_nothing_is_left_there(house: House) -> None:
    before = everything(house.folder)
    house.look()
    assert everything(house.folder) == before


def test_a_log_that_a_killed_run_left_is_read_and_not_folded_in(house: House) -> None:
    script = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA journal_mode = WAL');"
        "c.execute(\"UPDATE guild SET name = 'Falador'\"); c.commit(); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", script, str(house.database)], check=False)
    files = [house.database, house.database.with_name("clan_data.db-wal")]
    before = [file.read_bytes() for file in files]
    assert before[1]
    assert house.look("database", "nights").bad == []
    assert [file.read_bytes() for file in files] == before


def test_a_fresh_machine_is_looked_at_without_making_a_folder(house: House) -> None:
    shutil.rmtree(house.output)
    found = house.look()
    assert not house.output.exists()
    assert {check.state for check in found.checks if check.name in ("OUTPUT_DIR", "database")} == {"ok"}
    assert found["last run"].state == "skipped"
    assert "schedule" in found.bad


def test_a_file_in_the_place_of_the_folder_is_told_once(house: House) -> None:
    house.write(OUTPUT_DIR=str(house.dotenv))
    found = house.look()
    assert found.bad == ["OUTPUT_DIR", *(name for name in found.bad if name.startswith("#"))]
    assert [found[name].state for name in ("disk space", "database", "last run")] == ["skipped"] * 3


def test_it_looks_while_a_run_is_at_work_and_says_so(house: House) -> None:
    with FileLock(house.output / LOCK):
        found = house.look()
    assert found.bad == []
    assert "A run is at work right now" in found["run"].said


def test_every_wrong_setting_is_a_line_of_its_own_and_the_rest_is_looked_at(house: House) -> None:
    house.write(LANDING_DAYS="x", DISCORD_GUILD_ID="y", BACKUP_KEEP="z", DATABASE_URL="mysql://q")
    found = house.look()
    assert found.bad == ["DISCORD_GUILD_ID", "LANDING_DAYS", "BACKUP_KEEP", "DATABASE_URL"]
    assert [found[name].state for name in ("Discord", "Discord server", "database")] == ["ok", "skipped", "skipped"]
    assert (found["group"].state, found["OUTPUT_DIR"].state) == ("ok", "ok")


def test_a_dotenv_that_is_no_utf_8_is_told_and_the_environment_still_counts(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.dotenv.write_bytes(b"WOM_USER_AGENT=Ash\xe9n\n")
    monkeypatch.setenv("WOM_GROUP_ID", "1")
    monkeypatch.setenv("WOM_BASE_URL", house.wom.base_url)
    found = house.look("settings", "Wise Old Man")
    assert (found[".env"].state, "UTF-8" in found[".env"].remedy, found["group"].state) == ("wrong", True, "ok")


def test_no_secret_is_told_whether_it_is_right_or_wrong(house: House) -> None:
    right = {name: house.written[name.upper()] for name in SECRETS}
    assert len(right) == 5
    tokens = [house.discord.webhooks[name].token for name in ("digest", "alert")]
    told = house.look().text
    for server in (house.wom, house.discord):
        server.fault("*", "503", None)
    told += house.look("Wise Old Man", "Discord", "DIGEST_WEBHOOK_URL").text
    for server in (house.wom, house.discord):
        server.mend()
    wrong = {name.upper(): f"https://host/{name}-that-leaks with a space" for name in SECRETS}
    house.write(0o600, **wrong)
    told += house.look().text
    house.write(0o600, **{name: text.replace(" with a space", "") for name, text in wrong.items()})
    told += house.look().text
    told += repr(house.patient())
    assert [text for text in (*right.values(), *tokens, "that-leaks") if text in told] == []


def test_what_nobody_foresaw_is_a_line_and_its_trace_lies_in_a_file(house: House) -> None:
    secret = house.written["WOM_API_KEY"]

    def stumbling(_patient: Patient) -> Iterator[Check]:
        yield ok("first", "It went well.")
        raise KeyError(secret)

    with log.aside("clanstats-test-", [secret]) as details:
        patient = house.patient()
        told = list(
            examine(patient, details, [("second", stumbling), ("third", lambda _: iter([ok("third", "So did it.")]))])
        )
    try:
        assert [(check.name, check.state) for check in told] == [("first", "ok"), ("second", "wrong"), ("third", "ok")]
        assert "KeyError" in told[1].said
        assert str(details) in told[1].remedy
        kept = details.read_text("utf-8")
        assert ("stumbling" in kept, secret in kept) == (True, False)
    finally:
        details.unlink()


def test_a_secret_in_what_is_said_is_not_told(house: House) -> None:
    secret = house.written["DISCORD_TOKEN"]
    found = house.look("settings", besides={"x": lambda _: iter([warning("x", f"It says {secret}.", secret)])})
    assert found["x"] == warning("x", "It says [secret].", "[secret]")


def test_where_nothing_unforeseen_happens_no_file_is_left(house: House) -> None:
    with log.aside("clanstats-test-", []) as details:
        house.look("Wise Old Man")
    assert not details.exists()


def test_what_hangs_is_not_waited_for(house: House) -> None:
    def hanging(_patient: Patient) -> Iterator[Check]:
        time.sleep(5)
        yield ok("never", "Nobody waits for it.")

    began = time.monotonic()
    found = house.look("settings", within_s=1, besides={"hanging": hanging})
    assert time.monotonic() - began < 3
    assert (found["hanging"].state, found["settings"].state) == ("wrong", "ok")


def test_a_disk_without_room_for_a_night_must_be_mended(house: House) -> None:
    """A small disk of its own, in a process that may mount one."""
    disk = house.folder / "disk"
    disk.mkdir()
    shell = (
        f"mount -t tmpfs -o size=40m clanstats-test {disk} || exit {NOT_HERE}; exec {sys.executable} -m pipeline_doctor"
    )
    shell = shell.replace(
        "-m pipeline_doctor", "-c 'from pipeline.cli import main; main()' doctor --json --now " + house.now.isoformat()
    )
    if shutil.which("unshare") is None:
        pytest.skip("there is no unshare here to mount a small disk with")
    house.write(OUTPUT_DIR=str(disk), DATABASE_URL=f"sqlite:///{house.database}")
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", shell],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=dict(os.environ),
        check=False,
    )
    if done.returncode == NOT_HERE or "unshare" in done.stderr:
        pytest.skip("nobody may mount a disk here")
    found = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert done.returncode == 2
    assert (found["disk space"]["state"], "Free some space" in found["disk space"]["remedy"]) == ("wrong", True)
