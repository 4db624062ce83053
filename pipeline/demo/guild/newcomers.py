"""Newcomers: Discord tells of each, and most are welcomed, some by nobody."""

from collections.abc import Mapping
from random import Random
from typing import Final

from pipeline.demo.guild import phrases
from pipeline.demo.guild.model import JOINED, GuildMember
from pipeline.demo.guild.people import People
from pipeline.demo.guild.rooms import House
from pipeline.demo.guild.scribe import Scribe
from pipeline.demo.guild.speakers import SHY_FOR, Company, Speaker
from pipeline.demo.guild.texts import Texts
from pipeline.demo.instants import HOUR, MINUTE

_OVERLOOKED: Final = 0.12


def greet(
    people: People, company: Company, scribe: Scribe, texts: Texts, house: House, since: int, rng: Random
) -> None:
    """Tell of everybody who joined at or after *since*; who says nothing for long is not greeted."""
    speakers = {speaker.id: speaker for speaker in company.speakers}
    room_id = house.rooms["general"].id
    for member in people.members:
        if member.joined_at < since or member.is_bot:
            continue
        joined = scribe.note(member.id, room_id, member.joined_at, "", kind=JOINED)
        if joined is None or _is_shy(member, speakers) or rng.random() < _OVERLOOKED:
            continue
        greeters: list[Speaker] = []
        for _ in range(rng.choice((1, 1, 2, 3))):
            at = member.joined_at + int(rng.expovariate(1 / (50 * MINUTE if rng.random() < 0.8 else 9 * HOUR))) + 20_000
            greeter = company.partner(at, [*greeters, *(speakers[id_] for id_ in (member.id,) if id_ in speakers)])
            if greeter is not None:
                greeters.append(greeter)
                scribe.say(greeter, room_id, at, texts.fill(phrases.WELCOMES), reply_to=joined)


def _is_shy(member: GuildMember, speakers: Mapping[int, Speaker]) -> bool:
    speaker = speakers.get(member.id)
    return speaker is None or speaker.spans[0].since >= member.joined_at + SHY_FOR
