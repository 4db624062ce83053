"""Fault × stage: each misfortune ends in one plain sentence, spoils no good output, and is forgotten by the next run."""

from pathlib import Path

import pytest
from fault_kit import ORDER, Night
from misfortunes import (
    Spoiler,
    a_folder_in_place,
    changed_byte,
    cut,
    damaged,
    damaged_inside,
    flipped_bit,
    gone,
    in_drive,
    in_output,
    manifest_cut,
    manifest_garbage,
    manifest_of_another_form,
    open_in_excel,
    open_in_libreoffice,
    part_missing,
    plan_of_discord,
    protected,
    taken_by_a_file,
    talk_wire,
    truncated,
    wire,
)
from playing import Fault, by_turns, lasts, passes
from pydantic import SecretStr

from pipeline.outcome import STAGES, StageState
from pipeline.outputs.deploy import SINGLE_PAGE, WORKBOOK

DATED = "clan_report_summary_merged_2026-11-21.xlsx"

# On the wire


PASSING = [
    Fault("harvest_wom", "429 with Retry-After once", wire("*/bulk-hiscores*", "429"), state="done", exit_code=0),
    Fault("harvest_wom", "500 once", wire("*/bulk-hiscores*", "500"), state="done", exit_code=0),
    Fault("harvest_wom", "503 once", wire("*/activity*", "503"), state="done", exit_code=0),
    Fault("harvest_wom", "an HTML 502 once", wire("*/name-changes*", "html502"), state="done", exit_code=0),
    Fault("harvest_wom", "a web page for an answer once", wire("*/bulk-gained*", "html200"), state="done", exit_code=0),
    Fault("harvest_wom", "an empty answer once", wire("*/competitions*", "empty200"), state="done", exit_code=0),
    Fault("harvest_wom", "a reset once", wire("*/bulk-hiscores*", "reset"), state="done", exit_code=0),
    Fault("harvest_wom", "an answer cut short once", wire("*/bulk-hiscores*", "truncated"), state="done", exit_code=0),
]

PASSING_TALK = [
    Fault("harvest_discord", "503 once", talk_wire("*/messages?*", "503", after=2), state="done", exit_code=0),
    Fault("harvest_discord", "429 once", talk_wire("*/members?*", "429"), state="done", exit_code=0),
    Fault("harvest_discord", "a reset that lasts", talk_wire("*/messages?*", "reset", 2), state="done", exit_code=0),
    Fault("harvest_discord", "an answer cut short", talk_wire("*/messages?*", "truncated"), state="done", exit_code=0),
    Fault("harvest_discord", "a web page for an answer", talk_wire("*/channels", "html200"), state="done", exit_code=0),
    Fault("harvest_discord", "an empty answer", talk_wire("*/threads/active", "empty200"), state="done", exit_code=0),
]

TALKING = [
    Fault(
        "harvest_discord", "a wrong token", lambda case: None, ("DISCORD_TOKEN",), error_class="Denied", exit_code=3,
        settings={"discord_token": SecretStr("a-wrong-token-0815")},
    ),
    Fault(
        "harvest_discord", "a token that is taken back", talk_wire("*/messages?*", "401", None), ("DISCORD_TOKEN",),
        error_class="Denied", exit_code=3,
    ),
    Fault(
        "harvest_discord", "another server's number", lambda case: None, ("4711", "DISCORD_GUILD_ID"),
        error_class="Denied", exit_code=3, settings={"discord_guild_id": 4711},
    ),
    Fault("harvest_discord", "everything refused", talk_wire("*", "blocked", None), ("429",), error_class="Retriable", exit_code=3),
    Fault(
        "harvest_discord", "refused in the middle", talk_wire("*/messages?*", "blocked", None, after=1),
        ("could not be read to its end", "left alone for tonight"), state="partial", exit_code=3,
    ),
    Fault(
        "harvest_discord", "a permission lost in the middle", talk_wire("*/messages?*", "403", after=1),
        ("could not be read to its end", "50001"), state="partial", exit_code=3,
    ),
    Fault(
        "harvest_discord", "no Message Content intent", plan_of_discord("discord-no-content"),
        ("Message Content Intent",), state="partial", exit_code=3,
    ),
    Fault(
        "harvest_discord", "no Server Members intent", plan_of_discord("discord-no-members"),
        ("Server Members Intent",), state="partial", exit_code=3,
    ),
]  # fmt: skip

# A server that asks us to stay away for more than five minutes is not waited for: the fault is for good, and at once.
FOR_GOOD = 301

