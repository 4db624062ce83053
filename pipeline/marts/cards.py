"""Findings as they are kept, and cards as they are shown: the same value, before and after the database."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from pipeline.marts.advice_model import Card, Evidence, Soul
from pipeline.marts.insights.model import Finding
from pipeline.marts.memory import Claim
from pipeline.marts.rules import Severity

PRESSING: Final[dict[Severity, int]] = {"critical": 0, "high": 1, "medium": 2, "low": 3}
"""Severities, the most pressing first."""

_KEPT_APART: Final = ("key", "lasts", "counted")


def claim(finding: Finding) -> Claim:
    """*finding* as something to be kept."""
    body = {name: value for name, value in asdict(finding).items() if name not in _KEPT_APART}
    text = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return Claim(finding.key, "card", text, finding.lasts, finding.counted, finding.impact)


def weight(body: str) -> float:
    """How much of the clan a kept finding touches."""
    return float(json.loads(body)["impact"])


def card(key: str, created_at: datetime, expires_at: datetime, body: str) -> Card:
    """A kept finding as a card; its id is the same every night and anew when it comes back later."""
    held: dict[str, Any] = json.loads(body)
    return Card(
        id=f"{key}@{created_at:%Y%m%d}",
        title=held["title"],
        text=held["text"],
        category=held["category"],
        severity=held["severity"],
        confidence=held["confidence"],
        impact=held["impact"],
        recommendation=held["recommendation"],
        evidence=tuple(Evidence(**each) for each in held["evidence"]),
        who=tuple(Soul(**each) for each in held["who"]),
        created_at=created_at,
        expires_at=expires_at,
        touches=held.get("touches", "the members"),  # cards of before it was kept
        flips_if=held.get("flips_if", ""),
    )


def in_order(cards: list[Card]) -> tuple[Card, ...]:
    """The most pressing first, then what touches most, then the newest."""
    return tuple(sorted(cards, key=lambda c: (PRESSING[c.severity], -c.impact, -c.created_at.timestamp(), c.id)))
