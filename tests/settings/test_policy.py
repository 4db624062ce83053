"""clan.toml: what a clan decides, and words for what is wrong with it."""

import re
from datetime import date
from pathlib import Path

import pytest
from pydantic import BaseModel

from pipeline import policy
from pipeline.errors import ConfigError
from pipeline.house import PROJECT
from pipeline.policy import AlertTable, ExemptTable, PersonTable, Policy, RankTable

LISTS: dict[str, type[BaseModel]] = {
    "person": PersonTable,
    "rank": RankTable,
    "exempt": ExemptTable,
    "alert": AlertTable,
}
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
    ("text", "said"),
    [
        (
            "[clan]\ntimezone = 'UTC'\n",
            "line 2: clan.timezone is not a known key (did you mean 'time_zone' of [clan]?)",
        ),
        (
            "\n[thresholds]\ninactive = 3\n",
            "line 3: thresholds.inactive is not a known key (did you mean 'inactive_days' of [thresholds]?)",
        ),
        ("[colours]\nfirst = 'red'\n", "line 1: colours is not a known key"),
        ("time_zone = 'UTC'\n", "line 1: time_zone is not a known key here (it belongs into [clan])"),
        ("[[rank]]\nname = 'recruit'\n[[rank]]\nnames = 'captain'\n", "line 4: rank.1.names is not a known key"),
    ],
)
def test_an_unknown_key_is_named_with_its_file_line_and_what_may_be_meant(file: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(file, text)
    assert f"{file}, {said}" in str(caught.value)
    assert str(caught.value).endswith("see clan.example.toml for those there are.")


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
        fields = LISTS[table].model_fields if table in LISTS else getattr(field.annotation, "model_fields", {})
        keys = [each.alias or name for name, each in fields.items()]
        assert [key for key in keys if f"{key} =" not in text and f"{key}]" not in text] == []


def test_the_example_holds_with_everything_in_it_switched_on(file: Path) -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    switched_on = [line.removeprefix("# ") if re.match(r"# (\[|\w+ =|\"[^\"]+\" =)", line) else line for line in lines]
    found = read(file, "\n".join(switched_on))
    assert all((found.rank, found.exempt, found.formulas, found.alert, found.person, found.roles))


LADDER = """
[clan]
leaders = ["owner", "general"]

[thresholds]
inactive_days = 45

[thresholds.inactive_days_by_rank]
captain = 90

[formulas]
points = "answers * 5 + messages / 20"
stars = "points / 10"

[[rank]]
name = "recruit"

[[rank]]
name = "captain"
all = ["tenure_days >= 90", "stars >= 2"]
any = ["ehb >= 20", "zulrah >= 50"]

[[exempt]]
who = "Zezima"
until = 2026-12-04
why = "on leave"

[[exempt]]
who = "rank:owner"

[[alert]]
name = "Quiet week"
when = "messages_7d < 100 or average_points < 1"
severity = "high"

[privacy]
opt_out = ["Lynx Titan"]
"""


def test_a_clan_writes_its_whole_policy(file: Path) -> None:
    rules = read(file, LADDER).rules(discord=True)
    assert (rules.inactive_days, rules.inactive_days_by_rank, rules.leaders) == (
        45,
        {"captain": 90},
        ("owner", "general"),
    )
    assert [(rank.name, len(rank.all_of), len(rank.any_of)) for rank in rules.ladder] == [
        ("recruit", 0, 0), ("captain", 2, 2),
    ]  # fmt: skip
    assert [(each.who, each.until, each.why) for each in rules.exempt] == [
        ("Zezima", date(2026, 12, 4), "on leave"), ("rank:owner", None, ""),
    ]  # fmt: skip
    assert (rules.formulas["stars"], rules.alerts[0].severity, rules.opt_out) == (
        "points / 10", "high", ("Lynx Titan",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"captain"', '"capitan"', "line 19: rank.1.name: 'capitan' is no rank of the game; did you mean 'captain'?"),
        ("captain = 90", "Captain = 90", "'Captain' is no rank of the game; did you mean 'captain'?"),
        ('"general"]', '"boss man"]', "line 3: clan.leaders.1: 'boss man' is no rank of the game"),
        ("rank:owner", "rank:ownr", "'ownr' is no rank of the game; did you mean 'owner'?"),
        ("ehb >= 20", "ehbb >= 20", "line 21: rank.1.any.0: 'ehbb' is no fact; did you mean 'ehb'?"),
        ("stars >= 2", "stars >= ", "line 20: rank.1.all.1: 'stars >=' cannot be read"),
        ("answers * 5", "answer * 5", "line 12: formulas.points: 'answer' is no fact; did you mean 'answers'?"),
        ("points / 10", "stars / 10", "line 13: formulas.stars: stars use each other in a circle"),
        ("points / 10", "points ** 10", "line 13: formulas.stars: 'points ** 10' is not allowed"),
        ("stars =", "zulrah =", "line 11: formulas: 'zulrah' is a fact already; give the formula another name"),
        ("stars =", "Stars! =", "is not valid TOML"),
        ("messages_7d <", "message_7d <", "line 33: alert.0.when: 'message_7d' is no fact; did you mean 'messages_7d'?"),
        ("average_points", "average_stones", "'average_stones' is no fact; did you mean 'average_stars'?"),
        ('severity = "high"', 'severity = "loud"', "line 34: alert.0.severity: Input should be 'low', 'medium'"),
        ("2026-12-04", '"next week"', "line 25: exempt.0.until: "),
        ("inactive_days = 45", "inactive_days = 0", "line 6: thresholds.inactive_days: "),
        ("inactive_days = 45", "inactive_days = '45'", "line 6: thresholds.inactive_days: "),
        ('name = "recruit"', 'name = "captain"', "'captain' stands in two [[rank]] tables"),
        ('opt_out = ["Lynx Titan"]', 'opt_out = "Lynx Titan"', "line 37: privacy.opt_out: "),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line_and_a_remedy(file: Path, old: str, new: str, said: str) -> None:
    assert LADDER.count(old) >= 1
    with pytest.raises(ConfigError) as caught:
        read(file, LADDER.replace(old, new))
    assert said in str(caught.value)
    assert str(file) in str(caught.value)
