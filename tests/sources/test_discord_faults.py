"""Everything that goes wrong with Discord ends in a plain sentence, and the next night fills the gap: nothing lost, nothing twice."""

import asyncio
import itertools
import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import discord
import pytest
from guild_nights import FAST, Nights, at_once, existing, inside
from small_guild import BOB, END, GENERAL, GUIDES, GUILD, LOUNGE, NEWS, NOW, QUESTIONS, small_guild, snowflake
from sources_kit import Scripted, reply
from wires import Twist, twisted

from pipeline import stages
from pipeline.demo.discord.closing import Closing
from pipeline.demo.discord.faults import LONG_WAIT_S
from pipeline.demo.discord.server import DEMO_TOKEN, DemoDiscord
from pipeline.demo.guild.model import Post
from pipeline.demo.instants import DAY, HOUR, MINUTE
from pipeline.errors import Denied, Retriable, SourceError, Unreadable
from pipeline.job import Job
from pipeline.outcome import StageOutcome
from pipeline.runs import prepare
from pipeline.settings import Settings
from pipeline.sources.discord.client import ATTEMPTS, Closed, Fleeting, Garbled, GuildClient, Missing, in_our_words
from pipeline.sources.discord.patience import FAILURES_IN_A_ROW
from pipeline.sources.discord.probe import probe
from pipeline.sources.landing import rows, whole_landings

GENERAL_PAGES = f"/channels/{GENERAL}/messages?*"
EVERY_PAGE = "/channels/*/messages?*"


@pytest.fixture
def server() -> Iterator[DemoDiscord]:
    with DemoDiscord(small_guild(), now=NOW, limit=FAST) as served:
        yield served


@pytest.fixture
def nights(server: DemoDiscord, tmp_path: Path) -> Nights:
    return Nights(server, tmp_path)


def later(days: float) -> datetime:
    """An instant so many days after `NOW`, before it if negative."""
    return NOW + timedelta(days=days)


def is_plain(sentence: str) -> bool:
    """One sentence for people: no page, no body, no trace of Python."""
    return (
        sentence.endswith(".")
        and "\n" not in sentence
        and not any(mark in sentence for mark in ("<", "{", "Traceback"))
    )


def all_is_well_the_night_after(nights: Nights) -> None:
    """With everything mended the next night has all, each once, and the one after that asks for nothing."""
    nights.server.mend()
    assert nights.night(later(1)).failed == ()
    assert nights.held() == existing(small_guild(), later(1))
    nights.night(later(1))
    assert nights.pages() == []


def nothing_was_left(nights: Nights) -> None:
    """Neither a landing nor half of one."""
    assert not nights.landings.exists() or list(nights.landings.iterdir()) == []


# ── what is lost in the middle of a channel ──────────────────────────────────────────────────────────────────────────

READ_BY_THEN = inside(GENERAL, small_guild())[:100]
"""What the first page of #general holds."""


@pytest.mark.parametrize("right", ["view", "history"])
def test_a_permission_lost_between_two_pages_keeps_what_was_read_and_reads_the_rest_once_it_is_back(
    nights: Nights, right: Any
) -> None:
    nights.server.close_room(GENERAL, right, after=1)
    report = nights.night()
    [sentence] = [one for one in report.failed if one.startswith("#general")]
    assert is_plain(sentence)
    assert "could not be read to its end" in sentence
    assert nights.held(GENERAL) == READ_BY_THEN
    assert nights.cursor(GENERAL) == READ_BY_THEN[-1]
    assert nights.held(QUESTIONS) == inside(QUESTIONS, small_guild())
    assert nights.heard_until(NOW) == NOW  # as where the bot never might read
    all_is_well_the_night_after(nights)


class ClosesWhenListed(DemoDiscord):
    """Shuts `room` for the bot as soon as the channels were listed."""

    room, right = GENERAL, "view"

    def _answer(self, request: Any, route: Any) -> object:
        told = super()._answer(request, route)
        if route.template == ("guilds", "*", "channels"):
            self._closings.append(Closing(self.room, cast(Any, self.right), 0))
            self._close()
        return told


