"""The one reader of the environment: what it takes, what it refuses and how, and what a child gets."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from pipeline import policy
from pipeline.errors import ConfigError
from pipeline.house import PROJECT
from pipeline.settings import DOTENV, Settings

EXAMPLE = PROJECT / ".env.example"
NAMES = {name.upper() for name in Settings.model_fields}
has_example = pytest.mark.skipif(not EXAMPLE.is_file(), reason=f"there is no {EXAMPLE} to compare with")


@pytest.fixture(autouse=True)
def _a_clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting from outside, and no .env but one that a test writes."""
    for name in list(os.environ):
        if name.upper() in NAMES:
            monkeypatch.delenv(name)
    monkeypatch.setenv(DOTENV, "")
    yield
    monkeypatch.undo()


def read(monkeypatch: pytest.MonkeyPatch, **given: str) -> Settings:
    """Settings of an environment of *given*, which has a group unless it says otherwise."""
    for name, value in ({"WOM_GROUP_ID": "1234"} | given).items():
        monkeypatch.setenv(name, value)
    return Settings.read()


def a_dotenv(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> Path:
    file = folder / ".env"
    file.write_text(text, "utf-8")
    monkeypatch.setenv(DOTENV, str(file))
    return file


# ── what it takes ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_group_is_all_that_must_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch) == Settings.alone(wom_group_id=1234)


def test_the_defaults_are_those_of_the_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch)
    assert (found.output_dir, found.database) == (PROJECT / "output", PROJECT / "output/clan_data.db")
    assert (found.wom_request_budget, found.landing_days, found.stage_timeout_s) == (120, 30, 900)
    assert (found.backup_keep, found.wom_base_url) == ("7d,4w,12m", "https://api.wiseoldman.net/v2")


def test_the_default_user_agent_names_the_group_and_says_that_no_contact_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = read(monkeypatch)
    assert (found.user_agent, found.names_a_contact) == ("ClanStats (group 1234; no contact set)", False)


@pytest.mark.parametrize(
    ("agent", "names_one"),
    [
        ("Ashen (discord: ash)", True), ("Ashen (Discord ash)", True), ("Ashen ash@example.org", True),
        ("Ashen https://example.org", True), ("Ashen", False), ("a @ b", False),
    ],
)  # fmt: skip
def test_a_contact_is_a_mail_address_a_link_or_a_discord_name(
    monkeypatch: pytest.MonkeyPatch, agent: str, names_one: bool
) -> None:
    found = read(monkeypatch, WOM_USER_AGENT=agent)
    assert (found.user_agent, found.names_a_contact) == (agent, names_one)


def test_settings_are_read_from_a_file_and_the_environment_beats_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_dotenv(tmp_path, monkeypatch, "WOM_GROUP_ID=1\nLANDING_DAYS=3\nSTAGE_TIMEOUT_S=60\nUNHEARD_OF=1\n")
    monkeypatch.setenv("LANDING_DAYS", "4")
    found = Settings.read()
    assert (found.wom_group_id, found.landing_days, found.stage_timeout_s) == (1, 4, 60)


def test_an_empty_setting_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, WOM_API_KEY="", OUTPUT_DIR="", LANDING_DAYS="") == Settings.alone(wom_group_id=1234)


def test_the_base_url_loses_its_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, WOM_BASE_URL="http://127.0.0.1:8000/v2/").wom_base_url == "http://127.0.0.1:8000/v2"


