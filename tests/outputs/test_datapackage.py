"""The package of a night is whole, true, the same every time, and harmless in a spreadsheet."""

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from advice_builders import a_decision, advised_marts, an_advice
from builders import HOSTILE_NAMES, NOW, a_marts, enrolled
from frictionless import Package, validate
from hypothesis import given
from hypothesis import strategies as st
from marts_walk import forgotten
from talk_builders import an_empty_talk, talking_marts

from pipeline.domain.metrics import HOUR, OVERALL
from pipeline.domain.window import DAY
from pipeline.errors import PublishError
from pipeline.marts.model import History, Marts
from pipeline.marts.talk_model import TalkMarts
from pipeline.outputs.exports.catalogue import RESOURCES
from pipeline.outputs.exports.cells import UNDO, csv_bytes, guarded, unguarded
from pipeline.outputs.exports.package import DESCRIPTOR, package, write_package
from pipeline.outputs.exports.resource import Resource

LOCALES = (",", ";", "\t")
"""What spreadsheets part cells at, by country and by how a file is opened."""

NOT_TOLD = {
    "Marts.bridge": "it is the last of weeks",
    "Person.alts": "accounts.csv has their ids, members.csv their names",
    "Member.values": "standings.csv has them",
    "Member.places": "standings.csv has them",
    "Verdict.player_ids": "accounts.csv has them",
    "Promotions.ahead": "people.csv and next_rank_missing.csv have it, by Person.ahead",
    "Decision.unclear": "its conflict has it in words",
    "Speaker.player_ids": "members.csv has them, by person_id",
    "NightGains.xp": "it is of one night, which the digest tells; gains.csv has the windows",
    "NightGains.kills": "as NightGains.xp",
}
"""Parts of the marts that stand nowhere in the package, and why."""


@cache
def rich(*, hostile_names: bool = False) -> Marts:
    """A clan with everything: advice, talk, a past."""
    return made(hostile_names=hostile_names)


def made(*, hostile_names: bool = False) -> Marts:
    """The same, made anew."""
    marts = talking_marts.__wrapped__(24, hostile_names=hostile_names)
    return enrolled(replace(marts, advice=an_advice(marts, hostile=hostile_names)))


@pytest.fixture(scope="module")
def marts() -> Marts:
    return rich()


@pytest.fixture(scope="module")
def tables(marts: Marts) -> Mapping[str, list[dict[str, str]]]:
    return read(marts)


def read(marts: Marts) -> dict[str, list[dict[str, str]]]:
    """The package's rows by table, as a program reads them: texts with their guard."""
    files = package(marts)
    return {
        name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(content.decode(), newline="")))
        for name, content in files.items()
        if name != DESCRIPTOR
    }


def content(resource: Resource[Any], marts: Marts) -> bytes:
    """A table without the trouble of describing it, nothing where it is not known."""
    return csv_bytes(resource, marts) if resource.known(marts) else b""


def problems(description: Path) -> list[Any]:
    """What the standard's own judge finds wrong."""
    found: list[Any] = validate(str(description)).flatten(["title", "message"])
    return found


def talk_of(marts: Marts) -> TalkMarts:
    assert marts.talk
    return marts.talk


NIGHTS: Mapping[str, Callable[[], Marts]] = {
    "rich and hostile": lambda: rich(hostile_names=True),
    "empty guild": lambda: enrolled(replace(a_marts(0), talk=an_empty_talk())),
    "without Discord or a past": lambda: replace(rich(), talk=None, history=History()),
}


@pytest.mark.parametrize("night", NIGHTS)
def test_the_package_is_valid(night: str, tmp_path: Path) -> None:
    """Types, keys, references, lengths and hashes."""
    write_package(NIGHTS[night](), tmp_path)
    assert problems(tmp_path / DESCRIPTOR) == []


