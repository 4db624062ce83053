"""What a guild says becomes rows: once, in one transaction, never backwards, and what is gone is known to be gone."""

import gzip
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records_kit import FOUNDED, NOW, a_database, an_arrival, contents, rows

from pipeline.domain.talk import Account, Channel, Guild, KnownSource, MessageFact, Read, Talk, ms_of, snowflake_at
from pipeline.errors import Unreadable
from pipeline.loading import load_landing
from pipeline.sources.discord import rows as talk_rows
from pipeline.sources.landing import LandingWriter, landing_name
from pipeline.storage import identity
from pipeline.storage.engine import reading, writing
from pipeline.storage.load_talk import BATCH, load_talk
from pipeline.storage.talk_queries import known_talk
from pipeline.storage.types import to_ms
from pipeline.storage.upsert import Counts

UTC = ZoneInfo("UTC")

A_DAY = timedelta(days=1)
TOMORROW, LATER = NOW + A_DAY, NOW + 2 * A_DAY
HALL = Guild(1, "Ashen Hall")
GENERAL, HELP, THREAD = 101, 102, 201
ZED, AMY, BOT = 11, 12, 19


def word_id(minute: float) -> int:
    """The id of a message sent so many minutes after `NOW`, before it if negative."""
    return snowflake_at(NOW + timedelta(minutes=minute)) + 7


def a_fact(minute: float, **bent: Any) -> MessageFact:
    """A message in #general."""
    held: dict[str, Any] = {
        "channel_id": GENERAL, "thread_id": None, "author_id": ZED, "kind": "human", "length": 5, "is_question": False,
    }  # fmt: skip
    return MessageFact(word_id(minute), **(held | bent))


def a_channel(channel_id: int, **bent: Any) -> Channel:
    held: dict[str, Any] = {
        "parent_id": None, "name": f"room-{channel_id}", "kind": "text", "position": channel_id, "access": "open",
    }  # fmt: skip
    return Channel(channel_id, **(held | bent))


def an_account(account_id: int, nick: str | None = None, **bent: Any) -> Account:
    held: dict[str, Any] = {
        "username": f"user{account_id}", "global_name": None, "is_bot": False, "in_guild": True, "joined_at": FOUNDED,
        "roles": (),
    }  # fmt: skip
    return Account(account_id, nick=nick, **(held | bent))


def an_author(account_id: int) -> Account:
    return an_account(account_id, in_guild=False, joined_at=None)


def a_read(source: int = GENERAL, after: float = -10_000, until: float = 10_000, *, reread: bool = True) -> Read:
    """Everything of *source* in those minutes."""
    return Read(source, word_id(after), word_id(until), reread)


def a_talk(messages: Iterable[MessageFact] = (), **bent: Any) -> Talk:
    """What a landing says: two channels, a thread, two people and a bot, unless *bent* says otherwise."""
    held: dict[str, Any] = {
        "guild": HALL,
        "channels": (
            a_channel(GENERAL, archives_read=True), a_channel(HELP, archives_read=True),
            a_channel(THREAD, parent_id=GENERAL, kind="thread"),
        ),
        "accounts": (an_account(ZED, "Zed"), an_account(AMY), an_account(BOT, is_bot=True)),
        "authors": (),
        "reads": (),
    }  # fmt: skip
    return Talk(messages=messages, **(held | bent))


def land(file: Path, talk: Talk, at: datetime = NOW, name: str | None = None) -> Counts:
    """Load *talk* as harvested at *at*."""
    arrival = an_arrival(at, name=name or f"{at:%Y%m%dT%H%M%S}-discord", source="discord")
    with writing(file) as connection:
        return load_talk(connection, talk, arrival)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return a_database(tmp_path)


def living(file: Path, source: int = GENERAL) -> list[int]:
    return rows(
        file,
        "SELECT id FROM message WHERE deleted_at IS NULL AND coalesce(thread_id, channel_id) = ? ORDER BY id",
        source,
    )


def source(file: Path, source_id: int) -> KnownSource:
    with reading(file) as connection:
        return known_talk(connection).sources[source_id]


def account(file: Path, account_id: int, *columns: str) -> Any:
    [found] = rows(file, f"SELECT {', '.join(columns)} FROM discord_account WHERE id = ?", account_id)
    return found


