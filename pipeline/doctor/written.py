"""What is written into `.env`: that it is there, that it is right, and that nobody else can read it."""

import os
import shlex
import stat
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from pipeline.doctor.check import Check, ok, skipped, warning, wrong
from pipeline.doctor.patient import Patient
from pipeline.domain.names import printable
from pipeline.house import PROJECT
from pipeline.settings import Settings

NEAR: Final = 0.75
"""How much alike two names are of which one may be a slip."""
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def checks(patient: Patient) -> Iterator[Check]:
    """The file, its rights, each wrong setting, and names that are nearly ours."""
    yield _file(patient)
    yield from _rights(patient)
    found = list(_wrong(patient))
    yield from found or [ok("settings", "Every setting that is set can be read.")]
    yield from _slips(patient)


def _file(patient: Patient) -> Check:
    survey, name = patient.survey, ".env"
    if survey.unread is not None:
        return wrong(
            name, survey.unread, "Save it as UTF-8, with the right to read it for the user that runs ClanStats."
        )
    if survey.dotenv is None:
        return skipped(name, "No file is read, since CLANSTATS_DOTENV is empty.")
    if survey.dotenv.is_file():
        return ok(name, f"{survey.dotenv} is read.")
    if "wom_group_id" in survey.wrong:
        return wrong(
            name,
            f"ClanStats is not set up yet: there is no {survey.dotenv}.",
            f"Copy {PROJECT / '.env.example'} to {survey.dotenv}, and write the number of your group behind WOM_GROUP_ID= and "
            "your clan's name with a contact behind WOM_USER_AGENT=. (uv run clanstats demo shows everything without any of that.)",
        )
    return ok(name, f"There is no {survey.dotenv}; the environment has the settings.")


def _rights(patient: Patient) -> Iterator[Check]:
    file = patient.survey.dotenv
    if os.name != "posix" or file is None or not patient.survey.held or not file.is_file():
        return
    if stat.S_IMODE(file.stat().st_mode) & OTHERS:
        yield warning(
            ".env rights",
            f"Other users of this machine can read the secrets in {file}.",
            f"chmod 600 {shlex.quote(str(file))}",
        )
    else:
        yield ok(".env rights", "Nobody else can read the secrets in it.")


def _wrong(patient: Patient) -> Iterator[Check]:
    for name, sentence in patient.survey.wrong.items():
        yield wrong(
            name.upper(),
            sentence.removeprefix(name.upper()).lstrip(": "),
            f"Correct {name.upper()} in .env, or in the environment, which wins; .env.example says what it means.",
        )


def _slips(patient: Patient) -> Iterator[Check]:
    ours = set(Settings.model_fields)
    for name in sorted(patient.survey.named - ours):
        if near := get_close_matches(name, ours, n=1, cutoff=NEAR):
            said = printable(name.upper())
            yield warning(
                said,
                f"{said} stands in .env, but is no setting of ClanStats, so it does nothing.",
                f"Did you mean {near[0].upper()}? Correct its name, or remove the line.",
            )
