"""Who leads: places by gain and by present value, and one line a metric."""

from collections.abc import Iterable, Mapping

from pipeline.domain.metrics import Metric
from pipeline.marts.model import Highlight, Period, Place


def places(values: Iterable[tuple[int, int]], names: Mapping[int, str]) -> tuple[Place, ...]:
    """(player id, value) as a board: best first, ties share a place and stand in order of name."""
    ordered = sorted(values, key=lambda row: (-row[1], names[row[0]].casefold(), row[0]))
    board: list[Place] = []
    for number, (player_id, value) in enumerate(ordered, start=1):
        tied = bool(board) and board[-1].value == value
        board.append(Place(board[-1].place if tied else number, player_id, value))
    return tuple(board)


def boards(period: Period, names: Mapping[int, str]) -> dict[str, tuple[Place, ...]]:
    """A board of gains for each metric in which anybody gained."""
    rows: dict[str, list[tuple[int, int]]] = {}
    for player_id, gains in period.gains.items():
        for metric, gain in gains.items():
            rows.setdefault(metric, []).append((player_id, gain.gained))
    return {metric: places(rows[metric], names) for metric in sorted(rows)}


def standings(values: Mapping[int, Mapping[str, int]], names: Mapping[int, str]) -> dict[str, tuple[Place, ...]]:
    """A board of present values for each metric in which anybody is ranked."""
    rows: dict[str, list[tuple[int, int]]] = {}
    for player_id, mine in values.items():
        for metric, value in mine.items():
            rows.setdefault(metric, []).append((player_id, value))
    return {metric: places(rows[metric], names) for metric in sorted(rows)}


def highlights(
    metrics: Iterable[Metric],
    week: Mapping[str, tuple[Place, ...]],
    month: Mapping[str, tuple[Place, ...]],
    present: Mapping[str, tuple[Place, ...]],
) -> tuple[Highlight, ...]:
    """One line for each of *metrics* that anybody in the clan is ranked in, the busiest of the week first."""
    lines = [
        Highlight(
            metric.key,
            sum(row.value for row in week.get(metric.key, ())),
            sum(row.value for row in month.get(metric.key, ())),
            len(week.get(metric.key, ())),
            next(iter(week.get(metric.key, ())), None),
            next(iter(present.get(metric.key, ())), None),
        )
        for metric in metrics
        if metric.key in present
    ]
    return tuple(sorted(lines, key=lambda line: (-line.week_total, -line.month_total, line.metric)))
