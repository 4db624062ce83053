"""A reader of an output sees the whole old file or the whole new one, whatever goes wrong."""

import errno
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import PublishError
from pipeline.outputs.files import (
    Kept,
    Occupied,
    copy,
    open_elsewhere,
    replacing,
    write_bytes,
    write_or_date,
    write_text,
)

NIGHT = date(2026, 11, 21)
NOBODY = 65_534


@pytest.fixture
def locked_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in which this process may not write, root or not."""
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o500)
    as_root = os.geteuid() == 0
    if as_root:
        os.seteuid(NOBODY)
    yield folder
    if as_root:
        os.seteuid(0)
    folder.chmod(0o700)


def test_bytes_and_text_arrive_as_given(tmp_path: Path) -> None:
    assert write_bytes(tmp_path / "a", b"\x00\xff").read_bytes() == b"\x00\xff"
    assert write_text(tmp_path / "b", "Zoë\r\n").read_bytes() == b"Zo\xc3\xab\r\n"


def test_nothing_is_left_beside(tmp_path: Path) -> None:
    write_bytes(tmp_path / "a", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_new_file_can_be_read_by_whom_the_umask_lets(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        assert write_bytes(tmp_path / "a", b"new").stat().st_mode & 0o777 == 0o644
    finally:
        os.umask(before)


def test_a_reader_sees_the_old_file_until_the_new_one_is_whole(tmp_path: Path) -> None:
    page = write_text(tmp_path / "page", "old")
    with replacing(page) as file:
        file.write(b"half of the")
        file.flush()
        assert page.read_text() == "old"
        file.write(b" new")
    assert page.read_text() == "half of the new"


def test_a_failure_while_writing_leaves_the_old_file_alone(tmp_path: Path) -> None:
    page = write_text(tmp_path / "page", "old")

    def fail_halfway() -> None:
        with replacing(page) as file:
            file.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"page": "old"}


def test_what_a_killed_run_left_is_overwritten(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path; from pipeline.outputs.files import replacing\n"
        "with replacing(Path(sys.argv[1])) as file:\n"
        "    file.write(b'half'); file.flush(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    page = write_text(tmp_path / "page", "old")
    assert subprocess.run([sys.executable, "-c", script, page], check=False).returncode < 0
    assert page.read_text() == "old"
    write_text(page, "new")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"page": "new"}


def test_a_full_disk_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="No space is left to write"), replacing(tmp_path / "page"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("unshare"), reason="a small disk needs root and unshare")
def test_a_really_full_disk_leaves_the_old_file_alone(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from pipeline.outputs.files import write_bytes\n"
        "from pipeline.errors import PublishError\n"
        "page = Path(sys.argv[1]) / 'page'; write_bytes(page, b'old')\n"
        "try: write_bytes(page, bytes(10**6))\n"
        "except PublishError as error: print(error, page.read_text(), len(list(page.parent.iterdir())))"
    )
    mounted = 'mount -t tmpfs -o size=64k small "$1" && exec "$2" -c "$3" "$1"'
    command = ["unshare", "-m", "sh", "-c", mounted, "sh", str(tmp_path), sys.executable, script]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    if "mount" in ended.stderr:
        pytest.skip(f"this machine does not let us mount a small disk: {ended.stderr.strip()}")
    assert ended.stdout.startswith("No space is left to write"), ended.stderr
    assert ended.stdout.split()[-2:] == ["old", "1"]


def test_a_folder_without_the_right_to_write_is_named_with_the_remedy(locked_folder: Path) -> None:
    with pytest.raises(PublishError, match=r"page may not be written: give this user the right to write to .*locked"):
        write_bytes(locked_folder / "page", b"new")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="gone does not exist"):
        write_bytes(tmp_path / "gone" / "page", b"new")


def test_a_folder_where_the_file_belongs_is_said(tmp_path: Path) -> None:
    (tmp_path / "page").mkdir()
    with pytest.raises(Occupied, match="page cannot be replaced"):
        write_bytes(tmp_path / "page", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["page"]


def test_a_copy_of_what_is_not_there_names_it(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="gone cannot be read"):
        copy(tmp_path / "gone", tmp_path / "page")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("lock", ["~$book.xlsx", ".~lock.book.xlsx#"])
def test_a_fresh_lock_file_means_open_elsewhere(tmp_path: Path, lock: str) -> None:
    assert not open_elsewhere(tmp_path / "book.xlsx")
    (tmp_path / lock).touch()
    assert open_elsewhere(tmp_path / "book.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == [lock]


def test_a_lock_file_of_two_days_ago_was_left_by_a_crash(tmp_path: Path) -> None:
    lock = tmp_path / "~$book.xlsx"
    lock.touch()
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(lock, (two_days_ago, two_days_ago))
    assert not open_elsewhere(tmp_path / "book.xlsx")


def test_a_file_that_cannot_be_replaced_gets_a_dated_sibling(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").mkdir()
    assert write_or_date(tmp_path / "book.xlsx", b"new", NIGHT) == tmp_path / "book_2026-11-21.xlsx"


def test_when_the_dated_one_is_open_too_the_next_one_is_numbered(tmp_path: Path) -> None:
    for name in ("~$book.xlsx", "~$book_2026-11-21.xlsx"):
        (tmp_path / name).touch()
    assert write_or_date(tmp_path / "book.xlsx", b"new", NIGHT) == tmp_path / "book_2026-11-21_2.xlsx"


def test_when_everything_is_open_elsewhere_that_is_said(tmp_path: Path) -> None:
    for end in ("", "_2026-11-21", "_2026-11-21_2", "_2026-11-21_3"):
        (tmp_path / f"~$book{end}.xlsx").touch()
    with pytest.raises(Occupied, match="close them"):
        write_or_date(tmp_path / "book.xlsx", b"new", NIGHT)


def test_a_locked_folder_is_no_reason_for_a_dated_name(locked_folder: Path) -> None:
    with pytest.raises(PublishError, match="may not be written"):
        write_or_date(locked_folder / "book.xlsx", b"new", NIGHT)


def test_a_file_that_must_stay_gets_a_dated_sibling(tmp_path: Path) -> None:
    kept = write_bytes(tmp_path / "book.xlsx", b"decisions")
    assert write_or_date(kept, b"new", NIGHT, lambda path: path != kept) == tmp_path / "book_2026-11-21.xlsx"
    assert kept.read_bytes() == b"decisions"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["book.xlsx", "book_2026-11-21.xlsx"]


def test_whether_a_file_must_stay_is_asked_when_all_is_written(tmp_path: Path) -> None:
    """Somebody saves the file while ours is being written beside it."""
    book = write_bytes(tmp_path / "book.xlsx", b"old")

    def write_slowly() -> None:
        with replacing(book, lambda path: path.read_bytes() == b"old") as file:
            file.write(b"new")
            book.write_bytes(b"decisions")

    with pytest.raises(Kept, match="was changed since it was read"):
        write_slowly()
    assert book.read_bytes() == b"decisions"


def test_when_everything_must_stay_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(Occupied, match="changed since they were read"):
        write_or_date(tmp_path / "book.xlsx", b"new", NIGHT, lambda path: False)
