"""Expressions of clan.toml: what they come to, what nobody knows, and words for what cannot be."""

import math
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.metrics import METRICS
from pipeline.marts import facts
from pipeline.marts.formulas import (
    Formula,
    FormulaError,
    Formulas,
    Value,
    compile_formula,
    compile_rule,
    with_formulas,
)

KNOWN = facts.of_person()
FACTS = {
    "ehb": 12.5,
    "zulrah": 60,
    "messages": 0,
    "answers": 4,
    "tenure_days": 95,
    "idle_days": None,
    "total_level": 1420,
}


def read(text: str) -> Formula:
    return compile_formula(text, KNOWN)


def value(text: str) -> Value:
    return read(text).value(FACTS)


@pytest.mark.parametrize(
    ("text", "comes_to"),
    [
        ("answers * 5 + zulrah / 20", 23),
        ("answers - 5 * 2", -6),
        ("zulrah // 7", 8),
        ("zulrah % 7", 4),
        ("-(answers)", -4),
        ("min(ehb, 10, zulrah)", 10),
        ("max(ehb, answers)", 12.5),
        ("abs(0 - answers)", 4),
        ("round(ehb / 3, 2)", 4.17),
        ("sqrt(answers)", 2),
        ("floor(ehb)", 12),
        ("ceil(ehb)", 13),
        ("ehb >= 12.5", True),
        ("10 < ehb < 12", False),
        ("not ehb > 12", False),
        ("ehb > 20 or zulrah > 50", True),
        ("ehb > 20 and zulrah > 50", False),
        ("100 if zulrah >= 50 else 1", 100),
        ("(zulrah >= 50) * 10", 10),
        ("ehb\n    + zulrah", 72.5),
    ],
)
def test_an_expression_is_reckoned(text: str, comes_to: float) -> None:
    assert value(text) == comes_to


@pytest.mark.parametrize(
    ("text", "comes_to"),
    [
        ("idle_days + 1", None),
        ("idle_days > 3", None),
        ("not idle_days > 3", None),
        ("max(idle_days, 3)", None),
        ("zulrah > 100 and idle_days > 3", False),
        ("idle_days > 3 and zulrah > 100", False),
        ("zulrah > 50 and idle_days > 3", None),
        ("zulrah > 50 or idle_days > 3", True),
        ("idle_days > 3 or zulrah > 50", True),
        ("zulrah > 100 or idle_days > 3", None),
        ("100 < zulrah < idle_days", False),
        ("1 if idle_days > 3 else 2", None),
        ("1 if zulrah > 50 else idle_days", 1),
    ],
)
def test_what_nobody_knows_stays_unknown_unless_the_rest_decides(text: str, comes_to: Value) -> None:
    assert value(text) is comes_to or value(text) == comes_to


def test_a_metric_that_the_facts_leave_out_is_not_ranked_and_counts_as_nothing() -> None:
    assert value("vorkath + vorkath_30d") == 0


def test_any_other_fact_that_is_left_out_is_unknown() -> None:
    assert value("helped + 1") is None


@pytest.mark.parametrize(
    "text", ["ehb / messages", "ehb // messages", "ehb % messages", "sqrt(0 - ehb)", "1e17 * 1e17"]
)
def test_what_has_no_result_is_unknown(text: str) -> None:
    assert value(text) is None


def test_a_rule_over_what_has_no_result_is_not_decided() -> None:
    assert value("not ehb / messages > 3") is None


def test_a_rule_over_a_number_without_end_is_not_decided() -> None:
    assert value(" * ".join(["1e18"] * 20) + " > 3") is None


@pytest.mark.parametrize("endless", [math.inf, -math.inf, math.nan])
def test_a_fact_without_end_is_unknown(endless: float) -> None:
    assert read("ehb > 3").value({"ehb": endless}) is None


def test_a_metric_of_tomorrow_is_asked_for_by_its_key() -> None:
    assert read('value("new_boss") >= 5').value({"new_boss": 7}) is True


def test_a_metric_of_tomorrow_that_nobody_has_is_nothing() -> None:
    assert value('value("new_boss")') == 0