@pytest.mark.parametrize("right", ["view", "history"])
@pytest.mark.parametrize("nights_before", [0, 1])
def test_a_permission_lost_before_the_first_page_leaves_all_as_it_was(
    tmp_path: Path, right: str, nights_before: int
) -> None:
    with DemoDiscord(small_guild(), now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path)
        for _ in range(nights_before):
            nights.night(later(-1))
    before = nights.ask("SELECT * FROM message WHERE channel_id = ?", GENERAL)
    cursor = nights.cursor(GENERAL) if nights_before else None
    with ClosesWhenListed(small_guild(), now=NOW, limit=FAST) as nights.server:
        nights.server.right = right
        report = nights.night(NOW)
    assert any(one.startswith("#general could not be read to its end") for one in report.failed)
    assert nights.cursor(GENERAL) == cursor
    assert nights.ask("SELECT * FROM message WHERE channel_id = ? AND thread_id IS NULL", GENERAL) == [
        row for row in before if row[2] is None
    ]
    with DemoDiscord(small_guild(), now=NOW, limit=FAST) as nights.server:
        all_is_well_the_night_after(nights)


@pytest.mark.parametrize("right", ["view", "history"])
def test_a_permission_lost_in_the_days_that_are_read_again_buries_nothing(tmp_path: Path, right: Any) -> None:
    many = [Post(snowflake(END - 2 * DAY + n * MINUTE, 70), NEWS, BOB, "x") for n in range(350)]
    guild = small_guild()
    guild = replace(guild, posts=tuple(sorted([*guild.posts, *many], key=lambda post: post.id)))
    with DemoDiscord(guild, now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path)
        nights.night(NOW)
        held = nights.held(NEWS)
        server.close_room(NEWS, right, after=1)
        assert any(one.startswith("#news") for one in nights.night(later(1)).failed)
        assert nights.held(NEWS) == held
        server.mend()
        assert nights.night(later(1)).rereads > 1  # what was not read again to its end is still due
        assert nights.held(NEWS) == held


def test_connect_lost_in_a_voice_channel_is_a_sentence_and_no_loss(tmp_path: Path) -> None:
    many = [Post(snowflake(END - 2 * HOUR + n, 70), LOUNGE, BOB, "x") for n in range(150)]
    guild = small_guild()
    guild = replace(guild, posts=tuple(sorted([*guild.posts, *many], key=lambda post: post.id)))
    with DemoDiscord(guild, now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path)
        server.close_room(LOUNGE, "connect", after=1)
        assert any(one.startswith("#lounge") for one in nights.night(NOW).failed)
        assert len(nights.held(LOUNGE)) == 100
        server.mend()
        assert nights.night(later(1)).failed == ()
        assert nights.held(LOUNGE) == inside(LOUNGE, guild)


@pytest.mark.parametrize("kind", ["reset", "503", "truncated", "html200", "empty200", "blocked"])
@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_channel_that_breaks_off_keeps_what_was_read_and_the_rest_comes_the_next_night(
    nights: Nights, kind: str, after: int
) -> None:
    nights.server.fault(GENERAL_PAGES, kind, times=None, after=after)
    report = nights.night()
    [sentence] = report.failed
    assert is_plain(sentence)
    assert sentence.startswith("#general could not be read to its end: ")
    assert nights.held(GENERAL) == inside(GENERAL, small_guild())[: 100 * after]
    held = nights.held()
    assert [id_ for id_ in existing(small_guild()) if id_ not in held] == inside(GENERAL, small_guild())[100 * after :]
    all_is_well_the_night_after(nights)


@pytest.mark.parametrize("kind", ["reset", "503", "truncated", "html200", "empty200", "429", "500"])
def test_a_channel_that_stumbles_once_is_read_to_its_end_in_the_same_night(nights: Nights, kind: str) -> None:
    nights.server.fault(GENERAL_PAGES, kind, times=2 if kind == "reset" else 1, after=1, retry_after=0.01)
    report = nights.night()
    assert report.failed == ()
    assert nights.held() == existing(small_guild())
    assert 26 < report.requests == len(nights.server.requests)


def test_what_fails_for_good_is_asked_a_few_times_and_no_more(nights: Nights) -> None:
    nights.server.fault(GENERAL_PAGES, "503", times=None)
    nights.harvest()
    assert len(nights.pages(GENERAL)) == ATTEMPTS


