"""`publish --as-of`: nights that were lived are had again from the database, and agree with what was published on them."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest
from night_kit import DAY, NOW, Clan, a_clan, tables

from pipeline import runs, stages
from pipeline.job import Job
from pipeline.outcome import StageOutcome
from pipeline.past import publish_as_of
from pipeline.runs import planned

NIGHTS: Final = (NOW - 2 * DAY, NOW - DAY, NOW)
SAME: Final = ("clan_data.json", "runs.json")

EXPLAINED: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"members\.\d+\.type",  # what an account was before its type changed, nobody keeps
        # When Wise Old Man saw the last change is its own word, and it has told of later ones since.
        r"members\.\d+\.last_changed_at",
        r"members\.\d+\.verdict\.(last_gain_at|last_contest_at|idle_days|proof|flips_if)",
        # Discord's roles are today's, and so is what they do not fit.
        r"identities\.role_gaps",
        r"todo\.\d+\.(count|text)",
        # Whether a message asks is what its last edit says.
        r"people\.\d+\.questions|response\.\w+\.asked|talk_weeks\.\d+\.asked|since_last_night\.lines\.\d+\.text",
        r"cards\.\d+\.impact|together\..*",
    )
)
"""Where a past night may differ from what was published on it."""


def lived(clan: Clan, now: datetime) -> None:
    """A night, recorded as a run is; whole if it is the last, for no workbook of the others is ever asked for."""
    clan.job(now)
    job = runs.begin(clan.settings, now)
    outcomes = {}
    for name in planned(job):
        if name == "report" and now != NIGHTS[-1]:
            continue
        outcomes[name] = stages.perform(name, job)
        assert outcomes[name].state == "done", outcomes[name]
        runs.record(job, outcomes[name])
    runs.end(job, outcomes)


def again(clan: Clan, asked: str) -> StageOutcome:
    return stages.perform("publish", Job(clan.settings, "-", NOW), lambda job: publish_as_of(job, asked))


def files(folder: Path) -> dict[str, bytes]:
    """Everything under *folder* but what `--as-of` writes, the log and the lock."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "as-of" not in path.parts
    }


def differences(there: Any, here: Any, where: str = "") -> Iterator[str]:
    """Where two JSON values differ, as paths with dots."""
    if isinstance(there, dict) and isinstance(here, dict) and there.keys() == here.keys():
        for key in there:
            yield from differences(there[key], here[key], f"{where}.{key}")
    elif isinstance(there, list) and isinstance(here, list) and len(there) == len(here):
        for place, (one, other) in enumerate(zip(there, here, strict=True)):
            yield from differences(one, other, f"{where}.{place}")
    elif there != here:
        yield where.removeprefix(".")


Published = dict[datetime, dict[str, bytes]]


def a_life(folder: Path, backfilled: int, **clan: Any) -> Iterator[tuple[Clan, Published]]:
    """A clan that lived three nights, with so many days before them, and what was published on each."""
    with a_clan(folder, **clan) as lives:
        lives.backfill(NIGHTS[0], backfilled)
        published = {}
        for now in NIGHTS:
            lived(lives, now)
            published[now] = {name: (lives.output / "site" / name).read_bytes() for name in SAME}
        yield lives, published


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Clan, Published]]:
    """With a Discord."""
    yield from a_life(tmp_path_factory.mktemp("past") / "out", 10, members=30, days=90, messages=1_000)


@pytest.fixture(scope="module")
def silent_life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Clan, Published]]:
    """Without one."""
    yield from a_life(tmp_path_factory.mktemp("silent") / "out", 20, members=12, days=90)


@pytest.mark.parametrize("night", NIGHTS)
def test_a_past_night_is_what_was_published_on_it_but_for_what_nobody_keeps(
    life: tuple[Clan, Published], night: datetime
) -> None:
    clan, published = life
    outcome = again(clan, night.isoformat())
    folder = clan.output / "as-of" / night.date().isoformat()
    told, shown = (
        json.loads(text) for text in (published[night]["clan_data.json"], (folder / "clan_data.json").read_bytes())
    )
    odd = [path for path in differences(told, shown) if not any(each.fullmatch(path) for each in EXPLAINED)]
    assert (outcome.state, odd) == ("done", [])
    assert (folder / "runs.json").read_bytes() == published[night]["runs.json"]


