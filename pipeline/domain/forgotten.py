"""Whom to forget, and what of facts and of officers' words is about them: pure, so that every place leaves out the same.

Game facts are Wise Old Man's and stay: a player goes on being a player, but one of whom nobody knows anything in Discord.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from pipeline.domain.decisions import ANSWER, IDENTIFY, Decided, Edited, kind_of, person_of, read_mark
from pipeline.domain.names import printable, standard
from pipeline.domain.talk import Account, Channel, MessageFact, Talk

STRUCK: Final = "[forgotten]"
"""What stands where somebody was named."""

SHORTEST: Final = 3
"""Letters of a name that is looked for in other texts: shorter ones are words of everybody's."""

_ACCOUNTS: Final = frozenset({IDENTIFY, "role"})
"""Kinds of entries about an account, whose number is the second part of their keys."""

_PLAYERS: Final = frozenset({"slot", "milestone"})
"""Kinds of entries about a player."""

_HELPER: Final = re.compile(r"card:helper:(-?[0-9]{1,18})(@.*)?")
"""The key of an entry about a card that names somebody for what they did in Discord."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Accounts in Discord by id, players and persons by theirs. `names` are the players' own, in standard form.

    `aliases` are those of `names` that may be told apart from everybody else's: what a relay says in one of them is theirs.
    `threads` may bear a title of theirs, or did until it was struck. `messages`, `words` (ids, names in Discord, titles where they are
    quoted) and who began a thread are known only as long as the facts themselves are still there.
    """

    accounts: frozenset[int] = frozenset()
    players: frozenset[int] = frozenset()
    persons: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()
    messages: frozenset[int] = frozenset()
    threads: frozenset[int] = frozenset()
    words: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.accounts or self.players)

    def wrote(self, fact: MessageFact) -> bool:
        """Whether a message is theirs, or the clan chat's in their name."""
        return fact.author_id in self.accounts or self.is_alias(fact.relayed_name)

    def is_alias(self, relayed: str | None) -> bool:
        """Whether a relay that quotes *relayed* quotes them."""
        return relayed is not None and standard(relayed) in self.aliases

    def others(self, accounts: Iterable[Account]) -> tuple[Account, ...]:
        """*accounts* without theirs."""
        return tuple(account for account in accounts if account.id not in self.accounts)

    def talk(self, talk: Talk) -> Talk:
        """*talk* without them. Their messages are left out as they are read."""
        if not self:
            return talk
        return replace(
            talk,
            accounts=None if talk.accounts is None else self.others(talk.accounts),
            authors=self.others(talk.authors),
            channels=tuple(self.channel(channel) for channel in talk.channels),
            messages=self._without_theirs(talk.messages),
        )

    def channel(self, channel: Channel) -> Channel:
        """*channel*; a thread that they began, or that began from a message of theirs, bears neither a title of theirs nor their id."""
        began = channel.owner_id in self.accounts
        theirs = began or channel.id in self.messages or channel.id in self.threads
        if channel.kind != "thread" or not theirs:
            return channel
        return replace(channel, name=STRUCK, owner_id=None if began else channel.owner_id)

    def _without_theirs(self, messages: Iterable[MessageFact]) -> Iterator[MessageFact]:
        return (fact for fact in messages if not self.wrote(fact))

    def is_of_discord(self, key: str) -> bool:
        """Whether what is decided under *key* is about what they are or did in Discord."""
        kind, _, subject = key.partition(":")
        number = _number(subject.partition(":")[0])
        if kind in _ACCOUNTS:
            return number in self.accounts
        if kind == ANSWER:
            return number in self.messages
        if helper := _HELPER.fullmatch(key):
            return int(helper[1]) in self.persons | self.players
        return self._strangers(person_of(key))

    def _strangers(self, person: int | None) -> bool:
        """Whether *person* is one of theirs who was never in the clan: such a number is given to somebody else later."""
        return person is not None and person < 0 and person in self.persons

    def is_about(self, key: str, who: str) -> bool:
        """Whether what is decided under *key*, or without a number in it about *who*, is about them as players."""
        kind, _, subject = key.partition(":")
        number = _number(subject) if kind in _PLAYERS else person_of(key)
        return self.is_alias(who) if number is None else number in self.players

    def hides(self, edit: Edited) -> bool:
        """Whether a row of a workbook tells of what they are or did in Discord."""
        asks = kind_of(edit.key) == ANSWER and self.is_alias(edit.who)
        return asks or self.is_of_discord(edit.key) or self._names_an_account(edit.what)

    def edit(self, edit: Edited, *, is_loaded: bool = False) -> Edited | None:
        """A row of a workbook as it may lie in a landing: None for what is hidden, and for what *is_loaded* about them by now."""
        if self.hides(edit):
            return None
        if self.is_about(edit.key, edit.who):
            return None if is_loaded else _renoted(replace(edit, reason="", proof=""), lambda note: "")
        struck = replace(
            edit, what=self.struck(edit.what), who=self.struck(edit.who), reason=self.struck(edit.reason),
            proof=self.struck(edit.proof),
        )  # fmt: skip
        return _renoted(struck, self.struck)

    def decided(self, decided: Decided) -> Decided | None:
        """A decision as it may be kept: that of the game without its words, None of what was theirs in Discord."""
        if self.is_of_discord(decided.key) or self._names_an_account(decided.what):
            return None
        note = None if decided.note is None else self.struck(decided.note)
        row = replace(
            decided, what=self.struck(decided.what), who=self.struck(decided.who), reason=self.struck(decided.reason),
            proof=self.struck(decided.proof), word=self.struck(decided.word), note=note,
        )  # fmt: skip
        if not self.is_about(decided.key, decided.who):
            return row
        who = row.who if standard(row.who) in self.names else ""
        return replace(row, who=who, reason="", proof="", note=None if note is None else "")

    def _names_an_account(self, text: str) -> bool:
        return any(int(found) in self.accounts for found in re.findall(r"(?<![0-9])[0-9]{15,20}(?![0-9])", text))

    def struck(self, text: str) -> str:
        """*text* with every word that names them in Discord taken out."""
        return _pattern(self.words).sub(STRUCK, text) if self.words else text

    def names_them(self, text: str) -> bool:
        """Whether *text* holds a word that names them in Discord."""
        return bool(self.words) and _pattern(self.words).search(text) is not None