@pytest.mark.parametrize(
    "address",
    [
        "https://wiseoldman.net/groups/139", "wiseoldman.net/groups/139/", "https://www.wiseoldman.net/groups/139/hiscores?metric=zulrah",
        " 139 ",
    ],
)  # fmt: skip
def test_a_group_may_be_given_as_the_address_of_its_page(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    assert read(monkeypatch, WOM_GROUP_ID=address).wom_group_id == 139


@pytest.mark.parametrize("name", ["OUTPUT_DIR", "LOCAL_DRIVE_PATH", "CLAN_CONFIG"])
def test_relative_paths_are_those_of_the_project_wherever_it_is_called(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert getattr(read(monkeypatch, **{name: "some/../where"}), name.lower()) == PROJECT / "where"


def test_absolute_paths_and_home_stay_what_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch, OUTPUT_DIR=str(tmp_path), LOCAL_DRIVE_PATH="~/drive")
    assert (found.output_dir, found.local_drive_path) == (tmp_path, Path.home() / "drive")


@pytest.mark.parametrize(
    ("url", "file"),
    [("sqlite:///data/clan.db", PROJECT / "data/clan.db"), ("sqlite:////srv/clan.db", Path("/srv/clan.db"))],
)
def test_a_database_url_beats_the_output_folder(monkeypatch: pytest.MonkeyPatch, url: str, file: Path) -> None:
    assert read(monkeypatch, DATABASE_URL=url).database == file


def test_the_output_of_the_command_line_beats_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WOM_GROUP_ID", "1")
    monkeypatch.setenv("OUTPUT_DIR", "elsewhere")
    found = Settings.read(tmp_path)
    assert (found.output_dir, found.database) == (tmp_path, tmp_path / "clan_data.db")


# ── clan.toml ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_clan_toml_is_found_beside_the_settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_dotenv(tmp_path, monkeypatch, "WOM_GROUP_ID=1\n")
    (tmp_path / "clan.toml").write_text('[clan]\ntime_zone = "Europe/Amsterdam"\n')
    assert Settings.read().policy().clan.time_zone == "Europe/Amsterdam"


def test_clan_config_names_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_dotenv(tmp_path, monkeypatch, f"WOM_GROUP_ID=1\nCLAN_CONFIG={tmp_path / 'other.toml'}\n")
    (tmp_path / "clan.toml").write_text('[clan]\ntime_zone = "Europe/Amsterdam"\n')
    (tmp_path / "other.toml").write_text('[clan]\ntime_zone = "Asia/Tokyo"\n')
    assert Settings.read().policy().clan.time_zone == "Asia/Tokyo"


def test_without_clan_toml_the_clan_has_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_dotenv(tmp_path, monkeypatch, "WOM_GROUP_ID=1\n")
    assert Settings.read().policy() == policy.Policy()


def test_a_clan_config_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch, CLAN_CONFIG=str(tmp_path / "none.toml"))
    with pytest.raises(ConfigError, match=r"CLAN_CONFIG .*none\.toml"):
        found.policy()


# ── what it refuses ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("WOM_GROUP_ID", "ashen", "group's number or the address of its page"),
        ("WOM_GROUP_ID", "https://wiseoldman.net/players/139", "group's number or the address of its page"),
        ("WOM_GROUP_ID", "0", "greater than 0"),
        ("WOM_GROUP_ID", "99999999999", "less than"),
        ("WOM_GROUP_ID", "", "write it into .env"),
        ("WOM_REQUEST_BUDGET", "9", "greater than or equal to 10"),
        ("WOM_REQUEST_BUDGET", "many", "valid integer"),
        ("LANDING_DAYS", "0", "greater than or equal to 1"),
        ("MESSAGE_FACT_DAYS", "399", "greater than or equal to 400"),
        ("STAGE_TIMEOUT_S", "-5", "greater than or equal to 1"),
        ("BACKUP_KEEP", "a week", "7d,4w,12m"),
        ("LOCAL_DRIVE_PATH", "~nobody-knows-her/drive", "home of somebody whom this machine does not know"),
        ("WOM_USER_AGENT", "Zoë of hunter2", "no accents"),
        ("WOM_API_KEY", "hunter2\nhunter3", "line breaks"),
        ("DISCORD_TOKEN", "hunter2…", "plain letters"),
        ("WOM_BASE_URL", "https://api.wiseoldman.net", "ends in /v2"),
        ("WOM_BASE_URL", "ftp://officer:hunter2@example.org/v2", "http"),
        ("WOM_BASE_URL", "https://officer:hunter2@example.org/v3", "ends in /v2"),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy_and_without_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, remedy: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        read(monkeypatch, **{name: value})
    said = str(caught.value)
    assert (said.startswith(name), remedy in said, "hunter2" in said) == (True, True, False)


def test_all_wrong_settings_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match=r"WOM_GROUP_ID.*LANDING_DAYS"):
        read(monkeypatch, WOM_GROUP_ID="x", LANDING_DAYS="x")


@pytest.mark.parametrize("url", ["postgresql://officer:hunter2@localhost/clan", "clan_data.db", "sqlite://"])
def test_a_wrong_database_url_is_named_and_its_password_is_not(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    with pytest.raises(ConfigError, match="DATABASE_URL") as caught:
        _ = read(monkeypatch, DATABASE_URL=url).database
    assert "hunter2" not in str(caught.value)


def test_secrets_are_in_no_text_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch, WOM_API_KEY="hunter2", WOM_VERIFICATION_CODE="123-456-789")
    assert "hunter2" not in f"{found!r} {found} {found.model_dump()} {found.model_dump_json()}"
    assert set(found.secrets()) == {"hunter2", "123-456-789"}


