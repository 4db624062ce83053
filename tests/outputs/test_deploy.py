"""A deployment never shows a page without its assets, and never touches what it did not put there."""

import hashlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import PublishError
from pipeline.outputs.deploy import MANIFEST, PAGE, SINGLE_PAGE, WORKBOOK, Deployed, Sources, deploy

NIGHT = date(2026, 11, 21)
DATED = "clan_report_summary_merged_2026-11-21.xlsx"


class House:
    """Outputs in one folder, and a target."""

    def __init__(self, root: Path) -> None:
        self.root, self.site, self.target = root, root / "site", root / "drive"
        (self.site / "assets" / "js").mkdir(parents=True)
        self.target.mkdir()
        self.publish("1")

    def publish(self, edition: str) -> None:
        """Outputs in which everything but the emblem says *edition*."""
        for old in (self.site / "assets").glob("*.css"):
            old.unlink()
        (self.site / "assets" / f"base.{edition}.css").write_text(edition)
        (self.site / "assets" / "js" / "emblem.svg").write_text("always the same")
        (self.site / "clan_data.json").write_text(edition)
        (self.site / PAGE).write_text(edition)
        (self.root / SINGLE_PAGE).write_text(edition)
        (self.root / WORKBOOK).write_text(edition)

    def deploy(
        self, night: date = NIGHT, workbook: str = WORKBOOK, is_read: Callable[[str], bool] = lambda digest: False
    ) -> Deployed:
        return deploy(Sources(self.site, self.root / SINGLE_PAGE, self.root / workbook, night), self.target, is_read)

    def there(self) -> dict[str, str]:
        """Every file at the target but the manifest."""
        files = [path for path in self.target.rglob("*") if path.is_file() and path.name != MANIFEST]
        return {path.relative_to(self.target).as_posix(): path.read_text() for path in files}

    def manifest(self) -> dict[str, dict[str, dict[str, str]]]:
        content: dict[str, dict[str, dict[str, str]]] = json.loads((self.target / MANIFEST).read_text())
        return content


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_everything_arrives(house: House) -> None:
    house.deploy()
    assert house.there() == {
        "assets/base.1.css": "1",
        "assets/js/emblem.svg": "always the same",
        "clan_data.json": "1",
        PAGE: "1",
        SINGLE_PAGE: "1",
        WORKBOOK: "1",
    }


def test_the_manifest_names_every_file_with_its_hash(house: House) -> None:
    house.deploy()
    hashes = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in house.there().items()}
    assert {name: entry["sha256"] for name, entry in house.manifest()["files"].items()} == hashes


def test_a_second_time_changes_nothing(house: House) -> None:
    house.deploy()
    before = {path: path.stat().st_mtime_ns for path in house.target.rglob("*")}
    again = house.deploy()
    assert again.copied == ()
    assert len(again.unchanged) == 6
    assert {path: path.stat().st_mtime_ns for path in house.target.rglob("*")} == before


def test_only_what_changed_is_copied_assets_first_and_the_page_last(house: House) -> None:
    house.deploy()
    house.publish("2")
    assert house.deploy().copied == ("assets/base.2.css", "clan_data.json", WORKBOOK, SINGLE_PAGE, PAGE)


def test_what_somebody_damaged_is_mended(house: House) -> None:
    house.deploy()
    (house.target / "clan_data.json").write_text("damaged")
    assert house.deploy().copied == ("clan_data.json",)


def test_an_old_asset_stays_one_night(house: House) -> None:
    house.deploy()
    house.publish("2")
    assert house.deploy(date(2026, 11, 22)).removed == ()
    assert "assets/base.1.css" in house.there()
    assert house.deploy(date(2026, 11, 22)).removed == ()
    assert house.deploy(date(2026, 11, 23)).removed == ("assets/base.1.css",)
    assert "assets/base.1.css" not in house.there()


def test_an_asset_that_comes_back_is_not_removed(house: House) -> None:
    for night, edition in ((21, "1"), (22, "2"), (23, "1"), (24, "1")):
        house.publish(edition)
        house.deploy(date(2026, 11, night))
    assert "assets/base.1.css" in house.there()
    assert "assets/base.2.css" not in house.there()


def test_strangers_are_never_touched(house: House) -> None:
    (house.target / "assets").mkdir()
    strangers = {"assets/holiday.css": "mine", "notes.txt": "mine"}
    for name, text in strangers.items():
        (house.target / name).write_text(text)
    for night in (21, 22, 23):
        house.publish(str(night))
        house.deploy(date(2026, 11, night))
    assert house.there().items() >= strangers.items()


def test_our_old_file_that_somebody_changed_is_theirs_now(house: House) -> None:
    house.deploy()
    (house.target / "assets" / "base.1.css").write_text("mine")
    for night in (22, 23, 24):
        house.publish("2")
        assert house.deploy(date(2026, 11, night)).removed == ()
    assert house.there()["assets/base.1.css"] == "mine"


