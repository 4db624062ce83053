"""Who is who: the ways clans write names, look-alikes, rivals, and the order of authority."""

import pytest

from pipeline.marts.identity.match import match
from pipeline.marts.identity.model import AccountName, Declared, Held, Link, Matching, Method, PlayerName, Tie

ZEZIMA, ALT, BOW, OLD, DRAGON = 1, 2, 3, 4, 5
NAMES = {ZEZIMA: "Zezima", ALT: "Pebble Axe", BOW: "Amber Bow", OLD: "Old", DRAGON: "Umber Fletch"}
RANKS = ("Captain", "Deputy Owner", "Clan Member", "Recruit")
EXACT: Link = ("exact", 1.0)
DECLARED: Link = ("clan.toml", 1.0)
CONFIRMED: Link = ("confirmed", 1.0)
ALONE: Link = ("alone", 1.0)


def a_player(player_id: int, name: str | None = None, *former: str, is_member: bool = True) -> PlayerName:
    return PlayerName(player_id, name or NAMES[player_id], former, is_member)


def an_account(
    nick: str | None,
    account_id: int = 100,
    *,
    global_name: str | None = None,
    username: str = "user.9",
    here: bool = True,
) -> AccountName:
    return AccountName(account_id, nick, global_name, username, here)


CLAN = tuple(map(a_player, NAMES))


def tied(found: Matching) -> dict[int, tuple[int, ...]]:
    """Players by account."""
    return {tie.account_id: tie.players for tie in found.ties if tie.account_id is not None}


def the_tie(found: Matching, account_id: int = 100) -> Tie | None:
    return next((tie for tie in found.ties if tie.account_id == account_id), None)


def guessed(found: Matching, account_id: int = 100) -> dict[int, str]:
    """Why, by player, of an account's guesses."""
    return {g.player_id: g.why for unsure in found.unsure if unsure.account_id == account_id for g in unsure.guesses}


# ── the forms of a nickname ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("nick", "players", "method"),
    [
        ("Zezima", (ZEZIMA,), "exact"),
        ("zEZIMA", (ZEZIMA,), "exact"),
        ("amber_bow", (BOW,), "exact"),
        ("Amber-Bow", (BOW,), "exact"),
        ("Amber\u00a0Bow", (BOW,), "exact"),
        ("Old", (OLD,), "exact"),
        ("AmberBow", (BOW,), "normalised"),
        ("Zezi ma", (ZEZIMA,), "normalised"),
        ("Zezima 🐉", (ZEZIMA,), "normalised"),
        ("✨Zezima✨", (ZEZIMA,), "normalised"),
        ("👨‍👩‍👧 Old 🇬🇧", (OLD,), "normalised"),
        ("Zez\u200bima\ufe0f", (ZEZIMA,), "normalised"),
        ("𝓩𝓮𝔃𝓲𝓶𝓪", (ZEZIMA,), "normalised"),
        ("ᴢᴇᴢɪᴍᴀ", (ZEZIMA,), "normalised"),
        ("🆉🅴🆉🅸🅼🅰", (ZEZIMA,), "normalised"),
        ("Ⓩⓔⓩⓘⓜⓐ", (ZEZIMA,), "normalised"),
        ("Ｚｅｚｉｍａ", (ZEZIMA,), "normalised"),
        ("Žëzímå", (ZEZIMA,), "normalised"),
        ("ツ Zezima ツ", (ZEZIMA,), "normalised"),
        ("*~Zezima~*", (ZEZIMA,), "normalised"),
        ("Zezi'ma", (ZEZIMA,), "normalised"),
        ("Zezima | Pebble Axe", (ZEZIMA, ALT), "part"),
        ("Pebble Axe/Zezima", (ALT, ZEZIMA), "part"),
        ("Zezima, pebbleaxe & Umber_Fletch", (ZEZIMA, ALT, DRAGON), "part"),
        ("[GM] Zezi ma", (ZEZIMA,), "part"),
        ("[GM] Old", (OLD,), "part"),
        ("Captain Zezima", (ZEZIMA,), "part"),
        ("Zezima deputy owner", (ZEZIMA,), "part"),
        ("Captain Umber Fletch UK", (DRAGON,), "part"),
        ("Zezima (Bob)", (ZEZIMA,), "part"),
        ("Zezima(Bob)", (ZEZIMA,), "part"),
        ("Bob | Zezima", (ZEZIMA,), "part"),
        ("Bob (Zezima)", (ZEZIMA,), "part"),
        ("Zezima - UK", (ZEZIMA,), "part"),
        ("Bob - Amber-Bow", (BOW,), "part"),
        ("Bob aka Zezima", (ZEZIMA,), "part"),
        ("Bob — zezima", (ZEZIMA,), "part"),
        ("Bob 🏹 Zezima", (ZEZIMA,), "part"),
        ('Bob "Zezima" Smith', (ZEZIMA,), "part"),
        ("Zezimaa", (ZEZIMA,), "fuzzy"),
        ("Zeizma", (ZEZIMA,), "fuzzy"),
        ("Umber Fletsh", (DRAGON,), "fuzzy"),
        ("Umber Fletsh | Bob", (DRAGON,), "fuzzy"),
    ],
)
def test_a_nickname_that_holds_a_name_is_tied(nick: str, players: tuple[int, ...], method: Method) -> None:
    tie = the_tie(match(CLAN, [an_account(nick)], titles=RANKS))
    assert tie is not None
    assert (tie.players, tie.method) == (players, method)
    assert tie.confidence >= 0.9


