"""What moves together, as a matrix of shades behind the sentences: how strong each link is, and how sure."""

from dataclasses import dataclass
from typing import Final

from pipeline.marts.advice_model import Cell, Together
from pipeline.outputs.advice_words import percent
from pipeline.outputs.figures import people, places

SURE: Final = 0.05
"""Of one pair looked at alone, a link this unlikely by chance is called one."""


@dataclass(frozen=True, slots=True)
class Square:
    """How two facts go together: a figure, its shade (`plus-1` to `plus-4`, `minus-1` to `minus-4`, `none`), and all of it in words."""

    text: str
    shade: str
    title: str
    is_sure: bool


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A fact with its links to all others, in the columns' order."""

    label: str
    squares: tuple[Square, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The whole of it: sentences first, rows of squares behind them."""

    sentences: tuple[str, ...]
    confidence: str
    labels: tuple[str, ...]
    rows: tuple[MatrixRow, ...]


def matrix(together: Together) -> Matrix | None:
    """The matrix, None where the clan is too small for any link to be seen."""
    if not any(cell for row in together.cells for cell in row):
        return None
    labels = tuple(together.labels.get(fact, fact) for fact in together.facts)
    rows = tuple(
        MatrixRow(label, tuple(_square(label, other, cell) for other, cell in zip(labels, row, strict=True)))
        for label, row in zip(labels, together.cells, strict=True)
    )
    sure = percent(together.confidence) if together.strongest else ""
    return Matrix(tuple(pair.sentence for pair in together.strongest), sure, labels, rows)


def _square(one: str, other: str, cell: Cell | None) -> Square:
    if one == other:
        return Square("", "self", "", is_sure=False)
    if cell is None:
        return Square("–", "none", f"{one} and {other}: too few members to say", is_sure=False)
    strength = min(4, int(abs(cell.rho) * 5))
    shade = "none" if not strength else f"{'plus' if cell.rho > 0 else 'minus'}-{strength}"
    title = (
        f"{one} and {other}: {places(cell.rho)}, with 95 % confidence between {places(cell.low)} and {places(cell.high)}, "
        f"of {people(cell.people)}"
    )
    return Square(places(cell.rho), shade, title, is_sure=cell.p < SURE)
