"""Believable advice for the clan of `builders.a_marts`, made by hand: the same arguments give the same values, for ever.

Counted by place among the members: every fifth is away, every seventh nobody knows of, the others take part. From 12 members on there
is somebody of every sort: two accounts of one person, an exempt one, a newcomer, accounts that hold a slot for nothing.
"""

from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Final

from builders import HOSTILE_NAMES, NOW, a_marts, enrolled
from talk_builders import talking_marts

from pipeline.domain.activity import State
from pipeline.domain.decisions import kind_of
from pipeline.domain.metrics import OVERALL
from pipeline.domain.window import DAY
from pipeline.marts.advice_model import (
    Advice,
    Card,
    Category,
    Cell,
    Cohort,
    CohortCell,
    Decision,
    Drift,
    Evidence,
    FormulaBoard,
    FormulaRow,
    FunnelStep,
    HeldSlot,
    HitRate,
    Inactivity,
    Milestone,
    NextRank,
    Pair,
    Promotions,
    RankLine,
    Retention,
    Returner,
    Shortfall,
    Soul,
    Star,
    Thanks,
    Todo,
    TodoKind,
    Together,
    Upcoming,
    Verdict,
)
from pipeline.marts.model import Marts, Member
from pipeline.marts.rules import Severity
from pipeline.marts.wording import plural

LADDER: Final = ("recruit", "sergeant", "captain", "general")
FLIP: Final = "One gain, message, line of clan chat or score in a competition."

_EVIL: Final = HOSTILE_NAMES[5]


@cache
def advised_marts(members: int = 24, *, hostile_names: bool = False, talk: bool = False, now: datetime = NOW) -> Marts:
    """The night of `a_marts`, or of `talking_marts`, with advice; from 12 members on two accounts are one person's."""
    marts = (talking_marts if talk else a_marts)(members, hostile_names=hostile_names, now=now)
    if members >= 12:
        marts = replace(marts, members=_with_an_alt(marts.members))
    return enrolled(replace(marts, advice=an_advice(marts, hostile=hostile_names)))


def an_advice(marts: Marts, *, hostile: bool = False) -> Advice:
    """What a night advises the clan of *marts*; nothing at all without members."""
    if not marts.members:
        return Advice()
    advice = Advice(
        inactivity=_inactivity(marts),
        promotions=_promotions(marts, hostile),
        formulas=_formulas(marts, hostile),
        milestones=_milestones(marts),
        upcoming=_upcoming(marts, hostile),
        hit_rate=HitRate(resolved=214, inside=173, early=19, late=22),
        retention=_retention(marts, hostile),
        cards=_cards(marts, hostile),
        together=_together(hostile),
        last_night=marts.since_last_night.since,
    )
    return replace(advice, todo=_todo(advice, marts))


def soul(member: Member) -> Soul:
    """*member* as advice names them."""
    return Soul(member.person_id, member.player_id, member.name)


def a_verdict(member: Member, state: State, now: datetime, **parts: object) -> Verdict:
    """A verdict on the person of *member*; bend it by *parts*."""
    idle = {"active": 2, "inactive": 41 + member.player_id % 60, "unknown": 33}[state]
    last = now - idle * DAY
    looked_at = member.updated_at
    proof = {
        "active": "Last gain 19 Nov.",
        "inactive": "Last gain 11 Oct and last message 3 Oct. Looked at on 20 Nov.",
        "unknown": "Wise Old Man has not looked since 31 Oct. Last gain 19 Oct.",
    }[state]
    flips_if = {
        "active": "No sign of life until 19 Dec: 30 days make inactive.",
        "inactive": FLIP,
        "unknown": "A look by Wise Old Man: update the player there.",
    }[state]
    verdict = Verdict(
        person_id=member.person_id,
        player_ids=(member.player_id,),
        name=member.name,
        role=member.role,
        state=state,
        last_gain_at=last,
        last_word_at=last - 8 * DAY if state == "inactive" else None,
        last_chat_at=None,
        last_contest_at=last - 60 * DAY if member.player_id % 3 == 0 else None,
        looked_at=looked_at,
        idle_days=idle,
        threshold_days=30,
        hindrances=("not_seen",) if state == "unknown" else (),
        exempt=None,
        since=now - 11 * DAY if state == "inactive" else None,
        is_new=False,
        proof=proof,
        flips_if=flips_if,
    )
    return replace(verdict, **parts)  # type: ignore[arg-type]    # the caller's parts are checked by the type itself