LASTING = [
    Fault(
        "harvest_wom", "a wrong key", lambda case: None, ("403", "WOM_API_KEY"), error_class="Denied", exit_code=2,
        settings={"wom_api_key": SecretStr("a-wrong-key-0815")},
    ),
    Fault(
        "harvest_wom", "an unknown group", lambda case: None, ("no group 4711", "WOM_GROUP_ID"), error_class="Denied",
        exit_code=2, settings={"wom_group_id": 4711},
    ),
    Fault(
        "harvest_wom", "a blocked address", wire("*", "blocked", None), ("429", "This address is blocked", "contact"),
        error_class="Denied", exit_code=2,
    ),
    Fault(
        "harvest_wom", "everything down", wire("*", "429", None, retry_after=FOR_GOOD), ("429", "Gave up after 1"),
        error_class="Retriable", exit_code=3,
    ),
    Fault(
        "harvest_wom", "bulk-hiscores down", wire("*/bulk-hiscores*", "429", None, retry_after=FOR_GOOD),
        ("/bulk-hiscores", "Gave up after 1"), error_class="Retriable", exit_code=3,
    ),
    Fault(
        "harvest_wom", "the request budget used up", lambda case: None, ("WOM_REQUEST_BUDGET",), state="partial",
        exit_code=3, settings={"wom_request_budget": 7},
    ),
    Fault(
        "harvest_wom", "achievements down", wire("/groups/*/achievements*", "429", None, retry_after=FOR_GOOD),
        ("/achievements", "Gave up after 1"), state="partial", exit_code=3,
    ),
    Fault(
        "harvest_wom", "the landing folder taken by a file",
        lambda case: taken_by_a_file(case.output / "landing"), ("landing", "cannot be written"),
        error_class="StorageError",
    ),
]  # fmt: skip

# Landings and the database


def broken_landing(name: str, spoil: Spoiler, *says: str) -> Fault:
    """The other source's landing is loaded all the same."""
    return Fault(
        "load", name, spoil, ("The landing 20261121T031700Z-wom-", *says, "set aside"), state="partial", exit_code=3
    )


LOADING = [
    broken_landing("a changed byte", changed_byte, "bulk-hiscores.json.gz", "is not what was written"),
    broken_landing("a flipped bit", flipped_bit, "bulk-hiscores.json.gz"),
    broken_landing("a truncated part", truncated, "bulk-hiscores.json.gz", "cannot be unpacked"),
    broken_landing("a missing part", part_missing, "bulk-hiscores.json.gz", "cannot be unpacked"),
    broken_landing("a manifest of garbage", manifest_garbage, "manifest.json is not JSON"),
    broken_landing("a manifest cut short", manifest_cut, "manifest.json is not JSON"),
    broken_landing("a manifest of another form", manifest_of_another_form, "schema_version"),
    Fault(
        "load", "a database of noise", lambda case: damaged(case.database), ("is damaged", "clanstats restore"),
        error_class="StorageError",
    ),
    Fault(
        "load", "a database damaged inside", lambda case: damaged_inside(case.database),
        ("is damaged", "clanstats restore"), error_class="StorageError",
    ),
    Fault(
        "load", "no place for backups", lambda case: taken_by_a_file(case.output / "backups"), ("backups",),
        error_class="StorageError",
    ),
]  # fmt: skip

# What officers wrote


def broken_workbook(name: str, spoil: Spoiler, *says: str) -> Fault:
    """The copy stays, and the other sources are loaded all the same."""
    return Fault("harvest_workbook", name, spoil, (WORKBOOK, *says, "not lost"), state="partial", exit_code=3)


READING_BACK = [
    broken_workbook("the workbook is noise", in_output(damaged, WORKBOOK), "is not a workbook", "save it again"),
    broken_workbook("the workbook at the drive is noise", in_drive(damaged, WORKBOOK), "drive", "is not a workbook"),
    broken_workbook("the workbook was cut short", in_output(cut, WORKBOOK), "was cut short", "move it away"),
    broken_workbook("the workbook has a password", in_drive(protected, WORKBOOK), "is protected by a password"),
    Fault(
        "harvest_workbook", "the landing folder taken by a file",
        lambda case: taken_by_a_file(case.output / "landing"), ("landing", "cannot be written"),
        error_class="StorageError", exit_code=3,
    ),
]  # fmt: skip

# What is remembered


JUDGING = [
    Fault(
        "judge", "the database is gone", in_output(gone, "clan_data.db"), ("There is no database", "clanstats run"),
        error_class="PublishError", exit_code=1,
    ),
    Fault(
        "judge", "the database is noise", lambda case: damaged(case.database), ("is damaged", "clanstats restore"),
        error_class="StorageError", exit_code=1,
    ),
]  # fmt: skip

# Outputs


def blocked_page(name: str) -> Fault:
    return Fault(
        "publish", f"{name} is a folder", in_output(a_folder_in_place, name), (Path(name).name,),
        error_class="Occupied", exit_code=3, renewed=tuple(f"out/{each}" for each in ORDER[: ORDER.index(name)]),
    )  # fmt: skip


