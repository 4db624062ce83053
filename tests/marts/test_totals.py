"""The clan's totals by accounts and by persons: equal where all is well, and never told of those nobody looked at."""

from dataclasses import replace

from advice_builders import advised_marts
from builders import a_marts, enrolled

from pipeline.domain.metrics import OVERALL
from pipeline.marts.model import ALL_TIME, Place
from pipeline.marts.totals import Sums, totals


def test_boards_and_persons_agree_in_every_window() -> None:
    assert [total.difference for total in totals(advised_marts(60))] == [Sums(0, 0, 0, 0)] * 4


def test_the_windows_are_week_month_quarter_and_all_time() -> None:
    assert [total.period.key for total in totals(a_marts(12))] == ["7d", "30d", "90d", ALL_TIME]


def test_accounts_sum_the_boards() -> None:
    marts = a_marts(30)
    bosses = {metric.key for metric in marts.metrics if metric.kind == "boss"}
    board = {metric: sum(place.value for place in places) for metric, places in marts.boards["30d"].items()}
    assert totals(marts)[1].accounts == Sums(
        board[OVERALL], board["ehp"], board["ehb"], sum(value for metric, value in board.items() if metric in bosses)
    )


def test_persons_sum_main_and_alts() -> None:
    marts = advised_marts(24)
    assert any(person.alts for person in marts.people)
    moved = sum(gains[OVERALL].gained for gains in marts.periods["7d"].gains.values() if OVERALL in gains)
    assert totals(marts)[0].persons.xp == moved


def test_who_is_missing_from_the_roll_shows_in_the_difference() -> None:
    marts = a_marts(12)
    best = marts.boards["7d"][OVERALL][0]
    short = replace(marts, people=tuple(p for p in marts.people if best.player_id not in p.player_ids))
    assert totals(short)[0].difference.xp == -best.value


def test_a_board_of_somebody_unknown_shows_in_the_difference() -> None:
    marts = a_marts(12)
    boards = {**marts.boards, "7d": {**marts.boards["7d"], "ehb": (Place(1, 99, 500), *marts.boards["7d"]["ehb"])}}
    assert totals(replace(marts, boards=boards))[0].difference.ehb == -500


def test_those_looked_at_twice_and_the_others_make_up_the_clan() -> None:
    marts = a_marts(12)
    week = totals(marts)[0]
    assert (week.seen, week.unseen) == (len(marts.periods["7d"].gains), 12 - len(marts.periods["7d"].gains))


def test_an_empty_clan_gains_nothing() -> None:
    assert {total.accounts for total in totals(enrolled(a_marts(0)))} == {Sums(0, 0, 0, 0)}