def a_card(
    key: str, title: str, category: Category, severity: Severity, confidence: float, now: datetime = NOW
) -> Card:
    """A card that was first shown nine days before *now*."""
    return Card(
        id=f"{key}@20261112",
        title=title,
        text=f"{title}: seen in the last eight weeks, more than chance would give.",
        category=category,
        severity=severity,
        confidence=confidence,
        impact=0.18,
        recommendation="Try an event on that evening, and see whether it fills.",
        evidence=(Evidence("Usual day", "214 messages"), Evidence("This day", "61 messages")),
        who=(),
        created_at=now - 9 * DAY,
        expires_at=now + 19 * DAY,
        touches="a week’s messages",
        flips_if="Tuesdays with more than 60% of what other days have.",
    )


def a_decision(key: str, verdict: str = "keep", **parts: object) -> Decision:
    """What officers decided about *key* two days before `NOW`; in force, and off the list, unless *parts* say otherwise."""
    decision = Decision(
        key=key, kind=kind_of(key), verdict=verdict, what="Remove from the clan", who="Old Salt", player_id=None,
        decided_at=NOW - 2 * DAY, until=None, last_day=None, note="", reason="No sign of life for 41 days.", proof="", origin="workbook:drive/clan.xlsx",
        holds=True, silences=True, fate=None, fate_at=None, became="", conflict="",
    )  # fmt: skip
    return replace(decision, **parts)  # type: ignore[arg-type]    # the caller's parts are checked by the type itself


def _with_an_alt(members: tuple[Member, ...]) -> tuple[Member, ...]:
    """The ninth account belongs to the person of the eighth."""
    return tuple(
        replace(member, person_id=members[7].person_id) if place == 8 else member
        for place, member in enumerate(members)
    )


def _state(place: int) -> State:
    if place % 5 == 4:
        return "inactive"
    return "unknown" if place % 7 == 6 else "active"


def _inactivity(marts: Marts) -> Inactivity:
    now = marts.as_of
    verdicts: list[Verdict] = []
    for place, member in enumerate(marts.members):
        if any(each.person_id == member.person_id for each in verdicts):
            continue
        accounts = tuple(one.player_id for one in marts.members if one.person_id == member.person_id)
        verdict = a_verdict(member, _state(place), now, player_ids=accounts)
        if place == 9:
            verdict = replace(verdict, exempt="on leave until 31 Dec: exams")
        elif place == 4:
            verdict = replace(verdict, is_new=True, since=now)
        elif place == 14:
            verdict = replace(verdict, idle_days=None, last_gain_at=None, proof="No sign of life is known.")
        elif place == 13:
            verdict = replace(
                verdict,
                hindrances=("unmatched", "not_seen"),
                flips_if="Knowing their Discord account: uv run clanstats identities, or [[person]] in clan.toml.",
                proof="No Discord account is known. Last gain 2 Oct.",
            )
        verdicts.append(verdict)
    purge = [each for each in verdicts if each.state == "inactive" and not each.exempt]
    purge.sort(key=lambda each: (each.idle_days is not None, -(each.idle_days or 0)))
    held = tuple(
        HeldSlot(
            member.player_id, member.name, member.role, "archived", now - 21 * DAY,
            f"{member.name} is archived: the name went to another account, since 31 Oct.",
        )
        for member in marts.members if member.status == "archived"
    )  # fmt: skip
    return Inactivity(
        verdicts=tuple(sorted(verdicts, key=lambda each: each.name.casefold())),
        purge=tuple(purge),
        held=held,
        slots_used=len(marts.members),
        would_free=sum(len(each.player_ids) for each in purge),
    )


