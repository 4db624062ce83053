"""Landings: the raw answers of one harvest in one folder, whole or not there at all.

A landing is written as `<name>.partial` and renamed when every file is on the disk. A half landing is never read.
"""

import gzip
import hashlib
import json
import logging
import os
import re
import shutil
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from pipeline.errors import StorageError, Unreadable
from pipeline.moving import patiently
from pipeline.sources.manifest import Failure, LandingKind, Manifest, Part, from_json, to_json

log = logging.getLogger(__name__)

PARTIAL: Final = ".partial"
UNREADABLE: Final = ".unreadable"
OLD: Final = ".old"
"""Ends of names that no whole landing has: half written, not to be read, and what makes room for its successor (`erasing`)."""
MANIFEST: Final = "manifest.json"
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_STAMPED: Final = re.compile(r"(\d{8}T\d{6}Z)-.+")
LEVEL: Final = 6
"""Of gzip: a night of 500 members is 9 MB of JSON and 1 MB so packed; the last levels gain nothing here."""


def landing_name(now: datetime, source: str, run_id: str, part: int | None = None) -> str:
    """Name of the landing of *source* in the run of *now*; the *part*s of a backfill sort after each other."""
    name = f"{now.astimezone(UTC).strftime(_STAMP)}-{source}-{re.sub(r'[^A-Za-z0-9_-]', '-', run_id)}"
    return name if part is None else f"{name}-b{part:04d}"


class LineWriter:
    """Packs rows, a line of JSON each, into one file as they come: a guild's messages need not fit in memory."""

    def __init__(self, pack: gzip.GzipFile) -> None:
        self._pack = pack
        self._digest = hashlib.sha256()
        self.bytes = 0

    def write(self, row: Any) -> None:
        """One more line."""
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
        self._digest.update(line)
        self.bytes += len(line)
        self._pack.write(line)

    @property
    def sha256(self) -> str:
        """Of all lines so far."""
        return self._digest.hexdigest()


