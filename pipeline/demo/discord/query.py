"""Reading ids and parameters of a request, with Discord's own complaints about them."""

from collections.abc import Mapping
from datetime import UTC, datetime

from pipeline.demo.discord.refusal import invalid
from pipeline.demo.instants import instant

Query = Mapping[str, str]


def snowflake(text: str, name: str) -> int:
    """An id; it fits 64 bits."""
    if not (text.isascii() and text.isdigit()) or int(text) >= 2**63:
        raise invalid(name, "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')
    return int(text)


def snowflake_or_none(query: Query, name: str) -> int | None:
    """The id that the parameter *name* gives, if it is there."""
    return snowflake(query[name], name) if name in query else None


def limit(query: Query, *, least: int, most: int, default: int) -> int:
    """How many rows are asked for."""
    text = query.get("limit", str(default))
    if not (text.isascii() and text.removeprefix("-").isdigit()):
        raise invalid("limit", "NUMBER_TYPE_COERCE", f'Value "{text}" is not int.')
    if int(text) < least:
        raise invalid("limit", "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
    if int(text) > most:
        raise invalid("limit", "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")
    return int(text)


def before(query: Query) -> int | None:
    """The instant in milliseconds UTC that the parameter `before` gives as ISO 8601, if it is there."""
    text = query.get("before")
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise invalid("before", "DATE_TIME_TYPE_PARSE", f"Could not parse {text}. Should be ISO8601.") from None
    return instant(read if read.tzinfo else read.replace(tzinfo=UTC))
