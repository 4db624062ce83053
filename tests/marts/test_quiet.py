"""Who of those who take part had the quietest week."""

from datetime import timedelta

from advice_builders import advised_marts

from pipeline.marts.quiet import quietest

MARTS = advised_marts(60)
SINCE = MARTS.periods["7d"].window.since


def test_the_least_experience_comes_first() -> None:
    gained = [person.xp for person in quietest(MARTS.people, SINCE)]
    assert gained == sorted(gained, key=lambda xp: xp or 0)


def test_only_those_who_take_part_are_named() -> None:
    assert {person.state for person in quietest(MARTS.people, SINCE)} == {"active"}


def test_of_whom_nobody_knows_nothing_is_said() -> None:
    unknown = [person._replace(xp=None) for person in MARTS.people]
    assert quietest(unknown, SINCE) == ()


def test_newcomers_of_the_week_are_left_out() -> None:
    came = [person._replace(joined_at=SINCE + timedelta(days=1)) for person in MARTS.people]
    assert quietest(came, SINCE) == ()


def test_of_equals_the_longest_without_a_gain_comes_first() -> None:
    first, second = quietest(MARTS.people, SINCE)[:2]
    long_ago = second._replace(xp=0, ehp=0, ehb=0, last_gain_at=SINCE - timedelta(days=20))
    lately = first._replace(xp=0, ehp=0, ehb=0, last_gain_at=SINCE)
    assert quietest([lately, long_ago], SINCE) == (long_ago, lately)
