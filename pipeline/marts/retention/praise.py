"""Whom to thank this week, and who is on the rise: concrete reasons only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from pipeline.domain.metrics import OVERALL, Metric, metric_for
from pipeline.marts.advice_model import Milestone, Soul, Star, Thanks
from pipeline.marts.model import CompetitionView, Highlight, Member, Period
from pipeline.marts.retention.habits import Habit, ago, within
from pipeline.marts.talk_model import TalkMarts
from pipeline.marts.wording import plural

WEEK: Final = "7d"
MONTH: Final = "30d"
MOST: Final = 8
REASONS: Final = 3
NEWCOMER_DAYS: Final = 60
STARS: Final = 5
LEAPS: Final = 3.0
"""So many times their own earlier pace makes a regular a star."""

_MEDALS: Final = {1: "won", 2: "came second in", 3: "came third in"}
_GREAT: Final = ("99 ", "200m ", "100m ", "Maxed", "Base ", "1b ", "2b ", "4b ", "5k ", "10k ")
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """What there is to thank for. `souls` are people by person, `owners` persons by player."""

    now: datetime
    souls: Mapping[int, Soul]
    owners: Mapping[int, int]
    contests: Sequence[CompetitionView]
    milestones: Sequence[Milestone]
    bosses: Sequence[Highlight]
    members: Sequence[Member]
    period: Period
    talk: TalkMarts | None


def thanks(week: Week) -> tuple[Thanks, ...]:
    """Those with the weightiest reasons first; nobody with more than three."""
    told: dict[int, list[tuple[int, str]]] = {}
    for person_id, weight, reason in _reasons(week):
        if person_id in week.souls:
            told.setdefault(person_id, []).append((weight, reason))
    ordered = sorted(
        told.items(),
        key=lambda row: (-sum(w for w, _ in row[1]), week.souls[row[0]].name.casefold(), row[0]),
    )
    return tuple(
        Thanks(
            week.souls[person_id],
            tuple(reason for _, reason in sorted(reasons, key=lambda each: -each[0])[:REASONS]),
        )
        for person_id, reasons in ordered[:MOST]
    )


def _reasons(week: Week) -> Iterator[tuple[int, int, str]]:
    """Person, weight and words of each reason."""
    if week.talk is not None:
        yield from _of_talk(week.talk)
    yield from _of_contests(week)
    yield from _of_play(week)


def _of_talk(talk: TalkMarts) -> Iterator[tuple[int, int, str]]:
    for helper in talk.helpers.get(WEEK, ()):
        if helper.place <= 3:
            people = plural(helper.helped, "person", "people")
            yield (
                helper.person_id,
                6 - helper.place,
                f"answered {plural(helper.answers, 'question')} of {people} this week",
            )
    for speaker in talk.speakers:
        greeted = speaker.welcomes.get(WEEK, 0)
        if greeted:
            yield speaker.person_id, 2 + greeted, f"was the first to greet {plural(greeted, 'newcomer')}"


def _of_contests(week: Week) -> Iterator[tuple[int, int, str]]:
    for contest in week.contests:
        if contest.state == "finished" and contest.ends_at > week.now - _WEEK:
            for row in contest.rows:
                if row.place in _MEDALS and row.player_id in week.owners:
                    yield week.owners[row.player_id], 6 - row.place, f"{_MEDALS[row.place]} {contest.title}"


def _of_play(week: Week) -> Iterator[tuple[int, int, str]]:
    for milestone in week.milestones:
        if milestone.by_at > week.now - _WEEK and milestone.title.startswith(_GREAT):
            yield week.owners.get(milestone.player_id, 0), 4, f"reached {milestone.title}"
    best = max(week.bosses, key=lambda h: (h.week_leader.value if h.week_leader else 0, h.metric), default=None)
    if best is not None and best.week_leader is not None:
        name, kills = metric_for(best.metric, "boss").name, best.week_leader.value
        yield (
            week.owners.get(best.week_leader.player_id, 0),
            2,
            f"killed {name} {plural(kills, 'time')}, more than anybody any boss",
        )
    newcomers = {member.player_id for member in week.members if member.tenure_days <= NEWCOMER_DAYS}
    gained = {
        player: gains[OVERALL].gained
        for player, gains in week.period.gains.items()
        if player in newcomers and OVERALL in gains and gains[OVERALL].gained
    }
    if gained:
        busiest = max(gained, key=lambda player: (gained[player], -player))
        yield week.owners.get(busiest, 0), 2, f"is the busiest newcomer: {gained[busiest]:,} XP this week"


def stars(
    habits: Sequence[Habit], members: Sequence[Member], month: Period, metrics: Mapping[str, Metric], today: date
) -> tuple[Star, ...]:
    """Newcomers among the clan's first five in something, then regulars far above their own pace, at most `STARS`."""
    found: dict[int, Star] = {}
    souls = {habit.who.person_id: habit.who for habit in habits}
    newcomers = {m.player_id: m for m in members if m.tenure_days <= NEWCOMER_DAYS and m.person_id in souls}
    for key, words in ((OVERALL, "XP"), ("ehb", "efficient bossing"), ("ehp", "efficient skilling")):
        ranked = sorted(
            (
                (gains[key].gained, player)
                for player, gains in month.gains.items()
                if key in gains and gains[key].gained
            ),
            key=lambda row: (-row[0], row[1]),
        )
        for place, (_, player) in enumerate(ranked[:STARS], start=1):
            member = newcomers.get(player)
            if member is not None and member.person_id not in found:
                text = f"joined {plural(member.tenure_days, 'day')} ago and is number {place} of the clan in {words} over 30 days"
                found[member.person_id] = Star(souls[member.person_id], text)
    for _, habit, times in sorted(_leaps(habits, today), key=lambda row: (-row[0], row[1].who.name.casefold())):
        found.setdefault(
            habit.who.person_id, Star(habit.who, f"gained {times:.0f} times as much in 30 days as was usual before")
        )
    return tuple(found.values())[:STARS]


def _leaps(habits: Sequence[Habit], today: date) -> Iterator[tuple[int, Habit, float]]:
    """Regulars of the clan's top tenth who gained several times their own pace of the three months before."""
    gained = {habit.who.person_id: within(habit.gained or {}, ago(today, 30), today)[1] for habit in habits}
    top = sorted(gained.values(), reverse=True)[: max(1, len(gained) // 10)]
    for habit in habits:
        mine = gained[habit.who.person_id]
        days, before = within(habit.gained or {}, ago(today, 120), ago(today, 30))
        if days >= STARS and before and mine and mine >= top[-1] and mine >= LEAPS * before / 3:
            yield mine, habit, mine / (before / 3)
