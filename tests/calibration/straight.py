"""An invented clan straight into a database, without servers: years of history in seconds, for statistics over many seeds.

Only what statistics need comes along: looks, stays, achievements stay out; messages are facts as the harvest makes them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.demo.account import Account
from pipeline.demo.guild.answers import is_by_person
from pipeline.demo.guild.model import CATEGORY, DemoGuild, GuildMember, sent_at
from pipeline.demo.guild.permissions import readable
from pipeline.demo.script import ROLE_ORDERS
from pipeline.demo.world import World
from pipeline.domain.metrics import METRICS, OVERALL, UNITS
from pipeline.sources.discord.questions import is_question
from pipeline.storage.engine import writing
from pipeline.storage.migrate import migrate

DAY_MS = 86_400_000
Row = tuple[Any, ...]


def found(file: Path, world: World, guild: DemoGuild | None = None, metrics: Sequence[str] = (OVERALL,)) -> Path:
    """A database *file* that holds the whole history of *world*, as far as *metrics* go, and of its *guild*."""
    migrate(file)
    with writing(file) as connection:
        persons = _persons(world, guild)
        talk = () if guild is None else _talk(world, guild, persons)
        for table, rows in (*_clan(world, persons), *_looks(world, metrics), *talk):
            held = list(rows)
            if held:
                marks = ", ".join("?" * len(held[0]))
                connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", held)
    return file


def _clan(world: World, persons: Mapping[int, int]) -> Iterator[tuple[str, Iterator[Row]]]:
    now, accounts = world.calendar.now, world.accounts
    orders = json.dumps(list(ROLE_ORDERS))
    yield "clan", iter([(1, world.clan_name, None, None, None, 0, 0, world.founded_at, None, orders)])
    yield "player", (_player(account, now) for account in accounts)
    yield "person", ((number,) for number in sorted(set(persons.values())))
    yield "person_player", ((each.id, persons[each.id], "exact", 1.0) for each in accounts)
    yield "membership", (
        (each.id, stay.since, stay.roles.at(now), stay.clan_joined_at, None, max(stay.since, world.calendar.start),
         stay.until, world.calendar.start)
        for each in accounts
        for stay in each.stays
    )  # fmt: skip
    yield (
        "roster_event",
        (
            (each.id, kind, at, stay.roles.at(at), None)
            for each in accounts
            for stay in each.stays
            for kind, at in (("joined", stay.since if stay.recorded else None), ("left", stay.until))
            if at is not None
        ),
    )
    yield (
        "landing",
        (
            (f"{source}-{at}", source, "night", "straight", at, at, "[]", 1, "[]", "[]", "[]", 1)
            for at in range(now - now % DAY_MS, world.calendar.start, -DAY_MS)
            for source in ("wom", "discord")
        ),
    )


def _player(account: Account, now: int) -> Row:
    name = account.names.at(now)
    return (
        account.id, name.lower(), name, account.types.at(now), None, account.build, account.statuses.at(now), None, None,
        None, account.registered_at, account.last_look(now), account.last_changed(now),
    )  # fmt: skip


def _persons(world: World, guild: DemoGuild | None) -> dict[int, int]:
    """Whose each account is, as far as the names in the guild tell; everybody else is one of their own."""
    persons = {account.id: account.id for account in world.accounts}
    for member in guild.members if guild is not None else ():
        persons |= dict.fromkeys(_held(member, world), next(iter(_held(member, world)), 0))
    return persons


def _held(member: GuildMember, world: World) -> tuple[int, ...]:
    """The players whose names somebody in the guild bears."""
    return member.holds if member.present(world.calendar.now) else ()


def _looks(world: World, metrics: Sequence[str]) -> Iterator[tuple[str, Iterator[Row]]]:
    ids = {metric.key: number for number, metric in enumerate(METRICS, start=1)}
    yield "metric", ((ids[m.key], m.key, m.name, m.kind, UNITS[m.kind]) for m in METRICS)
    yield "snapshot", ((each.id, at, "snapshot") for each in world.accounts for at in each.looks)
    yield (
        "reading",
        (
            (each.id, ids[key], at, value, None)
            for each in world.accounts
            for key in metrics
            for at, value in _steps(each, key)
        ),
    )


def _steps(account: Account, key: str) -> Iterator[tuple[int, int | None]]:
    """The value of a metric at each look that saw a new one."""
    track, before = account.tracks.get(key), None
    for at in account.looks if track is not None else ():
        value = track.value(at) or None if track is not None else None
        if value != before:
            yield at, value
            before = value


def _talk(world: World, guild: DemoGuild, persons: Mapping[int, int]) -> Iterator[tuple[str, Iterator[Row]]]:
    now = world.calendar.now
    rooms = {room.id: room for room in guild.rooms if room.type != CATEGORY and readable(guild, room, now)}
    parents = {thread.id: thread.parent_id for thread in guild.threads}
    bots = {member.id for member in guild.members if member.is_bot}
    strangers = [member.id for member in guild.members if not _held(member, world) and not member.is_bot]
    yield "guild", iter([(guild.id, guild.name, guild.created_at)])
    yield "channel", ((r.id, guild.id, None, r.name, "text", r.position, "open", None, None) for r in rooms.values())
    yield "person", ((-1 - place,) for place in range(len(strangers)))
    yield "discord_account", (
        (m.id, m.username, None, None, 0, m.left_at is None, m.joined_at, m.left_at, "[]",
         -1 - strangers.index(m.id) if m.id in strangers else persons[m.holds[0]], "exact", 1.0)
        for m in guild.members
        if not m.is_bot
    )  # fmt: skip
    yield "message", (
        (p.id, parents.get(p.room_id, p.room_id), p.room_id if p.room_id in parents else None, p.author_id,
         sent_at(p.id), None, "human", len(p.text), is_question(p.text), p.reply_to, 0, "[]", None, None, p.deleted_at)
        for p in guild.posts
        if is_by_person(p, bots) and parents.get(p.room_id, p.room_id) in rooms
    )  # fmt: skip
