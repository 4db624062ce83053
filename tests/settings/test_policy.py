"""clan.toml: what a clan decides, and words for what is wrong with it."""

from pathlib import Path

import pytest

from pipeline import policy
from pipeline.errors import ConfigError
from pipeline.house import PROJECT
from pipeline.policy import PersonTable, Policy

EXAMPLE = PROJECT / "clan.example.toml"
has_example = pytest.mark.skipif(not EXAMPLE.is_file(), reason=f"there is no {EXAMPLE} to read")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clan.toml"


def read(file: Path, text: str) -> Policy:
    file.write_text(text, "utf-8")
    return policy.read(file)


def test_an_empty_file_is_the_defaults(file: Path) -> None:
    assert read(file, "") == Policy()


def test_a_clan_sets_its_zone_and_its_thresholds(file: Path) -> None:
    found = read(file, '[clan]\ntime_zone = "Europe/Berlin"\n[thresholds]\nlook_at_age_days = 3\n')
    assert (found.clan.time_zone, found.thresholds.look_at_age_days) == ("Europe/Berlin", 3)


def test_a_mark_that_windows_puts_before_a_text_is_no_part_of_it(file: Path) -> None:
    assert read(file, '\ufeff[clan]\ntime_zone = "Europe/Berlin"\n').clan.time_zone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[clan]\ntimezone = 'UTC'\n", "clan.timezone"),
        ("[thresholds]\ninactive = 3\n", "thresholds.inactive"),
        ("[colours]\nfirst = 'red'\n", "colours"),
        ("time_zone = 'UTC'\n", "time_zone"),
    ],
)
def test_an_unknown_key_is_named_with_its_file(file: Path, text: str, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(file, text)
    assert str(caught.value) == f"{file}: {key} is not a known key; see clan.example.toml for those there are."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[clan]\ntime_zone = 'Mars/Olympus'\n", "clan.time_zone: 'Mars/Olympus' is not a time zone"),
        ("[clan]\ntime_zone = 2\n", "clan.time_zone: "),
        ("[clan]\ntime_zone = '../../etc/passwd'\n", "is not a time zone"),
        ("[thresholds]\nlook_at_age_days = 0\n", "thresholds.look_at_age_days: "),
        ("[thresholds]\nlook_at_age_days = 366\n", "thresholds.look_at_age_days: "),
        ("[thresholds]\nlook_at_age_days = '7'\n", "thresholds.look_at_age_days: "),
        ("[thresholds]\nlook_at_age_days = 7.5\n", "thresholds.look_at_age_days: "),
        ("[thresholds]\nlook_at_age_days = true\n", "thresholds.look_at_age_days: "),
        ("clan = 'UTC'\n", "clan: "),
        ("[clan\n", "is not valid TOML"),
    ],
)
def test_a_wrong_value_is_named_with_its_file_and_key(file: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(file, text)
    assert str(file) in str(caught.value)
    assert said in str(caught.value)


def test_a_file_that_is_no_text_cannot_be_read(file: Path) -> None:
    file.write_bytes(b"\xff\xfe[\x00c\x00")
    with pytest.raises(ConfigError, match=r"clan\.toml cannot be read"):
        policy.read(file)


def test_a_folder_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        policy.read(tmp_path)


def test_a_file_that_is_not_there_is_named(file: Path) -> None:
    with pytest.raises(ConfigError, match=r"clan\.toml, which does not exist"):
        policy.read(file)


@has_example
def test_the_example_is_the_defaults() -> None:
    assert policy.read(EXAMPLE) == Policy()


@has_example
def test_the_example_shows_every_key() -> None:
    text = EXAMPLE.read_text("utf-8")
    for table, field in Policy.model_fields.items():
        assert f"[{table}]" in text
        keys = PersonTable.model_fields if table == "person" else getattr(field.annotation, "model_fields", {})
        assert [key for key in keys if f"{key} =" not in text] == []