# ── one landing ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_message_is_kept_with_all_its_facts(file: Path) -> None:
    fact = a_fact(
        -5, thread_id=THREAD, author_id=AMY, is_question=True, length=42, reply_to_id=word_id(-9), edited_ms=to_ms(NOW),
        attachments=3, metrics=("vorkath", "zulrah"),
    )  # fmt: skip
    land(file, a_talk([fact]))
    names = (
        "id, channel_id, thread_id, author_id, sent_at, edited_at, kind, length, is_question, reply_to_id, attachments, metrics, "
        "relayed_name, relayed_player_id, deleted_at"
    )
    assert rows(file, f"SELECT {names} FROM message") == [
        (fact.id, GENERAL, THREAD, AMY, ms_of(fact.id), to_ms(NOW), "human", 42, 1, word_id(-9), 3, '["vorkath","zulrah"]', None,
         None, None)
    ]  # fmt: skip


def test_what_was_withheld_is_unknown_and_not_no(file: Path) -> None:
    land(file, a_talk([a_fact(-1, length=None, is_question=None)]))
    assert rows(file, "SELECT length, is_question FROM message") == [(None, None)]


def test_a_text_that_is_withheld_after_an_edit_is_not_the_one_that_was_heard(file: Path) -> None:
    earlier = [a_fact(-2, length=42), a_fact(-1, length=43)]
    land(file, a_talk(earlier))
    withheld = [
        a_fact(-2, length=None, is_question=None),
        a_fact(-1, length=None, is_question=None, edited_ms=to_ms(NOW)),
    ]
    land(file, a_talk(withheld), TOMORROW)
    assert rows(file, "SELECT length FROM message ORDER BY id") == [42, None]
    assert source(file, GENERAL).blind_from == word_id(-1)


def test_the_landing_is_marked_with_what_was_read_again_and_listed(file: Path) -> None:
    land(file, a_talk(reads=(a_read(GENERAL), a_read(THREAD, reread=False))))
    assert rows(file, "SELECT source, rereads, archives FROM landing") == [
        ("discord", f"[{GENERAL}]", f"[{GENERAL},{HELP}]")
    ]


def test_whose_an_account_is_does_not_come_with_a_landing_and_is_not_lost_by_one(file: Path) -> None:
    land(file, a_talk(authors=(an_author(15),)))
    assert rows(file, "SELECT DISTINCT person_id, method, confidence FROM discord_account") == [(None, None, None)]
    assert rows(file, "SELECT id FROM person") == []
    with writing(file) as connection:
        identity.write_persons(connection, [])
    listed = (an_account(ZED, "Zed again"), an_account(77))
    land(file, a_talk(accounts=listed, authors=(an_author(15),)), TOMORROW)
    assert rows(file, "SELECT id, person_id, method FROM discord_account ORDER BY id") == [
        (ZED, -1, "alone"), (AMY, -2, "alone"), (15, -3, "alone"), (BOT, None, None), (77, None, None),
    ]  # fmt: skip


@pytest.mark.parametrize("number", [0, 1, 49, 50, 51, BATCH - 1, BATCH, BATCH + 1, 2 * BATCH + 60])
def test_every_message_of_a_large_landing_is_counted(file: Path, number: int) -> None:
    facts = [a_fact(-n) for n in range(number)]
    accounts_and_channels = 6
    assert land(file, a_talk(iter(facts))) == Counts(inserted=number + accounts_and_channels)
    assert land(file, a_talk(iter(facts)), TOMORROW) == Counts(unchanged=number + accounts_and_channels)


def test_a_message_that_comes_twice_in_a_landing_is_one(file: Path) -> None:
    counts = land(file, a_talk([a_fact(-1), a_fact(-1), *(a_fact(-n) for n in range(1, 60))]))
    assert len(living(file)) == 59
    assert counts.inserted == 59 + 6


# ── again, and backwards ─────────────────────────────────────────────────────────────────────────────────────────────


def a_full_talk(**bent: Any) -> Talk:
    facts = [a_fact(-3), a_fact(-2, is_question=None, length=None), a_fact(-1, kind="relay", relayed_name="Zed")]
    return a_talk(facts, reads=(a_read(GENERAL, -60, 0), a_read(THREAD, -60, 0)), authors=(an_author(15),), **bent)


def test_replaying_a_landing_changes_nothing(file: Path) -> None:
    land(file, a_full_talk())
    before = contents(file, besides=())
    counts = land(file, a_full_talk())
    assert (counts.inserted, counts.updated) == (0, 0)
    assert contents(file, besides=()) == before


