"""Brings Apache ECharts into the wheel at build time: third-party code is shipped, never committed.

panel (BSD) carries the released bundle of ECharts (Apache-2.0); a copy of it goes beside the package, also into an
editable install. The notice that its licence asks for is written next to it.
"""

import hashlib
from importlib.metadata import files
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = "panel/dist/bundled/echarts/echarts@6.0.0/dist/echarts.min.js"
SHA256 = "baa8dfe7e1d9336b98e8986ba7e20ea15e7cdbea1ef42a59d59478632fa45a1d"
TARGET = "clanstats_vendor/echarts.min.js"


class EchartsHook(BuildHookInterface):  # type: ignore[misc]
    """Adds ECharts and its notice to wheels, ordinary and editable."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Find the bundle, check that it is the one we know, and include it."""
        found = next((Path(str(file.locate())) for file in files("panel") or () if str(file) == SOURCE), None)
        if found is None:
            raise FileNotFoundError(f"panel does not carry {SOURCE}")
        digest = hashlib.sha256(found.read_bytes()).hexdigest()
        if digest != SHA256:
            raise ValueError(f"{SOURCE} is not the released bundle: sha256 {digest}")
        included = "force_include_editable" if version == "editable" else "force_include"
        build_data.setdefault(included, {})[str(found)] = TARGET
