"""What holds for every clan and every guild, however names collide: checked on names that collide often."""

from dataclasses import dataclass, replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.marts.identity.evidence import ASKED_ANEW
from pipeline.marts.identity.match import match
from pipeline.marts.identity.model import AccountName, Declared, Held, Matching, Method, PlayerName

Pair = tuple[int, int]

PLAYERS = range(1, 9)
ACCOUNTS = range(101, 108)
RSNS = (
    "Zezima", "Zezi ma", "Zezimaa", "Amber Bow", "Amberbow", "Amber Axe", "Old", "Mike", "Umber Fletch", "🐉", "Captain"
)  # fmt: skip
FORMS = ("{}", "{} 🐉", "[GM] {}", "Captain {}", "{} | {}", "{}/{}", "{} (Bob)", "Bob", "{} {}", "{}x", "🍕", "")
METHODS: tuple[Method, ...] = ("exact", "normalised", "part", "fuzzy")
"""Those of links that last: what clan.toml and decisions say is asked anew every night."""


@dataclass(frozen=True)
class Night:
    """Everything that identity is told of a night."""

    players: tuple[PlayerName, ...]
    accounts: tuple[AccountName, ...]
    declared: tuple[Declared, ...] = ()
    confirmed: tuple[Pair, ...] = ()
    rejected: tuple[Pair, ...] = ()
    held: tuple[Held, ...] = ()

    def match(self) -> Matching:
        """Who is who."""
        return match(
            self.players,
            self.accounts,
            declared=self.declared,
            confirmed=self.confirmed,
            rejected=self.rejected,
            held=self.held,
            titles=("Captain", "Clan Member"),
        )

    def shuffled(self, rng: Random) -> "Night":
        """The same, told in another order."""
        return Night(
            tuple(rng.sample(self.players, len(self.players))),
            tuple(rng.sample(self.accounts, len(self.accounts))),
            tuple(rng.sample(self.declared, len(self.declared))),
            tuple(rng.sample(self.confirmed, len(self.confirmed))),
            tuple(rng.sample(self.rejected, len(self.rejected))),
            tuple(rng.sample(self.held, len(self.held))),
        )


def links(found: Matching) -> set[Pair]:
    """Every pair that is tied."""
    return {(player, tie.account_id) for tie in found.ties if tie.account_id is not None for player in tie.players}


def held_of(found: Matching) -> tuple[Held, ...]:
    """What the next night takes from this one: each player's own link, if names told it."""
    return tuple(
        Held(player, tie.account_id, method, confidence)
        for tie in found.ties
        if tie.account_id is not None
        for player, (method, confidence) in zip(tie.players, tie.links, strict=True)
        if method not in ASKED_ANEW
    )


RSN = st.sampled_from(RSNS)
WRITTEN = st.builds(lambda form, one, two: form.format(one, two), st.sampled_from(FORMS), RSN, RSN)
PAIRS = st.tuples(st.sampled_from(PLAYERS), st.sampled_from(ACCOUNTS))


@st.composite
def clans(draw: st.DrawFn) -> Night:
    """Players and accounts whose names collide, with nothing known of them."""
    players = tuple(
        PlayerName(number, draw(RSN), tuple(draw(st.lists(RSN, max_size=2))), draw(st.booleans()))
        for number in PLAYERS[: draw(st.integers(0, len(PLAYERS)))]
    )
    accounts = tuple(
        AccountName(
            number, draw(st.none() | WRITTEN), draw(st.none() | WRITTEN), draw(WRITTEN), draw(st.integers(0, 3)) > 0
        )
        for number in ACCOUNTS[: draw(st.integers(0, len(ACCOUNTS)))]
    )
    return Night(players, accounts)


