"""The sheets Bosses and Skills: who leads in each, and below it everybody in everything."""

from collections.abc import Callable
from typing import Final

from pipeline.domain.levels import TOP_LEVEL, level
from pipeline.domain.metrics import OVERALL, Kind, Metric
from pipeline.domain.names import role_name
from pipeline.marts.model import Highlight, Member
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.formats import GREEN_SOFT
from pipeline.outputs.excel.members import NO_MEMBERS
from pipeline.outputs.excel.rules import bars, heat, unknown, where
from pipeline.outputs.excel.sheet import Column, Sheet, Table, Value

_NOTE: Final = "Below the leaders stands every member's own record, for the screen; only the leaders are printed."

# The columns of all these tables share the widths of one sheet, so each table has a text where the others have one.


def bosses_sheet(answers: Answers) -> Sheet:
    """Leaders of every boss, then kill counts of every member."""
    return Sheet("Bosses", _NOTE, (_leaders(answers, "Boss", answers.marts.bosses), _kill_counts(answers)), frozen=1)


def skills_sheet(answers: Answers) -> Sheet:
    """Leaders of every skill, then levels and experience of every member."""
    tables = (_leaders(answers, "Skill", answers.marts.skills), _levels(answers), _experience(answers))
    return Sheet("Skills", _NOTE, tables, frozen=1)


def _leaders(answers: Answers, what: str, highlights: tuple[Highlight, ...]) -> Table[Highlight]:
    a, unit, units = (answers, "kills", "Kills") if what == "Boss" else (answers, "XP", "XP")
    nobody = f"Nobody in the clan is ranked in any {what.lower()} yet." if answers.marts.members else NO_MEMBERS
    columns = (
        Column[Highlight](what.lower(), what, lambda h: a.metric_name(h.metric), "name", 24),
        Column[Highlight]("week", f"{units} 7d", lambda h: a.in_units(h.metric, h.week_total), "count", 13, (bars(),)),
        Column[Highlight](
            "month", f"{units} 30d", lambda h: a.in_units(h.metric, h.month_total), "count", 13, (bars(),)
        ),
        Column[Highlight]("players", "Players 7d", lambda h: h.week_players, "count", 10, (bars(GREEN_SOFT),)),
        Column[Highlight]("leader", "Leader 7d", lambda h: a.leader(h.week_leader), "text_link", 18),
        Column[Highlight](
            "leader_week", f"Leader's {unit} 7d", lambda h: a.score(h.metric, h.week_leader), "count", 13
        ),
        Column[Highlight]("holder", f"Most {unit} ever", lambda h: a.leader(h.holder), "text_link", 18),
        Column[Highlight]("held", f"{units} ever", lambda h: a.score(h.metric, h.holder), "count", 14),
    )
    return Table(f"{what}Leaders", "", columns, highlights, nobody)


def _kill_counts(answers: Answers) -> Table[Member]:
    a, week = answers, (bars(GREEN_SOFT), unknown())
    columns = (
        *_identity(a),
        Column[Member]("ehb", "EHB", lambda m: a.held(m, "ehb"), "hours"),
        Column[Member]("ehb_7d", "EHB 7d", lambda m: a.gained(m, "7d", "ehb"), "hours", rules=week),
        Column[Member]("rank", "Rank", lambda m: role_name(m.role)),
        Column[Member]("ehb_30d", "EHB 30d", lambda m: a.gained(m, "30d", "ehb"), "hours", rules=week),
        Column[Member]("top_boss", "Top boss 7d", lambda m: a.metric_name(m.top_boss)),
        Column[Member]("ehb_90d", "EHB 90d", lambda m: a.gained(m, "90d", "ehb"), "hours", rules=week),
        *(_everybody(metric, _holder_of(a, metric.key), "small_count") for metric in _ranked(a, "boss")),
    )
    return Table("KillCounts", "Kill counts of every member", columns, a.marts.members, NO_MEMBERS)


def _levels(answers: Answers) -> Table[Member]:
    a, month = answers, (bars(), unknown())
    columns = (
        *_identity(a),
        Column[Member]("total_level", "Total level", lambda m: m.total_level, "count"),
        Column[Member](
            "ehp_7d", "EHP 7d", lambda m: a.gained(m, "7d", "ehp"), "hours", rules=(bars(GREEN_SOFT), unknown())
        ),
        Column[Member]("rank", "Rank", lambda m: role_name(m.role)),
        Column[Member]("xp_7d", "XP 7d", lambda m: a.gained(m, "7d", OVERALL), "count", rules=month),
        Column[Member]("type", "Account type", lambda m: m.type.title()),
        Column[Member]("xp_30d", "XP 30d", lambda m: a.gained(m, "30d", OVERALL), "count", rules=month),
        *(_level_of(metric) for metric in _ranked(a, "skill")),
    )
    return Table("Levels", "Levels of every member", columns, a.marts.members, NO_MEMBERS)


def _experience(answers: Answers) -> Table[Member]:
    a, month = answers, (bars(), unknown())
    columns = (
        *_identity(a),
        Column[Member]("ehp", "EHP", lambda m: a.held(m, "ehp"), "hours"),
        Column[Member](
            "ehp_30d", "EHP 30d", lambda m: a.gained(m, "30d", "ehp"), "hours", rules=(bars(GREEN_SOFT), unknown())
        ),
        Column[Member]("rank", "Rank", lambda m: role_name(m.role)),
        Column[Member]("xp_90d", "XP 90d", lambda m: a.gained(m, "90d", OVERALL), "count", rules=month),
        Column[Member]("type", "Account type", lambda m: m.type.title()),
        Column[Member]("xp", "XP", lambda m: a.held(m, OVERALL), "count"),
        *(_everybody(metric, _holder_of(a, metric.key), "short") for metric in _ranked(a, "skill")),
    )
    return Table("Experience", "Experience of every member", columns, a.marts.members, NO_MEMBERS)


def _identity(answers: Answers) -> tuple[Column[Member], Column[Member]]:
    return (
        Column("name", "Name", lambda m: answers.linked(m.player_id), "name_link"),
        Column("order", "#", lambda m: answers.order[m.player_id], "count"),
    )


def _everybody(metric: Metric, value: Callable[[Member], Value], style: str) -> Column[Member]:
    return Column(metric.key, metric.name, value, style, rules=(heat(),), upright=True)


def _level_of(metric: Metric) -> Column[Member]:
    def reached(member: Member) -> Value:
        return level(member.values[metric.key]) if metric.key in member.values else None

    rules = (where(f"[{metric.key}]={TOP_LEVEL}", "top"), heat(GREEN_SOFT))
    return Column(metric.key, metric.name, reached, "small_count", rules=rules, upright=True)


def _holder_of(answers: Answers, key: str) -> Callable[[Member], Value]:
    return lambda member: answers.held(member, key)


def _ranked(answers: Answers, kind: Kind) -> list[Metric]:
    """Metrics of *kind* in which somebody is ranked; overall has a column of its own."""
    return [
        metric
        for metric in answers.marts.metrics
        if metric.kind == kind and metric.key != OVERALL and answers.marts.standings.get(metric.key)
    ]
