"""Conditional formats as data. They follow the values, so they stay right after sorting and filtering."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pipeline.outputs.excel.formats import FALL_SOFT, GOLD_SOFT, WHITE


@dataclass(frozen=True, slots=True)
class Rule:
    """What `conditional_format` is told. `look` is a style; `[key]` in a criterion is that column's cell of the row."""

    options: Mapping[str, object] = field(default_factory=dict)
    look: str | None = None
    criterion: str | None = None

    def criterion_in(self, cell_of: Callable[[str], str]) -> str | None:
        """The criterion with every `[key]` turned into what *cell_of* says."""
        if self.criterion is None:
            return None
        return "=" + re.sub(r"\[(\w+)\]", lambda found: cell_of(found[1]), self.criterion)


def bars(colour: str = GOLD_SOFT) -> Rule:
    """A bar as long as the number, from zero."""
    return Rule({
        "type": "data_bar", "bar_color": colour, "bar_solid": True, "bar_border_color": colour, "data_bar_2010": True,
        "min_type": "num", "min_value": 0, "bar_negative_color_same": True,
    })  # fmt: skip


def heat(colour: str = GOLD_SOFT) -> Rule:
    """The larger, the more of *colour*; one giant does not bleach the others."""
    return Rule({
        "type": "2_color_scale", "min_color": WHITE, "max_color": colour, "min_type": "min",
        "max_type": "percentile", "max_value": 95,
    })  # fmt: skip


def low(colour: str) -> Rule:
    """The smaller, the more of *colour*."""
    return Rule({
        "type": "2_color_scale", "min_color": colour, "max_color": WHITE, "min_type": "min", "max_type": "percentile",
        "max_value": 50,
    })  # fmt: skip


def age() -> Rule:
    """Dates: the longer ago, the redder."""
    return Rule({"type": "2_color_scale", "min_color": FALL_SOFT, "max_color": WHITE, "max_type": "percentile",
                 "max_value": 50, "min_type": "min"})  # fmt: skip


def arrows() -> Rule:
    """An arrow up, level or down beside what rose, stood or fell."""
    return Rule({
        "type": "icon_set", "icon_style": "3_arrows",
        "icons": [{"criteria": ">", "type": "number", "value": 0}, {"criteria": ">=", "type": "number", "value": 0}],
    })  # fmt: skip


def where(criterion: str, look: str) -> Rule:
    """*look* in the rows where *criterion* holds."""
    return Rule({"type": "formula"}, look, criterion)


def unknown() -> Rule:
    """Hatching where there is no number, since that is not zero."""
    return Rule({"type": "blanks"}, "unknown")


def unlike(word: str) -> Rule:
    """A warning where a text is another than *word*."""
    return Rule({"type": "cell", "criteria": "!=", "value": f'"{word}"'}, "warn")
