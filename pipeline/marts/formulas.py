"""The one evaluator of clan.toml's expressions: formulas, rules of ranks and alerts alike.

An expression is read once and asked about many. A fact that nobody knows makes the result unknown (None), unless the rest decides.
"""

import ast
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Final

from pipeline.marts.evaluator import Evaluator, Facts, Value
from pipeline.marts.facts import metric_of
from pipeline.marts.formula_language import (
    LARGEST,
    FormulaError,
    check,
    is_value_call,
    names_in,
    number_in,
    parsed,
    value_keys,
)

__all__ = ["Facts", "Formula", "FormulaError", "Formulas", "Value", "compile_formula", "compile_rule", "with_formulas"]

_SIGNS: Final[Mapping[type[ast.cmpop], str]] = {
    ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
_MIRRORED: Final = {">": "<", ">=": "<=", "<": ">", "<=": ">="}


class Formula:
    """An expression that was read and found good; it can be asked about as many facts as one likes."""

    def __init__(self, text: str, tree: ast.expr) -> None:
        self.text = text
        self.tree = tree
        asked = set(value_keys(tree))
        self.names = frozenset({*names_in(tree), *asked})
        self._evaluator = Evaluator({name: 0 for name in self.names if name in asked or metric_of(name) is not None})

    @property
    def name(self) -> str | None:
        """The one fact that it is, None for anything longer."""
        tree = self.tree
        if isinstance(tree, ast.Name):
            return tree.id
        return next(value_keys(tree), None) if is_value_call(tree) else None

    def value(self, facts: Facts) -> Value:
        """What it comes to by *facts*; None where that hangs on something unknown.

        A metric that they leave out is not ranked, and counts as 0; anything else that they leave out is unknown.
        """
        found = self._evaluator.asked(self.tree, facts)
        return found if found is not None and -LARGEST <= found <= LARGEST else None

    def unknown(self, facts: Facts) -> tuple[str, ...]:
        """The names it uses of which *facts* know nothing."""
        return tuple(name for name in sorted(self.names) if self._evaluator.fact(name, facts) is None)

    @cached_property
    def comparison(self) -> tuple["Formula", str, "Formula"] | None:
        """Left side, sign and right side of an expression such as `zulrah >= 50`, or `50 <= zulrah`; None for any other."""
        tree = self.tree
        if not isinstance(tree, ast.Compare) or len(tree.ops) != 1:
            return None
        left, sign, right = _part(tree.left), _SIGNS[type(tree.ops[0])], _part(tree.comparators[0])
        return (right, _MIRRORED.get(sign, sign), left) if right.names and not left.names else (left, sign, right)

    def parts(self, joint: type[ast.boolop]) -> tuple["Formula", ...]:
        """The expressions between its outermost `and` (*joint* ast.And) or `or`; itself where there is none."""
        tree = self.tree
        if not isinstance(tree, ast.BoolOp) or not isinstance(tree.op, joint):
            return (self,)
        return tuple(each for part in tree.values for each in _part(part).parts(joint))


def compile_formula(text: str, known: Collection[str]) -> Formula:
    """The expression *text* over the names *known*; a FormulaError says what is wrong with it."""
    line = " ".join(text.split())
    tree = parsed(line)
    check(tree, known)
    return Formula(line, tree)


def compile_rule(text: str, known: Collection[str]) -> Formula:
    """An expression that is true or false; a mere number is a FormulaError."""
    rule = compile_formula(text, known)
    if (number := number_in(rule.tree)) is not None:
        shown = ast.unparse(number)[:40]
        raise FormulaError(f"{shown!r} is a number, neither true nor false; compare it, such as '{shown} >= 10'")
    return rule


def _part(tree: ast.expr) -> Formula:
    return Formula(ast.unparse(tree), tree)


class Formulas:
    """The clan's own formulas. One may use others; a circle is an error."""

    def __init__(self, texts: Mapping[str, str], known: Collection[str]) -> None:
        names = frozenset({*known, *texts})
        read = {name: _named(name, text, names) for name, text in texts.items()}
        self._in_order = {name: read[name] for name in _ordered(read)}
        self.texts = dict(texts)

    def values(self, facts: Facts) -> dict[str, float | None]:
        """What each comes to, by name, in the order in which clan.toml has them."""
        found: dict[str, float | None] = {}
        together = _Together(found, facts)
        for name, formula in self._in_order.items():
            value = formula.value(together)
            found[name] = None if value is None else float(value) + 0.0  # never -0.0
        return {name: found[name] for name in self.texts}


class _Together(Mapping[str, float | None]):
    """Formulas before facts."""

    def __init__(self, found: Facts, facts: Facts) -> None:
        self._found = found
        self._facts = facts

    def __getitem__(self, name: str) -> float | None:
        return self._found[name] if name in self._found else self._facts[name]

    def __iter__(self) -> Iterator[str]:
        yield from {*self._found, *self._facts}

    def __len__(self) -> int:
        return len({*self._found, *self._facts})


def with_formulas(facts: Facts, values: Facts) -> Facts:
    """*facts* and the *values* of formulas under one roof, so that rules may ask for either."""
    return _Together(values, facts)


def _named(name: str, text: str, names: frozenset[str]) -> Formula:
    try:
        return compile_formula(text, names)
    except FormulaError as error:
        raise FormulaError(f"{name}: {error}") from None


def _ordered(read: Mapping[str, Formula]) -> list[str]:
    """Names in an order in which each comes after those that it uses."""
    done: list[str] = []
    waiting = {name: formula.names & read.keys() for name, formula in read.items()}
    while waiting:
        ready = [name for name, used in waiting.items() if used.isdisjoint(waiting)]
        if not ready:
            raise FormulaError(_in_a_circle(waiting))
        done += ready
        waiting = {name: used for name, used in waiting.items() if name not in ready}
    return done


def _in_a_circle(uses: Mapping[str, Collection[str]]) -> str:
    """Which of *uses*, that all wait for one another, make the circle."""
    way = [next(iter(uses))]
    while (last := min(name for name in uses[way[-1]] if name in uses)) not in way:
        way.append(last)
    circle = way[way.index(last) :]
    if len(circle) == 1:
        return f"{last}: uses itself; write what it is made of"
    return f"{last}: {' → '.join([*circle, last])} use each other in a circle; take one of them out of another"
