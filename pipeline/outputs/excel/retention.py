"""The sheet Retention: do those who join stay, where do newcomers get lost, and who needs a word now?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pipeline.marts.advice_model import Cohort, CohortCell, Drift, FunnelStep, Retention, Soul
from pipeline.marts.wording import listed, plural
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.formats import GREEN_SOFT
from pipeline.outputs.excel.page import HEAD_ROWS, Page
from pipeline.outputs.excel.rules import bars, heat, unknown, where
from pipeline.outputs.excel.sheet import Column, Table
from pipeline.outputs.excel.table import write_table
from pipeline.outputs.retention_words import CROWDS, how_to_keep, who_stays, worst_step

NAME: Final = "Retention"
THANK: Final = "To thank"
EVERYBODY: Final = "Everybody"
LOST: Final = "most are lost here"

_NOTE: Final = "Do those who join stay, where do newcomers get lost, and who needs a word now?"
_COLUMNS: Final = 15
_MONTH: Final = 30
_NOBODY: Final = "Nobody needs a word of that sort tonight."
_NOBODY_CAME: Final = "Nobody has joined in these days."
_AS_ALWAYS: Final = "It takes somebody who joined. The clan is as it was on the first night."
_HOW_SURE: Final = (
    "Whoever is still here counts for as long as they have been (Kaplan–Meier), so a young month is not made to look better than it "
    "is. Hatched: nobody of that month could have been here for so long yet. A month of a few people says little."
)
_ASK: Final = (
    "Ask how they are (slipping away), welcome them back, give them something to do (on the rise), say thank you."
)


@dataclass(frozen=True, slots=True)
class _Word:
    """Somebody who needs a word: why, and what there is to say of them."""

    why: str
    who: Soul
    at: datetime | None
    what: str


def draw_retention(answers: Answers, page: Page) -> None:
    """Write the sheet from top to bottom: the answer, people, the way of newcomers, the months."""
    told = answers.marts.advice.retention
    page.head(NAME, _NOTE, _COLUMNS)
    page.worksheet.freeze_panes(HEAD_ROWS, 1)
    row, headings = HEAD_ROWS, []
    for line in filter(None, (who_stays(told), how_to_keep(told.funnel))):
        page.merge(row, 0, row, _COLUMNS - 1, line, "answer")
        row += 1
    for heading, words, table in _parts(answers, told):
        heading_row = row + 1
        headings.append(heading_row)
        page.section(heading_row, 0, _COLUMNS - 1, heading)
        row = write_table(page, row + 3, 0, table)
        page.paragraph(heading_row + 1, _COLUMNS, words)
    page.worksheet.print_area(0, 0, row - 1, _COLUMNS - 1)
    page.worksheet.repeat_rows(0, HEAD_ROWS - 1)
    page.keep_headings(row, _COLUMNS, headings, range(HEAD_ROWS))


def _parts(answers: Answers, told: Retention) -> Iterator[tuple[str, str, Table[Any]]]:
    words = words_table(answers)
    yield f"Who needs a word now: {len(words.rows):,}", _ASK, words
    days = plural(told.funnel_days, "day")
    seen = "Each step counts those of whom it can be known; it is too early to say of the others."
    yield f"A newcomer’s way, last {days}", seen, funnel_table(told)
    yield "Still here, by the month in which they joined", _HOW_SURE, cohorts_table(told)


def words_table(answers: Answers) -> Table[_Word]:
    """Everybody who needs a word; the text of the last column runs on to the right."""
    rules = (
        where(f'[why]="{CROWDS["drifting"].title}"', "warn"),
        where(f'[why]="{CROWDS["returners"].title}"', "good"),
        where(f'OR([why]="{CROWDS["stars"].title}",[why]="{THANK}")', "top"),
    )
    columns = (
        Column[_Word]("why", "Why", lambda word: word.why, "name", 27, rules),
        Column[_Word]("who", "Who", lambda word: answers.linked(word.who.player_id, word.who.name), "name_link", 18),
        Column[_Word]("at", "Back since", lambda word: word.at, "day"),
        Column[_Word]("what", "What we see", lambda word: word.what, "spill", 12),
    )
    return Table("NeedAWord", "", columns, list(_words(answers.marts.advice.retention)), _NOBODY)


def _words(told: Retention) -> Iterator[_Word]:
    for drift in told.drifting:
        yield _Word(CROWDS["drifting"].title, drift.who, None, habit(drift))
    for back in told.returners:
        yield _Word(CROWDS["returners"].title, back.who, back.back_at, f"after {plural(back.days, 'day')} away")
    for star in told.stars:
        yield _Word(CROWDS["stars"].title, star.who, None, star.text)
    for thanks in told.thanks:
        yield _Word(THANK, thanks.who, None, listed(thanks.reasons))


def habit(drift: Drift) -> str:
    """4,200,000 XP a week, by habit 31,250,000."""
    unit = "XP" if drift.unit == "experience" else drift.unit
    return f"{drift.lately:,.0f} {unit} a week, by habit {drift.habit:,.0f}"


def funnel_table(told: Retention) -> Table[FunnelStep]:
    """The steps of a newcomer's way."""
    worst = worst_step(told.funnel)
    columns = (
        Column[FunnelStep]("step", "Step", lambda step: step.label, "name", 27),
        Column[FunnelStep](
            "note",
            "Where to help",
            lambda step: LOST if step is worst else None,
            width=18,
            rules=(where(f'[note]="{LOST}"', "warn"),),
        ),
        Column[FunnelStep](
            "share", "Took it", lambda step: step.count / step.of if step.of else None, "share", 13, (bars(), unknown())
        ),
        Column[FunnelStep]("count", "How many", lambda step: step.count, "count", 9),
        Column[FunnelStep]("of", "Of", lambda step: step.of, "count", 9),
    )
    return Table("Funnel", "", columns, told.funnel, _NOBODY_CAME)


def cohorts_table(told: Retention) -> Table[Cohort]:
    """Everybody together, then month by month, the newest first: after each age who is still here, and of how many that is known."""
    ages = [cell.days for cell in told.cohorts[0].cells] if told.cohorts else []
    columns = (
        Column[Cohort]("month", "Joined in", lambda cohort: cohort.month or EVERYBODY, "month", 27),
        Column[Cohort]("joined", "Joined", lambda cohort: cohort.joined, "count", 18, (bars(GREEN_SOFT),)),
        Column[Cohort]("here", "Here now", lambda cohort: cohort.here, "count", 13),
        *(column for days in ages for column in _age(days)),
    )
    return Table("Cohorts", "", columns, told.cohorts, _AS_ALWAYS)


def _age(days: int) -> tuple[Column[Cohort], Column[Cohort]]:
    def cell(cohort: Cohort) -> CohortCell | None:
        return next((each for each in cohort.cells if each.days == days), None)

    def share(cohort: Cohort) -> float | None:
        found = cell(cohort)
        return found.share if found else None

    def at_risk(cohort: Cohort) -> int | None:
        found = cell(cohort)
        return found.at_risk if found else None

    after = age_words(days)
    return (
        Column(f"share_{days}", f"After {after}", share, "share", 9, (heat(GREEN_SOFT), unknown())),
        Column(f"risk_{days}", f"Of ({after})", at_risk, "faint", 7),
    )


def age_words(days: int) -> str:
    """7 days, 1 month, 1 year."""
    if days < _MONTH:
        return plural(days, "day")
    return "1 year" if days >= 365 else plural(days // _MONTH, "month")
