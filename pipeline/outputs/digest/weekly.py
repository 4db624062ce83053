"""What a week brought: where the clan's experience came from, who shone, who helped, who came and went, and what is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.domain.metrics import OVERALL
from pipeline.domain.window import TICK
from pipeline.marts.advice_model import Todo
from pipeline.marts.model import Bridge, Marts, RosterKind, RosterLine
from pipeline.marts.wording import plural
from pipeline.outputs import bridge_words
from pipeline.outputs.digest.names import Shy, few
from pipeline.outputs.digest.pieces import LINES, TODO, Section, new_cards, section, standing_out, tasks, trouble
from pipeline.outputs.entries import by_member
from pipeline.outputs.figures import compact, number, people

WEEK: Final = "7d"
FIRST: Final = 3
_MOVES: Final = frozenset({"joined", "left"})
_DUE: Final = frozenset({"promote", "drift"})
"""What a week is a good time for; the rest of To do is counted."""


@dataclass(frozen=True, slots=True)
class WeekNews:
    """What a message about a week says. `is_quiet`: nothing happened that is worth one."""

    days: str
    headline: str
    since: tuple[str, ...]
    sections: tuple[Section, ...]
    trouble: str
    is_quiet: bool


def week_news(marts: Marts, shy: Shy, wrong: str = "") -> WeekNews:
    """The news of the last seven days; *wrong* is what went wrong with tonight's run."""
    bridge = marts.bridge
    is_known = bool(bridge.total_start or bridge.total_end)
    written = _written(marts)
    groups = [
        *section("Best gains", _gains(marts, shy), FIRST + 2),
        *section("Most helpful", _helpers(marts, shy), FIRST),
        *section("Congratulations", _milestones(marts, shy)),
        *_moves(marts, shy, "joined", "Welcome"),
        *_moves(marts, shy, "left", "Farewell"),
    ]
    cards, todo = new_cards(marts, shy), tasks(marts, shy)
    return WeekNews(
        days=_days(bridge),
        headline=bridge_words.headline(bridge) if is_known else "the first week.",
        since=(*(bridge_words.sentences(bridge) if is_known else ()), *written),
        sections=(*groups, *standing_out(cards), *_due(todo, shy)),
        trouble=trouble(marts, wrong),
        is_quiet=not (groups or written or (is_known and bridge.change) or cards or any(each.is_new for each in todo)),
    )


def _days(bridge: Bridge) -> str:
    """14 to 20 Nov: the whole UTC days of the week."""
    first, last = bridge.window.since, bridge.window.until - TICK
    month = "" if first.month == last.month else f" {first:%b}"
    return f"{first.day}{month} to {last.day} {last:%b}"


def _written(marts: Marts) -> list[str]:
    messages = 0 if marts.talk is None else marts.talk.totals.get(WEEK, 0)
    if marts.talk is None or not messages:
        return []
    return [f"{people(marts.talk.people.get(WEEK, 0))} wrote {plural(messages, 'message')} in Discord."]


def _gains(marts: Marts, shy: Shy) -> list[str]:
    """The best of the board; one who is not named leaves no gap."""
    names = {member.player_id: member.name for member in marts.members}
    board = [
        (names[row.player_id], row.value)
        for row in marts.boards.get(WEEK, {}).get(OVERALL, ())
        if row.player_id in names and not shy.is_one(row.player_id, names[row.player_id])
    ]
    return [f"{name}: {compact(value)} XP" for name, value in board[: FIRST + 2]]


def _helpers(marts: Marts, shy: Shy) -> list[str]:
    helpers = () if marts.talk is None else marts.talk.helpers.get(WEEK, ())
    named = [each for each in helpers if each.person_id not in shy.who.persons and not shy.is_one(None, each.name)]
    return [
        f"{each.name} answered {plural(each.answers, 'question')} of {people(each.helped)}" for each in named[:FIRST]
    ]


def _milestones(marts: Marts, shy: Shy) -> list[str]:
    told = by_member(marts, [each for each in marts.advice.milestones if each.by_at in marts.bridge.window])
    return [f"{name}: {what}" for soul, what, _newest in told for name in shy.shown([soul])]


def _moves(marts: Marts, shy: Shy, kind: RosterKind, title: str) -> list[Section]:
    """Who came or went, in the order in which they did; as in the headline, not who was gone or back again by the end."""
    moves: dict[int, list[RosterLine]] = {}
    for line in reversed(marts.roster):
        if line.kind in _MOVES and line.at in marts.bridge.window:
            moves.setdefault(line.player_id, []).append(line)
    told = [lines[0] for lines in moves.values() if lines[0].kind == lines[-1].kind == kind]
    names = [line.player for line in told if not shy.is_one(line.player_id, line.player)]
    more = len(told) - len(names[:LINES])
    return [Section(title, tuple(names[:LINES]), f"and {number(more)} more" if more else "")] if names else []


def _due(todo: Sequence[Todo], shy: Shy) -> list[Section]:
    """Promotions with their names, who drifts away as a number, and how much else there is to do."""
    due = [each for each in todo if each.kind in _DUE]
    rest = len(todo) - len(due)
    more = f"and {plural(rest, 'more thing')} on the page To do" if rest else ""
    lines = [
        f"{each.text} ({few(names, each.count)})"
        if each.kind == "promote" and (names := shy.shown(each.who))
        else each.text
        for each in due
    ]
    return [Section(TODO, tuple(lines), more)] if lines or more else []
