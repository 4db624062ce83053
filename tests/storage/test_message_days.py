"""Old messages become daily sums, and every number over everything held is the same as if they had stayed."""

import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from night_kit import SEEDS
from records_kit import NOW, an_arrival, contents, rows
from talk_kit import (
    AMY,
    BOB,
    BOT,
    FORUM,
    GENERAL,
    HELP,
    THREAD,
    ZED,
    a_channel,
    a_discord_night,
    a_guild,
    a_line,
    a_question,
    a_word,
    an_account,
    an_evening,
    back,
    night_of,
    say,
    speaker,
    talk_of,
)

from pipeline.domain.talk import Access, Channel, Guild, MessageFact, Read, Talk, instant_of, snowflake_at
from pipeline.domain.window import DAY, TICK, Window, midnight
from pipeline.marts.assemble import assemble
from pipeline.marts.rules import Rules
from pipeline.marts.signs import talk_scope
from pipeline.marts.talk.messages import Hearing
from pipeline.marts.talk_model import Speaker
from pipeline.marts.week_talk import talk_by_week
from pipeline.outputs.unknown import hours_known, what_was_asked
from pipeline.storage.activity_queries import last_chats, last_words
from pipeline.storage.engine import reading, writing
from pipeline.storage.load_talk import load_talk
from pipeline.storage.rewind import rewound
from pipeline.storage.sums import sum_up
from pipeline.storage.types import to_ms
from pipeline.storage.upsert import Counts

SHORTEST: Final = 400
"""The shortest `MESSAGE_FACT_DAYS`."""
ALT, FRIEND, RELAY, MUSIC = 14, 15, 99, 98
"""A second account of amy's, one of nobody's, the webhook that repeats clan chat, and a bot that begins its lines with a bold word."""
HORIZON: Final = midnight(NOW - SHORTEST * DAY)


def sum_at(file: Path, now: datetime = NOW, days: int = SHORTEST) -> int:
    """What the load of a night at *now* does."""
    with writing(file) as connection:
        return sum_up(connection, now, midnight(now - days * DAY))


def read_to_the_end(file: Path) -> None:
    """Say that all of what is held has been read."""
    with writing(file) as connection:
        connection.exec_driver_sql("UPDATE channel SET cursor = ?", (snowflake_at(NOW),))


def the_same_as_before(file: Path, now: datetime = NOW) -> None:
    """Sum, and hold all numbers beside those of before."""
    kept = file.with_name("kept.db")
    shutil.copy(file, kept)
    assert sum_at(file, now)
    assert numbers(file, now) == numbers(kept, now)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return an_evening(tmp_path)


# ── what is told ─────────────────────────────────────────────────────────────────────────────────────────────────────


def old(at: datetime | None, edge: datetime | None) -> datetime | None:
    """A last word, to the day where it is older than single messages."""
    if at is None or edge is None or at >= edge:
        return at
    return midnight(at)


def numbers(file: Path, now: datetime) -> dict[str, Any]:
    """All that is told of talk; of what needs single messages, the stretch that both sorts of keeping know."""
    edge = midnight(now - SHORTEST * DAY)
    with reading(file) as connection:
        talk = assemble(connection, now, Rules(discord=True), past=False).talk
    assert talk is not None
    return {
        "totals": (talk.totals, talk.people, talk.clan_chat),
        "channels": [replace(each, last_word_at=old(each.last_word_at, edge)) for each in talk.channels],
        "speakers": [_dated(each, edge) for each in talk.speakers],
        "heat": [(heat[key], heat[key].window) for heat in (talk.heat, talk.clan_chat_heat) for key in heat if key != "all"],
        "response": {key: replace(fared, median=None) if key == "all" else fared for key, fared in talk.response.items()},
        "helpers": {key: [replace(row, median=None) if key == "all" else row for row in board] for key, board in talk.helpers.items()},
        "rest": (talk.unanswered, talk.welcomes, talk.weeks, talk.chat_and_play, talk.watch, talk.withheld_since),
        "heard": _heard(file, now, edge),
    }  # fmt: skip


