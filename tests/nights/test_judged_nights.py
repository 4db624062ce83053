"""Nights that are judged: what is remembered, once, and what later nights and earlier questions see of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from night_kit import DAY, NOW, Clan, a_clan, tables

from pipeline import stages
from pipeline.outcome import StageOutcome

MEMBERS = 24
DAYS = 100
KNOWN = 66
"""Days before the first night: enough for forecasts that are over."""
SELECT = "SELECT key, kind, created_at, retired_at FROM insight ORDER BY key, created_at"


def judged(clan: Clan, now: Any, tag: str = "") -> StageOutcome:
    outcome = stages.perform("judge", clan.job(now, tag))
    assert outcome.state == "done", outcome
    return outcome


@pytest.fixture(scope="module")
def clan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clan]:
    """A clan whose last two nights were judged."""
    with a_clan(tmp_path_factory.mktemp("judged") / "out", members=MEMBERS, days=DAYS, messages=600) as clan:
        clan.backfill(NOW - 2 * DAY, KNOWN)
        for now in (NOW - DAY, NOW):
            clan.night(now)
            judged(clan, now)
        yield clan


def test_what_stands_out_and_who_is_away_is_remembered(clan: Clan) -> None:
    kinds = {kind for _, kind, _, _ in clan.rows(SELECT)}
    assert {"card", "away"} <= kinds


def test_forecasts_are_made_for_past_weeks_too_and_some_are_over(clan: Clan) -> None:
    [(made, over)] = clan.rows("SELECT count(*), count(resolved_at) FROM forecast")
    assert 0 < over < made


def test_once_more_changes_nothing(clan: Clan) -> None:
    before = tables(clan.settings.database, leave_out=())
    again = judged(clan, NOW, "-again")
    assert (again.inserted, again.updated) == (0, 0)
    assert tables(clan.settings.database, leave_out=()) == before


def test_a_card_that_stands_is_not_given_again(clan: Clan) -> None:
    keys = [key for key, kind, _, _ in clan.rows(SELECT) if kind == "card"]
    assert len(keys) == len(set(keys))


def test_the_first_night_calls_nothing_new_and_the_second_only_what_it_found_first(clan: Clan) -> None:
    first, second = clan.marts(NOW - DAY).advice, clan.marts(NOW).advice
    assert not any(todo.is_new for todo in first.todo)
    assert [verdict.since for verdict in first.inactivity.purge] == [NOW - DAY] * len(first.inactivity.purge)
    assert all(verdict.is_new == (verdict.since == NOW) for verdict in second.inactivity.purge)


def test_cards_of_last_night_are_those_that_stood_then(clan: Clan) -> None:
    then, tonight = clan.marts(NOW - DAY).advice.cards, clan.marts(NOW).advice.cards
    assert then
    assert {card.created_at for card in then} == {NOW - DAY}
    assert {card.id for card in tonight if card.created_at < NOW} <= {card.id for card in then}


@pytest.mark.parametrize("members", [0, 1])
def test_nobody_and_one_member_are_a_whole_night(tmp_path: Path, members: int) -> None:
    with a_clan(tmp_path / "out", members=members, days=30, messages=40) as clan:
        clan.night(NOW)
        for name in ("judge", "report", "publish"):
            outcome = stages.perform(name, clan.job(NOW))
            assert outcome.state == "done", outcome
        told = json.loads((clan.output / "site" / "clan_data.json").read_text("utf-8"))
    assert told["inactivity"]["slots_used"] == members
    assert sum(told["inactivity"]["counts"].values()) == members
