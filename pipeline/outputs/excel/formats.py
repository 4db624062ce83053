"""How the workbook looks: one palette, a few sizes of type, one number format for each sort of value.

Dark text stands on light ground with a contrast of at least 4.5 to 1 everywhere; a test computes it.
"""

from collections.abc import Mapping
from io import StringIO
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.theme import THEME_XML_2007

INK: Final = "#2A2418"
MUTED: Final = "#665A45"
GREEN: Final = "#1F4D3A"
GREEN_SOFT: Final = "#BFD9C3"
SAGE: Final = "#7FA583"
GOLD: Final = "#B8862B"
GOLD_SOFT: Final = "#F0D48F"
PARCHMENT: Final = "#FBF6E9"
ENTRY: Final = "#FFF9E3"
"""Ground of cells in which people write."""

LINE: Final = "#DDD1B6"
RISE: Final = "#1E6B3A"
FALL: Final = "#9B2C1F"
RISE_SOFT: Final = "#DDEBDD"
FALL_SOFT: Final = "#F3D3C8"
WHITE: Final = "#FFFFFF"

COUNT: Final = "#,##0"
HOURS: Final = "#,##0.00"
CHANGE: Final = "+#,##0;-#,##0;0"
SHORT: Final = '[>=1000000]#,##0.0,,"m";[>=1000]#,##0,"k";0'
LARGE: Final = '[>=1000000000]#,##0.00,,,"b";[>=10000000]#,##0.0,,"m";#,##0'
MOVED: Final = '[>=1000000]+#,##0.0,,"m";[<=-1000000]-#,##0.0,,"m";+#,##0'
MORE_OR_LESS: Final = '"▲ "#,##0;"▼ "#,##0;"no change"'
SPAN: Final = '[<0.0416666][m]" min";[<2][h]" h "mm" min";0.0" days"'
SHARE: Final = "0 %"
TENTHS: Final = "0.0 %"
HEAT: Final = '#,##0;-#,##0;"·"'
MORE_OR_LESS_HOURS: Final = '"▲ "#,##0.00;"▼ "#,##0.00;"no change"'

_BODY: Final = {"font_size": 10, "font_color": INK, "valign": "vcenter"}
_CELL: Final = {**_BODY, "bottom": 1, "bottom_color": LINE}
_TEXT: Final = {**_CELL, "align": "left", "indent": 1}
_OPEN: Final = {**_BODY, "align": "left", "indent": 1}
"""Without the line below, which a row has only while somebody stands in it."""

_HEAD: Final = {
    "bold": True, "font_size": 10, "font_color": WHITE, "bg_color": GREEN, "bottom": 2, "bottom_color": GOLD,
}  # fmt: skip
_TILE: Final = {"bg_color": PARCHMENT, "font_color": INK, "align": "left", "indent": 1, "valign": "vcenter"}

