"""All checks, side by side in threads, told in the order in which a person would mend things."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread
from typing import Final

from pipeline.doctor import database, decided, discord, folders, machine, nights, webhooks, wom, written
from pipeline.doctor.check import Check, skipped, wrong
from pipeline.doctor.patient import Patient
from pipeline.errors import ClanError, StorageError

log = logging.getLogger(__name__)

WITHIN_S: Final = 25.0
"""For everything together: a name server or a shared drive that does not answer would keep us for minutes."""
SHORTEST: Final = 4
"""Characters of a secret that is looked for; a shorter one would be found everywhere."""

Checks = Callable[[Patient], Iterator[Check]]

SUBJECTS: Final[tuple[tuple[str, Checks], ...]] = (
    ("settings", written.checks),
    ("versions", machine.checks),
    ("clan.toml", decided.checks),
    ("OUTPUT_DIR", folders.output),
    ("LOCAL_DRIVE_PATH", folders.drive),
    ("database", database.checks),
    ("Wise Old Man", wom.checks),
    ("Discord", discord.checks),
    ("DIGEST_WEBHOOK_URL", webhooks.digest),
    ("ALERT_WEBHOOK_URL", webhooks.alert),
    ("nights", nights.checks),
)


@dataclass(slots=True)
class _Visit:
    """The checks of one subject, as they come, in a thread that is left alone if it hangs."""

    name: str
    checks: Checks
    patient: Patient
    details: Path
    found: list[Check] = field(default_factory=list)
    thread: Thread = field(init=False)

    def begin(self) -> None:
        self.thread = Thread(target=self._go, name=self.name, daemon=True)
        self.thread.start()

    def _go(self) -> None:
        try:
            for check in self.checks(self.patient):
                self.found.append(check)
        except StorageError as error:
            self.found.append(skipped(self.name, f"The database could not be read: {error}"))
        except ClanError as error:
            self.found.append(
                wrong(self.name, str(error), "Do what it says, then look again: uv run clanstats doctor.")
            )
        except OSError as error:
            said = f"{error.filename or 'A file'} cannot be looked at: {error.strerror or type(error).__name__}."
            self.found.append(wrong(self.name, said, "Give the user that runs ClanStats the right to read it."))
        except Exception as error:  # whatever it is, the other checks go on
            log.exception("The checks of %s failed", self.name)
            said = f"These checks came to an end that nobody foresaw ({type(error).__name__}), so the rest of them is not known."
            self.found.append(wrong(self.name, said, f"Details are in {self.details}; please report them."))

    def told(self, until: float) -> Sequence[Check]:
        """What was found by the instant *until*, as `time.monotonic` counts."""
        self.thread.join(max(0.0, until - time.monotonic()))
        found = tuple(self.found)
        if not self.thread.is_alive():
            return found
        said = "No more is known of it: it did not answer in time."
        return (
            *found,
            wrong(self.name, said, "Check the network, and the drive that the folder lies on, if it is about one."),
        )


def examine(
    patient: Patient, details: Path, subjects: Sequence[tuple[str, Checks]] = SUBJECTS, within_s: float = WITHIN_S
) -> Iterator[Check]:
    """Every check, without anything secret; *details* is the file that log lines of the unforeseen go to."""
    until = time.monotonic() + within_s
    secrets = sorted((each for each in patient.survey.secrets if len(each) >= SHORTEST), key=len, reverse=True)
    visits = [_Visit(name, checks, patient, details) for name, checks in subjects]
    for visit in visits:
        visit.begin()
    for visit in visits:
        for check in visit.told(until):
            yield replace(check, said=_without(secrets, check.said), remedy=_without(secrets, check.remedy))


def _without(secrets: Sequence[str], text: str) -> str:
    for secret in secrets:
        text = text.replace(secret, "[secret]")
    return text
