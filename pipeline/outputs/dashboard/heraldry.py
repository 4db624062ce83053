"""The grammar of emblems: a shape, a ground in two tones, and one tincture for both and for the charge on top.

It is heraldry's: a light charge on a dark field or a dark one on a light field, at most one plain division of the field. All lines
are our own; nothing is taken from the game. Everything is drawn in a box of 32 × 32.
"""

from dataclasses import dataclass
from typing import Final

from pipeline.domain.metrics import Kind

SHAPES: Final[dict[Kind, str]] = {
    "boss": "M3 2h26v14.5c0 7-5.5 11.5-13 14C8.5 28 3 23.5 3 16.5z",
    "skill": "M16 1.5a14.5 14.5 0 1 1 0 29a14.5 14.5 0 0 1 0-29z",
    "activity": "M4 2h24v28.5l-12-5.5-12 5.5z",
    "computed": "M16 1l13 7.5v15L16 31 3 23.5v-15z",
}
"""The outline says what is counted: shields for bosses, seals for skills, pennons for activities, cut stones for hours."""


@dataclass(frozen=True, slots=True)
class Tincture:
    """Colours of an emblem: `field` and the `tone` its ground is divided with, `charge` on top, `spark` for an eye or a flame."""

    field: str
    tone: str
    charge: str
    spark: str


_GOLD, _BONE = "#ffe7a3", "#f5f1e6"
_EMBER, _BLOOD = "#ff9a4a", "#9b2c1c"

TINCTURES: Final = {
    "gules": Tincture("#8c2328", "#631419", _GOLD, _EMBER),
    "azure": Tincture("#1f4f86", "#13365f", _BONE, "#7fd0ff"),
    "vert": Tincture("#23613e", "#144029", _GOLD, "#a8e06a"),
    "purpure": Tincture("#5f327c", "#421e5a", _BONE, "#ff8bd0"),
    "tenne": Tincture("#94511a", "#6c370b", _GOLD, "#ffd23f"),
    "teal": Tincture("#1f666d", "#0f454c", _BONE, "#8ff0d8"),
    "sable": Tincture("#34363c", "#1c1e22", _BONE, _EMBER),
    "bronze": Tincture("#6f6015", "#4d410a", _GOLD, _EMBER),
    "sanguine": Tincture("#54163a", "#360b24", "#ffd0b0", "#ff6b5e"),
    "or": Tincture("#e6b93f", "#c7962b", "#3a2410", _BLOOD),
    "argent": Tincture("#ece5d3", "#cfc4aa", "#2c2a3a", _BLOOD),
    "ice": Tincture("#bfdbe2", "#93bcc8", "#123a4a", "#1f6fb0"),
    "moss": Tincture("#a9bd70", "#839b52", "#22300f", "#7a1f24"),
}
"""By name; the first nine are colours under a light charge, the others metals under a dark one."""

GROUNDS: Final = {
    "plain": "",
    "chief": "M0 0h32v9H0z",
    "base": "M0 22h32v10H0z",
    "pale": "M11 0h10v32H11z",
    "fess": "M0 11h32v10H0z",
    "cross": "M12 0h8v12h12v8H20v12h-8V20H0v-8h12z",
    "saltire": "M0 0h6l10 10L26 0h6v6L22 16l10 10v6h-6L16 22 6 32H0v-6l10-10L0 6z",
    "chevron": "M16 9L34 27v9L16 18-2 36v-9z",
    "pile": "M4 0h24L16 27z",
    "per-pale": "M0 0h16v32H0z",
    "per-fess": "M0 16h32v16H0z",
    "per-bend": "M0 0v32h32z",
    "per-bend-sinister": "M32 0v32H0z",
    "per-chevron": "M16 14L34 32H-2z",
    "quarterly": "M0 0h16v16H0zM16 16h16v16H16z",
    "gyronny": "M16 16L0 0h16zM16 16L32 0v16zM16 16L32 32H16zM16 16L0 32V16z",
    "paly": "M0 0h6v32H0zM12 0h4v32h-4zM21 0h4v32h-4z",
    "bendy": "M0 0l32 32h-8L0 8zM10 0l22 22v-8L18 0zM0 16l16 16H8L0 24z",
    "barry": "M0 4h32v4H0zM0 12h32v4H0zM0 20h32v4H0zM0 28h32v4H0z",
    "bordure": "M0 0h32v32H0zM6.5 5.5V16c0 6 4 9 9.5 11.5C21.5 25 25.5 22 25.5 16V5.5z",
}
"""How the field is divided; drawn in the tone, cut to the shape. `bordure` is read by the even-odd rule."""
