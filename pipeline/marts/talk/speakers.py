"""Everybody who is in the guild, or was heard, with all that is counted of them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from pipeline.domain.talk import instant_of
from pipeline.marts.talk.counts import EVERYBODY, Counts
from pipeline.marts.talk.helping import Parts
from pipeline.marts.talk.layers import Tally
from pipeline.marts.talk.people import Face, People
from pipeline.marts.talk_model import Speaker

Days = Mapping[int, Mapping[date, int]]
"""Messages by person and day of the clan's zone."""

_MONTH: Final = "30d"


def speakers(people: People, counts: Counts, parts: Parts, welcomed: Tally, days: Days) -> tuple[Speaker, ...]:
    """Those who wrote most in the last 30 days first; bots, and authors that nothing is known of, are nobody."""
    heard = (counts.messages.keys() | counts.clan_chat.keys()) - {EVERYBODY}
    found = [
        _speaker(face, counts, parts, welcomed, days)
        for face in people.faces.values()
        if face.in_guild or face.person_id in heard
    ]
    return tuple(sorted(found, key=lambda s: (-s.messages.get(_MONTH, 0), s.name.casefold(), s.person_id)))


def _speaker(face: Face, counts: Counts, parts: Parts, welcomed: Tally, days: Days) -> Speaker:
    who = face.person_id
    return Speaker(
        person_id=who,
        name=face.name,
        in_clan=bool(face.members),
        in_guild=face.in_guild,
        nick=face.nick,
        player_ids=face.player_ids,
        messages=counts.messages.of(who),
        clan_chat=counts.clan_chat.of(who),
        questions=parts.questions.of(who),
        answered=parts.answered.of(who),
        answers=parts.answers.of(who),
        helped=parts.helped.of(who),
        welcomes=welcomed.of(who),
        last_word_at=_at(counts.last_by_person.get(who)),
        last_clan_chat_at=_at(counts.last_in_chat.get(who)),
        days=tuple(sorted(days.get(who, {}).items())),
        channels=tuple(sorted(counts.channels_of.get(who, {}).items())),
    )


def _at(message_id: int | None) -> datetime | None:
    return None if message_id is None else instant_of(message_id)