def test_a_file_of_another_night_is_noticed(tmp_path: Path) -> None:
    write_package(a_marts(1), tmp_path)
    (tmp_path / "runs.csv").write_bytes(b"night,state,sentence\r\n")
    table: Any = Package(str(tmp_path / DESCRIPTOR)).get_resource("runs")
    assert {error.title for error in table.validate().task.errors} == {"Hash Count Error", "Byte Count Error"}


def test_numbers_instants_and_dates_have_types(marts: Marts, tmp_path: Path) -> None:
    write_package(marts, tmp_path)
    table: Any = Package(str(tmp_path / DESCRIPTOR)).get_resource("members")
    first = table.read_rows()[0]
    member = marts.members[0]
    assert (first["player_id"], first["joined_at"], first["seen_lately"]) == (member.player_id, member.joined_at, True)


def test_every_field_says_what_it_is() -> None:
    named = [field for resource in RESOURCES for field in resource.fields]
    assert [field.name for field in named if not field.description.endswith((".", "`."))] == []


def test_every_quantity_has_a_unit() -> None:
    bare = {
        field.name
        for resource in RESOURCES
        for field in resource.fields
        if field.type in ("integer", "number") and not field.unit
    }
    assert {name for name in bare if name != "id" and not name.endswith("_id")} == set()


def test_no_id_of_discord_is_a_number() -> None:
    ids = {
        field.name: field.type
        for resource in RESOURCES
        for field in resource.fields
        if field.name in ("account_id", "channel_id", "message_id")
    }
    assert set(ids.values()) == {"string"}


def test_nothing_in_the_marts_is_forgotten(marts: Marts) -> None:
    """Whatever of a night is bent, some table shows it; of what the builders leave out there is one here."""
    talk, inactivity = talk_of(marts), marts.advice.inactivity
    chatty, asked = replace(inactivity.verdicts[0], last_chat_at=NOW), replace(talk.unanswered[0], account_id=1)
    decided = a_decision(
        "remove:104", player_id=4004, until=NOW.date(), last_day=NOW.date(), fate="returned", fate_at=NOW
    )
    inactivity = replace(inactivity, verdicts=(chatty, *inactivity.verdicts[1:]))
    advice = replace(marts.advice, inactivity=inactivity, decisions=(decided,))
    told = replace(talk, unanswered=(asked, *talk.unanswered[1:]), withheld_since=NOW, singly_since=NOW)
    tables = [partial(content, resource) for resource in RESOURCES]
    assert forgotten(replace(marts, advice=advice, talk=told), tables) == NOT_TOLD.keys()


def test_gains_are_those_of_the_marts(marts: Marts, tables: Mapping[str, list[dict[str, str]]]) -> None:
    units = {metric.key: metric for metric in marts.metrics}
    told = {
        (row["period"], int(row["player_id"]), row["metric"]): (float(row["gained"]), row["newly_ranked"])
        for row in tables["gains"]
    }
    assert told == {
        (key, player_id, metric): (units[metric].in_units(gain.gained), TRUTH[gain.newly_ranked])
        for key, period in marts.periods.items()
        for player_id, gains in period.gains.items()
        for metric, gain in gains.items()
    }


TRUTH = {True: "true", False: "false", None: ""}


def test_places_are_those_of_the_boards(marts: Marts, tables: Mapping[str, list[dict[str, str]]]) -> None:
    told = {(row["period"], row["metric"], int(row["player_id"]), int(row["place"])) for row in tables["gains"]}
    assert told == {
        (key, metric, row.player_id, row.place)
        for key, boards in marts.boards.items()
        for metric, board in boards.items()
        for row in board
    }


def test_efficient_hours_are_hours(marts: Marts, tables: Mapping[str, list[dict[str, str]]]) -> None:
    told = {int(row["player_id"]): float(row["value"]) for row in tables["standings"] if row["metric"] == "ehp"}
    assert told == {row.player_id: row.value / HOUR for row in marts.standings["ehp"]}


def test_unranked_is_no_row_and_an_unseen_account_has_no_numbers(marts: Marts) -> None:
    unseen = next(member for member in marts.members if not member.values)
    rows = [row for row in read(marts)["standings"] if int(row["player_id"]) == unseen.player_id]
    level = next(row for row in read(marts)["members"] if int(row["player_id"]) == unseen.player_id)["total_level"]
    assert (rows, level) == ([], "")


