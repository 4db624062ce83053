"""`clanstats identities` as officers type it: its lines, its sentences, and what the next load makes of it."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from command_kit import Done, here
from night_kit import NOW, Clan, a_clan
from records_kit import rows

from pipeline import stages
from pipeline.demo.discord.server import DEMO_TOKEN, DemoDiscord
from pipeline.demo.guild.founding import found_guild
from pipeline.job import Job
from pipeline.runs import alone
from pipeline.settings import Settings


def clanstats(settings: Settings, *words: str) -> Done:
    """`clanstats` with *settings* and no others."""
    return here(settings.environ(), *words, "--now", NOW.isoformat())


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clan]:
    """A clan and its guild after a night of both; the Discord server is not there any more."""
    with a_clan(tmp_path_factory.mktemp("identities") / "out", members=30) as lived:
        lived.night(NOW)
        guild = found_guild(lived.world, messages=200)
        with DemoDiscord(guild, now=NOW, limit=100_000) as discord:
            settings = lived.settings.model_copy(
                update=Settings.alone(
                    wom_group_id=1, discord_token=DEMO_TOKEN, discord_base_url=discord.base_url
                ).model_dump(include={"discord_token", "discord_base_url"})
            )
            job = Job(settings, "talk", NOW)
            assert [stages.perform(name, job).state for name in ("harvest_discord", "load")] == ["done", "done"]
        yield replace(lived, settings=settings)


@pytest.fixture
def clan(first_night: Clan, tmp_path: Path) -> Clan:
    """The same, to do with as one likes."""
    shutil.copytree(first_night.output, tmp_path / "out")
    return replace(first_night, settings=first_night.settings.model_copy(update={"output_dir": tmp_path / "out"}))


def an_owner(clan: Clan) -> tuple[str, int, int]:
    """A player's name and id, and the account that is taken for theirs because names say so."""
    found = rows(
        clan.settings.database,
        "SELECT display_name, player.id, a.id FROM discord_account a JOIN player ON player.id = a.person_id"
        " WHERE a.method = 'exact' ORDER BY player.id",
    )
    name, player, account = found[0]
    return name, player, account


def a_stranger(clan: Clan) -> int:
    """An account that is nobody's."""
    [found, *_] = rows(clan.settings.database, "SELECT id FROM discord_account WHERE person_id < 0 ORDER BY id")
    return int(found)


def owner_of(clan: Clan, account: int) -> tuple[int, str]:
    [found] = rows(clan.settings.database, "SELECT person_id, method FROM discord_account WHERE id = ?", account)
    return found  # type: ignore[no-any-return]


def test_it_lists_who_is_who_and_who_should_be_looked_at(clan: Clan) -> None:
    done = clanstats(clan.settings, "identities")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    name, _, account = an_owner(clan)
    owners = rows(clan.settings.database, "SELECT count(*) FROM discord_account WHERE person_id > 0")[0]
    assert lines[0] == f"{owners} Discord accounts have an owner:"
    assert [
        line for line in lines if line.strip().startswith(f"{name} ") and f"({account})" in line and "exact" in line
    ]
    assert any(line.endswith("should be looked at:") for line in lines)


def test_what_is_rejected_comes_apart_and_stays_apart(clan: Clan) -> None:
    name, player, account = an_owner(clan)
    done = clanstats(clan.settings, "identities", "--reject", f"{name}={account}")
    assert done.returncode == 0, done.stderr
    assert owner_of(clan, account)[0] != player
    stages.load(clan.job(NOW))
    assert owner_of(clan, account)[0] != player


def test_what_is_confirmed_holds_against_names_and_at_the_next_load(clan: Clan) -> None:
    name, player, account = an_owner(clan)
    stranger = a_stranger(clan)
    done = clanstats(clan.settings, "identities", "--confirm", f"{name}={stranger}", "--reject", f"{name}={account}")
    assert done.returncode == 0, done.stderr
    assert f"({stranger}), confirmed 1.00" in done.stdout
    stages.load(clan.job(NOW))
    person, method = owner_of(clan, stranger)
    assert rows(clan.settings.database, "SELECT person_id FROM person_player WHERE player_id = ?", player) == [person]
    assert method == "confirmed"