def _dated(found: Speaker, edge: datetime) -> Speaker:
    return replace(
        found, last_word_at=old(found.last_word_at, edge), last_clan_chat_at=old(found.last_clan_chat_at, edge)
    )


def _heard(file: Path, now: datetime, edge: datetime) -> list[Any]:
    """What the history of 53 weeks and verdicts hear: the last words by the end of each week, and by now."""
    until = midnight(now)
    weeks = [Window(until - (53 - n) * 7 * DAY, until - (52 - n) * 7 * DAY) for n in range(53)]
    with reading(file) as connection:
        scope = talk_scope(connection, now)
        assert scope is not None
        said = talk_by_week(connection, Hearing(connection, scope), weeks)
        last = [*last_words(connection, scope).items(), *last_chats(connection, scope).items()]
    return [
        [(who, old(at, edge)) for who, at in last],
        [
            (week.messages, *({who: old(at, edge) for who, at in each.items()} for each in (week.heard.words, week.heard.chats)))
            for week in said
        ],
    ]  # fmt: skip


# ── a guild that lives ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Post:
    """A message as the guild has it."""

    fact: MessageFact
    deleted_at: datetime | None

    @property
    def source(self) -> int:
        return self.fact.thread_id or self.fact.channel_id

    def is_there(self, at: datetime) -> bool:
        return instant_of(self.fact.id) <= at and (self.deleted_at is None or self.deleted_at > at)


ALONE: Final = 202
"""A thread of #general that began from no message."""
HOMES: Final = {GENERAL: GENERAL, HELP: HELP, THREAD: FORUM, ALONE: GENERAL}
LIFE: Final = 1_100
"""Days from the first message to the last night, which is half a year after `NOW`."""
END: Final = NOW + 180 * DAY


def a_life(chance: Random) -> list[Post]:
    """Two hundred posts: questions, replies and answers in threads, minutes or years later; clan chat; what is deleted again."""
    posts: list[Post] = []
    begun: dict[int, int] = {}
    for number in range(200):
        at = END - timedelta(days=chance.uniform(1, LIFE))
        source = chance.choice([*HOMES, *begun])
        kind, author = "human", chance.choice((ZED, AMY, BOB, ALT, FRIEND, ZED, AMY))
        if chance.random() < 0.25:
            kind, author = "relay", chance.choice((RELAY, RELAY, MUSIC))
        elif chance.random() < 0.05:
            kind, author = chance.choice(("system", "bot")), chance.choice((FRIEND, BOT))
        target = chance.choice(posts).fact if posts and chance.random() < 0.4 else None
        if target is not None:
            at = min(instant_of(target.id) + timedelta(days=chance.expovariate(1 / chance.choice((0.3, 20, 300)))), END)
            source = target.thread_id or target.channel_id
        if source in begun:
            at = min(max(at, instant_of(source) + timedelta(days=chance.expovariate(0.1))), END)
        home = begun[source] if source in begun else HOMES[source]
        fact = MessageFact(
            snowflake_at(at) + number, home, None if source == home else source, author, kind,  # type: ignore[arg-type]
            5, kind == "human" and chance.random() < 0.4, target.id if target else None,
            relayed_name="Zed" if author == RELAY and chance.random() < 0.7 else "Ding" if kind == "relay" else None,
        )  # fmt: skip
        gone = chance.random() < 0.1
        posts.append(Post(fact, at + timedelta(days=chance.uniform(0, 3)) if gone else None))
        if fact.is_question and source == home and chance.random() < 0.3:
            begun[fact.id] = home
    return posts


def landing_of(posts: Sequence[Post], at: datetime, before: datetime | None, known: set[int]) -> Talk:
    """What a night at *at* reads: what is new since *before* and three days more, and all of threads that are not *known* yet."""
    sources = sorted({post.source for post in posts})
    reads = tuple(
        Read(source, 0 if before is None or source not in known else snowflake_at(before - 3 * DAY) - 1, snowflake_at(at + TICK) - 1, True)
        for source in sources
    )  # fmt: skip
    after = {read.source_id: read.after for read in reads}
    return a_talk([post.fact for post in posts if post.is_there(at) and post.fact.id > after[post.source]], reads=reads)