def test_looks_tell_nothing_gained_from_nothing_known(marts: Marts, tables: Mapping[str, list[dict[str, str]]]) -> None:
    told = {int(row["player_id"]) for row in tables["looks"] if row["period"] == "7d" and row["compared"] == "true"}
    assert told == marts.periods["7d"].gains.keys() < marts.periods["7d"].looks.keys()


def test_series_are_those_of_the_marts(marts: Marts, tables: Mapping[str, list[dict[str, str]]]) -> None:
    told = [(int(row["player_id"]), row["on"], int(row["experience"])) for row in tables["series"]]
    assert told == [
        (player_id, on.isoformat(), value) for player_id, days in marts.series.items() for on, value in days
    ]


def test_instants_are_utc_with_z(tables: Mapping[str, list[dict[str, str]]]) -> None:
    assert tables["clan"][0]["as_of"] == "2026-11-21T04:10:00.000Z"


def test_two_accounts_are_one_person() -> None:
    told = advised_marts()
    accounts = [(int(row["person_id"]), int(row["place"]), int(row["player_id"])) for row in read(told)["accounts"]]
    assert accounts == [
        (person.person_id, place, player_id)
        for person in told.people
        for place, player_id in enumerate(person.player_ids, start=1)
    ]


def test_activity_is_that_of_the_guild(marts: Marts, tables: Mapping[str, list[dict[str, str]]]) -> None:
    told = {
        (row["period"], row["source"], row["zone"], int(row["weekday"]), int(row["hour"])): int(row["messages"])
        for row in tables["activity"]
    }
    talk = talk_of(marts)
    assert told == {
        (key, source, zone, weekday, hour): count
        for source, heats in (("discord", talk.heat), ("clan_chat", talk.clan_chat_heat))
        for key, heat in heats.items()
        for zone, grid in (("utc", heat.utc), ("clan", heat.clan))
        for weekday, row in enumerate(grid)
        for hour, count in enumerate(row)
    }


def test_without_discord_no_table_speaks_of_it(marts: Marts) -> None:
    gone = package(marts).keys() - package(replace(marts, talk=None)).keys()
    assert {"activity.csv", "speakers.csv", "unanswered.csv", "ties.csv", "role_gaps.csv"} < gone


def test_what_discord_withheld_is_empty_and_not_zero(marts: Marts) -> None:
    talk = replace(talk_of(marts), withheld_since=NOW - 400 * DAY, clan_chat={})
    assert {row["clan_chat"] for row in read(replace(marts, talk=talk))["talk_totals"]} == {""}


def test_an_unreadable_channel_has_no_counts(marts: Marts, tables: Mapping[str, list[dict[str, str]]]) -> None:
    hidden = {str(channel.channel_id) for channel in talk_of(marts).channels if channel.access == "hidden"}
    assert {row["messages"] for row in tables["channel_counts"] if row["channel_id"] in hidden} == {""}


def test_who_is_there_is_left_out_while_nobody_knows(marts: Marts) -> None:
    talk = talk_of(marts)
    unlisted = replace(talk, identities=replace(talk.identities, members_listed=False))
    gone = package(marts).keys() - package(replace(marts, talk=unlisted)).keys()
    assert gone == {
        "only_discord.csv", "only_discord_roles.csv", "only_clan.csv", "role_gaps.csv", "welcomes.csv",
    }  # fmt: skip


def test_names_come_back_as_they_were() -> None:
    told = {unguarded(row["name"]) for row in read(rich(hostile_names=True))["members"]}
    assert set(HOSTILE_NAMES) <= told


def test_pandas_reads_names_as_the_readme_says() -> None:
    told = rich(hostile_names=True)
    file = io.BytesIO(package(told)["members.csv"])
    names = pd.read_csv(file, keep_default_na=False, na_values=[""])["name"].str.replace(UNDO, r"\1", regex=True)
    assert list(names) == [member.name for member in told.members]


