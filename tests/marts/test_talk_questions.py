"""What was asked, who answered first, who waits, who helps, and who is greeted."""

from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import pytest
from records_kit import FOUNDED, NOW, day
from talk_kit import (
    AMY,
    BOB,
    BOT,
    FORUM,
    GENERAL,
    HELP,
    THREAD,
    ZED,
    a_channel,
    a_question,
    a_word,
    an_account,
    an_evening,
    back,
    say,
    speaker,
    talk_of,
)

from pipeline.domain.talk import instant_of, ms_of
from pipeline.domain.window import TICK, Window, windows
from pipeline.marts.talk_model import Helper, Response, TalkMarts, Welcome

HOUR = timedelta(hours=1)
ASKED = day(-3)
QUESTION = a_question(ASKED)
WEEK = Response(1, 1, 1, 1, 3600.0)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return an_evening(tmp_path)


def reply(at: timedelta = HOUR, author: int = AMY, **bent: Any) -> dict[str, Any]:
    """A reply so long after `QUESTION`."""
    return a_word(ASKED + at, author, **({"reply_to_id": QUESTION["id"]} | bent))


def helpers(talk: TalkMarts) -> list[tuple[str, int, int]]:
    return [(row.name, row.helped, row.answers) for row in talk.helpers["7d"]]


# ── what is an answer ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_reply_of_somebody_else_answers(file: Path) -> None:
    say(file, QUESTION, reply())
    found = talk_of(file)
    assert (found.response["7d"], found.unanswered) == (WEEK, ())
    assert found.helpers["7d"] == (Helper(1, 2, "amy", 1, 1, 3600.0),)
    assert (speaker(found, 1).questions["7d"], speaker(found, 1).answered["7d"]) == (1, 1)
    assert (speaker(found, 2).answers["7d"], speaker(found, 2).helped["7d"]) == (1, 1)


@pytest.mark.parametrize(
    "said",
    [
        reply(author=ZED),
        reply(author=BOT, kind="bot"),
        reply(kind="system"),
        reply(author=99, kind="relay", relayed_name="amy", relayed_player_id=2),
        reply(deleted_at=NOW),
        reply(reply_to_id=None),
        reply(reply_to_id=QUESTION["id"] + 1),
        reply(NOW - ASKED + TICK),
    ],
    ids=["own", "bot", "system", "clan chat", "deleted", "no reply", "to another", "later than now"],
)
def test_this_is_no_answer(file: Path, said: dict[str, Any]) -> None:
    say(file, QUESTION, said)
    found = talk_of(file)
    assert (found.response["7d"], len(found.unanswered), found.helpers["7d"]) == (Response(1, 0, 0, 1, None), 1, ())


def test_somebodys_other_account_is_no_other_person(file: Path) -> None:
    an_account(file, 14, "Zed on his phone", 1)
    say(file, QUESTION, reply(author=14), reply(2 * HOUR, BOB))
    assert helpers(talk_of(file)) == [("Bob", 1, 1)]


def test_only_the_first_answer_counts_whatever_its_way(file: Path) -> None:
    asked = a_question(ASKED, channel_id=FORUM, thread_id=THREAD)
    in_thread = {"channel_id": FORUM, "thread_id": THREAD}
    before = a_word(ASKED - HOUR, BOB, **in_thread)
    say(file, before, asked, reply(3 * HOUR, BOB, reply_to_id=asked["id"]), a_word(ASKED + HOUR, AMY, **in_thread))
    found = talk_of(file)
    assert (helpers(found), found.response["7d"].median) == ([("amy", 1, 1)], 3600.0)


def test_a_thread_begun_from_a_question_answers_it(file: Path) -> None:
    own = a_word(ASKED + HOUR, ZED, thread_id=QUESTION["id"])
    say(file, QUESTION, own, a_word(ASKED + 2 * HOUR, AMY, thread_id=QUESTION["id"]), reply(3 * HOUR, BOB))
    found = talk_of(file)
    assert (helpers(found), found.response["7d"].median) == ([("amy", 1, 1)], 7200.0)


def test_the_opener_of_a_forum_post_is_answered_in_its_own_thread(file: Path) -> None:
    opener = {**QUESTION, "channel_id": FORUM, "thread_id": QUESTION["id"]}
    say(file, opener, a_word(ASKED + HOUR, AMY, channel_id=FORUM, thread_id=opener["id"]))
    assert talk_of(file).response["7d"] == WEEK


