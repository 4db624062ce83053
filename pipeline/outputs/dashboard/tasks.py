"""What a leader may want to do about Discord, in sentences."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.marts.talk_model import TalkMarts
from pipeline.outputs.dashboard.heat import clock, habit, zone_words
from pipeline.outputs.figures import hashed, number, plural
from pipeline.outputs.unknown import what_was_asked

_HELPERS: Final = "#helpers"
_WHO: Final = "#todo/identities"


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do, in a sentence that may start with a `name`; `href` is where it is done, if on a page."""

    name: str
    text: str
    href: str


def tasks(talk: TalkMarts, zone: str, hours: tuple[tuple[int, ...], ...]) -> list[Task]:
    """Everything there is to do, most pressing first; *hours* are messages by weekday and hour of *zone*."""
    return [
        *_withheld(talk, zone), *_waiting(talk), *_ungreeted(talk), *_unsure(talk), *_unreadable(talk),
        *_best_hour(hours, zone),
    ]  # fmt: skip


def _withheld(talk: TalkMarts, zone: str) -> Iterator[Task]:
    unknown = what_was_asked(talk, zone)
    if unknown is not None:
        yield Task("", unknown, "")


def _waiting(talk: TalkMarts) -> Iterator[Task]:
    waiting = Counter((question.channel_id, question.channel) for question in talk.unanswered)
    kinds = {channel.channel_id: channel.kind for channel in talk.channels}
    for (channel_id, name), count in waiting.most_common(2):
        word = "question that has" if count == 1 else "questions that have"
        where = hashed(name, kinds.get(channel_id, "text"))
        yield Task(where, f" has {number(count)} {word} waited for more than a day.", _HELPERS)


def _ungreeted(talk: TalkMarts) -> Iterator[Task]:
    missed = sum(welcome.welcomed_at is None for welcome in talk.welcomes)
    if missed:
        verb = "was" if missed == 1 else "were"
        yield Task("", f"{plural(missed, 'newcomer')} of the last 90 days {verb} greeted by nobody yet.", _HELPERS)


def _unsure(talk: TalkMarts) -> Iterator[Task]:
    unsure = len(talk.identities.unsure)
    if unsure:
        verb = "needs" if unsure == 1 else "need"
        yield Task("", f"{plural(unsure, 'Discord account')} {verb} a look: nobody is sure whose.", _WHO)


def _unreadable(talk: TalkMarts) -> Iterator[Task]:
    for channel in talk.channels:
        if channel.access == "no_history":
            name = hashed(channel.name, channel.kind)
            yield Task(name, " is not counted: the bot lacks Read Message History there.", "")


def _best_hour(hours: tuple[tuple[int, ...], ...], zone: str) -> Iterator[Task]:
    told = habit(hours)
    if told:
        hour = f"{told.peak_day} {clock(told.peak_hour)} ({zone_words(zone)})"
        yield Task("", f"A good time for news is {hour}: no hour of the week has more messages.", "")