def test_a_ban_by_the_proxy_is_not_asked_again(nights: Nights) -> None:
    nights.server.fault(GENERAL_PAGES, "blocked", times=None)
    [sentence] = nights.harvest().failed
    assert "429" in sentence
    assert len(nights.pages(GENERAL)) == 1


def test_a_rate_limit_too_long_to_wait_for_is_said_with_its_seconds(nights: Nights) -> None:
    nights.server.fault(GENERAL_PAGES, "429", times=None, after=1, retry_after=LONG_WAIT_S)
    began = time.monotonic()
    [sentence] = nights.night().failed
    assert "asks to wait 90 s" in sentence
    assert time.monotonic() - began < 10
    assert nights.held(GENERAL) == READ_BY_THEN
    all_is_well_the_night_after(nights)


def test_an_answer_that_does_not_come_is_asked_for_again(nights: Nights) -> None:
    nights.server.fault(GENERAL_PAGES, "stall", times=1, after=1)
    assert nights.harvest_impatiently(0.5).failed == ()
    nights.load()
    assert nights.held() == existing(small_guild())


def test_an_answer_that_never_comes_is_a_sentence(nights: Nights) -> None:
    nights.server.fault(GENERAL_PAGES, "stall", times=None, after=1)
    [sentence] = nights.harvest_impatiently(0.3).failed
    assert "did not answer in time" in sentence
    nights.load()
    assert nights.held(GENERAL) == READ_BY_THEN
    assert nights.heard_until(NOW) is None  # whoever is silent may have written what did not come
    all_is_well_the_night_after(nights)
    assert nights.heard_until(later(1)) == later(1)


def test_a_channel_that_is_deleted_while_it_is_read_keeps_what_came(nights: Nights) -> None:
    nights.server.fault(GENERAL_PAGES, "404", times=None, after=1)
    assert nights.night().failed == ()
    assert nights.held(GENERAL) == READ_BY_THEN
    all_is_well_the_night_after(nights)


def test_a_server_that_gives_the_same_page_for_ever_does_not_hold_the_night(tmp_path: Path) -> None:
    class Stuck(DemoDiscord):
        def _answer(self, request: Any, route: Any) -> object:
            told = super()._answer(request, route)
            if route.template[2:] == ("messages",) and request.path.endswith(f"{GENERAL}/messages") and told:
                return self.__dict__.setdefault("page", told)
            return told

    with Stuck(small_guild(), now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path)
        report = nights.night()
        assert any("again and again" in one for one in report.failed)
        assert len(nights.pages(GENERAL)) < 5


# ── Discord as a whole ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["503", "reset", "html200", "empty200", "truncated", "blocked"])
def test_discord_down_from_the_start_may_work_again_and_leaves_nothing(nights: Nights, kind: str) -> None:
    nights.server.fault("*", kind, times=None)
    with pytest.raises(Retriable) as caught:
        nights.harvest()
    assert is_plain(str(caught.value))
    nothing_was_left(nights)
    assert len(nights.server.requests) <= 2 * ATTEMPTS
    all_is_well_the_night_after(nights)


def test_nobody_at_home_may_work_again(nights: Nights) -> None:
    nights.server.stop()
    with pytest.raises(Retriable, match="connection to Discord broke"):
        nights.harvest()
    nothing_was_left(nights)


@pytest.mark.parametrize("step", range(7))
def test_whatever_cannot_be_had_before_the_messages_ends_in_words(nights: Nights, step: int) -> None:
    """Login, application, guilds, guild, members, itself, channels, one after the other."""
    nights.server.fault("*", "503", times=None, after=step)
    with pytest.raises(Retriable) as caught:
        nights.harvest()
    assert is_plain(str(caught.value))
    nothing_was_left(nights)
    all_is_well_the_night_after(nights)


def test_discord_that_dies_midway_is_left_alone_after_a_few_channels(nights: Nights) -> None:
    nights.server.fault(EVERY_PAGE, "503", times=None, after=2)
    report = nights.night()
    assert "Discord is left alone for tonight: too much of it could not be read." in report.failed
    assert all(is_plain(one) for one in report.failed)
    assert len(set(report.failed)) == len(report.failed)
    assert len(nights.pages()) == 2 + FAILURES_IN_A_ROW * ATTEMPTS
    all_is_well_the_night_after(nights)


