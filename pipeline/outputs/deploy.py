"""Copy finished outputs to where people read them: a synced Google Drive folder, a web root.

The target never shows a page whose assets are missing: assets go first, pages last, each replaced whole. A manifest
remembers what was put there, so that only our own files are ever removed, and those one night after they fell out of use:
a page that somebody still has open goes on finding its assets.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, Final

from pipeline.errors import PublishError
from pipeline.outputs.files import copy, dated, open_elsewhere, write_or_date, write_text
from pipeline.outputs.ledger import Guard

PAGE: Final = "clan_dashboard.html"
SINGLE_PAGE: Final = "clan_dashboard_single.html"
WORKBOOK: Final = "clan_report_summary_merged.xlsx"
MANIFEST: Final = "manifest.json"
SCHEMA_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Sources:
    """What a night wrote. `workbook` may bear a date in its name; `night` is the night all this belongs to."""

    site: Path
    single_page: Path
    workbook: Path
    night: date


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a deployment did, in names below `target`; `workbook` is the name it went under."""

    target: Path
    copied: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    workbook: str
    workbook_kept: bool = False
    """Whether the workbook at the target was changed since it was read, so that it had to stay."""

    @property
    def workbook_dated(self) -> bool:
        """Whether the workbook at the target was open elsewhere or had to stay, so that a dated one lies beside it."""
        return self.workbook != WORKBOOK


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What we put there: name → sha256 of what is in use, name → (sha256, night it fell out of use) of the rest."""

    files: Mapping[str, str] = field(default_factory=dict)
    leaving: Mapping[str, tuple[str, date]] = field(default_factory=dict)

    def text(self, night: date) -> str:
        leaving = {
            name: {"sha256": digest, "since": since.isoformat()} for name, (digest, since) in self.leaving.items()
        }
        content = {
            "schema_version": SCHEMA_VERSION,
            "night": night.isoformat(),
            "files": {name: {"sha256": digest} for name, digest in self.files.items()},
            "leaving": leaving,
        }
        return json.dumps(content, indent=1, sort_keys=True) + "\n"


def placed(target: Path) -> tuple[str, ...]:
    """Names of what the last deployment put at *target*; none if there was none."""
    return tuple(_read_manifest(target).files)


def _nothing_is_read(_sha256: str) -> bool:
    return False


def deploy(
    sources: Sources, target: Path, is_read: Callable[[str], bool] = _nothing_is_read, *, at_once: bool = False
) -> Deployed:
    """Bring *target* up to date with *sources*; doing it again changes nothing. What is out of use is removed *at_once*, or a night later.

    A workbook that was changed since we put it there is replaced only if *is_read* says of its sha256 that somebody read it back.
    """
    if not target.is_dir():
        raise PublishError(
            f"LOCAL_DRIVE_PATH names {target}, which is no folder: start the program that syncs it, or correct the setting."
        )
    try:
        return _deploy(sources, target, is_read, at_once=at_once)
    except OSError as error:
        raise PublishError(
            f"{error.filename} cannot be read or written ({error.strerror}); see LOCAL_DRIVE_PATH."
        ) from error


def _deploy(sources: Sources, target: Path, is_read: Callable[[str], bool], *, at_once: bool) -> Deployed:
    offered = dict(_offered(sources))
    digests = {name: _digest(path) for name, path in offered.items()}
    before = _read_manifest(target)
    stale = [name for name, digest in digests.items() if _digest_if_there(target / name) != digest]
    _announce(before, {name: digests[name] for name in stale}, sources.night, target)

    pages = [name for name in stale if name in (SINGLE_PAGE, PAGE)]
    others = [name for name in stale if name not in pages]
    _copy_all(offered, others, target)
    guard = _guard(before, is_read)
    workbook, workbook_copied = _place_workbook(sources, target, guard)
    in_use = _in_use(digests, before, sources.workbook, workbook)
    leaving, removed = _retire(before, in_use, sources.night, target, at_once=at_once)
    _write_manifest(_Manifest(in_use, leaving), sources.night, target)
    _copy_all(offered, pages, target)
    copied = (*others, *([workbook] if workbook_copied else []), *pages)
    unchanged = tuple(name for name in (*digests, workbook) if name not in copied)
    return Deployed(target, copied, unchanged, removed, workbook, target / WORKBOOK in guard.refused)


def _offered(sources: Sources) -> Iterator[tuple[str, Path]]:
    """Site and single page by name at the target, in the order of copying: assets, the rest, the two pages."""
    for path in (sources.site / PAGE, sources.single_page, sources.workbook):
        if not path.is_file():
            raise PublishError(f"{path} is missing, so nothing was deployed: run report and publish first.")
    found = {path.relative_to(sources.site).as_posix(): path for path in sources.site.rglob("*") if path.is_file()}
    names = sorted(name for name in found if name != PAGE and not PurePosixPath(name).name.startswith("."))
    yield from ((name, found[name]) for name in sorted(names, key=lambda name: not name.startswith("assets/")))
    yield SINGLE_PAGE, sources.single_page
    yield PAGE, sources.site / PAGE


def _copy_all(offered: Mapping[str, Path], names: list[str], target: Path) -> None:
    for name in names:
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        copy(offered[name], place)


def _guard(before: _Manifest, is_read: Callable[[str], bool]) -> Guard:
    """What we put at the target is known by its manifest; what somebody wrote there since, by who read it."""
    ours = {*before.files.values(), *(digest for digest, _since in before.leaving.values())}
    return Guard(lambda digest: digest in ours or is_read(digest))


def _place_workbook(sources: Sources, target: Path, guard: Guard) -> tuple[str, bool]:
    """The name under which the workbook lies at the target, and whether it had to be written."""
    place = target / WORKBOOK
    digest = _digest(sources.workbook)
    if _digest_if_there(place) == digest:
        return place.name, False
    if open_elsewhere(place) or not guard(place):
        asked = dated(place, sources.night)[0]
        if _digest_if_there(asked) == digest:
            return asked.name, False
    return write_or_date(place, sources.workbook.read_bytes(), sources.night, guard).name, True


def _in_use(digests: Mapping[str, str], before: _Manifest, workbook: Path, name: str) -> dict[str, str]:
    """All that this deployment stands for; an older workbook that could not be replaced is still ours."""
    older = {WORKBOOK: before.files[WORKBOOK]} if WORKBOOK in before.files else {}
    return {**digests, **older, name: _digest(workbook)}


def _announce(before: _Manifest, coming: Mapping[str, str], night: date, target: Path) -> None:
    """Name what is about to be copied before it is, so that a killed deployment leaves nothing unknown behind."""
    unknown = {name: (digest, night) for name, digest in coming.items() if name not in before.files}
    if unknown:
        _write_manifest(_Manifest(before.files, {**before.leaving, **unknown}), night, target)


def _retire(
    before: _Manifest, in_use: Mapping[str, str], night: date, target: Path, *, at_once: bool
) -> tuple[dict[str, tuple[str, date]], tuple[str, ...]]:
    """What goes on leaving, and what was removed: files out of use since an earlier night, or *at_once*, if still as we put them."""
    fallen = {name: (digest, night) for name, digest in before.files.items()}
    leaving = {name: left for name, left in {**fallen, **before.leaving}.items() if name not in in_use}
    stays, removed = {}, []
    for name, (digest, since) in sorted(leaving.items()):
        is_over = at_once or since < night
        if is_over and _digest_if_there(target / name) != digest:
            continue  # gone, or somebody else's by now
        if is_over and _unlinked(target / name):
            removed.append(name)
        else:
            stays[name] = digest, since
    return stays, tuple(removed)


def _unlinked(path: Path) -> bool:
    """Whether *path* could be removed; one that is open in another program is tried again the next night."""
    try:
        path.unlink()
    except OSError:
        return False
    return True


def _read_manifest(target: Path) -> _Manifest:
    """What the last deployment left; a manifest that cannot be understood owns nothing, so nothing is removed."""
    try:
        content: dict[str, Any] = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
        files = {name: str(entry["sha256"]) for name, entry in content["files"].items()}
        leaving = {
            name: (str(entry["sha256"]), date.fromisoformat(entry["since"]))
            for name, entry in content["leaving"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return _Manifest()
    return _Manifest(
        {name: digest for name, digest in files.items() if _is_below(name)},
        {name: left for name, left in leaving.items() if _is_below(name)},
    )


def _is_below(name: str) -> bool:
    """Whether *name* stays inside the target: the manifest lies where others can write."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in name


def _write_manifest(manifest: _Manifest, night: date, target: Path) -> None:
    text = manifest.text(night)
    place = target / MANIFEST
    if not place.is_file() or place.read_bytes() != text.encode():
        write_text(place, text)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest_if_there(path: Path) -> str | None:
    return _digest(path) if path.is_file() else None
