"""Of whom advice speaks, from real rows: not of those who asked not to be watched, nor of accounts that cannot come back."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from records_kit import NOW, day
from talk_kit import AMY, BOB, GUILD, ZED, a_question, a_word, an_evening, back, night_of, say

from pipeline.deciding import take
from pipeline.domain.decisions import Edited, Told
from pipeline.judging import judge
from pipeline.marts.insights.look import look
from pipeline.marts.rules import LadderRank, Rules
from pipeline.storage.engine import reading, writing
from pipeline.storage.retention_queries import last_replies
from pipeline.storage.talk_queries import Scope
from pipeline.storage.types import to_ms

LADDER = (LadderRank("recruit"), LadderRank("general", ("tenure_days >= 1",)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Bob asks and amy answers, once a day until twenty days ago and once this week."""
    file = an_evening(tmp_path)
    questions = [(ago, a_question(back(days=ago), BOB)) for ago in (*range(120, 20, -1), 3)]
    answers = [a_word(back(days=ago - 0.01), AMY, reply_to_id=asked["id"]) for ago, asked in questions]
    say(file, *(asked for _, asked in questions), *answers)
    return file


def change(file: Path, statement: str, *given: object) -> None:
    with writing(file) as connection:
        connection.exec_driver_sql(statement, given)


def ban_amy(file: Path) -> None:
    change(file, "UPDATE player SET status = 'banned' WHERE id = 2")


def silence_amy(file: Path) -> None:
    """Looked at, without a gain, and not a word from her."""
    change(file, "DELETE FROM reading WHERE player_id = 2 AND taken_at > ?", to_ms(day(-19)))
    change(file, "DELETE FROM message WHERE author_id = ?", AMY)


def demote_amy(file: Path) -> None:
    change(
        file,
        "INSERT INTO roster_event (player_id, kind, created_at, role, previous_role)"
        " SELECT 2, 'changed_role', ?, role, 'owner' FROM membership WHERE player_id = 2",
        to_ms(day(-2)),
    )


def thanked(file: Path, **rules: Any) -> list[str]:
    return [each.who.name for each in night_of(file, **rules).advice.retention.thanks]


def quiet_helpers(file: Path, **bent: Any) -> set[str]:
    rules = Rules(discord=True, **bent)
    with reading(file) as connection:
        found = look(connection, night_of(file, **bent), rules)
    return {soul.name for finding in found if finding.category == "helpers" for soul in finding.who}


def carded(file: Path, **rules: Any) -> set[str]:
    """Whom the cards name that are kept of helpers."""
    cards = night_of(file, **rules).advice.cards
    return {soul.name for card in cards if card.category == "helpers" for soul in card.who}


def decided(file: Path, **rules: Any) -> set[str]:
    return {each.key for each in night_of(file, **rules).advice.decisions}


def test_who_helped_is_thanked_and_missed_unless_they_asked_not_to_be_watched(file: Path) -> None:
    assert "amy" in thanked(file)
    assert quiet_helpers(file) == {"amy"}
    assert "amy" not in thanked(file, opt_out=("Amy",))
    assert quiet_helpers(file, opt_out=("Amy",)) == set()


def test_a_card_that_was_kept_before_they_asked_is_not_shown_whatever_number_they_had_then(file: Path) -> None:
    judge(file, night_of(file), Rules(discord=True))
    assert carded(file) == {"amy"}
    assert carded(file, opt_out=("Amy",)) == set()
    with writing(file) as connection:
        [body] = connection.exec_driver_sql("SELECT body FROM insight WHERE key = 'helper:2'").scalars()
    [who] = json.loads(body)["who"]
    assert who == {"name": "amy", "person_id": 2, "player_id": 2}
    stranger = json.dumps(json.loads(body) | {"who": [who | {"person_id": -AMY, "player_id": None}]})
    change(file, "UPDATE insight SET body = ? WHERE key = 'helper:2'", stranger)
    assert (carded(file), carded(file, opt_out=("Amy",))) == ({"amy"}, set())


def test_what_was_decided_about_a_question_is_told_unless_the_asker_wants_not_to_be_watched(file: Path) -> None:
    asked = a_question(back(days=2), BOB)
    say(file, asked)
    key = f"answer:{asked['id']}"
    edit = Edited(
        key=key, copy="clan.xlsx", place="output", row=6, what="Answer bob", who="", reason="", proof="",
        told=Told("Done"), was=Told().mark("a night"), edited_at=back(hours=3),
    )  # fmt: skip
    with writing(file) as connection:
        take(connection, [edit], back(hours=1), ZoneInfo("UTC"))
    assert decided(file) == {key}
    assert decided(file, opt_out=("Amy",)) == {key}
    assert decided(file, opt_out=(str(BOB),)) == set()


def test_nobody_thanks_an_account_that_cannot_come_back(file: Path) -> None:
    ban_amy(file)
    assert "amy" not in thanked(file)


def test_a_helper_is_not_missed_where_discord_was_not_read_to_its_end(file: Path) -> None:
    change(file, "UPDATE landing SET whole = 0 WHERE source = 'discord'")
    assert quiet_helpers(file) == set()


@pytest.mark.parametrize(
    ("happens", "waits"),
    [
        (None, ""),
        (ban_amy, "the account is banned"),
        (silence_amy, "away: wait until they are back"),
        (demote_amy, f"moved down on {day(-2):%-d %b}: ask the officer who did it"),
    ],
    ids=["here", "banned", "away", "moved down"],
)
def test_who_is_due_waits_while_they_cannot_enjoy_it(file: Path, happens: Any, waits: str) -> None:
    if happens:
        happens(file)
    told = night_of(file, ladder=LADDER, inactive_days=10)
    [due] = [line for line in told.advice.promotions.due if line.name == "amy"]
    assert due.waits == waits
    assert (due in told.advice.promotions.ready) == (not waits)
    promoted = [soul.name for line in told.advice.todo if line.kind == "promote" for soul in line.who]
    assert ("amy" in promoted) == (not waits)


def test_nobody_comes_nearer_in_an_account_that_cannot_come_back(file: Path) -> None:
    tenure = night_of(file).members[0].tenure_days
    nearly = (LADDER[0], LadderRank("general", (f"tenure_days >= {tenure + 5}",)))
    assert "amy" in [line.name for line in night_of(file, ladder=nearly).advice.promotions.near]
    ban_amy(file)
    assert "amy" not in [line.name for line in night_of(file, ladder=nearly).advice.promotions.near]


def test_a_greeting_under_a_notice_is_no_reply(tmp_path: Path) -> None:
    file = an_evening(tmp_path)
    notice = a_word(back(days=2), AMY, kind="system")
    say(file, notice, a_word(back(days=1.9), ZED, reply_to_id=notice["id"]))
    assert replied(file) == set()
    word = a_word(back(days=1.5), AMY)
    say(file, word, a_word(back(days=1.4), ZED, reply_to_id=word["id"]))
    assert replied(file) == {AMY}


def replied(file: Path) -> set[int]:
    """Accounts that got a reply."""
    with reading(file) as connection:
        return set(last_replies(connection, Scope(GUILD, NOW)))
