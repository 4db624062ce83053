"""What the database and the marts say of the guild's talk equals the invented truth, for every seed.

The ledger counts from the guild as it is at the end; ours was read over two nights, through real HTTP and discord.py.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from night_kit import DAY, NOW, SEEDS, a_clan

from pipeline.demo.guild.founding import found_guild
from pipeline.demo.ledger import ledger
from pipeline.marts.talk_model import TalkMarts

MESSAGES = 4_000


@dataclass(frozen=True)
class Read:
    """A guild that was read over two nights, and the truth about it."""

    seed: int
    truth: dict[str, Any]
    talk: TalkMarts
    zone: tzinfo
    database: Path

    def rows(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(sql).fetchall()

    def persons(self) -> dict[str, int]:
        """The person behind each account, by its id as text."""
        return {
            str(account_id): person for account_id, person in self.rows("SELECT id, person_id FROM discord_account")
        }


@pytest.fixture(scope="module", params=SEEDS)
def read(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    folder = tmp_path_factory.mktemp("talk") / "out"
    with a_clan(folder, seed=request.param, members=40, days=60, messages=MESSAGES) as clan:
        clan.night(NOW - DAY)
        clan.night(NOW)
        talk = clan.marts(NOW).talk
        assert talk is not None
        truth = ledger(clan.world, found_guild(clan.world, messages=MESSAGES))
        yield Read(request.param, truth, talk, clan.job(NOW).zone, clan.settings.database)


def at(wire: str) -> datetime:
    return datetime.fromisoformat(wire)


HELD = "deleted_at IS NULL"
HUMAN = f"kind = 'human' AND {HELD}"


def test_every_readable_message_is_held_exactly_once_and_no_other(read: Read) -> None:
    held = [str(row[0]) for row in read.rows(f"SELECT id FROM message WHERE {HELD}")]
    assert sorted(held) == sorted(read.truth["readable"])


def test_messages_per_person_and_channel_are_exact(read: Read) -> None:
    ours = {
        (str(author), str(channel)): number
        for author, channel, number in read.rows(
            f"SELECT author_id, channel_id, count(*) FROM message WHERE {HUMAN} GROUP BY author_id, channel_id"
        )
    }
    assert ours == Counter((row["author"], row["channel"]) for row in read.truth["messages"])


def test_messages_of_each_person_in_each_period_are_exact(read: Read) -> None:
    persons = read.persons()
    for key, heat in read.talk.heat.items():
        inside = [row for row in read.truth["messages"] if heat.window.since <= at(row["sent_at"]) < heat.window.until]
        ours = {s.person_id: s.messages[key] for s in read.talk.speakers if s.messages.get(key)}
        assert ours == Counter(persons[row["author"]] for row in inside), key


def test_every_cell_of_the_heat_map_is_exact_in_both_zones(read: Read) -> None:
    for key, heat in read.talk.heat.items():
        for zone, ours in ((UTC, heat.utc), (read.zone, heat.clan)):
            truth = [[0] * 24 for _ in range(7)]
            for row in read.truth["messages"]:
                sent = at(row["sent_at"])
                if heat.window.since <= sent < heat.window.until:
                    local = sent.astimezone(zone)
                    truth[local.weekday()][local.hour] += 1
            assert [list(day) for day in ours] == truth, (key, zone)


def test_replies_are_exact(read: Read) -> None:
    ours = read.rows(f"SELECT id, reply_to_id FROM message WHERE {HUMAN} AND reply_to_id IS NOT NULL")
    assert {(str(a), str(b)) for a, b in ours} == {
        (row["id"], row["reply_to"]) for row in read.truth["messages"] if row["reply_to"]
    }


def test_clan_chat_is_attributed_to_whoever_spoke(read: Read) -> None:
    """All but what was said under a name that went to another account while nobody looked: nothing tells of that."""
    lost = {row["player_id"] for row in read.truth["members"] if row["fate"] == "archived"}
    ours = read.rows(f"SELECT id, relayed_player_id FROM message WHERE kind = 'relay' AND {HELD}")
    truth = {row["id"]: row["player_id"] for row in read.truth["relayed"]}
    wrong = [(id_, player) for id_, player in ours if truth.get(str(id_)) not in (player, *lost)]
    assert wrong == []
    assert sum(player is not None for _, player in ours) > 0.8 * len(truth)


def test_clan_chat_is_what_the_relay_repeats_and_no_other_bot(read: Read) -> None:
    heat = read.talk.clan_chat_heat["all"]
    assert sum(map(sum, heat.utc)) == read.talk.clan_chat["all"] == len(read.truth["relayed"])


@pytest.fixture(scope="module")
def first_answers(read: Read) -> dict[str, tuple[str, timedelta]]:
    """Who answered each question that our rule sees, and after how long: recomputed from the ledger, by brute force."""
    rows = sorted(read.truth["messages"], key=lambda row: int(row["id"]))
    asked = {str(row[0]) for row in read.rows(f"SELECT id FROM message WHERE {HUMAN} AND is_question")}
    persons = read.persons()
    found: dict[str, tuple[str, timedelta]] = {}
    for question in (row for row in rows if row["id"] in asked):
        for row in rows:
            replies = row["reply_to"] == question["id"]
            follows = row["thread"] is not None and row["thread"] in (question["thread"], question["id"])
            other = persons[row["author"]] != persons[question["author"]]
            if int(row["id"]) > int(question["id"]) and other and (replies or follows):
                found[question["id"]] = row["author"], at(row["sent_at"]) - at(question["sent_at"])
                break
    return found


def test_who_answers_and_how_soon_is_exact(read: Read, first_answers: dict[str, tuple[str, timedelta]]) -> None:
    found, persons = first_answers, read.persons()
    answers = {s.person_id: s.answers["all"] for s in read.talk.speakers if s.answers.get("all")}
    assert answers == Counter(persons[author] for author, _ in found.values())
    response = read.talk.response["all"]
    assert response.answered == len(found)
    assert response.within_day == sum(after <= DAY for _, after in found.values())
    assert response.median == pytest.approx(median(after.total_seconds() for _, after in found.values()))


def test_answers_as_meant_are_those_that_the_rule_finds(
    read: Read, first_answers: dict[str, tuple[str, timedelta]]
) -> None:
    meant = {row["answers"]: row["author"] for row in read.truth["messages"] if row["answers"]}
    found = {question: author for question, (author, _) in first_answers.items()}
    both = meant.keys() & found.keys()
    assert {question: found[question] for question in both} == {question: meant[question] for question in both}
    assert len(both) > 0.9 * len(meant)


def test_welcomes_are_exact(read: Read) -> None:
    joined = {str(row[0]) for row in read.rows("SELECT id FROM discord_account WHERE in_guild")}
    names = {s.person_id: s.name for s in read.talk.speakers}
    persons = read.persons()
    ours = {(line.person_id, line.welcomed_by) for line in read.talk.welcomes if line.welcomed_by}
    assert ours == {
        (persons[row["newcomer"]], names[persons[row["by"]]])
        for row in read.truth["welcomes"]
        if row["newcomer"] in joined
    }


def test_the_rule_meets_what_was_meant(read: Read) -> None:
    rule = {str(row[0]) for row in read.rows(f"SELECT id FROM message WHERE {HUMAN} AND is_question")}
    meant = {row["id"] for row in read.truth["messages"] if row["meant_as_question"]}
    precision, recall = len(rule & meant) / len(rule), len(rule & meant) / len(meant)
    print(
        f"questions, seed {read.seed}: {len(meant)} meant, {len(rule)} seen, precision {precision:.3f}, recall {recall:.3f}"
    )
    assert precision >= 0.95
    assert recall >= 0.90


def test_who_is_who_is_right_and_nearly_whole(read: Read) -> None:
    links = {
        (str(account_id), player_id)
        for account_id, player_id in read.rows(
            "SELECT a.id, p.player_id FROM discord_account a JOIN person_player p USING (person_id)"
        )
    }
    of_account = {row["discord_id"]: row["person"] for row in read.truth["accounts"]}
    of_player = {row["player_id"]: row["person"] for row in read.truth["members"]}
    right = sum(of_account[account_id] == of_player[player_id] for account_id, player_id in links)
    holding = {(row["discord_id"], player) for row in read.truth["accounts"] for player in row["holds"]}
    precision, recall = right / len(links), len(holding & links) / len(holding)
    print(
        f"identity, seed {read.seed}: {len(links)} links, precision {precision:.4f}, recall {recall:.4f} of {len(holding)}"
    )
    assert precision >= 0.99
    assert recall >= 0.90


def test_nobody_is_two_people(read: Read) -> None:
    owners = read.rows("SELECT id, person_id FROM discord_account WHERE NOT is_bot ORDER BY person_id")
    assert all(one[1] != other[1] for one, other in pairwise(owners))
