"""The invented clan's guild as a pure function of the clan: the order in which everything in it comes about."""

from dataclasses import replace
from math import sqrt
from random import Random
from typing import Final

from pipeline.demo.guild.afterthoughts import Afterthoughts
from pipeline.demo.guild.answers import with_answers
from pipeline.demo.guild.model import DemoGuild, Post
from pipeline.demo.guild.newcomers import greet
from pipeline.demo.guild.notices import Notices
from pipeline.demo.guild.people import People, gather
from pipeline.demo.guild.permissions import readable
from pipeline.demo.guild.planted import Planted
from pipeline.demo.guild.relay import Relay
from pipeline.demo.guild.rooms import House, build
from pipeline.demo.guild.scribe import Scribe
from pipeline.demo.guild.snowflakes import Snowflakes
from pipeline.demo.guild.speakers import Company, assemble
from pipeline.demo.guild.talk import Conversations
from pipeline.demo.guild.texts import Texts
from pipeline.demo.guild.threads import Threads
from pipeline.demo.instants import DAY
from pipeline.demo.world import World

_MESSAGES: Final = 20_000
_DAYS: Final = 120
_MEMBERS: Final = 60
"""A clan of so many members writes so many messages in so many days."""

_RELAYED: Final = 0.35
_EACH_THREAD: Final = 260
_EACH_FORUM_POST: Final = 500
_EACH_NEWS_THREAD: Final = 8_000


def found_guild(world: World, *, messages: int | None = None, hostile: bool = False) -> DemoGuild:
    """The guild of *world*: exactly *messages* are by people and stand where the bot can read, sent at any time, deleted or not.

    By default there are as many as suit the size and the days of the clan. A *hostile* one holds names and texts that break
    careless readers. Everything is drawn from the seed of the world by streams of its own.
    """
    wanted = _usual(world) if messages is None else messages
    seed = f"{world.seed}/guild"
    created_at = world.founded_at
    ids = Snowflakes()
    guild_id = ids.at(created_at)
    house = build(guild_id, created_at, ids, hostile=hostile)
    people = gather(world, house, created_at, ids, seed=seed, hostile=hostile)
    guild = DemoGuild(
        id=guild_id,
        name=world.clan_name,
        created_at=created_at,
        owner_id=people.owner.id,
        bot_id=people.reader.id,
        roles=tuple(house.roles.values()),
        rooms=tuple(house.rooms.values()),
        threads=(),
        members=people.members,
        posts=(),
    )
    return _filled(guild, world, house, people, ids, wanted, hostile=hostile)


def _usual(world: World) -> int:
    members = len(world.members(world.calendar.now))
    return round(_MESSAGES * world.calendar.span / DAY / _DAYS * sqrt(members / _MEMBERS))


def _filled(
    guild: DemoGuild, world: World, house: House, people: People, ids: Snowflakes, wanted: int, *, hostile: bool
) -> DemoGuild:
    """*guild* with everything that was ever written in it."""
    seed, now = f"{world.seed}/guild", world.calendar.now
    texts = Texts(Random(f"{seed}/texts"), hostile=hostile)
    voices = assemble(world, people, seed)
    company = Company(voices.speakers, world.moods, Random(f"{seed}/company"))
    hidden = {room.id for room in guild.rooms if not readable(guild, room, now)}
    scribe = Scribe(ids, now, wanted, hidden)
    conversations = Conversations(company, scribe, texts, house, Random(f"{seed}/talk"))
    threads = Threads(company, scribe, texts, house, Random(f"{seed}/threads"))
    greet(people, company, scribe, texts, house, world.calendar.start, Random(f"{seed}/newcomers"))
    doomed = None
    if wanted:
        planted = Planted(world.calendar, company, scribe, texts, house, people.clerk.id, Random(f"{seed}/planted"))
        planted.questions(conversations)
        doomed = planted.threads(threads)
        notices = Notices(people, company, scribe, texts, house, Random(f"{seed}/notices"))
        _begin_threads(threads, company, notices, wanted)
        notices.spread(wanted)
    while scribe.left:
        conversations.one()
    relay = Relay(ids.at(guild.created_at), house.rooms["clan-chat"].id)
    relay.repeat(world, scribe, texts, int(_RELAYED * wanted), Random(f"{seed}/relay"))
    bot_ids = {member.id for member in people.members if member.is_bot}
    later = Afterthoughts(_sorted(scribe.posts), bot_ids, texts, house, now, Random(f"{seed}/afterthoughts"))
    posts = later.all_of_them(people.owner.id, doomed, ids)
    thread_ids = {thread.id for thread in scribe.threads}
    return replace(
        guild,
        threads=tuple(sorted(scribe.threads, key=lambda thread: thread.id)),
        posts=with_answers(posts, thread_ids, bot_ids, now),
        drift=voices.drift,
    )


def _begin_threads(threads: Threads, company: Company, notices: Notices, wanted: int) -> None:
    for begin, each in (
        (threads.from_question, _EACH_THREAD),
        (threads.out_of_nothing, 2 * _EACH_THREAD),
        (threads.forum_post, _EACH_FORUM_POST),
    ):
        for _ in range(2 + wanted // each):
            started = company.starter()
            if started is not None:
                begin(*started)
    for _ in range(2 + wanted // _EACH_NEWS_THREAD):
        started = company.starter()
        officer = None if started is None else notices.officer(started[1])
        if started is not None and officer is not None:
            threads.from_news(officer, started[1])


def _sorted(posts: list[Post]) -> list[Post]:
    return sorted(posts, key=lambda post: post.id)