def test_failures_that_are_not_in_a_row_do_not_end_the_night(nights: Nights) -> None:
    for room in (GENERAL, NEWS, LOUNGE):  # #questions lies between the first two
        nights.server.fault(f"/channels/{room}/messages?*", "503", times=None)
    report = nights.night()
    assert not any("left alone" in one for one in report.failed)
    assert nights.held(QUESTIONS) == inside(QUESTIONS, small_guild())
    all_is_well_the_night_after(nights)


def test_a_guild_that_closes_under_our_eyes_is_left_alone_before_discord_bans_us(tmp_path: Path) -> None:
    guild = small_guild()
    words = [Post(snowflake(END - DAY + n * MINUTE, 70), room, BOB, "x") for n, room in enumerate(range(5000, 5040))]
    room = next(room for room in guild.rooms if room.id == NEWS)
    rooms = tuple(replace(room, id=id_, name=f"room-{id_}", position=id_) for id_ in range(5000, 5040))
    posts = tuple(sorted([*guild.posts, *words], key=lambda post: post.id))
    with DemoDiscord(replace(guild, rooms=(*guild.rooms, *rooms), posts=posts), now=NOW, limit=FAST) as server:
        nights = Nights(server, tmp_path)
        server.fault(EVERY_PAGE, "403", times=None)
        report = nights.night()
        refused = [path for _, path, status in server.requests if status == 403]
        assert len(refused) == 20
        assert any("left alone" in one for one in report.failed)
        server.mend()
        assert nights.night(later(1)).failed == ()
        assert nights.held() == existing(replace(guild, posts=posts), later(1))


# ── tokens, guilds, intents ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_wrong_token_is_denied_in_words_that_do_not_tell_it(nights: Nights) -> None:
    with pytest.raises(Denied) as caught:
        nights.harvest(token="hunter2-hunter2")
    assert "DISCORD_TOKEN" in str(caught.value)
    assert "hunter2" not in str(caught.value)
    nothing_was_left(nights)


@pytest.mark.parametrize("after", [1, 3, 6, 9, 14])
def test_a_token_that_is_withdrawn_midway_is_denied_and_the_next_night_reads_all(nights: Nights, after: int) -> None:
    nights.server.fault("*", "401", times=None, after=after)
    with pytest.raises(Denied, match="DISCORD_TOKEN"):
        nights.harvest()
    nothing_was_left(nights)
    assert len([status for _, _, status in nights.server.requests if status == 401]) == 1
    all_is_well_the_night_after(nights)


def test_a_guild_that_the_bot_is_not_in_is_named_with_the_setting(nights: Nights) -> None:
    with pytest.raises(Denied, match=r"not in the Discord server 12345.*DISCORD_GUILD_ID"):
        nights.harvest(guild_id=12345)
    nothing_was_left(nights)


@pytest.mark.parametrize("kind", ["403", "404"])
def test_a_guild_that_refuses_the_bot_is_named_with_the_setting(nights: Nights, kind: str) -> None:
    nights.server.fault(f"/guilds/{GUILD}?*", kind, times=None)
    with pytest.raises(Denied, match="DISCORD_GUILD_ID"):
        nights.harvest(guild_id=GUILD)


def test_a_bot_in_no_guild_is_to_be_invited(tmp_path: Path) -> None:
    guild = small_guild()
    members = tuple(
        replace(member, left_at=END - DAY) if member.id == guild.bot_id else member for member in guild.members
    )
    with (
        DemoDiscord(replace(guild, members=members), now=NOW, limit=FAST) as server,
        pytest.raises(Denied, match="in no Discord server: invite it"),
    ):
        Nights(server, tmp_path).harvest()


def test_a_bot_in_several_guilds_names_them_and_reads_the_one_that_is_chosen(tmp_path: Path) -> None:
    with DemoDiscord(small_guild(), now=NOW, limit=FAST, other_guilds=((5, "Elsewhere"), (6, "Nowhere"))) as server:
        nights = Nights(server, tmp_path)
        with pytest.raises(Denied) as caught:
            nights.harvest()
        said = str(caught.value)
        assert all(
            name in said for name in ("Elsewhere (5)", "Nowhere (6)", f"Varrock Irons ({GUILD})", "DISCORD_GUILD_ID")
        )
        nights.night(guild_id=GUILD)
        assert nights.held() == existing(small_guild())