def test_an_identical_night_leaves_all_tables_equal(file: Path) -> None:
    land(file, a_full_talk())
    before = contents(file)
    assert land(file, a_full_talk(), TOMORROW).updated == 0
    assert contents(file) == before


def test_replaying_a_landing_that_buried_something_changes_nothing(file: Path) -> None:
    land(file, a_talk([a_fact(-3), a_fact(-2)]))
    second = {"reads": (a_read(GENERAL, -60, 0),)}
    land(file, a_talk([a_fact(-2)], **second), TOMORROW)
    before = contents(file, besides=())
    land(file, a_talk([a_fact(-2)], **second), TOMORROW)
    assert contents(file, besides=()) == before
    assert living(file) == [word_id(-2)]


def test_an_older_landing_that_comes_late_adds_what_nobody_had(file: Path) -> None:
    land(file, a_talk([a_fact(-1)]), TOMORROW)
    counts = land(file, a_talk([a_fact(-2), a_fact(-1)]), NOW)
    assert living(file) == [word_id(-2), word_id(-1)]
    assert (counts.inserted, counts.updated) == (1, 0)


def test_an_older_landing_that_comes_late_reverts_nothing(file: Path) -> None:
    newer = a_talk(
        [a_fact(-1, edited_ms=to_ms(TOMORROW), is_question=True)],
        guild=Guild(1, "New Hall"),
        channels=(a_channel(GENERAL, name="renamed", access="hidden"), a_channel(HELP)),
        accounts=(an_account(ZED, "New Zed", roles=("Captain",)),),
        reads=(a_read(GENERAL, -60, 60),),
    )
    land(file, newer, TOMORROW)
    before = contents(file)
    older = a_talk([a_fact(-1)], reads=(a_read(GENERAL, -60, 0),))
    counts = land(file, older, NOW)
    assert contents(file) == before
    assert (counts.inserted, counts.updated, counts.unchanged) == (0, 0, 1)


def test_an_older_landing_that_comes_late_buries_nothing_and_raises_nobody(file: Path) -> None:
    land(file, a_talk([a_fact(-3), a_fact(-2), a_fact(-1)]), NOW)
    land(file, a_talk([a_fact(-2)], reads=(a_read(GENERAL, -3.5, -1.5),)), LATER)
    assert living(file) == [word_id(-2), word_id(-1)]
    land(file, a_talk([a_fact(-3)], reads=(a_read(GENERAL, -60, 0),)), TOMORROW)
    assert living(file) == [word_id(-2), word_id(-1)]


def test_an_older_landing_does_not_make_a_reread_look_newer(file: Path) -> None:
    land(file, a_talk(reads=(a_read(),)), TOMORROW)
    land(file, a_talk(reads=(a_read(),)), NOW)
    known = source(file, GENERAL)
    assert (known.reread_at, known.archives_read_at) == (TOMORROW, TOMORROW)


def test_two_landings_before_a_load_are_as_good_as_one_a_night(tmp_path: Path) -> None:
    first = a_talk([a_fact(-3), a_fact(-2)], reads=(a_read(GENERAL, -60, -2),))
    second = a_talk([a_fact(-3, edited_ms=9), a_fact(-2), a_fact(5)], reads=(a_read(GENERAL, -60, 5),))
    other = a_talk([a_fact(5)], reads=(a_read(GENERAL, -2, 5, reread=False),))
    once, twice = a_database(tmp_path, "once.db"), a_database(tmp_path, "twice.db")
    land(once, second, NOW)
    land(twice, first, NOW)
    land(twice, second, NOW, "the second of that instant")
    land(twice, other, NOW, "a third")
    assert contents(once) == contents(twice)


# ── what is gone ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_did_not_come_from_a_stretch_that_was_read_whole_was_deleted(file: Path) -> None:
    land(file, a_talk([a_fact(-3), a_fact(-2), a_fact(-1)]))
    counts = land(file, a_talk([a_fact(-3), a_fact(-1)], reads=(a_read(GENERAL, -60, 0),)), TOMORROW)
    assert living(file) == [word_id(-3), word_id(-1)]
    assert rows(file, "SELECT deleted_at FROM message WHERE id = ?", word_id(-2)) == [to_ms(TOMORROW)]
    assert counts.updated == 1


