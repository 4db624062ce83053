"""Emblems: one drawing for every metric we know, and for every other one a default made from its key alone.

A drawing is a file `assets/emblems/<metric_key>.svg`. It holds only the charge; what the charge stands on is named by three words on
its root: `data-charge` (what is drawn), `data-ground` and `data-tincture` (of `heraldry`). Elements without a class are filled in
the charge's colour, `cut` ones in the field's, `tone` ones in its darker tone, `spark` ones in its accent. The same key gives the same
default for ever, so a boss that came out last night has an emblem too: its initials.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from markupsafe import Markup

from pipeline.domain.metrics import Metric
from pipeline.errors import PublishError
from pipeline.outputs.dashboard.heraldry import GROUNDS, SHAPES, TINCTURES, Tincture

DRAWN: Final = ("path", "circle", "ellipse", "rect", "polygon", "g")
"""Elements a drawing may be made of."""

SAID: Final = ("d", "cx", "cy", "r", "rx", "ry", "x", "y", "width", "height", "points", "transform", "fill-rule")
"""Attributes they may have, beside `class`."""

CLAN: Final = "emblem-of-the-clan"
"""Id of the shield at the top of the page."""

_WORD: Final = re.compile(r"\w+")
_SVG: Final = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True, slots=True)
class Emblem:
    """What a template draws in a box of 32 × 32. `drawing` is markup of ours, or None: then `letters` (at most three) stand there."""

    id: str
    shape: str
    charge: str
    ground: str
    tincture: str
    drawing: Markup | None
    letters: str

    @property
    def outline(self) -> str:
        """The path of its shape."""
        return SHAPES[self.shape]  # type: ignore[index]  # a Kind, told as what it draws

    @property
    def division(self) -> str:
        """The path of its ground; empty for a plain one."""
        return GROUNDS[self.ground]

    @property
    def colours(self) -> Tincture:
        """Its colours."""
        return TINCTURES[self.tincture]


def emblem(metric: Metric, folder: Path) -> Emblem:
    """The emblem of *metric*, of the drawings in *folder*."""
    drawn = _drawing(folder / f"{metric.key}.svg") if metric.key.isidentifier() else None
    if drawn is None:
        return _default(emblem_id(metric), metric.key, metric.kind, initials(metric.name))
    charge, ground, tincture, drawing = drawn
    return Emblem(emblem_id(metric), metric.kind, charge, ground, tincture, drawing, "")


def clan_emblem(clan_id: int, name: str) -> Emblem:
    """The shield at the top of the page."""
    return _default(CLAN, f"clan {clan_id}", "boss", initials(name))


def _default(identity: str, seed: str, shape: str, letters: str) -> Emblem:
    chance = sha256(seed.encode("utf-8", "replace")).digest()
    ground, tincture = _chosen(GROUNDS, chance[0]), _chosen(TINCTURES, chance[1])
    return Emblem(identity, shape, f"letters {letters}", ground, tincture, None, letters)


def _chosen(table: dict[str, object] | dict[str, str] | dict[str, Tincture], chance: int) -> str:
    return list(table)[chance % len(table)]


@cache
def _drawing(path: Path) -> tuple[str, str, str, Markup] | None:
    """Charge, ground, tincture and markup of a file of ours; None where there is none."""
    try:
        root = ET.parse(path).getroot()  # noqa: S314 - our own file
    except FileNotFoundError:
        return None
    except (ET.ParseError, OSError) as error:
        raise PublishError(f"The emblem {path} cannot be read: {error}. Install ClanStats again.") from error
    said = [root.get(f"data-{word}", "") for word in ("charge", "ground", "tincture")]
    if said[1] not in GROUNDS or said[2] not in TINCTURES:
        raise PublishError(f"The emblem {path} names an unknown ground or tincture: {said[1]}, {said[2]}.")
    markup = "".join(part for child in root for part in _markup(child, TINCTURES[said[2]]))
    return said[0], said[1], said[2], Markup(markup)  # noqa: S704 - of the elements and attributes above only


def _markup(element: ET.Element, colours: Tincture, inherited: str = "") -> Iterator[str]:
    name = element.tag.removeprefix(_SVG)
    if name not in DRAWN:
        return
    role = element.get("class") or inherited
    fill = {"cut": colours.field, "tone": colours.tone, "spark": colours.spark}.get(role, colours.charge)
    said = "".join(f' {key}="{value}"' for key in SAID if (value := element.get(key)))
    if name != "g":
        yield f'<{name} fill="{fill}"{said}/>'
        return
    yield f"<g{said}>"
    for child in element:
        yield from _markup(child, colours, role)
    yield "</g>"


def emblem_id(metric: Metric) -> str:
    """Id of the symbol of *metric* in the page; an odd key keeps apart from others by its hash."""
    plain = re.sub(r"[^a-z0-9_]+", "-", metric.key.lower())
    if plain != metric.key:
        plain = f"{plain}-{sha256(metric.key.encode('utf-8', 'replace')).hexdigest()[:8]}"
    return f"emblem-{plain}"


def initials(name: str) -> str:
    """Letters that stand for *name*: of its first two words that matter, else its first two; EHP stays EHP."""
    words: list[str] = [
        word for word in _WORD.findall(name.replace("'", "")) if word.lower() not in {"the", "of", "and"}
    ]
    if not words:
        return "?"
    if len(words) == 1 and words[0].isupper():
        return words[0][:3]
    return (words[0][0] + words[1][0]).upper() if len(words) > 1 else words[0][:2].capitalize()
