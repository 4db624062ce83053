"""Looks for what must be nowhere: in every file, unpacked, in every row, and in the forms in which it may hide."""

import gzip
import io
import sqlite3
import threading
import zipfile
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from fault_kit import descendants


def everything_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file under *folder* as it is, what is packed in it, and every row of a database, by a name that says where."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield from unpacked(str(path), path.read_bytes())
            if path.suffix == ".db":
                yield f"{path}, rows", b"\n".join(_rows(path))


def unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """*content*, and what is packed in it, however deep."""
    yield name, content
    if content.startswith(b"\x1f\x8b"):
        yield from unpacked(f"{name}, unpacked", gzip.decompress(content))
    elif content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from unpacked(f"{name}/{member}", archive.read(member))


def _rows(database: Path) -> Iterator[bytes]:
    """What stands in *database*: a long text is cut to pieces in the file."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        connection.text_factory = bytes
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in connection.execute(f'SELECT * FROM "{table.decode()}"'):
                yield b" ".join(value for value in row if isinstance(value, bytes))


def forms(secret: str) -> set[bytes]:
    """*secret* as it is, percent-encoded, and in the middle of something encoded in base 64."""
    found = {secret.encode(), quote(secret, safe="").encode()}
    for encode in (b64encode, urlsafe_b64encode):
        for shift in range(3):
            encoded = encode(bytes(shift) + secret.encode()).rstrip(b"=")
            cut = 1 if (shift + len(secret.encode())) % 3 else 0
            found.add(encoded[(shift * 8 + 5) // 6 : len(encoded) - cut])
    return found


def holding(secrets: Iterable[str], places: Iterable[tuple[str, bytes]]) -> list[tuple[str, str]]:
    """Where one of *secrets* stands, in whatever form."""
    wanted = [(secret, form) for secret in secrets for form in forms(secret)]
    return [(name, secret) for name, content in places for secret, form in wanted if form in content]


@contextmanager
def command_lines(pid: int) -> Iterator[set[bytes]]:
    """The command lines of everything that the process *pid* starts meanwhile, as anybody on the machine can read them."""
    seen: set[bytes] = set()
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.05):
            for child in descendants(pid):
                try:
                    seen.add(Path(f"/proc/{child}/cmdline").read_bytes())
                except OSError:
                    continue

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()
