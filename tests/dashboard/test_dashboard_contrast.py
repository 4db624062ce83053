"""Words can be read on their grounds in both themes (WCAG 2.2, AA)."""

import re

import pytest

from pipeline.outputs.dashboard.heraldry import TINCTURES
from pipeline.outputs.dashboard.house import house

TOKENS = dict(re.findall(r"--([\w-]+): (.+);", (house().assets / "css" / "tokens.css").read_text("utf-8")))
GROUNDS = ("ground", "surface", "surface-high", "surface-low")
PAIRS = [
    *((word, ground) for word in ("text", "muted", "link", "gold", "up", "down") for ground in GROUNDS),
    ("up", "up-soft"), ("down", "down-soft"), ("gold", "gold-soft"), ("text", "down-soft"),
    *(("text", f"heat-{level}") for level in (1, 2, 3)),
    *(("heat-word", f"heat-{level}") for level in (4, 5)),
    *(("text", f"cold-{level}") for level in (1, 2, 3)), ("heat-word", "cold-4"),
    *((word, ground) for word in ("mast-text", "mast-muted", "mast-gold") for ground in ("mast", "mast-low")),
]  # fmt: skip
SHAPES = [(mark, "surface") for mark in ("series", "gold-solid", "up-solid", "down-solid")]


def colour(token: str, theme: int) -> str:
    """The colour of *token* in the light (0) or the dark (1) theme."""
    value = TOKENS[token]
    both = re.fullmatch(r"light-dark\((#\w+), (#\w+)\)", value)
    return both.group(theme + 1) if both else value


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("word", "ground"), PAIRS)
def test_words_stand_out_from_their_ground(word: str, ground: str, theme: int) -> None:
    assert contrast(colour(word, theme), colour(ground, theme)) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), SHAPES)
def test_bars_stand_out_from_their_panel(mark: str, ground: str, theme: int) -> None:
    assert contrast(colour(mark, theme), colour(ground, theme)) >= 3


@pytest.mark.parametrize("name", TINCTURES)
def test_charges_and_letters_stand_out_from_every_field(name: str) -> None:
    colours = TINCTURES[name]
    assert min(contrast(colours.charge, ground) for ground in (colours.field, colours.tone)) >= 4.5
