"""Sentences about members that begin with a name, and a member's place on a board: what several pages are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pipeline.domain.metrics import Metric, metric_for
from pipeline.marts.model import Marts, NightLine, Place, RosterLine
from pipeline.outputs.figures import amount

KIND_WORDS: Final = {
    "joined": "Joined",
    "left": "Left",
    "promoted": "Promoted",
    "demoted": "Demoted",
    "role_changed": "Rank changed",
    "renamed": "Renamed",
    "status": "Status",
    "achievement": "Reached",
    "arrived": "Arrived",
    "departed": "Departed",
    "talk": "Talk",
    "waiting": "Waiting",
}

TALK_PAGES: Final = {"talk": "#activity", "waiting": "#helpers"}
"""Where the story of a line about Discord as a whole goes on."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence that starts with a name; `player_id` is None when nobody's page can be opened. `href`: the page it sums up."""

    at: datetime | None
    kind: str
    word: str
    player_id: int | None
    name: str
    rest: str
    href: str


@dataclass(frozen=True, slots=True)
class Score:
    """Somebody's place on a board; `share` of the first one's value, in hundredths."""

    place: int
    player_id: int
    name: str
    value: str
    share: int


class Names:
    """Who is called what tonight, and which metric is."""

    def __init__(self, marts: Marts) -> None:
        self._members = {member.player_id: member.name for member in marts.members}
        self._metrics = {metric.key: metric for metric in marts.metrics}
        self._talks = marts.talk is not None

    def is_member(self, player_id: int) -> bool:
        """Whether *player_id* has a page of their own."""
        return player_id in self._members

    def metric(self, key: str) -> Metric:
        """The metric *key*, known or not."""
        return self._metrics.get(key) or metric_for(key)

    def line(self, line: NightLine | RosterLine, at: datetime | None = None) -> Line:
        """*line* with its name apart, so that it can be a link."""
        name = line.player if line.player and line.text.startswith(line.player) else ""
        return Line(
            at,
            line.kind,
            KIND_WORDS[line.kind],
            line.player_id if line.player_id in self._members else None,
            name,
            line.text.removeprefix(name),
            TALK_PAGES.get(line.kind, "") if self._talks else "",
        )

    def scores(self, board: Sequence[Place], metric: Metric) -> tuple[Score, ...]:
        """*board* in words, shares counted of its first row."""
        most = board[0].value if board else 0
        return tuple(
            Score(
                row.place,
                row.player_id,
                self._members.get(row.player_id, "Somebody who left"),
                amount(row.value, metric, short=True),
                share(row.value, most),
            )
            for row in board
        )

    def score(self, row: Place | None, metric: Metric) -> Score | None:
        """One place of a board."""
        return self.scores((row,), metric)[0] if row else None


def share(value: int, most: int) -> int:
    """*value* as hundredths of *most*, at least a sliver."""
    return max(1, value * 100 // most) if most > 0 and value > 0 else 0


def board_href(metric: Metric) -> str:
    """Where the board of *metric* opens."""
    return f"#{'activity' if metric.kind == 'computed' else metric.kind}/{metric.key}"
