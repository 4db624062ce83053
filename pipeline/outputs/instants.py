"""Instants as programs read them."""

from datetime import UTC, datetime


def iso(at: datetime) -> str:
    """*at* in ISO 8601, UTC, with milliseconds and Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