@pytest.mark.parametrize(
    "nick",
    [
        "Amber Axe",  # shares a word
        "Amber Box",  # one letter makes another short word
        "Umber Wletch",  # nobody mistypes a first letter
        "Zezima2",  # digits are never a slip
        "Ze Zimma",  # too far
        "Ol",
        "Olf",
        "Old Bob",  # a short name is only a word
        "Zezima's wife",
        "Zezima’s wife",
        "Bob Zezima Smith",  # a name among words
        "Bob | Old",  # a few letters beside a first name
        "Captain",
        "GM | UK",
        "Bob",
        "🍕🍕",
        "\u200b\u200b",
        "Иван",
        "",
    ],
)
def test_a_nickname_that_only_resembles_a_name_is_not_tied(nick: str) -> None:
    assert tied(match(CLAN, [an_account(nick)], titles=RANKS)) == {}


@pytest.mark.parametrize(
    "name", ["=cmd|'/c calc'!A1", "</script>", "🐉", "__proto__", "\u202eevil\u202c name", "+1+1", "a | b"]
)
def test_a_hostile_name_is_found_when_it_is_written_just_so(name: str) -> None:
    assert tied(match([a_player(9, name)], [an_account(name)])) == {100: (9,)}


def test_names_of_marks_alone_are_only_tied_exactly() -> None:
    assert tied(match([a_player(9, "🐉")], [an_account("🐉🐉"), an_account("Bob 🐉", 101)])) == {}


def test_a_rank_that_is_also_a_name_counts_only_when_it_stands_alone() -> None:
    clan = [a_player(9, "Captain")]
    assert tied(match(clan, [an_account("Captain")], titles=RANKS)) == {100: (9,)}
    for nick in ("[Captain] Bob", "Captain UK", "[GM] Captain"):
        assert tied(match(clan, [an_account(nick)], titles=RANKS)) == {}


def test_who_writes_the_spaces_just_so_comes_first() -> None:
    clan = [a_player(8, "Amberbow"), a_player(BOW)]
    assert tied(match(clan, [an_account("[GM] Amber Bow"), an_account("Amberbow | Bob", 101)])) == {
        100: (BOW,),
        101: (8,),
    }


def test_a_name_spaced_otherwise_that_fits_two_players_is_unsure() -> None:
    found = match([a_player(8, "Amberbow"), a_player(BOW)], [an_account("Amb Erbow")])
    assert tied(found) == {}
    assert set(guessed(found)) == {8, BOW}


