"""Who is meant by a name: one person, or an error that says how to tell candidates apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from sqlalchemy import Connection

from pipeline.domain.names import printable, standard
from pipeline.errors import ConfigError
from pipeline.forget_list import Entry
from pipeline.storage.forget import KnownAs, PlayedAs, accounts, has_written, players

PLAYER: Final = "player:"
"""Before the number of a player, for those of whom nothing else tells them from others."""

_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Whom:
    """A person as the database knows them, or only as an entry of the list does."""

    account_ids: tuple[int, ...]
    player_ids: tuple[int, ...]
    title: str

    @property
    def order(self) -> str:
        """The command that means nobody else."""
        return f"uv run clanstats forget {self.account_ids[0] if self.account_ids else f'{PLAYER}{self.player_ids[0]}'}"

    def is_on(self, entry: Entry) -> bool:
        """Whether *entry* is about them."""
        return bool({*self.account_ids} & {*entry.discord_ids} or {*self.player_ids} & {*entry.player_ids})


def find(connection: Connection, said: str, held: Sequence[Entry]) -> Whom:
    """Whom *said* means: a player's name of now or before, or an account's id, username, global name or nickname.

    Nobody and several are a ConfigError. *held* is who is forgotten already, and has no names any more.
    """
    played, known = players(connection), accounts(connection)
    found = list(dict.fromkeys(_found(connection, said.strip(), played, known, held)))
    if len(found) == 1:
        return found[0]
    if not found:
        raise ConfigError(_nobody(said, played, known))
    orders = "; ".join(f"{each.order} ({each.title})" for each in found)
    raise ConfigError(f"{printable(said)!r} may be {len(found)} people. Say which: {orders}.")


def _found(
    connection: Connection, said: str, played: list[PlayedAs], known: list[KnownAs], held: Sequence[Entry]
) -> Iterable[Whom]:
    by_number = said.removeprefix(PLAYER) if said.startswith(PLAYER) else None
    if by_number is not None:
        yield from (_person(p.person_id, None, played, known) for p in played if str(p.id) == by_number)
        return
    for account in known:
        if said == str(account.id) or standard(said) in map(standard, account.names):
            yield _person(account.person_id, account, played, known)
    for player in _called(said, played):
        yield _person(player.person_id, None, played, known)
    if said.isdecimal() and all(str(account.id) != said for account in known):
        yield from (Whom(entry.discord_ids, entry.player_ids, said) for entry in held if int(said) in entry.discord_ids)
        if not any(int(said) in entry.discord_ids for entry in held) and has_written(connection, int(said)):
            yield Whom((int(said),), (), f"the account {said}")


def _called(said: str, played: list[PlayedAs]) -> list[PlayedAs]:
    """Who bears the name now; if nobody does, who bore it."""
    name = standard(said)
    now = [player for player in played if standard(player.name) == name]
    return now or [player for player in played if name in map(standard, player.former)]


def _person(person_id: int | None, account: KnownAs | None, played: list[PlayedAs], known: list[KnownAs]) -> Whom:
    """All that is known of a person; an account without one is a bot, and nobody but itself."""
    theirs = [account] if person_id is None and account else [a for a in known if a.person_id == person_id]
    mine = [p for p in played if person_id is not None and p.person_id == person_id]
    names = [printable(player.name) for player in mine]
    told = [f"{printable(a.names[0])}, {a.id}" for a in theirs]
    title = " + ".join(names) + (
        f" (Discord: {'; '.join(told)})" if told and names else f"Discord: {'; '.join(told)}" if told else ""
    )
    return Whom(tuple(a.id for a in theirs), tuple(p.id for p in mine), title)


def _nobody(said: str, played: list[PlayedAs], known: list[KnownAs]) -> str:
    names = {name.casefold(): name for player in played for name in (player.name, *player.former)}
    names |= {name.casefold(): name for account in known for name in account.names}
    near = [printable(names[each]) for each in get_close_matches(said.strip().casefold(), names, n=_SHOWN)]
    hint = (
        f"did you mean {' or '.join(map(repr, near))}?"
        if near
        else "see `uv run clanstats identities`, or say the id of a Discord account."
    )
    return f"Nobody is or was called {printable(said)!r}, in the game or in Discord; {hint}"
