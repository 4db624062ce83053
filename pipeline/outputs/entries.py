"""What there is to do, entry by entry, in the same words in the workbook and on the page To do: about whom, since when, why, what shows
it, what would change it, what to do, and what was decided about it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from pipeline.domain.decisions import EntryKind, kind_of
from pipeline.domain.names import role_name
from pipeline.domain.window import DAY
from pipeline.marts import keys
from pipeline.marts.advice_model import (
    LATELY,
    Card,
    Decision,
    Drift,
    HeldSlot,
    Milestone,
    RankLine,
    Soul,
    Thanks,
    Verdict,
)
from pipeline.marts.model import Marts
from pipeline.marts.rules import Severity
from pipeline.marts.talk_model import Question, RoleGap, TalkMarts, UnsureLine
from pipeline.marts.wording import listed
from pipeline.outputs.advice_words import confidence_word, percent
from pipeline.outputs.figures import compact, hashed, lasting, number, plural
from pipeline.outputs.retention_words import CROWDS

TITLES: Final = 2
"""Milestones told of one member."""

Subject = HeldSlot | RoleGap | Verdict | RankLine | Question | UnsureLine | Thanks | Soul | Milestone | Card
"""The line of the marts that an entry is about."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to do. `key` is the same every night; `what` says in a few words what it is, `about` stands behind the name.

    `player_id` is an account in the clan, if it is about one; `flips_if` is what would change it. `decided` is what an officer decided.
    """

    key: str
    what: str
    severity: Severity
    who: str
    player_id: int | None
    about: str
    since: datetime | None
    is_new: bool
    reason: str
    proof: str
    flips_if: str
    suggestion: str
    subject: Subject
    decided: Decision | None = None

    @property
    def kind(self) -> str:
        """What sort of entry it is."""
        return kind_of(self.key)

    @property
    def is_open(self) -> bool:
        """Whether there is something to do tonight: no decision keeps it off the list."""
        return self.decided is None or not self.decided.silences


class Docket:
    """All entries of a night, those that a decision keeps off the list among them."""

    def __init__(self, marts: Marts) -> None:
        self._marts = marts
        self._members = {member.player_id for member in marts.members}
        self._mains = {person.person_id: person.player_ids[0] for person in marts.people}
        self._decided = {decision.key: decision for decision in marts.advice.decisions}

    def everything(self) -> tuple[Entry, ...]:
        """Section after section in the order of what presses, the cards last."""
        return (
            *self.security(), *self.absences(), *self.promotions(), *self.above(), *self.questions(), *self.identities(),
            *self.people(), *self.cards(),
        )  # fmt: skip

    def security(self) -> Iterator[Entry]:
        """Roles of the clan that people hold who are not in it, and slots that are held for nothing."""
        for gap in self._gaps():
            if gap.kind != "differs":
                yield self._leaver(gap)
        for slot in self._marts.advice.inactivity.held:
            yield self._slot(slot)

    def absences(self) -> Iterator[Entry]:
        """Who has been away for too long; whom officers excused stands at the end."""
        told, silenced = self._marts.advice.inactivity, self._marts.advice.silenced
        listed_ids = {verdict.person_id for verdict in told.purge}
        excused = [v for v in told.verdicts if v.person_id not in listed_ids and keys.of_removal(v) in silenced]
        for verdict in (*told.purge, *excused):
            if verdict.state == "inactive":
                yield self._away(verdict)

    def promotions(self) -> Iterator[Entry]:
        """Who has earned a rank; of those that should wait only whom officers let wait."""
        for line in self._marts.advice.promotions.due:
            if not line.waits or keys.of_rank(line) in self._decided:
                yield self._promotion(line)

    def above(self) -> Iterator[Entry]:
        """Who stands above what the ladder gives."""
        for line in self._marts.advice.promotions.above:
            yield self._above(line)

    def questions(self) -> Iterator[Entry]:
        """Questions that wait."""
        for question in self._talk().unanswered if self._marts.talk else ():
            yield self._question(question)

    def identities(self) -> Iterator[Entry]:
        """Accounts that leave a doubt, and roles that do not fit the rank in the game."""
        for line in self._talk().identities.unsure if self._marts.talk else ():
            yield self._unsure(line)
        for gap in self._gaps():
            if gap.kind == "differs":
                yield self._differs(gap)

    def people(self) -> Iterator[Entry]:
        """Thanks first, then those who need a word, group by group."""
        told = self._marts.advice.retention
        for each in told.thanks:
            yield self._word("thank", each.who, "; ".join(each.reasons), each)
        for drift in told.drifting:
            yield self._word("drift", drift.who, habit(drift), drift.who)
        for returner in told.returners:
            words = f"after {plural(returner.days, 'day')} away"
            yield self._word("return", returner.who, words, returner.who, returner.back_at)
        for star in told.stars:
            yield self._word("star", star.who, star.text, star.who)
        for soul, what, newest in reached(self._marts):
            yield self._word("milestone", soul, what, newest, newest.by_at)

    def cards(self) -> Iterator[Entry]:
        """What stands out."""
        for card in self._marts.advice.cards:
            yield self._card(card)

    def _talk(self) -> TalkMarts:
        assert self._marts.talk is not None
        return self._marts.talk

    def _gaps(self) -> Sequence[RoleGap]:
        return self._talk().identities.role_gaps if self._marts.talk else ()

    def _is_new(self, since: datetime | None) -> bool:
        """Whether it came after the last night."""
        last = self._marts.since_last_night.since
        return since is not None and last is not None and since > last

    def _member(self, player_id: int | None) -> int | None:
        return player_id if player_id in self._members else None

    def _leaver(self, gap: RoleGap) -> Entry:
        left = gap.kind == "left"
        why = f"{gap.player} left the clan" if left else "Nobody of the clan is known by this account"
        key = keys.of_role(gap)
        return Entry(
            key,
            "Take a role away",
            "high",
            gap.account,
            None,
            gap.discord_role,
            gap.since,
            self._is_new(gap.since),
            reason=f"{why}, and the account still has the role {gap.discord_role}.",
            proof=f"The role stands for {role_name(gap.expected)} in clan.toml." if gap.expected else "",
            flips_if="They join again." if left else "Knowing who it is: a [[person]] in clan.toml.",
            suggestion="Take the role away." if left else "Find out who this is, or take the role away.",
            subject=gap,
            decided=self._decided.get(key),
        )

    def _slot(self, slot: HeldSlot) -> Entry:
        text = slot.text.removeprefix(slot.name).strip()
        key = keys.of_slot(slot)
        return Entry(
            key,
            "Free a slot",
            "high",
            slot.name,
            self._member(slot.player_id),
            role_name(slot.role),
            slot.since,
            self._is_new(slot.since),
            reason=f"The account {text}" if text else slot.text,
            proof="Wise Old Man's own word on the account.",
            flips_if="The status changes there."
            if slot.status != "archived"
            else "Nothing: the old name is gone for good.",
            suggestion="Remove it from the clan: the slot is held for nothing.",
            subject=slot,
            decided=self._decided.get(key),
        )

    def _away(self, verdict: Verdict) -> Entry:
        days = silence(verdict)
        accounts = len(verdict.player_ids)
        more = f", {plural(accounts, 'account')}" if accounts > 1 else ""
        key = keys.of_removal(verdict)
        return Entry(
            key,
            "Remove from the clan",
            "medium",
            verdict.name,
            self._member(next(iter(verdict.player_ids), None)),
            f"{role_name(verdict.role)}{more}",
            verdict.since,
            verdict.is_new,
            reason=f"No sign of life for {days}; {number(verdict.threshold_days)} are allowed.",
            proof=verdict.proof,
            flips_if=verdict.flips_if,
            suggestion="Ask once, then remove.",
            subject=verdict,
            decided=self._decided.get(key),
        )

    def _promotion(self, line: RankLine) -> Entry:
        rank = role_name(line.rank)
        key = keys.of_rank(line)
        return Entry(
            key,
            f"Promote to {rank}",
            "medium",
            line.name,
            self._member(line.player_id),
            f"{role_name(line.role)} → {rank}",
            line.since,
            line.is_new,
            reason=f"Has fulfilled everything that {rank} takes.",
            proof=" · ".join(line.proof),
            flips_if="Falling below one of these numbers, or another rule in clan.toml.",
            suggestion=f"Promote to {rank}.",
            subject=line,
            decided=self._decided.get(key),
        )

    def _above(self, line: RankLine) -> Entry:
        rank, role = role_name(line.rank), role_name(line.role)
        key = keys.of_rank(line)
        return Entry(
            key,
            "Look at a rank",
            "low",
            line.name,
            self._member(line.player_id),
            f"{role}, by the ladder {rank}",
            line.since,
            line.is_new,
            reason=f"Is {role}, and the ladder gives {rank}.",
            proof=" · ".join((*line.proof, *(shortfall.text for shortfall in line.missing))),
            flips_if="Fulfilling what the rank takes, or another rule in clan.toml.",
            suggestion="Keep them where they are, or move them down.",
            subject=line,
            decided=self._decided.get(key),
        )

    def _question(self, question: Question) -> Entry:
        channel = hashed(question.channel, "text")
        key = keys.of_question(question)
        return Entry(
            key,
            "Answer a question",
            "medium",
            question.asker,
            self._mains.get(question.person_id or 0),
            channel if question.thread is None else f"{channel} › {question.thread}",
            question.asked_at,
            self._is_new(question.asked_at + DAY),
            reason=f"Asked {age(self._marts, question)} ago, and nobody has replied.",
            proof="A question by its form; what it says is not kept.",
            flips_if="A reply to it by anybody else.",
            suggestion="Answer it, or call somebody who knows.",
            subject=question,
            decided=self._decided.get(key),
        )

    def _unsure(self, line: UnsureLine) -> Entry:
        best = next(iter(line.guesses), None)
        others = [guess.player for guess in line.guesses[1:]]
        key = keys.of_doubt(line)
        return Entry(
            key,
            f"Is this {best.player}?" if best else "Say whose account it is",
            "low",
            line.account,
            None,
            f"may be {best.player}" if best else "",
            None,
            is_new=False,
            reason="Nobody knows for sure whose account this is.",
            proof=". ".join(filter(None, (best.why if best else "", f"Others: {', '.join(others)}" if others else ""))),
            flips_if="Their own word, or a [[person]] in clan.toml.",
            suggestion="Ask them, then tie the two."
            if best
            else "Ask them, then write it into clan.toml as a [[person]].",
            subject=line,
            decided=self._decided.get(key),
        )

    def _differs(self, gap: RoleGap) -> Entry:
        rank = role_name(gap.rank or "")
        key = keys.of_role(gap)
        return Entry(
            key,
            "Make role and rank agree",
            "low",
            gap.player or gap.account,
            None,
            gap.discord_role,
            gap.since,
            is_new=False,
            reason=f"In the game {rank}, but the Discord role stands for {role_name(gap.expected)}.",
            proof=f"The account {gap.account} has the role {gap.discord_role}.",
            flips_if="The rank in the game, or the role, changes.",
            suggestion="Change one of the two.",
            subject=gap,
            decided=self._decided.get(key),
        )

    def _word(self, kind: EntryKind, soul: Soul, reason: str, subject: Subject, since: datetime | None = None) -> Entry:
        words = WORDS[kind]
        key = keys.of_milestone(subject) if isinstance(subject, Milestone) else keys.of_person(kind, soul)
        return Entry(
            key,
            words.what,
            "low",
            soul.name,
            self._member(soul.player_id),
            words.about,
            since,
            is_new=False,
            reason=reason,
            proof=words.proof,
            flips_if=words.flips_if,
            suggestion=words.suggestion,
            subject=subject,
            decided=self._decided.get(key),
        )

    def _card(self, card: Card) -> Entry:
        last = self._marts.advice.last_night
        key = keys.of_card(card)
        return Entry(
            key,
            card.title,
            card.severity,
            names(card.who),
            None,
            "",
            card.created_at,
            is_new=last is not None and card.created_at > last,
            reason=card.text,
            proof=sureness(card),
            flips_if=card.flips_if,
            suggestion=card.recommendation or "Nothing: it is good to know.",
            subject=card,
            decided=self._decided.get(key),
        )


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a kind of kind word: in a few words, behind the name, what it rests on, what would change it, what to do."""

    what: str
    about: str
    proof: str
    flips_if: str
    suggestion: str


