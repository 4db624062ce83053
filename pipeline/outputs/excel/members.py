"""The sheet Members: one row for each person of the clan, main and alts together, in the clan's own rank order.

What the dashboard's page of the same name shows stands first and is printed; more of everybody is folded away behind a "+".
"""

from typing import Final

from pipeline.domain.names import role_name
from pipeline.marts.model import Person
from pipeline.outputs.advice_words import STATES
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.formats import GREEN_SOFT
from pipeline.outputs.excel.member_groups import groups
from pipeline.outputs.excel.rules import age, bars, unknown, where
from pipeline.outputs.excel.sheet import Column, Sheet, Table
from pipeline.outputs.member_words import account

NO_MEMBERS: Final = "The clan has no members yet. They appear here the night after Wise Old Man knows them."

_NOTE: Final = (
    "Main and alts count together. # is the clan's own rank order: sort by it to come back. A + above a column opens more. Hatched: "
    "nobody knows. A name opens its page at Wise Old Man."
)
_VERDICTS: Final = (where('[verdict]="Inactive"', "warn"), where('[verdict]="Unknown"', "faded"))
_DUE: Final = (where('RIGHT([next],5)=": due"', "good"),)


def members_sheet(answers: Answers) -> Sheet:
    """Everybody in the clan."""
    first = page_columns(answers)
    columns = (*first, *groups(answers))
    table = Table("Members", "", columns, answers.marts.people, NO_MEMBERS, printed=(len(first), None))
    return Sheet("Members", _NOTE, (table,), frozen=2)


def page_columns(answers: Answers) -> tuple[Column[Person], ...]:
    """The columns of the dashboard's page, in its order; those of Discord and of the ladder only where there is one."""
    a, gold, green = answers, (bars(), unknown()), (bars(GREEN_SOFT), unknown())
    talks, climbs = a.marts.talk is not None, bool(a.marts.advice.promotions.ladder)
    return (
        Column("rank", "Rank", lambda p: role_name(p.role), width=11),
        Column("name", "Name", lambda p: a.linked(p.player_ids[0]), "name_link", 14),
        Column("account", "Account", lambda p: account(p.type), width=10),
        Column("verdict", "Verdict", lambda p: STATES[p.state] if p.state else None, width=10, rules=_VERDICTS),
        Column("last_gain", "Last gain", lambda p: p.last_gain_at, "day", rules=(unknown(), age())),
        *([Column[Person]("last_word", "Last word", lambda p: p.last_word_at, "day", rules=(unknown(), age()))] * talks),
        Column("xp_7d", "XP 7d", lambda p: p.xp, "count", 12, gold),
        Column("ehp_7d", "EHP 7d", lambda p: _in_units(a, "ehp", p.ehp), "hours", 8, green),
        Column("ehb_7d", "EHB 7d", lambda p: _in_units(a, "ehb", p.ehb), "hours", 8, green),
        Column("top_boss", "Top boss 7d", lambda p: a.metric_name(p.top_boss), width=14),
        *([Column[Person]("messages_7d", "Messages 7d", lambda p: p.messages, "count", 8, green)] * talks),
        Column("joined", "Joined", lambda p: p.joined_at, "day", rules=(where('[join_source]="WOM"', "faded"),)),
        *([Column[Person]("next", "Next promotion", next_promotion, width=20, rules=_DUE)] * climbs),
        Column("seen", "Seen", lambda p: p.seen_at, "day", rules=(where('[seen_lately]="no"', "warn"),)),
    )  # fmt: skip


def next_promotion(person: Person) -> str | None:
    """The rank that comes next: due, or the first of what is missing and how much more there is."""
    coming = person.ahead
    if coming is None:
        return None
    rank = role_name(coming.rank)
    if coming.is_due or not coming.missing:
        return f"{rank}: due" if coming.is_due else rank
    more = f" +{len(coming.missing) - 1}" if len(coming.missing) > 1 else ""
    return f"{rank}: {coming.missing[0]}{more}"


def _in_units(answers: Answers, key: str, value: int | None) -> int | float | None:
    return None if value is None else answers.in_units(key, value)
