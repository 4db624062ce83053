"""Whom advice names, on the page: with a story that can be opened where they are in the clan."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.marts.advice_model import Soul
from pipeline.marts.model import Marts
from pipeline.outputs.dashboard.who import Who


@dataclass(frozen=True, slots=True)
class Names:
    """The first of some people, and how many more there are."""

    shown: tuple[Who, ...]
    more: int


class Souls:
    """Who of those named is in the clan."""

    def __init__(self, marts: Marts) -> None:
        self._members = {member.player_id for member in marts.members}

    def who(self, soul: Soul) -> Who:
        """Somebody that advice names."""
        return self.account(soul.player_id, soul.name)

    def account(self, player_id: int | None, name: str) -> Who:
        """An account by its number."""
        return Who(player_id if player_id in self._members else None, name)

    def names(self, souls: Iterable[Soul], most: int) -> Names:
        """At most *most* of *souls*."""
        everybody = [self.who(soul) for soul in souls]
        return Names(tuple(everybody[:most]), max(0, len(everybody) - most))
