"""What is about somebody in Discord, what is about them in the game, and what is about others."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.domain.decisions import Decided, Edited, Told, read_mark
from pipeline.domain.forgotten import NOBODY, STRUCK, Forgotten, needles
from pipeline.domain.talk import MessageFact

AT = datetime(2026, 11, 21, tzinfo=UTC)
ACCOUNT = 921_497_391_473_886_185
WHO = Forgotten(
    accounts=frozenset({ACCOUNT}),
    players=frozenset({5, 6}),
    persons=frozenset({5, -3}),
    names=frozenset({"amy", "old amy"}),
    aliases=frozenset({"amy"}),
    messages=frozenset({77}),
    words=needles([ACCOUNT], ["amy.the.great", "=cmd", "Bob"], {"bob"}),
)
ROW = Decided("remove:5", "m", "keep", AT, None, "", "they said so", "Remove", "Amy", "away", "no word", "x", AT)
EDIT = Edited("a.xlsx", "output", 7, "remove:5", "Remove", "Amy", "away", "no word", Told("Keep"), Told().mark("n"), AT)


def fact(author: int, relayed: str | None = None) -> MessageFact:
    return MessageFact(1, 2, None, author, "human", 3, False, relayed_name=relayed)


@pytest.mark.parametrize(
    ("author", "relayed", "theirs"),
    [
        (ACCOUNT, None, True),
        (9, None, False),
        (9, "Amy", True),
        (9, "AMY_", True),
        (9, "Old Amy", False),
        (9, "Zed", False),
    ],
)
def test_messages_are_theirs_by_author_and_clan_chat_by_a_name_that_nobody_else_bears(
    author: int, relayed: str | None, theirs: bool
) -> None:
    assert WHO.wrote(fact(author, relayed)) is theirs
    assert not NOBODY.wrote(fact(author, relayed))


@pytest.mark.parametrize(
    ("key", "theirs"),
    [
        (f"identify:{ACCOUNT}", True), (f"identify:{ACCOUNT}:9", True), ("identify:8:5", False), (f"role:{ACCOUNT}:Captain", True),
        ("answer:77", True), ("answer:78", False), ("card:helper:5@20261121", True), ("card:helper:9@20261121", False),
        ("card:unanswered@20261121", False), ("thank:-3", True), ("remove:5", False), ("remove:-4", False), ("unclear:abc", False),
    ],
)  # fmt: skip
def test_what_is_decided_of_their_account_their_questions_or_their_helping_is_of_discord(
    key: str, theirs: bool
) -> None:
    assert WHO.is_of_discord(key) is theirs
    assert (WHO.decided(replace(ROW, key=key)) is None) is theirs


def test_a_decision_of_the_game_keeps_what_was_decided_without_its_words() -> None:
    assert WHO.decided(ROW) == replace(ROW, note="", reason="", proof="")
    assert WHO.decided(replace(ROW, who="amy.the.great", note=None)) == replace(
        ROW, note=None, who="", reason="", proof=""
    )
    assert WHO.decided(replace(ROW, key="slot:6")) == replace(ROW, key="slot:6", note="", reason="", proof="")


def test_a_decision_about_somebody_else_loses_only_their_names() -> None:
    other = replace(ROW, key="remove:9", who="Zed", note="friend of Amy.The.Great, not of Bob")
    assert WHO.decided(other) == replace(other, note=f"friend of {STRUCK}, not of Bob")


def test_a_decision_that_quotes_their_id_goes() -> None:
    assert WHO.decided(replace(ROW, key="unclear:abc", what=f"Is the account {ACCOUNT} Zed?")) is None


def test_a_row_of_a_workbook_is_kept_for_the_game_until_it_is_loaded() -> None:
    noted = replace(EDIT, told=Told("Keep", note="why"), was=Told(note="before").mark("n"))
    kept = WHO.edit(noted)
    assert kept is not None
    assert (kept.reason, kept.proof, kept.told) == ("", "", Told("Keep"))
    mark = read_mark(kept.was)
    assert mark is not None
    assert (mark.told.note, mark.night) == ("", "n")
    assert WHO.edit(noted, is_loaded=True) is None
    assert WHO.edit(replace(EDIT, key=f"identify:{ACCOUNT}:5")) is None
    assert WHO.edit(replace(EDIT, key="answer:1")) is None


def test_what_is_struck_from_another_row_does_not_look_like_an_edit() -> None:
    other = replace(
        EDIT, key="remove:9", who="Zed", told=Told(note="as =cmd said"), was=Told(note="as =cmd said").mark("n")
    )
    kept = WHO.edit(other)
    assert kept is not None
    mark = read_mark(kept.was)
    assert mark is not None
    assert mark.told.note == kept.told.note == f"as {STRUCK} said"


def test_words_are_whole_and_names_of_others_or_of_two_letters_are_none() -> None:
    assert needles([7], ["ab", "amy", "Old  Amy", "x\ny z"], {"old amy"}) == ("x\\ny z", "x\ny z", "x?y z", "amy", "7")
    assert WHO.struck(f"amy.the.greatest {ACCOUNT}1 x{ACCOUNT}") == f"amy.the.greatest {ACCOUNT}1 x{ACCOUNT}"
    assert WHO.struck(f"<@{ACCOUNT}>") == f"<@{STRUCK}>"


def test_a_title_is_theirs_only_where_it_is_quoted() -> None:
    who = Forgotten(words=needles([], [], (), ['so "it" goes']))
    assert who.struck('the thread “so "it" goes” is gone') == f"the thread {STRUCK} is gone"
    assert who.struck('["the thread “so \\"it\\" goes” is gone"]') == f'["the thread {STRUCK} is gone"]'
    assert who.struck('#help › so "it" goes') == f"#help {STRUCK}"
    assert who.struck('so "it" goes') == 'so "it" goes'