WORDS: Final[dict[EntryKind, Words]] = {
    "thank": Words(
        "Thank",
        "to thank",
        "Counted over the last seven days: answers, greetings, contests and milestones.",
        "Another week begins.",
        "Say thank you where everybody reads it.",
    ),
    "drift": Words(
        "Ask how they are",
        "slipping away",
        "The last two weeks beside the ten before them; of all who are named so, one in twenty may be chance.",
        "Two weeks as they used to have them.",
        CROWDS["drifting"].advice,
    ),
    "return": Words(
        "Welcome back",
        "back again",
        "No sign of life before it, and one since.",
        "They fall silent again.",
        CROWDS["returners"].advice,
    ),
    "star": Words(
        "Give them something to do",
        "on the rise",
        "The last 30 days beside everybody else’s, or beside their own pace before.",
        "A month in which others do more.",
        CROWDS["stars"].advice,
    ),
    "milestone": Words(
        "Congratulate",
        "reached something",
        "Seen between two looks of the last seven days.",
        "Nothing: it was reached.",
        "Congratulate them where everybody can read it.",
    ),
}

NAMES: Final = 40
"""People named in a sentence; more are counted."""


def names(souls: Iterable[Soul]) -> str:
    """The first of *souls*, and how many more there are."""
    everybody = [soul.name for soul in souls]
    more = len(everybody) - NAMES
    return ", ".join(everybody[:NAMES]) + (f" and {more:,} more" if more > 0 else "")


