"""The sheet Activity: when people talk and officers are there, in which channels, how that changes, and everybody who talks."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from pipeline.domain.talk import Access, ChannelKind
from pipeline.marts.talk_model import PerPeriod, Quadrant, Speaker, TalkChannel, TalkMarts, TalkWeek
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.chart import Corner, insert_counts_chart
from pipeline.outputs.excel.formats import GOLD, GREEN, GREEN_SOFT
from pipeline.outputs.excel.heat_map import HEIGHT, draw_heat, heat_in_words
from pipeline.outputs.excel.page import HEAD_ROWS, Page
from pipeline.outputs.excel.rules import age, bars, unknown, where
from pipeline.outputs.excel.sheet import Column, Table, Value
from pipeline.outputs.excel.text import counted
from pipeline.outputs.excel.watch import draw_watch
from pipeline.outputs.unknown import heard, what_was_asked, what_was_said_in_game
from pipeline.outputs.watch_words import when_missed

NAME: Final = "Activity"

_NOTE: Final = "Who talks, where and when, and are officers there then? Clan chat, which a bot repeats from the game, is counted apart."
PRINTED: Final = 12
"""Columns that are printed; those right of them are for the screen."""

_WIDTHS: Final = (22, 10, 11, 11, 11, 11, 11, 11, 13, 22, 22, 17)
"""Of the printed columns, also while there are no tables to widen them."""

_CHARTS: Final = ((0, 6), (7, 11))
"""First and last column of the charts, which lie beside each other."""

_CHART_ROWS: Final = 14
_WATCH_COLUMN: Final = 9
"""Where officers' hours begin, right of the heat map."""

_KINDS: Final[Mapping[ChannelKind, str]] = {
    "text": "text", "announcement": "news", "forum": "forum", "voice": "voice", "thread": "thread", "unknown": "unknown",
}  # fmt: skip
_ACCESS: Final[Mapping[Access, str]] = {
    "open": "yes",
    "hidden": "no: cannot see it",
    "no_history": "no: cannot read back",
    "no_connect": "no: cannot join",
    "unknown_type": "no: kind not known",
    "gone": "no: it is gone",
}
_PERMISSIONS: Final[Mapping[Access, str]] = {
    "hidden": "View Channel", "no_history": "Read Message History", "no_connect": "Connect",
}  # fmt: skip
_QUADRANTS: Final[Mapping[Quadrant, str]] = {
    "both": "talks and plays", "talks": "only talks", "plays": "only plays", "neither": "neither",
}  # fmt: skip


def draw_activity(answers: Answers, talk: TalkMarts, page: Page) -> None:
    """Write the sheet from top to bottom; the long list of people comes last."""
    channels, weeks, people = channels_table(talk), weeks_table(talk), people_table(talk, answers)
    columns = len(people.columns)
    page.head(NAME, _NOTE, columns)
    page.worksheet.freeze_panes(HEAD_ROWS, 1)
    for place, width in enumerate(_WIDTHS):
        page.widen(place, width)
    row = _heat(talk, page, _words(talk, page, HEAD_ROWS), columns)
    channels_row = row + 1
    row = _part(page, channels_row, columns, "Where: channels with their threads", channels)
    row = _weeks(talk, page, row + 1, columns, weeks)
    people_row = row + 2
    heading = f"Who: {counted(len(talk.speakers), 'person', 'people')} in Discord or clan chat"
    row = _part(page, row + 1, columns, heading, people)
    page.worksheet.print_area(0, 0, row - 1, PRINTED - 1)
    page.worksheet.set_h_pagebreaks([channels_row, people_row - 1])
    # Rows below the first page's top are repeated only on the pages after them: the list's header over its every page.
    page.worksheet.repeat_rows(people_row)


def _words(talk: TalkMarts, page: Page, row: int) -> int:
    """The answers as sentences, one a line."""
    zone = page.marts.clan.time_zone
    unknown = what_was_asked(talk, zone), what_was_said_in_game(talk, zone)
    watched = " ".join(when_missed(talk.watch, zone) or ())
    told = heat_in_words(talk.heat["90d"].clan), watched, _month(talk), talk.chat_and_play.sentence
    for line in filter(None, (*told, *unknown)):
        page.merge(row, 0, row, PRINTED - 1, line.strip(), "words")
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
    """The heat map, and right of it hour by hour when officers are there."""
    page.section(row, 0, columns - 1, "When: messages of the last 90 days by hour and weekday")
    if talk.watch:
        page.write(row, _WATCH_COLUMN, "Officers’ hours, last 8 weeks", "section")
        draw_watch(talk.watch, page, row + 1, _WATCH_COLUMN)
    if _was_written(talk):
        return draw_heat(talk.heat["90d"].clan, page, row + 1)
    page.write(row + 1, 0, "Nobody wrote in Discord in the last 90 days.", "empty")
    return row + (HEIGHT if talk.watch else 2)


def _part(page: Page, row: int, columns: int, heading: str, table: Table[Any]) -> int:
    page.section(row, 0, columns - 1, heading)
    return page.table(row + 1, 0, table)


def _weeks(talk: TalkMarts, page: Page, row: int, columns: int, table: Table[TalkWeek]) -> int:
    """The weeks as charts, and below them in numbers."""
    page.section(row, 0, columns - 1, "How it changes: week by week")
    if not (talk.weeks and _was_written(talk)):
        return page.table(row + 1, 0, table)
    free = page.table(row + 1 + _CHART_ROWS, 0, table)
    first = row + 2 + _CHART_ROWS
    _charts(page, row + 1, (first, first + len(talk.weeks) - 1), clan_chat=bool(talk.clan_chat))
    return free