def _promotions(marts: Marts, hostile: bool) -> Promotions:
    members, now = marts.members, marts.as_of
    reason = f"{_EVIL} 412 points" if hostile else "412 points (300 needed)"
    due = tuple(
        RankLine(
            "due", member.person_id, member.player_id, member.name, "sergeant", "captain",
            now if place == 0 else now - (3 + place) * DAY, place == 0,
            ("in the clan for 1,204 days (365 needed)", "total level 2,104 (1,750 needed)", reason), (),
        )
        for place, member in enumerate(members[2:5])
    )  # fmt: skip
    above = tuple(
        RankLine(
            "above", member.person_id, member.player_id, member.name, "general", "sergeant", now - 40 * DAY, False,
            ("in the clan for 61 days (30 needed)",),
            (Shortfall("tenure_days", 61, 730, "669 days short"),),
        )
        for member in members[5:6]
    )  # fmt: skip
    near = tuple(
        RankLine(
            "near", member.person_id, member.player_id, member.name, "recruit", "sergeant", None, False,
            ("total level 1,204 (500 needed)",),
            (Shortfall("tenure_days", 78, 90, "12 days short"), Shortfall("zulrah", None, 50, "no Zulrah kill count known"))
            [: 1 + place % 2],
        )
        for place, member in enumerate(members[6:26])
    )  # fmt: skip
    ahead = {line.person_id: NextRank(line.rank, is_due=True) for line in due}
    ahead |= {
        line.person_id: NextRank(line.rank, is_due=False, missing=tuple(each.text for each in line.missing))
        for line in near
    }
    return Promotions(LADDER, due, above, near, tuple(soul(member) for member in members[10:12]), ahead)


def _formulas(marts: Marts, hostile: bool) -> tuple[FormulaBoard, ...]:
    rows = tuple(
        FormulaRow(place, soul(member), 1_000.5 - 3 * place) for place, member in enumerate(marts.members[:9], start=1)
    )
    return (FormulaBoard(_EVIL if hostile else "points", "xp / 1000000 + 2 * answers", rows, 3),)


def _milestones(marts: Marts) -> tuple[Milestone, ...]:
    now = marts.as_of
    return tuple(
        Milestone(
            member.player_id, member.name, "99 Fishing", "fishing", 13_034_431,
            None if place == 1 else now - (place + 1) * DAY, now - place * DAY, "both" if place == 0 else "looks",
        )
        for place, member in enumerate(marts.members[:4])
    )  # fmt: skip


def _upcoming(marts: Marts, hostile: bool) -> tuple[Upcoming, ...]:
    now = marts.as_of
    titles = (("99 Slayer", "slayer", 13_034_431), ("50M total XP", OVERALL, 50_000_000), ("500 Zulrah", "zulrah", 500))
    return tuple(
        Upcoming(
            member.player_id, member.name, f"{_EVIL} {titles[place % 3][0]}" if hostile else titles[place % 3][0],
            titles[place % 3][1], titles[place % 3][2], int(titles[place % 3][2] * 0.96), now,
            now + (2 + 4 * place) * DAY, now + (4 + 9 * place) * DAY,
            None if place == 5 else now + (9 + 17 * place) * DAY,
        )
        for place, member in enumerate(marts.members[:20])
    )  # fmt: skip


def _retention(marts: Marts, hostile: bool) -> Retention:
    members, now = marts.members, marts.as_of
    cells = (CohortCell(30, 40, 4, 0.9), CohortCell(60, 31, 9, 0.74), CohortCell(90, 0, 9, None))
    few = tuple(soul(member) for member in members[:6])
    return Retention(
        cohorts=(Cohort(None, 52, 41, cells), Cohort(date(2026, 10, 1), 6, 5, cells[:1])),
        funnel=(
            FunnelStep("joined", "Joined", 24, 24), FunnelStep("matched", "Known in Discord", 17, 24),
            FunnelStep("day_90", "Still here after 90 days", 9, 13),
        ),
        funnel_days=180,
        drifting=tuple(Drift(each, "messages", 11.5, 2.0, 0.004) for each in few[:1]),
        returners=tuple(Returner(each, 74, now - 5 * DAY) for each in few[1:2]),
        stars=tuple(Star(each, "gained 9 times as much as in the month before") for each in few[2:3]),
        thanks=tuple(
            Thanks(each, (
                ("answered 12 questions of 7 different people", "greeted 3 newcomers")[: 1 + place % 2]
                if not hostile else (_EVIL, "=1+1")
            ))
            for place, each in enumerate(few)
        ),
    )  # fmt: skip