def test_it_tells_which_facts_are_unknown() -> None:
    assert read("ehb > idle_days or helped > 3").unknown(FACTS) == ("helped", "idle_days")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ehbb + 1", "'ehbb' is no fact; did you mean 'ehb'?"),
        ("Total_Level > 3", "'Total_Level' is no fact; did you mean 'total_level'?"),
        ("qqqqq > 3", "'qqqqq' is no fact; README, \"Formulas\", lists those there are"),
        ("", "is empty; write something like 'ehb + messages / 10'"),
        ("ehb +", "'ehb +' cannot be read (invalid syntax); write something like"),
        ("ehb = 3", "compare with '>=', '<=' or '=='"),
        ("ehb => 3", "write '>=' and '<='"),
        ("ehb > 3 AND ehp > 3", "in small letters"),
        ("ehb > 3 && ehp > 3", "write 'and' and 'or' in letters"),
        ("xp > 10m", "write numbers in full, such as 1500000"),
        ("xp > 1,500", "write numbers without commas"),
        ("ehb ** 2", "'ehb ** 2' is not allowed; use + - * / // %"),
        ("ehb.real", "'ehb.real' is not allowed"),
        ("[ehb for ehb in ehb]", "is not allowed"),
        ("lambda: ehb", "is not allowed"),
        ("ehb is 3", "is not allowed"),
        ("ehb & 3", "is not allowed"),
        ("'text'", "'text' is not a number"),
        ("True", "'True' is not a number"),
        ("1e400", "holds a number that is too large"),
        ("9" * 400, "holds a number that is too large"),
        ("open(1)", "there is no such function; there are abs, ceil, floor, max, min, round, sqrt and value"),
        ("ehb.__class__()", "there is no such function"),
        ("floor > 3", "'floor' is a function; write what it is of in brackets"),
        ("min(ehb)", "has too few or too many arguments; min takes 2 to 20"),
        ("round(ehb, digits=2)", "has too few or too many arguments"),
        ("value(ehb)", "value() takes the key of a metric"),
        ("value('New Boss')", "value() takes the key of a metric"),
        ("ehb # of bosses", "holds a remark"),
        ("ehb + " * 90 + "ehb", "is 543 characters long; 500 are allowed"),
        ("-" * 90 + "1", "is nested too deeply"),
        ("[" + "-" * 490 + "1]", "is nested too deeply"),
        ("[x for x in " + "-" * 480 + "1]", "is nested too deeply"),
        ("(" * 240 + "1" + ")" * 240, "cannot be read"),
    ],
)
def test_what_cannot_be_is_told_with_a_remedy(text: str, said: str) -> None:
    with pytest.raises(FormulaError) as caught:
        read(text)
    assert said in str(caught.value)


def test_a_sum_of_many_bosses_is_not_too_deep() -> None:
    assert read(" + ".join(metric.key for metric in METRICS[70:95])).value({}) == 0


@pytest.mark.parametrize("text", ["total_level", "zulrah > 3 and messages", "not ehb", "1 if ehb > 3 else zulrah > 3"])
def test_a_rule_that_is_a_number_says_neither_yes_nor_no(text: str) -> None:
    with pytest.raises(FormulaError, match=r"is a number, neither true nor false; compare it"):
        compile_rule(text, KNOWN)


@pytest.mark.parametrize("text", ["ehb > 3", "not ehb > 3", "ehb > 3 or zulrah > 3", "ehb > 1 if xp > 3 else ehb > 2"])
def test_a_rule_says_yes_or_no(text: str) -> None:
    assert compile_rule(text, KNOWN).text == text


def test_a_style_that_python_dislikes_is_no_warning() -> None:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        read("1if ehb > 3 else 2")
    assert warned == []


def test_formulas_may_use_one_another_in_any_order() -> None:
    found = Formulas({"stars": "points / 10", "points": "answers * 5"}, KNOWN).values(FACTS)
    assert found == {"stars": 2, "points": 20}


def test_formulas_keep_the_order_of_clan_toml() -> None:
    assert list(Formulas({"stars": "points / 10", "points": "answers * 5"}, KNOWN).values(FACTS)) == ["stars", "points"]


def test_what_a_formula_does_not_know_is_unknown_to_those_that_use_it() -> None:
    assert Formulas({"rest": "idle_days * 2", "stars": "rest + 1"}, KNOWN).values(FACTS) == {
        "rest": None,
        "stars": None,
    }


def test_a_formula_that_is_asked_for_like_a_metric_comes_first_too() -> None:
    assert Formulas({"stars": "value('points') + 1", "points": "answers * 5"}, KNOWN).values(FACTS)["stars"] == 21


