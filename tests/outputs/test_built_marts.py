"""The marts that tests are given agree with themselves, as those of a real night do."""

from itertools import pairwise

import pytest
from builders import HOSTILE_NAMES, a_marts

from pipeline.domain.metrics import OVERALL, SKILLS

SIZES = (0, 1, 2, 5, 12, 60)


@pytest.mark.parametrize("members", SIZES)
def test_they_are_the_same_every_time(members: int) -> None:
    assert a_marts.__wrapped__(members) == a_marts(members)
    assert len({member.name for member in a_marts(members).members}) == members


@pytest.mark.parametrize("members", SIZES)
def test_every_week_adds_up_and_begins_where_the_one_before_ended(members: int) -> None:
    weeks = a_marts(members).weeks
    for week in weeks:
        terms = week.joiners + week.leavers + week.same_members + week.newly_visible + week.tracking_gap
        assert terms == week.change
    for before, week in pairwise(weeks):
        assert (before.total_end, before.window.until) == (week.total_start, week.window.since)


@pytest.mark.parametrize("members", SIZES)
def test_gains_lead_to_the_values_and_the_skills_make_up_overall(members: int) -> None:
    marts = a_marts(members)
    values = {member.player_id: member.values for member in marts.members}
    for period in marts.periods.values():
        for player, gains in period.gains.items():
            assert all(
                gain.end == values[player][key] == gain.gained + (gain.start or 0) for key, gain in gains.items()
            )
            moved = sum(gain.gained for key, gain in gains.items() if key in SKILLS)
            assert moved == (gains[OVERALL].gained if OVERALL in gains else 0)


def test_hostile_names_are_all_used() -> None:
    names = {member.name for member in a_marts(20, hostile_names=True).members}
    assert names >= set(HOSTILE_NAMES)
