"""What of Discord nobody can know, in the same words in the workbook and on the pages: "no data" is never "no activity"."""

from typing import Final
from zoneinfo import ZoneInfo

from pipeline.domain.window import Window
from pipeline.marts.talk_model import PerPeriod, TalkMarts

_NOT_LISTED: Final = "Discord has not listed the server's members yet (Server Members Intent)"

_SUMS: Final = "daily sums are all that is kept of messages before"

WHO_IS_THERE: Final = f"{_NOT_LISTED}: who is in Discord is not known."
WHO_CAME: Final = f"{_NOT_LISTED}: who came to Discord is not known."


def what_was_asked(talk: TalkMarts, zone: str) -> str | None:
    """Since when nobody knows what was asked, by the days of *zone*; None where nothing was withheld.

    Of a past night: until when nobody knows any more what waited, because only daily sums of that time are kept.
    """
    month = talk.heat["30d"].window
    if talk.singly(month) != month:
        return f"Which questions waited then, and how long, is not known any more: {_SUMS} {_date(talk)}."
    return _withheld("What was asked", talk, zone)


def hours_known(talk: TalkMarts, window: Window) -> str:
    """What to add to the days of a map of hours of *window*: nothing where all of them are known."""
    return "" if talk.singly(window) == window else f" (hours are known from {_date(talk)} on)"


def what_was_said_in_game(talk: TalkMarts, zone: str) -> str | None:
    """The same of clan chat: who a bot repeats stands in its text."""
    return _withheld("What was said in clan chat", talk, zone)


def heard(talk: TalkMarts, counts: PerPeriod, period: str) -> int | None:
    """A count of questions, answers or clan chat in *period*; none is 0 only where Discord withheld nothing."""
    return counts.get(period, 0 if talk.is_heard(talk.heat[period].window) else None)


def _date(talk: TalkMarts) -> str:
    """The UTC day from which on messages are kept singly."""
    return "" if talk.singly_since is None else f"{talk.singly_since.day} {talk.singly_since:%b %Y}"


def _withheld(what: str, talk: TalkMarts, zone: str) -> str | None:
    if talk.withheld_since is None:
        return None
    day = talk.withheld_since.astimezone(ZoneInfo(zone))
    return f"{what} since {day.day} {day:%b} is not known: Discord withholds what is written (Message Content Intent)."
