"""The last signs of life, from real rows, for tonight and for the past."""

from datetime import datetime
from pathlib import Path

import pytest
from records_kit import (
    NOW,
    a_competition,
    a_database,
    a_harvest,
    a_look,
    a_membership,
    a_player,
    a_score,
    an_event,
    day,
    land,
)
from talk_kit import BOB, ZED, a_line, a_question, a_word, an_evening, back, say, talk_of

from pipeline.domain.activity import Signs
from pipeline.marts.seats import members_at
from pipeline.marts.signs import heard, heard_by, signs
from pipeline.storage.engine import reading


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return a_database(tmp_path)


def seen(file: Path, as_of: datetime = NOW, person_id: int = 1) -> Signs:
    with reading(file) as connection:
        return signs(connection, as_of, heard_by(connection, as_of)).get(person_id, Signs())


def looked(file: Path, *looks: tuple[float, dict[str, int | None]], told: datetime | None = None) -> None:
    """Player 1 with looks on these days; WOM says that they changed last at *told*."""
    land(
        file,
        a_harvest(
            [a_membership(1)],
            players=[a_player(1, last_changed_at=told)],
            snapshots=[a_look(1, day(number), values) for number, values in looks],
        ),
        day(0),
    )


def test_a_gain_is_dated_by_the_look_that_saw_it(file: Path) -> None:
    looked(file, (-9, {"overall": 100}), (-8, {"overall": 200}), (-7, {"overall": 200}))
    assert seen(file).gain_at == day(-8)


def test_the_first_look_is_no_gain(file: Path) -> None:
    looked(file, (-9, {"overall": 100, "zulrah": 50}), (-7, {"overall": 100, "zulrah": 50}))
    assert seen(file).gain_at is None


def test_a_first_ranking_is_a_gain(file: Path) -> None:
    looked(file, (-9, {"overall": 100, "zulrah": None}), (-7, {"overall": 100, "zulrah": 5}))
    assert seen(file).gain_at == day(-7)


def test_efficient_hours_are_no_gain(file: Path) -> None:
    looked(file, (-9, {"overall": 100, "ehp": 100}), (-7, {"overall": 100, "ehp": 200}))
    assert seen(file).gain_at is None


def test_a_rollback_hides_no_earlier_gain(file: Path) -> None:
    looked(file, (-9, {"overall": 100}), (-8, {"overall": 200}), (-7, {"overall": 150}))
    assert seen(file).gain_at == day(-8)


def test_wise_old_man_knows_of_gains_before_our_first_night(file: Path) -> None:
    looked(file, (-9, {"overall": 100}), told=day(-40))
    assert seen(file).gain_at == day(-40)


def test_of_the_past_only_what_was_known_then_counts(file: Path) -> None:
    looked(file, (-9, {"overall": 100}), (-8, {"overall": 200}), (-3, {"overall": 300}), told=day(-3))
    assert seen(file, day(-5)).gain_at == day(-8)


@pytest.mark.parametrize(
    ("gained_on", "expected"),
    [(-8, day(-8)), (-2, day(-4)), (-20, day(-10))],
    ids=["inside the contest", "after it", "not known when"],
)
def test_a_score_is_dated_no_later_than_is_known(file: Path, gained_on: float, expected: datetime) -> None:
    looked(file, (-30, {"overall": 100}), (gained_on, {"overall": 200}))
    contest = a_competition(1, day(-10), day(-4))
    land(file, a_harvest(None, competitions=[contest], participations=[a_score(1, 1, 70)]))
    assert seen(file).contest_at == expected


def test_a_score_of_nothing_is_no_sign(file: Path) -> None:
    looked(file, (-30, {"overall": 100}))
    land(file, a_harvest(None, competitions=[a_competition(1, day(-10), day(-4))], participations=[a_score(1, 1, 0)]))
    assert seen(file).contest_at is None


def test_words_and_clan_chat_are_signs_of_their_own(tmp_path: Path) -> None:
    file = an_evening(tmp_path)
    say(file, a_word(back(days=3)), a_line(back(days=5)))
    found = seen(file)
    assert (found.word_at, found.chat_at) == (back(days=3), back(days=5))


def test_a_deleted_message_is_no_sign_of_life(tmp_path: Path) -> None:
    file = an_evening(tmp_path)
    say(file, a_word(back(days=9)), a_question(back(days=3), ZED, deleted_at=back(days=2)))
    assert (seen(file).word_at, seen(file, back(days=2.5)).word_at) == (back(days=9), back(days=3))


def test_nobody_speaks_for_another(tmp_path: Path) -> None:
    file = an_evening(tmp_path)
    say(file, a_word(back(days=3), BOB))
    assert seen(file).word_at is None


def test_tonights_marts_heard_the_same(tmp_path: Path) -> None:
    file = an_evening(tmp_path)
    say(file, a_word(back(days=3)), a_word(back(days=2), BOB), a_line(back(days=5)))
    with reading(file) as connection:
        assert heard(talk_of(file)) == heard_by(connection, NOW)


def test_a_rank_of_the_past_is_known_from_what_changed_since(file: Path) -> None:
    event = an_event(1, "changed_role", day(-3), "captain", previous_role="recruit")
    land(file, a_harvest([a_membership(1, "captain")], players=[a_player(1)], roster_events=[event]))
    with reading(file) as connection:
        roles = [members_at(connection, at)[0].role for at in (day(-5), NOW)]
    assert roles == ["recruit", "captain"]
