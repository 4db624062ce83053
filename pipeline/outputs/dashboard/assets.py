"""Scripts, styles and pictures as the pages load them: joined in a fixed order, named by their content."""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from pipeline.outputs.dashboard.house import House

STYLES: Final = ("tokens", "base", "layout", "components", "overview", "todo", "members", "talk", "pages", "print")
"""Later files may rely on earlier ones, never the other way."""

MODULES: Final = (
    "dom", "words", "memory", "late", "clan", "levels", "emblem", "chart", "copy", "afar", "table", "filter", "columns", "board", "talk",
    "gains", "standing", "member", "compare", "trend", "heat", "helpers", "weeks", "history", "growth", "runs", "router", "start",
)  # fmt: skip
"""The page's modules, one noun each, in the order in which they are joined into one classic script."""

EARLY: Final = ("theme",)
"""Runs before the first paint, so that a remembered theme does not flash."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the page; its name changes with its content, so a browser may keep it for ever."""

    stem: str
    extension: str
    content: bytes

    @property
    def text(self) -> str:
        """The content of a script, a style or a notice."""
        return self.content.decode("utf-8")

    @property
    def name(self) -> str:
        """`style.1f3a9c02.css`."""
        return f"{self.stem}.{sha256(self.content).hexdigest()[:8]}.{self.extension}"


@dataclass(frozen=True, slots=True)
class Picture(Asset):
    """A picture of the clan's own; its stem is the id of the emblem in whose place it stands."""

    @property
    def address(self) -> str:
        """The picture itself as an address, for a page that has no files beside it."""
        kind = "svg+xml" if self.extension == "svg" else self.extension
        return f"data:image/{kind};base64,{b64encode(self.content).decode('ascii')}"


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
    pictures: tuple[Picture, ...]

    def all(self) -> tuple[Asset, ...]:
        """Every asset, in a fixed order."""
        return (
            self.face, self.style, self.theme, self.script, self.detail, self.history, self.echarts, self.notice,
            *self.pictures,
        )  # fmt: skip


def shelf(house: House, face: str, detail: str, history: str, pictures: tuple[Picture, ...] = ()) -> Shelf:
    """The assets of *house*, with the night's three scripts of data and the clan's own *pictures*."""
    return Shelf(
        face=_text("clan_data", "js", face),
        style=_text("style", "css", style_sheet(house)),
        theme=_text("theme", "js", _joined(house, EARLY)),
        script=_text("clan", "js", _joined(house, MODULES)),
        detail=_text("detail", "js", detail),
        history=_text("history", "js", history),
        echarts=_text("echarts", "js", house.echarts.read_text("utf-8")),
        notice=_text("NOTICE", "txt", (house.assets / "NOTICE.txt").read_text("utf-8")),
        pictures=pictures,
    )


def style_sheet(house: House) -> str:
    """All styles of the pages, in their order."""
    return "\n".join(_read(house, "css", name) for name in STYLES)


def _text(stem: str, extension: str, text: str) -> Asset:
    return Asset(stem, extension, text.encode("utf-8", "replace"))


def _joined(house: House, modules: tuple[str, ...]) -> str:
    """Modules as one strict function, so that nothing of theirs is global."""
    body = "\n".join(_read(house, "js", name) for name in modules)
    return f"(() => {{\n'use strict';\n\n{body}}})();\n"


def _read(house: House, extension: str, name: str) -> str:
    return (house.assets / extension / f"{name}.{extension}").read_text("utf-8")
