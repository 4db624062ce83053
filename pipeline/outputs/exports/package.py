"""The package on disk: a CSV for every table, and `datapackage.json` that says what stands in them.

Same marts, same bytes. The description comes last and carries every file's hash, so that whoever reads while a night is being
written can tell that the two do not belong together yet.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pipeline.errors import PublishError
from pipeline.marts.model import Marts
from pipeline.outputs.exports.catalogue import RESOURCES
from pipeline.outputs.exports.cells import UNDO, csv_bytes
from pipeline.outputs.exports.describe import described
from pipeline.outputs.files import write_bytes
from pipeline.outputs.instants import iso

DESCRIPTOR: Final = "datapackage.json"

_ABOUT: Final = (
    "Every answer of one night of ClanStats as tables. Instants are UTC in ISO 8601. An empty cell means that nobody knows, or that "
    "there is none; it never means 0. ehp and ehb are in hours. Ids of Discord are strings. Every column of type string is "
    "guarded against being run as a formula by a spreadsheet: at its beginning, and after a semicolon, a tab or the end of a line, an "
    "apostrophe stands before what begins with = + - @ (or their wide forms; blanks and invisible signs before them do not matter) "
    "and before another apostrophe. To have a text as it was, take one apostrophe away in each such place: replace the regular "
    f"expression {UNDO} by its first group."
)


def package(marts: Marts) -> Mapping[str, bytes]:
    """Content of the files by name, `datapackage.json` last."""
    files, entries = {}, []
    for resource in RESOURCES:
        if resource.known(marts):
            content = csv_bytes(resource, marts)
            files[resource.path] = content
            entries.append(described(resource, content))
    return {**files, DESCRIPTOR: _descriptor(marts, entries)}


def write_package(marts: Marts, folder: Path) -> tuple[Path, ...]:
    """Put the package of *marts* into *folder*, which is made if need be; tells its files, `datapackage.json` last.

    Tables of ours that are no longer known are removed, and nothing else.
    """
    files = package(marts)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PublishError(f"The folder {folder} cannot be made: {error.strerror or error}.") from error
    ours = _ours(folder)
    written = tuple(write_bytes(folder / name, content) for name, content in files.items())
    for name in sorted(ours - files.keys()):
        _remove(folder / name)
    return written


def _descriptor(marts: Marts, entries: list[dict[str, Any]]) -> bytes:
    content = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "clanstats",
        "title": f"{marts.clan.name}: all answers of a night",
        "description": _ABOUT,
        **({"homepage": f"https://wiseoldman.net/groups/{marts.clan.id}"} if marts.clan.id else {}),
        "created": iso(marts.as_of),
        "sources": [{"title": "Wise Old Man", "path": "https://wiseoldman.net"}]
        + ([{"title": "Discord", "path": "https://discord.com"}] if marts.talk else []),
        "resources": entries,
    }
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    return f"{text}\n".encode("utf-8", "replace")


def _ours(folder: Path) -> set[str]:
    """Names of tables that we write, or wrote when the description in *folder* was made: its own names only, never a path."""
    named = {resource.path for resource in RESOURCES}
    try:
        before = json.loads((folder / DESCRIPTOR).read_text("utf-8"))
        named |= {str(entry["path"]) for entry in before["resources"]}
    except (OSError, ValueError, KeyError, TypeError):
        pass  # nothing was written here before, or somebody else's
    return {path.name for path in folder.glob("*.csv") if path.name in named}


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise PublishError(f"{path} is out of date and cannot be removed: {error.strerror or error}.") from error