def test_every_secret_setting_is_kept_out_of_the_log() -> None:
    held = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    given = {name: f"secret-{name}" for name in held}
    webhooks = {name for name in held if name.endswith("webhook_url")}
    given |= {name: f"https://discord.com/api/webhooks/1/token-{name}" for name in webhooks}
    found = Settings.alone(wom_group_id=1, **{name: SecretStr(text) for name, text in given.items()})
    assert set(found.secrets()) == {*given.values(), *(f"token-{name}" for name in webhooks)}
    assert {name for name in NAMES if re.search("KEY|CODE|TOKEN|WEBHOOK", name)} <= {name.upper() for name in held}


@pytest.mark.parametrize("name", ["DIGEST_WEBHOOK_URL", "ALERT_WEBHOOK_URL"])
@pytest.mark.parametrize(
    "url",
    ["https://discord.com/channels/1/2", "https://discord.com/api/webhooks/1", "discord.com/api/webhooks/1/hunter2",
     "https://u:p@discord.com/api/webhooks/1/hunter2", "https://discord.com/api/webhooks/one/hunter2"],
)  # fmt: skip
def test_what_is_no_webhook_is_named_and_never_repeated(monkeypatch: pytest.MonkeyPatch, name: str, url: str) -> None:
    with pytest.raises(ConfigError, match=f"^{name}: must be the address of a Discord webhook") as caught:
        read(monkeypatch, **{name: url})
    assert "hunter2" not in str(caught.value)


# ── a child ──────────────────────────────────────────────────────────────────────────────────────────────────────────

TELL = """
import json
from pydantic import SecretStr
from pipeline.settings import Settings
found = Settings.read()
held = {name: getattr(found, name) for name in type(found).model_fields}
print(json.dumps({k: v.get_secret_value() if isinstance(v, SecretStr) else v for k, v in held.items()}, default=str))
"""


