"""What is no conversation: announcements, bots and their commands, boosts, and the rooms that nobody outside may read."""

from random import Random
from typing import Final

from pipeline.demo.guild import phrases
from pipeline.demo.guild.model import BOOSTED, REPLY, SLASH
from pipeline.demo.guild.people import People
from pipeline.demo.guild.rooms import House
from pipeline.demo.guild.scribe import Scribe
from pipeline.demo.guild.speakers import Company, Speaker
from pipeline.demo.guild.texts import Texts

_SECOND: Final = 1_000
_EACH: Final = {"news": 320, "command": 240, "slash": 260, "bot": 400, "boost": 2_500, "officers": 180, "vault": 260}
"""Of how many messages of people there is one of each kind."""


class Notices:
    """Spreads them over the history, in *house*."""

    def __init__(
        self, people: People, company: Company, scribe: Scribe, texts: Texts, house: House, rng: Random
    ) -> None:
        self._people = people
        self._company = company
        self._scribe = scribe
        self._texts = texts
        self._house = house
        self._rng = rng
        self._roles = {member.id: member.roles for member in people.members}

    def spread(self, wanted: int) -> None:
        """As many of all kinds as suit a guild of *wanted* messages, one of each at least."""
        writers = {
            "news": self._news, "command": self._command, "slash": self._slash, "bot": self._bot,
            "boost": self._boost, "officers": self._officers, "vault": self._vault,
        }  # fmt: skip
        for kind, write in writers.items():
            for _ in range(1 + wanted // _EACH[kind]):
                started = self._company.starter()
                if started is not None:
                    write(*started)

    def _room(self, name: str) -> int:
        return self._house.rooms[name].id

    def officer(self, at: int) -> Speaker | None:
        """Somebody who is an officer at the instant *at* and writes in those days."""
        officers = [speaker for speaker in self._company.speakers if self._is_officer(speaker, at)]
        return self._rng.choice(officers) if officers else None

    def _is_officer(self, speaker: Speaker, at: int) -> bool:
        borne = self._roles[speaker.id].at(at)
        leads = speaker.id == self._people.owner.id or not self._house.officer_roles.isdisjoint(borne)
        return leads and speaker.can_write(at)

    def _news(self, _: Speaker, at: int) -> None:
        officer = self.officer(at)
        if officer is not None:
            self._scribe.say(officer, self._room("announcements"), at, self._texts.fill(phrases.ANNOUNCEMENTS))

    def _command(self, speaker: Speaker, at: int) -> None:
        asked = self._scribe.say(speaker, self._room("bot-commands"), at, self._texts.fill(phrases.COMMANDS))
        if asked is not None:
            answer = self._texts.fill(phrases.BOT_ANSWERS)
            self._scribe.note(
                self._people.clerk.id, asked.room_id, at + 2 * _SECOND, answer, kind=REPLY, reply_to=asked.id
            )

    def _slash(self, _: Speaker, at: int) -> None:
        answer = self._texts.fill(phrases.BOT_ANSWERS)
        self._scribe.note(self._people.clerk.id, self._room("bot-commands"), at, answer, kind=SLASH)

    def _bot(self, _: Speaker, at: int) -> None:
        room = self._rng.choice(("drops", "bot-commands", "general"))
        self._scribe.note(self._people.clerk.id, self._room(room), at, self._texts.fill(phrases.BOT_ANSWERS))

    def _boost(self, speaker: Speaker, at: int) -> None:
        self._scribe.note(speaker.id, self._room("general"), at, "", kind=BOOSTED)

    def _officers(self, _: Speaker, at: int) -> None:
        officer = self.officer(at)
        if officer is not None:
            self._scribe.say(officer, self._room("officers"), at, self._texts.fill(phrases.OFFICER_TALK))

    def _vault(self, speaker: Speaker, at: int) -> None:
        self._scribe.say(speaker, self._room("vault"), at, self._texts.fill(("took {item}", "{item} is back in")))
