"""Chat against play: ranks, their correlation, and what may be said of it."""

from collections.abc import Mapping, Sequence
from math import atanh, sqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records_kit import a_harvest, a_look, a_membership, day, land
from talk_kit import a_line, a_word, an_account, an_evening, back, say, talk_of

from pipeline.domain.rank_correlation import rank_correlation, ranks
from pipeline.marts.talk_model import ChatAndPlay, ChatDot


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return an_evening(tmp_path)


def crowd(file: Path, talk: Mapping[int, int], play: Mapping[int, int]) -> ChatAndPlay:
    """The members from 30 on by messages and by experience; those of the evening are gone."""
    players = sorted({*talk, *play})
    looks = [a_look(n, day(at), 1_000 + (play[n] if at == -2 else 0)) for n in play for at in (-20, -2)]
    land(file, a_harvest([a_membership(n) for n in players], snapshots=looks), name="crowd")
    for n, messages in talk.items():
        an_account(file, 1_000 + n, f"Player {n}", n)
        say(file, *(a_word(day(-3), 1_000 + n, n * 50 + number) for number in range(messages)))
    return talk_of(file).chat_and_play


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_person_is_one_dot_with_all_their_messages_and_all_their_experience(file: Path) -> None:
    say(file, a_word(back(days=2)), a_line(back(days=3), "Zed Alt", 3), a_word(back(days=40)), a_word(back(hours=1)))
    found = talk_of(file).chat_and_play
    assert found.dots == (ChatDot(1, "Zed", 2, 36, "both"), ChatDot(2, "amy", 0, 18, "plays"))
    assert (found.unmatched, found.rho, found.low, found.high) == (0, None, None, None)
    assert found.sentence == "Too few people to tell: both talk and play are known of 2 people, and it takes 12"


def test_who_was_not_looked_at_twice_or_has_no_account_known_is_in_no_quadrant(file: Path) -> None:
    found = crowd(file, {30: 1, 31: 0, 32: 1}, {30: 5, 31: 0, 33: 9})
    assert [(dot.person_id, dot.quadrant) for dot in found.dots] == [(30, "both"), (31, "neither")]
    assert found.unmatched == 2


def test_clan_chat_alone_makes_a_talker_known(file: Path) -> None:
    say(file, a_line(back(days=300), "Player 33", 33))
    assert [(dot.person_id, dot.quadrant) for dot in crowd(file, {}, {33: 9}).dots] == [(33, "plays")]


def test_a_boss_without_experience_is_play(file: Path) -> None:
    looks = [a_look(30, day(at), {"overall": 5, "zulrah": 100 + at}) for at in (-20, -2)]
    land(file, a_harvest([a_membership(30)], snapshots=looks), name="boss")
    an_account(file, 1_030, "Player 30", 30)
    assert talk_of(file).chat_and_play.dots == (ChatDot(30, "Player 30", 0, 0, "plays"),)


# ── sentences ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_eleven_people_are_too_few_and_twelve_are_not(file: Path, tmp_path: Path) -> None:
    few = {n: n - 29 for n in range(30, 41)}
    assert crowd(file, few, few).rho is None
    (tmp_path / "more").mkdir()
    more = {n: n - 29 for n in range(30, 42)}
    assert crowd(an_evening(tmp_path / "more"), more, more).rho == pytest.approx(1)


def test_a_link_is_told_with_its_interval_and_never_as_a_cause(file: Path) -> None:
    talk = {30 + n: n for n in range(20)}
    play = {30 + n: 10 * (n + (7 if n % 3 == 0 else 0)) for n in range(20)}
    found = crowd(file, talk, play)
    assert found.rho is not None
    assert found.low is not None
    assert found.high is not None
    assert 0 < found.low < found.rho < found.high < 1
    figures = f"({found.rho:.2f}, between {found.low:.2f} and {found.high:.2f})"
    assert found.sentence == f"People who talk more also play more: a strong link {figures}"


def test_a_link_the_other_way_round_says_so(file: Path) -> None:
    found = crowd(file, {30 + n: 20 - n for n in range(20)}, {30 + n: n + 1 for n in range(20)})
    assert found.sentence == "People who talk more play less: a strong link (-1.00, between -1.00 and -1.00)"


def test_where_there_may_be_no_link_there_is_nothing_to_see(file: Path) -> None:
    found = crowd(file, {30 + n: n for n in range(14)}, {30 + n: (n * 5) % 14 for n in range(14)})
    assert found.sentence.startswith(
        "Nothing to see: people who talk more play neither clearly more nor clearly less ("
    )


def test_where_everybody_is_silent_there_is_nothing_to_compare(file: Path) -> None:
    found = crowd(file, dict.fromkeys(range(30, 44), 0), {n: n for n in range(30, 44)})
    assert (found.rho, found.sentence) == (None, "Nothing to compare: all 14 people talked, or played, equally much")


# ── ranks ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_equal_values_share_the_mean_of_their_ranks() -> None:
    assert ranks([30, 10, 20, 10, 30, 30]) == [5, 1.5, 3, 1.5, 5, 5]


@given(st.lists(st.integers(-3, 3), max_size=30))
def test_a_rank_is_the_mean_place_of_a_value_in_order(values: Sequence[int]) -> None:
    order = sorted(values)
    expected = [order.index(value) + (order.count(value) + 1) / 2 for value in values]
    assert ranks(values) == expected


def test_correlation_and_interval_are_those_of_the_books() -> None:
    """Worked by hand: one swap of neighbours in twelve gives 1 - 6·2 / (12·143)."""
    found = rank_correlation(range(12), [1, 0, *range(2, 12)])
    assert found is not None
    rho = 1 - 12 / (12 * 143)
    reach = 1.959964 * sqrt((1 + rho**2 / 2) / 9)
    assert found.rho == pytest.approx(rho)
    assert (atanh(found.low), atanh(found.high)) == pytest.approx((atanh(rho) - reach, atanh(rho) + reach))


@pytest.mark.parametrize("pair", [(range(11), range(11)), ([1] * 12, range(12)), (range(12), [0] * 12), ([], [])])
def test_few_pairs_and_values_that_never_vary_have_no_correlation(pair: tuple[Sequence[int], Sequence[int]]) -> None:
    assert rank_correlation(*pair) is None


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=12, max_size=40))
def test_the_interval_holds_rho_and_stays_within_its_bounds(pairs: list[tuple[int, int]]) -> None:
    found = rank_correlation([a for a, _ in pairs], [b for _, b in pairs])
    if found is not None:
        assert -1 <= found.low <= found.rho <= found.high <= 1
        swapped = rank_correlation([b for _, b in pairs], [a for a, _ in pairs])
        assert swapped is not None
        assert swapped.rho == pytest.approx(found.rho)
