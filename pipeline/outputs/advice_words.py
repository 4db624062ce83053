"""What of advice is said in the same words in the workbook and on the pages."""

from collections.abc import Mapping
from typing import Final

from pipeline.domain.activity import State
from pipeline.marts.advice_model import Category, HitRate, RankNote
from pipeline.marts.rules import Severity

NO_LADDER: Final = (
    "The clan has not written its ladder yet. Write one [[rank]] for each rank into clan.toml, the lowest first, such as "
    'name = "corporal" and all = ["tenure_days >= 90"]; clan.example.toml shows more.'
)
"""What stands where promotions would."""

SEVERITIES: Final[Mapping[Severity, str]] = {
    "critical": "Critical", "high": "High", "medium": "Medium", "low": "Low",
}  # fmt: skip
CATEGORIES: Final[Mapping[Category, str]] = {
    "anomaly": "Unusual",
    "pattern": "Habit",
    "trend": "Trend",
    "questions": "Questions",
    "coverage": "Officers’ hours",
    "helpers": "Helpers",
    "retention": "Who stays",
    "quality": "Records",
    "alert": "Alert",
    "together": "Goes together",
}
STATES: Final[Mapping[State, str]] = {"active": "Active", "inactive": "Inactive", "unknown": "Unknown"}
NOTES: Final[Mapping[RankNote, str]] = {"due": "Due", "above": "Above the ladder", "near": "Nearly there"}

_STRONG: Final = 0.999
_FAIR: Final = 0.99
"""Chance makes such a thing once in a thousand nights like this one, or once in a hundred."""

_ENOUGH: Final = 30
"""Below so many forecasts that are over, a share of them would mislead."""


def confidence_word(confidence: float) -> str:
    """*confidence* as people say it."""
    if confidence >= _STRONG:
        return "Strong"
    return "Fair" if confidence >= _FAIR else "Low"


def percent(share: float) -> str:
    """*share* with one decimal, cut off: what is not certain never reads as 100 %."""
    tenths = int(share * 1000 + 1e-9)
    return f"{tenths // 10} %" if tenths % 10 == 0 else f"{tenths / 10:.1f} %"


def past_forecasts(rate: HitRate) -> str:
    """How often forecasts came true so far."""
    if rate.resolved < _ENOUGH:
        none = "none has" if rate.resolved == 0 else f"only {rate.resolved} {'has' if rate.resolved == 1 else 'have'}"
        return f"It is too early to say how often such forecasts come true: {none} run out so far."
    share = (200 * rate.inside + rate.resolved) // (2 * rate.resolved)
    return f"Of {rate.resolved:,} such forecasts of the past, {share} % came in their time."