class LandingWriter:
    """Collects the answers of one harvest; leaving its `with` block in peace makes the landing whole.

    A name that is taken (the attempt before this one finished its landing and died before it could say so) gets `-r2`, for a
    landing is never changed once it is whole.
    """

    def __init__(
        self, root: Path, name: str, *, source: str, run_id: str, now: datetime, kind: LandingKind = "night"
    ) -> None:
        self.root = root
        self.name = _free(root, name)
        self.now = now
        self.path = root / self.name
        self.days: list[date] = []
        self.histories: dict[int, datetime] = {}
        self.walked = False
        self._source, self._run_id, self._kind = source, run_id, kind
        self._partial = root / (self.name + PARTIAL)
        self._parts: list[Part] = []
        self._failed: list[Failure] = []

    def __enter__(self) -> "LandingWriter":
        try:
            if self._partial.exists():
                shutil.rmtree(self._partial)
            self._partial.mkdir(parents=True)
        except OSError as error:
            raise _unwritable(self._partial, error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            shutil.rmtree(self._partial, ignore_errors=True)
            return
        try:
            write_whole(self._partial / MANIFEST, to_json(self.manifest()).encode())
            sync_folder(self._partial)
            patiently(self._partial.rename, self.path)
            sync_folder(self.root)
        except OSError as failed:
            raise _unwritable(self._partial, failed) from failed

    @property
    def failed(self) -> tuple[Failure, ...]:
        """What was asked for in vain."""
        return tuple(self._failed)

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is written so far."""
        return tuple(self._parts)

    def write(
        self,
        role: str,
        body: bytes,
        *,
        path: str,
        query: Mapping[str, str | int],
        status: int = 200,
        method: str = "GET",
    ) -> Part:
        """Keep *body*, byte for byte, as the next part."""
        file = f"{len(self._parts) + 1:03d}-{role}.json.gz"
        digest = hashlib.sha256(body).hexdigest()
        part = Part(role, file, method, path, dict(query), status, len(body), digest, self.now)
        try:
            write_whole(self._partial / file, gzip.compress(body, LEVEL, mtime=0))
        except OSError as error:
            raise _unwritable(self._partial, error) from error
        self._parts.append(part)
        return part

    @contextmanager
    def lines(self, role: str, *, path: str) -> Iterator[LineWriter]:
        """The next part, written line by line until the block is left; one at a time."""
        file = f"{len(self._parts) + 1:03d}-{role}.ndjson.gz"
        try:
            with (self._partial / file).open("wb") as plain:
                with gzip.GzipFile("", "wb", LEVEL, plain, mtime=0) as pack:
                    rows = LineWriter(pack)
                    yield rows
                plain.flush()
                os.fsync(plain.fileno())
        except OSError as error:
            raise _unwritable(self._partial, error) from error
        self._parts.append(Part(role, file, "GET", path, {}, 200, rows.bytes, rows.sha256, self.now))

    def fail(self, role: str, error: str) -> None:
        """Note that *role* could not be had, and why."""
        self._failed.append(Failure(role, error))

    def manifest(self) -> Manifest:
        """The manifest as it stands."""
        return Manifest(
            name=self.name,
            source=self._source,
            kind=self._kind,
            run_id=self._run_id,
            now=self.now,
            days=tuple(sorted(self.days)),
            histories=dict(sorted(self.histories.items())),
            walked=self.walked,
            failed=self.failed,
            parts=self.parts,
        )


def whole_landings(root: Path) -> list[Path]:
    """Every landing under *root* that is whole, oldest first."""
    if not root.is_dir():
        return []
    return sorted(
        (
            path
            for path in root.iterdir()
            if path.suffix not in (PARTIAL, UNREADABLE, OLD) and (path / MANIFEST).is_file()
        ),
        key=lambda path: path.name,
    )


def read_manifest(landing: Path) -> Manifest:
    """The manifest of *landing*."""
    try:
        text = (landing / MANIFEST).read_bytes()
    except OSError as error:
        raise Unreadable(f"The landing {landing.name}: manifest.json cannot be read ({error.strerror}).") from error
    return from_json(text, landing.name)


def raw(landing: Path, part: Part) -> bytes:
    """The body of *part*, which must weigh and hash as the manifest says; a file that unpacks to more is not unpacked."""
    where = f"The landing {landing.name}, {part.file}"
    try:
        with gzip.open(landing / part.file) as packed:
            body = packed.read(part.bytes + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(f"{where}: cannot be unpacked ({type(error).__name__}).") from error
    if len(body) != part.bytes or hashlib.sha256(body).hexdigest() != part.sha256:
        raise Unreadable(f"{where}: is not what was written; the file was changed or damaged.")
    return body


def bodies(landing: Path, role: str | None = None) -> Iterator[tuple[Part, object]]:
    """The parts of *landing* with *role* (all of them for None) and what they say, one at a time."""
    for part in read_manifest(landing).parts:
        if role in (None, part.role):
            try:
                content = json.loads(raw(landing, part))
            except (ValueError, RecursionError):
                raise Unreadable(f"The landing {landing.name}, {part.file} ({part.path}): is not JSON.") from None
            yield part, content


def rows(landing: Path, role: str) -> Iterator[Any]:
    """The rows of the parts of *landing* with *role*, one at a time.

    That a file was changed or damaged shows at its end: keep nothing of it unless the last row came in peace.
    """
    for part in read_manifest(landing).parts:
        if part.role == role:
            yield from rows_of(landing, part)


def rows_of(landing: Path, part: Part) -> Iterator[Any]:
    """The rows of one *part*, one at a time; see `rows`."""
    where = f"The landing {landing.name}, {part.file}"
    digest, size = hashlib.sha256(), 0
    try:
        with gzip.open(landing / part.file) as packed:
            while size <= part.bytes and (line := packed.readline(part.bytes + 1 - size)):
                digest.update(line)
                size += len(line)
                yield json.loads(line)
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(f"{where}: cannot be unpacked ({type(error).__name__}).") from error
    except (ValueError, RecursionError):
        raise Unreadable(f"{where}: is not a line of JSON each.") from None
    if size != part.bytes or digest.hexdigest() != part.sha256:
        raise Unreadable(f"{where}: is not what was written; the file was changed or damaged.")


def sweep_partials(root: Path, source: str | None = None) -> list[str]:
    """Remove what runs that were killed left half written, of *source* alone while another is being harvested.

    Only the holder of the run's lock may.
    """
    left = sorted(root.glob(f"*-{source}-*{PARTIAL}" if source else f"*{PARTIAL}")) if root.is_dir() else []
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
        log.info("Removed the unfinished landing %s.", path.name)
    return [path.name for path in left]


def set_aside(landing: Path) -> Path:
    """Rename *landing*, which cannot be read, so that it is kept but not tried again. Renamed back, it is loaded again."""
    target = landing.with_name(landing.name + UNREADABLE)
    try:
        patiently(landing.rename, target)
    except OSError as error:
        raise _unwritable(landing, error) from error
    return target


def prune(root: Path, keep_after: datetime, keep: Collection[str] = ()) -> list[str]:
    """Remove whole landings from before *keep_after*, except those named in *keep* (not loaded yet); gives their names."""
    stamp = keep_after.astimezone(UTC).strftime(_STAMP)
    old = [path for path in whole_landings(root) if path.name not in keep and _is_before(path.name, stamp)]
    for path in old:
        # First unmade by its name: a removal cut short must not leave a landing that looks whole.
        doomed = patiently(path.rename, path.with_name(path.name + PARTIAL))
        shutil.rmtree(doomed, ignore_errors=True)
    return [path.name for path in old]


def _is_before(name: str, stamp: str) -> bool:
    stamped = _STAMPED.fullmatch(name)
    return stamped is not None and stamped[1] < stamp


def _free(root: Path, name: str) -> str:
    again = 1
    free = name
    while (root / free).exists():
        again += 1
        free = f"{name}-r{again}"
    return free


def write_whole(path: Path, content: bytes) -> None:
    """A file of a landing that is being written, on the disk when this returns."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Make the names inside *path* durable. Windows cannot open a folder, and its renames are journalled."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritable(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"The landing {path.name} cannot be written under {path.parent}: {error.strerror or type(error).__name__}."
    )
