"""The map of hours: shades, and a sentence that claims no more than the map shows."""

import pytest

from pipeline.outputs.dashboard.heat import LEVELS, habit, rows, said, zone_words


def a_map(*messages: tuple[int, int, int]) -> list[list[int]]:
    """Seven days of 24 hours with *messages* of (day, hour, count)."""
    cells = [[0] * 24 for _day in range(7)]
    for day, hour, count in messages:
        cells[day][hour] = count
    return cells


def test_the_fullest_hour_has_the_deepest_shade_and_one_message_is_not_nothing() -> None:
    shown = rows(a_map((0, 3, 1), (2, 20, 50), (6, 23, 100)))
    levels = (shown[0].cells[3].level, shown[2].cells[20].level, shown[6].cells[23].level, shown[1].cells[0].level)
    assert levels == (1, 3, LEVELS, 0)


def test_every_cell_says_its_day_and_hours_in_full() -> None:
    cell = rows(a_map((6, 23, 1_234)))[6].cells[23]
    assert (cell.count, cell.title) == ("1,234", "Sunday 23:00–00:00: 1,234")


def test_a_map_of_nothing_has_no_shade() -> None:
    assert {cell.level for row in rows(a_map()) for cell in row.cells} == {0}


def test_the_busiest_hours_may_run_past_midnight() -> None:
    told = habit(a_map((0, 23, 60), (1, 0, 60), (2, 22, 60), (3, 12, 20)))
    assert told
    assert (told.first_hour, told.end_hour, told.share) == (22, 1, 90)


def test_ties_go_to_the_earlier_day_and_hour() -> None:
    told = habit(a_map((1, 8, 100), (4, 20, 100)))
    assert told
    assert (told.busiest, told.quietest, told.peak_day, told.peak_hour) == ("Tuesday", "Monday", "Tuesday", 8)


def test_a_sentence_gives_its_share_with_what_it_is_a_share_of() -> None:
    text = said(a_map((5, 20, 900), (0, 9, 100)), "message", "90 days", "Amsterdam time")
    assert text == (
        "Most is written from 18:00 to 21:00 (Amsterdam time): 90 % of 1,000 messages. "
        "Saturday is the busiest day, Tuesday the quietest."
    )


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "Not one message in 7 days."),
        (1, "Only 1 message in 7 days: too few to speak of habits."),
        (99, "Only 99 messages in 7 days: too few to speak of habits."),
    ],
)
def test_few_messages_claim_nothing(count: int, text: str) -> None:
    assert said(a_map((3, 3, count)), "message", "7 days", "UTC") == text


def test_a_zone_is_told_by_its_place() -> None:
    zones = ("Europe/Amsterdam", "America/Argentina/Buenos_Aires", "UTC")
    assert [zone_words(zone) for zone in zones] == ["Amsterdam time", "Buenos Aires time", "UTC"]
