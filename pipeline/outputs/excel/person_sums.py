"""What a person gained, killed, said and holds, over all their accounts together, in people's units.

None, an empty cell, is what nobody can know: no account was looked at twice, or no Discord account of theirs is known.
"""

from collections.abc import Callable, Mapping

from pipeline.domain.metrics import OVERALL
from pipeline.marts.boards import by_name, places
from pipeline.marts.gains import gained, top
from pipeline.marts.model import Person
from pipeline.marts.talk_model import PerPeriod, Speaker, TalkMarts
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.unknown import heard

Number = int | float | None


class PersonSums:
    """The marts of a night, asked by person, period and metric key."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._marts = answers.marts
        self._bosses = [metric.key for metric in self._marts.metrics if metric.kind == "boss"]
        self._members = {member.player_id: member for member in self._marts.members}
        self._gains: dict[tuple[str, int], Mapping[str, int] | None] = {}

    def gained(self, person: Person, period: str, key: str) -> Number:
        """What they gained of metric *key*; 0 is nothing."""
        gains = self._of(person, period)
        return None if gains is None else self._answers.in_units(key, gains.get(key, 0))

    def kills(self, person: Person, period: str) -> Number:
        """Kills of all bosses together."""
        gains = self._of(person, period)
        return None if gains is None else sum(gains.get(boss, 0) for boss in self._bosses)

    def top_boss(self, person: Person, period: str) -> str | None:
        """The boss they killed most, by name."""
        return self._answers.metric_name(top(self._of(person, period), self._bosses))

    def held(self, person: Person, key: str) -> Number:
        """What their accounts have of metric *key* now, None while none is ranked."""
        held = [self._members[player].values.get(key) for player in person.player_ids]
        ranked = [value for value in held if value is not None]
        return self._answers.in_units(key, sum(ranked)) if ranked else None

    def places(self, period: str) -> Mapping[int, int]:
        """Everybody's place by experience gained, by person; those who gained none have no place, as on any board."""
        gains = {person.person_id: (self._of(person, period) or {}).get(OVERALL, 0) for person in self._marts.people}
        turns = by_name({person.person_id: person.name for person in self._marts.people})
        board = places([(person_id, value) for person_id, value in gains.items() if value], turns)
        return {place.player_id: place.place for place in board}

    def _of(self, person: Person, period: str) -> Mapping[str, int] | None:
        asked = (period, person.person_id)
        if asked not in self._gains:
            self._gains[asked] = gained(self._marts.periods.get(period), person.player_ids)
        return self._gains[asked]


class PersonWords:
    """What people of the clan said."""

    def __init__(self, talk: TalkMarts) -> None:
        self._talk = talk
        self._speakers = {speaker.person_id: speaker for speaker in talk.speakers}

    def messages(self, person: Person, period: str) -> int | None:
        """Messages in Discord."""
        return self._counts(person, lambda speaker: speaker.messages).get(period, 0) if _is_known(person) else None

    def asked(self, person: Person, period: str) -> int | None:
        """Questions."""
        return self._heard(person, period, lambda speaker: speaker.questions) if _is_known(person) else None

    def answers(self, person: Person, period: str) -> int | None:
        """Answers given to others."""
        return self._heard(person, period, lambda speaker: speaker.answers) if _is_known(person) else None

    def clan_chat(self, person: Person, period: str) -> int | None:
        """Lines in the game's clan chat, known by the names of accounts: no Discord account is needed."""
        return self._heard(person, period, lambda speaker: speaker.clan_chat)

    def _heard(self, person: Person, period: str, counts: Callable[[Speaker], PerPeriod]) -> int | None:
        return heard(self._talk, self._counts(person, counts), period)

    def _counts(self, person: Person, counts: Callable[[Speaker], PerPeriod]) -> PerPeriod:
        speaker = self._speakers.get(person.person_id)
        return {} if speaker is None else counts(speaker)


def _is_known(person: Person) -> bool:
    """Whether an account in Discord is known of everybody they are; the roll counts messages of nobody else."""
    return person.messages is not None
