"""Messages and lines of clan chat, counted once and kept by person, by channel and by period."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from pipeline.marts.talk.layers import Crowd, Layer, Tally
from pipeline.marts.talk.messages import Lines, Written
from pipeline.marts.talk.people import People

EVERYBODY: Final = 0
"""Key of the totals; no person and no channel has this number."""

YEAR: Final = "365d"


@dataclass(frozen=True, slots=True)
class Counts:
    """What was written in Discord, and what was said in clan chat. `last_*` are the newest messages' ids."""

    messages: Tally = field(default_factory=Tally)
    people: Crowd = field(default_factory=Crowd)
    channel_messages: Tally = field(default_factory=Tally)
    channel_people: Crowd = field(default_factory=Crowd)
    clan_chat: Tally = field(default_factory=Tally)
    last_by_person: dict[int, int] = field(default_factory=dict)
    last_by_account: dict[int, int] = field(default_factory=dict)
    last_by_channel: dict[int, int] = field(default_factory=dict)
    last_in_chat: dict[int, int] = field(default_factory=dict)
    channels_of: dict[int, dict[int, int]] = field(default_factory=dict)
    """Messages of a year by person and channel."""

    def write(self, layer: Layer, rows: Iterable[Written], people: People) -> None:
        """Count what was written in *layer*: by person and channel first, for periods hold thousands of rows."""
        by_person: Counter[int] = Counter()
        by_channel: Counter[int] = Counter()
        there: defaultdict[int, set[int]] = defaultdict(set)
        for author_id, channel_id, number, last_id in rows:
            person = people.author(author_id)
            by_person[person] += number
            by_channel[channel_id] += number
            there[channel_id].add(person)
            _keep_newest(self.last_by_person, person, last_id)
            _keep_newest(self.last_by_account, author_id, last_id)
            _keep_newest(self.last_by_channel, channel_id, last_id)
            if YEAR in layer.keys:
                mine = self.channels_of.setdefault(person, {})
                mine[channel_id] = mine.get(channel_id, 0) + number
        if by_person:
            self.people.add(EVERYBODY, layer.keys, by_person)
            self.messages.add(EVERYBODY, layer.keys, by_person.total())
        for key, number in by_person.items():
            self.messages.add(key, layer.keys, number)
        for key, number in by_channel.items():
            self.channel_messages.add(key, layer.keys, number)
            self.channel_people.add(key, layer.keys, there[key])

    def relay(self, layer: Layer, rows: Iterable[Lines], people: People) -> None:
        """Count what was said in clan chat in *layer*; names that are nobody's count in the totals."""
        for player_id, number, last_id in rows:
            self.clan_chat.add(EVERYBODY, layer.keys, number)
            person = None if player_id is None else people.of_player.get(player_id)
            if person is not None:
                self.clan_chat.add(person, layer.keys, number)
                _keep_newest(self.last_in_chat, person, last_id)


def _keep_newest(held: dict[int, int], key: int, message_id: int) -> None:
    held[key] = max(held.get(key, 0), message_id)
