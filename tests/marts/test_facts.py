"""What rules and alerts may ask: facts of the game from the main account, of talk from the person, and what nobody can know."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from records_kit import NOW, a_competition, a_harvest, a_look, a_score, day, land
from talk_kit import AMY, BOB, ZED, a_line, a_question, a_word, an_evening, back, night_of, say

from pipeline.marts.model import Marts
from pipeline.storage.engine import writing


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return an_evening(tmp_path)


def values(marts: Marts, formula: str = "asked") -> dict[int, float]:
    [board] = [board for board in marts.advice.formulas if board.name == formula]
    return {row.who.person_id: row.value for row in board.rows}


def asked(file: Path, text: str, **rules: Any) -> dict[int, float]:
    """What a formula gives for every person of whom it is known: Zed is 1, amy 2."""
    return values(night_of(file, formulas={"asked": text}, **rules))


def test_talk_is_the_persons_and_play_the_main_accounts(file: Path) -> None:
    say(file, a_word(back(days=2)), a_word(back(days=40), number=1))
    looks = [
        a_look(n, day(at), value) for n, at, value in ((1, -9, 5_000), (1, -1, 6_000), (3, -9, 7_000), (3, -1, 9_000))
    ]
    land(file, a_harvest(snapshots=looks), NOW)
    assert asked(file, "messages")[1] == 2
    assert asked(file, "messages_30d")[1] == 1
    assert asked(file, "xp")[1] == 6_000


def test_what_was_gained_is_known_only_of_those_seen_twice(file: Path) -> None:
    looks = [a_look(1, day(-7, 1), 5_000), a_look(1, day(-1), 6_000)]  # amy was looked at once this week
    land(file, a_harvest(snapshots=looks), NOW)
    assert asked(file, "xp_7d") == {1: 1_000}


def test_of_people_without_a_known_account_discord_tells_nothing(file: Path) -> None:
    say(file, a_word(back(days=2), BOB))
    assert set(asked(file, "messages")) == {1, 2}
    assert set(asked(file, "clan_chat")) == {1, 2}


def test_without_discord_no_talk_is_known(file: Path) -> None:
    say(file, a_line(back(days=2)))
    for fact in ("messages", "clan_chat", "answers"):
        assert asked(file, fact, discord=False) == {}


def test_a_score_is_the_main_accounts(file: Path) -> None:
    contest = a_competition(5, day(-6), day(-3))
    land(file, a_harvest(competitions=(contest,), participations=(a_score(5, 1, 50), a_score(5, 3, 70))), NOW)
    assert asked(file, "competitions")[1] == 1
    assert asked(file, "competitions_7d")[1] == 1


def test_answers_and_people_helped_count(file: Path) -> None:
    question = a_question(back(days=3), AMY)
    say(file, question, a_word(back(days=2.9), ZED, reply_to_id=question["id"]))
    assert asked(file, "answers * 10 + helped")[1] == 11
    assert asked(file, "questions + answered")[2] == 2


def test_what_was_asked_while_texts_were_withheld_nobody_knows(file: Path) -> None:
    say(file, a_word(back(days=2), is_question=None, length=None))
    assert asked(file, "messages_7d")[1] == 1
    for fact in ("questions_7d", "answers", "clan_chat_30d"):
        assert asked(file, fact) == {}
    assert asked(file, "welcomes")[1] == 0


def card(file: Path, when: str, now: datetime = NOW) -> bool:
    """Whether an alert is on, as the stage judge would find it."""
    from pipeline.marts.insights.counted import counted
    from pipeline.marts.rules import Alert, Rules

    rules = Rules(discord=True, formulas={"points": "messages * 2"}, alerts=(Alert("Told", when),))
    marts = night_of(file, now, formulas=rules.formulas)
    return any(finding.key == "alert:Told" for finding in counted(marts, rules))


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("members == 3", True), ("slots_free < 497", False), ("messages_7d == 2", True), ("writers_7d == 1", True),
        ("total_points == 4", True), ("average_points >= 3", False), ("joined_30d > 0", False), ("left_7d == 0", True),
        ("inactive_members + active_members + unknown_members == 2", True),
    ],
)  # fmt: skip
def test_an_alert_asks_of_the_clan_as_a_whole(file: Path, when: str, expected: bool) -> None:
    say(file, a_word(back(days=2)), a_word(back(days=3), number=1))
    assert card(file, when) is expected


def test_an_alert_is_off_where_discord_was_not_read_to_the_end(file: Path) -> None:
    say(file, a_word(back(days=2)))
    assert card(file, "messages_7d < 5")
    with writing(file) as connection:
        connection.exec_driver_sql("UPDATE landing SET whole = 0 WHERE source = 'discord'")
    assert not card(file, "messages_7d < 5")
    assert not card(file, "messages_7d >= 5")


def test_a_sum_over_nobody_is_not_known(file: Path) -> None:
    with writing(file) as connection:
        connection.exec_driver_sql("UPDATE discord_account SET person_id = NULL")
    assert not card(file, "total_points < 5")


def test_an_alert_is_off_where_wise_old_man_was_not_asked_lately(file: Path) -> None:
    late = NOW + timedelta(days=5)
    assert card(file, "left_7d == 0")
    assert not card(file, "left_7d == 0", late)


def test_an_alert_about_what_nobody_knows_is_off(file: Path) -> None:
    say(file, a_word(back(days=2), is_question=None, length=None))
    assert not card(file, "questions_7d < 5")
    assert not card(file, "questions_7d >= 5")
