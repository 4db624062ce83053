"""An officer decides in the workbook that a night wrote; the next night reads it, acts on it, and says what became of it."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from night_kit import DAY, NOW, Clan, a_clan
from openpyxl.worksheet.worksheet import Worksheet
from workbook_reader import read, rows_of

from pipeline import stages
from pipeline.domain.decisions import DECISION, KEY, NOTE, TABLE, UNTIL
from pipeline.marts.advice_model import Decision
from pipeline.marts.model import Marts
from pipeline.outputs.deploy import WORKBOOK

EVENING = ("judge", "report")
LEAVE_UNTIL = (NOW + 20 * DAY).date()


def spend(clan: Clan, now: Any) -> None:
    """A whole night, whose every stage goes well."""
    clan.night(now)
    for name in EVENING:
        outcome = stages.perform(name, clan.job(now))
        assert outcome.state == "done", outcome


def write(path: Path, said: Mapping[str, Mapping[str, object]], at: datetime) -> None:
    """Do in the workbook what officers do: write beside the key, and save."""
    book = read(path)
    page = book["To do"]
    assert isinstance(page, Worksheet)
    rows = list(page.iter_rows())
    top = next(at for at, row in enumerate(rows) if any(cell.value == KEY for cell in row))
    headers = [cell.value for cell in rows[top]]
    for row in rows[top + 1 :]:
        for name, value in said.get(str(row[headers.index(KEY)].value), {}).items():
            row[headers.index(name)].value = value  # type: ignore[assignment]    # no cell of a table is merged
    book.save(path)
    os.utime(path, (at.timestamp(), at.timestamp()))


def first(marts: Marts, kind: str) -> str:
    """The key of the first entry of a kind that the workbook of *marts* lists."""
    found = {
        "remove": [f"remove:{verdict.person_id}" for verdict in marts.advice.inactivity.purge],
        "promote": [f"promote:{line.person_id}:{line.rank}" for line in marts.advice.promotions.ready],
        "identify": [
            f"identify:{line.account_id}:{line.guesses[0].player_id}"
            for line in (marts.talk.identities.unsure if marts.talk else ())
            if line.guesses
        ],
    }
    return found[kind][0]


def decided(marts: Marts, key: str) -> Decision:
    return next(decision for decision in marts.advice.decisions if decision.key == key)


@dataclass
class Story:
    """A clan before and after an officer wrote; `keys` are what they wrote about."""

    clan: Clan
    before: Marts
    after: Marts
    keys: Mapping[str, str]

    def decision(self, kind: str) -> Decision:
        return decided(self.after, self.keys[kind])


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with a_clan(tmp_path_factory.mktemp("decided") / "out", seed=47, members=30, days=60, messages=600) as clan:
        clan.backfill(NOW - 2 * DAY, 10)
        spend(clan, NOW)
        before = clan.marts(NOW)
        keys = {kind: first(before, kind) for kind in ("remove", "promote", "identify")}
        path = clan.output / WORKBOOK
        write(
            path,
            {
                keys["remove"]: {DECISION: "On leave until", UNTIL: LEAVE_UNTIL, NOTE: "exams"},
                keys["promote"]: {DECISION: "Not yet", NOTE: "talk first"},
                keys["identify"]: {DECISION: "Confirm"},
            },
            NOW + timedelta(hours=11),
        )
        through_libreoffice(path, NOW + timedelta(hours=12))
        spend(clan, NOW + DAY)
        yield Story(clan, before, clan.marts(NOW + DAY), keys)


def through_libreoffice(path: Path, at: datetime) -> None:
    """Have LibreOffice, where it is installed, open the workbook and save it in place."""
    if not shutil.which("soffice"):
        return
    folder = path.parent / "office"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    shutil.copyfile(folder / path.name, path)
    os.utime(path, (at.timestamp(), at.timestamp()))


def test_all_three_are_kept_with_the_evidence_of_the_evening(story: Story) -> None:
    held = {kind: (story.decision(kind).verdict, bool(story.decision(kind).reason)) for kind in story.keys}
    assert held == {"remove": ("leave", True), "promote": ("not_yet", True), "identify": ("confirm", True)}


def test_a_leave_exempts(story: Story) -> None:
    person = int(story.keys["remove"].split(":")[1])
    verdict = next(each for each in story.after.advice.inactivity.verdicts if each.person_id == person)
    assert (verdict.state, verdict.exempt) == (
        "inactive", f"on leave until {LEAVE_UNTIL.day} {LEAVE_UNTIL:%b} (exams)",
    )  # fmt: skip
    assert person not in {each.person_id for each in story.after.advice.inactivity.purge}


def test_not_yet_lets_a_promotion_wait(story: Story) -> None:
    _, person, rank = story.keys["promote"].split(":")
    [line] = [each for each in story.after.advice.promotions.due if (each.person_id, each.rank) == (int(person), rank)]
    assert line.waits.startswith("officers said not yet until")


def test_confirm_ties_the_two(story: Story) -> None:
    _, account, player = story.keys["identify"].split(":")
    assert story.after.talk is not None
    tied = {(tie.account_id, player_id) for tie in story.after.talk.identities.ties for player_id in tie.player_ids}
    assert (int(account), int(player)) in tied
    assert story.decision("identify").fate == "linked"


def test_the_next_workbook_says_what_was_decided_and_what_became_of_it(story: Story) -> None:
    rows = {row[KEY]: row for row in rows_of(read(story.clan.output / WORKBOOK), TABLE)}
    leave = rows[story.keys["remove"]]
    assert (leave[DECISION], leave[UNTIL].date(), leave[NOTE], leave["State"]) == (
        "On leave until", LEAVE_UNTIL, "exams", "Decided",
    )  # fmt: skip
    assert leave["What became of it"] == "Still away."


def test_it_is_read_once_and_a_workbook_that_nobody_touched_says_nothing_new(story: Story) -> None:
    before = story.clan.rows("SELECT * FROM decision ORDER BY key, mark")
    spend(story.clan, NOW + DAY + timedelta(hours=1))
    assert story.clan.rows("SELECT * FROM decision ORDER BY key, mark") == before


def test_the_page_and_the_payload_tell_it_too(story: Story) -> None:
    assert stages.perform("publish", story.clan.job(NOW + DAY)).state == "done"
    site = story.clan.output / "site"
    payload = json.loads((site / "clan_data.json").read_text("utf-8"))
    assert {each["key"] for each in payload["decisions"]} == set(story.keys.values())
    assert "What was decided" in (site / "clan_dashboard.html").read_text("utf-8")


def test_clan_toml_wins_over_a_decision_and_the_conflict_is_listed(story: Story) -> None:
    """Last of all: it changes what the clan decides."""
    clan, name = story.clan, story.decision("remove").who
    policy = clan.settings.clan_config
    assert policy is not None
    policy.write_text(f'{policy.read_text("utf-8")}\n[[exempt]]\nwho = "{name}"\nwhy = "founder"\n', "utf-8")
    write(
        clan.output / WORKBOOK,
        {story.keys["remove"]: {DECISION: "Remove", UNTIL: None}},
        NOW + DAY + timedelta(hours=12),
    )
    spend(clan, NOW + 2 * DAY)
    decision = decided(clan.marts(NOW + 2 * DAY), story.keys["remove"])
    assert decision.conflict == f"clan.toml wins: {name} is exempt (founder)."
    rows = {row[KEY]: row for row in rows_of(read(clan.output / WORKBOOK), TABLE)}
    assert decision.conflict in rows[story.keys["remove"]]["What became of it"]