def test_a_name_that_fits_the_accounts_own_player_gives_it_no_second_one() -> None:
    clan, held = [a_player(8, "Amberbow"), a_player(BOW)], [Held(8, 100, "normalised", 0.97)]
    assert tied(match(clan, [an_account("Amb Erbow")], held=held)) == {100: (8,)}


# ── other names than the nickname ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("nick", [None, "", "Bob", "🍕"])
def test_without_a_name_in_the_nickname_the_global_name_is_read_and_then_the_user_name(nick: str | None) -> None:
    found = match(CLAN, [an_account(nick, global_name="Zezima"), an_account(nick, 101, username="amber_bow")])
    assert tied(found) == {100: (ZEZIMA,), 101: (BOW,)}


def test_the_nickname_comes_before_the_other_names() -> None:
    assert tied(match(CLAN, [an_account("Zezima", global_name="Amber Bow", username="old")])) == {100: (ZEZIMA,)}


def test_a_nickname_beats_a_user_name() -> None:
    found = match(CLAN, [an_account("Zezima"), an_account("Bob", 101, username="zezima")])
    assert tied(found) == {100: (ZEZIMA,)}
    assert guessed(found, 101) == {ZEZIMA: '"Zezima" is tied to another account'}


# ── rivals ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_accounts_of_one_name_are_both_unsure() -> None:
    found = match(CLAN, [an_account("Zezima"), an_account("zezima", 101)])
    assert tied(found) == {}
    assert guessed(found, 100) == guessed(found, 101) == {ZEZIMA: 'another account is called "Zezima" as well'}


def test_an_account_that_left_yields_to_one_in_the_guild() -> None:
    found = match(CLAN, [an_account("Zezima", here=False), an_account("Bob | Zezima", 101)])
    assert tied(found) == {101: (ZEZIMA,)}


def test_an_account_that_left_is_tied_if_nobody_else_claims_the_player_and_is_never_asked_about() -> None:
    found = match(CLAN, [an_account("Zezima", here=False), an_account("Amber Axe", 101, here=False)])
    assert tied(found) == {100: (ZEZIMA,)}
    assert found.unsure == ()


def test_even_an_earlier_link_of_an_account_that_left_yields_to_one_in_the_guild() -> None:
    accounts = [an_account("Zezima", here=False), an_account("Zezima", 101)]
    found = match(CLAN, accounts, held=[Held(ZEZIMA, 100, "exact", 1.0)])
    assert tied(found) == {101: (ZEZIMA,)}


def test_a_first_name_that_is_somebody_elses_name_goes_to_whoever_bears_it() -> None:
    clan = [a_player(ZEZIMA), a_player(8, "Mike")]
    assert tied(match(clan, [an_account("Zezima (Mike)"), an_account("Mike", 101)])) == {100: (ZEZIMA,), 101: (8,)}


def test_beside_a_member_the_name_of_a_leaver_is_only_a_word() -> None:
    clan = [a_player(ZEZIMA), a_player(8, "Mike", is_member=False)]
    assert tied(match(clan, [an_account("Zezima (Mike)")])) == {100: (ZEZIMA,)}


def test_an_old_name_is_tied_if_nobody_bears_it_now() -> None:
    tie = the_tie(match([a_player(ZEZIMA, "Zez2", "Zezima")], [an_account("Zezima")]))
    assert tie is not None
    assert (tie.players, tie.method) == ((ZEZIMA,), "normalised")
    assert 0.9 <= tie.confidence < 0.94


def test_an_old_name_that_somebody_else_bears_now_is_unsure() -> None:
    found = match([a_player(ZEZIMA, "Zez2", "Zezima"), a_player(8, "Zezima")], [an_account("Zezima")])
    assert tied(found) == {}
    assert guessed(found) == {
        8: 'it is the name of "Zezima", but may mean Zez2',
        ZEZIMA: '"Zezima" is an old name of Zez2',
    }


