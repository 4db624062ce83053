"""What needs no test, for it was counted: questions that wait, gaps in what is known, alerts of the clan's own."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from pipeline.marts.advice_model import Evidence, Together
from pipeline.marts.clan_facts import ClanFacts
from pipeline.marts.facts import of_clan
from pipeline.marts.formulas import compile_formula
from pipeline.marts.insights.model import Finding
from pipeline.marts.model import Freshness, Marts
from pipeline.marts.rules import Alert, Rules
from pipeline.marts.talk_model import TalkMarts
from pipeline.marts.wording import listed, plural

MANY_WAIT: Final = 3
UNSEEN: Final = 0.1
"""Share of members not looked at lately that is worth a card."""

STRANGE: Final = 0.15
"""Share of members without a known Discord account that is worth a card."""

WAITING: Final = "unanswered"
QUALITY: Final = "quality:"
"""Keys of what does not pass by itself: once it is no longer true, somebody did something about it."""

_SEASON: Final = timedelta(days=90)


def counted(marts: Marts, rules: Rules) -> Iterator[Finding]:
    """Everything counted of a night."""
    yield from _unseen(marts.freshness, rules)
    if marts.talk is not None:
        yield from _waiting(marts.talk)
        yield from _strangers(marts, marts.talk, rules)
        yield from _withheld(marts.talk)
    yield from _together(marts.advice.together)
    yield from _alerts(marts, rules)


def _waiting(talk: TalkMarts) -> Iterator[Finding]:
    waiting = talk.unanswered
    if len(waiting) < MANY_WAIT:
        return
    rooms = Counter(question.channel for question in waiting).most_common(3)
    month = talk.response["30d"]
    yield Finding(
        WAITING,
        "Questions wait for an answer",
        f"{plural(len(waiting), 'question')} of the last 30 days got no answer for more than a day, "
        f"most of them in {listed([f'#{name}' for name, _ in rooms[:2]])}.",
        "questions",
        "high" if len(waiting) * 4 >= max(1, month.asked) else "medium",
        min(1.0, len(waiting) / max(1, month.asked)),
        "Answer them, or ask somebody who knows: the page Helpers leads there.",
        tuple(Evidence(f"In #{name}", f"{number:,}") for name, number in rooms),
        counted=True,
        touches="a month’s questions",
        flips_if=f"Fewer than {MANY_WAIT} questions that wait for more than a day.",
    )


def _unseen(fresh: Freshness, rules: Rules) -> Iterator[Finding]:
    if not fresh.members or fresh.unseen < UNSEEN * fresh.members:
        return
    yield Finding(
        f"{QUALITY}unseen",
        "Wise Old Man does not look at everybody",
        f"{fresh.unseen:,} of {plural(fresh.members, 'member')} were not looked at for {plural(rules.look_at_age_days, 'day')}: "
        "nobody can know whether they play.",
        "quality",
        "high" if fresh.unseen * 3 >= fresh.members else "medium",
        fresh.unseen / fresh.members,
        "Set WOM_VERIFICATION_CODE, so that they are looked at every night, or ask them to install the Wise Old Man plugin.",
        (Evidence("Not seen", f"{fresh.unseen:,} of {fresh.members:,}"),),
        lasts=_SEASON,
        counted=True,
        flips_if=f"Looks at more than {1 - UNSEEN:.0%} of the members.",
    )


def _strangers(marts: Marts, talk: TalkMarts, rules: Rules) -> Iterator[Finding]:
    strange, unsure = len(talk.identities.only_clan), len(talk.identities.unsure)
    people = len({member.person_id for member in marts.members})
    if not people or strange < STRANGE * people:
        return
    alone = (
        "the game alone tells whether they take part"
        if rules.game_alone
        else "nobody can know whether those of them who rest in the game are away"
    )
    hint = f", and {plural(unsure, 'account')} may be theirs" if unsure else ""
    yield Finding(
        f"{QUALITY}strangers",
        "Some members have no known Discord account",
        f"Of {plural(strange, 'person', 'people')} of {people:,} no Discord account is known{hint}: {alone}.",
        "quality",
        "medium" if strange * 3 >= people else "low",
        strange / people,
        "Say whose with uv run clanstats identities, or write them as [[person]] into clan.toml.",
        (Evidence("Without an account", f"{strange:,} of {people:,}"), Evidence("Accounts to look at", f"{unsure:,}")),
        lasts=_SEASON,
        counted=True,
        flips_if=f"A known account of more than {1 - STRANGE:.0%} of the people.",
    )


def _withheld(talk: TalkMarts) -> Iterator[Finding]:
    if talk.withheld_since is None:
        return
    yield Finding(
        f"{QUALITY}withheld",
        "Discord withholds what is written",
        "The bot sees that people write, but not whether they ask: questions, answers and clan chat are not known.",
        "quality",
        "high",
        1.0,
        "Switch the Message Content Intent on in Discord's developer portal.",
        lasts=_SEASON,
        counted=True,
        touches="what is written",
        flips_if="The intent, switched on: the next nights read the texts again.",
    )


def _together(together: Together) -> Iterator[Finding]:
    if not together.strongest:
        return
    yield Finding(
        "together",
        "What goes together in this clan",
        " ".join(f"{pair.sentence.rstrip('.')}." for pair in together.strongest),
        "together",
        "low",
        0.0,
        "It does not say what causes what, but events that join the two are a good bet.",
        tuple(
            Evidence(
                f"{pair.first} and {pair.second}",
                f"{pair.cell.rho:+.2f} ({pair.cell.low:+.2f} to {pair.cell.high:+.2f})",
            )
            for pair in together.strongest
        ),
        confidence=together.confidence,
        flips_if="Another month in which other things go together, or nothing does.",
    )


def _alerts(marts: Marts, rules: Rules) -> Iterator[Finding]:
    advice = marts.advice
    metrics = {metric.key: metric for metric in marts.metrics}
    facts = ClanFacts(
        advice.inactivity, advice.promotions, advice.formulas, marts.periods, metrics, marts.roster, marts.talk,
        marts.freshness.data_until,
    )  # fmt: skip
    for alert in rules.alerts:
        formula = compile_formula(alert.when, of_clan(rules.formulas))
        if formula.value(facts):
            told = {name: facts[name] for name in sorted(formula.names)}
            yield _alert(alert, {name: value for name, value in told.items() if value is not None})


def _alert(alert: Alert, told: dict[str, float]) -> Finding:
    return Finding(
        f"alert:{alert.name}",
        alert.name,
        f"The clan's own alert is on: {alert.when}.",
        "alert",
        alert.severity,
        0.0,
        alert.advice,
        tuple(Evidence(name.replace("_", " "), f"{value:,.1f}".removesuffix(".0")) for name, value in told.items()),
        lasts=_SEASON,
        counted=True,
        flips_if=f"The night on which this is no longer true: {alert.when}.",
    )