WRITING = [
    Fault(
        "report", "the workbook is open in Excel", in_output(open_in_excel, WORKBOOK), ("is open", DATED),
        state="partial", exit_code=3, extra=(f"out/{DATED}",),
    ),
    Fault(
        "report", "the workbook is open in LibreOffice", in_output(open_in_libreoffice, WORKBOOK), ("is open", DATED),
        state="partial", exit_code=3, extra=(f"out/{DATED}",),
    ),
    Fault(
        "report", "the workbook is a folder", in_output(a_folder_in_place, WORKBOOK), (DATED,), state="partial",
        exit_code=3, extra=(f"out/{DATED}",),
    ),
    Fault(
        "report", "the database is gone", in_output(gone, "clan_data.db"), ("There is no database", "clanstats run"),
        error_class="PublishError", exit_code=1,
    ),
    Fault(
        "report", "the database is noise", lambda case: damaged(case.database), ("is damaged", "clanstats restore"),
        error_class="StorageError", exit_code=1,
    ),
    blocked_page("site/clan_data.json"),
    blocked_page("site/clan_data.js"),
    blocked_page("site/clan_dashboard.html"),
    blocked_page(SINGLE_PAGE),
    Fault(
        "publish", "the site is a file", in_output(taken_by_a_file, "site"), ("cannot be made",),
        error_class="PublishError", exit_code=3,
    ),
    Fault(
        "publish", "the assets are a file", in_output(taken_by_a_file, "site/assets"), ("cannot be made",),
        error_class="PublishError", exit_code=3,
    ),
    Fault(
        "deploy", "the target is gone", lambda case: gone(case.drive), ("LOCAL_DRIVE_PATH", "no folder"),
        error_class="PublishError", exit_code=3,
    ),
    Fault(
        "deploy", "the target is a file", lambda case: taken_by_a_file(case.drive), ("LOCAL_DRIVE_PATH", "no folder"),
        error_class="PublishError", exit_code=3,
    ),
    Fault(
        "deploy", "the workbook at the target is open", in_drive(open_in_excel, WORKBOOK), ("is open", DATED),
        state="partial", exit_code=3, extra=(f"drive/{DATED}",),
    ),
    Fault(
        "deploy", "the page at the target is a folder", in_drive(a_folder_in_place, "clan_dashboard.html"),
        ("clan_dashboard.html",), error_class="Occupied", exit_code=3, renewed=("drive/*",),
    ),
    Fault(
        "deploy", "the site is gone", in_output(gone, "site/clan_dashboard.html"),
        ("clan_dashboard.html is missing", "publish first"), error_class="PublishError", exit_code=3,
    ),
    Fault(
        "deploy", "there is no workbook", in_output(gone, WORKBOOK), (WORKBOOK, "run report"),
        error_class="PublishError", exit_code=3,
    ),
]  # fmt: skip


# What is told


def unheard(name: str, kind: str, *says: str, state: StageState = "failed", error_class: str | None = None) -> Fault:
    """The night is as good as it was."""
    return Fault(
        "digest", name, talk_wire("*/webhooks/*", kind, None), says, state=state, error_class=error_class, exit_code=0
    )


TELLING = [
    unheard("the webhook is gone", "404", "DIGEST_WEBHOOK_URL", "Make a new one", error_class="Denied"),
    unheard("the webhook has another token", "401", "DIGEST_WEBHOOK_URL", "Make a new", error_class="Denied"),
    unheard("a reset once it was sent", "reset", "DIGEST_WEBHOOK_URL", "may have arrived", state="partial"),
    unheard("half an answer", "truncated", "broke off", "may have arrived", "not sent again", state="partial"),
    Fault(
        "digest", "the database is gone", in_output(gone, "clan_data.db"), ("There is no database", "clanstats run"),
        error_class="PublishError", exit_code=0,
    ),
]  # fmt: skip


def test_every_stage_has_its_faults() -> None:
    assert {
        fault.stage for fault in (*PASSING, *TALKING, *LASTING, *READING_BACK, *LOADING, *JUDGING, *WRITING, *TELLING)
    } == set(STAGES)


@pytest.mark.parametrize("fault", by_turns([*PASSING, *PASSING_TALK]), ids=str)
def test_what_passes_by_itself_leaves_an_undisturbed_night(night: Night, fault: Fault, tmp_path: Path) -> None:
    passes(night, fault, tmp_path / "case")


@pytest.mark.parametrize(
    "fault", by_turns([*LASTING, *TALKING, *READING_BACK, *LOADING, *JUDGING, *WRITING, *TELLING]), ids=str
)
def test_what_lasts_is_told_in_a_sentence_spoils_nothing_and_heals(night: Night, fault: Fault, tmp_path: Path) -> None:
    lasts(night, fault, tmp_path / "case")
