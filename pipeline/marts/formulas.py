"""The one evaluator of clan.toml's expressions: formulas, rules of ranks and alerts alike.

simpleeval does the work, on a small language: numbers, names, + - * / // %, comparisons, and/or/not, if-else and a few functions.
What an expression may hold is checked once, when it is read, so that none can hang, eat memory or reach anything. A fact that
nobody knows makes the result unknown (None), unless the rest decides: false and unknown is false, true or unknown is true.
"""

import ast
import math
import operator
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from simpleeval import SimpleEval

from pipeline.marts.facts import nearest

Value = float | bool | None
Facts = Mapping[str, float | None]
Work = Callable[..., Any]

LANGUAGE: Final = "use + - * / // %, comparisons, and, or, not, if-else"
LONGEST: Final = 500
DEEPEST: Final = 40
LARGEST: Final = 1e18
"""No count of the game comes near."""

METRIC_VALUE: Final = "value"
"""`value("new_boss")` asks for a metric that this version does not know by name."""

_FINEST: Final = 6
"""Decimals that `round` may be asked for."""


class FormulaError(ValueError):
    """An expression that cannot be: says what is wrong with it and what to write instead."""


class Formula:
    """An expression that was read and found good; it can be asked about as many facts as one likes."""

    def __init__(self, text: str, tree: ast.expr, names: frozenset[str]) -> None:
        self.text = text
        self.tree = tree
        self.names = names
        self._evaluator = _Evaluator()

    def value(self, facts: Facts) -> Value:
        """What it comes to by *facts*; None where that hangs on something unknown. A name that they leave out is 0."""
        found = self._evaluator.asked(self.tree, facts)
        is_number = found is not None and -LARGEST <= found <= LARGEST  # neither infinite nor what a float cannot hold
        return found if is_number else None

    def unknown(self, facts: Facts) -> tuple[str, ...]:
        """The names it uses of which *facts* know nothing."""
        return tuple(name for name in sorted(self.names) if facts.get(name, 0) is None)

    def comparison(self) -> tuple["Formula", str, "Formula"] | None:
        """Left side, sign and right side of an expression such as `zulrah >= 50`; None for any other."""
        tree = self.tree
        if not isinstance(tree, ast.Compare) or len(tree.ops) != 1:
            return None
        return self._part(tree.left), _SIGNS[type(tree.ops[0])], self._part(tree.comparators[0])

    def _part(self, tree: ast.expr) -> "Formula":
        return Formula(ast.unparse(tree), tree, frozenset(_names(tree)))


def compile_formula(text: str, known: Collection[str]) -> Formula:
    """The expression *text* over the names *known*; a FormulaError says what is wrong with it."""
    if len(text) > LONGEST:
        raise FormulaError(f"is {len(text)} characters long; {LONGEST} are allowed, so take a part of it as a formula")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        told = error.msg if isinstance(error, SyntaxError) else "too deep or not text"
        raise FormulaError(f"{text!r} cannot be read ({told}); write something like 'ehb + messages / 10'") from None
    _check(tree, known, DEEPEST)
    return Formula(text.strip(), tree, frozenset(_names(tree)))


def _names(tree: ast.AST) -> set[str]:
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node not in called}


def _check(node: ast.AST, known: Collection[str], deep: int) -> None:
    """Refuse whatever is not of the small language."""
    if deep == 0:
        raise FormulaError("is nested too deeply; take a part of it as a formula")
    if isinstance(node, ast.Call):
        _check_call(node, known, deep)
    elif isinstance(node, ast.Name):
        if node.id not in known:
            raise FormulaError(f"{node.id!r} is no fact{nearest(node.id, known)}")
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise FormulaError(f"{node.value!r} is not a number")
    elif isinstance(node, _ALLOWED) and all(_is_sign(part) for part in ast.iter_child_nodes(node)):
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.expr):
                _check(part, known, deep - 1)
    else:
        raise FormulaError(f"{ast.unparse(node)[:40]!r} is not allowed; {LANGUAGE}")


def _is_sign(part: ast.AST) -> bool:
    """Whether *part* is an operand, or an operator that we know."""
    return isinstance(part, ast.expr | ast.boolop) or type(part) in _OPERATORS


def _check_call(node: ast.Call, known: Collection[str], deep: int) -> None:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name == METRIC_VALUE:
        if len(node.args) != 1 or node.keywords or not _is_text(node.args[0]):
            raise FormulaError('value() takes the key of a metric, such as value("new_boss")')
        return
    if name not in _FUNCTIONS:
        raise FormulaError(
            f"{ast.unparse(node)[:40]!r}: there is no such function; there are {', '.join(sorted(_FUNCTIONS))}"
        )
    least, most = _ARGUMENTS.get(name, (1, 1))
    if node.keywords or not least <= len(node.args) <= most:
        raise FormulaError(f"{ast.unparse(node)[:40]!r} has too few or too many arguments")
    for argument in node.args:
        _check(argument, known, deep - 1)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and 0 < len(node.value) <= 100


class _Evaluator(SimpleEval):  # type: ignore[misc]  # simpleeval has no types
    """simpleeval with a third truth: not known."""

    def __init__(self) -> None:
        super().__init__(operators=_OPERATORS, functions={**_FUNCTIONS, METRIC_VALUE: self._metric}, names={})
        self._facts: Facts = {}

    def asked(self, tree: ast.expr, facts: Facts) -> Value:
        self._facts = facts
        found: Value = self._eval(tree)
        return found

    def _metric(self, key: str) -> float | None:
        return self._facts.get(key, 0)

    def _eval_name(self, node: ast.Name) -> float | None:
        return self._facts.get(node.id, 0)

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


def _known(work: Work) -> Work:
    """*work*, whose result is unknown where one of its operands is, or where there is none."""

    def careful(*operands: Any) -> Any:
        if any(operand is None for operand in operands):
            return None
        try:
            return work(*operands)
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
_OPERATORS: Final = {sign: _known(work) for sign, work in _SIGNS_AT_WORK.items()}
_SIGNS: Final[Mapping[type[ast.cmpop], str]] = {
    ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
_WORK: Final[Mapping[str, Work]] = {
    "min": min, "max": max, "abs": abs, "round": _round, "sqrt": math.sqrt, "floor": math.floor, "ceil": math.ceil,
}  # fmt: skip
_FUNCTIONS: Final = {name: _known(work) for name, work in _WORK.items()}
_ARGUMENTS: Final = {"min": (2, 20), "max": (2, 20), "round": (1, 2)}
"""How few and how many arguments a function takes; else one."""

_ALLOWED: Final = (ast.BinOp, ast.BoolOp, ast.UnaryOp, ast.Compare, ast.IfExp)


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
            found[name] = None if value is None else float(value)
        return {name: found[name] for name in self.texts}


class _Together(Mapping[str, float | None]):
    """Formulas before facts."""

    def __init__(self, found: Facts, facts: Facts) -> None:
        self._found = found
        self._facts = facts

    def __getitem__(self, name: str) -> float | None:
        return self._found[name] if name in self._found else self._facts[name]

    def __iter__(self) -> Any:
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
    waiting = list(read)
    while waiting:
        ready = [name for name in waiting if all(used in done for used in read[name].names if used in read)]
        if not ready:
            raise FormulaError(f"{waiting[0]}: {' and '.join(waiting)} use each other in a circle; break it")
        done += ready
        waiting = [name for name in waiting if name not in ready]
    return done
