"""What there is to do, entry by entry: about whom, since when, why, what shows it, what would change it, and a message to send."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pipeline.domain.names import confirmation, role_name
from pipeline.domain.window import DAY
from pipeline.marts.advice_model import HeldSlot, RankLine, Verdict
from pipeline.marts.model import Marts
from pipeline.marts.talk_model import Question, RoleGap, TalkMarts, UnsureLine
from pipeline.outputs.dashboard.advice_people import groups
from pipeline.outputs.dashboard.advice_who import Souls
from pipeline.outputs.dashboard.filters import discord_link, hashed, lasting, number, plural
from pipeline.outputs.dashboard.messages import Messages
from pipeline.outputs.dashboard.who import Folk, Who
from pipeline.outputs.unknown import what_was_asked

HEAD: Final = 6
"""Entries of a section that are shown at once; the others are folded away."""

SHOWN: Final = 50
"""Entries of a section in the page; the workbook has all of them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to do. `about` stands behind the name; `flips_if` is what would change it; `message` is ready to be copied.

    `url` leads to where it is done, called `way`; `command` does it.
    """

    who: Who
    about: str
    since: datetime | None
    is_new: bool
    reason: str
    proof: str
    flips_if: str
    suggestion: str
    message: str
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


class Entries:
    """All entries of a night, section by section."""

    def __init__(self, marts: Marts) -> None:
        self._marts = marts
        self._souls = Souls(marts)
        self._messages = Messages(marts)

    def sections(self) -> tuple[Section, ...]:
        """The sections in the order of what presses: security, slots, ranks, questions, who is who, kind words."""
        talk, advice = self._marts.talk, self._marts.advice
        security = [*(self._leavers(talk) if talk else ()), *(self._slot(slot) for slot in advice.inactivity.held)]
        found = [
            _section(
                "security", "Dead accounts and security", "Who has a role or a slot and should not?",
                "Nothing to do: nobody who left has a role, and no slot is held for nothing.", security, "Identities",
            ),
            _section(
                "inactivity", "Away for too long", "Who could be removed?",
                "Nothing to do: nobody has been away for longer than the clan allows.",
                [self._away(verdict) for verdict in advice.inactivity.purge], "Inactivity",
            ),
            _section(
                "promotions", "Promotions", "Who has earned a higher rank?",
                "Nothing to do: everybody has the rank they have earned.",
                [self._promotion(line) for line in advice.promotions.ready], "Promotions",
            ),
        ]  # fmt: skip
        if talk:
            found += [
                _section(
                    "questions", "Unanswered questions", "Who waits for an answer?",
                    what_was_asked(talk, self._marts.clan.time_zone)
                    or "Nothing to do: no question of the last 30 days waits for more than a day.",
                    list(self._questions(talk)), "Unanswered",
                ),
                _section(
                    "identities", "Who is who", "Whose Discord account is it?",
                    "Nothing to do: no account leaves a doubt, and every role fits the rank in the game.",
                    list(self._identities(talk)), "Identities",
                ),
            ]  # fmt: skip
        found.append(
            _section(
                "people", "People to thank, congratulate or ask", "Who would be glad of a word?",
                "Nothing to do: nobody stood out this week. A kind word to anybody is never wrong.",
                list(self._people()), "To do",
            )
        )  # fmt: skip
        return tuple(found)

    def _is_new(self, since: datetime | None) -> bool:
        """Whether it came after the last night."""
        last = self._marts.since_last_night.since
        return since is not None and last is not None and since > last

    def _leavers(self, talk: TalkMarts) -> Iterator[Entry]:
        """Roles of the clan that people hold who are not in it."""
        for gap in talk.identities.role_gaps:
            if gap.kind != "differs":
                yield self._leaver(gap)

    def _leaver(self, gap: RoleGap) -> Entry:
        left = gap.kind == "left"
        why = f"{gap.player} left the clan" if left else "Nobody of the clan is known by this account"
        return Entry(
            Who(None, gap.account),
            gap.discord_role,
            gap.since,
            self._is_new(gap.since),
            reason=f"{why}, and the account still has the role {gap.discord_role}.",
            proof=f"The role stands for {role_name(gap.expected)} in clan.toml." if gap.expected else "",
            flips_if="They join again." if left else "Knowing who it is: a [[person]] in clan.toml.",
            suggestion="Take the role away." if left else "Find out who this is, or take the role away.",
            message=self._messages.take_role(gap.account_id, gap.discord_role, f"{why}."),
        )

    def _slot(self, slot: HeldSlot) -> Entry:
        text = slot.text.removeprefix(slot.name).strip()
        return Entry(
            self._souls.account(slot.player_id, slot.name),
            role_name(slot.role),
            slot.since,
            self._is_new(slot.since),
            reason=f"The account {text}" if text else slot.text,
            proof="Wise Old Man's own word on the account.",
            flips_if="The status changes there."
            if slot.status != "archived"
            else "Nothing: the old name is gone for good.",
            suggestion="Remove it from the clan: the slot is held for nothing.",
            message=self._messages.remove(slot.name, f"The account {text}"),
        )

    def _away(self, verdict: Verdict) -> Entry:
        days = "a long time" if verdict.idle_days is None else plural(verdict.idle_days, "day")
        accounts = len(verdict.player_ids)
        more = f", {plural(accounts, 'account')}" if accounts > 1 else ""
        who = self._souls.account(next(iter(verdict.player_ids), None), verdict.name)
        return Entry(
            who,
            f"{role_name(verdict.role)}{more}",
            verdict.since,
            verdict.is_new,
            reason=f"No sign of life for {days}; {number(verdict.threshold_days)} are allowed.",
            proof=verdict.proof,
            flips_if=verdict.flips_if,
            suggestion="Ask once, then remove.",
            message=self._messages.still_there(who, days),
        )

    def _promotion(self, line: RankLine) -> Entry:
        before, rank = role_name(line.role), role_name(line.rank)
        who = self._souls.account(line.player_id, line.name)
        return Entry(
            who,
            f"{before} → {rank}",
            line.since,
            line.is_new,
            reason=f"Has fulfilled everything that {rank} takes.",
            proof=" · ".join(line.proof),
            flips_if="Falling below one of these numbers, or another rule in clan.toml.",
            suggestion=f"Promote to {rank}.",
            message=self._messages.promote(who, rank, before),
        )

    def _questions(self, talk: TalkMarts) -> Iterator[Entry]:
        folk = Folk(self._marts, talk)
        for question in talk.unanswered:
            yield self._question(question, folk)

    def _question(self, question: Question, folk: Folk) -> Entry:
        channel = hashed(question.channel, "text")
        where = channel if question.thread is None else f"{channel} › {question.thread}"
        age = lasting((self._marts.as_of - question.asked_at).total_seconds())
        url = discord_link(question.url)
        return Entry(
            folk.who(question.person_id, question.asker),
            where,
            question.asked_at,
            self._is_new(question.asked_at + DAY),
            reason=f"Asked {age} ago, and nobody has replied.",
            proof="A question by its form; what it says is not kept.",
            flips_if="A reply to it by anybody else.",
            suggestion="Answer it, or call somebody who knows.",
            message=self._messages.answer(question.asker, question.account_id, question.channel_id, age, url),
            url=url or "",
            way="Open",
        )

    def _identities(self, talk: TalkMarts) -> Iterator[Entry]:
        for line in talk.identities.unsure:
            yield self._unsure(line)
        for gap in talk.identities.role_gaps:
            if gap.kind == "differs":
                yield self._differs(gap)

    def _unsure(self, line: UnsureLine) -> Entry:
        best = next(iter(line.guesses), None)
        command = confirmation(best.player, line.account_id) if best else None
        others = [guess.player for guess in line.guesses[1:]]
        return Entry(
            Who(None, line.account),
            f"may be {best.player}" if best else "",
            None,
            is_new=False,
            reason="Nobody knows for sure whose account this is.",
            proof=". ".join(filter(None, (best.why if best else "", f"Others: {', '.join(others)}" if others else ""))),
            flips_if="Their own word, or a [[person]] in clan.toml.",
            suggestion="Ask them, then tie the two."
            if command
            else "Ask them, then write it into clan.toml as a [[person]].",
            message=self._messages.who_are_you(line.account_id, best.player if best else None),
            command=command or "",
        )

    def _differs(self, gap: RoleGap) -> Entry:
        rank = role_name(gap.rank or "")
        return Entry(
            Who(None, gap.player or gap.account),
            gap.discord_role,
            gap.since,
            is_new=False,
            reason=f"In the game {rank}, but the Discord role stands for {role_name(gap.expected)}.",
            proof=f"The account {gap.account} has the role {gap.discord_role}.",
            flips_if="The rank in the game, or the role, changes.",
            suggestion="Change one of the two.",
            message=self._messages.fits_not(gap.account_id, gap.discord_role, rank),
        )

    def _people(self) -> Iterator[Entry]:
        """Thanks first, then those who need a word, group by group."""
        say = self._messages
        for each in self._marts.advice.retention.thanks:
            who, what = self._souls.who(each.who), "; ".join(each.reasons)
            yield _word(who, "thank", what, "Say thank you where everybody reads it.", say.thank(who, what))
        for group in groups(self._marts, self._souls):
            for told in group.shown:
                message = {
                    "drifting": say.how_are_you(told.who),
                    "returners": say.welcome_back(told.who),
                    "stars": say.give_a_task(told.who),
                    "milestones": say.congratulate(told.who, told.what),
                }[group.anchor]
                yield _word(told.who, group.anchor, told.what, group.advice, message, told.at)


_WORDS: Final = {
    "thank": (
        "to thank",
        "Counted over the last seven days: answers, greetings, contests and milestones.",
        "Another week begins.",
    ),
    "drifting": (
        "slipping away",
        "The last two weeks beside the ten before them; of all who are named so, one in twenty may be chance.",
        "Two weeks as they used to have them.",
    ),
    "returners": ("back again", "No sign of life before it, and one since.", "They fall silent again."),
    "stars": (
        "on the rise",
        "The last 30 days beside everybody else’s, or beside their own pace before.",
        "A month in which others do more.",
    ),
    "milestones": ("reached something", "Seen between two looks of the last seven days.", "Nothing: it was reached."),
}
"""By group: what stands behind the name, what it rests on, and what would change it."""


def _word(who: Who, key: str, what: str, suggestion: str, message: str, since: datetime | None = None) -> Entry:
    about, proof, flips_if = _WORDS[key]
    return Entry(
        who,
        about,
        since,
        is_new=False,
        reason=what,
        proof=proof,
        flips_if=flips_if,
        suggestion=suggestion,
        message=message,
    )


def _section(anchor: str, title: str, question: str, nothing: str, entries: Sequence[Entry], sheet: str) -> Section:
    return Section(anchor, title, question, nothing, tuple(entries[:SHOWN]), max(0, len(entries) - SHOWN), sheet)