NOBODY: Final = Forgotten()


def needles(
    ids: Iterable[int], names: Iterable[str], shared: Collection[str], titles: Iterable[str] = ()
) -> tuple[str, ...]:
    """The words that name somebody in Discord: *ids* and *names*, but for those that name others or players, too (*shared*, standard).

    *titles* of threads, which may be any words, are theirs only where a sentence or a path quotes them.
    """
    apart = {name.strip() for name in names if len(name.strip()) >= SHORTEST and standard(name) not in shared}
    shown = {spelled for name in apart for spelled in (name, printable(name), repr(name)[1:-1])}
    shown |= {quoted for title in titles for quoted in _quoted(title)}
    return tuple(sorted({*map(str, ids), *shown}, key=lambda word: (-len(word), word)))


def _quoted(title: str) -> Iterator[str]:
    """*title* as sentences and paths quote it, in a text or in one of JSON."""
    for spelled in {title, printable(title)}:
        yield f"› {spelled}"
        yield f"“{spelled}”"
        yield f"“{json.dumps(spelled, ensure_ascii=False)[1:-1]}”"


def _renoted(edit: Edited, change: Callable[[str], str]) -> Edited:
    """*edit* with other words in its note, now and as it was before, so that no edit comes of it."""
    was = read_mark(edit.was)
    before = edit.was if was is None else replace(was.told, note=change(was.told.note)).mark(was.night)
    return replace(edit, told=replace(edit.told, note=change(edit.told.note)), was=before)


@lru_cache(maxsize=8)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of *words* as a whole word, the longest first."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?[0-9]{1,20}", text) else None
