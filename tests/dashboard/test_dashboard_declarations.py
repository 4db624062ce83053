"""What the scripts' declarations say of the night is what the night holds: the compiler believes them, so they are held here."""

import re
from collections.abc import Mapping
from typing import Any, get_args

import pytest
from builders import a_marts
from talk_builders import talking_marts

from pipeline.domain.foresight import Concern, Kind
from pipeline.marts.model import Marts
from pipeline.outputs.dashboard.arrangement import MEMBER_FIELDS, detail, face
from pipeline.outputs.dashboard.assets import EARLY
from pipeline.outputs.dashboard.filters import Words
from pipeline.outputs.dashboard.history import history
from pipeline.outputs.dashboard.house import house
from pipeline.storage.tables import Run, StageRun

SCRIPTS = house().assets / "js"
INTERFACES = re.findall(
    r"^interface (\w+) \{\n(.*?)^\}", (SCRIPTS / "night.d.ts").read_text("utf-8"), re.MULTILINE | re.DOTALL
)
DECLARED = {name: dict(re.findall(r"^  (\w+)(\??): ", body, re.MULTILINE)) for name, body in INTERFACES}
"""Each interface's keys, those that may be lacking with a question mark."""


@pytest.fixture(scope="module", params=[a_marts, talking_marts], ids=["without Discord", "with Discord"])
def parts(request: pytest.FixtureRequest) -> dict[str, Mapping[str, Any]]:
    """A night's parts by their declared names."""
    marts: Marts = request.param(24)
    night, more = face(marts, Words(marts.clan.time_zone, marts.as_of)), detail(marts)
    weeks = history(marts)
    found = {"Night": night, "Period": night["periods"][0], "Detail": more, "Weeks": weeks, "Week": weeks["weeks"][0]}
    if marts.talk:
        talk, heat = more["talk"], night["talk"]["heat"][0]
        found |= {"TalkFace": night["talk"], "HeatPeriod": heat, "HeatMaps": heat["chat"], "TalkDetail": talk}
        found |= {"TalkStory": talk["people"][0], "Unknown": next(iter(talk["unknown"].values()))}
    return found


def test_every_part_of_the_night_is_declared_with_all_its_keys(parts: dict[str, Mapping[str, Any]]) -> None:
    for name, part in parts.items():
        needed = {key for key, optional in DECLARED[name].items() if not optional}
        assert needed <= part.keys() <= DECLARED[name].keys(), name


def test_runs_their_stages_and_what_they_bode_are_declared_as_they_are_told() -> None:
    """The page reads a part of what a run tells; older runs, and all but the newest, may lack some of it."""
    stage = {column.name for column in StageRun.__table__.columns}
    assert DECLARED["RunStage"].keys() <= stage
    run = {column.name for column in Run.__table__.columns} | {"stages", "warnings"}
    assert DECLARED["Run"].keys() <= run
    assert DECLARED["Concern"].keys() == Concern.__dataclass_fields__.keys()
    kinds = re.search(r"^  kind: (.*);$", dict(INTERFACES)["Concern"], re.MULTILINE)
    assert kinds
    assert tuple(re.findall(r"'(\w+)'", kinds[1])) == get_args(Kind)


def test_a_members_fields_are_those_of_their_type() -> None:
    declared = re.search(r"@typedef \{\{([^}]*)\}\} Member \*/", (SCRIPTS / "clan.js").read_text("utf-8"))
    assert declared
    assert set(re.findall(r"(\w+): ", declared[1])) == {*MEMBER_FIELDS, "at"}


def test_what_runs_early_is_checked_apart_from_the_modules() -> None:
    early = {f"{name}.js" for name in EARLY}
    for project in ("tsconfig.json", "tsconfig.early.json"):
        assert set(re.findall(r'"(\w+\.js)"', (SCRIPTS / project).read_text("utf-8"))) == early