def test_a_word_in_another_thread_or_in_the_channel_answers_nothing(file: Path) -> None:
    asked = a_question(ASKED, channel_id=FORUM, thread_id=THREAD)
    say(file, asked, a_word(ASKED + HOUR, AMY, channel_id=FORUM, thread_id=999), a_word(ASKED + 2 * HOUR, BOB))
    assert talk_of(file).response["7d"].answered == 0


@pytest.mark.parametrize("bent", [{"is_question": None}, {"deleted_at": NOW}, {"kind": "bot"}])
def test_this_is_no_question(file: Path, bent: dict[str, Any]) -> None:
    say(file, a_question(ASKED, **bent))
    assert talk_of(file).response["7d"].asked == 0


# ── how questions fare ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_day_sharp_is_within_a_day(file: Path) -> None:
    other = a_question(ASKED, BOB, number=1)
    say(file, QUESTION, reply(timedelta(days=1)), other, reply(timedelta(days=1) + TICK, reply_to_id=other["id"]))
    assert talk_of(file).response["7d"] == Response(2, 2, 1, 2, 86_400.0005)


def test_a_median_has_no_more_figures_than_half_milliseconds(file: Path) -> None:
    """Of 97,461 ms and 97,548 ms floats would make 97.50450000000001 s."""
    other = a_question(ASKED, BOB, number=1)
    waits = timedelta(milliseconds=97_461), timedelta(milliseconds=97_548)
    say(file, QUESTION, reply(waits[0]), other, reply(waits[1], reply_to_id=other["id"]))
    found = talk_of(file)
    assert (found.response["7d"].median, found.helpers["7d"][0].median) == (97.5045, 97.5045)


def test_a_question_is_ripe_after_a_day_or_once_it_is_answered(file: Path) -> None:
    young = a_question(back(days=1) + TICK)
    answered = a_question(back(hours=2))
    say(file, a_question(back(days=1)), young, answered, a_word(NOW, AMY, reply_to_id=answered["id"]))
    assert talk_of(file).response["all"] == Response(3, 1, 1, 2, 7200.0)


def test_periods_go_by_when_it_was_asked(file: Path) -> None:
    asked = a_question(day(-7) - TICK)
    say(file, asked, a_word(day(-6), AMY, reply_to_id=asked["id"]))
    found = talk_of(file)
    assert (found.response["7d"].asked, found.helpers["7d"], speaker(found, 2).answers.get("7d")) == (0, (), None)
    assert (found.response["30d"].answered, speaker(found, 2).answers["30d"]) == (1, 1)
    assert [(week.asked, week.answered, week.within_day) for week in found.weeks] == [(1, 1, 0), (0, 0, 0)]


# ── what waits ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_waits_says_where_and_what_about_and_not_what(file: Path) -> None:
    plain = a_question(day(-2), BOB, channel_id=HELP, metrics=("zulrah", "vorkath"))
    posted = a_question(day(-3), 777, channel_id=FORUM, thread_id=THREAD)
    say(file, plain, posted)
    first, second = talk_of(file).unanswered
    assert (first.channel, first.thread, first.person_id, first.asker, first.metrics) == (
        "clan-help", None, -1, "Bob", ("zulrah", "vorkath"),
    )  # fmt: skip
    assert (first.asked_at, first.url) == (day(-2), f"https://discord.com/channels/1/{HELP}/{plain['id']}")
    assert (second.channel, second.thread, second.person_id) == ("guides", "how to raid", None)
    assert second.url == f"https://discord.com/channels/1/{THREAD}/{posted['id']}"


@pytest.mark.parametrize(
    ("asked_at", "waits"),
    [
        (back(days=1), False),
        (back(days=1) - TICK, True),
        (back(days=30), True),
        (back(days=30) - TICK, False),
        (back(hours=3), False),
    ],
)
def test_a_question_waits_from_a_day_to_thirty(file: Path, asked_at: Any, waits: bool) -> None:
    say(file, a_question(asked_at))
    assert bool(talk_of(file).unanswered) is waits


@pytest.mark.parametrize(
    ("gone", "bent"),
    [
        ({"channel_id": HELP}, {"channel_id": HELP}),
        ({"channel_id": FORUM, "kind": "forum"}, {"channel_id": FORUM, "thread_id": THREAD}),
        ({"channel_id": THREAD, "kind": "thread", "parent_id": FORUM}, {"channel_id": FORUM, "thread_id": THREAD}),
    ],
    ids=["channel", "forum", "thread"],
)
def test_where_nobody_can_answer_any_more_nothing_waits(file: Path, gone: dict[str, Any], bent: dict[str, Any]) -> None:
    say(file, a_question(ASKED, **bent), a_question(ASKED, BOB, number=1))
    assert len(talk_of(file).unanswered) == 2
    a_channel(file, **gone, access="gone")
    found = talk_of(file)
    assert [question.asker for question in found.unanswered] == ["Bob"]
    assert found.response["7d"].asked == 2


