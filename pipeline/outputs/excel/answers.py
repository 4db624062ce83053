"""What tables ask of the marts, in people's units. No two looks is None, an empty cell; nothing gained is 0."""

from collections.abc import Iterable, Mapping

from pipeline.domain.metrics import Metric, metric_for
from pipeline.marts.model import Marts, Member, Place
from pipeline.outputs.excel.links import profile
from pipeline.outputs.excel.sheet import Link


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
        return self._metric(key).in_units(value)

    def metric_name(self, key: str | None) -> str | None:
        """The name of metric *key*."""
        return None if key is None else self._metric(key).name

    def metric_names(self, keys: Iterable[str]) -> str | None:
        """The names of several metrics, None of none."""
        return ", ".join(self.metrics[key].name for key in keys if key in self.metrics) or None

    def who(self, place: Place | None) -> str | None:
        """The name behind *place*."""
        return None if place is None else self.names[place.player_id]

    def linked(self, player_id: int) -> Link | str:
        """The name of a member's account, which opens its page at Wise Old Man."""
        name, url = self.names[player_id], profile(self.usernames[player_id])
        return name if url is None else Link(url, name)

    def leader(self, place: Place | None) -> Link | str | None:
        """The same of the account behind *place*."""
        return None if place is None else self.linked(place.player_id)

    def score(self, key: str, place: Place | None) -> int | float | None:
        """The value behind *place* on a board of metric *key*."""
        return None if place is None else self.in_units(key, place.value)

    def _metric(self, key: str) -> Metric:
        return self.metrics.get(key) or metric_for(key)
