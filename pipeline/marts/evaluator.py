"""What an expression of clan.toml comes to: simpleeval's walk through its tree, with a third truth: not known.

A fact that nobody knows makes the result unknown (None), unless the rest decides: false and unknown is false, true or unknown is
true. So does what has no result: a division by zero, the root of a debt, a number without end.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

from simpleeval import SimpleEval

Value = float | bool | None
Facts = Mapping[str, float | None]
Work = Callable[..., Any]

METRIC_VALUE: Final = "value"
"""`value("new_boss")` asks for a metric that this version does not know by name."""

_FINEST: Final = 6
"""Decimals that `round` may be asked for."""


def _known(work: Work) -> Work:
    """*work*, whose result is unknown where one of its operands is, or where there is none."""

    def careful(*operands: Any) -> Any:
        if None in operands:
            return None
        try:
            found = work(*operands)
            return found if math.isfinite(found) else None
        except (ZeroDivisionError, OverflowError, ValueError):
            return None

    return careful


def _round(value: float, digits: float = 0) -> float:
    return round(value, max(0, min(_FINEST, int(digits)))) if digits else round(value)


_SIGNS_AT_WORK: Final[Mapping[type[ast.AST], Work]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Not: operator.not_,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
OPERATORS: Final = {sign: _known(work) for sign, work in _SIGNS_AT_WORK.items()}
_WORK: Final[Mapping[str, Work]] = {
    "min": min, "max": max, "abs": abs, "round": _round, "sqrt": math.sqrt, "floor": math.floor, "ceil": math.ceil,
}  # fmt: skip
FUNCTIONS: Final = {name: _known(work) for name, work in _WORK.items()}
ARGUMENTS: Final = {"min": (2, 20), "max": (2, 20), "round": (1, 2)}
"""How few and how many arguments a function takes; else one."""


class Evaluator(SimpleEval):  # type: ignore[misc]  # simpleeval has no types
    """Walks trees that were found good. *absent* says what a name is worth that the facts leave out."""

    def __init__(self, absent: Facts) -> None:
        super().__init__(operators=OPERATORS, functions={**FUNCTIONS, METRIC_VALUE: self._of_metric}, names={})
        self._absent = absent
        self._facts: Facts = {}

    def asked(self, tree: ast.expr, facts: Facts) -> Value:
        """What *tree* comes to by *facts*."""
        self._facts = facts
        found: Value = self._eval(tree)
        return found

    def fact(self, name: str, facts: Facts) -> float | None:
        """What *facts* know of *name*; a number without end is none."""
        found = facts.get(name, self._absent.get(name))
        return found if found is not None and math.isfinite(found) else None

    def _of_metric(self, key: str) -> float | None:
        return self.fact(key, self._facts)

    def _eval_name(self, node: ast.Name) -> float | None:
        return self.fact(node.id, self._facts)

    def _eval_boolop(self, node: ast.BoolOp) -> bool | None:
        decides = isinstance(node.op, ast.Or)
        found: bool | None = not decides
        for each in node.values:
            value = self._eval(each)
            if value is None:
                found = None
            elif bool(value) == decides:
                return decides
        return found

    def _eval_compare(self, node: ast.Compare) -> bool | None:
        left = self._eval(node.left)
        found: bool | None = True
        for sign, each in zip(node.ops, node.comparators, strict=True):
            right = self._eval(each)
            holds = self.operators[type(sign)](left, right)
            if holds is False:
                return False
            found = None if holds is None else found
            left = right
        return found

    def _eval_ifexp(self, node: ast.IfExp) -> Value:
        test = self._eval(node.test)
        if test is None:
            return None
        found: Value = self._eval(node.body if test else node.orelse)
        return found
