"""When the clocks of a time zone change, so that days and hours can be counted by plain arithmetic in between."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from pipeline.domain.window import DAY, Window

_EXACT: Final = timedelta(seconds=1)
"""No zone changes its clocks in the middle of a second."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A window in which local time is UTC plus `offset` throughout."""

    window: Window
    offset: timedelta


def stretches(window: Window, zone: tzinfo) -> tuple[Stretch, ...]:
    """*window*, cut wherever the clocks of *zone* change; nothing if it is empty."""
    found: list[Stretch] = []
    since = window.since
    for change in _changes(window, zone):
        found.append(Stretch(Window(since, change), _offset(since, zone)))
        since = change
    if since < window.until:
        found.append(Stretch(Window(since, window.until), _offset(since, zone)))
    return tuple(found)


def _changes(window: Window, zone: tzinfo) -> Iterator[datetime]:
    """The instants inside *window* from which another offset holds; no zone changes twice within a day."""
    before = window.since
    while before < window.until:
        after = min(before + DAY, window.until)
        if _offset(before, zone) != _offset(after, zone):
            change = _change(before, after, zone)
            if change < window.until:
                yield change
        before = after


def _change(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The first whole second in (*before*, *after*] at which the offset of *after* holds."""
    offset = _offset(after, zone)
    before = before.replace(microsecond=0)
    after = after.replace(microsecond=0) + (_EXACT if after.microsecond else timedelta(0))
    while after - before > _EXACT:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if _offset(middle, zone) == offset:
            after = middle
        else:
            before = middle
    return after


def _offset(instant: datetime, zone: tzinfo) -> timedelta:
    found = instant.astimezone(zone).utcoffset()
    assert found is not None
    return found
