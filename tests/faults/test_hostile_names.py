"""A night in which everybody and everything is called what it should not be, from the wire to the last file."""

import csv
import logging
import re
import shutil
import warnings
from pathlib import Path
from typing import Any

import pytest
import registry
from builders import HOSTILE_NAMES
from fault_kit import Night, differences
from openpyxl import Workbook, load_workbook
from playing import EVERY_OUTPUT
from wires import twisted

from pipeline import log
from pipeline.outputs.deploy import SINGLE_PAGE, WORKBOOK

FORGED = "Zed\r\n2026-11-21 03:17:00,000 ERROR   run pipeline.forged: nothing is well"
SCRIPT = "<script>document.title='owned'</script>"
NAMES = (
    *HOSTILE_NAMES,
    FORGED,
    SCRIPT,
    "../../../../etc/passwd",
    "..\\..\\windows",
    "C:evil",
    "a\x00b",
    "é" * 300,
    "🐉" * 60,
    "{{7*7}}",
)
NAMED = ("displayName", "username", "name", "title", "clanChat", "description", "nick", "global_name", "teamName")


def renamed(path: str, said: Any, at: int = 0) -> Any:
    """Everything that has a name has a hostile one, the same each time: an achievement's name alone is a key."""
    if isinstance(said, list):
        return [renamed(path, each, number) for number, each in enumerate(said)]
    if not isinstance(said, dict):
        return said
    number = int(said.get("id") or 0) if str(said.get("id", "")).isdigit() else at
    hostile = NAMES[number % len(NAMES)]
    keeps = "threshold" in said  # an achievement
    return {
        key: hostile if key in NAMED and isinstance(value, str) and not keeps else renamed(path, value, at)
        for key, value in said.items()
    }


@pytest.fixture
def _our_loggers() -> Any:
    ours = [logging.getLogger(name) for name in log.OURS]
    before = [(one.level, one.propagate) for one in ours]
    yield
    log.stop()
    for one, (level, propagate) in zip(ours, before, strict=True):
        one.setLevel(level)
        one.propagate = propagate


@pytest.mark.usefixtures("_our_loggers")
@pytest.mark.trouble(registry.NAMES)
@pytest.mark.trouble(registry.FORGED_LOG)
def test_hostile_names_are_names_in_every_file_and_gone_when_they_are_changed(night: Night, tmp_path: Path) -> None:
    case = night.before("harvest_wom", tmp_path / "case")
    beside = sorted(path.name for path in tmp_path.iterdir())
    log.start(case.output, "hostile", (), console=False)
    with twisted(night.server.base_url, renamed) as wom, twisted(night.discord.base_url, renamed) as discord:
        outcomes = case.finish(wom_base_url=wom, discord_base_url=discord)
    log.stop()
    assert {o.name: o.error for o in outcomes.values() if o.state != "done"} == {}

    assert sorted(path.name for path in tmp_path.iterdir()) == beside
    strange = [path for path in case.folder.rglob("*") if not re.fullmatch(r"[\w.\-]+", path.name)]
    assert strange == [], "a name became a file's"
    for workbook in (case.output / WORKBOOK, case.drive / WORKBOOK):
        formulas = [
            cell.value
            for sheet in opened(workbook).worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        ]
        assert [each for each in formulas if any(name.lstrip("=") in str(each) for name in NAMES[:2])] == []
    for page in (case.output / "site" / "clan_dashboard.html", case.output / SINGLE_PAGE):
        text = page.read_text("utf-8")
        outside = re.sub(r"(<script\b[^>]*>).*?</script>", r"\1", text, flags=re.DOTALL)
        assert "<img src=x" not in outside
        assert "owned" not in outside
        assert "<!--<script" not in text
    for table in (case.output / "datapackage").rglob("*.csv"):
        with table.open(encoding="utf-8", newline="") as rows:
            begun = {cell[0] for row in csv.reader(rows) for cell in row if cell and not _is_number(cell)}
        assert begun.isdisjoint("=+@-\t\r"), table.name
    lines = (case.output / "logs" / "app.log").read_text("utf-8").split("\n")
    odd = [line for line in lines if line and not re.match(r"\d{4}-\d\d-\d\d [\d:,]{12} \w+ +hostile |    \| ", line)]
    assert odd == []

    healed = case.finish(tag="-2")
    assert {o.name: (o.state, o.error) for o in healed.values() if o.state != "done"} == {}
    kept = ("name_change", "discord_account", "person")  # what was told of the past stays, and of who has left Discord
    assert [
        each for each in differences(case, night.twin, EVERY_OUTPUT) if not any(name in each for name in kept)
    ] == []
    shutil.rmtree(case.folder)


def opened(workbook: Path) -> Workbook:
    """*workbook*, of which openpyxl says that it knows no sparklines."""
    with warnings.catch_warnings(action="ignore"):
        return load_workbook(workbook)


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"-?[\d.]+(?:e-?\d+)?", cell) is not None
