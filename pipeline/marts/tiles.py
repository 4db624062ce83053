"""The numbers of the week beside those of the week before."""

from pipeline.domain.metrics import OVERALL, Metric
from pipeline.marts.gains import total
from pipeline.marts.model import Period, Tile


def tiles(
    week: Period, before: Period | None, members: int, members_before: int | None, metrics: tuple[Metric, ...]
) -> tuple[Tile, ...]:
    """Six tiles; `before` is None when nobody looked in the week before, and then nothing is compared."""
    bosses = tuple(metric.key for metric in metrics if metric.kind == "boss")
    played = (OVERALL, *bosses)

    def pair(key: str, label: str, keys: tuple[str, ...], unit: str, hint: str) -> Tile:
        scale = next((metric.scale for metric in metrics if metric.key in keys), 1)
        now, then = total(week, keys), None if before is None else total(before, keys)
        if scale == 1:
            return Tile(key, label, now, then, unit, hint)
        return Tile(key, label, now / scale, None if then is None else then / scale, unit, hint)

    return (
        Tile("members", "Members", members, members_before, "members", "On the roster now, and a week ago"),
        Tile(
            "active", "Played this week", _active(week, played), None if before is None else _active(before, played),
            "members", "Members seen to gain experience or kills",
        ),
        pair("experience", "Experience", (OVERALL,), "experience", "Gained by present members between their looks"),
        pair("ehp", "Efficient hours, skills", ("ehp",), "hours", "EHP gained by present members"),
        pair("kills", "Boss kills", bosses, "kills", "All bosses together"),
        pair("ehb", "Efficient hours, bosses", ("ehb",), "hours", "EHB gained by present members"),
    )  # fmt: skip


def _active(period: Period, metrics: tuple[str, ...]) -> int:
    wanted = frozenset(metrics)
    return sum(not wanted.isdisjoint(gains) for gains in period.gains.values())
