"""The page Helpers, worked out: who answers, who waits, who greets newcomers, and whom to thank."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pipeline.domain.metrics import metric_for
from pipeline.marts.model import Marts
from pipeline.marts.talk_model import Helper, Question, TalkMarts, Welcome
from pipeline.outputs.dashboard.who import Folk, Who
from pipeline.outputs.figures import discord_link, hashed, lasting, number, people, plural
from pipeline.outputs.unknown import WHO_CAME, what_was_asked

PERIODS: Final = ("30d", "90d")
MONTH: Final = "30d"
WELCOMES: Final = "90d"
_WITHHELD: Final = "Not known: Discord withholds what is written."
BOARD: Final = 15
WAITING: Final = 20
NEWCOMERS: Final = 12
ENOUGH: Final = 10
"""Below this a share of questions is told as counts, not in per cent."""


@dataclass(frozen=True, slots=True)
class HelpTile:
    """A number with what it counts."""

    label: str
    value: str
    hint: str


@dataclass(frozen=True, slots=True)
class HelperRow:
    """A row of the board; `share` of the first's people helped, in hundredths."""

    place: int
    who: Who
    helped: str
    answers: str
    wait: str
    share: int


@dataclass(frozen=True, slots=True)
class HelperBoard:
    """The helpers of a period."""

    key: str
    label: str
    rows: tuple[HelperRow, ...]
    more: int


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A question without an answer: where, whose, since when, about what, and the way there."""

    channel: str
    thread: str | None
    asker: Who
    asked_at: datetime
    age: str
    about: str
    url: str | None


@dataclass(frozen=True, slots=True)
class NewcomerRow:
    """A newcomer, who greeted them first (None: nobody), and how soon."""

    who: Who
    joined_at: datetime
    greeter: Who | None
    after: str


@dataclass(frozen=True, slots=True)
class Thanks:
    """Whom to thank, and for what."""

    who: Who
    what: str


class HelpersPage:
    """The parts of the page, from one night."""

    def __init__(self, marts: Marts, talk: TalkMarts, folk: Folk) -> None:
        self._marts = marts
        self._talk = talk
        self._folk = folk
        self._metrics = {metric.key: metric for metric in marts.metrics}
        self._unknown = what_was_asked(talk, marts.clan.time_zone)

    def answer(self) -> str:
        """Who helps and who waits, in a sentence or two."""
        month, waiting = self._talk.response[MONTH], len(self._talk.unanswered)
        if not month.asked:
            return self._unknown or "Nobody asked anything in the last 30 days."
        helpers = self._talk.helpers[MONTH]
        answers = sum(helper.answers for helper in helpers)
        verb = "waits" if waiting == 1 else "wait"
        told = f"In the last 30 days {people(len(helpers))} answered {plural(answers, 'question')}"
        if not waiting:
            return f"{told}. {self._unknown or 'None has waited for more than a day.'}"
        return " ".join(filter(None, (f"{told}; {number(waiting)} still {verb} for an answer.", self._unknown)))

    def tiles(self) -> list[HelpTile]:
        """How fast questions are answered, and how newcomers fare."""
        return [*self._answers(), self._waits(), self._greetings()]

    def _answers(self) -> list[HelpTile]:
        month = self._talk.response[MONTH]
        return [
            HelpTile(
                "Answered within a day",
                _share(month.within_day, month.ripe),
                f"{number(month.within_day)} of {plural(month.ripe, 'question')} of 30 days; open ones of the last day not counted"
                if month.ripe
                else self._otherwise("no question in 30 days"),
            ),
            HelpTile(
                "Typical wait",
                "–" if month.median is None else lasting(month.median),
                f"half of {plural(month.answered, 'answer')} in 30 days came sooner"
                if month.answered
                else self._otherwise("no answer yet"),
            ),
        ]

    def _waits(self) -> HelpTile:
        label, waiting = "Waiting now", len(self._talk.unanswered)
        if not waiting and self._unknown:
            return HelpTile(label, "–", self._otherwise(""))
        return HelpTile(label, number(waiting), "asked in the last 30 days, no answer for over a day")

    def _greetings(self) -> HelpTile:
        label, welcomes = "Newcomers greeted", self._talk.welcomes
        if not welcomes:
            nobody = "nobody new in 90 days" if self._talk.identities.members_listed else "who came is not known"
            return HelpTile(label, "–", nobody)
        greeted = sum(welcome.welcomed_at is not None for welcome in welcomes)
        counts = f"{number(greeted)} of {plural(len(welcomes), 'newcomer')} of 90 days"
        return HelpTile(label, _share(greeted, len(welcomes)), counts)

    def _otherwise(self, none: str) -> str:
        """*none* where it is known that there is none."""
        if self._unknown is None:
            return none
        return _WITHHELD if self._talk.withheld_since is not None else self._unknown

    def nothing_waits(self) -> str:
        """What stands where no question waits."""
        return self._otherwise("Nothing to do: no question of the last 30 days waits for an answer.")

    def nobody_helped(self) -> str:
        """What stands for an empty board."""
        return self._otherwise("Nobody answered a question in this time.")

    def nobody_came(self) -> str:
        """What stands where there is no newcomer."""
        return "Nobody came to Discord in the last 90 days." if self._talk.identities.members_listed else WHO_CAME

    def thanks(self) -> list[Thanks]:
        """The best helpers of the month and the best greeter, so that somebody says it aloud."""
        told = [
            Thanks(
                self._folk.who(row.person_id, row.name),
                f"answered {plural(row.answers, 'question')} of {_different(row.helped)}",
            )
            for row in self._talk.helpers[MONTH]
            if row.place <= 3
        ][:3]
        greeters = [speaker for speaker in self._talk.speakers if speaker.welcomes.get(WELCOMES)]
        if greeters:
            best = max(greeters, key=lambda speaker: speaker.welcomes[WELCOMES])
            count = best.welcomes[WELCOMES]
            told.append(
                Thanks(
                    self._folk.who(best.person_id, best.name),
                    f"was the first to greet {plural(count, 'newcomer')} in 90 days",
                )
            )
        return told

    def boards(self) -> list[HelperBoard]:
        """The board of each period."""
        return [self._board(key) for key in PERIODS]

    def waiting(self) -> tuple[list[WaitingRow], int]:
        """Questions that wait, and how many more there are."""
        waiting = self._talk.unanswered
        kinds = {channel.channel_id: channel.kind for channel in self._talk.channels}
        shown = [
            self._waiting(question, hashed(question.channel, kinds.get(question.channel_id, "text")))
            for question in waiting[:WAITING]
        ]
        return shown, max(0, len(waiting) - WAITING)

    def newcomers(self) -> tuple[list[NewcomerRow], int]:
        """Newcomers, and how many more there are."""
        welcomes = self._talk.welcomes
        return [self._newcomer(welcome) for welcome in welcomes[:NEWCOMERS]], max(0, len(welcomes) - NEWCOMERS)

    def unsure(self) -> int:
        """Accounts that somebody should look at."""
        return len(self._talk.identities.unsure)

    def _board(self, key: str) -> HelperBoard:
        helpers = self._talk.helpers[key]
        most = helpers[0].helped if helpers else 0
        shown = tuple(self._row(helper, most) for helper in helpers[:BOARD])
        return HelperBoard(key, self._marts.periods[key].label, shown, max(0, len(helpers) - BOARD))

    def _row(self, helper: Helper, most: int) -> HelperRow:
        return HelperRow(
            helper.place,
            self._folk.who(helper.person_id, helper.name),
            number(helper.helped),
            number(helper.answers),
            "–" if helper.median is None else lasting(helper.median),
            max(1, 100 * helper.helped // most) if most else 0,
        )

    def _waiting(self, question: Question, channel: str) -> WaitingRow:
        names = [(self._metrics.get(key) or metric_for(key)).name for key in question.metrics]
        return WaitingRow(
            channel,
            question.thread,
            self._folk.who(question.person_id, question.asker),
            question.asked_at,
            lasting((self._marts.as_of - question.asked_at).total_seconds()),
            ", ".join(names),
            discord_link(question.url),
        )

    def _newcomer(self, welcome: Welcome) -> NewcomerRow:
        greeted = welcome.welcomed_at
        return NewcomerRow(
            self._folk.who(welcome.person_id, welcome.name),
            welcome.joined_at,
            self._folk.named(welcome.welcomed_by) if welcome.welcomed_by else None,
            "" if greeted is None else lasting((greeted - welcome.joined_at).total_seconds()),
        )


def _share(part: int, whole: int) -> str:
    """In per cent where there are enough to, else as counts."""
    if not whole:
        return "–"
    return f"{(200 * part + whole) // (2 * whole)} %" if whole >= ENOUGH else f"{part} of {whole}"


def _different(count: int) -> str:
    return "one person" if count == 1 else f"{number(count)} different people"
