"""Contests of the clan: two over, one under way with two metrics, one to come with teams."""

from dataclasses import dataclass

from pipeline.demo.instants import DAY, HOUR
from pipeline.demo.names import HOSTILE_TITLE
from pipeline.demo.script import Calendar


@dataclass(frozen=True, slots=True)
class Contest:
    """A competition as WOM keeps it; `teams` is empty for a classic one."""

    id: int
    title: str
    metrics: tuple[str, ...]
    starts_at: int
    ends_at: int
    created_at: int
    score: int
    teams: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """WOM's word for it."""
        return "team" if self.teams else "classic"


def _at_four(at: int) -> int:
    return at // DAY * DAY + 4 * HOUR


def contests(calendar: Calendar, *, hostile: bool) -> tuple[Contest, ...]:
    """The contests of a clan whose history is *calendar*."""
    now, week = calendar.now, 7 * DAY
    over, recent = _at_four(calendar.ago(38, 0.8)), _at_four(calendar.ago(12, 0.6))
    running, coming = _at_four(now - 4 * DAY), _at_four(now + 5 * DAY)
    title = HOSTILE_TITLE if hostile else "Skill of the Week: Slayer"
    return (
        Contest(301, title, ("slayer",), over, over + week, over - 5 * DAY, 80),
        Contest(
            302, "Boss Week: Zulrah & Vorkath", ("zulrah", "vorkath"), running, running + week, running - 5 * DAY, 130
        ),
        Contest(303, "Wick vs Flame (teams)", ("ehp",), coming, coming + week, now - 2 * DAY, 50, ("Wick", "Flame")),
        Contest(304, "Wicked Derby", ("ehb",), recent, recent + week, recent - 5 * DAY, 60, ("Wick", "Flame")),
    )