def test_without_the_members_intent_messages_come_and_names_stay(nights: Nights) -> None:
    nights.night(later(-7))
    before = nights.ask("SELECT id, nick, in_guild, roles FROM discord_account ORDER BY id")
    nights.server.members_intent = False
    [sentence] = nights.night(NOW).failed
    assert is_plain(sentence)
    assert "Server Members Intent" in sentence
    assert nights.held() == existing(small_guild())
    after = nights.ask("SELECT id, nick, in_guild, roles FROM discord_account ORDER BY id")
    assert [row for row in after if row in before] == before
    nights.server.members_intent = True
    assert nights.night(later(1)).failed == ()
    assert nights.ask("SELECT nick FROM discord_account WHERE id = ?", BOB) == ["Bob | Iron Bobby"]


def test_without_the_members_intent_on_the_first_night_authors_are_known_by_their_messages(nights: Nights) -> None:
    nights.server.members_intent = False
    nights.night()
    assert set(nights.ask("SELECT username FROM discord_account")) == {"zezima", "bobby99", "gone", "fresh.face"}
    nights.server.members_intent = True
    nights.night(later(1))
    assert nights.ask("SELECT in_guild, nick FROM discord_account WHERE id = ?", BOB) == [(1, "Bob | Iron Bobby")]


def test_a_list_of_members_that_does_not_come_is_a_sentence_and_nobody_has_left(nights: Nights) -> None:
    nights.night(later(-1))
    nights.server.fault("/guilds/*/members[?]*", "503", times=None)
    [sentence] = nights.night(NOW).failed
    assert is_plain(sentence)
    assert nights.ask("SELECT count(*) FROM discord_account WHERE left_at IS NOT NULL") == [0]
    assert nights.held() == existing(small_guild())


# ── what this version does not know ──────────────────────────────────────────────────────────────────────────────────


def test_a_channel_of_an_unknown_type_is_left_out_and_the_others_are_read(
    nights: Nights, caplog: pytest.LogCaptureFixture
) -> None:
    nights.server.play("discord-unknown-channel")
    report = nights.night()
    assert report.failed == ()
    assert "#tomorrows-channel is of a kind (99) not known yet" in caplog.text
    assert nights.held() == existing(small_guild())
    assert nights.ask("SELECT access, kind FROM channel WHERE name = 'tomorrows-channel'") == [
        ("unknown_type", "unknown")
    ]
    nights.night()
    assert nights.pages() == []


def test_a_channel_of_an_unknown_type_costs_one_list_more(nights: Nights) -> None:
    def lists() -> int:
        nights.harvest()
        return sum(path.endswith(f"/guilds/{GUILD}/channels") for _, path, _ in nights.server.requests)

    plain = lists()
    nights.server.play("discord-unknown-channel")
    assert lists() == 2 * plain


@pytest.mark.parametrize("kind", ["403", "404"])
def test_archived_threads_that_are_refused_are_a_sentence(nights: Nights, kind: str) -> None:
    nights.server.fault(f"/channels/{GUIDES}/threads/archived/public*", kind, times=None)
    [sentence] = nights.night().failed
    assert is_plain(sentence)
    assert "archived threads of #guides" in sentence
    all_is_well_the_night_after(nights)


def test_several_misfortunes_at_once_are_each_told(nights: Nights) -> None:
    nights.server.content_intent = nights.server.members_intent = False
    nights.server.close_room(GENERAL, "view", after=1)
    nights.server.fault(f"/channels/{NEWS}/messages?*", "503", times=None)
    report = nights.night()
    said = " ".join(report.failed)
    assert all(
        told in said for told in ("Message Content Intent", "Server Members Intent", "#general could", "#news could")
    )
    assert all(is_plain(one) for one in report.failed)


@pytest.mark.parametrize("name", ["discord-flaky", "discord-reset", "discord-truncated"])
def test_a_flaky_discord_is_read_whole_in_one_night(nights: Nights, name: str) -> None:
    nights.server.play(name)
    assert nights.night().failed == ()
    assert nights.held() == existing(small_guild())


