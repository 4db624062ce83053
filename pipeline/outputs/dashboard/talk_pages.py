"""The Discord half of the pages: Activity, Helpers and a strip on the Overview. None where no Discord is set up."""

from dataclasses import dataclass
from typing import Final

from pipeline.marts.model import Marts
from pipeline.marts.talk_model import TalkMarts
from pipeline.outputs.dashboard.activity import ActivityPage
from pipeline.outputs.dashboard.filters import Words, number, people
from pipeline.outputs.dashboard.helping import HelpersPage
from pipeline.outputs.dashboard.who import Folk
from pipeline.outputs.unknown import what_was_asked

WEEK: Final = "7d"


@dataclass(frozen=True, slots=True)
class Fact:
    """A number of the week with its word; `href` is where more stands."""

    word: str
    value: str
    note: str
    href: str


@dataclass(frozen=True, slots=True)
class TalkPages:
    """What the templates ask for Discord; `unknown` says since when nobody knows what was asked, if so."""

    activity: ActivityPage
    helpers: HelpersPage
    week: tuple[Fact, ...]
    unknown: str | None


def talk_pages(marts: Marts, words: Words) -> TalkPages | None:
    """The pages of *marts*."""
    talk = marts.talk
    if talk is None:
        return None
    folk = Folk(marts, talk)
    unknown = what_was_asked(talk, marts.clan.time_zone)
    activity, helpers = ActivityPage(marts, talk, words, folk), HelpersPage(marts, talk, folk)
    return TalkPages(activity, helpers, tuple(_week(talk)), unknown)


def _week(talk: TalkMarts) -> list[Fact]:
    """The week in Discord, in at most four numbers, without those that nobody can know."""
    response, waiting = talk.response[WEEK], len(talk.unanswered)
    chat = talk.clan_chat.get(WEEK, 0)
    writers = talk.people.get(WEEK, 0)
    facts = [Fact("Messages", number(talk.totals.get(WEEK, 0)), f"by {people(writers)}", "#activity")]
    is_heard = talk.is_heard(talk.heat[WEEK].window)
    if talk.clan_chat and is_heard:
        facts.append(Fact("Lines of clan chat", number(chat), "in the game", "#activity"))
    if response.ripe and is_heard:
        answered = f"{number(response.within_day)} of {number(response.ripe)}"
        facts.append(Fact("Answered within a day", answered, "questions", "#helpers"))
    if waiting or talk.withheld_since is None:
        facts.append(Fact("Waiting for an answer", number(waiting), _questions(waiting), "#helpers"))
    return facts


def _questions(count: int) -> str:
    return f"{'question' if count == 1 else 'questions'} of the last 30 days"
