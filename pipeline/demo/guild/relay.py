"""The clan chat of the game, as a webhook repeats it in a channel: who plays talks there."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Final

from pipeline.demo.account import Account
from pipeline.demo.guild import phrases
from pipeline.demo.guild.nicknames import compact
from pipeline.demo.guild.scribe import Scribe
from pipeline.demo.guild.texts import Texts
from pipeline.demo.instants import HOUR, MINUTE
from pipeline.demo.world import World

WEBHOOK: Final = "Clan Chat"
_SESSION: Final = 2 * HOUR
_NEARBY: Final = 2 * HOUR
_GUESTS: Final = ("Gravel Moth", "Sundial", "Oxbow77", "Late Ferry", "Tin Whistle")
_GUEST: Final = 0.03
_BROADCAST: Final = 0.03
_TRIES: Final = 40


@dataclass(frozen=True, slots=True)
class Relay:
    """The webhook `webhook_id` writes into the channel `room_id`."""

    webhook_id: int
    room_id: int

    def repeat(self, world: World, scribe: Scribe, texts: Texts, wanted: int, rng: Random) -> None:
        """Repeat about *wanted* lines of everybody who plays, at times at which they do."""
        voices = [account for account in world.accounts if account.plays]
        if not voices:
            return
        weights = list(accumulate(len(account.plays) * rng.lognormvariate(0, 1) for account in voices))
        sessions = sorted((ends, account.id) for account in voices for ends in account.plays)
        by_id = {account.id: account for account in voices}
        known = {compact(name) for account in world.accounts for _, name in account.names.steps}
        guests = [name for name in _GUESTS if compact(name) not in known]
        lines = 0
        for _ in range(_TRIES * wanted):
            if lines >= wanted:
                return
            first = rng.choices(voices, cum_weights=weights)[0]
            at = rng.choice(first.plays) - int(rng.uniform(0, _SESSION))
            spot = slice(bisect_left(sessions, (at, 0)), bisect_right(sessions, (at + _NEARBY, 0)))
            there = [first, *(by_id[id_] for _, id_ in sessions[spot])]
            for _ in range(min(wanted - lines, 1 + int(rng.expovariate(1 / 2.5)))):
                guest = rng.choice(guests) if rng.random() < _GUEST else None
                lines += self._line(world, scribe, texts, rng.choice(there), guest, at, rng)
                at += 4_000 + int(rng.expovariate(1 / MINUTE))

    def _line(
        self, world: World, scribe: Scribe, texts: Texts, account: Account, guest: str | None, at: int, rng: Random
    ) -> bool:
        if at < world.calendar.start or account.stay(at) is None or _is_archived(account, at):
            return False
        name = account.names.at(at) if guest is None else guest
        if rng.random() < _BROADCAST:
            text, relayed_id = texts.broadcast(name), None
        else:
            text, relayed_id = f"**{name}**: {texts.fill(phrases.RELAYED)}", None if guest else account.id
        post = scribe.note(self.webhook_id, self.room_id, at, text, webhook_name=WEBHOOK, relayed_id=relayed_id)
        return post is not None


def _is_archived(account: Account, at: int) -> bool:
    return account.archive is not None and at >= account.archive.at