def a_talk(facts: Iterable[MessageFact] = (), *, access: Access = "open", reads: tuple[Read, ...] = ()) -> Talk:
    rooms = (Channel(GENERAL, None, "general", "text", 1, access), Channel(HELP, None, "clan-help", "text", 2, "open"))
    forum = Channel(FORUM, None, "guides", "forum", 3, "open")
    threads = {read.source_id for read in reads} - {GENERAL, HELP}
    found = tuple(Channel(each, FORUM if each == THREAD else GENERAL, "t", "thread", 0, "open") for each in threads)
    return Talk(Guild(1, "Ashen Hall"), (*rooms, forum, *found), None, (), reads, list(facts))


def land(file: Path, talk: Talk, at: datetime, *, whole: bool = True) -> Counts:
    """Load what Discord said at *at*, and give its clan chat to Zed, whose alone the name is."""
    arrival = replace(an_arrival(at, name=f"{at:%Y%m%dT%H%M%S}-discord", source="discord"), whole=whole)
    with writing(file) as connection:
        counts = load_talk(connection, talk, arrival)
        connection.exec_driver_sql("UPDATE message SET relayed_player_id = 1 WHERE relayed_name = 'Zed'")
    return counts


def a_clan(folder: Path, chance: Random) -> Path:
    """`an_evening` before Discord was read, with people who came to the guild at any time."""
    folder.mkdir()
    file = an_evening(folder)
    with writing(file) as connection:
        connection.exec_driver_sql("DELETE FROM landing WHERE source = 'discord'")
    for account, person in ((ZED, 1), (AMY, 2), (ALT, 2), (BOB, -1), (FRIEND, -15)):
        joined = END - timedelta(days=chance.uniform(1, LIFE))
        an_account(file, account, person_id=person, joined_at=joined)
    return file


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_all_numbers_are_the_same_as_if_messages_had_stayed_on_any_night(tmp_path: Path, seed: int) -> None:
    chance = Random(seed)
    posts, nights = a_life(chance), sorted(END - timedelta(days=chance.uniform(0, 500)) for _ in range(3))
    late = {source for source in (THREAD, ALONE) if chance.random() < 0.5}
    summed = a_clan(tmp_path / "summed", chance)
    kept = tmp_path / "kept.db"
    shutil.copy(summed, kept)
    before, known = None, set[int]()
    landings = []
    for number, at in enumerate(nights):
        there = [post for post in posts if number or post.source not in late]
        landings.append((landing_of(there, at, before, known), at))
        known |= {post.source for post in there}
        for file in (summed, kept):
            land(file, *landings[-1])
        sum_at(summed, at, chance.choice((SHORTEST, 500, 600)))
        assert numbers(summed, at) == numbers(kept, at)
        before = at
    assert rows(summed, "SELECT sum(messages) FROM message_day") != [None]
    sum_at(summed, nights[-1])
    for talk, at in landings:  # again, as `load --again` does
        for file in (summed, kept):
            land(file, talk, at)
    assert sum_at(summed, nights[-1]) == 0
    assert numbers(summed, nights[-1]) == numbers(kept, nights[-1])


# ── what becomes a sum ───────────────────────────────────────────────────────────────────────────────────────────────


def singly(file: Path) -> list[int]:
    return rows(file, "SELECT id FROM message ORDER BY id")


def test_what_was_sent_before_a_midnight_is_summed_and_what_was_sent_at_it_stays(file: Path) -> None:
    edge = a_word(HORIZON)
    say(file, a_word(HORIZON - TICK), a_word(HORIZON - DAY), edge, a_word(back(days=1)))
    read_to_the_end(file)
    the_same_as_before(file)
    assert singly(file) == [edge["id"], a_word(back(days=1))["id"]]
    assert rows(file, "SELECT * FROM message_day") == [
        (to_ms(HORIZON - DAY), "human", GENERAL, ZED, 0, 2),
    ]  # fmt: skip
    assert talk_of(file).singly_since == HORIZON


