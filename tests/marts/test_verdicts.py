"""Who is active, who is away, and of whom nobody can know."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.activity import Signs
from pipeline.marts.advice_model import Verdict
from pipeline.marts.exemptions import Exemptions
from pipeline.marts.rules import Exemption, Rules
from pipeline.marts.verdicts import Known, Seat, inactivity
from pipeline.marts.wording import Calendar

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
DAY = timedelta(days=1)
CALENDAR = Calendar(ZoneInfo("Europe/London"), NOW)
RULES = Rules(discord=True)
ORDER = {"active": 2, "unknown": 1, "inactive": 0}
"""Verdicts by how much they speak for somebody."""


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def seat(player_id: int = 1, **bent: object) -> Seat:
    """A sergeant who has been looked at every day for a year."""
    plain = Seat(player_id, 1, f"Player {player_id}", "sergeant", 3, "active", None, ago(400), ago(0.5), ago(365))
    return replace(plain, **bent)  # type: ignore[arg-type]


def known(signs: Signs = Signs(), **bent: object) -> Known:  # noqa: B008 - frozen
    """Person 1 has a Discord account, and Discord was read tonight."""
    plain = Known({1: signs}, frozenset({1}), ago(0.5), frozenset(), Exemptions((), {}, CALENDAR), {}, None)
    return replace(plain, **bent)  # type: ignore[arg-type]


def judged(*seats: Seat, by: Known | None = None, rules: Rules = RULES) -> Verdict:
    [verdict] = inactivity(seats or [seat()], by or known(), rules, CALENDAR).verdicts
    return verdict


@pytest.mark.parametrize("sign", ["gain_at", "word_at", "chat_at", "contest_at"])
def test_one_sign_of_life_is_enough(sign: str) -> None:
    assert judged(by=known(Signs(**{sign: ago(29)}))).state == "active"


def test_silence_for_as_long_as_the_threshold_is_inactive() -> None:
    assert judged(by=known(Signs(gain_at=ago(30), word_at=ago(41)))).state == "inactive"


def test_the_proof_names_the_signs_the_latest_first() -> None:
    verdict = judged(by=known(Signs(gain_at=ago(46), word_at=ago(55))))
    assert verdict.proof == "Last gain 12 Oct and last message 3 Oct. Looked at on 26 Nov."


def test_an_active_person_turns_inactive_on_a_day_that_is_told() -> None:
    verdict = judged(by=known(Signs(gain_at=ago(10))))
    assert verdict.flips_if == "No sign of life until 17 Dec: 30 days make inactive."


def test_a_rank_may_have_a_threshold_of_its_own() -> None:
    rules = replace(RULES, inactive_days_by_rank={"sergeant": 60})
    assert judged(by=known(Signs(gain_at=ago(46))), rules=rules).state == "active"


SILENT = Signs(gain_at=ago(46))


@pytest.mark.parametrize(
    ("found", "hindrance"),
    [
        (judged(seat(looked_at=ago(8)), by=known(SILENT)), "not_seen"),
        (judged(seat(looked_at=None, first_look_at=None), by=known(SILENT)), "not_seen"),
        (judged(seat(first_look_at=ago(20)), by=known()), "too_new"),
        (judged(seat(status="flagged"), by=known(SILENT)), "flagged"),
        (judged(by=known(SILENT, opted_out=frozenset({1}))), "opted_out"),
        (judged(by=known(SILENT, matched=frozenset[int]())), "unmatched"),
        (judged(by=known(SILENT, heard_until=None)), "discord_missing"),
        (judged(by=known(SILENT, heard_until=ago(8))), "discord_missing"),
        (judged(seat(), seat(2, looked_at=ago(30)), by=known(SILENT)), "not_seen"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_silence_proves_nothing_where_we_would_not_have_heard(found: Verdict, hindrance: str) -> None:
    assert (found.state, hindrance in found.hindrances) == ("unknown", True)


@pytest.mark.parametrize(("looked", "heard"), [(4, 0.5), (0.5, 4)], ids=["game", "Discord"])
def test_nobody_is_away_who_could_have_come_back_unseen(looked: float, heard: float) -> None:
    held, by = seat(looked_at=ago(looked)), known(SILENT, heard_until=ago(heard))
    assert judged(held, by=by).state == "inactive"
    assert judged(held, by=by, rules=replace(RULES, inactive_days=3)).state == "unknown"


def test_a_hindrance_does_not_outweigh_a_sign_of_life() -> None:
    assert judged(seat(looked_at=ago(30)), by=known(Signs(word_at=ago(1)), matched=frozenset[int]())).state == "active"


def test_without_any_discord_the_game_alone_decides() -> None:
    assert judged(by=known(SILENT, matched=None, heard_until=None)).state == "inactive"


def test_a_clan_may_judge_those_without_an_account_by_the_game_alone() -> None:
    rules = replace(RULES, game_alone=True)
    assert judged(by=known(SILENT, matched=frozenset[int]()), rules=rules).state == "inactive"


def test_nothing_is_shown_of_somebody_who_opted_out() -> None:
    verdict = judged(by=known(Signs(gain_at=ago(1), word_at=ago(2)), opted_out=frozenset({1})))
    assert (verdict.state, verdict.last_gain_at, verdict.last_word_at) == ("unknown", None, None)


def test_a_banned_alt_hides_nobody() -> None:
    alt = seat(2, status="banned", looked_at=ago(90))
    found = inactivity([seat(), alt], known(SILENT), RULES, CALENDAR)
    assert ([v.state for v in found.verdicts], found.would_free, [h.player_id for h in found.held]) == (
        ["inactive"], 1, [2],
    )  # fmt: skip


@pytest.mark.parametrize("status", ["banned", "archived"])
def test_an_account_that_cannot_come_back_is_a_fact_and_not_on_the_list_of_the_away(status: str) -> None:
    found = inactivity([seat(status=status)], known(SILENT), RULES, CALENDAR)
    assert ([h.status for h in found.held], found.purge) == ([status], ())


def test_the_list_frees_a_slot_for_each_account_of_a_person() -> None:
    found = inactivity([seat(), seat(2)], known(SILENT), RULES, CALENDAR)
    assert (len(found.purge), found.would_free, found.slots_used) == (1, 2, 2)


EXEMPT = Exemption("Old Name", date(2026, 11, 27), "on leave")


@pytest.mark.parametrize(
    ("exemption", "spared"),
    [
        (EXEMPT, "on leave until 27 Nov"),
        (replace(EXEMPT, until=None), "on leave"),
        (replace(EXEMPT, until=date(2026, 11, 26)), None),
        (replace(EXEMPT, who="Somebody Else"), None),
        (Exemption("rank:sergeant", None, "staff"), "Sergeant: staff"),
    ],
)
def test_who_is_exempt_is_not_to_be_removed(exemption: Exemption, spared: str | None) -> None:
    exemptions = Exemptions([exemption], {"old name": 1}, CALENDAR)
    found = inactivity([seat()], known(SILENT, exemptions=exemptions), RULES, CALENDAR)
    assert ([v.exempt for v in found.verdicts], bool(found.purge)) == ([spared], spared is None)


def test_a_newcomer_has_grace() -> None:
    found = inactivity([seat(joined_at=ago(13))], known(SILENT), RULES, CALENDAR)
    assert ([v.exempt for v in found.verdicts], found.purge) == (["newcomer until 28 Nov"], ())


def test_those_away_for_longest_come_first() -> None:
    silent = {1: SILENT, 2: Signs(word_at=ago(80)), 3: Signs()}
    by = replace(known(), signs=silent, matched=frozenset({1, 2, 3}))
    seats = [seat(), seat(2, person_id=2), seat(3, person_id=3)]
    assert [v.person_id for v in inactivity(seats, by, RULES, CALENDAR).purge] == [3, 2, 1]


def test_who_was_called_inactive_since_the_last_night_is_new() -> None:
    by = known(SILENT, away_since={1: ago(0.1)}, last_night=ago(1))
    assert judged(by=by).is_new


def test_nobody_is_new_on_the_first_night() -> None:
    assert not judged(by=known(SILENT, away_since={1: ago(0.1)})).is_new


def test_an_empty_clan_has_no_verdicts() -> None:
    assert inactivity([], known(), RULES, CALENDAR).verdicts == ()


INSTANTS = st.none() | st.floats(0, 90).map(ago)
SIGNS = st.builds(Signs, gain_at=INSTANTS, word_at=INSTANTS, chat_at=INSTANTS, contest_at=INSTANTS)


@given(
    SIGNS,
    st.sampled_from(["gain_at", "word_at", "chat_at", "contest_at"]),
    st.floats(0, 90),
    st.booleans(),
    st.booleans(),
)
def test_more_evidence_of_life_never_speaks_against_somebody(
    signs: Signs,
    sign: str,
    days: float,
    seen: bool,
    matched: bool,
) -> None:
    sitting = seat(looked_at=ago(0.5 if seen else 20))
    more = replace(signs, **{sign: max(ago(days), getattr(signs, sign) or ago(90))})
    by = known(signs, matched=frozenset({1} if matched else ()))
    before = judged(sitting, by=by)
    after = judged(sitting, by=replace(by, signs={1: more}))
    assert ORDER[after.state] >= ORDER[before.state]


@given(SIGNS, st.floats(0, 90))
def test_only_silence_that_we_would_have_heard_makes_inactive(signs: Signs, look: float) -> None:
    verdict = judged(seat(looked_at=ago(look)), by=known(signs))
    assert verdict.state != "inactive" or (look <= RULES.look_at_age_days and not verdict.hindrances)
