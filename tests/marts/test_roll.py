"""The roll: a row a person, whose accounts are added up; boards are per account, and the two totals are equal."""

from dataclasses import replace

import pytest
from advice_builders import advised_marts
from builders import a_marts

from pipeline.domain.metrics import OVERALL
from pipeline.marts.gains import gained, top, total
from pipeline.marts.roll import roll


@pytest.mark.parametrize("members", [0, 1, 24, 60])
def test_rows_and_boards_reconcile(members: int) -> None:
    marts = advised_marts(members, talk=True)
    assert sorted(player for person in marts.people for player in person.player_ids) == sorted(
        member.player_id for member in marts.members
    )
    assert sum(person.xp or 0 for person in marts.people) == total(marts.periods["7d"], [OVERALL])
    assert sum(person.ehb or 0 for person in marts.people) == total(marts.periods["7d"], ["ehb"])


def test_a_row_has_the_mains_rank_and_both_accounts_gains() -> None:
    marts = advised_marts(24)
    person = next(each for each in marts.people if each.alts)
    verdict = next(each for each in marts.advice.inactivity.verdicts if each.person_id == person.person_id)
    members = {member.player_id: member for member in marts.members}
    assert person.player_ids == verdict.player_ids
    main, *alts = (members[player] for player in person.player_ids)
    assert (person.name, person.role, person.alts) == (main.name, main.role, tuple(alt.name for alt in alts))
    held = [marts.periods["7d"].gains.get(player, {}) for player in person.player_ids]
    assert person.xp == sum(gains[OVERALL].gained for gains in held if OVERALL in gains)


def test_who_was_not_looked_at_twice_gained_nobody_knows_what() -> None:
    marts = a_marts(24)
    unseen = next(person for person in marts.people if person.seen_at is None)
    assert (unseen.xp, unseen.ehp, unseen.top_boss, unseen.seen_lately) == (None, None, None, False)


def test_rows_stand_in_the_clans_own_order_of_rank() -> None:
    people = a_marts(60).people
    assert [(p.role_place, p.name.casefold()) for p in people] == sorted(
        (p.role_place, p.name.casefold()) for p in people
    )


def test_without_discord_nothing_is_known_of_words() -> None:
    assert {(person.messages, person.last_word_at) for person in a_marts(12).people} == {(None, None)}


def test_of_a_member_without_a_known_account_messages_are_not_known() -> None:
    marts = advised_marts(24, talk=True)
    assert marts.talk
    strange = {line.player_id for line in marts.talk.identities.only_clan}
    rows = {person.player_ids: person.messages for person in marts.people}
    assert strange
    assert all((messages is None) == bool(strange & set(players)) for players, messages in rows.items())


def test_the_boss_of_a_person_is_that_of_all_accounts_together() -> None:
    assert top({"zulrah": 5, "vorkath": 7}, ["zulrah", "vorkath"]) == "vorkath"
    assert top({"zulrah": 7, "vorkath": 7}, ["zulrah", "vorkath"]) == "zulrah"
    assert top({"zulrah": 0}, ["zulrah"]) is None
    assert gained(None, [1]) is None


def test_an_empty_clan_has_no_rows() -> None:
    marts = a_marts(0)
    assert roll((), marts.periods["7d"], (), None, replace(marts.advice)) == ()