def test_a_guild_without_old_messages_has_no_sums_and_nothing_to_say_of_them(file: Path) -> None:
    say(file, a_word(HORIZON))
    read_to_the_end(file)
    before = contents(file)
    assert sum_at(file) == 0
    assert contents(file) == before
    assert talk_of(file).singly_since is None


def test_who_said_what_in_clan_chat_is_kept_of_nobody_known_only_that_they_spoke(file: Path) -> None:
    long_ago = HORIZON - 9 * DAY
    say(
        file, a_line(long_ago), a_line(long_ago + TICK), a_line(long_ago + 2 * TICK, "Ding", None),
        a_line(long_ago + 3 * TICK, "Now playing", None, MUSIC),
    )  # fmt: skip
    read_to_the_end(file)
    the_same_as_before(file)
    talk = talk_of(file)
    assert (talk.clan_chat, speaker(talk, 1).clan_chat) == ({"all": 3}, {"all": 2})
    assert speaker(talk, 1).last_clan_chat_at == midnight(long_ago) + timedelta(hours=12)


def test_what_was_deleted_and_what_never_counted_is_forgotten(file: Path) -> None:
    say(
        file, a_word(HORIZON - DAY, deleted_at=HORIZON), a_word(HORIZON - DAY, kind="system", number=1),
        a_word(HORIZON - DAY, BOT, 2, kind="bot"),
    )  # fmt: skip
    read_to_the_end(file)
    the_same_as_before(file)
    assert (singly(file), rows(file, "SELECT * FROM message_day")) == ([], [])


def test_who_greeted_a_newcomer_is_kept_until_they_come_again(file: Path) -> None:
    came = HORIZON - 4 * DAY
    an_account(file, BOB, "Bob", -1, joined_at=came)
    hello = a_word(came + TICK, BOB, kind="system")
    say(file, hello, a_word(came + DAY, AMY, reply_to_id=hello["id"]), a_word(HORIZON, ZED, reply_to_id=hello["id"]))
    read_to_the_end(file)
    the_same_as_before(file)
    assert speaker(talk_of(file), 2).welcomes == {"all": 1}
    an_account(file, BOB, "Bob", -1, joined_at=back(days=3))
    assert speaker(talk_of(file), 2).welcomes == {}


def test_the_first_greeting_stays_the_first_though_a_later_one_is_kept(file: Path) -> None:
    came = HORIZON - DAY
    an_account(file, BOB, "Bob", -1, joined_at=came)
    hello, again = a_word(came + TICK, BOB), a_word(HORIZON, BOB)
    say(
        file, hello, a_word(came + 2 * TICK, AMY, reply_to_id=hello["id"]), again,
        a_word(HORIZON + TICK, ZED, reply_to_id=again["id"]),
    )  # fmt: skip
    read_to_the_end(file)
    the_same_as_before(file)
    assert speaker(talk_of(file), 2).welcomes == {"all": 1}
    the_same_as_before(file, NOW + DAY)


def test_who_wrote_the_message_that_a_thread_began_from_is_known_when_it_is_a_sum(file: Path) -> None:
    begun = a_word(HORIZON - DAY, AMY)
    a_channel(file, begun["id"], "her words", kind="thread", parent_id=GENERAL, owner_id=ZED)
    say(file, begun)
    read_to_the_end(file)
    assert sum_at(file) == 1
    assert rows(file, "SELECT owner_id, opener_id FROM channel WHERE id = ?", begun["id"]) == [(ZED, AMY)]


def test_a_thread_that_is_found_later_is_added_to_the_days_of_its_channel(file: Path) -> None:
    at = HORIZON - 50 * DAY
    a_channel(file, ALONE, "found later", kind="thread", parent_id=GENERAL)
    say(file, a_word(at), a_question(at + TICK))
    read_to_the_end(file)
    the_same_as_before(file)
    say(file, a_word(at + 2 * TICK, thread_id=ALONE), a_question(at + 3 * TICK, thread_id=ALONE))
    the_same_as_before(file)
    assert rows(file, "SELECT messages FROM message_day UNION ALL SELECT questions FROM question_day") == [4, 2]


