"""Wise Old Man: that it can be reached, knows our group, and takes our key; and how often it may be asked."""

from collections.abc import Iterator
from typing import Final

from pipeline.doctor.check import Check, ok, skipped, warning, wrong
from pipeline.doctor.clocks import compared
from pipeline.doctor.patient import Patient
from pipeline.doctor.rows import unfit
from pipeline.doctor.words import obstacle
from pipeline.domain.names import printable
from pipeline.errors import Retriable
from pipeline.harvests import wom_headers
from pipeline.marts.wording import plural
from pipeline.sources.reach import stop_on_the_way
from pipeline.sources.wom.plan import RESERVE, night_days
from pipeline.sources.wom.probe import WomProbe, probe
from pipeline.storage import queries
from pipeline.storage.engine import looking

NAME: Final = "Wise Old Man"
BASE_URL, KEY, GROUP = "WOM_BASE_URL", "WOM_API_KEY", "WOM_GROUP_ID"
AGENT, BUDGET = "WOM_USER_AGENT", "WOM_REQUEST_BUDGET"
QUIET: Final = 8
"""Requests of a night without joiners, for a clan of any size."""
EVERYTHING: Final = 10**6


def checks(patient: Patient) -> Iterator[Check]:
    """What is ours to say first, then what they say."""
    yield _contact(patient)
    yield _budget(patient)
    yield _code(patient)
    if reason := patient.wrong(BASE_URL):
        yield skipped(NAME, reason)
        return
    if reason := patient.wrong(GROUP):
        yield _reached(patient)
        yield skipped("group", reason)
        return
    settings = patient.settings
    found = probe(settings.wom_base_url, settings.wom_group_id, wom_headers(settings), patient.tick)
    yield from _told(patient, found)


def _told(patient: Patient, found: WomProbe) -> Iterator[Check]:
    if found.stop is not None:
        said, remedy = obstacle(found.stop, NAME, BASE_URL)
        yield wrong(NAME, said, remedy)
        yield skipped("group", "Wise Old Man cannot be reached: see there.")
        return
    yield _answer(found)
    if patient.settings.wom_api_key is not None:
        yield _key(found)
    yield _group(patient, found)
    yield from _other_group(patient)
    if found.limit is not None:
        yield ok(
            "request rate", f"{found.limit} requests are allowed in a minute; {found.remaining} are left of this one."
        )
    yield compared("clock (Wise Old Man)", found.skew, NAME)


def _contact(patient: Patient) -> Check:
    name, settings = AGENT, patient.settings
    if reason := patient.wrong(name):
        return skipped(name, reason)
    if settings.names_a_contact:
        return ok(name, "It names a contact.")
    said = "It names no contact" if settings.wom_user_agent else "It is not set, so it names no contact"
    return warning(
        name,
        f"{said}; Wise Old Man asks for one and blocks tools that have none.",
        "Write it into .env, such as: WOM_USER_AGENT=ClanStats of Ashen Company (discord: yourname)",
    )


def _budget(patient: Patient) -> Check:
    held = patient.settings.wom_request_budget
    missing = _missing_days(patient)
    need = QUIET + RESERVE - 1 + max(1, missing)
    if held < need:
        late = f" and {missing} days that were missed" if missing > 1 else ""
        return warning(
            BUDGET,
            f"{held} requests a night do not suffice for a quiet night, second attempts{late}.",
            f"Raise WOM_REQUEST_BUDGET to {need}, or leave it empty (120).",
        )
    return ok(BUDGET, f"Of {held} requests a night, tonight's needs about {QUIET - 1 + max(1, missing)}.")


def _missing_days(patient: Patient) -> int:
    """Days that tonight has to ask for; none are known to be missing before the first night."""
    if unfit(patient):
        return 0
    with looking(patient.settings.database) as connection:
        days = queries.known(connection).days
    return len(night_days(days, patient.now, EVERYTHING))


def _code(patient: Patient) -> Check:
    name = "WOM_VERIFICATION_CODE"
    if patient.settings.wom_verification_code is None:
        return skipped(name, "It is not set: Wise Old Man is not asked to look at members before a night.")
    return skipped(name, "It is set. It cannot be tried without being used; the log of a night says if it is refused.")


def _reached(patient: Patient) -> Check:
    stop = stop_on_the_way(patient.settings.wom_base_url)
    if stop.obstacle in ("silence", "proxy"):
        return ok(NAME, f"{stop.host} takes connections." if stop.obstacle == "silence" else "A proxy leads to it.")
    said, remedy = obstacle(stop, NAME, BASE_URL)
    return wrong(NAME, said, remedy)


def _answer(found: WomProbe) -> Check:
    if found.failure is None or found.knows_no_group:
        return ok(NAME, "It answers.")
    if found.is_foreign:
        return wrong(
            NAME,
            str(found.failure),
            f"Check {BASE_URL}. If it is right, a proxy or a sign-in page may stand in between: try again later.",
        )
    if isinstance(found.failure, Retriable):
        return warning(NAME, str(found.failure), "That is theirs to mend: try again in some minutes.")
    return wrong(NAME, str(found.failure), f"Check {BASE_URL}, {KEY} and {AGENT}; it says what is refused.")


def _key(found: WomProbe) -> Check:
    match found.key:
        case "accepted":
            return ok(KEY, "It is accepted.")
        case "refused":
            return wrong(
                KEY,
                "Wise Old Man refuses this key.",
                f"Correct {KEY} in .env, or leave it empty: a night gets by with the 20 requests a minute of those without.",
            )
        case _:
            return skipped(KEY, "Nobody knows whether it is accepted: Wise Old Man did not answer as it should.")


def _group(patient: Patient, found: WomProbe) -> Check:
    number = patient.settings.wom_group_id
    if found.name:
        return ok("group", f"Group {number} is {printable(found.name)}, with {plural(found.members, 'member')}.")
    if found.knows_no_group:
        return wrong(
            "group",
            f"Wise Old Man knows no group {number}.",
            f"Write into {GROUP} the address of your group's page, such as https://wiseoldman.net/groups/1234.",
        )
    return skipped("group", "Wise Old Man did not answer as it should: see there.")


def _other_group(patient: Patient) -> Iterator[Check]:
    if unfit(patient):
        return
    with looking(patient.settings.database) as connection:
        clan = queries.clan(connection)
    if clan is not None and clan.id != patient.settings.wom_group_id:
        yield wrong(
            "group in the database",
            f"The database holds the group {clan.id} ({printable(clan.name)}), not {patient.settings.wom_group_id}.",
            f"Correct {GROUP}, or give each clan an OUTPUT_DIR of its own.",
        )
