"""The Overview: what a leader reads with coffee, on one screen. Six numbers of the week, what is new, what stands out, and the trend."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

from pipeline.marts.advice_model import SLOTS
from pipeline.marts.model import Bridge, Marts, Tile
from pipeline.marts.talk_model import TalkMarts
from pipeline.outputs.dashboard.advice_cards import CardView, cards
from pipeline.outputs.dashboard.advice_who import Souls
from pipeline.outputs.dashboard.filters import Words
from pipeline.outputs.dashboard.lines import Line, Names, share
from pipeline.outputs.figures import compact, number, people, signed

NIGHT_LINES: Final = 10
CARDS: Final = 3
WEEK: Final = "7d"

Trend = Literal["up", "down", "same", "unknown"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar: `share` in hundredths of the whole, beginning at `start`."""

    key: str
    count: str
    start: int
    share: int


@dataclass(frozen=True, slots=True)
class TileView:
    """A number of the week with its change against the week before; `parts` is what it is a part of, if that is shown."""

    label: str
    value: str
    exact: str
    hint: str
    href: str
    trend: Trend
    change: str
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A week of the trend: its days, its last day, what was earned, and how high that is in hundredths of the best week."""

    days: str
    until: str
    value: str
    exact: str
    height: int
    is_last: bool
    is_best: bool


class OverviewPage:
    """What the template lays out."""

    def __init__(self, marts: Marts, words: Words) -> None:
        self._marts = marts
        self._words = words

    @cached_property
    def tiles(self) -> tuple[TileView, ...]:
        """Six numbers; where there is no Discord, two of the game instead of its two."""
        if not self._marts.members:
            return ()
        kept, talk = {tile.key: tile for tile in self._marts.tiles}, self._marts.talk
        skilling = replace(kept["ehp"], label="EHP", hint="efficient skilling hours")
        bossing = replace(kept["ehb"], label="EHB", hint="efficient boss hours")
        game = (_tile(skilling, "#skills"), _tile(kept["kills"], "#bosses"))
        return (
            self._members(kept["members"]),
            self._taking_part(),
            self._earned(),
            _tile(bossing, "#bosses"),
            *((_messages(talk), _answered(talk)) if talk else game),
        )

    @cached_property
    def news(self) -> tuple[Line, ...]:
        """The first lines of what is new since last night."""
        return self._lines[:NIGHT_LINES]

    @property
    def more_news(self) -> tuple[Line, ...]:
        """The other lines, folded away."""
        return self._lines[NIGHT_LINES:]

    @cached_property
    def _lines(self) -> tuple[Line, ...]:
        names = Names(self._marts)
        return tuple(names.line(line) for line in self._marts.since_last_night.lines)

    @cached_property
    def cards(self) -> tuple[CardView, ...]:
        """What stands out most."""
        return cards(self._marts, Souls(self._marts))[:CARDS]

    @property
    def more_cards(self) -> int:
        """How many more cards there are."""
        return max(0, len(self._marts.advice.open_cards) - CARDS)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The weeks with their days, oldest first, without those before the first look."""
        weeks = known_weeks(self._marts.weeks)
        best = max((week.same_members for week in weeks), default=0)
        last = len(weeks) - 1
        first_best = next((place for place, week in enumerate(weeks) if week.same_members == best), None)
        return tuple(
            Column(
                self._words.span(week.window),
                self._words.span(week.window).rsplit("–", maxsplit=1)[-1].strip(),
                compact(week.same_members),
                number(week.same_members),
                share(week.same_members, best),
                is_last=place == last,
                is_best=place == first_best,
            )
            for place, week in enumerate(weeks)
        )

    def weeks(self) -> list[tuple[str, Bridge]]:
        """The same as rows of a table."""
        return [(self._words.span(week.window), week) for week in known_weeks(self._marts.weeks)]

    def trend_said(self) -> str:
        """This week beside the weeks before, in a sentence."""
        weeks = [week.same_members for week in known_weeks(self._marts.weeks)]
        *before, now = weeks
        usual = sorted(before)[len(before) // 2]
        if not usual:
            return f"Members earned {compact(now)} XP this week."
        percent = round(100 * (now - usual) / usual)
        if not percent:
            return f"Members earned {compact(now)} XP this week, as in a usual week."
        word = "more" if percent > 0 else "less"
        return f"Members earned {compact(now)} XP this week: {abs(percent)} % {word} than in the usual one of these weeks ({compact(usual)})."

    def _members(self, tile: Tile) -> TileView:
        trend, change = _change(tile.value, tile.before, "members")
        return TileView(
            "Members",
            number(tile.value),
            f"{number(tile.value)} of {SLOTS}",
            f"of {SLOTS} slots",
            "#members",
            trend,
            change,
        )

    def _taking_part(self) -> TileView:
        """How many people take part; the other two are told as parts of the same bar."""
        states = [verdict.state for verdict in self._marts.advice.inactivity.verdicts]
        if not states:
            return TileView("Active", "–", "–", "nobody was judged yet", "#members", "unknown", "")
        counts = {
            "active": states.count("active"),
            "inactive": states.count("inactive"),
            "unknown": states.count("unknown"),
        }
        parts, start = [], 0
        told = 0
        for key, count in counts.items():
            told += count
            end = round(100 * told / len(states))
            parts.append(Part(key, number(count), start, end - start))
            start = end
        before = self._marts.history.weeks[-2:-1]
        then = sum(person.state == "active" for person in before[0].people) if before else None
        trend, change = _change(counts["active"], then, "members")
        rest = f"{number(counts['inactive'])} inactive, {number(counts['unknown'])} unknown"
        exact = f"{number(counts['active'])} of {people(len(states))}"
        return TileView("Active", number(counts["active"]), exact, rest, "#members", trend, change, tuple(parts))

    def _earned(self) -> TileView:
        week, before = self._marts.bridge, known_weeks(self._marts.weeks)[-2:-1]
        if not (week.total_start or week.total_end):
            return TileView("XP earned", "–", "–", "no week to compare yet", "#skills", "unknown", "")
        trend, change = _change(week.same_members, before[0].same_members if before else None, "experience")
        hint = f"by the {number(week.same_count)} who stayed"
        return TileView(
            "XP earned", compact(week.same_members), number(week.same_members), hint, "#skills", trend, change
        )


def known_weeks(weeks: Sequence[Bridge]) -> list[Bridge]:
    """*weeks* without those before the first look."""
    return [week for week in weeks if week.total_start or week.total_end]


def _messages(talk: TalkMarts) -> TileView:
    count, writers = talk.totals.get(WEEK, 0), talk.people.get(WEEK, 0)
    before = talk.weeks[-2].messages if len(talk.weeks) > 1 else None
    trend, change = _change(count, before, "messages")
    return TileView(
        "Messages", number(count), number(count), f"by {people(writers)} in Discord", "#activity", trend, change
    )


def _answered(talk: TalkMarts) -> TileView:
    """Which share of the week's questions was answered within a day."""
    label, href, week = "Answered in a day", "#helpers", talk.response[WEEK]
    if not talk.is_heard(talk.heat[WEEK].window):
        return TileView(label, "–", "–", "Discord withholds what was asked", href, "unknown", "")
    if not week.ripe:
        return TileView(label, "–", "–", "no question is a day old", href, "unknown", "")
    percent = round(100 * week.within_day / week.ripe)
    hint = f"{number(week.within_day)} of {number(week.ripe)} questions"
    before = talk.weeks[-2] if len(talk.weeks) > 1 else None
    if before is None or not before.asked or not talk.is_heard(before.window):
        return TileView(label, f"{percent} %", hint, hint, href, "unknown", "")
    moved = percent - round(100 * before.within_day / before.asked)
    if not moved:
        return TileView(label, f"{percent} %", hint, hint, href, "same", "as the week before")
    points = f"{signed(number(moved), moved)} pts"
    return TileView(label, f"{percent} %", hint, hint, href, "up" if moved > 0 else "down", f"{points} week on week")


def _tile(tile: Tile, href: str) -> TileView:
    trend, change = _change(tile.value, tile.before, tile.unit)
    return TileView(tile.label, _text(tile.value, tile.unit), number(tile.value), tile.hint, href, trend, change)


def _text(value: int | float | None, unit: str) -> str:
    if value is None:
        return "–"
    if unit == "experience":
        return compact(value)
    return number(round(value)) if unit == "hours" and value >= 100 else number(value)


def _change(value: int | float | None, before: int | float | None, unit: str) -> tuple[Trend, str]:
    """The change in words: absolute for people, in per cent for everything else."""
    if value is None:
        return "unknown", "not known yet"
    if before is None:
        return "unknown", ""
    moved = value - before
    if not moved:
        return "same", "as the week before"
    trend: Trend = "up" if moved > 0 else "down"
    if unit == "members" or not before:
        return trend, f"{signed(_text(moved, unit), moved)} week on week"
    percent = round(100 * moved / before)
    if not percent:
        return "same", "about as before"
    return trend, f"{signed(number(percent), percent)} % week on week"