def test_an_answer_is_counted_with_its_question_though_it_is_kept_singly_itself(file: Path) -> None:
    question = a_question(HORIZON - TICK)
    say(file, question, a_word(HORIZON + DAY / 2, AMY, reply_to_id=question["id"]))
    read_to_the_end(file)
    the_same_as_before(file)
    talk = talk_of(file)
    assert rows(file, "SELECT author_id, helper_id, questions, within_day FROM question_day") == [(ZED, AMY, 1, 1)]
    assert (talk.response["all"].median, talk.helpers["all"][0].median) == (None, None)


def test_what_comes_a_year_after_a_question_does_not_answer_it(file: Path) -> None:
    at = back(days=380)
    say(
        file, a_question(at, thread_id=THREAD), a_question(at, number=1, thread_id=ALONE),
        a_word(at + 365 * DAY - TICK, AMY, thread_id=THREAD), a_word(at + 365 * DAY + TICK, AMY, thread_id=ALONE),
    )  # fmt: skip
    assert talk_of(file).response["all"].answered == 1


# ── what has to wait ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_summed_while_the_first_reading_goes_on(file: Path) -> None:
    whole = Read(GENERAL, 0, snowflake_at(NOW + DAY), True)
    begun = [fact(HORIZON - 3 * DAY, is_question=True), fact(HORIZON - 2 * DAY, AMY)]
    land(file, a_talk(begun[:1], reads=(Read(GENERAL, 0, begun[0].id, False),)), NOW + TICK, whole=False)
    assert sum_at(file) == 0
    answer = begun[1]._replace(reply_to_id=begun[0].id)
    land(file, a_talk([*begun[:1], answer], reads=(whole,)), NOW + DAY)
    the_same_as_before(file, NOW + DAY)
    assert talk_of(file, NOW + DAY).response["all"].answered == 1


def test_what_lies_past_the_cursor_of_its_channel_will_come_again_and_waits(file: Path) -> None:
    early, late = fact(HORIZON - 3 * DAY), fact(HORIZON - 2 * DAY)
    begun = Read(GENERAL, 0, early.id, True)
    land(file, a_talk([early, late], reads=(begun,)), NOW + TICK)
    assert (sum_at(file), singly(file)) == (1, [late.id])
    land(file, a_talk([late], reads=(Read(GENERAL, early.id, snowflake_at(NOW), True),)), NOW + DAY)
    the_same_as_before(file, NOW + DAY)
    assert talk_of(file, NOW + DAY).totals == {"all": 2}


def test_what_was_asked_in_a_thread_that_nobody_listed_waits_as_well(file: Path) -> None:
    say(file, a_word(HORIZON - DAY), a_question(HORIZON - DAY, number=1, thread_id=ALONE))
    read_to_the_end(file)
    the_same_as_before(file)
    assert len(singly(file)) == 1


def fact(at: datetime, author_id: int = ZED, **bent: Any) -> MessageFact:
    held: dict[str, Any] = {
        "channel_id": GENERAL, "thread_id": None, "author_id": author_id, "kind": "human", "length": 5, "is_question": False,
    }  # fmt: skip
    return MessageFact(snowflake_at(at), **(held | bent))


def test_a_channel_that_may_be_read_again_after_years_is_counted_from_where_it_was_left(file: Path) -> None:
    early, meanwhile = fact(HORIZON - 300 * DAY), fact(HORIZON - 100 * DAY, AMY)
    land(file, a_talk([early], reads=(Read(GENERAL, 0, early.id, True),)), NOW + TICK)
    land(file, a_talk(access="hidden"), NOW + 2 * TICK)
    assert sum_at(file) == 1
    again = Read(GENERAL, early.id, snowflake_at(NOW), True)
    land(file, a_talk([early, meanwhile], reads=(again,)), NOW + DAY)
    assert singly(file) == [meanwhile.id]
    the_same_as_before(file, NOW + DAY)
    assert talk_of(file, NOW + DAY).totals == {"all": 2}