def test_several_decisions_are_taken_at_once(clan: Clan) -> None:
    name, _, account = an_owner(clan)
    words = [word for other in (account, a_stranger(clan)) for word in ("--reject", f"{name}={other}")]
    assert clanstats(clan.settings, "identities", *words).returncode == 0
    assert rows(clan.settings.database, "SELECT count(*) FROM decision WHERE verdict = 'reject'") == [2]


def test_a_later_confirmation_gives_the_player_to_the_other_account(clan: Clan) -> None:
    _, _, account = an_owner(clan)
    name, player = rows(
        clan.settings.database,
        "SELECT display_name, id FROM player WHERE id IN (SELECT player_id FROM person_player WHERE method = 'alone')"
        " AND id NOT IN (SELECT person_id FROM discord_account WHERE person_id > 0) ORDER BY id",
    )[0]
    for chosen in (account, a_stranger(clan)):
        done = clanstats(clan.settings, "identities", "--confirm", f"{name}={chosen}")
        assert done.returncode == 0, done.stderr
        [person] = rows(clan.settings.database, "SELECT person_id FROM person_player WHERE player_id = ?", player)
        assert owner_of(clan, chosen)[0] == person
    assert owner_of(clan, account)[1] == "exact"


def test_to_confirm_and_to_reject_at_once_is_one_sentence_and_nothing_is_kept(clan: Clan) -> None:
    name, _, account = an_owner(clan)
    pair = f"{name}={account}"
    done = clanstats(clan.settings, "identities", "--confirm", pair, "--reject", pair)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is both confirmed and rejected: say one of the two." in done.stderr
    assert "Traceback" not in done.stderr
    assert rows(clan.settings.database, "SELECT count(*) FROM decision") == [0]


@pytest.mark.parametrize(
    ("word", "said"),
    [("nonsense", "is not of the form RSN=DISCORD_ID"), ("Nobody At All=1", "Nobody in the clan is or was called")],
)
def test_a_wrong_decision_is_one_sentence_and_nothing_is_kept(clan: Clan, word: str, said: str) -> None:
    name, _, account = an_owner(clan)
    done = clanstats(clan.settings, "identities", "--reject", f"{name}={account}", "--confirm", word)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert rows(clan.settings.database, "SELECT count(*) FROM decision") == [0]


def test_without_a_token_it_says_what_to_set(tmp_path: Path) -> None:
    done = clanstats(Settings.alone(wom_group_id=1, output_dir=tmp_path), "identities")
    assert done.returncode == 2
    assert done.stderr.strip() == "DISCORD_TOKEN is not set: write the bot's token into .env (README, Discord)."


def test_before_the_first_night_nobody_is_known(tmp_path: Path) -> None:
    done = clanstats(Settings.alone(wom_group_id=1, output_dir=tmp_path, discord_token="x"), "identities")
    assert (done.returncode, done.stdout) == (0, "0 Discord accounts have an owner:\n0 should be looked at:\n"), (
        done.stderr
    )


def test_it_waits_for_nobody(tmp_path: Path) -> None:
    with alone(tmp_path):
        done = here(Settings.alone(wom_group_id=1, output_dir=tmp_path, discord_token="x").environ(), "identities")
    assert (done.returncode, "Another run is at work" in done.stderr) == (4, True)


def test_a_person_of_clan_toml_is_told_as_such(clan: Clan, tmp_path: Path) -> None:
    name, _, account = an_owner(clan)
    stranger = a_stranger(clan)
    file = tmp_path / "clan.toml"
    file.write_text(f'[[person]]\nplayers = ["{name}"]\ndiscord = "{stranger}"\n', "utf-8")
    done = clanstats(clan.settings.model_copy(update={"clan_config": file}), "identities")
    assert done.returncode == 0, done.stderr
    assert f"({stranger}), clan.toml 1.00" in done.stdout
    assert owner_of(clan, account)[0] != owner_of(clan, stranger)[0]
