"""What stands out, from days made by hand: each plant is found, and the same days without it give nothing."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from records_kit import MIDNIGHT, day
from talk_kit import an_evening

from pipeline.marts.advice_model import Soul
from pipeline.marts.insights.anomalies import anomalies
from pipeline.marts.insights.cohorts import cohorts
from pipeline.marts.insights.coverage import coverage
from pipeline.marts.insights.days import LENGTH, Days
from pipeline.marts.insights.days import days as clan_days
from pipeline.marts.insights.helpers import KEY, helpers
from pipeline.marts.insights.look import FALSE_RATE, sure
from pipeline.marts.insights.model import Finding
from pipeline.marts.insights.model import Tested as ATest
from pipeline.marts.insights.patterns import patterns
from pipeline.marts.insights.trends import trends
from pipeline.marts.model import RosterLine
from pipeline.marts.wording import Calendar
from pipeline.storage.engine import reading

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
FIRST = date(2026, 11, 23) - timedelta(days=LENGTH)
ZONE = ZoneInfo("Europe/Amsterdam")
CALENDAR = Calendar(ZONE, NOW)
AMY = Soul(1, 1, "amy")


def steady(seed: int = 3, mean: float = 200.0) -> Any:
    """Days as they come: livelier at weekends, and never twice the same."""
    chance = np.random.default_rng(seed)
    week = np.array([1.4 if (FIRST + timedelta(days=day)).weekday() >= 5 else 1.0 for day in range(LENGTH)])
    return chance.poisson(mean * week).astype(np.float64)


def days(**bent: Any) -> Days:
    held = Days(FIRST, steady(1) * 1e5, 0, LENGTH, steady(2), steady(3, 40), 0, LENGTH, {}, {})
    return replace(held, **bent)


def quiet(values: Any, since: int, share: float, every: int = 1) -> Any:
    found = values.copy()
    found[since::every] *= share
    return found


def found(tests: Iterable[ATest]) -> dict[str, Finding]:
    return {finding.key: finding for finding in sure(list(tests))}


def everything(held: Days) -> list[ATest]:
    return [*anomalies(held, CALENDAR), *patterns(held), *trends(held)]


def well_formed(finding: Finding) -> bool:
    words = (finding.title, finding.text, finding.recommendation, finding.flips_if)
    return all(words) and bool(finding.evidence) and 0 <= finding.impact <= 1 and 0 < finding.confidence < 1


def test_steady_days_have_nothing_to_tell() -> None:
    assert found(everything(days())) == {}


@pytest.mark.parametrize("seed", range(8))
def test_nor_have_other_steady_days(seed: int) -> None:
    held = days(experience=steady(seed + 10) * 1e5, messages=steady(seed + 30), writers=steady(seed + 50, 40))
    assert not {key for key in found(everything(held)) if key.startswith(("anomaly", "quiet"))}


def test_a_bad_fortnight_is_told_within_its_first_week() -> None:
    held = days()
    assert held.messages is not None
    bad = replace(held, experience=quiet(held.experience, -5, 0.5), messages=quiet(held.messages, -5, 0.5))
    card = found(everything(bad))["anomaly:less"]
    assert well_formed(card)
    assert card.title == "Much quieter than usual since Wed 18 Nov"
    assert card.severity == "high"


def test_a_week_of_twice_as_much_is_told_too() -> None:
    held = days()
    assert held.messages is not None
    good = replace(held, experience=quiet(held.experience, -7, 2.2), messages=quiet(held.messages, -7, 2.2))
    assert found(everything(good))["anomaly:more"].severity == "low"


def test_a_dead_weekday_is_told_by_its_name() -> None:
    held = days()
    assert held.messages is not None
    tuesday = next(day for day in range(7) if (FIRST + timedelta(days=LENGTH - 63 + day)).weekday() == 1)
    dead = [quiet(values, LENGTH - 63 + tuesday, 0.1, 7) for values in (held.experience, held.messages)]
    card = found(everything(replace(held, experience=dead[0], messages=dead[1])))["quiet_weekday:1"]
    assert well_formed(card)
    assert "Tuesdays" in card.title


def test_without_discord_the_game_alone_tells_it() -> None:
    held = days(messages=None, writers=None, heard_from=LENGTH)
    dead = quiet(held.experience, LENGTH - 56 + 2, 0.1, 7)
    assert any(key.startswith("quiet_weekday:") for key in found(everything(replace(held, experience=dead))))


def test_three_months_of_decline_are_a_trend() -> None:
    fall = np.linspace(1.0, 0.4, LENGTH)
    held = days()
    assert held.messages is not None
    card = found(everything(replace(held, experience=held.experience * fall, messages=held.messages * fall)))[
        "trend:down"
    ]
    assert well_formed(card)
    assert card.severity == "medium"


def test_a_trend_tells_what_its_evidence_shows_however_steep_it_is() -> None:
    fall = np.linspace(1.0, 0.02, LENGTH)
    held = days()
    card = found(everything(replace(held, experience=held.experience * fall)))["trend:down"]
    first, last = card.evidence[0].value.split(" → ")
    share = 1 - float(last.rstrip("M")) / float(first.rstrip("M"))
    assert card.impact == pytest.approx(share, abs=0.01)
    assert f"XP by about {share:.0%}" in card.text
    assert (well_formed(card), card.touches) == (True, "a week’s XP")


def test_days_before_the_first_look_do_not_tell_what_is_usual() -> None:
    held, first = days(messages=None, writers=None, heard_from=LENGTH), LENGTH - 56
    held = replace(held, experience=quiet(held.experience, -5, 0.3))
    young = replace(held, experience=np.where(np.arange(LENGTH) < first, 0.0, held.experience))
    assert "anomaly:less" in found(everything(replace(young, seen_from=first)))
    assert everything(replace(young, seen_from=first)) == everything(replace(held, seen_from=first))
    assert everything(young) != everything(replace(young, seen_from=first))


def test_the_first_day_that_is_known_begins_with_or_after_the_first_look(tmp_path: Path) -> None:
    with reading(an_evening(tmp_path)) as connection:
        held = clan_days(connection, MIDNIGHT, discord=False)
    assert held.on(held.seen_from) == day(-20).date()  # which was at midnight


def test_what_nobody_heard_is_not_silence() -> None:
    held = days()
    assert held.messages is not None
    assert held.writers is not None
    unread = replace(held, messages=quiet(held.messages, -6, 0.0), writers=quiet(held.writers, -6, 0.0))
    assert "anomaly:less" in found(everything(unread))
    assert found(everything(replace(unread, heard_until=LENGTH - 6))) == {}


def test_what_is_known_up_to_a_day_is_told_of_that_day() -> None:
    held = days()
    assert held.messages is not None
    assert held.writers is not None
    bad = replace(
        held, messages=quiet(held.messages, -9, 0.3), experience=quiet(held.experience, -9, 0.3),
        heard_until=LENGTH - 2, known=LENGTH - 2,
    )  # fmt: skip
    assert "days up to" in found(everything(bad))["anomaly:less"].text
    text = found(everything(replace(bad, heard_until=LENGTH)))["anomaly:less"].text
    assert [("up to" in sentence) == ("XP" in sentence) for sentence in text.split(". ")] == [True, True]
    assert found(everything(replace(bad, heard_until=LENGTH - 8, known=LENGTH - 8))) == {}


def test_a_short_history_says_nothing() -> None:
    held = days(experience=np.zeros(LENGTH), known=0, heard_from=LENGTH - 20)
    assert everything(held) == []


# Helpers ------------------------------------------------------------------------------------------------------------


def answering(a_day: float, stopped: int = 0, seed: int = 5) -> Any:
    values = np.random.default_rng(seed).poisson(a_day, LENGTH).astype(np.float64)
    if stopped:
        values[-stopped:] = 0
    return values


def test_a_key_helper_gone_quiet_is_named() -> None:
    held = days(answers={1: answering(1.5, 12), 2: answering(2.0, seed=6)})
    card = found(helpers(held, {1: AMY, 2: Soul(2, None, "Bob")}))["helper:1"]
    assert well_formed(card)
    assert (card.who, card.title) == ((AMY,), "A key helper has gone quiet")


def test_so_many_answers_as_a_card_asks_for_change_it() -> None:
    answers = answering(1.5, 12)
    held = days(answers={1: answers, 2: answering(2.0, seed=6)})
    flip = found(helpers(held, {1: AMY}))["helper:1"].flips_if
    enough, lately = map(int, re.findall(r"\d+", flip))
    short = answers.copy()
    short[-lately:] = 0
    short[-1] = enough - 1
    assert "helper:1" in found(helpers(replace(held, answers={**held.answers, 1: short}), {1: AMY}))
    short[-1] = enough
    assert found(helpers(replace(held, answers={**held.answers, 1: short}), {1: AMY})) == {}


def test_one_who_goes_on_is_not() -> None:
    assert found(helpers(days(answers={1: answering(1.5)}), {1: AMY})) == {}


def test_one_who_answers_less_because_everybody_does_is_not() -> None:
    everybody = {number: answering(2.0, seed=number) for number in range(1, 8)}
    for answers in everybody.values():
        answers[-14:] = np.random.default_rng(int(answers.sum())).poisson(0.5, 14)
    souls = {number: Soul(number, number, f"Player {number}") for number in everybody}
    assert found(helpers(days(answers=everybody), souls)) == {}


def test_one_who_left_the_guild_is_not() -> None:
    assert found(helpers(days(answers={1: answering(1.5, 12)}), {})) == {}


def test_only_those_who_answered_most_are_key() -> None:
    many = {number: answering(3.0, seed=number) for number in range(2, KEY + 2)}
    held = days(answers={1: answering(0.7, 20), **many})
    souls = {number: Soul(number, number, f"Player {number}") for number in held.answers}
    assert "helper:1" not in found(helpers(held, souls))


# Officers' hours ----------------------------------------------------------------------------------------------------


def hours(people: dict[int, Iterable[int]], since_days: int = 56) -> dict[int, list[int]]:
    """Hours since 1970 in which people wrote: each at these hours of every day of the clan's clock."""
    found: dict[int, list[int]] = {}
    for person_id, clock in people.items():
        for back in range(1, since_days + 1):
            for hour in clock:
                at = datetime.combine(NOW.date() - timedelta(days=back), datetime.min.time(), ZONE) + timedelta(
                    hours=hour
                )
                found.setdefault(person_id, []).append(int(at.timestamp()) // 3600)
    return found


def test_hours_with_talk_and_no_officer_are_told_by_the_clans_clock() -> None:
    held = days(hours=hours({1: (3, 4, 12, 20), 9: (11, 12, 20, 21)}))
    card = found(coverage(held, frozenset({9}), ZONE))["coverage"]
    assert well_formed(card)
    assert card.title == "Members talk and no officer is there: 02:00–05:00"


def test_a_clan_whose_officers_are_always_there_has_no_gap() -> None:
    held = days(hours=hours({1: (3, 12, 20), 9: (3, 12, 20)}))
    assert found(coverage(held, frozenset({9}), ZONE)) == {}


def test_a_clan_without_officers_is_not_told_that_they_are_away() -> None:
    assert list(coverage(days(hours=hours({1: (3, 12)})), frozenset(), ZONE)) == []


# Newcomers ----------------------------------------------------------------------------------------------------------


def roster(*lines: tuple[str, int, float]) -> list[RosterLine]:
    return [
        RosterLine(NOW - timedelta(days=back), kind, player_id, f"Player {player_id}", None, None, "")  # type: ignore[arg-type]
        for kind, player_id, back in lines
    ]


def test_newcomers_who_leave_sooner_are_told() -> None:
    old = [("joined", number, 100 + 6 * number) for number in range(25)]
    new = [("joined", 100 + number, 40 + 4 * number) for number in range(12)]
    gone = [("left", 100 + number, 40 + 4 * number - 10) for number in range(10)]
    card = found(cohorts(roster(*old, *new, *gone), 60, NOW))["cohort:leaving"]
    assert well_formed(card)
    assert card.text == "Of 12 newcomers of late 2 stayed for a month; before, 100% did."


def test_newcomers_who_stay_as_ever_are_not() -> None:
    old = [("joined", number, 100 + 6 * number) for number in range(25)]
    new = [("joined", 100 + number, 40 + 4 * number) for number in range(12)]
    assert "cohort:leaving" not in found(cohorts(roster(*old, *new), 60, NOW))


def test_many_leavers_in_a_month_are_told() -> None:
    usual = [("left", number, 31 + 25 * number) for number in range(8)]
    now = [("left", 50 + number, 2 + number) for number in range(12)]
    card = found(cohorts(roster(*usual, *now), 60, NOW))["cohort:left"]
    assert (well_formed(card), card.severity) == (True, "high")
    (many,) = map(int, re.findall(r"Fewer than (\d+)", card.flips_if))
    told = [
        each.finding is not None
        for number in (many - 1, many)
        for each in list(cohorts(roster(*usual, *now[:number]), 60, NOW))[:1]
    ]
    assert told == [False, True]


def test_a_young_clan_has_no_usual() -> None:
    assert list(cohorts((), 0, NOW)) == []


# All of a night -----------------------------------------------------------------------------------------------------


def test_of_many_tests_only_what_is_rare_among_all_of_them_is_told() -> None:
    finding = Finding("key", "title", "text", "trend", "low", 0.1, "do", flips_if="flip")
    alone = sure([ATest(FALSE_RATE, finding)])
    among = sure([ATest(FALSE_RATE, finding), *(ATest(0.5, None) for _ in range(9))])
    assert ([each.confidence for each in alone], among) == ([1 - FALSE_RATE], [])