def test_the_day_of_a_deletion_stands(file: Path) -> None:
    land(file, a_talk([a_fact(-2)]))
    for at in (TOMORROW, LATER):
        land(file, a_talk(reads=(a_read(GENERAL, -60, 0),)), at)
    assert rows(file, "SELECT deleted_at FROM message") == [to_ms(TOMORROW)]


@pytest.mark.parametrize(
    ("read", "gone"),
    [
        (a_read(GENERAL, -4, -2), True),
        (a_read(GENERAL, -3, -2), False),  # `after` is not inside
        (a_read(GENERAL, -4, -3), True),  # `until` is
        (a_read(GENERAL, -4, -3.001), False),
        (a_read(GENERAL, -2, 0), False),
        (a_read(HELP), False),
        (a_read(THREAD), False),
    ],
)
def test_only_what_lies_inside_the_stretch_can_be_missed(file: Path, read: Read, gone: bool) -> None:
    land(file, a_talk([a_fact(-3)]))
    land(file, a_talk(reads=(read,)), TOMORROW)
    assert (living(file) == []) is gone


def test_a_channel_that_was_read_says_nothing_of_its_threads_nor_they_of_it(file: Path) -> None:
    facts = [a_fact(-3), a_fact(-2, thread_id=THREAD)]
    land(file, a_talk(facts))
    land(file, a_talk([facts[0]], reads=(a_read(GENERAL),)), TOMORROW)
    assert living(file, THREAD) == [word_id(-2)]
    land(file, a_talk(reads=(a_read(THREAD),)), LATER)
    assert (living(file), living(file, THREAD)) == ([word_id(-3)], [])


def test_without_a_whole_read_nothing_is_missed(file: Path) -> None:
    land(file, a_talk([a_fact(-3), a_fact(-2)]))
    land(file, a_talk([a_fact(-3)]), TOMORROW)
    assert len(living(file)) == 2


def test_what_comes_back_was_not_deleted(file: Path) -> None:
    land(file, a_talk([a_fact(-3)]))
    land(file, a_talk(reads=(a_read(),)), TOMORROW)
    assert living(file) == []
    counts = land(file, a_talk([a_fact(-3)], reads=(a_read(),)), LATER)
    assert living(file) == [word_id(-3)]
    assert counts.updated == 1


def test_what_is_new_is_not_missed_by_the_read_that_brings_it(file: Path) -> None:
    facts = [a_fact(-n) for n in range(BATCH + 200)]
    land(file, a_talk(facts[:100], reads=(a_read(),)))
    land(file, a_talk(iter(facts), reads=(a_read(),)), TOMORROW)
    assert len(living(file)) == len(facts)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 8),  # read from after this minute …
            st.integers(0, 8),  # … to this one
            st.sets(st.integers(0, 9)),  # what exists that night
            st.booleans(),  # whether the read came whole
        ),
        min_size=1,
        max_size=6,
    ),
    st.randoms(use_true_random=False),
)
def test_each_message_is_as_the_last_night_that_looked_at_it_saw_it(
    tmp_path_factory: pytest.TempPathFactory, nights: list[tuple[int, int, set[int], bool]], rng: Any
) -> None:
    file = a_database(tmp_path_factory.mktemp("nights"))
    truth: dict[int, tuple[bool, int]] = {}
    for night, (after, length, exists, whole) in enumerate(nights):
        until = after + length
        seen = sorted(minute for minute in exists if after < minute <= until)
        for minute in range(10):
            if minute in seen:
                truth[minute] = (True, night)
            elif after < minute <= until and whole and minute in truth:
                truth[minute] = (False, truth[minute][1])
        facts = [a_fact(minute, edited_ms=night) for minute in seen]
        reads = (a_read(GENERAL, after, until),) if whole and length else ()
        talk = a_talk(facts, reads=reads)
        land(file, talk, NOW + night * A_DAY)
        if rng.random() < 0.3:
            land(file, a_talk(facts, reads=reads), NOW + night * A_DAY)
    found = rows(file, "SELECT id, deleted_at IS NULL, edited_at FROM message ORDER BY id")
    assert found == [(word_id(minute), alive, night) for minute, (alive, night) in sorted(truth.items())]


# ── cursors, and what need not be asked again ────────────────────────────────────────────────────────────────────────


