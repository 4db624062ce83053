"""Scripts and styles as the pages load them: joined in a fixed order, named by their content."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from pipeline.outputs.dashboard.house import House

STYLES: Final = ("tokens", "base", "layout", "components", "print")
"""Later files may rely on earlier ones, never the other way."""

MODULES: Final = (
    "dom", "words", "late", "clan", "emblem", "chart", "table", "filter", "board", "talk", "member", "trend", "heat", "helpers", "runs",
    "router", "start",
)  # fmt: skip
"""The page's modules, one noun each, in the order in which they are joined into one classic script."""

EARLY: Final = ("theme",)
"""Runs before the first paint, so that a remembered theme does not flash."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the page; its name changes with its content, so a browser may keep it for ever."""

    stem: str
    extension: str
    text: str

    @property
    def content(self) -> bytes:
        """The bytes that are written."""
        return self.text.encode("utf-8", "replace")

    @property
    def name(self) -> str:
        """`style.1f3a9c02.css`."""
        return f"{self.stem}.{sha256(self.content).hexdigest()[:8]}.{self.extension}"


@dataclass(frozen=True, slots=True)
class Shelf:
    """All assets of a page. `detail`, `history` and `echarts` are loaded when somebody asks for them.

    The night's data (`face`) is named by its content like the rest, so that a page never meets another night's.
    """

    face: Asset
    style: Asset
    theme: Asset
    script: Asset
    detail: Asset
    history: Asset
    echarts: Asset
    notice: Asset

    def all(self) -> tuple[Asset, ...]:
        """Every asset, in a fixed order."""
        return (
            self.face, self.style, self.theme, self.script, self.detail, self.history, self.echarts, self.notice,
        )  # fmt: skip


def shelf(house: House, face: str, detail: str, history: str) -> Shelf:
    """The assets of *house*, with the night's three scripts of data."""
    return Shelf(
        face=Asset("clan_data", "js", face),
        style=Asset("style", "css", "\n".join(_read(house, "css", name) for name in STYLES)),
        theme=Asset("theme", "js", _joined(house, EARLY)),
        script=Asset("clan", "js", _joined(house, MODULES)),
        detail=Asset("detail", "js", detail),
        history=Asset("history", "js", history),
        echarts=Asset("echarts", "js", house.echarts.read_text("utf-8")),
        notice=Asset("NOTICE", "txt", (house.assets / "NOTICE.txt").read_text("utf-8")),
    )


def _joined(house: House, modules: tuple[str, ...]) -> str:
    """Modules as one strict function, so that nothing of theirs is global."""
    body = "\n".join(_read(house, "js", name) for name in modules)
    return f"(() => {{\n'use strict';\n\n{body}}})();\n"


def _read(house: House, extension: str, name: str) -> str:
    return (house.assets / extension / f"{name}.{extension}").read_text("utf-8")
