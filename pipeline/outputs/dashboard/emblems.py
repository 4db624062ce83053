"""A default emblem for every metric, drawn from its key alone: shape by kind, tinctures and ordinary by hash, initials on top.

The grammar is heraldry's: a light charge on a dark field, one plain ordinary between. The same key gives the same emblem for
ever, so a boss that came out last night has one too. All lines are our own; nothing is taken from the game.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from pipeline.domain.metrics import Kind, Metric

SHAPES: Final[dict[Kind, str]] = {
    "boss": "M4 3h24v13c0 7-5 11-12 14C9 27 4 23 4 16z",
    "skill": "M16 2a14 14 0 1 1 0 28a14 14 0 0 1 0-28z",
    "activity": "M5 2h22v28l-11-6-11 6z",
    "computed": "M16 1.5l12.5 7.25v14.5L16 30.5 3.5 23.25V8.75z",
}
"""The outline says what is counted: shields for bosses, seals for skills, pennons for activities, cut stones for hours."""

FIELDS: Final = (
    ("#7a1f24", "#571217"),
    ("#1f4a78", "#123255"),
    ("#23593a", "#143c26"),
    ("#5a2f73", "#3f1d54"),
    ("#8a4a12", "#65330a"),
    ("#1f5f66", "#114349"),
    ("#4a4f57", "#31353b"),
    ("#6b5a12", "#4d400a"),
)
"""Field and the darker tone its ordinary is cut in."""

_WORD: Final = re.compile(r"\w+")

METALS: Final = ("#ffe7a3", "#f5f1e6")

ORDINARIES: Final = (
    "M0 0h32v10H0z",
    "M0 0h16v32H0z",
    "M0 22h32v10H0z",
    "M0 32L32 0v14L14 32z",
    "M32 32L0 0v14l18 18z",
    "M16 12L34 30v8L16 22-2 38v-8z",
    "M12 0h8v32h-8z",
    "M0 0h16v16H0zM16 16h16v16H16z",
    "M0 13h32v7H0z",
)


@dataclass(frozen=True, slots=True)
class Emblem:
    """The parts that a template draws, each inside a 32 × 32 box; `letters` is at most three characters."""

    id: str
    shape: str
    field: str
    tone: str
    ordinary: str
    metal: str
    letters: str


def emblem(metric: Metric) -> Emblem:
    """The default emblem of *metric*."""
    return _drawn(emblem_id(metric), metric.key, SHAPES[metric.kind], initials(metric.name))


def clan_emblem(clan_id: int, name: str) -> Emblem:
    """The shield at the top of the page."""
    return _drawn("emblem-of-the-clan", f"clan {clan_id}", SHAPES["boss"], initials(name))


def _drawn(identity: str, seed: str, shape: str, letters: str) -> Emblem:
    chance = sha256(seed.encode("utf-8", "replace")).digest()
    field, tone = FIELDS[chance[0] % len(FIELDS)]
    ordinary, metal = ORDINARIES[chance[1] % len(ORDINARIES)], METALS[chance[2] % len(METALS)]
    return Emblem(identity, shape, field, tone, ordinary, metal, letters)


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