def test_texts_that_discord_withholds_for_too_long_are_written_but_never_asked(file: Path) -> None:
    deaf = [fact(at, is_question=None, length=None) for at in (HORIZON - DAY, HORIZON)]
    everything = Read(GENERAL, 0, snowflake_at(NOW), True)
    land(file, a_talk(deaf, reads=(everything,)), NOW + TICK)
    sum_at(file)
    assert talk_of(file, NOW + TICK).withheld_since == HORIZON
    heard = [each._replace(is_question=True, length=9) for each in deaf]
    land(file, a_talk(heard, reads=(everything,)), NOW + 2 * TICK)
    talk = talk_of(file, NOW + 2 * TICK)
    assert (talk.totals["all"], talk.response["all"].asked, talk.withheld_since) == (2, 1, None)


def test_a_landing_that_is_loaded_again_brings_back_nothing_that_is_summed(file: Path) -> None:
    everything = a_talk([fact(HORIZON - DAY), fact(HORIZON)], reads=(Read(GENERAL, 0, snowflake_at(NOW), True),))
    land(file, everything, NOW + TICK)
    sum_at(file)
    before = contents(file)
    assert land(file, everything, NOW + TICK).unchanged >= 2
    assert contents(file) == before


def test_what_was_summed_stays_so_when_messages_are_to_be_kept_for_longer(file: Path) -> None:
    say(file, *(a_word(back(days=number)) for number in (1, 450, 550, 650)))
    read_to_the_end(file)
    assert [sum_at(file, days=days) for days in (600, 800, 500, 500, 400)] == [1, 0, 1, 0, 1]
    assert talk_of(file).totals["all"] == 4


def test_all_of_it_happens_or_nothing(file: Path) -> None:
    say(file, a_question(HORIZON - DAY), a_word(HORIZON - DAY, AMY, 1))
    read_to_the_end(file)
    before = contents(file)
    with suppress(KeyboardInterrupt), writing(file) as connection:
        assert sum_up(connection, NOW, HORIZON) == 2
        raise KeyboardInterrupt
    assert contents(file) == before
    assert sum_at(file) == 2


# ── past nights ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_past_night_is_told_by_the_days_that_were_over_and_says_so(file: Path, tmp_path: Path) -> None:
    a_discord_night(file, then := back(days=450))
    a_guild(file, chosen_at=then)
    say(file, *(a_question(back(days=days)) for days in (500, 460, 451, 449.9, 20)))
    read_to_the_end(file)
    sum_at(file)
    with rewound(file, then, tmp_path / "then.db") as copy:
        night = night_of(copy, then)
    talk = night.talk
    assert talk is not None
    edge = midnight(back(days=449.9)) + DAY
    assert (talk.totals, talk.response["30d"].asked) == ({"7d": 1, "30d": 2, "90d": 3, "365d": 3, "all": 3}, 2)
    assert hours_known(talk, talk.heat["90d"].window) == f" (hours are known from {edge.day} {edge:%b %Y} on)"
    assert "daily sums are all that is kept" in (what_was_asked(talk, "UTC") or "")
    assert f"messages before {edge.day} {edge:%b %Y} are daily sums by now" in night.freshness.sentence
    assert sum(map(sum, talk.heat["all"].utc)) == 0


def test_the_present_night_says_nothing_of_sums(file: Path) -> None:
    say(file, a_question(back(days=500)), a_question(back(days=50)))
    read_to_the_end(file)
    sum_at(file)
    night = night_of(file)
    assert night.talk is not None
    assert (what_was_asked(night.talk, "UTC"), "sums" in night.freshness.sentence) == (None, False)
    assert night.talk.singly(night.talk.heat["all"].window).since == midnight(back(days=500)) + DAY