def test_a_manifest_that_points_outside_removes_nothing(house: House) -> None:
    outside = house.root / "precious"
    outside.write_text("x")
    entry = {"sha256": hashlib.sha256(b"x").hexdigest(), "since": "2026-01-01"}
    names = ("../precious", str(outside))
    (house.target / MANIFEST).write_text(json.dumps({"files": {}, "leaving": dict.fromkeys(names, entry)}))
    assert house.deploy().removed == ()
    assert outside.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": 1}', '{"files": {"a": {}}, "leaving": {}}', "\ufeff"])
def test_a_damaged_manifest_is_written_anew(house: House, text: str) -> None:
    (house.target / MANIFEST).write_text(text)
    house.deploy()
    assert len(house.manifest()["files"]) == 6


def test_what_a_killed_deployment_left_is_removed_later(house: House) -> None:
    house.deploy()
    house.publish("2")
    (house.target / SINGLE_PAGE).unlink()
    (house.target / SINGLE_PAGE).mkdir()
    with pytest.raises(PublishError, match="cannot be replaced"):
        house.deploy(date(2026, 11, 22))
    (house.target / SINGLE_PAGE).rmdir()
    assert house.there()[PAGE] == "1"
    house.publish("3")
    house.deploy(date(2026, 11, 23))
    house.deploy(date(2026, 11, 24))
    assert [name for name in house.there() if name.endswith(".css")] == ["assets/base.3.css"]


def test_a_missing_target_names_the_setting(house: House) -> None:
    house.target.rmdir()
    with pytest.raises(PublishError, match=r"LOCAL_DRIVE_PATH names .*drive, which is no folder"):
        house.deploy()


def test_missing_outputs_are_named_and_nothing_is_touched(house: House) -> None:
    (house.site / PAGE).unlink()
    with pytest.raises(PublishError, match=r"clan_dashboard\.html is missing"):
        house.deploy()
    assert not house.there()


def test_a_file_where_a_folder_must_be_is_said_in_words(house: House) -> None:
    (house.target / "assets").write_text("a file")
    with pytest.raises(PublishError, match="assets"):
        house.deploy()


def test_a_workbook_open_at_the_target_goes_beside_it_and_the_rest_goes_on(house: House) -> None:
    house.deploy()
    house.publish("2")
    (house.target / f"~${WORKBOOK}").touch()
    deployed = house.deploy()
    assert (deployed.workbook, deployed.workbook_dated) == (DATED, True)
    there = house.there()
    assert (there[WORKBOOK], there[DATED], there[PAGE]) == ("1", "2", "2")
    assert house.deploy().copied == ()


def test_the_dated_workbook_leaves_again_when_the_real_one_can_be_replaced(house: House) -> None:
    house.deploy()
    lock = house.target / f"~${WORKBOOK}"
    lock.touch()
    house.publish("2")
    house.deploy()
    lock.unlink()
    for night in (22, 23):
        house.publish(str(night))
        assert not house.deploy(date(2026, 11, night)).workbook_dated
    assert house.there()[WORKBOOK] == "23"
    assert DATED not in house.there()


def test_a_workbook_dated_at_home_has_its_own_name_at_the_target(house: House) -> None:
    (house.root / DATED).write_text("tonight")
    deployed = house.deploy(workbook=DATED)
    assert (deployed.workbook, house.there()[WORKBOOK]) == (WORKBOOK, "tonight")


def test_a_workbook_that_somebody_changed_stays_and_tonights_goes_beside_it(house: House) -> None:
    house.deploy()
    (house.target / WORKBOOK).write_text("decisions")
    house.publish("2")
    deployed = house.deploy()
    assert (deployed.workbook, deployed.workbook_dated, deployed.workbook_kept) == (DATED, True, True)
    there = house.there()
    assert (there[WORKBOOK], there[DATED], there[PAGE]) == ("decisions", "2", "2")
    assert house.deploy().copied == ()


def test_a_workbook_that_was_changed_and_read_is_replaced(house: House) -> None:
    house.deploy()
    (house.target / WORKBOOK).write_text("decisions")
    house.publish("2")
    assert not house.deploy(is_read=hashlib.sha256(b"decisions").hexdigest().__eq__).workbook_dated
    assert house.there()[WORKBOOK] == "2"


def test_a_workbook_that_was_there_before_us_stays_until_it_is_read(house: House) -> None:
    (house.target / WORKBOOK).write_text("somebody's")
    assert house.deploy().workbook == DATED
    assert house.there()[WORKBOOK] == "somebody's"


def test_a_dated_workbook_that_somebody_changed_is_never_removed(house: House) -> None:
    house.deploy()
    lock = house.target / f"~${WORKBOOK}"
    lock.touch()
    house.publish("2")
    house.deploy()
    lock.unlink()
    (house.target / DATED).write_text("decisions")
    for night in (22, 23, 24):
        house.publish(str(night))
        assert not house.deploy(date(2026, 11, night)).workbook_dated
    assert house.there()[DATED] == "decisions"


def test_what_a_killed_deployment_placed_is_replaced_if_we_wrote_it(house: House) -> None:
    """The manifest comes after the workbook; until then the ledger alone knows that it is ours."""
    house.deploy()
    (house.target / WORKBOOK).write_text("2")
    house.publish("3")
    assert not house.deploy(is_read=hashlib.sha256(b"2").hexdigest().__eq__).workbook_dated
