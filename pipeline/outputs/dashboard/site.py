"""Publishing: the site with its files, and the single page, so that a reader always finds a whole night.

Order matters. New assets, the night's data among them, come first, the page that names them last; only then go the assets that
neither this page nor that of the night before names (somebody may have that one open still). `clan_data.js` and `clan_data.json`
are the same night for others to read; no page depends on them.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from pipeline.errors import PublishError
from pipeline.marts.model import Marts
from pipeline.outputs.dashboard.arrangement import detail, face
from pipeline.outputs.dashboard.assets import Picture, Shelf, shelf
from pipeline.outputs.dashboard.encode import json_bytes, script_text
from pipeline.outputs.dashboard.filters import Words
from pipeline.outputs.dashboard.history import history
from pipeline.outputs.dashboard.house import House, house
from pipeline.outputs.dashboard.page import Pages
from pipeline.outputs.dashboard.payload import payload
from pipeline.outputs.files import write_bytes

PAGE: Final = "clan_dashboard.html"
MANIFEST: Final = "manifest.json"


def write_site(
    marts: Marts,
    folder: Path,
    single: Path,
    runs: Sequence[Mapping[str, Any]],
    *,
    home: House | None = None,
    pictures: tuple[Picture, ...] = (),
) -> list[Path]:
    """Publish *marts* to *folder* and as the file *single*, with the clan's own *pictures*; returns what was written, the pages last."""
    home = home or house()
    words = Words(marts.clan.time_zone, marts.as_of)
    night = script_text("CLAN", face(marts, words))
    late = script_text("CLAN_DETAIL", detail(marts)), script_text("CLAN_HISTORY", history(marts))
    assets = shelf(home, night, *late, pictures)
    pages = Pages(marts, home)
    for needed in (folder / "assets", single.parent):
        _make(needed)
    written = _write_assets(assets, folder / "assets", words.on(marts.as_of).isoformat())
    written += [
        write_bytes(folder / "clan_data.json", json_bytes(payload(marts))),
        write_bytes(folder / "clan_data.js", _bytes(night)),
        *write_runs(folder, runs),
        write_bytes(single, _bytes(pages.single(assets))),
        write_bytes(folder / PAGE, _bytes(pages.with_files(assets))),
    ]
    _sweep(folder / "assets")
    return written


def write_runs(folder: Path, runs: Sequence[Mapping[str, Any]]) -> list[Path]:
    """The history of nights beside the page: whole for programs, and as a script for the page's foot."""
    told = list(runs)
    return [
        write_bytes(folder / "runs.json", json_bytes(told)),
        write_bytes(folder / "runs.js", _bytes(script_text("CLAN_RUNS", told))),
    ]


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PublishError(f"The folder {folder} cannot be made: {error.strerror}.") from error


def _write_assets(assets: Shelf, folder: Path, night: str) -> list[Path]:
    """Assets that are not there yet, then the list of those that this page and the page of the last other night name."""
    named = sorted(asset.name for asset in assets.all())
    for asset in assets.all():
        path = folder / asset.name
        if not (path.is_file() and path.read_bytes() == asset.content):
            write_bytes(path, asset.content)
    before = _manifest(folder)
    previous = before["previous"] if before["night"] == night else before["present"]
    listed = write_bytes(folder / MANIFEST, json_bytes({"night": night, "present": named, "previous": previous}))
    return [*(folder / name for name in named), listed]


def _sweep(folder: Path) -> None:
    """Remove what neither page names."""
    listed = _manifest(folder)
    kept = {MANIFEST, *listed["present"], *listed["previous"]}
    for file in folder.iterdir():
        if file.is_file() and file.name not in kept:
            with suppress(OSError):  # open in another program: it goes the night after
                file.unlink()


def drop_other_nights(folder: Path) -> None:
    """Remove the assets of other nights than the one that *folder* shows at once, whoever has their page open still."""
    assets = folder / "assets"
    if assets.is_dir():
        write_bytes(assets / MANIFEST, json_bytes({**_manifest(assets), "previous": []}))
        _sweep(assets)


def _manifest(folder: Path) -> dict[str, Any]:
    """What was listed last; a missing or torn list only means that no old page is known."""
    try:
        listed = json.loads((folder / MANIFEST).read_bytes())
        return {key: listed[key] for key in ("night", "present", "previous")}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return {"night": None, "present": [], "previous": []}


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