STYLES: Final[Mapping[str, Mapping[str, object]]] = {
    "text": _TEXT,
    "sentence": {**_TEXT, "text_wrap": True},
    "strong_sentence": {**_TEXT, "text_wrap": True, "bold": True},
    "who_link": {**_TEXT, "text_wrap": True, "bold": True, "font_color": GREEN},
    "entry": {**_TEXT, "text_wrap": True, "bg_color": ENTRY, "left": 1, "left_color": GOLD, "right": 1, "right_color": GOLD},
    "entry_day": {**_TEXT, "bg_color": ENTRY, "num_format": "d mmm yyyy", "left": 1, "left_color": GOLD, "right": 1, "right_color": GOLD},
    "centre": {**_CELL, "align": "center"},
    "place": {"font_size": 10, "font_color": MUTED, "align": "right", "valign": "vcenter"},
    "name": {**_TEXT, "bold": True},
    "name_link": {**_TEXT, "bold": True, "font_color": GREEN},
    "text_link": {**_TEXT, "font_color": GREEN},
    "spill": _TEXT,
    "count": {**_CELL, "num_format": COUNT},
    "faint": {**_CELL, "num_format": COUNT, "font_size": 9, "font_color": MUTED},
    "hours": {**_CELL, "num_format": HOURS},
    "xp_said": {**_CELL, "num_format": '#,##0" XP"'},
    "hours_said": {**_CELL, "num_format": '0.0" hours"'},
    "change": {**_CELL, "num_format": CHANGE},
    "moved": {**_CELL, "num_format": MOVED},
    "large": {**_CELL, "num_format": LARGE},
    "short": {**_CELL, "num_format": SHORT, "font_size": 9},
    "small_count": {**_CELL, "num_format": COUNT, "font_size": 9},
    "span": {**_CELL, "num_format": SPAN},
    "share": {**_CELL, "num_format": SHARE},
    "heat": {**_CELL, "align": "center", "num_format": HEAT},
    "id": {**_TEXT, "num_format": "@"},
    "command": {**_TEXT, "font_name": "Consolas", "font_size": 9, "text_wrap": True},
    "link": {**_TEXT, "font_color": GREEN, "underline": 1},
    "day": {**_TEXT, "num_format": "d mmm yyyy"},
    "month": {**_TEXT, "bold": True, "num_format": "mmmm yyyy"},
    "moment": {**_TEXT, "num_format": "d mmm yyyy hh:mm"},
    "head": {**_HEAD, "align": "left", "indent": 1, "valign": "bottom", "text_wrap": True},
    "head_number": {**_HEAD, "align": "right", "valign": "bottom", "text_wrap": True, "indent": 2},
    "head_centre": {**_HEAD, "align": "center", "valign": "bottom"},
    "head_upright": {**_HEAD, "align": "center", "valign": "bottom", "rotation": 90, "font_size": 9},
    "title": {"font_name": "Georgia", "font_size": 20, "bold": True, "font_color": WHITE, "bg_color": GREEN,
              "valign": "vcenter"},
    "way": {**_BODY, "font_size": 9, "font_color": GREEN, "bg_color": GOLD_SOFT, "indent": 1,
            "top": 5, "top_color": GOLD},
    "title_rule": {"bg_color": GOLD_SOFT, "top": 5, "top_color": GOLD},
    "freshness": {"font_size": 11, "bold": True, "font_color": GREEN, "valign": "vcenter"},
    "note": {"font_size": 9, "italic": True, "font_color": MUTED, "valign": "vcenter"},
    "section": {"font_name": "Georgia", "font_size": 13, "bold": True, "font_color": GREEN, "bottom": 2,
                "bottom_color": GOLD, "valign": "bottom"},
    "answer": {**_BODY, "font_size": 11, "text_wrap": True},
    "words": {**_BODY, "text_wrap": True, "valign": "top"},
    "band": {"bold": True, "font_size": 9, "font_color": GREEN, "bg_color": GREEN_SOFT, "valign": "vcenter", "indent": 1},
    "label": {"font_size": 10, "font_color": MUTED, "align": "right", "valign": "vcenter", "indent": 1},
    "pick": {**_TEXT, "bold": True, "bg_color": GOLD_SOFT, "border": 1, "border_color": GOLD},
    "fact_count": {**_BODY, "bold": True, "num_format": COUNT},
    "fact_unknown": {**_OPEN, "bold": True, "num_format": '#,##0" not looked at twice"'},
    "fact_moment": {**_OPEN, "bold": True, "num_format": "d mmm yyyy hh:mm"},
    "fact": {**_OPEN, "bold": True},
    "open_text": _OPEN,
    "open_name": {**_OPEN, "bold": True, "font_color": GREEN},
    "open_count": {**_BODY, "num_format": COUNT},
    "open_share": {**_BODY, "num_format": TENTHS},
    "open_moment": {**_OPEN, "num_format": "d mmm yyyy hh:mm"},
    "empty": {"font_size": 12, "italic": True, "font_color": MUTED, "valign": "vcenter"},
    "tile_label": {**_TILE, "font_size": 10, "bold": True, "font_color": MUTED, "top": 5, "top_color": GOLD},
    "tile_count": {**_TILE, "font_name": "Georgia", "font_size": 20, "bold": True, "num_format": LARGE},
    "tile_hours": {**_TILE, "font_name": "Georgia", "font_size": 20, "bold": True, "num_format": HOURS},
    "tile_share": {**_TILE, "font_name": "Georgia", "font_size": 20, "bold": True, "num_format": SHARE},
    "tile_said": {**_TILE, "bold": True},
    "tile_unknown": {**_TILE, "font_size": 12, "italic": True, "font_color": MUTED},
    "tile_change": {**_TILE, "bold": True, "num_format": MORE_OR_LESS},
    "tile_change_hours": {**_TILE, "bold": True, "num_format": MORE_OR_LESS_HOURS},
    "tile_hint": {**_TILE, "font_size": 9, "font_color": MUTED, "text_wrap": True, "valign": "top"},
    "sum": {**_TEXT, "bold": True, "top": 1, "top_color": GREEN},
    "sum_count": {**_CELL, "bold": True, "top": 1, "top_color": GREEN, "num_format": COUNT},
    "sum_centre": {**_CELL, "bold": True, "top": 1, "top_color": GREEN, "align": "center", "num_format": COUNT},
    "warn": {"font_color": FALL, "bg_color": FALL_SOFT},
    "good": {"font_color": RISE, "bg_color": RISE_SOFT},
    "top": {"bold": True, "font_color": INK, "bg_color": GOLD_SOFT},
    "faded": {"font_color": MUTED, "italic": True},
    "in_hours": {"num_format": HOURS},
    "ruled": {"bottom": 1, "bottom_color": LINE},
    "unknown": {"pattern": 14, "fg_color": LINE, "bg_color": WHITE},
}  # fmt: skip
"""Every look there is; cells ask for one by name. Those from "warn" on are for conditional formats."""

UNLINKED: Final[Mapping[str, str]] = {"name_link": "name", "who_link": "strong_sentence"}
"""How a name looks that leads nowhere, by the style of those that do."""

WRAPPED: Final = frozenset({"sentence", "strong_sentence", "who_link", "command", "entry"})
"""Styles whose texts break into lines instead of making their column wider, so that rows must be high enough."""

NUMBERS: Final = frozenset({
    "count", "hours", "change", "moved", "large", "short", "small_count", "faint", "span", "share", "open_count", "open_share",
})  # fmt: skip
"""Styles whose headers stand to the right, above the digits."""

_THEME_COLOURS: Final = {
    "1F497D": GREEN, "EEECE1": PARCHMENT, "4F81BD": GREEN, "C0504D": GOLD, "9BBB59": "#5E8C61", "8064A2": FALL,
    "4BACC6": "#7C6A46", "F79646": "#4A6B8A", "0000FF": GREEN,
}  # fmt: skip
"""Colours of Excel's own theme and ours instead of them: table styles, charts and the colour picker follow the theme."""


def theme() -> StringIO:
    """The workbook's theme."""
    text = THEME_XML_2007
    for theirs, ours in _THEME_COLOURS.items():
        text = text.replace(f'val="{theirs}"', f'val="{ours.removeprefix("#")}"')
    return StringIO(text)


class Formats:
    """The styles of one workbook, made when first asked for."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[str, Any] = {}

    def __getitem__(self, style: str) -> Any:
        """The format called *style*."""
        if style not in self._made:
            self._made[style] = self._workbook.add_format(dict(STYLES[style]))
        return self._made[style]