@given(st.text(st.sampled_from("=+-@'\"a1;,| \t\r\n\u200b＝")) | st.text())
def test_the_guard_can_be_undone(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(st.text(st.sampled_from("=+-@'\"a1;,| \t\r\n\u200b＝")), st.sampled_from([";", "\t", "\r", "\n"]))
def test_no_part_of_a_text_is_a_formula(text: str, cut: str) -> None:
    """However a spreadsheet cuts it, and whatever blanks it drops."""
    parts = [part.lstrip(" \t\r\n\u200b") for part in guarded(text).split(cut)]
    assert [part for part in parts if part.startswith(tuple("=+-@＝＋－＠"))] == []


@pytest.mark.parametrize("delimiter", LOCALES)
def test_no_cell_of_strangers_is_a_formula(delimiter: str) -> None:
    content = package(rich(hostile_names=True))["members.csv"].decode()
    cells = [cell for row in csv.reader(io.StringIO(content, newline=""), delimiter=delimiter) for cell in row]
    assert [cell for cell in cells if re.match(r"\s*[=+\-@]", cell)] == []


def test_plain_names_stay_as_they_are() -> None:
    assert guarded("Zoë; 2nd – of-the =clan") == "Zoë; 2nd – of-the =clan"


def test_the_package_says_how_to_undo_the_guard(marts: Marts) -> None:
    assert UNDO in json.loads(package(marts)[DESCRIPTOR])["description"]


def test_a_name_that_is_no_text_does_not_end_the_night() -> None:
    told = a_marts(1)
    broken = replace(told, members=(replace(told.members[0], name="half \ud83d"),))
    assert read(broken)["members"][0]["name"] == "half ?"


def test_a_number_that_is_none_is_an_empty_cell(marts: Marts) -> None:
    card = replace(marts.advice.cards[0], impact=float("nan"))
    told = replace(marts, advice=replace(marts.advice, cards=(card,)))
    assert read(told)["cards"][0]["impact"] == ""


def test_the_same_night_gives_the_same_bytes() -> None:
    assert package(made()) == package(made())


def test_the_description_is_written_last(marts: Marts, tmp_path: Path) -> None:
    assert write_package(marts, tmp_path)[-1] == tmp_path / DESCRIPTOR


def test_tables_that_are_gone_are_removed(marts: Marts, tmp_path: Path) -> None:
    write_package(marts, tmp_path)
    written = write_package(replace(marts, talk=None), tmp_path)
    assert set(tmp_path.iterdir()) == set(written)


def test_a_table_of_an_older_version_is_removed(marts: Marts, tmp_path: Path) -> None:
    (tmp_path / "boards.csv").write_text("old")
    (tmp_path / DESCRIPTOR).write_text('{"resources": [{"path": "boards.csv"}]}')
    write_package(marts, tmp_path)
    assert not (tmp_path / "boards.csv").exists()


@pytest.mark.parametrize("before", ["no json", "[]", '{"resources": [{"path": "../mine.csv"}]}'])
def test_files_of_others_stay(marts: Marts, tmp_path: Path, before: str) -> None:
    folder = tmp_path / "datapackage"
    folder.mkdir()
    (folder / DESCRIPTOR).write_text(before)
    mine = [tmp_path / "mine.csv", folder / "mine.csv", folder / "notes.txt"]
    for path in mine:
        path.write_text("mine")
    write_package(marts, folder)
    assert [path.read_text() for path in mine] == ["mine"] * 3


def test_a_folder_that_cannot_be_made_is_told_in_words(marts: Marts, tmp_path: Path) -> None:
    (tmp_path / "datapackage").write_text("a file")
    with pytest.raises(PublishError, match=r"The folder .*datapackage cannot be made"):
        write_package(marts, tmp_path / "datapackage")


def test_overall_comes_first_among_the_metrics(tables: Mapping[str, list[dict[str, str]]]) -> None:
    assert tables["metrics"][0]["key"] == OVERALL
