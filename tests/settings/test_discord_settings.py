"""What a clan sets for Discord: the settings, and the tables of clan.toml."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline import policy
from pipeline.errors import ConfigError
from pipeline.house import PROJECT
from pipeline.job import Job
from pipeline.policy import PersonTable, Policy
from pipeline.runs import planned
from pipeline.settings import DOTENV, Settings

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
EXAMPLE = PROJECT / ".env.example"
CLAN_EXAMPLE = PROJECT / "clan.example.toml"
has_example = pytest.mark.skipif(not EXAMPLE.is_file(), reason=f"there is no {EXAMPLE} to compare with")
has_clan_example = pytest.mark.skipif(not CLAN_EXAMPLE.is_file(), reason=f"there is no {CLAN_EXAMPLE} to read")


@pytest.fixture(autouse=True)
def _a_clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in list(os.environ):
        if name.lower() in Settings.model_fields:
            monkeypatch.delenv(name)
    monkeypatch.setenv(DOTENV, "")
    yield
    monkeypatch.undo()


def read(monkeypatch: pytest.MonkeyPatch, **given: str) -> Settings:
    for name, value in ({"WOM_GROUP_ID": "1234"} | given).items():
        monkeypatch.setenv(name, value)
    return Settings.read()


# ── settings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_defaults_are_those_of_the_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch)
    assert (found.discord_token, found.discord_guild_id) == (None, None)
    assert (found.discord_first_run_days, found.discord_reread_days) == (400, 3)
    assert found.discord_base_url == "https://discord.com/api/v10"


def test_without_a_token_there_is_no_discord_half(monkeypatch: pytest.MonkeyPatch) -> None:
    bare, full = read(monkeypatch), read(monkeypatch, DISCORD_TOKEN="abc.def")
    assert (bare.reads_discord, full.reads_discord) == (False, True)
    assert "harvest_discord" not in planned(Job(bare, "r", NOW))
    assert "harvest_discord" in planned(Job(full, "r", NOW))


@pytest.mark.parametrize("token", ["", " "])
def test_an_empty_token_is_none(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    assert not read(monkeypatch, DISCORD_TOKEN=token).reads_discord


def test_a_token_is_in_no_text_and_kept_out_of_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch, DISCORD_TOKEN="hunter2")
    assert "hunter2" not in f"{found!r} {found} {found.model_dump()} {found.model_dump_json()}"
    assert found.secrets() == ("hunter2",)


def test_blanks_around_a_token_are_no_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch, DISCORD_TOKEN=" hunter2 ")
    assert found.discord_token is not None
    assert found.discord_token.get_secret_value() == "hunter2"
    assert found.secrets() == ("hunter2",)


def test_a_child_gets_every_setting_of_discord(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = read(
        monkeypatch, DISCORD_TOKEN="hunter2", DISCORD_GUILD_ID="9", DISCORD_BASE_URL="http://127.0.0.1:1/api/v10",
        DISCORD_FIRST_RUN_DAYS="30", DISCORD_REREAD_DAYS="0",
    ).environ()  # fmt: skip
    assert {name: value for name, value in environ.items() if name.startswith("DISCORD_")} == {
        "DISCORD_TOKEN": "hunter2", "DISCORD_GUILD_ID": "9", "DISCORD_BASE_URL": "http://127.0.0.1:1/api/v10",
        "DISCORD_FIRST_RUN_DAYS": "30", "DISCORD_REREAD_DAYS": "0",
    }  # fmt: skip


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/api/v10", "http://127.0.0.1:8000/api/v10/"])
def test_the_base_url_loses_its_last_slash(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    assert read(monkeypatch, DISCORD_BASE_URL=url).discord_base_url == "http://127.0.0.1:8000/api/v10"


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("DISCORD_TOKEN", "Bot hunter2", "without the word Bot"),
        ("DISCORD_TOKEN", "hunter2 hunter2", "token alone"),
        ("DISCORD_GUILD_ID", "my server", "valid integer"),
        ("DISCORD_GUILD_ID", "0", "greater than 0"),
        ("DISCORD_GUILD_ID", "9223372036854775808", "less than"),
        ("DISCORD_BASE_URL", "https://discord.com", "ends in /api/v10"),
        ("DISCORD_BASE_URL", "https://discord.com/api/v9", "ends in /api/v10"),
        ("DISCORD_BASE_URL", "ftp://officer:hunter2@example.org/api/v10", "http"),
        ("DISCORD_FIRST_RUN_DAYS", "0", "greater than or equal to 1"),
        ("DISCORD_FIRST_RUN_DAYS", "3651", "less than or equal to 3650"),
        ("DISCORD_REREAD_DAYS", "-1", "greater than or equal to 0"),
        ("DISCORD_REREAD_DAYS", "91", "less than or equal to 90"),
        ("DISCORD_REREAD_DAYS", "three", "valid integer"),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy_and_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, remedy: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        read(monkeypatch, **{name: value})
    said = str(caught.value)
    assert (said.startswith(name), remedy in said, "hunter2" in said) == (True, True, False)


@has_example
@pytest.mark.parametrize("name", ["discord_base_url", "discord_first_run_days", "discord_reread_days"])
def test_the_example_tells_the_true_default(name: str) -> None:
    before = EXAMPLE.read_text("utf-8").partition(f"\n{name.upper()}=")[0]
    assert f"Default: {Settings.model_fields[name].default}" in before.split("\n\n")[-1]


# ── clan.toml ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clan.toml"


def written(file: Path, text: str) -> Policy:
    file.write_text(text, "utf-8")
    return policy.read(file)


def test_a_clan_says_who_is_who(file: Path) -> None:
    found = written(
        file,
        '[[person]]\nplayers = ["Zezima", "Zezi Alt"]\ndiscord = "zezima"\n'
        '[[person]]\nplayers = [" Amy "]\n[[person]]\nplayers = ["Bob"]\ndiscord = "123456789012345678"\n',
    )
    assert found.person == (
        PersonTable(players=("Zezima", "Zezi Alt"), discord="zezima"),
        PersonTable(players=("Amy",)),
        PersonTable(players=("Bob",), discord="123456789012345678"),
    )


def test_a_clan_says_which_role_is_which_rank(file: Path) -> None:
    found = written(file, '[roles]\n"Deputy Owner" = "deputy_owner"\n"🔥 Member" = "member"\n')
    assert found.roles == {"Deputy Owner": "deputy_owner", "🔥 Member": "member"}


def test_a_clan_adds_openings_and_forums(file: Path) -> None:
    found = written(file, '[questions]\nopenings = ["hat", "wer"]\nforums = ["Help me"]\n')
    assert (found.questions.openings, found.questions.forums) == (("hat", "wer"), ("Help me",))


def test_without_them_there_are_none(file: Path) -> None:
    found = written(file, "")
    assert (found.person, found.roles, found.questions.openings, found.questions.forums) == ((), {}, (), ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[person]]\nplayers = ["Zezima"]\n[[person]]\nplayers = ["ZEZIMA"]\n', "the player 'zezima' stands in two"),
        (
            '[[person]]\nplayers = ["Zezi_Ma"]\n[[person]]\nplayers = ["Bob", "zezi ma"]\n',
            "the player 'zezi ma' stands in two",
        ),
        ('[[person]]\nplayers = ["Zezima", "zezima"]\n', "the player 'zezima' stands"),
        (
            '[[person]]\nplayers = ["A"]\ndiscord = "Zed"\n[[person]]\nplayers = ["B"]\ndiscord = "zed"\n',
            "the Discord account 'zed' stands in two",
        ),
        ("[[person]]\nplayers = []\n", "person.0.players: "),
        ('[[person]]\ndiscord = "zed"\n', "person.0.players: "),
        ('[[person]]\nplayers = "Zezima"\n', "person.0.players: "),
        ('[[person]]\nplayers = [""]\n', "person.0.players.0: "),
        ('[[person]]\nplayers = ["A"]\ndiscord = 123456789012345678\n', "person.0.discord: "),
        ('[[person]]\nplayers = ["A"]\ndiscord = ""\n', "person.0.discord: "),
        ('[[person]]\nplayers = ["A"]\nnick = "a"\n', "person.0.nick is not a known key"),
        ('[person]\nplayers = ["A"]\n', "person: "),
        ("[roles]\nCaptain = 3\n", "roles.Captain: "),
        ('[roles]\nCaptain = ""\n', "roles.Captain: "),
        ('[roles]\nCaptain = "captain"\ncaptain = "general"\n', "roles: 'Captain' stands there twice"),
        ('[roles]\n"STRASSE" = "captain"\n"Straße" = "captain"\n', "roles: 'STRASSE' stands there twice"),
        ('[questions]\nopenings = "hat"\n', "questions.openings: "),
        ('[questions]\nforums = [""]\n', "questions.forums.0: "),
        ("[questions]\nforums = [1]\n", "questions.forums.0: "),
        ("[questions]\nwords = []\n", "questions.words is not a known key"),
    ],
)
def test_a_wrong_table_is_named_with_its_file_and_key(file: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        written(file, text)
    assert str(file) in str(caught.value)
    assert said in str(caught.value)


@has_clan_example
def test_the_example_shows_each_table_of_discord() -> None:
    text = CLAN_EXAMPLE.read_text("utf-8")
    assert [table for table in ("[[person]]", "[roles]", "[questions]") if table not in text] == []