def test_people_come_went_rose_and_were_renamed_between_those_nights(life: tuple[Clan, Published]) -> None:
    """Or the test above would be an easy one."""
    first, last = (json.loads(life[1][night]["clan_data.json"]) for night in (NIGHTS[0], NIGHTS[-1]))
    then, now = ({each["player_id"]: each for each in told["members"]} for told in (first, last))
    both = then.keys() & now.keys()
    assert then.keys() - now.keys()
    assert now.keys() - then.keys()
    assert any(then[each]["name"] != now[each]["name"] for each in both)
    assert any(then[each]["role"] != now[each]["role"] for each in both)
    assert first["competitions"] != last["competitions"]
    assert first["cards"] != last["cards"]


def test_a_night_of_the_game_alone_comes_back_to_the_byte(silent_life: tuple[Clan, Published]) -> None:
    clan, published = silent_life
    assert again(clan, NIGHTS[1].isoformat()).state == "done"
    folder = clan.output / "as-of" / "2026-11-20"
    assert {name: (folder / name).read_bytes() for name in SAME} == published[NIGHTS[1]]


def test_the_folder_holds_what_the_site_holds_and_the_single_page(silent_life: tuple[Clan, Published]) -> None:
    clan, _ = silent_life
    again(clan, NIGHTS[1].isoformat())
    folder = clan.output / "as-of" / "2026-11-20"
    there = {path.name for path in (clan.output / "site").iterdir()}
    assert {path.name for path in folder.iterdir()} == there | {"clan_dashboard_single.html"}
    assert {path.name for path in folder.parent.iterdir()} <= {each.date().isoformat() for each in NIGHTS}


def test_nothing_else_is_touched_and_nothing_deployed(silent_life: tuple[Clan, Published], tmp_path: Path) -> None:
    clan, _ = silent_life
    settings = clan.settings.model_copy(update={"local_drive_path": tmp_path})
    before, held = files(clan.output), tables(clan.settings.database, ())
    outcome = stages.perform("publish", Job(settings, "-", NOW), lambda job: publish_as_of(job, NIGHTS[0].isoformat()))
    assert outcome.state == "done"
    assert files(clan.output) == before
    assert tables(clan.settings.database, ()) == held
    assert list(tmp_path.iterdir()) == []


def test_a_date_is_the_night_of_that_date(silent_life: tuple[Clan, Published]) -> None:
    clan, published = silent_life
    assert again(clan, "2026-11-20").state == "done"
    assert (clan.output / "as-of" / "2026-11-20" / "clan_data.json").read_bytes() == published[NIGHTS[1]][
        "clan_data.json"
    ]


def test_a_date_without_a_run_is_the_end_of_the_clans_day(tmp_path: Path) -> None:
    with a_clan(tmp_path / "out") as clan:
        clan.night(NOW - 2 * DAY)
        clan.night(NOW)
        assert again(clan, "2026-11-20").state == "done"
        told = json.loads((clan.output / "as-of" / "2026-11-20" / "clan_data.json").read_bytes())
    assert told["as_of"] == "2026-11-20T23:59:59.999Z"
    assert told["sources"]["wom"] == {"fetched_at": "2026-11-19T03:17:00.000Z", "state": "stale"}


@pytest.mark.parametrize("asked", ["2020-11-01", "2019-11-18T00:00:00Z", "2027-01-01", "2026-11-21T03:17:01Z"])
def test_what_cannot_be_known_is_refused_with_what_can(silent_life: tuple[Clan, Published], asked: str) -> None:
    outcome = again(silent_life[0], asked)
    assert (outcome.state, outcome.needs_a_setting) == ("failed", True)
    error = outcome.error or ""
    assert error.startswith(f"--as-of {asked}: nights can be had again from 20")
    assert error.endswith(", the first that is known, to 2026-11-21T03:17:00Z.")


def test_without_anything_loaded_there_is_nothing_to_show(tmp_path: Path) -> None:
    with a_clan(tmp_path / "out") as clan:
        assert "holds nothing yet" in (again(clan, NOW.isoformat()).error or "")
        clan.settings.database.unlink()
        assert "There is no database" in (again(clan, NOW.isoformat()).error or "")
        assert not clan.settings.database.exists()