# ── what is withheld ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_withheld_is_not_known_from_the_first_such_message_on(file: Path) -> None:
    say(file, a_word(day(-9)), a_word(NOW + TICK, is_question=None))
    assert talk_of(file).withheld_since is None
    say(file, a_word(day(-3), is_question=None), a_word(day(-5), BOT, kind="bot", is_question=None))
    found = talk_of(file)
    assert found.withheld_since == day(-5)
    assert [found.is_heard(Window(day(-9), until)) for until in (day(-5), day(-5) + TICK)] == [True, False]


@pytest.mark.parametrize(
    ("bent", "withheld"),
    [
        ({"author_id": 99, "kind": "webhook"}, True),
        ({"kind": "system"}, False),
        ({"deleted_at": NOW}, False),
        ({"deleted_at": NOW + TICK}, True),
        ({"channel_id": 999}, False),
        ({"channel_id": HELP}, False),
        ({"channel_id": FORUM, "thread_id": THREAD}, True),
    ],
    ids=["webhook", "system", "deleted", "deleted later", "another guild", "channel gone", "thread"],
)
def test_only_what_may_yet_be_shown_is_withheld(file: Path, bent: dict[str, Any], withheld: bool) -> None:
    a_channel(file, HELP, access="gone")
    say(file, a_word(day(-3), **({"is_question": None} | bent)))
    assert (talk_of(file).withheld_since == day(-3)) is withheld


# ── who helps ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_helpers_are_ranked_by_different_people_then_by_answers_and_share_places(file: Path) -> None:
    for account, name in ((21, "ann"), (22, "Ben"), (23, "cid"), (24, "dot")):
        an_account(file, account, name)
    given = [(21, ZED), (21, AMY), (22, ZED), (22, AMY), (23, BOB), (23, BOB), (23, BOB), (24, ZED)]
    words = []
    for number, (helper, asker) in enumerate(given):
        asked = a_question(ASKED + number * HOUR, asker)
        answer = a_word(ASKED + number * HOUR + timedelta(minutes=number), helper, 5, reply_to_id=asked["id"])
        words += [asked, answer]
    say(file, *words)
    assert [(row.place, row.name, row.helped, row.answers, row.median) for row in talk_of(file).helpers["7d"]] == [
        (1, "ann", 2, 2, 30.0),
        (1, "Ben", 2, 2, 150.0),
        (3, "cid", 1, 3, 300.0),
        (4, "dot", 1, 1, 420.0),
    ]


# ── all of it again, by brute force ──────────────────────────────────────────────────────────────────────────────────

PERSON = {ZED: 1, 14: 1, AMY: 2, BOB: -1, 777: 777}


def random_words(chance: Random, number: int) -> list[dict[str, Any]]:
    """Messages of all kinds over 40 days, so dense that ways to answer cross."""
    words: list[dict[str, Any]] = []
    for place in range(number):
        at = NOW - timedelta(minutes=chance.randrange(40 * 24 * 60))
        in_thread = chance.random() < 0.4
        begun = chance.choice(words)["id"] if words and chance.random() < 0.3 else THREAD
        words.append(
            a_word(
                at,
                chance.choice(tuple(PERSON)),
                place,
                channel_id=FORUM if in_thread else chance.choice((GENERAL, HELP)),
                thread_id=begun if in_thread else None,
                kind=chance.choices(("human", "bot", "system"), (8, 1, 1))[0],
                is_question=chance.random() < 0.4,
                reply_to_id=chance.choice(words)["id"] if words and chance.random() < 0.5 else None,
                deleted_at=None if chance.random() < 0.9 else NOW + chance.choice((TICK, -TICK)),
            )
        )
    return words


