"""Ways in which the wire, the disk and other programs spoil a night."""

import gzip
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from fault_kit import Case

from pipeline.sources.landing import MANIFEST, whole_landings

Spoiler = Callable[[Case], AbstractContextManager[object] | None]


def newest(case: Case) -> Path:
    """The last landing of Wise Old Man."""
    return [path for path in whole_landings(case.output / "landing") if "-wom-" in path.name][-1]


def a_part(case: Case) -> Path:
    return next(newest(case).glob("*-bulk-hiscores.json.gz"))


def changed_byte(case: Case) -> None:
    """A body that is whole gzip and whole JSON, and not what was fetched."""
    part = a_part(case)
    body = gzip.decompress(part.read_bytes())
    digit = next(at for at, letter in enumerate(body) if letter == ord("7"))
    part.write_bytes(gzip.compress(body[:digit] + b"8" + body[digit + 1 :]))


def flipped_bit(case: Case) -> None:
    content = bytearray(a_part(case).read_bytes())
    content[len(content) // 2] ^= 4
    a_part(case).write_bytes(content)


def truncated(case: Case) -> None:
    part = a_part(case)
    part.write_bytes(part.read_bytes()[: part.stat().st_size // 2])


def part_missing(case: Case) -> None:
    a_part(case).unlink()


def manifest_garbage(case: Case) -> None:
    (newest(case) / MANIFEST).write_bytes(b"\x00\xff{garbage")


def manifest_cut(case: Case) -> None:
    place = newest(case) / MANIFEST
    place.write_text(place.read_text()[:200])


def manifest_of_another_form(case: Case) -> None:
    place = newest(case) / MANIFEST
    place.write_text(json.dumps({**json.loads(place.read_text()), "schema_version": 99}))


@contextmanager
def gone(place: Path) -> Iterator[None]:
    """*place* is out of sight."""
    with tempfile.TemporaryDirectory(dir=place.parents[2]) as elsewhere:
        kept = Path(elsewhere) / place.name
        there = place.exists()
        if there:
            place.rename(kept)
        yield
        if there:
            kept.rename(place)


@contextmanager
def taken_by_a_file(place: Path) -> Iterator[None]:
    """*place*, which should be a folder, is a file."""
    with gone(place):
        place.write_text("in the way")
        yield
        place.unlink()


@contextmanager
def damaged(place: Path) -> Iterator[None]:
    """*place* holds noise."""
    kept = place.read_bytes()
    place.write_bytes(b"noise" * 1000)
    yield
    for end in ("-wal", "-shm"):
        place.with_name(place.name + end).unlink(missing_ok=True)
    place.write_bytes(kept)


@contextmanager
def cut(place: Path) -> Iterator[None]:
    """Half of *place* is there."""
    kept = place.read_bytes()
    place.write_bytes(kept[: len(kept) // 2])
    yield
    place.write_bytes(kept)


@contextmanager
def protected(workbook: Path) -> Iterator[None]:
    """*workbook* as Excel saves one with a password: nothing of it is to be seen."""
    kept = workbook.read_bytes()
    workbook.write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504) + "EncryptedPackage".encode("utf-16-le") + kept)
    yield
    workbook.write_bytes(kept)


@contextmanager
def damaged_inside(place: Path) -> Iterator[None]:
    """Pages in the middle of *place* hold noise; its head is sound."""
    kept = place.read_bytes()
    half = len(kept) // 2 // 4096 * 4096
    place.write_bytes(kept[:half] + b"\xa5" * 8 * 4096 + kept[half + 8 * 4096 :])
    yield
    for end in ("-wal", "-shm"):
        place.with_name(place.name + end).unlink(missing_ok=True)
    place.write_bytes(kept)


@contextmanager
def open_in_excel(workbook: Path) -> Iterator[None]:
    lock = workbook.with_name(f"~${workbook.name}")
    lock.write_bytes(b"\x05Officer")
    yield
    lock.unlink()


@contextmanager
def open_in_libreoffice(workbook: Path) -> Iterator[None]:
    lock = workbook.with_name(f".~lock.{workbook.name}#")
    lock.write_text(",officer,pc,21.11.2026 03:00,file:///;")
    yield
    lock.unlink()


@contextmanager
def a_folder_in_place(place: Path) -> Iterator[None]:
    """*place*, which should be a file, is a folder with something in it."""
    with gone(place):
        place.mkdir()
        (place / "in the way.txt").write_text("in the way")
        yield
        shutil.rmtree(place)


def in_output(spoil: Callable[[Path], AbstractContextManager[object] | None], name: str) -> Spoiler:
    """*spoil* happens to *name* in the output folder."""
    return lambda case: spoil(case.output / name)


def in_drive(spoil: Callable[[Path], AbstractContextManager[object] | None], name: str) -> Spoiler:
    """*spoil* happens to *name* where the night is deployed to."""
    return lambda case: spoil(case.drive / name)


def wire(pattern: str, kind: str, times: int | None = 1, *, retry_after: int = 1) -> Spoiler:
    """The demo server misbehaves for requests that match *pattern*."""
    return lambda case: case.server.fault(pattern, kind, times, retry_after=retry_after)


def talk_wire(pattern: str, kind: str, times: int | None = 1, *, after: int = 0) -> Spoiler:
    """The demo's Discord misbehaves for requests that match *pattern*, once *after* of them have passed."""
    return lambda case: case.discord.fault(pattern, kind, times, after)


def plan_of_wom(name: str) -> Spoiler:
    """The plan *name* of the demo's Wise Old Man."""
    return lambda case: case.server.play(name)


def plan_of_discord(name: str) -> Spoiler:
    """The plan *name* of the demo's Discord."""
    return lambda case: case.discord.play(name)


HOLD = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
"""


@contextmanager
def locked(database: Path, seconds: float) -> Iterator[None]:
    """Another process writes to *database* for so long."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database), str(seconds)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield
        holder.kill()
