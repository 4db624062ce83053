"""The one way in which the dashboard turns values into bytes."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from pipeline.outputs.instants import iso

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FOR_SCRIPTS: Final = {"</": r"<\/", "<!--": r"<\u0021--", "\u2028": r"\u2028", "\u2029": r"\u2029"}
"""What would end or confuse a script element, and how the same text reads inside a JavaScript string."""


def instant(at: datetime | None) -> str | None:
    """*at* in ISO 8601, UTC, with milliseconds and Z."""
    return None if at is None else iso(at)


def milliseconds(at: datetime | None) -> int | None:
    """*at* in milliseconds since 1970 UTC, as scripts count."""
    return None if at is None else round((at - _EPOCH).total_seconds() * 1000)


def json_bytes(value: Any) -> bytes:
    """*value* as a compact JSON file in its own order; NaN becomes null, which is what it means: nobody knows.

    A lone surrogate in a name becomes a replacement character instead of a failed night.
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
    except orjson.JSONEncodeError:  # a lone surrogate
        return orjson.dumps(_mended(value), option=orjson.OPT_APPEND_NEWLINE)


def _mended(value: Any) -> Any:
    """*value* with every text as UTF-8 can hold it."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_mended(key): _mended(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_mended(each) for each in value]
    return value


def script_text(name: str, value: Any) -> str:
    """A classic script that sets `window.<name>`, safe inside and outside an HTML page."""
    text = json_bytes(value).decode().rstrip("\n")
    for risky, harmless in _FOR_SCRIPTS.items():
        text = text.replace(risky, harmless)
    return f"window.{name} = {text};\n"


def memo(turn: Callable[[datetime | None], str | None]) -> Callable[[datetime | None], str | None]:
    """*turn* with a memory: a night's gains repeat the same few thousand instants a hundred thousand times."""
    seen: dict[datetime | None, str | None] = {}

    def remembered(at: datetime | None) -> str | None:
        if at not in seen:
            seen[at] = turn(at)
        return seen[at]

    return remembered
