"""Writes the texts: a template is chosen, its slots are filled, and now and then it is dressed up or hostile."""

from collections.abc import Sequence
from functools import lru_cache
from random import Random
from string import Formatter
from typing import Final

from pipeline.demo.guild import asking, phrases
from pipeline.demo.names import HOSTILE, HOSTILE_TITLE

LONGEST: Final = 1_900
_EMOJI: Final = (
    "😂",
    "🎉",
    "🔥",
    "😭",
    "👀",
    "🙏",
    "🐉",
    "💪",
    "<:zuk:846012345678901234>",
    "<a:dance:846012345678901236>",
)
_FORMS: Final = (
    (asking.MARKED, 60), (asking.UNMARKED, 16), (asking.SHORT, 5), (asking.MANY_LINES, 4), (asking.LINKED, 4),
    (asking.QUOTED, 4), (asking.UNSEEN, 6),
)  # fmt: skip
_MISLEADING: Final = 0.0038
_LOOKS_ONLY: Final = 0.03


class Texts:
    """Draws everything from *rng*; some of what a hostile guild writes are hostile strings."""

    def __init__(self, rng: Random, *, hostile: bool) -> None:
        self._rng = rng
        self._hostile = hostile

    def fill(self, templates: Sequence[str]) -> str:
        """One of *templates*, its slots filled."""
        rng = self._rng
        parts = []
        for literal, slot in _parsed(rng.choice(templates)):
            parts.append(literal)
            if slot is not None:
                parts.append(rng.choice(phrases.SLOTS[slot]))
        return "".join(parts)

    def broadcast(self, name: str) -> str:
        """What the game itself tells the clan about *name*."""
        before, about, after = self._rng.choice(phrases.BROADCASTS).partition("{name}")
        return self.fill((before,)) + (name if about else "") + self.fill((after,))

    def statement(self, topic: str, mentioned: int | None = None) -> str:
        """A text of no question; *mentioned* is an account it may address."""
        rng, chance = self._rng, self._rng.random()
        if chance < _MISLEADING:
            return self.fill(asking.MISLEADING)
        if chance < _MISLEADING + _LOOKS_ONLY:
            return self.fill(asking.LOOKS_ONLY)
        if chance < 0.28:
            return self.fill(phrases.REACTIONS)
        if self._hostile and chance < 0.36:
            return f"{rng.choice(HOSTILE)} {self.fill(phrases.REACTIONS)}"
        return self._dressed(self.fill(phrases.STATEMENTS.get(topic, phrases.STATEMENTS["general"])), topic, mentioned)

    def question(self) -> str:
        """A text that asks, in one of the forms."""
        rng = self._rng
        templates = rng.choices([form for form, _ in _FORMS], [share for _, share in _FORMS])[0]
        text = self.fill(templates)
        if self._hostile and rng.random() < 0.05 and templates is asking.MARKED:
            return f"{text} {rng.choice(HOSTILE).replace('`', '')}"
        return text

    def title(self, templates: Sequence[str] = phrases.TITLES) -> str:
        """The title of a thread or forum post, at most a hundred characters."""
        return HOSTILE_TITLE if self._hostile and self._rng.random() < 0.2 else self.fill(templates)[:100]

    def long(self, topic: str) -> str:
        """A text nearly as long as Discord allows."""
        templates = phrases.STATEMENTS.get(topic, phrases.STATEMENTS["general"])
        sentences: list[str] = []
        while sum(map(len, sentences)) + 2 * len(sentences) < LONGEST:
            sentences.append(self.fill(templates))
        return ". ".join(sentences)[:LONGEST]

    def _dressed(self, text: str, topic: str, mentioned: int | None) -> str:
        chance = self._rng.random()
        if chance < 0.10:
            return f"{text} {self._rng.choice(_EMOJI)}"
        if chance < 0.14 and mentioned is not None:
            return f"<@{mentioned}> {text}"
        if chance < 0.16:
            return text.capitalize() + "."
        if chance < 0.165:
            return self.long(topic)
        if chance < 0.18:
            return f"> {self.fill(phrases.RELAYED)}\n{text}"
        return text


@lru_cache(maxsize=4096)
def _parsed(template: str) -> tuple[tuple[str, str | None], ...]:
    return tuple((literal, slot) for literal, slot, _, _ in Formatter().parse(template))
