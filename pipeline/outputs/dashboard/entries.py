"""The entries of To do as the page shows them: open ones in sections, each with a message to send, then what was decided."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.domain.names import confirmation, role_name
from pipeline.marts.advice_model import Decision, HeldSlot, RankLine, Verdict
from pipeline.marts.model import Marts
from pipeline.marts.talk_model import Question, RoleGap, UnsureLine
from pipeline.marts.wording import Calendar
from pipeline.outputs import entries as shared
from pipeline.outputs.dashboard.advice_who import Souls
from pipeline.outputs.dashboard.messages import Messages
from pipeline.outputs.dashboard.who import Who
from pipeline.outputs.decision_words import decided_words, outcome
from pipeline.outputs.entries import Docket, silence
from pipeline.outputs.figures import discord_link
from pipeline.outputs.unknown import what_was_asked

HEAD: Final = 6
"""Entries of a section that are shown at once; the others are folded away."""

SHOWN: Final = 50
"""Entries of a section in the page; the workbook has all of them."""

WORDS: Final = 6
"""Kind words of one sort."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to do, with what the page adds: `message` is ready to be copied, `url` leads to where it is done, called `way`;
    `command` does it. `decided` says what was decided about it, and what became of that, or nothing.
    """

    told: shared.Entry
    who: Who
    message: str
    decided: str = ""
    url: str = ""
    way: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Entries of a kind, by the name of their heading. `nothing` is said where there are none; `sheet` has those left out."""

    anchor: str
    title: str
    question: str
    nothing: str
    entries: tuple[Entry, ...]
    more: int
    sheet: str

    @property
    def count(self) -> int:
        """All of them."""
        return len(self.entries) + self.more

    @property
    def head(self) -> tuple[Entry, ...]:
        """Those that are shown at once: the first few, or all where one more would not matter."""
        return self.entries if len(self.entries) <= HEAD + 2 else self.entries[:HEAD]

    @property
    def folded(self) -> tuple[Entry, ...]:
        """The others."""
        return self.entries[len(self.head) :]


@dataclass(frozen=True, slots=True)
class Ruled:
    """A decision as the page tells it. `is_odd`: it cannot act, or not as it was written."""

    who: Who
    what: str
    words: str
    at: datetime
    note: str
    became: str
    is_odd: bool


