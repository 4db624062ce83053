"""What the pages are made from: templates, assets and the ECharts that the build hook ships."""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Final

from pipeline.errors import PublishError
from pipeline.house import room

_ECHARTS: Final = "clanstats_vendor/echarts.min.js"


@dataclass(frozen=True, slots=True)
class House:
    """Folders of templates and assets, and the file of ECharts."""

    templates: Path
    assets: Path
    echarts: Path


def house(distribution: str = "clanstats") -> House:
    """What this installation carries; ECharts is a file of its *distribution*."""
    return House(room("templates"), room("assets"), _echarts(distribution))


def _echarts(distribution: str) -> Path:
    """The bundle that the build hook added to the distribution."""
    try:
        carried = files(distribution) or []
    except PackageNotFoundError:
        carried = []
    for file in carried:
        path = Path(str(file.locate()))
        if str(file) == _ECHARTS and path.is_file():
            return path
    raise PublishError(
        "ECharts is missing from the installation: install ClanStats again (`uv sync --reinstall-package clanstats`)."
    )
