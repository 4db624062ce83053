"""When officers are missed most, in the same words in the workbook and on the pages."""

from collections.abc import Sequence
from typing import Final

from pipeline.marts.talk_model import WatchHour

SPAN: Final = 3
FEWEST: Final = 15
"""Days of talk in an hour, below which nothing is said of it; as the card about missing officers asks of its spans."""


def when_missed(watch: Sequence[WatchHour], zone: str) -> tuple[str, str] | None:
    """The answer and what to do about it (empty: nothing), None where no officer is known or nobody wrote.

    It names the three hours with the smallest share of days with an officer, of those in which members write often.
    """
    if not any(hour.talked for hour in watch):
        return None
    spans = [[watch[(first + step) % 24] for step in range(SPAN)] for first in range(24)]
    busy = [(first, span) for first, span in enumerate(spans) if all(each.talked >= FEWEST for each in span)]
    if not busy:
        return "Members write too seldom at any hour to say when officers are missed.", ""
    first, span = min(busy, key=lambda entry: (_share(entry[1]), entry[0]))
    percent = round(100 * _share(span))
    usual = round(100 * _share(watch))
    when = f"{first:02}:00 to {(first + SPAN) % 24:02}:00 ({zone})"
    answer = f"From {when} an officer is there in {percent} % of the hours in which members write; over the whole day in {usual} %."
    if percent * 2 > usual:
        return answer, ""
    return answer, "Ask somebody who is awake then to help, or make one of them an officer."


def _share(hours: Sequence[WatchHour]) -> float:
    talked = sum(each.talked for each in hours)
    return sum(each.covered for each in hours) / talked if talked else 1.0