def test_a_cursor_moves_to_where_reading_came_and_never_back(file: Path) -> None:
    land(file, a_talk(reads=(a_read(GENERAL, -60, 0),)))
    assert source(file, GENERAL).cursor == word_id(0)
    land(file, a_talk(reads=(a_read(GENERAL, -60, -30),)), TOMORROW)
    assert source(file, GENERAL).cursor == word_id(0)
    land(file, a_talk(reads=(a_read(GENERAL, 0, 30),)), LATER)
    assert source(file, GENERAL).cursor == word_id(30)
    assert source(file, HELP).cursor is None


def test_a_channel_that_was_seen_again_keeps_its_cursor(file: Path) -> None:
    land(file, a_talk(reads=(a_read(GENERAL, -60, 0),)))
    land(file, a_talk(channels=(a_channel(GENERAL, name="renamed", access="hidden"),)), TOMORROW)
    known = source(file, GENERAL)
    assert (known.cursor, known.access) == (word_id(0), "hidden")


def test_what_is_known_of_a_source_is_its_newest_living_message_and_its_first_blind_one(file: Path) -> None:
    facts = [
        a_fact(-9, is_question=None, length=None), a_fact(-8, is_question=None, length=None), a_fact(-7), a_fact(-6),
        a_fact(-1, thread_id=THREAD),
    ]  # fmt: skip
    land(file, a_talk(facts))
    assert (source(file, GENERAL).blind_from, source(file, GENERAL).newest) == (word_id(-9), word_id(-6))
    assert (source(file, THREAD).blind_from, source(file, THREAD).newest) == (None, word_id(-1))
    land(file, a_talk(facts[1:3], reads=(a_read(GENERAL),)), TOMORROW)
    assert (source(file, GENERAL).blind_from, source(file, GENERAL).newest) == (word_id(-8), word_id(-7))
    assert source(file, HELP) == KnownSource("open", None, None, TOMORROW, None, None)


def test_nothing_is_known_of_an_empty_database(file: Path) -> None:
    with reading(file) as connection:
        assert known_talk(connection).sources == {}


def test_ids_as_large_as_they_come_are_kept_exactly(file: Path) -> None:
    big = 2**63 - 1
    land(file, a_talk(channels=(a_channel(big, archives_read=True),), reads=(Read(big, 0, big, reread=True),)))
    known = source(file, big)
    assert (known.cursor, known.reread_at, known.archives_read_at) == (big, NOW, NOW)


# ── the guild, its channels and its people ───────────────────────────────────────────────────────────────────────────


def test_a_guild_is_chosen_once_and_a_new_one_from_its_first_night_on(file: Path) -> None:
    for at, guild in ((NOW, HALL), (TOMORROW, HALL), (LATER, Guild(2, "Elsewhere")), (LATER + A_DAY, HALL)):
        land(file, a_talk(guild=guild, channels=()), at)
    assert rows(file, "SELECT id, chosen_at FROM guild ORDER BY id") == [(1, to_ms(LATER + A_DAY)), (2, to_ms(LATER))]


def test_channels_that_are_listed_no_more_are_gone_and_threads_are_not(file: Path) -> None:
    land(file, a_talk())
    land(file, a_talk(channels=(a_channel(HELP),)), TOMORROW)
    assert rows(file, "SELECT id, access FROM channel ORDER BY id") == [
        (GENERAL, "gone"), (HELP, "open"), (THREAD, "open"),
    ]  # fmt: skip


def test_another_guild_does_not_make_the_channels_of_the_first_go(file: Path) -> None:
    land(file, a_talk())
    land(file, a_talk(guild=Guild(2, "Elsewhere"), channels=(a_channel(900),)), TOMORROW)
    assert rows(file, "SELECT access FROM channel WHERE id = ?", GENERAL) == ["open"]


def test_who_is_listed_no_more_has_left_and_keeps_their_names_without_roles(file: Path) -> None:
    land(file, a_talk(accounts=(an_account(ZED, "Zed", roles=("Captain",)), an_account(AMY))))
    land(file, a_talk(accounts=(an_account(AMY),)), TOMORROW)
    assert account(file, ZED, "nick", "in_guild", "left_at", "roles") == ("Zed", 0, to_ms(TOMORROW), "[]")
    land(file, a_talk(accounts=(an_account(AMY),)), LATER)
    assert account(file, ZED, "left_at") == to_ms(TOMORROW)


def test_who_comes_back_has_not_left(file: Path) -> None:
    for at, listed in ((NOW, True), (TOMORROW, False), (LATER, True)):
        land(file, a_talk(accounts=(an_account(ZED, "Zed"),) if listed else ()), at)
    assert account(file, ZED, "in_guild", "left_at") == (1, None)


