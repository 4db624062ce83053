"""The pages Activity and Helpers, the strip on the Overview, and the line of freshness with two sources."""

import html
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from builders import HOSTILE_NAMES, NOW, a_marts
from talk_builders import an_empty_talk, talking_marts

from pipeline.domain.window import DAY
from pipeline.marts.model import Freshness, Marts, NightLine, SourceState
from pipeline.marts.talk_model import Response, TalkMarts
from pipeline.outputs.dashboard.activity import CLOSED, ActivityPage
from pipeline.outputs.dashboard.filters import Words
from pipeline.outputs.dashboard.fresh import source_views
from pipeline.outputs.dashboard.helping import HelpersPage
from pipeline.outputs.dashboard.overview import OverviewPage
from pipeline.outputs.dashboard.site import PAGE, write_site
from pipeline.outputs.dashboard.talk_pages import talk_pages
from pipeline.outputs.figures import discord_link, lasting


class Elements(HTMLParser):
    """All elements of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def published(marts: Marts, folder: Path) -> str:
    """The page of *marts*."""
    write_site(marts, folder / "site", folder / "single.html", [])
    return (folder / "site" / PAGE).read_text("utf-8")


def talking(members: int = 24) -> tuple[Marts, TalkMarts]:
    marts = talking_marts(members)
    assert marts.talk
    return marts, marts.talk


def activity_of(marts: Marts, talk: TalkMarts) -> ActivityPage:
    pages = talk_pages(replace(marts, talk=talk), Words(marts.clan.time_zone, marts.as_of))
    assert pages
    return pages.activity


def helpers_of(marts: Marts, talk: TalkMarts) -> HelpersPage:
    pages = talk_pages(replace(marts, talk=talk), Words(marts.clan.time_zone, marts.as_of))
    assert pages
    return pages.helpers


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Elements:
    return Elements(published(talking_marts(30, hostile_names=True), tmp_path_factory.mktemp("hostile")))


def test_without_discord_there_is_no_page_no_tab_and_no_word_of_it(tmp_path: Path) -> None:
    page = published(a_marts(14), tmp_path)
    for trace in ("page-activity", "page-helpers", 'href="#helpers"', 'href="#activity"', "Discord"):
        assert trace not in page


def test_with_discord_both_pages_have_a_tab(tmp_path: Path) -> None:
    page = published(talking_marts(14), tmp_path)
    for place in ("activity", "helpers"):
        assert f'<a href="#{place}" data-page="{place}">' in page
        assert f'id="page-{place}"' in page


@pytest.mark.parametrize("members", [0, 1, 14])
def test_a_silent_guild_is_told_in_words(tmp_path: Path, members: int) -> None:
    page = published(replace(a_marts(members), talk=an_empty_talk()), tmp_path)
    assert "Nobody has written anything that the bot could read yet." in page
    assert "Nobody asked anything in the last 30 days." in page
    assert "no question of the last 30 days waits for an answer" in page


UNASKED = "What was asked since 3 Nov is not known: Discord withholds what is written (Message Content Intent)."
UNHEARD = "What was said in clan chat since 3 Nov is not known"
LIES = (
    "Nobody asked anything", "no question of the last 30 days waits", "Nobody answered a question", "0 of 0",
    "no question in 30 days", "no answer yet",
)  # fmt: skip


def mute(talk: TalkMarts) -> TalkMarts:
    """*talk* of which Discord withheld every text, from late on 2 Nov UTC on: the third in Amsterdam."""
    return replace(
        talk,
        withheld_since=datetime(2026, 11, 2, 23, 30, tzinfo=UTC),
        clan_chat={}, unanswered=(), helpers=dict.fromkeys(talk.helpers, ()),
        response=dict.fromkeys(talk.response, Response(0, 0, 0, 0, None)),
    )  # fmt: skip


def test_what_discord_withholds_is_not_told_as_silence(tmp_path: Path) -> None:
    marts, talk = talking(14)
    page = html.unescape(published(replace(marts, talk=mute(talk)), tmp_path))
    assert not [lie for lie in LIES if lie in page]
    assert page.count(UNASKED) == 3  # on each of the pages To do, Activity and Helpers
    assert "Discord withholds what was asked" in page  # on the Overview
    assert page.count("Not known: Discord withholds what is written.") == 6  # three tiles, what waits, two boards
    assert page.count(UNHEARD) == 1


def test_on_a_silent_guild_that_withholds_its_texts_the_page_helpers_says_so(tmp_path: Path) -> None:
    talk = replace(an_empty_talk(), withheld_since=NOW)
    page = published(replace(a_marts(3), talk=talk), tmp_path)
    assert not [lie for lie in LIES if lie in page]


def test_of_a_past_night_whose_messages_are_sums_nothing_is_told_as_silence(tmp_path: Path) -> None:
    marts, talk = talking(14)
    summed = replace(mute(talk), withheld_since=None, singly_since=NOW + DAY, heat=an_empty_talk().heat)
    page = html.unescape(published(replace(marts, talk=summed), tmp_path))
    day = f"{NOW + DAY:%-d %b %Y}"
    assert not [lie for lie in LIES if lie in page]
    told = f"Which questions waited then, and how long, is not known any more: daily sums are all that is kept of messages before {day}."
    assert page.count(told) >= 3  # on each of the pages To do, Activity and Helpers
    assert page.count(f"(hours are known from {day} on)") >= 2
    assert "Discord withholds" not in page


def test_what_is_known_of_questions_is_told_beside_what_is_not() -> None:
    marts, talk = talking()
    withheld = mute(talk).withheld_since
    page = helpers_of(marts, replace(talk, withheld_since=withheld))
    assert page.answer().endswith(f"{len(talk.unanswered)} still wait for an answer. {UNASKED}")
    assert helpers_of(marts, replace(talk, withheld_since=withheld, unanswered=())).answer().endswith(f"s. {UNASKED}")


def test_weeks_without_texts_have_dashes_for_what_only_texts_tell() -> None:
    marts, talk = talking()
    withheld = talk.weeks[-2].window.until
    before, last = activity_of(marts, replace(talk, withheld_since=withheld)).weeks()[-2:]
    assert (last.clan_chat, last.answered) == ("–", "–")
    assert before.clan_chat == f"{talk.weeks[-2].clan_chat:,}"


def test_until_discord_lists_its_members_nobody_says_that_none_came(tmp_path: Path) -> None:
    marts, talk = talking()
    unlisted = replace(talk, welcomes=(), identities=replace(talk.identities, members_listed=False))
    page = html.unescape(published(replace(marts, talk=unlisted), tmp_path))
    assert "Nobody came to Discord" not in page
    assert "nobody new in 90 days" not in page
    assert "not listed the server's members yet (Server Members Intent): who came to Discord is not known." in page


def test_hostile_names_of_guild_channels_and_people_make_no_element(hostile: Elements) -> None:
    tags = [tag for tag, _attributes in hostile.seen]
    assert not {"img", "b"} & set(tags)
    assert tags.count("script") == 3
    names = {name for _tag, attributes in hostile.seen for name in attributes}
    assert "style" not in names
    assert not any(name.startswith("on") for name in names)
    assert f"#{HOSTILE_NAMES[0]}" in hostile.text


def test_ids_are_given_once_with_discord_as_well(hostile: Elements) -> None:
    ids = [attributes["id"] for _tag, attributes in hostile.seen if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_a_link_leads_to_discord_alone_and_tells_it_nothing(tmp_path: Path) -> None:
    marts, talk = talking()
    bad = ("javascript:alert(1)", "http://discord.com/x", "https://discord.com.evil.example/", "https://evil.example/")
    channels = tuple(replace(channel, url=url) for channel, url in zip(talk.channels, bad, strict=False))
    waiting = tuple(replace(question, url=bad[at % 4]) for at, question in enumerate(talk.unanswered[1:]))
    odd = replace(talk, channels=(*channels, *talk.channels[4:]), unanswered=(talk.unanswered[0], *waiting))
    seen = Elements(published(replace(marts, talk=odd), tmp_path)).seen
    away = [attributes for tag, attributes in seen if tag == "a" and not (attributes["href"] or "").startswith("#")]
    assert away
    assert all((link["href"] or "").startswith("https://discord.com/channels/") for link in away)
    assert {(link["rel"], link["target"]) for link in away} == {("noreferrer", "_blank")}
    assert talk.unanswered[0].url in [link["href"] for link in away]


@pytest.mark.parametrize("url", ["https://discord.com@evil.example/", "HTTPS://DISCORD.COM/", "", "//discord.com/"])
def test_what_only_looks_like_discord_is_no_link(url: str) -> None:
    assert discord_link(url) is None


def test_the_question_of_the_page_is_answered_by_the_map_and_the_channels() -> None:
    marts, talk = talking()
    answer = activity_of(marts, talk).answer()
    assert answer
    cells = talk.heat["90d"].clan
    by_hour = [sum(row[hour] for row in cells) for hour in range(24)]
    fullest = max(range(24), key=lambda start: sum(by_hour[(start + step) % 24] for step in range(3)))
    assert f"from {fullest:02}:00 to {(fullest + 3) % 24:02}:00 (Amsterdam time)" in answer.before
    assert answer.channel == "#general"


def test_few_messages_give_no_answer_and_no_advice() -> None:
    marts, talk = talking()
    thin = replace(talk.heat["90d"], clan=((99, *(0,) * 23), *((0,) * 24 for _day in range(6))))
    page = activity_of(marts, replace(talk, heat={**talk.heat, "90d": thin}))
    assert page.answer() is None
    assert not any("good time" in task.text for task in page.tasks())
    assert page.heat_said() == "Only 99 messages in 90 days: too few to speak of habits."


def test_what_to_do_starts_with_the_channel_where_most_questions_wait() -> None:
    marts, talk = talking(60)
    first = activity_of(marts, talk).tasks()[0]
    waiting = [question.channel for question in talk.unanswered]
    most = max(set(waiting), key=waiting.count)
    assert (first.name, first.href) == (f"#{most}", "#helpers")
    assert first.text == f" has {waiting.count(most)} questions that have waited for more than a day."


def test_a_closed_channel_is_told_with_its_reason() -> None:
    marts, talk = talking()
    closed = activity_of(marts, talk).closed()
    assert [(channel.name.removeprefix("#"), channel.reason) for channel in closed] == [
        (channel.name, CLOSED[channel.access]) for channel in talk.channels if channel.access != "open"
    ]
    assert len(closed) == 5


def test_channels_without_a_word_in_90_days_are_named_apart() -> None:
    marts, talk = talking()
    page = activity_of(marts, talk)
    silent = [channel.name for channel in talk.channels if channel.access == "open" and not channel.messages.get("90d")]
    assert silent
    assert page.silent() == [f"#{name}" for name in silent]
    assert not set(page.silent()) & {row.name for row in page.channels()}


def test_a_channel_that_was_closed_this_month_keeps_its_messages_and_says_so() -> None:
    marts, talk = talking()
    shut = replace(talk.channels[0], access="hidden")
    row = activity_of(marts, replace(talk, channels=(shut, *talk.channels[1:]))).channels()[0]
    assert (row.name, row.open) == ("#general", False)
    assert row.messages == f"{shut.messages['30d']:,}"


def test_weeks_before_the_first_word_are_not_shown_as_silence() -> None:
    marts, talk = talking()
    quiet = [replace(week, messages=0, people=0, clan_chat=0) for week in talk.weeks[:5]]
    page = activity_of(marts, replace(talk, weeks=(*quiet, *talk.weeks[5:])))
    assert [row.week for row in page.weeks()] == list(talk.weeks[5:])


def test_quadrants_hold_everybody_once() -> None:
    marts, talk = talking(60)
    parts = activity_of(marts, talk).quadrants()
    named = [who.name for part in parts for who in (*part.named, *part.others)]
    assert sorted(named) == sorted(dot.name for dot in talk.chat_and_play.dots)
    assert [part.count for part in parts] == [len(part.dots) for part in parts]


def test_on_few_people_no_correlation_is_printed(tmp_path: Path) -> None:
    marts = talking_marts(8)
    assert marts.talk
    assert marts.talk.chat_and_play.rho is None
    page = published(marts, tmp_path)
    assert "too few to speak of a link" in page
    assert "Spearman" not in page


def test_a_share_of_few_questions_is_told_as_counts() -> None:
    marts, talk = talking()
    few = {**talk.response, "30d": Response(asked=5, answered=3, within_day=3, ripe=4, median=725.0)}
    tiles = helpers_of(marts, replace(talk, response=few)).tiles()
    assert [tile.value for tile in tiles[:2]] == ["3 of 4", "12 min"]
    many = {**talk.response, "30d": Response(asked=52, answered=45, within_day=43, ripe=50, median=None)}
    tiles = helpers_of(marts, replace(talk, response=many)).tiles()
    assert [tile.value for tile in tiles[:2]] == ["86 %", "–"]
    assert tiles[0].hint.startswith("43 of 50 questions")


def test_the_boards_are_those_of_the_marts_and_lead_to_members() -> None:
    marts, talk = talking()
    members = {member.player_id for member in marts.members}
    for board in helpers_of(marts, talk).boards():
        shown = [(row.place, row.who.name, row.helped, row.answers) for row in board.rows]
        rows = talk.helpers[board.key][: len(shown)]
        assert shown == [(row.place, row.name, str(row.helped), str(row.answers)) for row in rows]
        assert {row.who.player_id for row in board.rows if row.who.player_id is not None} <= members
        assert any(row.who.player_id for row in board.rows)


def test_a_waiting_question_says_where_since_when_and_about_what() -> None:
    marts, talk = talking()
    question = replace(
        talk.unanswered[0], asked_at=NOW - timedelta(days=3, hours=4), metrics=("zulrah", "the_brine_hag")
    )
    (row,), more = helpers_of(marts, replace(talk, unanswered=(question,))).waiting()
    assert (row.age, row.about, row.asker.name, more) == ("3 days", "Zulrah, The Brine Hag", question.asker, 0)


def test_the_best_helpers_and_the_best_greeter_are_thanked() -> None:
    marts, talk = talking()
    thanks = helpers_of(marts, talk).thanks()
    assert thanks[0].who.name == talk.helpers["30d"][0].name
    greeter = max(talk.speakers, key=lambda speaker: speaker.welcomes.get("90d", 0))
    assert thanks[-1].who.name == greeter.name
    assert "greet" in thanks[-1].what


def test_a_newcomer_whom_nobody_greeted_is_told_as_such(tmp_path: Path) -> None:
    marts, talk = talking()
    alone = replace(talk.welcomes[0], welcomed_at=None, welcomed_by=None)
    rows, _more = helpers_of(marts, replace(talk, welcomes=(alone,))).newcomers()
    assert [row.greeter for row in rows] == [None]
    assert "nobody has replied yet" in published(replace(marts, talk=replace(talk, welcomes=(alone,))), tmp_path)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "under a minute"),
        (60, "1 min"),
        (725, "12 min"),
        (5_399, "90 min"),
        (5_400, "2 h"),
        (172_799, "48 h"),
        (172_800, "2 days"),
        (30 * 86_400, "30 days"),
    ],
)
def test_waits_are_told_in_one_unit(seconds: float, text: str) -> None:
    assert lasting(seconds) == text


def test_lines_of_discord_stand_in_since_last_night_and_lead_to_their_pages(tmp_path: Path) -> None:
    page = published(talking_marts(14), tmp_path)
    for kind, word in (("arrived", "Arrived"), ("departed", "Departed"), ("talk", "Talk"), ("waiting", "Waiting")):
        assert f'<span class="mark mark-{kind}">{word}</span>' in page
    assert re.search(r'<a href="#helpers">3 questions have waited for more than a day</a>', page)
    assert re.search(r'<a href="#activity">31 people wrote 412 messages', page)


def test_an_account_that_arrived_without_being_a_member_is_named_without_a_link(tmp_path: Path) -> None:
    marts = talking_marts(14)
    line = NightLine("arrived", None, "<i>Mads</i>", "<i>Mads</i> came to Discord")
    page = published(replace(marts, since_last_night=replace(marts.since_last_night, lines=(line,))), tmp_path)
    assert "<bdi>&lt;i&gt;Mads&lt;/i&gt;</bdi> came to Discord" in page


def test_the_overview_shows_the_week_in_discord() -> None:
    marts, talk = talking()
    tiles = {tile.label: tile for tile in OverviewPage(marts, Words("UTC", NOW)).tiles}
    fared = talk.response["7d"]
    assert tiles["Messages"].value == f"{talk.totals['7d']:,}"
    assert tiles["Answered in a day"].hint == f"{fared.within_day} of {fared.ripe} questions"


def fresh(*sources: SourceState, sentence: str = "Game data to 21 Nov 00:00 UTC") -> list[tuple[str, str, str]]:
    told = source_views(Freshness(sources, NOW, 0, 3, sentence), Words("UTC", NOW))
    return [(source.tone, source.text, source.note) for source in told]


def test_each_source_says_how_fresh_it_is() -> None:
    assert fresh(SourceState("wom", NOW, "fresh"), SourceState("discord", NOW - timedelta(days=2), "stale")) == [
        ("good", "Wise Old Man up to date", ""),
        ("warn", "Discord silent since 19 Nov 2026", ""),
    ]
    assert (
        fresh(SourceState("wom", NOW, "fresh"), SourceState("discord", None, "never"))[1][1] == "Discord not read yet"
    )
    assert fresh(SourceState("wom", NOW, "fresh")) == [("good", "Up to date", "")]


def test_a_note_is_said_once() -> None:
    wom, discord = SourceState("wom", NOW, "fresh"), SourceState("discord", NOW, "fresh", "3 channels are closed")
    assert fresh(wom, discord)[1][2] == "Discord: 3 channels are closed"
    assert fresh(wom, discord, sentence="Discord to 21 Nov, 3 channels are closed")[1][2] == ""
