"""The names that rules, formulas and alerts of clan.toml may use, and what they mean: the only list of them."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import Final

from pipeline.domain.metrics import METRICS, OVERALL, Metric, metric_for

WINDOWS: Final = ("7d", "30d", "90d", "365d")
WHOLE: Final = "all"
"""The window of a name without one: everything held, or the present value."""

XP: Final = "xp"
"""Another name for overall experience."""

OWN: Final = {
    "tenure_days": "days in the clan",
    "idle_days": "days since the last sign of life",
    "total_level": "total levels",
    "achievements": "achievements",
}
TALK: Final = {
    "messages": "messages",
    "clan_chat": "lines of clan chat",
    "questions": "questions asked",
    "answered": "questions answered by others",
    "answers": "answers",
    "helped": "people helped",
    "welcomes": "newcomers greeted first",
}
"""Of a person, over everything held or over a window."""

SCORED: Final = {"competitions": "competitions with a score"}

CLAN: Final = {
    "members": "members",
    "active_members": "active people",
    "inactive_members": "inactive people",
    "unknown_members": "people of whom nobody can know",
    "slots_free": "free slots",
    "due_promotions": "ranks that are due",
    "waiting_questions": "questions that wait",
}
CLAN_WINDOWS: Final = {
    "joined": "members who joined",
    "left": "members who left",
    "messages": "messages",
    "writers": "people who wrote",
    "clan_chat": "lines of clan chat",
    "questions": "questions asked",
}
"""Of the clan, over a window; so is every metric, as what all members gained between them."""

TOTAL: Final = "total_"
AVERAGE: Final = "average_"
"""Before the name of a formula: its sum, and its mean, over everybody of whom it is known."""

_NAMED: Final = {**CLAN_WINDOWS, **CLAN, **OWN, **TALK, **SCORED}
_ONE: Final = {
    "days": "day", "levels": "level", "achievements": "achievement", "messages": "message", "lines": "line",
    "questions": "question", "answers": "answer", "people": "person", "newcomers": "newcomer",
    "competitions": "competition", "kills": "kill", "members": "member", "slots": "slot", "ranks": "rank", "points": "point",
}  # fmt: skip
"""Of the words that facts are called by, those that change where there is one."""

_KEYS: Final = (XP, *(metric.key for metric in METRICS))


def of_person() -> frozenset[str]:
    """Everything that may be asked about a person."""
    counted = (*TALK, *SCORED, *_KEYS)
    return frozenset({*OWN, *counted, *_windowed(counted)})


def of_clan(formulas: Iterable[str]) -> frozenset[str]:
    """Everything that may be asked about the clan, whose own *formulas* have these names."""
    sums = (start + name for name in formulas for start in (TOTAL, AVERAGE))
    return frozenset({*CLAN, *_windowed((*CLAN_WINDOWS, *_KEYS)), *sums})


def split(name: str) -> tuple[str, str]:
    """A fact and its window: `zulrah_30d` is about zulrah and 30 days, `zulrah` about everything."""
    word, _, window = name.rpartition("_")
    return (word, window) if word and window in WINDOWS else (name, WHOLE)


def words(name: str) -> str:
    """What a fact is called: `zulrah_30d` → `kills of Zulrah in 30 days`; a formula by its own name."""
    word, window = split(name)
    return _called(word) + _within(window)


def counted(name: str, count: float) -> str:
    """What *count* of a fact are called: 1 `message`, 2 `messages`."""
    word, window = split(name)
    named = _called(word)
    many = next((each for each in named.split() if each in _ONE), None)
    if count == 1 and many is not None:
        named = named.replace(many, _ONE[many], 1)
    return named + _within(window)


def metric_of(name: str) -> Metric | None:
    """The metric that a fact is about, None for facts of other kinds."""
    word, _ = split(name)
    return metric_for(OVERALL if word == XP else word) if word in _KEYS else None


def nearest(name: str, known: Collection[str]) -> str:
    """What somebody may have meant, as the end of a sentence; where they are listed if nobody can guess."""
    found = get_close_matches(name.lower(), sorted(known), n=1)
    return f"; did you mean {found[0]!r}?" if found else '; README, "Formulas", lists those there are'


def _windowed(names: Iterable[str]) -> Iterable[str]:
    return (f"{name}_{window}" for name in names for window in WINDOWS)


def _called(word: str) -> str:
    named = _NAMED.get(word)
    if named is None:
        named = _metric_words(metric_for(OVERALL if word == XP else word)) if word in _KEYS else word.replace("_", " ")
    return named


def _within(window: str) -> str:
    return "" if window == WHOLE else f" in {window.removesuffix('d')} days"


def _metric_words(metric: Metric) -> str:
    if metric.kind == "computed":
        return metric.name
    if metric.key == OVERALL:
        return "XP"
    if metric.kind == "boss":
        return f"kills of {metric.name}"
    return f"{metric.name} {'XP' if metric.kind == 'skill' else 'score'}"