def test_a_list_that_was_refused_says_nothing_of_anybody(file: Path) -> None:
    land(file, a_talk())
    before = rows(file, "SELECT * FROM discord_account ORDER BY id")
    land(file, a_talk(accounts=None, authors=(an_author(ZED), an_author(77))), TOMORROW)
    after = rows(file, "SELECT * FROM discord_account ORDER BY id")
    assert [row for row in after if row[0] != 77] == before
    assert account(file, 77, "in_guild", "nick") == (0, None)


def test_an_author_adds_a_name_and_never_takes_one(file: Path) -> None:
    land(file, a_talk(accounts=(an_account(ZED, "Zed"),), authors=(an_author(ZED), an_author(AMY))))
    assert account(file, ZED, "nick", "in_guild") == ("Zed", 1)
    land(file, a_talk(accounts=(an_account(ZED, "Zed"), an_account(AMY, "Amy")), authors=(an_author(AMY),)), TOMORROW)
    assert account(file, AMY, "nick", "in_guild", "left_at") == ("Amy", 1, None)


def test_the_owner_of_a_relayed_line_survives_its_coming_again(file: Path) -> None:
    line = a_fact(-1, kind="relay", relayed_name="Zed")
    land(file, a_talk([line]))
    with writing(file) as connection:
        connection.exec_driver_sql("UPDATE message SET relayed_player_id = 7")
    land(file, a_talk([line], reads=(a_read(),)), TOMORROW)
    assert rows(file, "SELECT relayed_player_id FROM message") == [7]


# ── from a landing on the disk, in one transaction ───────────────────────────────────────────────────────────────────


def written(root: Path, facts: Iterable[MessageFact], at: datetime = NOW, run_id: str = "r1") -> Path:
    """A whole landing that says what `a_talk` does, with *facts*."""
    talk = a_talk(facts, reads=(a_read(),))
    with LandingWriter(root, landing_name(at, "discord", run_id), source="discord", run_id=run_id, now=at) as writer:
        for role, found in (
            ("messages", map(talk_rows.of_message, talk.messages)),
            ("guild", [talk_rows.of_guild(talk.guild, lists_members=True)]),
            ("accounts", map(talk_rows.of_account, talk.accounts or ())),
            ("authors", map(talk_rows.of_account, talk.authors)),
            ("channels", map(talk_rows.of_channel, talk.channels)),
            ("reads", map(talk_rows.of_read, talk.reads)),
        ):
            with writer.lines(role, path="/x") as out:
                for row in found:
                    out.write(row)
    return writer.path


def test_a_landing_on_the_disk_says_what_its_records_say(tmp_path: Path, file: Path) -> None:
    facts = [a_fact(-n) for n in range(120)]
    load_landing(file, written(tmp_path / "landing", facts), UTC)
    other = a_database(tmp_path, "other.db")
    land(other, a_talk(facts, reads=(a_read(),)))
    assert contents(file) == contents(other)


@pytest.mark.parametrize("role", ["messages", "guild", "accounts", "authors", "channels", "reads"])
@pytest.mark.parametrize("number", [10, BATCH + 10])
def test_a_damaged_part_leaves_the_database_as_it_was(tmp_path: Path, file: Path, role: str, number: int) -> None:
    load_landing(file, written(tmp_path / "landing", [a_fact(-n) for n in range(20)]), UTC)
    before = contents(file, besides=())
    landing = written(tmp_path / "landing", [a_fact(-n, length=9) for n in range(number)], TOMORROW)
    part = next(landing.glob(f"*-{role}.ndjson.gz"))
    body = gzip.decompress(part.read_bytes())
    part.write_bytes(gzip.compress(body + b'{"id":1}\n'))
    with pytest.raises(Unreadable):
        load_landing(file, landing, UTC)
    assert contents(file, besides=()) == before


def test_a_row_that_is_no_message_leaves_the_database_as_it_was(tmp_path: Path, file: Path) -> None:
    before = contents(file, besides=())
    odd = a_fact(-1)._replace(kind=None)  # type: ignore[arg-type]
    landing = written(tmp_path / "landing", [*(a_fact(-n) for n in range(2, BATCH + 5)), odd])
    with pytest.raises(Unreadable, match="of its messages"):
        load_landing(file, landing, UTC)
    assert contents(file, besides=()) == before
