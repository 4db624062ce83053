"""Who stays how long: Kaplan and Meier's estimate by hand, and what must hold of every one."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.survival import Lasted, survival

AT = (7, 30, 60, 90, 180, 365)


@st.composite
def stays(draw: st.DrawFn) -> list[Lasted]:
    return draw(st.lists(st.builds(Lasted, st.floats(0, 500), st.booleans()), max_size=40))


def shares(lasted: list[Lasted], at: tuple[int, ...] = AT) -> list[float | None]:
    return [each.share for each in survival(lasted, at)]


def test_a_hand_worked_example() -> None:
    # Six people, leaving after 6 (three of them, and one censored), 7 and 10 days: 1 − 3/6, × 1 − 1/2, × 1 − 1/1.
    held = [Lasted(6, True)] * 3 + [Lasted(6, False), Lasted(7, True), Lasted(10, True)]
    assert shares(held, (5, 6, 7, 9, 10)) == pytest.approx([1, 1 / 2, 1 / 4, 1 / 4, 0])


def test_everybody_counts_for_as_long_as_they_were_here() -> None:
    [cell] = survival([Lasted(10, False), Lasted(20, True), Lasted(40, False), Lasted(50, True)], (30,))
    assert (cell.at_risk, cell.left) == (3, 1)
    assert cell.share == pytest.approx(2 / 3)


def test_nothing_is_said_of_a_time_for_which_nobody_was_watched() -> None:
    assert shares([Lasted(10, False)], (7, 30)) == [1.0, None]


def test_nobody_gives_no_share() -> None:
    assert shares([]) == [None] * len(AT)


@given(stays())
def test_survival_never_rises_and_is_a_share(lasted: list[Lasted]) -> None:
    known = [share for share in shares(lasted) if share is not None]
    assert all(0 <= share <= 1 for share in known)
    assert known == sorted(known, reverse=True)


@given(stays(), st.randoms(use_true_random=False))
def test_the_order_of_people_does_not_matter(lasted: list[Lasted], chance: Random) -> None:
    shuffled = list(lasted)
    chance.shuffle(shuffled)
    assert survival(shuffled, AT) == survival(lasted, AT)


@given(stays())
def test_without_censoring_it_is_the_plain_share(lasted: list[Lasted]) -> None:
    everybody = [Lasted(each.days, True) for each in lasted]
    for days, share in zip(AT, shares(everybody), strict=True):
        if share is not None:
            assert share == pytest.approx(sum(each.days > days for each in everybody) / len(everybody))
