"""What tables ask of the marts, in people's units. No two looks is None, an empty cell; nothing gained is 0."""

from collections.abc import Iterable, Mapping
from typing import Final

from pipeline.domain.metrics import Metric, Unit, metric_for
from pipeline.marts.model import Marts, Member, Place
from pipeline.outputs.excel.links import profile
from pipeline.outputs.excel.sheet import Link

UNITS: Final[Mapping[Unit, str]] = {"experience": "XP", "kills": "kills", "score": "points", "hours": "hours"}
"""What one of a metric is called in a cell."""


class Answers:
    """The marts of a night, asked by member and metric key."""

    def __init__(self, marts: Marts) -> None:
        self.marts = marts
        self.metrics: Mapping[str, Metric] = {metric.key: metric for metric in marts.metrics}
        self.names = {member.player_id: member.name for member in marts.members}
        self.usernames = {member.player_id: member.username for member in marts.members}
        self.order = {member.player_id: number for number, member in enumerate(marts.members, start=1)}

    def gained(self, member: Member, period: str, key: str) -> int | float | None:
        """What *member* gained of metric *key* in *period*, None without two looks."""
        gains = self.marts.periods[period].gains.get(member.player_id)
        if gains is None:
            return None
        return self.in_units(key, gains[key].gained) if key in gains else 0

    def held(self, member: Member, key: str) -> int | float | None:
        """What *member* has of metric *key* now, None while unranked."""
        value = member.values.get(key)
        return None if value is None else self.in_units(key, value)

    def in_units(self, key: str, value: int) -> int | float:
        """A stored *value* of metric *key* as people read it."""
        return self.metric(key).in_units(value)

    def metric(self, key: str) -> Metric:
        """The metric *key*, also one that the night does not know: a contest may be older than our list."""
        return self.metrics.get(key) or metric_for(key)

    def metric_name(self, key: str | None) -> str | None:
        """The name of metric *key*."""
        return None if key is None else self.metric(key).name

    def metric_names(self, keys: Iterable[str]) -> str | None:
        """The names of several metrics, None of none."""
        return ", ".join(self.metrics[key].name for key in keys if key in self.metrics) or None

    def linked(self, player_id: int | None, name: str | None = None) -> Link | str:
        """The name of an account, or of its person (*name*), which opens its page at Wise Old Man while it is in the clan."""
        said = name if name is not None else self.names[player_id] if player_id is not None else ""
        url = profile(self.usernames[player_id]) if player_id in self.usernames else None
        return said if url is None or not said else Link(url, said)

    def leader(self, place: Place | None) -> Link | str | None:
        """The same of the account behind *place*."""
        return None if place is None else self.linked(place.player_id)

    def score(self, key: str, place: Place | None) -> int | float | None:
        """The value behind *place* on a board of metric *key*."""
        return None if place is None else self.in_units(key, place.value)
