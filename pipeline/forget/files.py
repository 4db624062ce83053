"""What lies in files that people read: lines are struck, copies that can be made again are removed, and the rest is listed."""

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import Any, Final

from pipeline.domain.forgotten import STRUCK, Forgotten
from pipeline.forget_list import FILE as FORGET_LIST
from pipeline.outputs.deploy import SINGLE_PAGE, WORKBOOK, placed
from pipeline.outputs.files import write_bytes, write_text
from pipeline.outputs.ledger import Ledger
from pipeline.past import FOLDER as AS_OF
from pipeline.settings import Settings
from pipeline.sources.workbook.harvest import read_copies
from pipeline.stages import PACKAGE

REMADE: Final = (AS_OF, "screenshots")
"""Folders of what can be made again by the command that made it."""

_APART: Final = frozenset({"backups", "landing", "site", PACKAGE})
"""Folders of the output that are looked after by themselves."""


@dataclass(frozen=True, slots=True)
class Copies:
    """Workbooks beside the one of tonight: those `removed`, and those that a person has to look at."""

    removed: tuple[Path, ...]
    left: tuple[Path, ...]


def strike_logs(output: Path, who: Forgotten) -> int:
    """Take the lines that name *who* out of the logs; tells how many."""
    struck = 0
    for pattern, strike in (("*.log*", _struck_words), ("*.jsonl*", _struck_fields)):
        for file in sorted((output / "logs").glob(pattern)):
            lines = file.read_bytes().decode("utf-8", "surrogateescape").split("\n")
            kept = [strike(line, who) for line in lines]
            if kept != lines:
                struck += sum(before != after for before, after in zip(lines, kept, strict=True))
                write_bytes(file, "\n".join(kept).encode("utf-8", "surrogateescape"))
    return struck


def _struck_words(line: str, who: Forgotten) -> str:
    return STRUCK if who.names_them(line) else line


def _struck_fields(line: str, who: Forgotten) -> str:
    """A line of JSON stays one; a name in it may be spelled otherwise there."""
    try:
        fields = json.loads(line)
    except ValueError:
        return _struck_words(line, who)
    told = [fields.get(name) or "" for name in ("text", "error")]
    if not any(who.names_them(text) for text in told):
        return line
    return json.dumps(
        {name: value for name, value in fields.items() if name != "error"} | {"text": STRUCK}, ensure_ascii=False
    )


def strike_records(output: Path, who: Forgotten) -> int:
    """Take *who* out of what stages and runs left; tells in how many files."""
    struck = 0
    for file in [*sorted((output / "runs").glob("*/*.json")), output / "status.json"]:
        try:
            content = json.loads(file.read_bytes())
        except FileNotFoundError:
            continue
        except ValueError:
            file.unlink()
            struck += 1
            continue
        kept = _struck(content, who)
        if kept != content:
            struck += 1
            write_text(file, json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    return struck


def _struck(value: Any, who: Forgotten) -> Any:
    if isinstance(value, dict):
        return {key: _struck(part, who) for key, part in value.items()}
    if isinstance(value, list):
        return [_struck(part, who) for part in value]
    return who.struck(value) if isinstance(value, str) else value


def remove_remade(output: Path, database: Path, drive: Path | None) -> list[Path]:
    """Remove past nights, pictures, copies of the database that no backup is, and what killed runs left half written."""
    beside = database.parent.glob(f"{escape(database.name)}.before-restore*")
    found = [output / name for name in REMADE if (output / name).exists()] + sorted(beside)
    for path in found:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for partial in [*output.rglob(".*.partial"), *_half_deployed(drive)]:
        partial.unlink(missing_ok=True)
    return found


def _half_deployed(drive: Path | None) -> Iterator[Path]:
    if drive is not None:
        yield from drive.glob(".clan_*.partial")
        yield from (drive / "assets").glob(".*.partial")


def remove_copies(output: Path, drive: Path | None) -> Copies:
    """Remove copies of the workbook that bear our name and hold nothing that nobody has read, but for tonight's."""
    knows, removed, left = Ledger(output).knows, [], []
    tonight = {output / WORKBOOK, *([drive / WORKBOOK] if drive else [])}
    for reading in read_copies(output, drive):
        if reading.path in tonight:
            continue
        if reading.copy.is_ours and reading.copy.state == "read" and knows(reading.copy.sha256) and _gone(reading.path):
            removed.append(reading.path)
        else:
            left.append(reading.path)
    return Copies(tuple(removed), tuple(left))


def _gone(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:  # open in another program
        return False
    return True


def still_naming(output: Path, drive: Path | None, who: Forgotten) -> list[Path]:
    """Files that were written anew and name *who* all the same: by an id, for names may be words of any page."""
    ids = [str(id_).encode() for id_ in who.accounts]
    ours = {*_written_anew(output), *_deployed(drive)}
    return sorted(path for path in ours if any(id_ in _content(path) for id_ in ids))


def others_naming(settings: Settings, who: Forgotten) -> list[Path]:
    """Files that are not ours to change and whose plain bytes name *who*, clan.toml among them."""
    output, drive, policy = settings.output_dir, settings.local_drive_path, settings.clan_config
    ours = {*_written_anew(output), *_deployed(drive), *_database(settings.database)}
    others = {*_others(output), *_pages(drive), *([policy] if policy else [])} - ours
    return sorted(path for path in others if who.names_them(_content(path).decode("utf-8", "replace")))


def _written_anew(output: Path) -> Iterator[Path]:
    for folder in (output / "site", output / PACKAGE):
        yield from _files(folder)
    yield output / SINGLE_PAGE


def _deployed(drive: Path | None) -> Iterator[Path]:
    """What we put at the drive, but for the workbook, which is packed."""
    if drive is not None:
        yield from (drive / name for name in placed(drive) if not name.endswith(".xlsx"))


def _pages(drive: Path | None) -> Iterator[Path]:
    """Pages and scripts where we deploy to: copies that Drive made of them in a conflict are among them."""
    if drive is not None and placed(drive):
        yield from (path for path in drive.iterdir() if path.suffix in (".html", ".js", ".json") and path.is_file())
        yield from _files(drive / "assets")


def _others(output: Path) -> Iterator[Path]:
    for path in output.iterdir():
        if path.is_dir() and path.name not in _APART:
            yield from _files(path)
        elif path.is_file() and path.suffix != ".xlsx" and path.name != FORGET_LIST:
            yield path


def _database(file: Path) -> Iterator[Path]:
    yield from (file.with_name(file.name + end) for end in ("", "-wal", "-shm"))


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # gone by now, or a lock
        return b""
