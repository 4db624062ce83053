"""What of the output folder other users of the machine may not read, whatever the umask, and what becomes of what they could."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.outputs.files import PRIVATE, write_text
from pipeline.privacy import ROOMS, shut
from pipeline.storage.backup import copy, restore
from pipeline.storage.migrate import migrate

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has rights of another kind")


@pytest.fixture(autouse=True)
def _ordinary_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_rooms_are_made_for_one_user(tmp_path: Path) -> None:
    shut(tmp_path, tmp_path / "clan_data.db")
    assert {room: rights(tmp_path / room) for room in ROOMS} == dict.fromkeys(ROOMS, 0o700)


def test_what_an_older_version_left_open_is_tightened_and_the_pages_are_not(tmp_path: Path) -> None:
    private = ["clan_data.db", "clan_data.db-wal", "clan_data.db.before-restore", "forget.json", ".workbooks.json",
               "clan_report_summary_merged.xlsx", "clan_report_summary_merged_2026-11-21.xlsx"]  # fmt: skip
    served = ["status.json", "clan_dashboard_single.html", "site/clan_data.json"]
    for folder in ("logs", "as-of", "site"):
        (tmp_path / folder).mkdir()
    for name in (*private, *served):
        (tmp_path / name).write_text("")
    shut(tmp_path, tmp_path / "clan_data.db")
    assert {rights(tmp_path / name) for name in private} == {0o600}
    assert {rights(tmp_path / name) for name in ("logs", "as-of")} == {0o700}
    assert {rights(tmp_path / name) for name in (*served,)} == {0o644}


def test_a_database_elsewhere_is_tightened_too(tmp_path: Path) -> None:
    database = tmp_path / "elsewhere" / "clan.sqlite"
    database.parent.mkdir()
    database.write_text("")
    shut(tmp_path, database)
    assert rights(database) == 0o600


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs a file whose rights nobody may change")
def test_rights_that_cannot_be_taken_are_a_line_of_the_log_and_no_failure(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "forget.json").symlink_to("/proc/self/status")
    with caplog.at_level("INFO", logger="pipeline.privacy"):
        shut(tmp_path, tmp_path / "clan_data.db")
    assert "forget.json cannot be kept from other users of this machine" in caplog.text


def test_a_file_in_the_place_of_a_room_stays_for_others_to_tell(tmp_path: Path) -> None:
    (tmp_path / "backups").write_text("in the way")
    shut(tmp_path, tmp_path / "clan_data.db")
    assert (tmp_path / "backups").read_text() == "in the way"


def test_the_database_is_private_from_its_first_byte_and_so_are_copies_and_what_is_restored(tmp_path: Path) -> None:
    database, copied = tmp_path / "clan_data.db", tmp_path / "copy.db"
    migrate(database)
    copy(database, copied)
    assert (rights(database), rights(copied)) == (0o600, 0o600)
    copied.chmod(0o644)
    restore(copied, database)
    assert {path.name: rights(path) for path in tmp_path.glob("clan_data.db*")} == {
        "clan_data.db": 0o600, "clan_data.db.before-restore": 0o600,
    }  # fmt: skip


def test_a_private_file_is_private_though_a_killed_run_left_half_of_it(tmp_path: Path) -> None:
    (tmp_path / ".told.json.partial").write_text("half")
    write_text(tmp_path / "told.json", "{}", PRIVATE)
    write_text(tmp_path / "served.json", "{}")
    assert (rights(tmp_path / "told.json"), rights(tmp_path / "served.json")) == (0o600, 0o644)
