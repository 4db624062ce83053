"""`clanstats replay` as people type it: a table a threshold, JSON for programs, and plain words for what is no threshold."""

import json
from collections.abc import Iterator

import pytest
from command_kit import Done, here
from night_kit import DAY, NOW, Clan, a_clan


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clan]:
    """A clan with 130 days of history."""
    with a_clan(tmp_path_factory.mktemp("replay") / "out", members=4, days=130) as clan:
        clan.backfill(NOW - DAY, 129)
        clan.night(NOW)
        yield clan


def replayed(clan: Clan, *words: str) -> Done:
    return here(clan.settings.environ(), "replay", *words, "--now", NOW.isoformat())


def test_there_is_a_line_a_threshold_and_the_clans_own_is_marked(history: Clan) -> None:
    done = replayed(history, "--months", "3", "--thresholds", "20,90")
    table = done.stdout[: done.stdout.index("Month by month")].splitlines()[2:]
    assert done.returncode == 0
    assert [line.split()[0] for line in table] == ["20", "30", "90"]
    assert [line.endswith("your own rule") for line in table] == [False, True, False]
    assert "clan.toml has no [[rank]]" in done.stdout


def test_programs_get_everything(history: Clan) -> None:
    done = replayed(history, "--months", "3", "--thresholds", "20,90", "--json")
    found = json.loads(done.stdout)
    assert {row["threshold_days"] for row in found["purge"]} == {20, 30, 90}
    assert found["ladder"] == []
    assert len({row["as_of"] for row in found["purge"]}) == 3


@pytest.mark.parametrize(
    ("words", "said"), [("many", "is not a list of days"), ("0,30", "days count from 1"), ("9" * 11, "to 3650")]
)
def test_what_is_no_threshold_is_a_wrong_setting_and_told(history: Clan, words: str, said: str) -> None:
    done = replayed(history, "--thresholds", words)
    assert (done.returncode, said in done.stderr) == (2, True)
