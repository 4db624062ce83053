"""The question rule by its own definition: a `?` that is said, or an opening word with at least two more."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.discord.questions import FEWEST_WORDS, OPENINGS, is_question, said

ASKING = [
    # a question mark, wherever it is said
    "?",
    "really?",
    "no way ?!",
    "you coming?? lol",
    "What are the requirements?",
    "gz! which one dropped?\nlucky",
    "first line\nsecond line?",
    "a > b?",
    "hp < 50? or more",
    ":thinking:?",
    "🤔?",
    "**sure?**",
    "||is it||?",
    "# news?",
    # something that is not said beside one that is
    "seen https://wiki.example/a yet?",
    "https://wiki.example/a ?",
    "https://wiki.example/?a=1\nright?",
    "<https://wiki.example/?a=1> is that it?",
    "```x```?",
    "`a` or `b`?",
    "```py\nx = 1 ?\n``` why though?",
    "> is it\nwell?",
    "well?\n> is it",
    "<:pog:123456>?",
    "<@123456789>?",
    "<#123456789> or here?",
    # marks that only look like a quote or code
    ">no space?",
    ">>>no space?",
    "look > at this?",
    "`is it?",
    "is it?`",
    ">\nis that so?",
    # openings
    "what do people use",
    "WHAT DO PEOPLE USE",
    "  what do people use",
    "\n\nwhat do people use",
    "**what** do people",
    "_what_ do people",
    "'what' do people",
    "what's up doc",
    "what’s up doc",
    "whats up doc",
    "who's he then",
    "how’s it going",
    "can, we, go",
    "is 1 2",
    "what\nis\nthis",
    "what is-this",
    "anyone for raids tonight",
    # an opening after something that is not said
    "<@123456789> what is this",
    "<@!123456789> what is this",
    "<@&123456789> anyone for raids",
    "<#123456789> is where it happens",
    "https://wiki.example/a what is this",
    "`x` what is this",
    "<:pog:123456> what is this",
    "> hi there\nwhat is this",
    "🐉 what is this",
    "... what is this",
    "`what is this",
]

STATING = [
    "",
    " ",
    "ok",
    "gz mate, huge",
    "!!!",
    # a question mark in a link
    "https://wiki.example/?a=1",
    "HTTPS://WIKI.EXAMPLE/?A=1",
    "http://a.example/?b http://c.example/?d",
    "see https://wiki.example/?a=1 and relax",
    "<https://wiki.example/?a=1>",
    "[guide](https://wiki.example/?a=1)",
    "(https://wiki.example/?a=1)",
    # … in code
    "`a ? b : c`",
    "``a ` ? b``",
    "use `x ?` here",
    "```a ?\nb```",
    "```py\nx = y?\n``` thoughts",
    "``` ? ``` and ``` ? ```",
    "`a?` `b?`",
    # … in a quote
    "> is it?",
    "> is it?\nyes",
    "> a?\n> b?",
    "yes\n> is it?",
    ">>> a?\nb?",
    "look\n>>> a?\n\nb?",
    # … in an emoji or a mention
    "<:what:123456>",
    "<a:huh:123456>",
    "<@123456789> gz",
    "</roll:123456> again",
    "<t:1700000000:R>",
    # openings with too few words, or not first
    "why",
    "what now",
    "what now!",
    "what 🤔 now",
    "what ' ' now",
    "what's up",
    "what’s up",
    "what https://wiki.example/a `code of mine` <:pog:123456> <@123456789>",
    "what\n> a quoted line of many words",
    "so what is this",
    "gz\nanyone for raids tonight",
    "@everyone what is this",
    # words that only begin like one
    "whatever you like best",
    "isn't it great",
    "cannot log in today",
    "does't matter at all",
    "howdy to you all",
]


@pytest.mark.parametrize("text", ASKING)
def test_it_asks(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize("text", STATING)
def test_it_does_not_ask(text: str) -> None:
    assert not is_question(text)


@pytest.mark.parametrize("opening", sorted(OPENINGS))
def test_every_opening_asks_with_two_more_words_and_not_with_one(opening: str) -> None:
    for spelled in {opening, opening.upper(), opening.title(), opening.replace("'", "’")}:
        assert (is_question(f"{spelled} one two"), is_question(f"{spelled} one")) == (True, False)


def test_three_words_are_the_fewest() -> None:
    assert FEWEST_WORDS == 3


def test_the_openings_are_lower_case_words() -> None:
    assert [word for word in OPENINGS if word != word.lower() or " " in word] == []


def test_a_clan_adds_openings_of_its_own() -> None:
    openings = OPENINGS | {"wer", "hat", "où"}
    assert is_question("Hat jemand Lust", openings)
    assert is_question("OÙ est la", openings)
    assert is_question("what do people use", openings)
    assert not is_question("Hat jemand Lust")
    assert not is_question("Hat jemand", openings)


def test_what_is_said_leaves_out_what_is_not() -> None:
    text = "a `b` c https://d.example/e <:f:1> g <@2>\n> h\ni ```j\nk``` l\n>>> m\nn"
    assert said(text).split() == ["a", "c", "g", "i", "l"]


def test_what_is_left_out_does_not_join_its_neighbours() -> None:
    assert said("how`x`to") != "howto"
    assert not is_question("wh`x`at do people use")


# ── adding what is not said never changes the verdict ────────────────────────────────────────────────────────────────

INNER = st.text(st.sampled_from("ab?!., x1é🐉"), max_size=12)
TIGHT = st.text(st.sampled_from("ab?!.,x1é/&=#%"), max_size=12)
INLINE = st.one_of(
    TIGHT.map(lambda path: f"https://wiki.example/?{path}"),
    TIGHT.map(lambda path: f"<http://wiki.example/?{path}>"),
    INNER.map(lambda code: f"`?{code}`"),
    INNER.map(lambda code: f"``?{code}x``"),
    INNER.map(lambda code: f"```?{code}\n?```"),
    st.from_regex(r"<a?:\w{2,9}:\d{15,19}>", fullmatch=True),
)
QUOTED = INNER.map(lambda words: f"> ?{words}")
WORD = st.sampled_from([
    "what", "is", "this", "how", "gz", "the", "a", "raid", "anyone", "who's", "no?", "?", "ok!", "whatever", "12", "🐉",
    "**bold**", "é", "—", "...",
])  # fmt: skip
LINES = st.lists(st.lists(WORD, max_size=5), min_size=1, max_size=4)


@given(LINES, INLINE, st.randoms(use_true_random=False))
def test_a_link_code_or_emoji_between_words_changes_nothing(lines: list[list[str]], piece: str, rng: Random) -> None:
    plain = "\n".join(" ".join(line) for line in lines)
    line = rng.choice(lines)
    line.insert(rng.randint(0, len(line)), piece)
    assert is_question("\n".join(" ".join(words) for words in lines)) == is_question(plain)


@given(LINES, st.lists(QUOTED, min_size=1, max_size=3), st.integers(0, 4))
def test_quoted_lines_between_lines_change_nothing(lines: list[list[str]], quote: list[str], place: int) -> None:
    plain = [" ".join(line) for line in lines]
    assert is_question("\n".join([*plain[:place], *quote, *plain[place:]])) == is_question("\n".join(plain))


@given(LINES, INNER, INNER)
def test_a_quote_to_the_end_changes_nothing(lines: list[list[str]], first: str, second: str) -> None:
    plain = "\n".join(" ".join(line) for line in lines)
    assert is_question(f"{plain}\n>>> ?{first}\nwhat is {second}?") == is_question(plain)


@given(LINES)
def test_a_question_mark_that_is_said_always_asks(lines: list[list[str]]) -> None:
    assert is_question("\n".join(" ".join(line) for line in [*lines, ["?"]]))


@given(st.text(st.characters(exclude_characters="?", exclude_categories=["Cs"]), max_size=60))
def test_without_a_question_mark_only_an_opening_asks(text: str) -> None:
    assert not is_question(text, openings=frozenset())
