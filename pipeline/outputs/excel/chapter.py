"""A sheet as the table of contents knows it: its question, what the use of it is, and how it is drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.marts.talk_model import TalkMarts
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.drawing import draw
from pipeline.outputs.excel.formats import FALL, GOLD, GREEN, MUTED
from pipeline.outputs.excel.page import Page
from pipeline.outputs.excel.sheet import Sheet

Shelf = Literal["answers", "people", "play", "records"]

TABS: Final[dict[Shelf, str]] = {"answers": GOLD, "people": GREEN, "play": FALL, "records": MUTED}
"""Colours of the tabs: what to read first, who they are, what they did, and what happened."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A sheet in the table of contents: the `question` it answers and what the `use` of it is, in words for clan leaders."""

    name: str
    shelf: Shelf
    question: str
    use: str
    draw: Callable[[Answers, Page], None]
    needs_talk: bool = False


def described(describe: Callable[[Answers], Sheet]) -> Callable[[Answers, Page], None]:
    """The drawing of a sheet that is described as data."""
    return lambda answers, page: draw(describe(answers), page)


def described_talk(describe: Callable[[Answers, TalkMarts], Sheet]) -> Callable[[Answers, Page], None]:
    """The same of a sheet about Discord."""
    return of_talk(lambda answers, talk, page: draw(describe(answers, talk), page))


def of_talk(drawing: Callable[[Answers, TalkMarts, Page], None]) -> Callable[[Answers, Page], None]:
    """The drawing of a sheet about Discord, which is there only while that is set up."""

    def drawn(answers: Answers, page: Page) -> None:
        if answers.marts.talk is not None:
            drawing(answers, answers.marts.talk, page)

    return drawn
