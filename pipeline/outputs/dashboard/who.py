"""People of the guild on the page: whoever is in the clan has a story that can be opened, the others have a name."""

from dataclasses import dataclass

from pipeline.marts.model import Marts
from pipeline.marts.talk_model import TalkMarts


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody's name; `player_id` is None where no page can be opened."""

    player_id: int | None
    name: str


class Folk:
    """Who stands behind a person's id."""

    def __init__(self, marts: Marts, talk: TalkMarts) -> None:
        members = {member.player_id for member in marts.members}
        self._players = {
            speaker.person_id: player
            for speaker in talk.speakers
            for player in speaker.player_ids[:1]
            if player in members
        }
        self._names: dict[str, list[int]] = {}
        for speaker in talk.speakers:
            self._names.setdefault(speaker.name, []).append(speaker.person_id)

    def named(self, name: str) -> Who:
        """*name*, with a page where only one person is called that."""
        persons = self._names.get(name, [])
        return self.who(persons[0] if len(persons) == 1 else None, name)

    def who(self, person_id: int | None, name: str) -> Who:
        """*name*, with the page of *person_id* where there is one."""
        return Who(None if person_id is None else self._players.get(person_id), name)