@pytest.mark.parametrize("name", ["discord-permission-lost", "discord-dies-midway", "discord-slow-limit"])
def test_a_planned_misfortune_is_made_up_for_the_next_night(nights: Nights, name: str) -> None:
    nights.server.play(name)
    with suppress(Retriable):  # nothing came at all, so the flow will try again
        assert nights.night().failed
    all_is_well_the_night_after(nights)


def test_when_discord_went_away_before_any_message_came_the_stage_is_to_be_tried_again(nights: Nights) -> None:
    nights.server.fault("/channels/*", "503", times=None)
    with pytest.raises(Retriable, match="out of service"):
        nights.harvest()
    assert len([path for _, path, _ in nights.server.requests if "/channels/" in path]) == FAILURES_IN_A_ROW * ATTEMPTS
    nothing_was_left(nights)


def test_archived_threads_are_not_asked_for_one_channel_after_the_other_when_nobody_answers(nights: Nights) -> None:
    nights.server.fault("*/threads/archived/*", "503", times=None)
    with pytest.raises(Retriable):
        nights.night()
    asked = [path for _, path, _ in nights.server.requests if "/threads/archived/" in path]
    assert len(asked) == FAILURES_IN_A_ROW * ATTEMPTS
    all_is_well_the_night_after(nights)


@pytest.mark.parametrize("ticks", [14, 20, 26])
def test_when_the_time_is_used_up_what_came_is_kept_and_the_next_night_reads_on(nights: Nights, ticks: int) -> None:
    """A clock that goes on by a second each time it is looked at."""
    clock = itertools.count()
    sentences = nights.night(time_s=ticks, monotonic=lambda: float(next(clock))).failed
    assert any("STAGE_TIMEOUT_S" in sentence for sentence in sentences)
    assert 0 < len(nights.held()) < len(existing(small_guild()))
    all_is_well_the_night_after(nights)


# ── the stage ────────────────────────────────────────────────────────────────────────────────────────────────────────


def staged(server: DemoDiscord, folder: Path, **bent: Any) -> StageOutcome:
    settings = Settings.alone(
        **{"wom_group_id": 1, "output_dir": folder, "discord_token": DEMO_TOKEN, "discord_base_url": server.base_url}
        | bent
    )
    prepare(settings, NOW)
    return stages.perform("harvest_discord", Job(settings, "run", NOW))


def test_a_whole_harvest_is_done(server: DemoDiscord, tmp_path: Path) -> None:
    outcome = staged(server, tmp_path)
    assert (outcome.state, outcome.error, outcome.requests) == ("done", None, len(server.requests))
    assert outcome.bytes > 100_000


def test_a_harvest_that_lacks_something_is_partial_and_says_what(server: DemoDiscord, tmp_path: Path) -> None:
    server.members_intent = False
    outcome = staged(server, tmp_path)
    assert (outcome.state, outcome.succeeded, outcome.may_work_again) == ("partial", True, False)
    assert "Server Members Intent" in (outcome.error or "")


def test_a_landing_that_is_whole_is_not_asked_for_again(server: DemoDiscord, tmp_path: Path) -> None:
    server.members_intent = False
    first = staged(server, tmp_path)
    server.requests.clear()
    second = staged(server, tmp_path)
    assert server.requests == []
    assert (second.state, second.error, second.requests) == (first.state, first.error, first.requests)
    assert len(whole_landings(tmp_path / "landing")) == 1


def test_a_wrong_token_is_not_tried_again(server: DemoDiscord, tmp_path: Path) -> None:
    outcome = staged(server, tmp_path, discord_token="wrong")
    assert (outcome.state, outcome.error_class, outcome.may_work_again) == ("failed", "Denied", False)
    assert outcome.needs_a_setting


def test_a_ban_by_the_proxy_is_tried_again_by_the_flow(server: DemoDiscord, tmp_path: Path) -> None:
    server.play("discord-blocked")
    outcome = staged(server, tmp_path)
    assert (outcome.state, outcome.error_class, outcome.may_work_again) == ("failed", "Retriable", True)


def test_the_requests_of_a_killed_attempt_count_too(server: DemoDiscord, tmp_path: Path) -> None:
    (tmp_path / "runs" / "run").mkdir(parents=True)
    (tmp_path / "runs" / "run" / "discord_requests").write_bytes(b"." * 5)
    assert staged(server, tmp_path).requests == 5 + len(server.requests)


