"""The ladder of ranks: who earned what, who is nearly there, and of whom nobody can say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.marts import facts
from pipeline.marts.advice_model import NextRank
from pipeline.marts.formulas import FormulaError
from pipeline.marts.ladder import Ladder, Standing
from pipeline.marts.rules import LadderRank

KNOWN = {*facts.of_person(), "points"}
RANKS = (
    LadderRank("recruit"),
    LadderRank("corporal", ("tenure_days >= 30", "total_level >= 1000")),
    LadderRank("captain", ("tenure_days >= 90",), ("messages >= 100", "zulrah >= 50")),
)
NOVICE: dict[str, float | None] = {"tenure_days": 5, "total_level": 500, "messages": 3, "zulrah": 0}
VETERAN: dict[str, float | None] = {"tenure_days": 95, "total_level": 1420, "messages": 3, "zulrah": 60}


def standing(role: str, known: dict[str, float | None], ranks: tuple[LadderRank, ...] = RANKS) -> Standing:
    return Ladder(ranks, KNOWN).standing(role, known)


def texts(found: Standing) -> list[str]:
    return [missing.text for missing in found.missing]


def test_the_highest_rank_whose_rules_are_met_is_due_with_proof() -> None:
    assert standing("recruit", VETERAN) == Standing(
        "due", "captain", ("in the clan for 95 days (90 needed)", "60 kills of Zulrah (50 needed)")
    )


def test_a_higher_rank_is_earned_without_the_rules_of_those_below_it() -> None:
    assert standing("recruit", {**VETERAN, "total_level": 10}).rank == "captain"


def test_one_of_any_is_enough_and_none_is_not() -> None:
    ladder = Ladder(RANKS, KNOWN)
    assert (ladder.earned(VETERAN), ladder.earned({**VETERAN, "zulrah": 0})) == ("captain", "corporal")


def test_who_holds_what_they_earned_is_told_nothing() -> None:
    assert standing("captain", VETERAN) == Standing(None)


def test_a_novice_at_the_bottom_is_told_nothing() -> None:
    assert standing("recruit", NOVICE) == Standing(None)


def test_who_holds_more_than_they_earned_is_above_with_what_is_missing() -> None:
    found = standing("captain", NOVICE)
    assert (found.note, found.rank, texts(found)) == ("above", "recruit", ["85 days short", "97 more messages"])


def test_who_earned_none_of_the_ladder_is_above_none() -> None:
    found = standing("corporal", NOVICE, RANKS[1:])
    assert (found.note, found.rank) == ("above", None)


@pytest.mark.parametrize("role", ["owner", "deputy_owner", "goblin"])
def test_ranks_outside_the_ladder_are_left_alone(role: str) -> None:
    assert standing(role, VETERAN) == Standing(None)


def test_a_rank_that_the_clan_orders_below_the_ladder_may_rise() -> None:
    assert Ladder(RANKS, KNOWN).standing("goblin", VETERAN, is_below=True).rank == "captain"


@pytest.mark.parametrize(
    ("rule", "known", "text"),
    [
        ("tenure_days >= 90", {"tenure_days": 78}, "12 days short"),
        ("tenure_days >= 90", {"tenure_days": 89}, "1 day short"),
        ("tenure_days >= 20", {"tenure_days": 6}, "14 days short"),
        ("messages >= 100", {"messages": 80}, "20 more messages"),
        ("messages > 100", {"messages": 100}, "1 more message"),
        ("messages_30d >= 10", {"messages_30d": 9}, "1 more message in 30 days"),
        ("helped >= 10", {"helped": 9}, "1 more person helped"),
        ("xp >= 10000000", {"xp": 8_850_000}, "1.2M XP short"),
        ("xp >= 1000000", {"xp": 850_000}, "150,000 XP short"),
        ("attack >= 13034431", {"attack": 12_000_000}, "1.1M Attack XP short"),
        ("zulrah >= 50", {"zulrah": 46}, "4 kills of Zulrah short"),
        ("zulrah >= 50", {"zulrah": 49}, "1 kill of Zulrah short"),
        ("50 <= zulrah", {"zulrah": 46}, "4 kills of Zulrah short"),
        ("zulrah >= total_level / 100", {"zulrah": 9, "total_level": 1000}, "1 kill of Zulrah short"),
        ("total_level >= 1500", {"total_level": 1499}, "1 total level short"),
        ("ehb >= 50", {"ehb": 49.99999}, "0.1 EHB short"),
        ("ehb > 50", {"ehb": 50}, "0.1 EHB short"),
        ("points >= 40", {"points": 32.6}, "7.4 more points"),
        ("points >= 1200", {"points": 1199.9999}, "0.01 more points"),
        ("zulrah + vorkath >= 100", {"zulrah": 50, "vorkath": 38}, "zulrah + vorkath: 12 more"),
        ('value("new_boss") >= 10', {"new_boss": 8}, "2 more new boss"),
    ],
)
def test_what_is_missing_is_told_in_words(rule: str, known: dict[str, float | None], text: str) -> None:
    found = standing("recruit", known, (RANKS[0], LadderRank("captain", (rule,))))
    assert (found.note, texts(found)) == ("near", [text])


@pytest.mark.parametrize(
    ("rule", "known", "text"),
    [
        ("tenure_days >= 1", {"tenure_days": 1}, "in the clan for 1 day (1 needed)"),
        ("total_level >= 1250", {"total_level": 1420}, "total level 1,420 (1,250 needed)"),
        ("points > 300", {"points": 412.25}, "412.25 points (more than 300 needed)"),
        ("idle_days < 30", {"idle_days": 3}, "3 days since the last sign of life (less than 30 allowed)"),
        ("30 >= idle_days", {"idle_days": 1}, "1 day since the last sign of life (at most 30 allowed)"),
        ("ehb >= 50", {"ehb": 61.5}, "61.5 EHB (50 needed)"),
        ("zulrah + vorkath >= 1000", {"zulrah": 1200}, "zulrah + vorkath: 1,200 (1,000 needed)"),
        ("not ehb > 3 or zulrah > 3", {"zulrah": 5}, "not ehb > 3 or zulrah > 3"),
    ],
)
def test_what_is_met_is_told_in_words(rule: str, known: dict[str, float | None], text: str) -> None:
    found = standing("recruit", known, (RANKS[0], LadderRank("captain", (rule,))))
    assert (found.note, found.proof) == ("due", (text,))


def test_rules_joined_by_and_are_told_one_by_one() -> None:
    ranks = (RANKS[0], LadderRank("captain", ("tenure_days >= 90 and total_level >= 1000",)))
    found = standing("recruit", {"tenure_days": 80, "total_level": 990}, ranks)
    assert texts(found) == ["10 days short", "10 total levels short"]


def test_of_alternatives_the_nearest_is_told() -> None:
    assert texts(standing("corporal", {**VETERAN, "messages": 85, "zulrah": 45})) == ["5 kills of Zulrah short"]


def test_who_lacks_more_than_a_fifth_of_anything_is_not_near() -> None:
    assert standing("recruit", {"tenure_days": 29, "total_level": 799}) == Standing(None)


def test_who_lacks_what_cannot_be_measured_is_not_near() -> None:
    ranks = (RANKS[0], LadderRank("captain", ("tenure_days >= 90", "idle_days < 30")))
    assert standing("recruit", {"tenure_days": 89, "idle_days": 31}, ranks) == Standing(None)


def test_who_may_lack_what_nobody_knows_is_not_near() -> None:
    ranks = (RANKS[0], LadderRank("captain", ("tenure_days >= 90", "messages >= 10")))
    assert standing("recruit", {"tenure_days": 89, "messages": None}, ranks) == Standing(None)


def test_a_debt_is_not_nearly_a_smaller_debt() -> None:
    ranks = (RANKS[0], LadderRank("captain", ("points >= 0 - 5",)))
    assert standing("recruit", {"points": -10}, ranks) == Standing(None)


def test_a_rank_that_hangs_on_what_nobody_knows_is_undecided_and_says_by_what() -> None:
    found = standing("corporal", {**VETERAN, "messages": None, "zulrah": 0})
    assert (found.note, found.unknown) == ("undecided", ("messages",))


def test_who_may_not_have_earned_what_they_hold_is_undecided() -> None:
    assert standing("captain", {**VETERAN, "messages": None, "zulrah": 0}).note == "undecided"


def test_who_may_have_earned_more_than_they_hold_is_not_called_above() -> None:
    assert standing("corporal", {**VETERAN, "total_level": 10, "messages": None, "zulrah": 0}).note == "undecided"


def test_what_is_due_for_sure_is_due_though_more_may_be() -> None:
    assert standing("recruit", {**VETERAN, "messages": None, "zulrah": 0}).rank == "corporal"


def test_what_nobody_knows_does_not_matter_where_another_rule_fails() -> None:
    assert standing("corporal", {"tenure_days": 40, "total_level": 1420, "messages": None}) == Standing(None)


def test_a_ladder_without_ranks_says_nothing_of_anybody() -> None:
    assert standing("captain", VETERAN, ()) == Standing(None)


def test_a_bad_rule_names_its_rank() -> None:
    with pytest.raises(FormulaError, match=r"^rank captain: 'ehbb' is no fact; did you mean 'ehb'"):
        Ladder((LadderRank("captain", ("ehbb > 3",)),), KNOWN)


NAMES = ("tenure_days", "total_level", "messages", "zulrah", "ehb")
COUNTS = st.integers(0, 200)
RULES = st.builds("{} >= {}".format, st.sampled_from(NAMES), COUNTS)
LADDERS = st.lists(st.tuples(st.lists(RULES, max_size=3), st.lists(RULES, max_size=3)), min_size=1, max_size=5).map(
    lambda ranks: tuple(LadderRank(f"rank{at}", tuple(must), tuple(may)) for at, (must, may) in enumerate(ranks))
)
KNOWNS = st.fixed_dictionaries(dict.fromkeys(NAMES, COUNTS))


@given(ranks=LADDERS, known=KNOWNS, name=st.sampled_from(NAMES), more=COUNTS)
def test_more_of_anything_never_lowers_what_is_earned(
    ranks: tuple[LadderRank, ...], known: dict[str, int], name: str, more: int
) -> None:
    ladder = Ladder(ranks, KNOWN)
    place = (None, *ladder.names).index
    assert place(ladder.earned({**known, name: known[name] + more})) >= place(ladder.earned(known))


@given(ranks=LADDERS, known=KNOWNS, hidden=st.sets(st.sampled_from(NAMES)), role=st.integers(0, 4))
def test_what_is_said_without_a_fact_is_said_with_any_value_of_it(
    ranks: tuple[LadderRank, ...], known: dict[str, int], hidden: set[str], role: int
) -> None:
    ladder = Ladder(ranks, KNOWN)
    present = ladder.names[role % len(ladder.names)]
    blind = ladder.standing(present, {**known, **dict.fromkeys(hidden)})
    seeing = ladder.standing(present, known)
    certain: dict[str | None, list[str | None]] = {
        "due": ["due"],
        "above": ["above"],
        "near": ["near", "due", "above"],
        None: [None, "near"],
    }
    assert blind.note == "undecided" or seeing.note in certain[blind.note]


def test_what_comes_next_is_earned_already_or_told_with_what_is_missing() -> None:
    ladder = Ladder(RANKS, KNOWN)
    assert ladder.ahead("recruit", VETERAN) == NextRank("captain", is_due=True)
    missing = ("25 days short", "500 total levels short")
    assert ladder.ahead("recruit", NOVICE) == NextRank("corporal", is_due=False, missing=missing)


@pytest.mark.parametrize("role", ["captain", "owner"])
def test_nothing_comes_next_at_the_top_of_the_ladder_and_outside_it(role: str) -> None:
    assert Ladder(RANKS, KNOWN).ahead(role, VETERAN) is None


def test_below_the_ladder_its_lowest_rank_comes_next() -> None:
    assert Ladder(RANKS[1:], KNOWN).ahead("helper", NOVICE, is_below=True) == NextRank(
        "corporal", is_due=False, missing=("25 days short", "500 total levels short")
    )
