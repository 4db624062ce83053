"""The page To do, people who need a word: who stands in which group, in which words, and nobody where there is nobody."""

from dataclasses import replace
from datetime import timedelta

from advice_builders import advised_marts
from builders import NOW

from pipeline.domain.window import DAY
from pipeline.marts.advice_model import Drift, Milestone, Retention, Returner, Soul, Star
from pipeline.outputs.dashboard.advice_people import SHOWN, Group, groups
from pipeline.outputs.dashboard.advice_who import Souls

NOBODY = Retention()
AMBER = Soul(4001, 4001, "Amber Knight")


def people(retention: Retention = NOBODY, milestones: tuple[Milestone, ...] = ()) -> dict[str, Group]:
    marts = advised_marts(12)
    found = replace(marts, advice=replace(marts.advice, retention=retention, milestones=milestones))
    return {group.anchor: group for group in groups(found, Souls(found))}


def reached(player_id: int, title: str, days_ago: float) -> Milestone:
    at = NOW - timedelta(days=days_ago)
    return Milestone(player_id, f"Member {player_id}", title, "slayer", 1, at - DAY, at, "looks")


def test_where_there_is_nobody_there_is_no_group() -> None:
    assert people() == {}


def test_who_slips_away_is_told_with_their_habit() -> None:
    group = people(Retention(drifting=(Drift(AMBER, "experience", 31_250_000.4, 4_200_000.0, 0.001),)))["drifting"]
    assert [told.what for told in group.shown] == ["4.20M XP a week, by habit 31.2M"]


def test_messages_are_whole() -> None:
    group = people(Retention(drifting=(Drift(AMBER, "messages", 40.6, 2.4, 0.001),)))["drifting"]
    assert [told.what for told in group.shown] == ["2 messages a week, by habit 41"]


def test_who_is_back_is_told_with_their_absence_and_the_day() -> None:
    [told] = people(Retention(returners=(Returner(AMBER, 74, NOW - 5 * DAY),)))["returners"].shown
    assert (told.who.name, told.what, told.at) == ("Amber Knight", "after 74 days away", NOW - 5 * DAY)


def test_a_star_is_told_in_its_own_words() -> None:
    assert (
        people(Retention(stars=(Star(AMBER, "among the first ten"),)))["stars"].shown[0].what == "among the first ten"
    )


def test_a_member_has_one_line_for_all_they_reached_this_week_the_newest_member_first() -> None:
    crossed = (
        reached(1, "99 Slayer", 1),
        reached(2, "500 Zulrah kills", 2),
        reached(1, "50m Slayer", 3),
        reached(1, "1k Vorkath kills", 3),
        reached(1, "2.5k Vorkath kills", 4),
        reached(3, "Base 90 Stats", 8),
    )
    group = people(milestones=crossed)["milestones"]
    assert [told.what for told in group.shown] == ["99 Slayer, 50m Slayer and 2 more", "500 Zulrah kills"]
    assert group.shown[0].at == NOW - DAY


def test_a_long_group_is_cut_and_says_how_many_it_has() -> None:
    group = people(Retention(stars=tuple(Star(AMBER, str(number)) for number in range(SHOWN + 3))))["stars"]
    assert (len(group.shown), group.more, group.count) == (SHOWN, 3, SHOWN + 3)