def test_without_a_token_the_stage_says_what_to_set(server: DemoDiscord, tmp_path: Path) -> None:
    outcome = staged(server, tmp_path, discord_token=None)
    assert (outcome.state, outcome.error_class) == ("failed", "ConfigError")
    assert "DISCORD_TOKEN" in (outcome.error or "")


# ── our words for discord.py's errors ────────────────────────────────────────────────────────────────────────────────


def http_error(status: int, code: int = 0) -> discord.HTTPException:
    response = cast(aiohttp.ClientResponse, SimpleNamespace(status=status, reason="Said"))
    kind = {403: discord.Forbidden, 404: discord.NotFound}.get(status, discord.HTTPException)
    return kind(response, {"code": code, "message": "<html> what was said"})


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (discord.LoginFailure("x"), Denied),
        (discord.RateLimited(75.4), Retriable),
        (discord.RateLimited(float("inf")), Retriable),
        (http_error(400, 50035), Unreadable),
        (http_error(401), Denied),
        (http_error(403, 50001), Closed),
        (http_error(404, 10003), Missing),
        (http_error(405), Unreadable),
        (http_error(429), Retriable),
        (http_error(500), Retriable),
        (http_error(502), Retriable),
        (http_error(503), Fleeting),
        (http_error(504), Retriable),
        (http_error(520), Retriable),
        (http_error(524), Retriable),
        (http_error(501), Retriable),
        (TimeoutError("x"), Fleeting),
        (ConnectionResetError(104, "x"), Fleeting),
        (
            aiohttp.ClientConnectorDNSError(cast(Any, SimpleNamespace(host="h", port=1, ssl=True)), OSError(-2, "x")),
            Fleeting,
        ),
        (aiohttp.ServerDisconnectedError("x"), Fleeting),
        (aiohttp.ClientPayloadError("x"), Fleeting),
        (json.JSONDecodeError("what was said", "what was said", 0), Garbled),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"), Garbled),
        (KeyError("what was said"), Garbled),
        (TypeError("what was said"), Garbled),
        (AttributeError("what was said"), Garbled),
        (OverflowError("what was said"), Garbled),
        (RecursionError("what was said"), Garbled),
        (http_error(400, cast(Any, "what was said")), Unreadable),
        (http_error(400, 10**400), Unreadable),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_every_error_becomes_one_of_ours_and_tells_no_body(error: Exception, kind: type[SourceError]) -> None:
    with pytest.raises(SourceError) as caught, in_our_words("the messages of #general"):
        raise error
    assert type(caught.value) is kind
    assert is_plain(str(caught.value))
    assert "what was said" not in str(caught.value)


def test_a_list_of_no_members_is_a_sentence_and_nobody_has_left(nights: Nights) -> None:
    nights.night(later(-1))
    before = nights.ask("SELECT id, in_guild FROM discord_account ORDER BY id")
    with twisted(nights.server.base_url, bent("/members", lambda said: [])) as url:
        elsewhere = SimpleNamespace(base_url=url, requests=[], now=NOW)
        nights.server, true = cast(Any, elsewhere), nights.server
        report = nights.night()
        nights.server = true
    [sentence] = report.failed
    assert is_plain(sentence)
    assert "list of members" in sentence
    assert nights.ask("SELECT id, in_guild FROM discord_account ORDER BY id") == before
    assert any(here for _, here in before)
    all_is_well_the_night_after(nights)


def test_a_wait_of_more_than_a_year_is_told_as_a_year() -> None:
    with pytest.raises(Retriable, match=r"asks to wait 31536000 s before it can be read\.$"), in_our_words("it"):
        raise discord.RateLimited(1e300)


@pytest.mark.parametrize("wait", [10**400, 10**12, "long", None], ids=lambda wait: repr(wait)[:10])
@pytest.mark.parametrize("via", [{}, {"Via": "1.1 google"}], ids=["banned", "limited"])
def test_a_wait_of_any_kind_ends_in_words(wait: object, via: dict[str, str]) -> None:
    date = {"Date": "Sat, 21 Nov 2026 05:00:00 +99999999999999"}
    with Scripted([reply({"retry_after": wait}, 429, via | date)]) as server:
        found = probe(DEMO_TOKEN, server.url, None, lambda: NOW)
    assert isinstance(found.failure, Retriable)
    assert is_plain(str(found.failure))