def test_rules_ask_for_formulas_and_facts_under_one_roof() -> None:
    rule = compile_rule("points + answers > 20", {*KNOWN, "points"})
    assert rule.value(with_formulas(FACTS, {"points": 20.0})) is True


def test_formulas_that_use_each_other_in_a_circle_are_named_and_no_others() -> None:
    texts = {"late": "one", "one": "two + 1", "two": "one", "fine": "ehb"}
    with pytest.raises(FormulaError, match=r"^one: one → two → one use each other in a circle"):
        Formulas(texts, KNOWN)


def test_a_formula_that_uses_itself_is_named() -> None:
    with pytest.raises(FormulaError, match=r"^points: uses itself"):
        Formulas({"points": "points + 1"}, KNOWN)


def test_a_bad_formula_is_named() -> None:
    with pytest.raises(FormulaError, match=r"^points: 'answer' is no fact; did you mean 'answers'"):
        Formulas({"points": "answer * 2"}, KNOWN)


def test_nothing_that_a_formula_gives_is_less_than_nothing_by_a_sign_alone() -> None:
    assert math.copysign(1, Formulas({"none": "messages * -1.0"}, KNOWN).values(FACTS)["none"] or 0.0) == 1


def test_every_fact_is_called_by_words() -> None:
    named = {name: facts.words(name) for name in KNOWN | facts.of_clan(["points"])}
    assert [name for name, words in named.items() if not words or "_" in words] == []


@pytest.mark.parametrize(
    ("name", "one", "many"),
    [
        ("zulrah_30d", "kill of Zulrah in 30 days", "kills of Zulrah in 30 days"),
        ("messages", "message", "messages"),
        ("clan_chat", "line of clan chat", "lines of clan chat"),
        ("helped", "person helped", "people helped"),
        ("clan_points", "clan point", "clan points"),
        ("ehb", "EHB", "EHB"),
        ("xp_7d", "XP in 7 days", "XP in 7 days"),
    ],
)
def test_facts_are_counted_in_one_and_many(name: str, one: str, many: str) -> None:
    assert (facts.counted(name, 1), facts.counted(name, 2)) == (one, many)


NAMES = ("ehb", "zulrah", "idle_days", "messages", "nobody", "xp_30d", "helped")
LEAVES = st.one_of(
    st.sampled_from(NAMES),
    st.integers(0, 10**20).map(str),
    st.floats(0, 1e300).map(repr),
    st.sampled_from(["'zulrah'", "value('yama')", "value(ehb)", "None", "1e999", "[]", "()", "0"]),
)


def _grown(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = ["+", "-", "*", "/", "//", "%", ">", ">=", "==", "<", "and", "or", "**", "<<", "&", "in", "is", ",", "="]
    return st.one_of(
        st.tuples(part, st.sampled_from(signs), part).map(" ".join),
        part.map("({})".format),
        st.tuples(st.sampled_from(["not", "-", "~", "lambda:", "await"]), part).map(" ".join),
        st.tuples(part, part, part).map(lambda three: f"({three[0]} if {three[1]} else {three[2]})"),
        st.tuples(st.sampled_from(["min", "max", "round", "sqrt", "ceil", "print", "value"]), part, part).map(
            lambda call: f"{call[0]}({call[1]}, {call[2]})"
        ),
        st.tuples(part, st.sampled_from([".real", "[0]", "()", ".__class__", ":=3"])).map("".join),
        part.map("[x for x in {}]".format),
    )


@settings(max_examples=300)
@given(
    text=st.one_of(st.recursive(LEAVES, _grown, max_leaves=40), st.text(max_size=600)),
    known=st.dictionaries(st.sampled_from(NAMES), st.none() | st.integers(-(10**12), 10**12) | st.floats(), max_size=7),
)
def test_no_expression_does_more_than_fail_in_words_or_give_a_number(text: str, known: dict[str, float | None]) -> None:
    try:
        found = read(text).value(known)
    except FormulaError:
        return
    assert found is None or math.isfinite(found)


@given(a=st.none() | st.booleans(), b=st.none() | st.booleans())
def test_and_and_or_are_each_others_mirror(a: bool | None, b: bool | None) -> None:
    known = {"ehb": None if a is None else int(a), "zulrah": None if b is None else int(b)}
    both, neither = read("ehb > 0 and zulrah > 0"), read("not (not ehb > 0 or not zulrah > 0)")
    assert both.value(known) is neither.value(known)
