"""Who is not to be removed however long they are away, and why: clan.toml's exemptions, then officers' decisions."""

from collections.abc import Iterable, Mapping
from copy import copy
from datetime import date
from typing import Final

from pipeline.domain.names import role_name, standard
from pipeline.marts.rules import Exemption
from pipeline.marts.wording import Calendar

RANK: Final = "rank:"
"""What stands before the name of a rank whose holders are all exempt."""


class Exemptions:
    """clan.toml's exemptions that hold on a date. *owners* tells whose name is or was that of which person."""

    def __init__(self, exempt: Iterable[Exemption], owners: Mapping[str, int], calendar: Calendar) -> None:
        today = calendar.on(calendar.now)
        self.decided: Mapping[int, str] = {}
        self._persons: dict[int, str] = {}
        self._ranks: dict[str, str] = {}
        for each in exempt:
            if each.until is not None and each.until < today:
                continue
            words = _words(each.why, each.until, calendar)
            if each.who.startswith(RANK):
                rank = each.who.removeprefix(RANK).strip()
                self._ranks.setdefault(rank, f"{role_name(rank)}: {words}")
            elif standard(each.who) in owners:
                self._persons.setdefault(owners[standard(each.who)], words)

    def and_decided(self, decided: Mapping[int, str]) -> "Exemptions":
        """These, and after them whom officers excuse, by person, and why."""
        both = copy(self)
        both.decided = decided
        return both

    def of(self, person_id: int, roles: Iterable[str]) -> str | None:
        """Why a person with these ranks is exempt, None if they are not."""
        of_rank = next((self._ranks[role] for role in roles if role in self._ranks), None)
        return self._persons.get(person_id) or of_rank or self.decided.get(person_id)


def _words(why: str, until: date | None, calendar: Calendar) -> str:
    reason = why.strip() or "exempt"
    return reason if until is None else f"{reason} until {calendar.day(until)}"