def sureness(card: Card) -> str:
    """How sure it is: the word, the number behind it, and the numbers behind that."""
    number = "counted" if card.confidence >= 1 else percent(card.confidence)
    evidence = "; ".join(f"{fact.label}: {fact.value}" for fact in card.evidence)
    return f"{confidence_word(card.confidence)} ({number}). {evidence}".strip()


def silence(verdict: Verdict) -> str:
    """For how long somebody has been away."""
    return "a long time" if verdict.idle_days is None else plural(verdict.idle_days, "day")


def age(marts: Marts, question: Question) -> str:
    """For how long a question waits."""
    return lasting((marts.as_of - question.asked_at).total_seconds())


def habit(drift: Drift) -> str:
    """4.20M XP a week, by habit 31.0M."""
    unit = "XP" if drift.unit == "experience" else drift.unit
    return f"{compact(round(drift.lately))} {unit} a week, by habit {compact(round(drift.habit))}"


def reached(marts: Marts) -> Iterator[tuple[Soul, str, Milestone]]:
    """Who crossed what in the last seven days."""
    return by_member(marts, [m for m in marts.advice.milestones if m.by_at > marts.as_of - LATELY])


def by_member(marts: Marts, crossed: Iterable[Milestone]) -> Iterator[tuple[Soul, str, Milestone]]:
    """Who *crossed* what: a line a member, those with the newest first."""
    persons = {member.player_id: member.person_id for member in marts.members}
    newest_first = sorted(crossed, key=lambda m: -m.by_at.timestamp())
    order = {player_id: place for place, player_id in reversed(list(enumerate(m.player_id for m in newest_first)))}
    for player_id, group in groupby(sorted(newest_first, key=lambda m: order[m.player_id]), key=lambda m: m.player_id):
        mine = list(group)
        titles = [m.title for m in mine[:TITLES]]
        if len(mine) > TITLES:
            titles.append(f"{len(mine) - TITLES} more")
        yield Soul(persons.get(player_id, player_id), player_id, mine[0].player), listed(titles), mine[0]
