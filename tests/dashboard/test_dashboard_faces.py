"""Overview, officers, matrix, retention and trust, in the words that their pages show."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from advice_builders import advised_marts
from builders import NOW, a_marts

from pipeline.marts.advice_model import Cell, Cohort, CohortCell, FunnelStep, Retention, Together
from pipeline.marts.model import Freshness, Marts, SourceState
from pipeline.marts.talk_model import WatchHour
from pipeline.outputs.dashboard.boards import BoardsPage
from pipeline.outputs.dashboard.filters import Words
from pipeline.outputs.dashboard.matrix import matrix
from pipeline.outputs.dashboard.members import MembersPage
from pipeline.outputs.dashboard.officers import officers
from pipeline.outputs.dashboard.overview import OverviewPage
from pipeline.outputs.dashboard.retention import RetentionPage
from pipeline.outputs.trust import trust

# The Overview --------------------------------------------------------------------------------------------------------


def overview(marts: Marts) -> OverviewPage:
    return OverviewPage(marts, Words(marts.clan.time_zone, marts.as_of))


def test_six_tiles_with_discord_and_six_without() -> None:
    labels = ["Members", "Active", "XP earned", "EHB"]
    assert [tile.label for tile in overview(advised_marts(24, talk=True)).tiles] == [
        *labels, "Messages", "Answered in a day",
    ]  # fmt: skip
    assert [tile.label for tile in overview(advised_marts(24)).tiles] == [*labels, "EHP", "Boss kills"]


def test_xp_is_that_of_the_members_who_stayed_beside_the_week_before() -> None:
    marts = advised_marts(24)
    tile = overview(marts).tiles[2]
    before, week = marts.weeks[-2], marts.weeks[-1]
    percent = round(100 * (week.same_members - before.same_members) / before.same_members)
    assert tile.exact == f"{week.same_members:,}"
    assert tile.change == f"{'+' if percent > 0 else '−'}{abs(percent)} % week on week"


def test_active_inactive_and_unknown_are_told_as_parts_of_everybody() -> None:
    marts = advised_marts(24)
    tile = overview(marts).tiles[1]
    states = [verdict.state for verdict in marts.advice.inactivity.verdicts]
    assert [part.count for part in tile.parts] == [str(states.count(key)) for key in ("active", "inactive", "unknown")]
    assert tile.parts[-1].start + tile.parts[-1].share == 100


def test_at_most_ten_lines_of_news_and_three_cards() -> None:
    marts = advised_marts(60, talk=True)
    page = overview(marts)
    assert len(page.news) + len(page.more_news) == len(marts.since_last_night.lines)
    assert len(page.news) <= 10
    assert len(page.cards) + page.more_cards == len(marts.advice.cards)
    assert len(page.cards) <= 3


def test_the_best_week_is_marked_once_and_the_last_is_this_one() -> None:
    columns = overview(a_marts(24)).columns
    assert sum(column.is_best for column in columns) == 1
    assert [column.is_last for column in columns] == [False] * (len(columns) - 1) + [True]
    assert max(column.height for column in columns) == 100


def test_a_clan_without_members_has_no_numbers() -> None:
    assert overview(a_marts(0)).tiles == ()


# Members -------------------------------------------------------------------------------------------------------------


def test_a_row_says_why_a_number_is_not_known() -> None:
    marts = a_marts(24)
    week = marts.periods["7d"]
    rows = {row.person.player_ids[0]: row for row in MembersPage(marts).rows}
    once = next(player for player, look in week.looks.items() if look.start_at == look.end_at)
    unseen = next(person.player_ids[0] for person in marts.people if person.seen_at is None)
    assert (rows[once].xp.text, rows[unseen].xp.text) == ("one look", "not seen")
    assert rows[once].xp.by == ""


def test_those_who_earned_a_rank_sort_before_those_who_lack_something() -> None:
    rows = MembersPage(advised_marts(24)).rows
    due = {row.next_by for row in rows if row.person.ahead and row.person.ahead.is_due}
    short = {row.next_by for row in rows if row.person.ahead and not row.person.ahead.is_due}
    assert due == {"0"}
    assert short
    assert min(short) > "0"


# Boards --------------------------------------------------------------------------------------------------------------


def test_a_card_shows_its_last_weeks_and_the_latest_stands_last() -> None:
    marts = a_marts(60)
    card = next(card for card in BoardsPage(marts).bosses.moved if card.spark)
    weeks = marts.history.totals[card.metric.key][-12:]
    assert card.spark == tuple(max(1, 100 * value // max(weeks)) if value else 0 for value in weeks)


# Officers ------------------------------------------------------------------------------------------------------------


def watched(**covered: int) -> tuple[WatchHour, ...]:
    return tuple(WatchHour(hour, 40, covered.get(f"h{hour}", 36)) for hour in range(24))


def test_the_hours_without_officers_are_named_with_what_to_do() -> None:
    found = officers(watched(h9=4, h10=2, h11=6), "London time")
    assert found
    assert found.answer.startswith("From 09:00 to 12:00 (London time) an officer is there in 10 % of the hours")
    assert found.advice


def test_where_officers_are_there_nothing_is_to_be_done() -> None:
    found = officers(watched(), "UTC")
    assert found
    assert found.advice == ""


def test_of_few_days_nothing_is_said_and_of_none_nothing_is_shown() -> None:
    few = officers(tuple(WatchHour(hour, 3, 1) for hour in range(24)), "UTC")
    assert few
    assert "too seldom" in few.answer
    assert officers((), "UTC") is None
    assert officers(tuple(WatchHour(hour, 0, 0) for hour in range(24)), "UTC") is None


# What moves together -------------------------------------------------------------------------------------------------


def test_a_square_is_shaded_by_its_strength_and_bold_where_it_is_sure() -> None:
    strong, weak = Cell(0.82, 0.7, 0.9, 40, 0.0001), Cell(-0.25, -0.5, 0.1, 40, 0.2)
    both = Together(("a", "b", "c"), {}, ((None, strong, weak), (strong, None, None), (weak, None, None)))
    found = matrix(both)
    assert found
    first = found.rows[0].squares
    assert [(square.shade, square.is_sure) for square in first] == [
        ("self", False),
        ("plus-4", True),
        ("minus-1", False),
    ]
    assert found.rows[1].squares[2].text == "–"


def test_without_a_square_there_is_no_matrix() -> None:
    assert matrix(Together()) is None
    assert matrix(Together(("a",), {}, ((None,),))) is None


# Retention -----------------------------------------------------------------------------------------------------------


def retention(**parts: object) -> RetentionPage:
    marts = a_marts(12)
    told = replace(Retention(), **parts)  # type: ignore[arg-type]
    return RetentionPage(replace(marts, advice=replace(marts.advice, retention=told)), Words("UTC", NOW))


def test_the_answer_is_the_share_that_stayed_three_months() -> None:
    cells = (CohortCell(30, 20, 2, 0.9), CohortCell(90, 18, 4, 0.755))
    assert retention(cohorts=(Cohort(None, 20, 15, cells),)).answer == (
        "Of everybody who joined, 76 % were still here after 90 days."
    )


def test_where_most_newcomers_are_lost_is_named_with_what_to_do() -> None:
    steps = (
        FunnelStep("joined", "Joined the clan", 30, 30),
        FunnelStep("message", "Wrote", 12, 30),
        FunnelStep("gains", "Gained", 25, 30),
    )
    page = retention(funnel=steps)
    assert [step.is_worst for step in page.funnel] == [False, True, False]
    assert page.advice.startswith("Most are lost before their first message")


def test_of_few_newcomers_nothing_is_called_the_worst() -> None:
    """Not even another step, at which fewer are lost of more."""
    page = retention(funnel=(FunnelStep("matched", "Known in Discord", 9, 10), FunnelStep("message", "Wrote", 1, 4)))
    assert "too few have joined" in page.advice
    assert not any(step.is_worst for step in page.funnel)


def test_where_nobody_is_lost_there_is_nothing_to_do() -> None:
    assert retention(funnel=(FunnelStep("message", "Wrote", 30, 30),)).advice == ""


def test_a_cell_that_nobody_could_have_reached_is_empty() -> None:
    page = retention(cohorts=(Cohort(date(2026, 11, 1), 3, 3, (CohortCell(30, 0, 0, None),)),))
    assert (page.rows[0].month, page.rows[0].cells[0].text) == ("November 2026", "")
    assert "too early" in page.rows[0].cells[0].title


def test_a_clan_that_nobody_joined_says_so() -> None:
    assert retention().answer.startswith("Nobody has joined")


# Trust ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("states", "unseen", "begins"),
    [
        (("fresh", "fresh"), 3, "Yes:"),
        (("fresh", "stale"), 3, "Not all of it: Discord"),
        (("fresh", "fresh"), 30, "Mostly:"),
    ],
)
def test_whether_the_numbers_can_be_trusted_is_one_sentence(states: tuple[str, str], unseen: int, begins: str) -> None:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    sources = (SourceState("wom", at, states[0]), SourceState("discord", at, states[1]))  # type: ignore[arg-type]
    assert trust(Freshness(sources, at, unseen, 60, "")).startswith(begins)
