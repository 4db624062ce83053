"""Column types: instants as integer milliseconds, and small lists as JSON text."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Dialect, Integer, Text, TypeDecorator

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def to_ms(instant: datetime) -> int:
    """*instant* as whole milliseconds since 1970 UTC; a naive one is refused."""
    if instant.tzinfo is None:
        raise ValueError(f"an instant without a time zone: {instant!r}")
    return (instant - EPOCH) // _MILLISECOND


def from_ms(milliseconds: int) -> datetime:
    """The instant *milliseconds* after 1970, aware UTC, without the rounding of floats."""
    return EPOCH + milliseconds * _MILLISECOND


def ms_or_none(instant: datetime | None) -> int | None:
    """`to_ms`, None for None."""
    return None if instant is None else to_ms(instant)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept as INTEGER milliseconds UTC."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """To the database."""
        return None if value is None else to_ms(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        return None if value is None else from_ms(value)


class JsonList(TypeDecorator[tuple[Any, ...]]):
    """A short tuple of JSON values, kept as text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Any, ...] | None, dialect: Dialect) -> str | None:
        """To the database."""
        return None if value is None else json_list(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Any, ...] | None:
        """From the database."""
        return None if value is None else tuple(json.loads(value))


def json_list(values: tuple[Any, ...]) -> str:
    """*values* as compact JSON text."""
    return json.dumps(values, separators=(",", ":"), ensure_ascii=False)
