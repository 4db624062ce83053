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
    (file.parent / "pictures").mkdir()
    found = read(file, "\n".join(switched_on).replace('"pictures"', f'"{file.parent / "pictures"}"'))
    assert all(
        (found.rank, found.exempt, found.formulas, found.alert, found.person, found.roles, found.pictures.folder)
    )


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
        ("[privacy]", "[roles]\nChief = 'captian'\n[privacy]", "line 37: roles.Chief: 'captian' is no rank of the game; did"),
        ("rank:owner", "rank:ownr", "'ownr' is no rank of the game; did you mean 'owner'?"),
        ("ehb >= 20", "ehbb >= 20", "line 21: rank.1.any.0: 'ehbb' is no fact; did you mean 'ehb'?"),
        ("stars >= 2", "stars >= ", "line 20: rank.1.all.1: 'stars >=' cannot be read"),
        ("answers * 5", "answer * 5", "line 12: formulas.points: 'answer' is no fact; did you mean 'answers'?"),
        ("points / 10", "stars / 10", "line 13: formulas.stars: uses itself; write what it is made of"),
        ("points / 10", "points ** 10", "line 13: formulas.stars: 'points ** 10' is not allowed"),
        ("stars =", "zulrah =", "line 13: formulas.zulrah: 'zulrah' is a fact already; give the formula another name"),
        ("stars =", "Stars! =", "line 13: it is not valid TOML: "),
        ("stars =", "'Stars!' =", "line 13: formulas.Stars!: 'Stars!' is no name for a formula; write small letters"),
        ("stars =", "if =", "line 13: formulas.if: 'if' is no name for a formula"),
        ("stars =", "min =", "line 13: formulas.min: 'min' is a function already; give the formula another name"),
        ("answers * 5 +", "stars +", "line 12: formulas.points: points → stars → points use each other in a circle"),
        ("stars >= 2", "stars", "line 20: rank.1.all.1: 'stars' is a number, neither true nor false; compare it"),
        ("messages_7d < 100 or", "left_7d or", "line 33: alert.0.when: 'left_7d' is a number, neither true nor false"),
        ('"stars >= 2"]', '\n"stars >= 2",\n"ehb > > 2",\n]', "line 22: rank.1.all.2: 'ehb > > 2' cannot be read"),
        ('all = ["tenure_days >= 90", "stars >= 2"]\nany = ["ehb >= 20", "zulrah >= 50"]', "",
         "line 18: rank.1: 'captain' has no rule, so that everybody has earned it; write what it takes"),
        ("messages_7d <", "message_7d <", "line 33: alert.0.when: 'message_7d' is no fact; did you mean 'messages_7d'?"),
        ("average_points", "average_stones", "'average_stones' is no fact; did you mean 'average_stars'?"),
        ('severity = "high"', 'severity = "loud"', "line 34: alert.0.severity: write 'low', 'medium', 'high' or 'critical'."),
        ("[privacy]", '[[alert]]\nname = "Quiet week"\nwhen = "left_7d > 3"\n[privacy]',
         "line 37: alert.1.name: 'Quiet week' stands in two [[alert]] tables; give each a name of its own"),
        ("2026-12-04", '"next week"', "line 25: exempt.0.until: write a date without quotes, such as 2026-12-04."),
        ("2026-12-04", "2026-13-04", "line 25: it is not valid TOML: "),
        ("inactive_days = 45", "inactive_days = 0", "line 6: thresholds.inactive_days: write 1 or more."),
        ("inactive_days = 45", "inactive_days = 4000", "line 6: thresholds.inactive_days: write 3650 or less."),
        ("inactive_days = 45", "inactive_days = '45'", "line 6: thresholds.inactive_days: write a whole number without"),
        ("inactive_days = 45", "inactiv_days = 45", "line 6: thresholds.inactiv_days is not a known key (did you mean"),
        ("captain = 90", "captain = '90'", "line 9: thresholds.inactive_days_by_rank.captain: write a whole number"),
        ("[[exempt]]\nwho", "[exempt]\nwho", "is not valid TOML"),
        ("[[alert]]", "[alert]", "line 31: alert: is a list of tables; write [[alert]], in two brackets"),
        ('who = "Zezima"\n', "", "line 23: exempt.0.who: is missing; write it there."),
        ('name = "recruit"', 'name = "captain"', "line 19: rank.1.name: 'captain' stands in two [[rank]] tables"),
        ('opt_out = ["Lynx Titan"]', 'opt_out = "Lynx Titan"', "line 37: privacy.opt_out: write a list, such as ["),
        ('["Lynx Titan"]', '["Lynx Titan", 3]', "line 37: privacy.opt_out.1: write text, in quotes."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line_and_a_remedy(file: Path, old: str, new: str, said: str) -> None:
    assert LADDER.count(old) >= 1
    with pytest.raises(ConfigError) as caught:
        read(file, LADDER.replace(old, new))
    assert said in str(caught.value)
    assert str(file) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("clan = 3\n", "line 1: clan: is a table; write [clan] on a line of its own"),
        ("[[person]]\nplayers = []\n", "line 2: person.0.players: holds nothing; write at least one in it."),
        ("person = ['Zezima']\n", "line 1: person.0: is a list of tables; write [[person]], in two brackets"),
        ("[questions]\nopenings = ['how do']\n", "line 2: questions.openings.0: 'how do' is not one word"),
        ("[privacy]\nopt_out = ['']\n", "line 2: privacy.opt_out.0: is empty"),
        (f"[clan]\ntime_zone = {'9' * 5000}\n", "is not valid TOML"),
        (f"x = {'[' * 5000}{']' * 5000}\n", "is not valid TOML"),
        ("[clan]\ntime_zone = 'UTC\n", "line 2: it is not valid TOML: "),
        ("[privacy]\nopt_out = ['a',\n", "line 2: it is not valid TOML: "),
    ],
)
def test_what_is_not_as_it_should_be_is_told_in_plain_words(file: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(file, text)
    assert said in str(caught.value)
    assert "Input should" not in str(caught.value)


@pytest.mark.parametrize("name", ["none", "a file.png", "~nobody-of-this-name/x", "a" * 5000, "a\\u0000b"])
def test_a_folder_of_pictures_that_is_not_there_is_told_with_its_line(file: Path, name: str) -> None:
    (file.parent / "a file.png").touch()
    with pytest.raises(ConfigError) as caught:
        read(file, f'[pictures]\nfolder = "{file.parent}/{name}"\n'.replace(f"{file.parent}/~", "~"))
    assert f"{file}, line 2: pictures.folder: there is no folder '" in str(caught.value)
    assert str(caught.value).endswith(f"(seen from {PROJECT}); make it, or take this line out.")


@pytest.mark.parametrize("written", ["''", "'  '", "3", "['pictures']"])
def test_a_folder_of_pictures_is_written_in_quotes(file: Path, written: str) -> None:
    with pytest.raises(ConfigError, match=r"line 2: pictures\.folder: write the name of a folder, in quotes\.$"):
        read(file, f"[pictures]\nfolder = {written}\n")


def test_a_folder_of_pictures_counts_from_the_project(file: Path) -> None:
    assert read(file, "[pictures]\nfolder = 'tests/settings'\n").pictures.folder == PROJECT / "tests" / "settings"


def test_everything_that_is_wrong_is_told_at_once(file: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read(file, LADDER.replace("ehb >= 20", "ehbb >= 20").replace("messages_7d <", "message_7d <"))
    assert re.findall(r"line (\d+)", str(caught.value)) == ["21", "33"]


def test_ranks_that_nobody_in_the_clan_holds_are_told_with_the_nearest(file: Path) -> None:
    found = policy.unknown_ranks(read(file, LADDER), ["owner", "recruit", "captain", "generals"])
    assert found == [
        "clan.toml, [clan] leaders: nobody in the clan holds or held the rank 'general'; did you mean 'generals'?"
    ]


def test_ranks_without_a_likeness_are_told_with_those_there_are(file: Path) -> None:
    found = policy.unknown_ranks(read(file, "[[exempt]]\nwho = 'rank:zenyte'\n"), ["recruit", "captain"])
    assert found == [
        "clan.toml, [[exempt]]: nobody in the clan holds or held the rank 'zenyte'; write one of captain, recruit."
    ]


def test_a_metric_that_nobody_has_heard_of_is_told_with_the_nearest(file: Path) -> None:
    asking = LADDER.replace("ehb >= 20", "value('zulrha_30d') >= 5")
    assert policy.unknown_metrics(read(file, asking), ["zulrah", "vorkath"]) == [
        "clan.toml, value('zulrha'): Wise Old Man has told of no metric 'zulrha'; did you mean 'zulrah'?"
    ]
    assert policy.unknown_metrics(read(file, asking), ["zulrha"]) == []


def test_no_rank_is_unknown_before_the_clan_is_known(file: Path) -> None:
    assert policy.unknown_ranks(read(file, LADDER), []) == []


def test_what_is_told_of_nights_is_the_clans_own_choice(file: Path) -> None:
    told = read(file, "[digest]\nnightly = false\nweekly = 'sunday'\nlink = 'https://clan.example/a_b?c=1'\n").digest
    assert (told.nightly, told.weekly, told.link) == (False, "sunday", "https://clan.example/a_b?c=1")
    usual = read(file, "").digest
    assert (usual.nightly, usual.weekly, usual.link) == (True, "monday", None)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("weekly = 'Monday'", "digest.weekly"),
        ("nightly = 'yes'", "digest.nightly"),
        ("link = 'http://clan.example'", "is no address of a page"),
        ("link = 'https://clan.example/) [x](https://evil'", "is no address of a page"),
    ],
)
def test_what_is_told_of_nights_is_written_as_it_should_be(file: Path, written: str, says: str) -> None:
    with pytest.raises(ConfigError, match=r"line 2: ") as caught:
        read(file, f"[digest]\n{written}\n")
    assert says in str(caught.value)