def _charts(page: Page, row: int, weeks: tuple[int, int], *, clan_chat: bool) -> None:
    """Messages and people of the weeks, beside each other."""
    left, right = (Corner(row, first, last, _CHART_ROWS) for first, last in _CHARTS)
    written = ("Discord", 1, GREEN)
    shown = (written, ("Clan chat", 3, GOLD)) if clan_chat else (written,)
    insert_counts_chart(page, left, weeks, "Messages, week by week", shown)
    insert_counts_chart(page, right, weeks, "People who wrote in Discord, week by week", (("People", 2, GREEN),))


def channels_table(talk: TalkMarts) -> Table[TalkChannel]:
    """Every channel, and in plain words why one is not read."""
    rules = (where('LEFT([read],3)<>"yes"', "warn"),)
    columns = (
        Column[TalkChannel]("channel", "Channel", lambda c: f"#{c.name}", "name", 22),
        Column[TalkChannel]("kind", "Kind", lambda c: _KINDS[c.kind], width=10),
        Column[TalkChannel]("messages_7d", "Messages 7d", _count_of("7d"), "count", rules=_GOLD),
        Column[TalkChannel]("messages_30d", "Messages 30d", _count_of("30d"), "count", rules=_GOLD),
        Column[TalkChannel]("messages_90d", "Messages 90d", _count_of("90d"), "count", rules=_GOLD),
        Column[TalkChannel]("people_7d", "People 7d", _people_of("7d"), "count", rules=_GREEN),
        Column[TalkChannel]("people_30d", "People 30d", _people_of("30d"), "count", rules=_GREEN),
        Column[TalkChannel]("people_90d", "People 90d", _people_of("90d"), "count", rules=_GREEN),
        Column[TalkChannel]("last", "Last word", lambda c: c.last_word_at, "day"),
        Column[TalkChannel]("read", "Read by the bot", lambda c: _ACCESS[c.access], width=22, rules=rules),
        Column[TalkChannel]("allow", "To read it, allow", lambda c: _PERMISSIONS.get(c.access), width=22),
        Column[TalkChannel]("messages", "All messages held", _count_of("all"), "count", 17),
        Column[TalkChannel]("people", "All people", _people_of("all"), "count"),
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


def people_table(talk: TalkMarts, answers: Answers) -> Table[Speaker]:
    """Everybody, whether they talk or not."""
    quadrants = {dot.person_id: dot.quadrant for dot in talk.chat_and_play.dots}
    channels = {channel.channel_id: channel.name for channel in talk.channels}

    def month(counts: Callable[[Speaker], PerPeriod]) -> Callable[[Speaker], int | None]:
        return lambda speaker: heard(talk, counts(speaker), "30d")

    def place(speaker: Speaker) -> str | None:
        return _QUADRANTS[quadrants[speaker.person_id]] if speaker.person_id in quadrants else None

    columns = (
        Column[Speaker]("name", "Name", _name(answers), "player", 22),
        Column[Speaker]("clan", "In the clan", lambda s: _yes(answer=s.in_clan), "centre"),
        Column[Speaker]("messages_7d", "Messages 7d", lambda s: s.messages.get("7d", 0), "count", rules=(bars(),)),
        Column[Speaker]("messages_30d", "Messages 30d", lambda s: s.messages.get("30d", 0), "count", rules=(bars(),)),
        Column[Speaker]("messages_90d", "Messages 90d", lambda s: s.messages.get("90d", 0), "count", rules=(bars(),)),
        Column[Speaker]("clan_chat", "Clan chat 30d", month(lambda s: s.clan_chat), "count", rules=(bars(GREEN_SOFT),)),
        Column[Speaker]("answers", "Answers given 30d", month(lambda s: s.answers), "count"),
        Column[Speaker]("helped", "People helped 30d", month(lambda s: s.helped), "count"),
        Column[Speaker]("last", "Last word", lambda s: s.last_word_at, "day", rules=(unknown(), age())),
        Column[Speaker]("channel", "Talks most in", lambda s: _home(s, channels), width=22),
        Column[Speaker](
            "guild", "In Discord as", lambda s: (s.nick or "(no nickname)") if s.in_guild else None, width=22
        ),
        Column[Speaker]("quadrant", "Talk and play 30d", place, width=17),
        Column[Speaker]("questions", "Questions 30d", month(lambda s: s.questions), "count"),
        Column[Speaker]("answered", "Got an answer 30d", month(lambda s: s.answered), "count"),
        Column[Speaker]("last_chat", "Last in clan chat", lambda s: s.last_clan_chat_at, "moment", rules=(unknown(),)),
    )
    return Table("Talkers", "", columns, talk.speakers, "Nobody is known in Discord yet.")


def _name(answers: Answers) -> Callable[[Speaker], Value]:
    """The name, leading to the page of the main account."""
    return lambda speaker: answers.linked(next(iter(speaker.player_ids), None), speaker.name)


def _yes(*, answer: bool) -> str:
    return "yes" if answer else "no"


def _home(speaker: Speaker, channels: Mapping[int, str]) -> str | None:
    """The channel in which *speaker* wrote most in a year."""
    if not speaker.channels:
        return None
    channel_id, _count = min(speaker.channels, key=lambda pair: (-pair[1], pair[0]))
    return f"#{channels[channel_id]}" if channel_id in channels else None