def slow_answers(words: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Every question with its first answer, found by looking at every pair."""
    real = [w for w in words if w["kind"] == "human" and not (w["deleted_at"] and w["deleted_at"] <= NOW)]
    found = []
    for question in (word for word in real if word["is_question"]):
        answers = [
            word
            for word in real
            if PERSON[word["author_id"]] != PERSON[question["author_id"]]
            and (
                word["reply_to_id"] == question["id"]
                or (
                    question["thread_id"] is not None
                    and word["thread_id"] == question["thread_id"]
                    and word["id"] > question["id"]
                )
                or word["thread_id"] == question["id"]
            )
        ]
        found.append((question, min(answers, key=lambda word: word["id"], default=None)))
    return found


@pytest.mark.parametrize("seed", range(8))
def test_answers_agree_with_those_found_by_looking_at_every_pair(file: Path, seed: int) -> None:
    an_account(file, 14, "Zed on his phone", 1)
    words = random_words(Random(seed), 250)
    say(file, *words)
    found = talk_of(file)
    pairs = slow_answers(words)
    for key, window in {**windows(NOW), "all": Window(FOUNDED, NOW + TICK)}.items():
        inside = [pair for pair in pairs if window.since <= instant_of(pair[0]["id"]) < window.until]
        waits = [ms_of(answer["id"]) - ms_of(asked["id"]) for asked, answer in inside if answer]
        ripe = sum(answer is not None or instant_of(asked["id"]) <= back(days=1) for asked, answer in inside)
        within = sum(wait <= 86_400_000 for wait in waits)
        typical = round(median(waits) / 1000, 4) if waits else None
        assert found.response[key] == Response(len(inside), len(waits), within, ripe, typical)
        for person in (1, 2, -1):
            given = [asked for asked, answer in inside if answer and PERSON[answer["author_id"]] == person]
            told = speaker(found, person)
            assert told.answers.get(key, 0) == len(given)
            assert told.helped.get(key, 0) == len({PERSON[asked["author_id"]] for asked in given})
            own = [pair for pair in inside if PERSON[pair[0]["author_id"]] == person]
            assert told.questions.get(key, 0) == len(own)
            assert told.answered.get(key, 0) == sum(answer is not None for _, answer in own)


# ── welcomes ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def arrive(file: Path, at: Any, account: int = 20, name: str = "Newt") -> dict[str, Any]:
    """A newcomer; returns Discord's notice that they came."""
    an_account(file, account, name, joined_at=at)
    return a_word(at, account, account, kind="system")


def greetings(talk: TalkMarts) -> list[tuple[str, Any, str | None]]:
    return [(line.name, line.welcomed_at, line.welcomed_by) for line in talk.welcomes]


def test_the_first_reply_to_a_newcomer_is_the_welcome(file: Path) -> None:
    came = arrive(file, day(-5))
    own = a_word(day(-5, 1), 20)
    say(
        file, came, own, a_word(day(-5, 2), 20, reply_to_id=came["id"]), a_word(day(-5, 3), BOT, kind="bot", reply_to_id=own["id"]),
        a_word(day(-5, 4), BOB), a_word(day(-5, 5), AMY, reply_to_id=came["id"]), a_word(day(-5, 6), BOB, reply_to_id=own["id"]),
    )  # fmt: skip
    found = talk_of(file)
    assert found.welcomes == (Welcome(-20, "Newt", day(-5), day(-5, 5), "amy"),)
    assert speaker(found, 2).welcomes == {"7d": 1, "30d": 1, "90d": 1, "365d": 1, "all": 1}
    assert speaker(found, -1).welcomes == {}


@pytest.mark.parametrize(("after", "welcome"), [(timedelta(days=7), True), (timedelta(days=7) + TICK, False)])
def test_a_welcome_comes_within_a_week(file: Path, after: timedelta, welcome: bool) -> None:
    came = arrive(file, day(-20))
    say(file, came, a_word(day(-20) + after, AMY, reply_to_id=came["id"]))
    assert greetings(talk_of(file)) == [("Newt", day(-20) + after if welcome else None, "amy" if welcome else None)]


def test_newcomers_of_ninety_days_are_listed_the_latest_first(file: Path) -> None:
    for place, at in enumerate((back(days=90), back(days=90) - TICK, NOW, NOW + TICK)):
        arrive(file, at, 20 + place, f"N{place}")
    assert [line.name for line in talk_of(file).welcomes] == ["N2", "N0"]


def test_who_came_long_ago_was_still_welcomed_by_somebody(file: Path) -> None:
    came = arrive(file, day(-200))
    say(file, came, a_word(day(-199), AMY, reply_to_id=came["id"]))
    found = talk_of(file)
    assert (found.welcomes, speaker(found, 2).welcomes) == ((), {"365d": 1, "all": 1})


def test_an_own_second_account_does_not_welcome(file: Path) -> None:
    came = arrive(file, day(-5))
    an_account(file, 21, "Newt too", -20)
    say(file, came, a_word(day(-4), 21, reply_to_id=came["id"]))
    assert greetings(talk_of(file)) == [("Newt", None, None)]
