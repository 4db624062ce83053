"""The Discord half of the pages: Activity and Helpers. None where no Discord is set up."""

from dataclasses import dataclass

from pipeline.marts.model import Marts
from pipeline.outputs.dashboard.activity import ActivityPage
from pipeline.outputs.dashboard.filters import Words
from pipeline.outputs.dashboard.helping import HelpersPage
from pipeline.outputs.dashboard.who import Folk


@dataclass(frozen=True, slots=True)
class TalkPages:
    """What the templates ask for Discord."""

    activity: ActivityPage
    helpers: HelpersPage


def talk_pages(marts: Marts, words: Words) -> TalkPages | None:
    """The pages of *marts*."""
    talk = marts.talk
    if talk is None:
        return None
    folk = Folk(marts, talk)
    return TalkPages(ActivityPage(marts, talk, words, folk), HelpersPage(marts, talk, folk))
