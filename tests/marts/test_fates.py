"""What became of decisions, in words; what is final stays, and clan.toml wins."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from advice_builders import a_verdict
from builders import NOW, a_marts

from pipeline.domain.decisions import CHOICES, kind_of, person_of
from pipeline.domain.rulings import last_day
from pipeline.domain.window import DAY
from pipeline.marts.advice_model import Decision
from pipeline.marts.decisions import Ruling
from pipeline.marts.fates import FINAL, Evidence, decisions
from pipeline.marts.model import RosterKind, RosterLine
from pipeline.marts.wording import Calendar

ANN = next(member for member in a_marts(12).members if member.person_id == 104)
CALENDAR = Calendar(ZoneInfo("Europe/Amsterdam"), NOW)
AWAY, BACK = a_verdict(ANN, "inactive", NOW, role="sergeant"), a_verdict(ANN, "active", NOW, role="sergeant")
ABSENCE, RANK, WHOSE = "remove:104", "promote:104:captain", "identify:11:4004"
TIED = frozenset({(4004, 11)})


def a_ruling(key: str = ABSENCE, verdict: str = "keep", days: float = 5, **bent: Any) -> Ruling:
    """A decision of so many *days* ago that holds."""
    choice = next((each for each in CHOICES if each == verdict), None)
    at = NOW - days * DAY
    plain: dict[str, Any] = {
        "key": key, "kind": kind_of(key), "verdict": verdict, "choice": choice, "person_id": person_of(key), "what": "Remove",
        "who": "Ann", "reason": "", "proof": "", "note": "", "origin": "command", "decided_at": at, "until": None,
        "last_day": last_day(kind_of(key), choice, at.date(), None) if choice else None, "holds": choice is not None,
        "conflict": "", "fate": None, "fate_at": None,
    }  # fmt: skip
    return Ruling(**plain | bent)


def a_line(kind: RosterKind, days: float, player_id: int = ANN.player_id) -> RosterLine:
    return RosterLine(NOW - days * DAY, kind, player_id, ANN.name, None, None, "")


def evidence(**bent: Any) -> Evidence:
    """A night on which Ann, a sergeant, is away, and everything that was decided is still on the list."""
    plain: dict[str, Any] = {
        "members": [ANN], "verdicts": [AWAY], "roster": [], "ladder": ("recruit", "sergeant", "captain"),
        "open_keys": frozenset({ABSENCE, RANK, WHOSE, "card:x", "answer:1"}), "tied": frozenset(),
    }  # fmt: skip
    return Evidence(**plain | bent)


def fated(ruling: Ruling, **bent: Any) -> Decision:
    [decision] = decisions([ruling], evidence(**bent), CALENDAR)
    return decision


def last_seen(days: float) -> Any:
    return replace(BACK, last_gain_at=NOW - days * DAY)


# Absences -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("keep", "Still away."),
        ("not_yet", "Still away."),
        ("remove", "Still in the clan 5 days later."),
        ("done", "Still in the clan 5 days later."),
    ],
)
def test_while_nothing_has_changed_that_is_told(verdict: str, words: str) -> None:
    decision = fated(a_ruling(verdict=verdict))
    assert (decision.fate, decision.became) == (None, words)


@pytest.mark.parametrize(("verdict", "words"), [("keep", "Returned on 18 Nov."), ("remove", "Came back on 18 Nov.")])
def test_who_was_away_returned(verdict: str, words: str) -> None:
    decision = fated(a_ruling(verdict=verdict), verdicts=[last_seen(3)])
    assert (decision.fate, decision.fate_at, decision.became) == ("returned", NOW - 3 * DAY, words)


def test_a_sign_of_life_before_the_decision_is_no_return() -> None:
    assert fated(a_ruling(), verdicts=[last_seen(6)]).fate is None


@pytest.mark.parametrize(
    ("verdict", "fate", "words"),
    [("remove", "removed", "Removed on 19 Nov."), ("keep", "left", "Left the clan on 19 Nov.")],
)
def test_who_is_gone_was_removed_or_left(verdict: str, fate: str, words: str) -> None:
    decision = fated(a_ruling(verdict=verdict), verdicts=[], roster=[a_line("left", 2, 104)])
    assert (decision.fate, decision.became) == (fate, words)


def test_who_had_gone_before_left_then() -> None:
    decision = fated(a_ruling(verdict="remove"), verdicts=[], roster=[a_line("left", 40, 104), a_line("left", 90, 104)])
    assert (decision.fate, decision.became) == ("left", "Left the clan on 12 Oct.")


def test_a_leave_that_is_over_without_a_return_is_told() -> None:
    ruling = a_ruling(verdict="leave", last_day=date(2026, 11, 19), holds=False)
    assert fated(ruling).became == "The leave ended on 19 Nov, and they are not back."


def test_on_the_day_itself_it_is_today() -> None:
    assert fated(a_ruling(verdict="remove", days=0.2)).became == "Still in the clan today."


def test_a_clock_that_runs_ahead_is_today() -> None:
    assert fated(a_ruling(verdict="remove", days=-3)).became == "Still in the clan today."


# Ranks --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "words"),
    [("promote", "Still Sergeant 5 days later."), ("not_yet", "Waits as Sergeant."), ("keep", "Waits as Sergeant.")],
)
def test_who_was_not_promoted_yet(verdict: str, words: str) -> None:
    assert fated(a_ruling(RANK, verdict)).became == words


@pytest.mark.parametrize(
    ("days", "state", "fate", "words"),
    [
        (29, "active", "promoted", "Promoted on 23 Oct."),
        (30, "active", "stayed", "Promoted on 22 Oct, and still active 30 days later."),
        (30, "inactive", "quiet", "Promoted on 22 Oct, and gone quiet since."),
        (30, "unknown", "promoted", "Promoted on 22 Oct."),
    ],
)
def test_thirty_days_after_a_promotion_it_is_told_whether_it_was_a_good_one(
    days: float, state: Any, fate: str, words: str
) -> None:
    captain = a_verdict(ANN, state, NOW, role="captain")
    decision = fated(a_ruling(RANK, "promote", 30), verdicts=[captain], roster=[a_line("promoted", days)])
    assert (decision.fate, decision.became) == (fate, words)


def test_a_promotion_that_nobody_wanted_is_not_judged() -> None:
    captain = a_verdict(ANN, "inactive", NOW, role="captain")
    assert fated(a_ruling(RANK, "not_yet", 31), verdicts=[captain], roster=[a_line("promoted", 31)]).fate == "promoted"


@pytest.mark.parametrize("key", ["promote:104:commander", "promote:104", "rank:104:commander"])
def test_a_rank_that_is_not_on_the_ladder_any_more_is_no_longer_the_case(key: str) -> None:
    verdict = "promote" if key.startswith("promote") else "keep"
    assert fated(a_ruling(key, verdict)).became == "No longer the case."


def test_a_rank_with_a_strange_name_is_found_again() -> None:
    captain = a_verdict(ANN, "active", NOW, role="the 1st: ü")
    ladder = ("recruit", "the 1st: ü")
    assert (
        fated(a_ruling("promote:104:the%201st:%20%C3%BC", "promote"), verdicts=[captain], ladder=ladder).fate
        == "promoted"
    )


# The others ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "tied", "words"),
    [("confirm", TIED, "They are tied."), ("reject", frozenset(), "They are not tied.")],
)
def test_who_is_who_came_to_pass(verdict: str, tied: Any, words: str) -> None:
    decision = fated(a_ruling(WHOSE, verdict), tied=tied)
    assert (decision.became, decision.conflict) == (words, "")


@pytest.mark.parametrize(("verdict", "tied"), [("confirm", frozenset()), ("reject", TIED)])
def test_where_clan_toml_has_it_otherwise_it_wins_and_that_is_told(verdict: str, tied: Any) -> None:
    decision = fated(a_ruling(WHOSE, verdict), tied=tied)
    assert (decision.conflict.startswith("clan.toml wins"), decision.holds) == (True, False)


@pytest.mark.parametrize("key", [WHOSE, "answer:7", "role:11:Captain"])
def test_without_discord_nobody_knows_what_became_of_it(key: str) -> None:
    decision = fated(a_ruling(key, "reject" if key == WHOSE else "not_yet"), tied=None)
    assert (decision.fate, decision.conflict) == (None, "")


def test_what_is_no_longer_on_the_list_is_settled() -> None:
    assert fated(a_ruling("slot:4011", "done")).became == "Settled: it is no longer on the list."


@pytest.mark.parametrize("verdict", ["remove", "done"])
def test_nobody_is_removed_whom_clan_toml_exempts(verdict: str) -> None:
    ruling = a_ruling(verdict=verdict, holds=verdict == "remove")
    decision = fated(ruling, verdicts=[replace(AWAY, exempt="founder")])
    assert decision.conflict == f"clan.toml wins: {ANN.name} is exempt (founder)."


# What is final ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fate", sorted(FINAL))
def test_a_final_fate_is_never_looked_at_again(fate: str) -> None:
    at = NOW - 3 * DAY
    decision = fated(a_ruling(fate=fate, fate_at=at), verdicts=[last_seen(1)])
    assert (decision.fate, decision.fate_at) == (fate, at)


def test_another_one_bears_the_night_that_first_saw_it() -> None:
    before = NOW - 3 * DAY
    assert fated(a_ruling("slot:4011", "done", fate="settled", fate_at=before)).fate_at == before


def test_and_is_gone_when_the_matter_comes_again() -> None:
    assert fated(a_ruling("card:x", "done", fate="settled", fate_at=NOW - 3 * DAY)).fate is None


def told(ruling: Ruling) -> bool:
    return bool(decisions([ruling], evidence(), CALENDAR))


@pytest.mark.parametrize("key", ["answer:7", "card:y", "slot:4011"])
@pytest.mark.parametrize(("days", "is_told"), [(59, True), (61, False)])
def test_what_is_settled_is_told_for_sixty_days(key: str, days: float, is_told: bool) -> None:
    assert told(a_ruling(key, "done", 90, fate="settled", fate_at=NOW - days * DAY, last_day=None)) == is_told


def test_what_still_keeps_an_entry_off_the_list_is_told_for_ever() -> None:
    assert told(a_ruling("card:x", "done", 900))


def test_an_account_that_was_confirmed_long_ago_needs_no_telling() -> None:
    ruling = a_ruling("identify:12:4003", "confirm", 90, fate="linked", fate_at=NOW - 61 * DAY)
    assert not decisions([ruling], evidence(tied=frozenset({(4003, 12)})), CALENDAR)


@pytest.mark.parametrize("verdict", ["noted", "unclear"])
def test_a_note_that_is_old_is_not_told(verdict: str) -> None:
    assert not told(a_ruling(verdict=verdict, days=61))


def test_whoever_was_renamed_is_told_by_the_name_of_today() -> None:
    assert fated(a_ruling(who="Old Name")).who == ANN.name


def test_whoever_is_gone_is_told_by_the_name_of_then() -> None:
    assert fated(a_ruling("remove:9", who="Old Salt"), verdicts=[]).who == "Old Salt"


def test_ten_thousand_decisions_are_told_in_a_moment() -> None:
    began = datetime.now().astimezone()
    decisions([a_ruling(f"slot:{number}", "done") for number in range(10_000)], evidence(), CALENDAR)
    assert (datetime.now().astimezone() - began).total_seconds() < 5