def test_an_old_name_is_clear_once_its_former_bearer_is_spoken_for() -> None:
    clan = [a_player(ZEZIMA, "Zez2", "Zezima"), a_player(8, "Zezima")]
    assert tied(match(clan, [an_account("Zezima"), an_account("Zez2", 101)])) == {100: (8,), 101: (ZEZIMA,)}


def test_an_old_name_is_not_tied_when_its_present_bearer_has_another_account() -> None:
    clan = [a_player(ZEZIMA, "Zez2", "Zezima"), a_player(8, "Zezima")]
    found = match(clan, [an_account("Zezima"), an_account("Bob", 101)], held=[Held(8, 101, "exact", 1.0)])
    assert tied(found) == {101: (8,)}
    assert guessed(found)[ZEZIMA] == '"Zezima" is an old name of Zez2'


def test_a_member_comes_before_a_leaver_of_the_same_name() -> None:
    clan = [
        a_player(7, "Zezima", is_member=False),
        a_player(8, "Zezima"),
        a_player(9, "Gone", "Zezima", is_member=False),
    ]
    assert tied(match(clan, [an_account("Zezima")])) == {100: (8,)}


def test_a_leaver_may_be_tied() -> None:
    assert tied(match([a_player(ZEZIMA, is_member=False)], [an_account("Zezima | UK")])) == {100: (ZEZIMA,)}


@pytest.mark.parametrize("other", [a_player(8, "Zezimas"), a_player(8, "Else", "Zezims"), a_player(8, "Zezimaa")])
def test_a_slip_is_not_tied_when_another_name_is_as_near(other: PlayerName) -> None:
    assert the_tie(match([a_player(ZEZIMA), other], [an_account("Zezimaz")])) is None


def test_a_slip_in_a_leavers_name_is_only_a_guess() -> None:
    assert tied(match([a_player(ZEZIMA, is_member=False)], [an_account("Zezimma")])) == {}


# ── unsure ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("nick", "player", "why"),
    [
        ("Amber Axe", BOW, 'shares the word "amber" with "Amber Bow"'),
        ("Amber Box", BOW, 'one letter differs from "Amber Bow"'),
        ("Bob Zezima Smith", ZEZIMA, '"Zezima" is among its words'),
        ("Bob | Old", OLD, '"Old" may be meant, but may be just a word'),
        ("Old Bob", OLD, '"Old" is among its words'),
    ],
)
def test_weak_evidence_becomes_a_guess_in_plain_words(nick: str, player: int, why: str) -> None:
    assert guessed(match(CLAN, [an_account(nick)], titles=RANKS))[player] == why


def test_an_account_that_resembles_nobody_is_not_asked_about() -> None:
    assert match(CLAN, [an_account("dadof3"), an_account("🍕🍕", 101)]).unsure == ()


def test_a_leaver_is_not_guessed_for_a_stranger_who_shares_a_word() -> None:
    assert match([a_player(BOW, is_member=False)], [an_account("Amber Axe")]).unsure == ()


def test_a_player_who_has_an_account_is_not_guessed_for_a_stranger_who_shares_a_word() -> None:
    assert match(CLAN, [an_account("Amber Bow"), an_account("Amber Axe", 101)]).unsure == ()


def test_there_are_at_most_three_guesses_the_best_first() -> None:
    clan = [a_player(number, f"Zezima {letter}") for number, letter in enumerate("abcde", start=1)]
    (unsure,) = match(clan, [an_account("Zezima f")]).unsure
    assert [guess.player_id for guess in unsure.guesses] == [1, 2, 3]
    assert all(0.5 <= guess.confidence < 0.9 for guess in unsure.guesses)


# ── authority ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_clan_toml_beats_decisions_which_beat_earlier_nights_which_beat_names() -> None:
    accounts = [an_account("Zezima"), an_account("Bob", 101), an_account("Bob", 102), an_account("Bob", 103)]
    held = [Held(ZEZIMA, 101, "fuzzy", 0.9)]
    assert tied(match(CLAN, accounts, held=held)) == {101: (ZEZIMA,)}
    assert tied(match(CLAN, accounts, held=held, confirmed=[(ZEZIMA, 102)])) == {102: (ZEZIMA,)}
    declared = [Declared((ZEZIMA,), 103)]
    found = match(CLAN, accounts, held=held, confirmed=[(ZEZIMA, 102)], declared=declared)
    assert tied(found) == {103: (ZEZIMA,)}
    assert the_tie(found, 103) == Tie((ZEZIMA,), 103, *DECLARED, (DECLARED,))