def bent(part: str, change: Callable[[Any], Any]) -> Twist:
    """Answers to paths that end in *part* go through *change*."""
    return lambda path, said: change(said) if path.partition("?")[0].endswith(part) else said


@pytest.mark.parametrize("flags", ["many", None, 1.5, [], 2**70, 10**400], ids=lambda flags: repr(flags)[:10])
def test_flags_that_are_none_end_the_login_in_words(server: DemoDiscord, flags: object) -> None:
    async def log_in(url: str) -> None:
        async with GuildClient(sleep=at_once).logged_in(DEMO_TOKEN, url):
            """Nobody comes so far."""

    with (
        twisted(server.base_url, bent("/applications/@me", lambda said: said | {"flags": flags})) as url,
        pytest.raises(Garbled, match="the login is not of the agreed form"),
    ):
        asyncio.run(log_in(url))


@pytest.mark.parametrize("place", ["first", 1.5, 1.0, -1, 2**70, [], None])
def test_a_channel_whose_place_is_odd_stands_first(server: DemoDiscord, place: object) -> None:
    def moved(said: Any) -> Any:
        return [row | {"position": place, "name": 5} if row["id"] == str(GENERAL) else row for row in said]

    with twisted(server.base_url, bent("/channels", moved)) as url:
        found = probe(DEMO_TOKEN, url, None, lambda: NOW)
    assert found.failure is None
    assert found.channels


def test_a_channel_of_an_unknown_type_with_an_odd_id_ends_in_words(server: DemoDiscord) -> None:
    strange = {"id": None, "type": 99, "name": "new", "position": 1}
    with twisted(server.base_url, bent("/channels", lambda said: [*said, strange])) as url:
        found = probe(DEMO_TOKEN, url, None, lambda: NOW)
    assert is_plain(str(found.failure))


def test_a_list_that_discord_py_refuses_is_for_the_caller() -> None:
    with pytest.raises(discord.InvalidData), in_our_words("the channels"):
        raise discord.InvalidData("x")


def asked(errors: list[Exception]) -> tuple[object, int, list[float]]:
    """What asking for something gives that fails with *errors* first; how often it was tried, and the waits between."""
    waits: list[float] = []
    tries = iter(errors)
    count = 0

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    async def call() -> str:
        nonlocal count
        count += 1
        error = next(tries, None)
        if error is not None:
            raise error
        return "here"

    async def go() -> object:
        client = GuildClient(sleep=wait, jitter=lambda: 0.5)
        try:
            return await client.ask("it", call)
        except SourceError as error:
            return type(error)

    return asyncio.run(go()), count, waits


@pytest.mark.parametrize("number", range(ATTEMPTS))
def test_what_passes_is_tried_again_with_longer_and_longer_waits(number: int) -> None:
    assert asked([http_error(503)] * number) == ("here", number + 1, [1.0, 2.0, 4.0][:number])


def test_what_does_not_pass_is_given_up() -> None:
    assert asked([http_error(503)] * ATTEMPTS) == (Fleeting, ATTEMPTS, [1.0, 2.0, 4.0])


@pytest.mark.parametrize(
    ("error", "kind"),
    [(http_error(403), Closed), (http_error(401), Denied), (http_error(429), Retriable), (http_error(500), Retriable),
     (http_error(404), Missing), (discord.RateLimited(90), Retriable)],
    ids=str,
)  # fmt: skip
def test_what_was_refused_or_tried_already_is_not_tried_again(error: Exception, kind: type[SourceError]) -> None:
    assert asked([error]) == (kind, 1, [])


def test_a_call_that_hangs_is_ended(nights: Nights) -> None:
    async def go() -> None:
        await GuildClient(sleep=at_once, patience_s=0.01).ask("it", lambda: asyncio.sleep(60))

    with pytest.raises(Fleeting, match="did not answer in time"):
        asyncio.run(go())


def test_a_failed_night_says_in_its_landing_what_it_lacks(nights: Nights) -> None:
    nights.server.members_intent = False
    report = nights.harvest()
    [landing] = whole_landings(nights.landings)
    told = json.loads((landing / "manifest.json").read_text("utf-8"))["failed"]
    assert [failure["error"] for failure in told] == list(report.failed)
    assert list(rows(landing, "accounts")) == []
