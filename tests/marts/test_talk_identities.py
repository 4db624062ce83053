"""Which account is whose, where the lists differ, and which Discord roles the game does not bear out."""

from pathlib import Path
from typing import Any

import pytest
from records_kit import FOUNDED, NOW, a_harvest, a_membership, a_player, day, land
from talk_kit import AMY, BOB, BOT, ZED, a_word, an_account, an_evening, back, insert, say, talk_of

from pipeline.domain.window import TICK
from pipeline.marts.talk_model import GuessLine, Identities, OnlyClan, OnlyDiscord, RoleGap, TieLine

ROLES = {"Chief": "owner", "Fresh": "recruit", "General": "general", "Clan": "member"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return an_evening(tmp_path)


def found_in(file: Path, **rules: Any) -> Identities:
    return talk_of(file, **rules).identities


def leaver(file: Path, account: int = 20, name: str = "Old Salt", roles: tuple[str, ...] = (), player: int = 7) -> None:
    """Somebody who was in the clan until two days ago, and is in the guild still."""
    insert(
        file,
        "player",
        id=player,
        username=name.lower(),
        display_name=name,
        type="regular",
        build="main",
        status="active",
    )
    insert(file, "person", id=player)
    insert(file, "person_player", player_id=player, person_id=player, method="alone", confidence=1.0)
    stay = {"player_id": player, "created_at": FOUNDED, "first_seen_at": FOUNDED, "left_at": day(-2)}
    insert(file, "membership", role="recruit", **stay)
    an_account(file, account, name, player, roles=roles)


# ── ties ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_tie_names_all_players_of_the_person_the_main_first(file: Path) -> None:
    an_account(file, AMY, "amy", 2, method="confirmed", confidence=0.9)
    leaver(file)
    assert found_in(file).ties == (
        TieLine(AMY, "amy", ("amy",), True, "confirmed", 0.9, (2,)),
        TieLine(20, "Old Salt", ("Old Salt",), False, "exact", 1.0, (7,)),
        TieLine(ZED, "Zed | Zed Alt", ("Zed", "Zed Alt"), True, "exact", 1.0, (1, 3)),
    )


def test_an_account_in_doubt_stands_there_with_its_best_candidates(file: Path) -> None:
    """The link that is held for amy does not stop amyy from looking like her."""
    roster = [a_membership(n) for n in (1, 2, 3, 4)]
    land(file, a_harvest(roster, players=[a_player(4, "Thunderstorm")]), NOW, name="more")
    an_account(file, 20, "Thunderxtorn")
    [line] = found_in(file).unsure
    assert (line.account_id, line.account, [guess.player for guess in line.guesses]) == (
        20,
        "Thunderxtorn",
        ["Thunderstorm"],
    )
    assert isinstance(line.guesses[0], GuessLine)
    assert [(each.player, each.guess) for each in found_in(file).only_clan] == [("Thunderstorm", "Thunderxtorn")]


def test_doubts_are_those_that_clan_toml_leaves(file: Path) -> None:
    """What it says tonight, also of an account that the database has tied by its name."""
    land(
        file,
        a_harvest([a_membership(n) for n in (1, 2, 3, 4)], players=[a_player(4, "Thunderstorm")]),
        NOW,
        name="more",
    )
    an_account(file, 20, "Thunderxtorn")
    assert len(found_in(file).unsure) == 1
    assert found_in(file, persons=((("Thunderstorm",), f"user{AMY}"),)).unsure == ()


def test_an_account_that_is_nobodys_yet_is_left_out(file: Path) -> None:
    insert(file, "discord_account", id=77, username="new", is_bot=False, in_guild=True, roles=())
    assert 77 not in [line.account_id for line in found_in(file).only_discord]


# ── two lists ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_in_discord_but_not_in_the_clan_are_leavers_then_strangers(file: Path) -> None:
    leaver(file, roles=("Fresh",))
    an_account(file, 21, "Absent", in_guild=False)
    say(file, a_word(back(days=1), BOB), a_word(back(days=2), 20))
    found = found_in(file).only_discord
    joined = found[0].joined_at
    assert found == (
        OnlyDiscord(20, "Old Salt", joined, ("Fresh",), "Old Salt", back(days=2)),
        OnlyDiscord(BOB, "Bob", joined, (), None, back(days=1)),
    )


def test_in_the_clan_without_an_account_are_persons_by_rank(file: Path) -> None:
    for account, person in ((ZED, -ZED), (AMY, -AMY)):
        an_account(file, account, "stranger", person)
    found = found_in(file).only_clan
    assert [(line.player_id, line.player, line.role) for line in found] == [(1, "Zed", "owner"), (2, "amy", "recruit")]
    assert all(isinstance(line, OnlyClan) and line.guess is None for line in found)


def test_a_member_whose_account_left_discord_is_known_all_the_same(file: Path) -> None:
    an_account(file, AMY, "amy", 2, in_guild=False, left_at=day(-1))
    found = found_in(file)
    assert (found.only_clan, [tie.account_id for tie in found.ties]) == ((), [AMY, ZED])


def unlisted(file: Path) -> None:
    """Nobody was ever listed; three accounts and the bot only wrote."""
    for account, person in ((ZED, 1), (AMY, 2), (BOB, -1)):
        an_account(file, account, f"user{account}", person, in_guild=False, joined_at=None)
    insert(file, "discord_account", id=BOT, username="bot", is_bot=True, in_guild=False, roles=())


def test_until_discord_lists_its_members_nobody_knows_who_is_there(file: Path) -> None:
    assert found_in(file).members_listed
    unlisted(file)
    found = found_in(file)
    assert (found.members_listed, found.only_clan, len(found.ties)) == (False, (), 2)


@pytest.mark.parametrize("bent", [{"in_guild": True}, {"left_at": day(-1)}], ids=["is there", "was there"])
@pytest.mark.parametrize("is_bot", [False, True])
def test_one_account_that_was_listed_is_enough_and_be_it_a_bots(file: Path, bent: dict[str, Any], is_bot: bool) -> None:
    unlisted(file)
    an_account(file, 20, "listed", **({"in_guild": False, "is_bot": is_bot} | bent))
    assert found_in(file).members_listed


# ── roles ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def gap_of(file: Path, account: int, nick: str, person: int | None, roles: tuple[str, ...]) -> list[str]:
    an_account(file, account, nick, person, roles=roles)
    return [gap.kind for gap in found_in(file, roles=ROLES).role_gaps]


def test_leavers_stand_before_strangers_before_members_of_another_rank(file: Path) -> None:
    leaver(file, roles=("Booster", "chief", "Fresh"))
    an_account(file, BOB, "Bob", -1, roles=("Fresh",))
    an_account(file, AMY, "amy", 2, roles=("General",))
    found = found_in(file, roles=ROLES)
    assert found.roles_known
    assert found.role_gaps == (
        RoleGap("left", 20, "Old Salt", "Old Salt", "chief", "owner", None, day(-2)),
        RoleGap("stranger", BOB, "Bob", None, "Fresh", "recruit", None, None),
        RoleGap("differs", AMY, "amy", "amy", "General", "general", "recruit", None),
    )


def test_without_roles_in_clan_toml_nothing_is_said_of_them(file: Path) -> None:
    an_account(file, BOB, "Bob", -1, roles=("Fresh",))
    assert (found_in(file).role_gaps, found_in(file).roles_known) == ((), False)


@pytest.mark.parametrize(
    ("roles", "kinds"),
    [
        (("Fresh",), []),
        (("fresh", "General"), []),
        (("General",), ["differs"]),
        (("Clan",), []),
        (("Clan", "General"), ["differs"]),
        (("Booster",), []),
        ((), []),
    ],
)
def test_a_members_roles_differ_if_none_of_them_is_their_rank(
    file: Path, roles: tuple[str, ...], kinds: list[str]
) -> None:
    assert gap_of(file, AMY, "amy", 2, roles) == kinds


def test_a_rank_that_no_role_stands_for_differs_from_none(file: Path) -> None:
    an_account(file, AMY, "amy", 2, roles=("General",))
    assert found_in(file, roles={"General": "general"}).role_gaps == ()


@pytest.mark.parametrize("role", ["Clan", "CHIEF"])
def test_a_stranger_with_any_role_of_the_clan_is_told(file: Path, role: str) -> None:
    assert gap_of(file, BOB, "Bob", -1, (role,)) == ["stranger"]


def test_an_alt_in_the_clan_is_no_leaver(file: Path) -> None:
    land(file, a_harvest([a_membership(2), a_membership(3)]), NOW + TICK, name="main left")
    insert(file, "person_player", player_id=3, person_id=1, method="part", confidence=0.94)
    an_account(file, ZED, "Zed", 1, roles=("Fresh",))
    found = talk_of(file, NOW + TICK, roles=ROLES)
    assert found.identities.role_gaps == ()
    assert [s.player_ids for s in found.speakers if s.person_id == 1] == [(3,)]