def test_a_rejected_pair_is_tied_neither_by_name_nor_by_an_earlier_night() -> None:
    held = [Held(ZEZIMA, 100, "exact", 1.0)]
    found = match(CLAN, [an_account("Zezima")], held=held, rejected=[(ZEZIMA, 100)])
    assert tied(found) == {}
    assert found.unsure == ()


def test_clan_toml_beats_a_rejection() -> None:
    found = match(CLAN, [an_account("x")], declared=[Declared((ZEZIMA,), 100)], rejected=[(ZEZIMA, 100)])
    assert tied(found) == {100: (ZEZIMA,)}


def test_a_declared_person_is_one_person_without_an_account() -> None:
    found = match(CLAN, [], declared=[Declared((ALT, ZEZIMA), None)])
    assert Tie((ALT, ZEZIMA), None, *DECLARED, (DECLARED, DECLARED)) in found.ties


def test_a_declared_person_gets_an_account_through_any_of_its_players_and_keeps_its_main() -> None:
    found = match(CLAN, [an_account("Pebble Axe")], declared=[Declared((ZEZIMA, ALT), None)])
    assert the_tie(found) == Tie((ZEZIMA, ALT), 100, *EXACT, (DECLARED, EXACT))


def test_two_accounts_that_name_players_of_one_declared_person_are_both_unsure() -> None:
    accounts = [an_account("Zezima"), an_account("Pebble Axe", 101)]
    assert tied(match(CLAN, accounts, declared=[Declared((ZEZIMA, ALT), None)])) == {}


def test_an_account_rejected_for_one_player_of_a_declared_person_is_not_tied_to_the_others() -> None:
    declared = [Declared((ZEZIMA, ALT), None)]
    assert tied(match(CLAN, [an_account("Zezima")], declared=declared, rejected=[(ALT, 100)])) == {}


def test_two_declared_persons_are_never_made_one_by_a_nickname() -> None:
    declared = [Declared((ZEZIMA, BOW), None), Declared((ALT, DRAGON), None)]
    found = match(CLAN, [an_account("Zezima | Pebble Axe")], declared=declared)
    assert tied(found) == {100: (ZEZIMA, BOW)}


def test_an_alt_in_the_nickname_is_added_to_the_person_whose_main_stands_beside_it() -> None:
    accounts = [an_account("Pebble Axe | Zezima")]
    expected = {100: (ALT, ZEZIMA)}
    assert tied(match(CLAN, accounts, held=[Held(ZEZIMA, 100, "exact", 1.0)])) == expected
    assert tied(match(CLAN, accounts, confirmed=[(ZEZIMA, 100)])) == expected
    assert tied(match(CLAN, accounts, declared=[Declared((ZEZIMA,), 100)])) == {100: (ZEZIMA, ALT)}


def test_an_earlier_link_is_kept_as_it_was_when_the_player_is_renamed_or_the_nickname_changes() -> None:
    held = [Held(ZEZIMA, 100, "exact", 1.0)]
    for player, nick in (
        (a_player(ZEZIMA, "Brand New"), "Zezima"),
        (a_player(ZEZIMA), "Bob"),
        (a_player(ZEZIMA), None),
    ):
        found = match([player], [an_account(nick)], held=held)
        assert found.ties == (Tie((ZEZIMA,), 100, *EXACT, (EXACT,)),)
        assert found.unsure == ()


def test_an_earlier_link_that_tonights_nickname_contradicts_stays_and_is_asked_about() -> None:
    found = match(CLAN, [an_account("Amber Bow")], held=[Held(ZEZIMA, 100, "exact", 1.0)])
    assert tied(found) == {100: (ZEZIMA,)}
    assert guessed(found) == {BOW: 'the nickname is now "Amber Bow"; tied to "Zezima" on an earlier night'}