def _cards(marts: Marts, hostile: bool) -> tuple[Card, ...]:
    now, someone = marts.as_of, tuple(soul(member) for member in marts.members[:7])
    quiet = a_card("quiet_weekday:1", _EVIL if hostile else "Tuesdays are quiet", "pattern", "medium", 0.962, now)
    alert = a_card(
        f"alert:{_EVIL} 100 %" if hostile else "alert:nearly full",
        "The clan is nearly full",
        "alert",
        "critical",
        1.0,
        now,
    )
    return (
        replace(alert, text="Only 13 of 500 slots are free.", evidence=(Evidence("Slots used", "487 of 500"),),
                recommendation=_EVIL if hostile else "Make room before the next event.", created_at=now),
        replace(a_card("fortnight:20261108", "A quiet fortnight", "anomaly", "high", 0.9991, now),
                text="In the last 14 days members gained 48 % less than in the eight weeks before.", impact=0.48),
        replace(a_card("helper:101", "A key helper is drifting away", "helpers", "high", 0.98, now), who=someone[:1],
                text="Usually 11 answers a week, in the last three weeks 2.", impact=0.22,
                recommendation="Ask them how they are, and share the work."),
        replace(quiet, evidence=(Evidence(_EVIL, "=1+1"),) if hostile else quiet.evidence),
        replace(a_card("cohort:2026-10", "October's newcomers leave early", "retention", "medium", 0.87, now), who=someone),
        replace(a_card("together:1", "Who answers questions stays longer", "together", "low", 0.95, now), recommendation=""),
    )  # fmt: skip


def _together(hostile: bool) -> Together:
    cell = Cell(0.61, 0.4, 0.77, 41, 0.0001)
    return Together(
        facts=("xp", "messages", "answers"),
        labels={"xp": "Experience", "messages": "Messages", "answers": _EVIL if hostile else "Answers"},
        cells=((None, cell, None), (cell, None, replace(cell, rho=-0.2)), (None, replace(cell, rho=-0.2), None)),
        strongest=(Pair("Experience", "Messages", cell, "Those who write more gain more."),),
    )


def _todo(advice: Advice, marts: Marts) -> tuple[Todo, ...]:
    """Lines as the night writes them, the most pressing first."""
    lines = [
        Todo("card", card.severity, card.recommendation, card.who, len(card.who), card.created_at == marts.as_of, f"#todo/{card.id}")
        for card in advice.cards
        if card.recommendation and card.severity != "low"
    ]  # fmt: skip
    due = tuple(Soul(line.person_id, line.player_id, line.name) for line in advice.promotions.due)
    gone = tuple(Soul(each.person_id, each.player_ids[0], each.name) for each in advice.inactivity.purge)
    thanked = tuple(each.who for each in advice.retention.thanks)
    if due:
        lines.append(_line("promote", "medium", f"Promote {_people(due)}.", due, "#todo/promotions", is_new=True))
    if gone:
        text = f"Remove {_people(gone)}: away for longer than the clan allows."
        lines.append(_line("remove", "medium", text, gone, "#todo/inactivity", is_new=True))
    if marts.talk is not None:
        waiting = "3 questions have waited for more than a day: answer them."
        lines.append(replace(_line("answer", "medium", waiting, (), "#helpers"), count=3))
        unsure = "Say whose 2 Discord accounts these are: uv run clanstats identities."
        lines.append(replace(_line("identify", "low", unsure, (), ""), count=2))
    lines.append(
        _line("thank", "low", f"Thank {_people(thanked)} for what they did this week.", thanked, "#todo/thanks")
    )
    return tuple(lines)


def _line(
    kind: TodoKind, severity: Severity, text: str, who: tuple[Soul, ...], href: str, *, is_new: bool = False
) -> Todo:
    return Todo(kind, severity, text, who, len(who), is_new, href)


def _people(who: tuple[Soul, ...]) -> str:
    return plural(len(who), "person", "people")
