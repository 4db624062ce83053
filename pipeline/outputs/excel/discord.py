"""The sheet Discord: when people talk, in which channels, how that changes, and everybody who talks."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from pipeline.domain.talk import Access, ChannelKind
from pipeline.marts.talk_model import PerPeriod, Quadrant, Speaker, TalkChannel, TalkMarts, TalkWeek
from pipeline.outputs.excel.chart import Corner, insert_talk_chart
from pipeline.outputs.excel.formats import GOLD, GREEN, GREEN_SOFT
from pipeline.outputs.excel.heat_map import HEIGHT, draw_heat, heat_in_words
from pipeline.outputs.excel.page import HEAD_ROWS, Page
from pipeline.outputs.excel.rules import age, bars, unknown, where
from pipeline.outputs.excel.sheet import Column, Table
from pipeline.outputs.excel.text import counted
from pipeline.outputs.unknown import heard, what_was_asked, what_was_said_in_game

NAME: Final = "Discord"

_NOTE: Final = "Who talks, where and when? Clan chat, which a bot repeats from the game, is counted apart."
_CHART_COLUMNS: Final = (10, 14)
"""First and last column of the charts, right of the heat map."""

_CHART_ROWS: Final = HEIGHT // 2

_KINDS: Final[Mapping[ChannelKind, str]] = {
    "text": "text", "announcement": "news", "forum": "forum", "voice": "voice", "thread": "thread", "unknown": "unknown",
}  # fmt: skip
_ACCESS: Final[Mapping[Access, str]] = {
    "open": "yes",
    "hidden": "no: it may not see the channel",
    "no_history": "no: it may not read back",
    "no_connect": "no: it may not join",
    "unknown_type": "no: not known what this is",
    "gone": "no: the channel is gone",
}
_PERMISSIONS: Final[Mapping[Access, str]] = {
    "hidden": "View Channel", "no_history": "Read Message History", "no_connect": "Connect",
}  # fmt: skip
_QUADRANTS: Final[Mapping[Quadrant, str]] = {
    "both": "talks and plays", "talks": "only talks", "plays": "only plays", "neither": "neither",
}  # fmt: skip


def draw_discord(talk: TalkMarts, page: Page) -> None:
    """Write the sheet from top to bottom; the long list of people comes last."""
    channels, weeks, people = channels_table(talk), weeks_table(talk), people_table(talk)
    columns = len(people.columns)
    page.head(NAME, _NOTE, columns)
    page.worksheet.freeze_panes(HEAD_ROWS, 1)
    row = _words(talk, page, HEAD_ROWS, columns)
    heat_row = row + 1
    row = _heat(talk, page, row, columns)
    row = _part(page, row + 1, columns, "Where: channels with their threads", channels)
    weeks_row = row + 2
    row = _part(page, row + 1, columns, "How it changes: week by week", weeks)
    people_row = row + 2
    row = _part(
        page,
        row + 1,
        columns,
        f"Who: {counted(len(talk.speakers), 'person', 'people')} in Discord or clan chat",
        people,
    )
    if talk.weeks and _was_written(talk):
        _charts(page, heat_row, (weeks_row + 1, weeks_row + len(talk.weeks)), clan_chat=bool(talk.clan_chat))
    page.worksheet.print_area(0, 0, row - 1, columns - 1)
    page.worksheet.set_h_pagebreaks([people_row - 1])
    # Rows below the first page's top are repeated only on the pages after them: the list's header over its every page.
    page.worksheet.repeat_rows(people_row)


def _words(talk: TalkMarts, page: Page, row: int, columns: int) -> int:
    """The answers as sentences, one a line."""
    zone = page.marts.clan.time_zone
    unknown = what_was_asked(talk, zone), what_was_said_in_game(talk, zone)
    told = heat_in_words(talk.heat["90d"].clan), _month(talk), talk.chat_and_play.sentence
    for line in filter(None, (*told, *unknown)):
        page.merge(row, 0, row, columns - 1, line, "words")
        row += 1
    return row


def _month(talk: TalkMarts) -> str | None:
    """The last 30 days, None where nothing was written; of questions only what is known for sure."""
    if not talk.totals.get("30d"):
        return None
    fared, waiting = talk.response["30d"], len(talk.unanswered)
    people, messages = counted(talk.people["30d"], "person", "people"), counted(talk.totals["30d"], "message")
    written = f"In the last 30 days {people} wrote {messages}."
    if talk.withheld_since is not None:
        return (
            f"{written} {counted(waiting, 'question')} we know of waited for more than a day." if waiting else written
        )
    return (
        f"{written} {fared.answered:,} of {counted(fared.asked, 'question')} got an answer; "
        f"{waiting:,} have waited for more than a day."
    )


def _was_written(talk: TalkMarts) -> bool:
    return any(map(any, talk.heat["90d"].clan))


def _heat(talk: TalkMarts, page: Page, row: int, columns: int) -> int:
    page.section(row, 0, columns - 1, "When: messages of the last 90 days by hour and weekday")
    if _was_written(talk):
        return draw_heat(talk.heat["90d"].clan, page, row + 1)
    page.write(row + 1, 0, "Nobody wrote in Discord in the last 90 days.", "empty")
    return row + 2


def _part(page: Page, row: int, columns: int, heading: str, table: Table[Any]) -> int:
    page.section(row, 0, columns - 1, heading)
    return page.table(row + 1, 0, table)


def _charts(page: Page, row: int, weeks: tuple[int, int], *, clan_chat: bool) -> None:
    """Messages and people of the weeks, right of the heat map."""
    first, last = _CHART_COLUMNS
    upper, lower = Corner(row, first, last, _CHART_ROWS), Corner(row + _CHART_ROWS, first, last, _CHART_ROWS)
    written = ("Discord", 1, GREEN)
    shown = (written, ("Clan chat", 3, GOLD)) if clan_chat else (written,)
    insert_talk_chart(page, upper, weeks, "Messages, week by week", shown)
    insert_talk_chart(page, lower, weeks, "People who wrote in Discord, week by week", (("People", 2, GREEN),))


def channels_table(talk: TalkMarts) -> Table[TalkChannel]:
    """Every channel, and in plain words why one is not read."""
    rules = (where('LEFT([read],3)<>"yes"', "warn"),)
    columns = (
        Column[TalkChannel]("channel", "Channel", lambda c: f"#{c.name}", "name", 22),
        Column[TalkChannel]("kind", "Kind", lambda c: _KINDS[c.kind]),
        Column[TalkChannel]("messages_7d", "Messages 7d", _count_of("7d"), "count", rules=_GOLD),
        Column[TalkChannel]("messages_30d", "Messages 30d", _count_of("30d"), "count", rules=_GOLD),
        Column[TalkChannel]("messages_90d", "Messages 90d", _count_of("90d"), "count", rules=_GOLD),
        Column[TalkChannel]("people_7d", "People 7d", _people_of("7d"), "count", rules=_GREEN),
        Column[TalkChannel]("people_30d", "People 30d", _people_of("30d"), "count", rules=_GREEN),
        Column[TalkChannel]("people_90d", "People 90d", _people_of("90d"), "count", rules=_GREEN),
        Column[TalkChannel]("messages", "All messages held", _count_of("all"), "count"),
        Column[TalkChannel]("people", "All people", _people_of("all"), "count"),
        Column[TalkChannel]("last", "Last word", lambda c: c.last_word_at, "moment"),
        Column[TalkChannel]("read", "Read by the bot", lambda c: _ACCESS[c.access], rules=rules),
        Column[TalkChannel]("allow", "To read it, allow", lambda c: _PERMISSIONS.get(c.access), width=23),
    )
    return Table("Channels", "", columns, talk.channels, "Nothing is known of the guild's channels yet.")


_GOLD: Final = (bars(), unknown())
_GREEN: Final = (bars(GREEN_SOFT), unknown())


def _count_of(period: str) -> Callable[[TalkChannel], int | None]:
    return lambda channel: _held(channel, channel.messages, period)


def _people_of(period: str) -> Callable[[TalkChannel], int | None]:
    return lambda channel: _held(channel, channel.people, period)


def _held(channel: TalkChannel, counts: Mapping[str, int], period: str) -> int | None:
    """A count; none in a channel that is read is 0, none in another is not known."""
    return counts.get(period, 0 if channel.access == "open" else None)


def weeks_table(talk: TalkMarts) -> Table[TalkWeek]:
    """The trend, oldest first; empty cells where Discord withheld what was written."""

    def known(count: Callable[[TalkWeek], int]) -> Callable[[TalkWeek], int | None]:
        return lambda week: count(week) if talk.is_heard(week.window) else None

    columns = (
        Column[TalkWeek]("until", "Week until 00:00 UTC", _end_of, "day"),
        Column[TalkWeek]("messages", "Messages", lambda week: week.messages, "count", rules=(bars(),)),
        Column[TalkWeek]("people", "People", lambda week: week.people, "count", rules=(bars(GREEN_SOFT),)),
        Column[TalkWeek]("clan_chat", "Clan chat", known(lambda week: week.clan_chat), "count", rules=(bars(),)),
        Column[TalkWeek]("asked", "Questions", known(lambda week: week.asked), "count"),
        Column[TalkWeek]("answered", "Answered", known(lambda week: week.answered), "count"),
        Column[TalkWeek]("within_day", "Within 24 hours", known(lambda week: week.within_day), "count"),
    )
    return Table("TalkWeeks", "", columns, talk.weeks, "No week is over yet.")


def _end_of(week: TalkWeek) -> date:
    return week.window.until.date()


def people_table(talk: TalkMarts) -> Table[Speaker]:
    """Everybody, whether they talk or not."""
    quadrants = {dot.person_id: dot.quadrant for dot in talk.chat_and_play.dots}
    channels = {channel.channel_id: channel.name for channel in talk.channels}

    def month(counts: Callable[[Speaker], PerPeriod]) -> Callable[[Speaker], int | None]:
        return lambda speaker: heard(talk, counts(speaker), "30d")

    def place(speaker: Speaker) -> str | None:
        return _QUADRANTS[quadrants[speaker.person_id]] if speaker.person_id in quadrants else None

    columns = (
        Column[Speaker]("name", "Name", lambda s: s.name, "name", 22),
        Column[Speaker]("clan", "In the clan", lambda s: _yes(answer=s.in_clan), "centre"),
        Column[Speaker]("messages_7d", "Messages 7d", lambda s: s.messages.get("7d", 0), "count", rules=(bars(),)),
        Column[Speaker]("messages_30d", "Messages 30d", lambda s: s.messages.get("30d", 0), "count", rules=(bars(),)),
        Column[Speaker]("messages_90d", "Messages 90d", lambda s: s.messages.get("90d", 0), "count", rules=(bars(),)),
        Column[Speaker]("clan_chat", "Clan chat 30d", month(lambda s: s.clan_chat), "count", rules=(bars(GREEN_SOFT),)),
        Column[Speaker]("questions", "Questions 30d", month(lambda s: s.questions), "count"),
        Column[Speaker]("answered", "Got an answer 30d", month(lambda s: s.answered), "count"),
        Column[Speaker]("answers", "Answers given 30d", month(lambda s: s.answers), "count"),
        Column[Speaker]("helped", "People helped 30d", month(lambda s: s.helped), "count"),
        Column[Speaker]("last", "Last word", lambda s: s.last_word_at, "moment", rules=(unknown(), age())),
        Column[Speaker]("last_chat", "Last in clan chat", lambda s: s.last_clan_chat_at, "moment", rules=(unknown(),)),
        Column[Speaker]("quadrant", "Talk and play 30d", place, width=18),
        Column[Speaker]("channel", "Talks most in", lambda s: _home(s, channels), width=20),
        Column[Speaker](
            "guild", "In Discord as", lambda s: (s.nick or "(no nickname)") if s.in_guild else None, width=24
        ),
    )
    return Table("Talkers", "", columns, talk.speakers, "Nobody is known in Discord yet.")


def _yes(*, answer: bool) -> str:
    return "yes" if answer else "no"


def _home(speaker: Speaker, channels: Mapping[int, str]) -> str | None:
    """The channel in which *speaker* wrote most in a year."""
    if not speaker.channels:
        return None
    channel_id, _count = min(speaker.channels, key=lambda pair: (-pair[1], pair[0]))
    return f"#{channels[channel_id]}" if channel_id in channels else None