DECLARED = st.builds(
    Declared,
    st.lists(st.sampled_from(PLAYERS), min_size=1, max_size=3, unique=True).map(tuple),
    st.none() | st.sampled_from(ACCOUNTS),
)
HELD = st.builds(
    Held,
    st.sampled_from(PLAYERS),
    st.sampled_from(ACCOUNTS),
    st.sampled_from(METHODS),
    st.sampled_from((0.9, 0.97, 1.0)),
)


@st.composite
def nights(draw: st.DrawFn) -> Night:
    """Nights on which everybody may contradict everybody."""
    return replace(
        draw(clans()),
        declared=tuple(draw(st.lists(DECLARED, max_size=3))),
        confirmed=tuple(draw(st.lists(PAIRS, max_size=3))),
        rejected=tuple(draw(st.lists(PAIRS, max_size=5))),
        held=tuple(draw(st.lists(HELD, max_size=5))),
    )


@st.composite
def agreeing_nights(draw: st.DrawFn) -> Night:
    """Nights on which clan.toml and decisions speak of different players and accounts."""
    night = draw(nights())
    players, accounts = draw(st.permutations(PLAYERS)), draw(st.permutations(ACCOUNTS))
    declared = (
        Declared(tuple(players[:2]), accounts[0]),
        Declared((players[2],), accounts[1]),
        Declared((players[3],), None),
    )
    return replace(night, declared=declared, confirmed=((players[4], accounts[2]), (players[5], accounts[2])))


@settings(max_examples=80)
@given(nights())
def test_nobody_is_in_two_ties_and_every_player_is_in_one(night: Night) -> None:
    ties = night.match().ties
    players = [player for tie in ties for player in tie.players]
    accounts = [tie.account_id for tie in ties if tie.account_id is not None]
    assert len(players) == len(set(players))
    assert len(accounts) == len(set(accounts))
    assert {player.player_id for player in night.players} <= set(players)


@settings(max_examples=80)
@given(nights())
def test_a_rejected_pair_is_tied_by_nothing_but_clan_toml_and_decisions(night: Night) -> None:
    decided = links(replace(night, accounts=(), held=()).match())
    assert links(night.match()) & set(night.rejected) <= decided


@settings(max_examples=80)
@given(agreeing_nights())
def test_what_clan_toml_and_decisions_say_is_always_tied(night: Night) -> None:
    found = night.match()
    said = {(player, each.account_id) for each in night.declared if each.account_id for player in each.players}
    assert {*said, *night.confirmed} <= links(found)
    for each in night.declared:
        assert any(set(each.players) <= set(tie.players) for tie in found.ties)


@settings(max_examples=80)
@given(nights(), st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_told_changes_nothing(night: Night, rng: Random) -> None:
    assert night.shuffled(rng).match() == night.match()


@settings(max_examples=80)
@given(nights())
def test_a_second_night_without_news_ties_the_same(night: Night) -> None:
    first = night.match()
    assert replace(night, held=held_of(first)).match().ties == first.ties


@settings(max_examples=80)
@given(clans(), st.data())
def test_renaming_a_player_keeps_its_account(clan: Night, data: st.DataObject) -> None:
    clan = replace(clan, accounts=tuple(replace(account, in_guild=True) for account in clan.accounts))
    first = clan.match()
    renamed = tuple(
        replace(player, name=data.draw(RSN), former=(*player.former, player.name)) for player in clan.players
    )
    assert links(first) <= links(replace(clan, players=renamed, held=held_of(first)).match())


@settings(max_examples=80)
@given(nights())
def test_doubts_are_about_present_accounts_and_offer_up_to_three_players_who_were_not_rejected(night: Night) -> None:
    found = night.match()
    present = {account.account_id for account in night.accounts if account.in_guild}
    for unsure in found.unsure:
        offered = [guess.player_id for guess in unsure.guesses]
        assert unsure.account_id in present
        assert 1 <= len(offered) == len(set(offered)) <= 3
        assert all(0.5 <= guess.confidence < 0.9 for guess in unsure.guesses)
        assert not {(player, unsure.account_id) for player in offered} & set(night.rejected)
