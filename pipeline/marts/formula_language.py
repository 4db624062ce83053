"""What an expression of clan.toml may hold, and words for what it may not.

The language is small: numbers, names, + - * / // %, comparisons, and/or/not, if-else and a few functions. Nothing in it can hang,
eat memory or reach anything, so an expression that was found good once may be asked about many.
"""

import ast
import re
import warnings
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from pipeline.marts.evaluator import ARGUMENTS, FUNCTIONS, METRIC_VALUE, OPERATORS
from pipeline.marts.facts import nearest

LANGUAGE: Final = "use + - * / // %, comparisons, and, or, not, if-else"
LONGEST: Final = 500
DEEPEST: Final = 60
LARGEST: Final = 1e18
"""No count of the game comes near."""

_ALLOWED: Final = (ast.BinOp, ast.BoolOp, ast.UnaryOp, ast.Compare, ast.IfExp)
_KEY: Final = re.compile(r"[a-z0-9_]{1,100}")
_HINTS: Final = (
    (r"&&|\|\|", "write 'and' and 'or' in letters"),
    (r"=>|=<", "write '>=' and '<='"),
    (r"\b(AND|OR|NOT|IF|ELSE)\b", "write 'and', 'or', 'not', 'if' and 'else' in small letters"),
    (r"(?<![<>=!])=(?!=)", "compare with '>=', '<=' or '=='"),
    (r"\d[kmb]\b", "write numbers in full, such as 1500000"),
    (r"\d\s*%\s*$", "write a share as a number, such as 0.5"),
)
"""What people write in place of the language, and what to write instead."""

_EXAMPLE: Final = "write something like 'ehb + messages / 10'"


class FormulaError(ValueError):
    """An expression that cannot be: says what is wrong with it and what to write instead."""


def parsed(line: str) -> ast.expr:
    """The tree of *line*, in Python's grammar still, and not too deep to be walked."""
    if not line:
        raise FormulaError(f"is empty; {_EXAMPLE}")
    if len(line) > LONGEST:
        raise FormulaError(f"is {len(line)} characters long; {LONGEST} are allowed, so make a part of it a formula")
    if "#" in line:
        raise FormulaError(f"{line[:60]!r} holds a remark; write it on a line of its own")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Python's style, which is not our language's
            tree = ast.parse(line, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        hint = next((hint for sign, hint in _HINTS if re.search(sign, line)), None)
        told = f" ({error.msg})" if isinstance(error, SyntaxError) and hint is None else ""
        raise FormulaError(f"{line[:60]!r} cannot be read{told}; {hint or _EXAMPLE}") from None
    if not _is_flat(tree):
        raise FormulaError("is nested too deeply; make a part of it a formula")
    return tree


def _is_flat(tree: ast.AST) -> bool:
    """Whether *tree* may be walked; counted level by level, for it may be anything that Python knows."""
    level = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return True
    return False


def check(node: ast.AST, known: Collection[str]) -> None:
    """Refuse whatever is not of the small language."""
    if isinstance(node, ast.Call):
        _check_call(node, known)
    elif isinstance(node, ast.Name):
        _check_name(node.id, known)
    elif isinstance(node, ast.Constant):
        _check_number(node.value)
    elif isinstance(node, _ALLOWED) and all(_is_sign(part) for part in ast.iter_child_nodes(node)):
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.expr):
                check(part, known)
    else:
        wanted = "write numbers without commas" if isinstance(node, ast.Tuple) else LANGUAGE
        raise FormulaError(f"{ast.unparse(node)[:40]!r} is not allowed; {wanted}")


def _is_sign(part: ast.AST) -> bool:
    """Whether *part* is an operand, or an operator that we know."""
    return isinstance(part, ast.expr | ast.boolop) or type(part) in OPERATORS


def _check_name(name: str, known: Collection[str]) -> None:
    if name in known:
        return
    if name in FUNCTIONS or name == METRIC_VALUE:
        raise FormulaError(f"{name!r} is a function; write what it is of in brackets, such as {name}(…)")
    raise FormulaError(f"{name!r} is no fact{nearest(name, known)}")


def _check_number(value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FormulaError(f"{str(value)[:40]!r} is not a number; only numbers and names of facts can be reckoned with")
    if value > LARGEST:
        raise FormulaError("holds a number that is too large; no count of the game comes near")


def _check_call(node: ast.Call, known: Collection[str]) -> None:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name == METRIC_VALUE:
        if not is_value_call(node):
            raise FormulaError('value() takes the key of a metric, in small letters, such as value("new_boss")')
        return
    shown = ast.unparse(node)[:40]
    if name not in FUNCTIONS:
        raise FormulaError(f"{shown!r}: there is no such function; there are {', '.join(sorted(FUNCTIONS))} and value")
    least, most = ARGUMENTS.get(name, (1, 1))
    if node.keywords or not least <= len(node.args) <= most:
        takes = f"{least}" if least == most else f"{least} to {most}"
        raise FormulaError(f"{shown!r} has too few or too many arguments; {name} takes {takes}")
    for argument in node.args:
        check(argument, known)


def is_value_call(node: ast.AST) -> bool:
    """Whether *node* asks `value()` for a metric's key."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == METRIC_VALUE):
        return False
    key = node.args[0].value if len(node.args) == 1 and isinstance(node.args[0], ast.Constant) else None
    return not node.keywords and isinstance(key, str) and _KEY.fullmatch(key) is not None


def names_in(tree: ast.AST) -> Iterator[str]:
    """Names of facts and formulas that *tree* uses."""
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return (node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node not in called)


def value_keys(tree: ast.AST) -> Iterator[str]:
    """What `value()` is asked for."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and is_value_call(node))
    return (str(key.value) for call in calls for key in call.args if isinstance(key, ast.Constant))


def number_in(tree: ast.expr) -> ast.expr | None:
    """The part of a would-be rule that is a number where true or false is wanted."""
    wanted: Sequence[ast.expr]
    if isinstance(tree, ast.Compare):
        return None
    if isinstance(tree, ast.BoolOp):
        wanted = tree.values
    elif isinstance(tree, ast.IfExp):
        wanted = (tree.test, tree.body, tree.orelse)
    elif isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
        wanted = (tree.operand,)
    else:
        return tree
    return next((found for part in wanted if (found := number_in(part)) is not None), None)
