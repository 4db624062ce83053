"""What ClanStats stands on: Python, SQLite and the libraries, in the versions that it was tested with."""

import platform
from collections.abc import Iterable, Iterator
from importlib import metadata
from typing import Final

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from pipeline.doctor.check import Check, ok, skipped, wrong
from pipeline.doctor.patient import Patient
from pipeline.storage.soundness import sqlite_version

DISTRIBUTION: Final = "clanstats"
OLDEST_SQLITE: Final = (3, 35, 0)
NAMED: Final = ("prefect", "sqlalchemy", "fastapi")
"""Libraries whose newer versions are known to break a night."""


def checks(_patient: Patient) -> Iterator[Check]:
    """Versions."""
    try:
        about = metadata.metadata(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        yield skipped("Python", "ClanStats is not installed as a package, so nobody knows what it was tested with.")
        return
    yield python(platform.python_version(), about["Requires-Python"])
    yield sqlite(sqlite_version())
    yield libraries(metadata.requires(DISTRIBUTION) or ())


def python(present: str, wanted: str) -> Check:
    """The interpreter."""
    if SpecifierSet(wanted).contains(present, prereleases=True):
        return ok("Python", f"Python {present}.")
    return wrong(
        "Python", f"Python {present} is not among those that ClanStats works with ({wanted}).", "uv sync --python 3.13"
    )


def sqlite(present: tuple[int, ...]) -> Check:
    """The database's engine, which comes with Python."""
    said = ".".join(map(str, present))
    if present >= OLDEST_SQLITE:
        return ok("SQLite", f"SQLite {said}.")
    return wrong("SQLite", f"SQLite {said} is older than 3.35.", "Use a newer Python, which brings a newer SQLite.")


def libraries(wanted: Iterable[str]) -> Check:
    """Those that are asked for, as they are installed; none is imported."""
    told, odd = {}, []
    for requirement in map(Requirement, wanted):
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        try:
            present = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            odd.append(f"{requirement.name} is missing")
            continue
        told[requirement.name] = present
        if not requirement.specifier.contains(present, prereleases=True):
            odd.append(f"{requirement.name} {present} is outside {requirement.specifier}")
    if odd:
        return wrong(
            "libraries",
            f"Not as tested: {', '.join(odd)}.",
            "uv sync (or install ClanStats again) brings the versions that it was tested with.",
        )
    named = ", ".join(f"{name} {told[name]}" for name in NAMED if name in told)
    return ok("libraries", f"{len(told)} libraries are in the versions tested{f' ({named})' if named else ''}.")
