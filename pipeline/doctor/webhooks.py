"""The webhooks that digests and alerts are sent to: that they are still there. Their addresses are secrets."""

from collections.abc import Iterator

from pipeline.doctor.check import Check, ok, skipped, warning, wrong
from pipeline.doctor.patient import Patient
from pipeline.doctor.words import obstacle
from pipeline.domain.names import printable
from pipeline.sources.discord.probe import probe_webhook


def digest(patient: Patient) -> Iterator[Check]:
    """Where digests go."""
    yield _one(patient, "DIGEST_WEBHOOK_URL", "no digest is sent")


def alert(patient: Patient) -> Iterator[Check]:
    """Where it is told that a night went wrong."""
    yield _one(patient, "ALERT_WEBHOOK_URL", "nobody is told when a night goes wrong")


def _one(patient: Patient, name: str, without: str) -> Check:
    if reason := patient.wrong(name):
        return skipped(name, reason)
    address = getattr(patient.settings, name.lower())
    if address is None:
        return skipped(name, f"It is not set: {without}.")
    found = probe_webhook(address.get_secret_value())
    if found.state == "there":
        return ok(name, f"Its webhook is there: {printable(found.name)}.")
    if found.state == "gone":
        return wrong(
            name,
            f"Discord knows no such webhook ({found.status}): {without}.",
            f"Make one in Discord (channel settings, Integrations, Webhooks, Copy Webhook URL), and write it into {name}.",
        )
    if found.stop is not None:
        said, remedy = obstacle(found.stop, "the webhook", name)
        return warning(name, said, remedy)
    return warning(name, f"Discord answered {found.status} instead of telling of it.", "Try again in some minutes.")
