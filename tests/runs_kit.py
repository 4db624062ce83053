"""Runs as `runs.js` tells them, of nights that cost something."""

from datetime import date, timedelta
from typing import Any

LAST = date(2026, 11, 21)
CONCERNS = [
    {"kind": "disk", "severity": "high", "said": "The disk is full in 12 nights.", "remedy": "Free <b>some</b> space."},
    {
        "kind": "nights",
        "severity": "low",
        "said": "On 2 of the last 14 nights nothing ran.",
        "remedy": "Look after it.",
    },
]


def a_run(ago: int, **other: Any) -> dict[str, Any]:
    """A night *ago* days before the last one; the database grew by a megabyte each night up to 100 MB."""
    night = (LAST - timedelta(days=ago)).isoformat()
    return {
        "night": night, "now": f"{night}T03:00:00+00:00", "state": "done", "sentence": "Everything is up to date.",
        "seconds": 70.0 + ago % 3, "requests": 20 + ago % 5, "database_bytes": (100 - ago) * 1_000_000,
        "landing_bytes": 90_000_000, "backup_bytes": 440_000_000, "free_bytes": 210_000_000_000,
        "stages": [a_stage("load"), a_stage("report", bytes=19_000_000, peak_bytes=292_000_000)],
        **other,
    }  # fmt: skip


def a_stage(name: str, **other: Any) -> dict[str, Any]:
    return {
        "name": name, "state": "done", "attempts": 1, "seconds": 3.5, "requests": 0, "bytes": 0, "inserted": 4_200,
        "updated": 3, "unchanged": 0, "peak_bytes": None, "error": None, **other,
    }  # fmt: skip


def told_runs(number: int, *, missed: tuple[int, ...] = (), concerns: Any = ()) -> list[dict[str, Any]]:
    """So many nights, newest first, without those that were *missed*; the newest bodes *concerns*."""
    runs = [a_run(ago) for ago in range(number) if ago not in missed]
    runs[0]["warnings"] = list(concerns)
    return runs
