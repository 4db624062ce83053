"""The only clock: a run asks it once, and hands `now` on."""

from datetime import UTC, datetime

from pipeline.errors import ConfigError


def now() -> datetime:
    """The present instant, in whole milliseconds, UTC."""
    instant = datetime.now(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def parse(text: str) -> datetime:
    """An instant written by a person (`--now 2026-11-21T03:00:00Z`); one without a zone is UTC."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{text!r} is not an instant; write it like 2026-11-21T03:00:00Z.") from None
    aware = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    return aware.replace(microsecond=aware.microsecond // 1000 * 1000)