def test_a_rejected_guess_is_not_asked_about_again() -> None:
    held = [Held(ZEZIMA, 100, "exact", 1.0)]
    assert match(CLAN, [an_account("Amber Bow")], held=held, rejected=[(BOW, 100)]).unsure == ()


def test_a_decision_overrules_an_earlier_link_that_the_account_no_longer_names() -> None:
    held = [Held(ZEZIMA, 100, "exact", 1.0)]
    found = match(CLAN, [an_account("Amber Bow")], held=held, confirmed=[(BOW, 100)])
    assert tied(found) == {100: (BOW,)}


def test_a_decision_for_an_alt_leaves_the_main_that_the_account_still_names() -> None:
    held = [Held(ZEZIMA, 100, "exact", 1.0)]
    for earlier in (held, ()):
        found = match(CLAN, [an_account("Zezima")], held=earlier, confirmed=[(BOW, 100)])
        assert tied(found) == {100: (ZEZIMA, BOW)}
    assert tied(match(CLAN, [an_account("Zezima")], confirmed=[(BOW, 100)], rejected=[(ZEZIMA, 100)])) == {100: (BOW,)}


def test_clan_toml_overrules_every_earlier_link_of_its_account() -> None:
    held = [Held(ZEZIMA, 100, "exact", 1.0)]
    found = match(CLAN, [an_account("Zezima")], held=held, declared=[Declared((BOW,), 100)])
    assert tied(found) == {100: (BOW,)}


def test_each_player_keeps_the_way_in_which_it_came_and_the_surest_speaks_for_the_account() -> None:
    account = an_account("Zezima | Pebble Axe")
    part: Link = ("part", 0.94)
    assert the_tie(match(CLAN, [account])) == Tie((ZEZIMA, ALT), 100, *part, (part, part))
    found = match(CLAN, [account], confirmed=[(ALT, 100)])
    assert the_tie(found) == Tie((ZEZIMA, ALT), 100, *CONFIRMED, (part, CONFIRMED))
    found = match(CLAN, [account], confirmed=[(BOW, 100)], declared=[Declared((ALT,), 100)])
    assert the_tie(found) == Tie((ALT, ZEZIMA, BOW), 100, *DECLARED, (DECLARED, part, CONFIRMED))


def test_a_surer_tie_speaks_for_the_account_whichever_name_stands_first() -> None:
    clan = [a_player(ZEZIMA, "Brand New", "Zezima"), a_player(ALT)]
    for nick, players in (("Zezima | Pebble Axe", (ZEZIMA, ALT)), ("Pebble Axe | Zezima", (ALT, ZEZIMA))):
        tie = the_tie(match(clan, [an_account(nick)]))
        assert tie is not None
        assert (tie.players, tie.method, tie.confidence) == (players, "part", 0.94)
        assert dict(zip(tie.players, tie.links, strict=True)) == {ZEZIMA: ("part", 0.91), ALT: ("part", 0.94)}


def test_a_name_that_clan_toml_or_a_decision_does_not_know_of_keeps_its_own_link() -> None:
    held = [Held(ZEZIMA, 100, "fuzzy", 0.9)]
    found = match(CLAN, [an_account("Bob")], held=held, declared=[Declared((ZEZIMA, ALT), None)])
    assert the_tie(found) == Tie((ZEZIMA, ALT), 100, "fuzzy", 0.9, (("fuzzy", 0.9), DECLARED))


def test_everybody_without_a_person_is_a_person_alone() -> None:
    found = match(CLAN, [an_account("Zezima")])
    alone = [tie for tie in found.ties if tie.method == "alone"]
    assert alone == [Tie((player,), None, *ALONE, (ALONE,)) for player in (ALT, BOW, OLD, DRAGON)]


def test_nobody_is_nobody() -> None:
    assert match([], []) == Matching((), ())
