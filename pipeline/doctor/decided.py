"""What the clan decides in clan.toml: that it can be read, and that it names what there is."""

from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.doctor.check import Check, ok, skipped, warning, wrong
from pipeline.doctor.patient import Patient
from pipeline.doctor.rows import unfit
from pipeline.errors import ConfigError
from pipeline.people import complaints
from pipeline.policy import Policy
from pipeline.storage.engine import looking

NAME: Final = "clan.toml"


def checks(patient: Patient) -> Iterator[Check]:
    """The file, its time zone, and the names in it."""
    file = patient.settings.clan_config
    try:
        policy = patient.settings.policy()
    except ConfigError as error:
        remedy = (
            "Correct it there; clan.example.toml shows every key."
            if file is not None and file.is_file()
            else "Correct CLAN_CONFIG in .env, or leave it empty."
        )
        yield wrong(NAME, str(error), remedy)
        yield skipped("time zone", "clan.toml is wrong: see there.")
        return
    yield ok(NAME, "There is none, so the defaults hold." if file is None else f"{file} can be read.")
    yield zone(policy.clan.time_zone, patient)
    if file is not None:
        yield from _names(policy, patient)


def zone(name: str, patient: Patient) -> Check:
    """Whether this machine knows the clan's time zone."""
    try:
        there = patient.now.astimezone(ZoneInfo(name))
    except (KeyError, ValueError, OSError):
        return wrong(
            "time zone",
            f"This machine has no data for the time zone {name}.",
            "uv sync installs the package tzdata, which brings them.",
        )
    return ok("time zone", f"Dates are those of {name}, where it is {there:%H:%M}.")


def _names(policy: Policy, patient: Patient) -> Iterator[Check]:
    name = "clan.toml names"
    if reason := unfit(patient):
        yield skipped(name, reason)
        return
    with looking(patient.settings.database) as connection:
        found = complaints(connection, policy)
    if not found:
        yield ok(name, "Every player, rank and metric in it is known.")
    for sentence in found:
        yield warning(name, sentence, "Correct the name there; if it is meant for later, leave it.")
