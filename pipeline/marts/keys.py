"""The keys of what there is to do: the same every night for the same kind and person, so that a decision finds its entry again."""

from pipeline.domain.decisions import EntryKind, entry_key, identify_key
from pipeline.marts.advice_model import Advice, Card, HeldSlot, Milestone, RankLine, Soul, Verdict
from pipeline.marts.talk_model import Question, RoleGap, TalkMarts, UnsureLine


def of_removal(verdict: Verdict) -> str:
    """Somebody who is away."""
    return entry_key("remove", verdict.person_id)


def of_slot(slot: HeldSlot) -> str:
    """An account that cannot come back."""
    return entry_key("slot", slot.player_id)


def of_role(gap: RoleGap) -> str:
    """A role in Discord that the game does not bear out."""
    return entry_key("role", gap.account_id, gap.discord_role)


def of_rank(line: RankLine) -> str:
    """Somebody and a rank: another rank is another matter."""
    return entry_key("rank" if line.note == "above" else "promote", line.person_id, line.rank)


def of_question(question: Question) -> str:
    """A question that waits."""
    return entry_key("answer", question.message_id)


def of_doubt(line: UnsureLine) -> str:
    """An account, and whose it may be first of all: once that one is rejected, the next guess is a matter of its own."""
    best = next(iter(line.guesses), None)
    return entry_key("identify", line.account_id) if best is None else identify_key(best.player_id, line.account_id)


def of_card(card: Card) -> str:
    """A card of what stands out."""
    return entry_key("card", card.id)


def of_person(kind: EntryKind, soul: Soul) -> str:
    """A kind word to somebody."""
    return entry_key(kind, soul.person_id)


def of_milestone(milestone: Milestone) -> str:
    """Congratulations to a member."""
    return entry_key("milestone", milestone.player_id)


def of_all(advice: Advice, talk: TalkMarts | None) -> frozenset[str]:
    """The keys of everything that *advice* and *talk* would have somebody do, whatever was decided about it."""
    staying = advice.retention
    found = [
        *map(of_removal, (verdict for verdict in advice.inactivity.verdicts if verdict.state == "inactive")),
        *map(of_slot, advice.inactivity.held),
        *map(of_rank, (*advice.promotions.due, *advice.promotions.above)),
        *map(of_card, advice.cards),
        *(of_person("thank", each.who) for each in staying.thanks),
        *(of_person("drift", each.who) for each in staying.drifting),
        *(of_person("return", each.who) for each in staying.returners),
        *(of_person("star", each.who) for each in staying.stars),
        *map(of_milestone, advice.milestones),
    ]
    if talk is not None:
        who = talk.identities
        found += [*map(of_role, who.role_gaps), *map(of_question, talk.unanswered), *map(of_doubt, who.unsure)]
    return frozenset(found)