class Entries:
    """All entries of a night, section by section, and what was decided."""

    def __init__(self, marts: Marts) -> None:
        self._marts = marts
        self._souls = Souls(marts)
        self._messages = Messages(marts)
        self._docket = Docket(marts)
        self._calendar = Calendar(ZoneInfo(marts.clan.time_zone), marts.as_of)

    def sections(self) -> tuple[Section, ...]:
        """The sections in the order of what presses: security, slots, ranks, questions, who is who, kind words."""
        found = [
            self._section(
                "security", "Dead accounts and security", "Who has a role or a slot and should not?",
                "Nothing to do: nobody who left has a role, and no slot is held for nothing.",
                self._docket.security(), "Identities",
            ),
            self._section(
                "inactivity", "Away for too long", "Who could be removed?",
                "Nothing to do: nobody has been away for longer than the clan allows.",
                self._docket.absences(), "Inactivity",
            ),
            self._section(
                "promotions", "Promotions", "Who has earned a higher rank?",
                "Nothing to do: everybody has the rank they have earned.", self._docket.promotions(), "Promotions",
            ),
        ]  # fmt: skip
        if self._marts.talk:
            found += [
                self._section(
                    "questions", "Unanswered questions", "Who waits for an answer?",
                    what_was_asked(self._marts.talk, self._marts.clan.time_zone)
                    or "Nothing to do: no question of the last 30 days waits for more than a day.",
                    self._docket.questions(), "Helpers",
                ),
                self._section(
                    "identities", "Who is who", "Whose Discord account is it?",
                    "Nothing to do: no account leaves a doubt, and every role fits the rank in the game.",
                    self._docket.identities(), "Identities",
                ),
            ]  # fmt: skip
        found.append(
            self._section(
                "people", "People to thank, congratulate or ask", "Who would be glad of a word?",
                "Nothing to do: nobody stood out this week. A kind word to anybody is never wrong.",
                _a_few_of_each(self._docket.people()), "To do",
            )
        )  # fmt: skip
        return tuple(found)

    def ruled(self) -> tuple[Ruled, ...]:
        """What officers decided, the latest first."""
        return tuple(self._ruled(decision) for decision in self._marts.advice.decisions[:SHOWN])

    def _ruled(self, decision: Decision) -> Ruled:
        who = self._souls.account(decision.player_id, decision.who)
        words, became = decided_words(decision, self._calendar), outcome(decision)
        return Ruled(who, decision.what, words, decision.decided_at, decision.note, became, bool(decision.conflict))

    def _section(
        self, anchor: str, title: str, question: str, nothing: str, entries: Iterable[shared.Entry], sheet: str
    ) -> Section:
        found = [entry for entry in entries if entry.is_open]
        shown = tuple(self._entry(entry) for entry in found[:SHOWN])
        return Section(anchor, title, question, nothing, shown, max(0, len(found) - SHOWN), sheet)

    def _entry(self, told: shared.Entry) -> Entry:
        who = self._souls.account(told.player_id, told.who)
        decided = self._decided(told.decided) if told.decided else ""
        match told.subject:
            case Question() as question:
                url = discord_link(question.url)
                return Entry(told, who, self._answer(question, url), decided, url or "", "Open")
            case UnsureLine() as line:
                return Entry(told, who, self._ask(line), decided, command=_command(line))
            case _:
                return Entry(told, who, self._message(told, who), decided)

    def _decided(self, decision: Decision) -> str:
        when = self._calendar.day(decision.decided_at)
        said = f"Decided on {when}: {decided_words(decision, self._calendar)}."
        return " ".join(filter(None, (said, decision.note and f"“{decision.note}”", outcome(decision))))

    def _message(self, told: shared.Entry, who: Who) -> str:
        say = self._messages
        match told.subject:
            case RoleGap(kind="differs") as gap:
                return say.fits_not(gap.account_id, gap.discord_role, role_name(gap.rank or ""))
            case RoleGap() as gap:
                left = (
                    f"{gap.player} left the clan."
                    if gap.kind == "left"
                    else "Nobody of the clan is known by this account."
                )
                return say.take_role(gap.account_id, gap.discord_role, left)
            case HeldSlot() as slot:
                return say.remove(slot.name, f"The account {slot.text.removeprefix(slot.name).strip()}")
            case Verdict() as verdict:
                return say.still_there(who, silence(verdict))
            case RankLine() as line:
                return say.promote(who, role_name(line.rank), role_name(line.role))
            case _:
                return self._word(told, who)

    def _word(self, told: shared.Entry, who: Who) -> str:
        say = self._messages
        words = {
            "thank": lambda: say.thank(who, told.reason),
            "drift": lambda: say.how_are_you(who),
            "return": lambda: say.welcome_back(who),
            "star": lambda: say.give_a_task(who),
            "milestone": lambda: say.congratulate(who, told.reason),
        }
        return words[told.kind]()

    def _answer(self, question: Question, url: str | None) -> str:
        age = shared.age(self._marts, question)
        return self._messages.answer(question.asker, question.account_id, question.channel_id, age, url)

    def _ask(self, line: UnsureLine) -> str:
        best = next(iter(line.guesses), None)
        return self._messages.who_are_you(line.account_id, best.player if best else None)


def _command(line: UnsureLine) -> str:
    best = next(iter(line.guesses), None)
    return (confirmation(best.player, line.account_id) if best else None) or ""


def _a_few_of_each(entries: Iterable[shared.Entry]) -> Iterator[shared.Entry]:
    """All thanks, and the first few open ones of the other sorts."""
    found = [entry for entry in entries if entry.is_open]
    for kind in dict.fromkeys(entry.kind for entry in found):
        yield from islice((entry for entry in found if entry.kind == kind), None if kind == "thank" else WORDS)
