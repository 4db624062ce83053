"""What a stage leaves behind, and what the outcomes of a night amount to."""

import json
from pathlib import Path

import pytest

from pipeline.errors import ConfigError, Denied, PublishError, Retriable, StorageError, Unreadable
from pipeline.outcome import STAGES, StageOutcome, outcome_file, read_outcome, write_outcome
from pipeline.outputs.files import Occupied
from pipeline.verdict import sum_up

FULL = StageOutcome(
    "load",
    "partial",
    2,
    1.5,
    8,
    123_456,
    10,
    20,
    30,
    "Zoë’s landing “x” is missing.",
    "Retriable",
    ("landing/x", "landing/y"),
)


@pytest.mark.parametrize("outcome", [FULL, StageOutcome("load", "done")])
def test_an_outcome_comes_back_as_it_was_written(tmp_path: Path, outcome: StageOutcome) -> None:
    write_outcome(tmp_path, "run", outcome)
    assert read_outcome(tmp_path, "run", "load") == outcome


def test_an_outcome_lies_where_the_contract_says_with_nothing_beside_it(tmp_path: Path) -> None:
    write_outcome(tmp_path, "run", FULL)
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()] == [
        "runs/run/load.json"
    ]
    assert json.loads(outcome_file(tmp_path, "run", "load").read_text("utf-8"))["inserted"] == 10


def test_a_stage_that_left_nothing_was_killed(tmp_path: Path) -> None:
    found = read_outcome(tmp_path, "run", "load")
    assert (found.state, found.succeeded, found.may_work_again, bool(found.error)) == ("killed", False, True, True)


def test_the_outcome_of_another_run_is_not_this_ones(tmp_path: Path) -> None:
    write_outcome(tmp_path, "run", FULL)
    assert read_outcome(tmp_path, "other", "load").state == "killed"


@pytest.mark.parametrize(
    ("error", "error_class", "again"),
    [
        (Retriable("x"), "Retriable", True),
        (Denied("x"), "Denied", False),
        (ConfigError("x"), "ConfigError", False),
        (Unreadable("x"), "Unreadable", False),
        (StorageError("x"), "StorageError", False),
        (PublishError("x"), "PublishError", False),
        (Occupied("x"), "Occupied", False),
        (ZeroDivisionError("x"), "ZeroDivisionError", False),
        (TimeoutError("x"), "TimeoutError", False),
    ],
)
def test_only_what_may_work_again_is_tried_again(error: Exception, error_class: str, again: bool) -> None:
    outcome = StageOutcome.of_error("load", error)
    assert (outcome.state, outcome.error_class, outcome.may_work_again) == ("failed", error_class, again)


def test_an_error_of_ours_is_told_as_it_is() -> None:
    assert StageOutcome.of_error("load", StorageError("The disk is full.")).error == "The disk is full."


def test_a_fault_of_ours_says_where_to_look() -> None:
    said = StageOutcome.of_error("load", ZeroDivisionError("by zero")).error or ""
    assert "ZeroDivisionError: by zero" in said
    assert "log" in said


@pytest.mark.parametrize(("state", "well"), [("done", True), ("partial", True), ("failed", False), ("killed", False)])
def test_the_next_stage_builds_on_what_was_done_at_least_in_part(state: str, well: bool) -> None:
    assert StageOutcome("load", state).succeeded is well  # type: ignore[arg-type]


# ── a night ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def failed(name: str, error: Exception) -> StageOutcome:
    return StageOutcome.of_error(name, error)


def killed(name: str) -> StageOutcome:
    return StageOutcome(name, "killed", error="It was killed.")


def partial(name: str) -> StageOutcome:
    return StageOutcome(name, "partial", error="Something is missing.")


def a_night(*others: StageOutcome, without: tuple[str, ...] = ()) -> dict[str, StageOutcome]:
    """A night on which all went well, but for *others*."""
    return {name: StageOutcome(name, "done") for name in STAGES if name not in without} | {o.name: o for o in others}


REST = ("load", "report", "publish", "deploy")
ALONE = ("harvest_discord", *REST)
"""Nothing but Wise Old Man was asked."""


