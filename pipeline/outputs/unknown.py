"""What of Discord nobody can know, in the same words in the workbook and on the pages: "no data" is never "no activity"."""

from typing import Final
from zoneinfo import ZoneInfo

from pipeline.marts.talk_model import PerPeriod, TalkMarts

_NOT_LISTED: Final = "Discord has not listed the server's members yet (Server Members Intent)"

WHO_IS_THERE: Final = f"{_NOT_LISTED}: who is in Discord is not known."
WHO_CAME: Final = f"{_NOT_LISTED}: who came to Discord is not known."


def what_was_asked(talk: TalkMarts, zone: str) -> str | None:
    """Since when nobody knows what was asked, by the days of *zone*; None where nothing was withheld."""
    return _withheld("What was asked", talk, zone)


def what_was_said_in_game(talk: TalkMarts, zone: str) -> str | None:
    """The same of clan chat: who a bot repeats stands in its text."""
    return _withheld("What was said in clan chat", talk, zone)


def heard(talk: TalkMarts, counts: PerPeriod, period: str) -> int | None:
    """A count of questions, answers or clan chat in *period*; none is 0 only where Discord withheld nothing."""
    return counts.get(period, 0 if talk.is_heard(talk.heat[period].window) else None)


def _withheld(what: str, talk: TalkMarts, zone: str) -> str | None:
    if talk.withheld_since is None:
        return None
    day = talk.withheld_since.astimezone(ZoneInfo(zone))
    return f"{what} since {day.day} {day:%b} is not known: Discord withholds what is written (Message Content Intent)."