def told_by_a_child(environ: dict[str, str], folder: Path) -> dict[str, Any]:
    child = subprocess.run(
        [sys.executable, "-c", TELL],
        env=environ | {"PYTHONPATH": str(PROJECT)},
        cwd=folder,
        capture_output=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(child.stdout)
    return found


def test_a_child_has_the_very_same_settings_and_reads_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_dotenv(
        tmp_path,
        monkeypatch,
        f"WOM_GROUP_ID=77\nWOM_API_KEY=hunter2\nWOM_VERIFICATION_CODE='1 # 2'\nBACKUP_KEEP=1d,2w,3m\nLOCAL_DRIVE_PATH={tmp_path}\n"
        'WOM_USER_AGENT="Zoe\'s $clan"\nDATABASE_URL=sqlite:///data/c.db\n',
    )
    (tmp_path / "clan.toml").write_text("")
    monkeypatch.setenv("LANDING_DAYS", "9")
    monkeypatch.setenv("wom_request_budget", "55")
    found = Settings.read(tmp_path / "out")
    environ = found.environ()
    (tmp_path / ".env").write_text("WOM_GROUP_ID=1\nWOM_BASE_URL=http://elsewhere/v2\n")
    told = told_by_a_child(environ, tmp_path)
    assert (told["wom_group_id"], told["wom_api_key"], told["wom_request_budget"]) == (77, "hunter2", 55)
    held = {name: getattr(found, name) for name in type(found).model_fields}
    assert told == {
        name: value.get_secret_value()
        if isinstance(value, SecretStr)
        else str(value)
        if isinstance(value, Path)
        else value
        for name, value in held.items()
    }


def test_what_a_parent_was_not_given_its_child_does_not_find_in_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = Settings.alone(wom_group_id=1)
    monkeypatch.setenv("WOM_API_KEY", "somebody else's")
    monkeypatch.setenv("Local_Drive_Path", "/elsewhere")
    assert {name for name in found.environ() if name.upper() in {"WOM_API_KEY", "LOCAL_DRIVE_PATH"}} == set()


def test_a_child_keeps_what_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")
    assert Settings.alone(wom_group_id=1).environ()["HTTPS_PROXY"] == "http://proxy"


# ── on the road ──────────────────────────────────────────────────────────────────────────────────────────────────────

WEBHOOK = "api/webhooks/1234/s3cret-token"


@pytest.mark.parametrize(
    ("set_so", "told"),
    [
        ({"WOM_BASE_URL": "http://wom.example/v2", "WOM_API_KEY": "s3cret"}, "WOM_BASE_URL begins with http://, so that WOM_API_KEY"),
        ({"WOM_BASE_URL": "HTTP://127.evil.example/v2", "WOM_VERIFICATION_CODE": "s3cret"}, "WOM_VERIFICATION_CODE would travel"),
        ({"DISCORD_BASE_URL": "http://8.8.8.8/api/v10", "DISCORD_TOKEN": "s3cret"}, "DISCORD_BASE_URL begins"),
        ({"DIGEST_WEBHOOK_URL": f"http://discord.com/{WEBHOOK}"}, "DIGEST_WEBHOOK_URL begins with http://, so that it"),
        ({"ALERT_WEBHOOK_URL": f"http://localhost.example/{WEBHOOK}"}, "ALERT_WEBHOOK_URL begins"),
    ],
)  # fmt: skip
def test_a_secret_does_not_travel_in_clear_text(
    monkeypatch: pytest.MonkeyPatch, set_so: dict[str, str], told: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        read(monkeypatch, **{key: value.replace("HTTP:", "http:") for key, value in set_so.items()})
    assert told in str(caught.value)
    assert "write https://" in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "host",
    ["localhost:8000", "127.0.0.1", "127.8.0.1:1", "[::1]:8000", "192.168.1.7:3000", "wom-server:5000", "wom.lan"],
)
def test_at_home_nobody_listens(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    found = read(
        monkeypatch, WOM_BASE_URL=f"http://{host}/v2", WOM_API_KEY="key", DISCORD_TOKEN="token",
        DISCORD_BASE_URL=f"http://{host}/api/v10", DIGEST_WEBHOOK_URL=f"http://{host}/{WEBHOOK}",
    )  # fmt: skip
    assert found.wom_api_key is not None


def test_a_survey_names_the_address_that_would_give_a_secret_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WOM_GROUP_ID", "1")
    monkeypatch.setenv("WOM_API_KEY", "s3cret")
    monkeypatch.setenv("WOM_BASE_URL", "http://wom.example/v2")
    found = Settings.survey()
    assert list(found.wrong) == ["wom_base_url"]
    assert found.wrong["wom_base_url"].startswith("WOM_BASE_URL begins with http://")


def test_a_survey_names_every_wrong_setting_also_those_that_show_once_others_are_sound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {
        "WOM_GROUP_ID": "abc", "WOM_API_KEY": "s3cret", "WOM_BASE_URL": "http://wom.example/v2", "OUTPUT_DIR": "~nobody-knows-her",
        "DISCORD_TOKEN": "s3cret", "DISCORD_BASE_URL": "http://discord.example/api/v10",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    found = Settings.survey()
    assert list(found.wrong) == ["wom_group_id", "output_dir", "wom_base_url", "discord_base_url"]
    assert found.settings.wom_api_key is not None
    assert list(Settings.survey(Path("~nobody-knows-her/either")).wrong) == list(found.wrong)


def test_an_address_without_a_secret_may_be_any(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, WOM_BASE_URL="http://wom.example/v2").wom_base_url == "http://wom.example/v2"


# ── .env.example ─────────────────────────────────────────────────────────────────────────────────────────────────────


def example_lines() -> list[str]:
    return EXAMPLE.read_text("utf-8").splitlines()


@has_example
def test_the_example_names_every_setting_exactly_once() -> None:
    named = [line.partition("=")[0] for line in example_lines() if line and not line.startswith("#")]
    assert sorted(named) == sorted(NAMES)


@has_example
def test_the_example_gives_away_no_value() -> None:
    assert [line for line in example_lines() if line and not line.startswith("#") and not line.endswith("=")] == []


@has_example
def test_the_example_with_a_group_filled_in_is_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled = "\n".join(example_lines()).replace("WOM_GROUP_ID=\n", "WOM_GROUP_ID=1234\n")
    a_dotenv(tmp_path, monkeypatch, filled)
    assert Settings.read() == Settings.alone(wom_group_id=1234)


@has_example
@pytest.mark.parametrize(
    "name", ["wom_base_url", "wom_request_budget", "output_dir", "landing_days", "stage_timeout_s", "backup_keep"]
)
def test_the_example_tells_the_true_default(name: str) -> None:
    before = EXAMPLE.read_text("utf-8").partition(f"\n{name.upper()}=")[0]
    assert f"Default: {Settings.model_fields[name].default}" in before.split("\n\n")[-1]


@has_example
def test_the_example_says_which_settings_are_secret() -> None:
    blocks = {block.splitlines()[-1].partition("=")[0]: block for block in EXAMPLE.read_text("utf-8").split("\n\n")}
    secret = {name.upper() for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    assert {name for name, block in blocks.items() if "Secret." in block} == secret