@pytest.mark.parametrize(
    ("outcomes", "state", "code", "said"),
    [
        (a_night(), "done", 0, "Everything is up to date."),
        (a_night(without=("deploy",)), "done", 0, "Everything is up to date."),
        (a_night(failed("harvest_wom", Retriable("WOM is down.")), without=ALONE), "failed", 1, "WOM is down."),
        (a_night(failed("harvest_wom", Denied("No such group.")), without=REST), "failed", 2, "No such group."),
        (a_night(failed("harvest_wom", ConfigError("Bad zone.")), without=REST), "failed", 2, "Bad zone."),
        (a_night(failed("harvest_wom", Unreadable("No JSON.")), without=ALONE), "failed", 1, "No JSON."),
        (a_night(killed("harvest_wom"), without=ALONE), "failed", 1, "It was killed."),
        ({}, "failed", 1, "harvest_wom"),
        (a_night(failed("harvest_wom", Retriable("WOM is down."))), "degraded", 3, "WOM is down."),
        (a_night(killed("harvest_wom")), "degraded", 3, "It was killed."),
        (a_night(failed("harvest_discord", Retriable("Discord is down."))), "degraded", 3, "Discord is down."),
        (a_night(failed("harvest_discord", Denied("Wrong token."))), "degraded", 3, "Wrong token."),
        (a_night(partial("harvest_discord")), "degraded", 3, "Something is missing."),
        (a_night(failed("harvest_discord", Denied("Wrong token.")), without=("harvest_wom", *REST)), "failed", 1, "Wrong token."),
        (a_night(partial("harvest_workbook")), "degraded", 3, "Something is missing."),
        (a_night(failed("harvest_workbook", StorageError("The disk is full."))), "degraded", 3, "The disk is full."),
        (a_night(killed("harvest_workbook")), "degraded", 3, "It was killed."),
        (a_night(without=("harvest_workbook", "deploy")), "done", 0, "Everything is up to date."),
        (a_night(failed("harvest_wom", Retriable("WOM is down.")), failed("harvest_workbook", ConfigError("No.")), without=ALONE),
         "failed", 1, "WOM is down."),
        (a_night(failed("harvest_wom", Retriable("WOM is down.")), failed("harvest_discord", Denied("Wrong token.")), without=REST),
         "failed", 1, "WOM is down. Wrong token."),
        (a_night(failed("harvest_discord", Retriable("Discord is down.")), failed("harvest_wom", Denied("No such group.")), without=REST),
         "failed", 2, "No such group."),
        (a_night(without=REST), "failed", 1, "load"),
        (a_night(failed("load", StorageError("The disk is full.")), without=REST[1:]), "failed", 1, "The disk is full."),
        (a_night(failed("load", ConfigError("DATABASE_URL.")), without=REST[1:]), "failed", 2, "DATABASE_URL."),
        (a_night(killed("load"), without=REST[1:]), "failed", 1, "It was killed."),
        (a_night(partial("harvest_wom")), "degraded", 3, "Something is missing."),
        (a_night(partial("report")), "degraded", 3, "Something is missing."),
        (a_night(failed("report", PublishError("No folder."))), "degraded", 3, "No folder."),
        (a_night(failed("publish", PublishError("No folder."))), "degraded", 3, "No folder."),
        (a_night(killed("publish")), "degraded", 3, "It was killed."),
        (a_night(killed("report"), killed("publish"), without=("deploy",)), "failed", 1, "It was killed."),
        (a_night(without=("report", "publish", "deploy")), "failed", 1, "Nothing new was published"),
        (a_night(failed("deploy", PublishError("Drive is full."))), "degraded", 3, "Drive is full."),
        (a_night(partial("deploy")), "degraded", 3, "Something is missing."),
    ],
)  # fmt: skip
def test_the_outcomes_of_a_night_are_a_state_a_code_and_a_sentence(
    outcomes: dict[str, StageOutcome], state: str, code: int, said: str
) -> None:
    found = sum_up(outcomes)
    assert (found.state, found.exit_code) == (state, code)
    assert said in found.sentence


def test_when_nothing_was_published_the_sentence_says_that_the_last_outputs_stand() -> None:
    found = sum_up(a_night(failed("harvest_wom", Retriable("WOM is down.")), without=ALONE))
    assert found.sentence == "Nothing new was published: WOM is down. The last good outputs stand."


def test_all_that_went_wrong_is_told() -> None:
    found = sum_up(a_night(partial("harvest_wom"), failed("deploy", PublishError("Drive is full."))))
    assert "Something is missing. Drive is full." in found.sentence
