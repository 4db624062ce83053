"""What moves together in the clan: rank correlations of what members do, said only as far as the numbers carry."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.domain.metrics import OVERALL, SKILLS, Metric
from pipeline.domain.rank_correlation import rank_correlation
from pipeline.marts.advice_model import Cell, Inactivity, Pair, Together
from pipeline.marts.insights.statistics import SUREST, adjusted
from pipeline.marts.model import CompetitionView, Gain, Period
from pipeline.marts.talk_model import Speaker, TalkMarts

MONTH: Final = "30d"
COMBAT: Final = frozenset({"attack", "strength", "defence", "hitpoints", "ranged", "magic", "prayer", "slayer"})
PAIRS: Final = 3
FALSE_RATE: Final = 0.05
"""Of the pairs that are told so many may be chance (Benjamini–Hochberg)."""

LABELS: Final = {
    "combat": "XP in combat", "skilling": "XP in other skills", "kills": "boss kills", "ehp": "efficient skilling",
    "ehb": "efficient bossing", "messages": "messages", "questions": "questions", "answers": "answers",
    "competitions": "competitions",
}  # fmt: skip
_DO: Final = {
    "combat": "gain more XP in combat", "skilling": "gain more XP in other skills", "kills": "kill more bosses",
    "ehp": "train more efficiently", "ehb": "boss more efficiently", "messages": "write more",
    "questions": "ask more", "answers": "answer more", "competitions": "score in more competitions",
}  # fmt: skip
_PLAY: Final = ("combat", "skilling", "kills", "ehp", "ehb", "competitions")
_TALK: Final = ("messages", "questions", "answers")

SAME: Final = frozenset(
    frozenset(pair)
    for pair in (
        ("combat", "ehp"), ("skilling", "ehp"), ("kills", "ehb"), ("combat", "ehb"), ("combat", "kills"), ("ehp", "ehb"),
        ("combat", "skilling"), ("messages", "questions"), ("messages", "answers"), ("questions", "answers"),
    )
)  # fmt: skip
"""Pairs that say the same in two ways: killing bosses gives combat XP, efficient hours are made of both, questions and answers are messages."""


@dataclass(frozen=True, slots=True)
class _Person:
    """What a person did in the month; None for a half of which nothing is known."""

    play: Mapping[str, float] | None
    talk: Mapping[str, float] | None

    def value(self, fact: str) -> float | None:
        half = self.play if fact in _PLAY else self.talk
        return None if half is None else half[fact]


def together(
    inactivity: Inactivity,
    period: Period,
    metrics: Mapping[str, Metric],
    contests: Sequence[CompetitionView],
    talk: TalkMarts | None,
) -> Together:
    """Every pair of facts over the persons of the clan of whom both are known."""
    people = _people(inactivity, period, metrics, contests, talk)
    facts = _PLAY[:-1] + (() if talk is None else _TALK) + _PLAY[-1:]
    columns = {fact: [person.value(fact) for person in people] for fact in facts}
    cells = tuple(
        tuple(None if first == second else _cell(columns[first], columns[second]) for second in facts)
        for first in facts
    )
    labels = {fact: LABELS[fact] for fact in facts}
    sure = _without_echoes(_sure(facts, cells))[:PAIRS]
    strongest = tuple(Pair(LABELS[a], LABELS[b], cell, _sentence(a, b, cell)) for cell, a, b, _ in sure)
    return Together(facts, labels, cells, strongest, min((min(1 - rate, SUREST) for *_, rate in sure), default=0.0))


def _cell(first: Sequence[float | None], second: Sequence[float | None]) -> Cell | None:
    both = [(a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None]
    found = rank_correlation([a for a, _ in both], [b for _, b in both])
    return None if found is None else Cell(found.rho, found.low, found.high, len(both), found.p)


def _sure(facts: Sequence[str], cells: Sequence[Sequence[Cell | None]]) -> list[tuple[Cell, str, str, float]]:
    """Pairs that do not say the same by the way they are made and are linked beyond chance, the strongest first; and their rate."""
    pairs = [
        (cell, first, second)
        for i, first in enumerate(facts)
        for j, second in enumerate(facts)
        if i < j and (cell := cells[i][j]) is not None and frozenset((first, second)) not in SAME
    ]
    rates = adjusted([cell.p for cell, _, _ in pairs])
    sure = [(*row, rate) for row, rate in zip(pairs, rates, strict=True) if rate <= FALSE_RATE]
    return sorted(sure, key=lambda row: (-abs(row[0].rho), row[1], row[2]))


def _without_echoes(pairs: Sequence[tuple[Cell, str, str, float]]) -> list[tuple[Cell, str, str, float]]:
    """*pairs* but those that say of nearly the same two facts what a stronger one has said."""
    told: list[tuple[Cell, str, str, float]] = []
    for pair in pairs:
        if not any(_alike(pair[1:3], other[1:3]) for other in told):
            told.append(pair)
    return told


def _alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two pairs share a fact, and their other facts say the same."""
    rest, rest_of_other = set(one) - set(other), set(other) - set(one)
    return len(rest) == 1 and frozenset(rest | rest_of_other) in SAME


def _sentence(first: str, second: str, cell: Cell) -> str:
    strength = "a strong link" if abs(cell.rho) >= 0.6 else "a fair link" if abs(cell.rho) >= 0.3 else "a weak link"
    also = f"also {_DO[second]}" if cell.rho > 0 else _less(_DO[second])
    figures = f"{cell.rho:.2f}, between {cell.low:.2f} and {cell.high:.2f}, {cell.people} people"
    return f"People who {_DO[first]} {also}: {strength} ({figures})"


def _less(words: str) -> str:
    """`kill more bosses` → `kill fewer bosses`, `write more` → `write less`."""
    countable = words.endswith(("bosses", "competitions"))
    return words.replace("more", "fewer" if countable else "less")


def _people(
    inactivity: Inactivity,
    period: Period,
    metrics: Mapping[str, Metric],
    contests: Sequence[CompetitionView],
    talk: TalkMarts | None,
) -> list[_Person]:
    speakers = {} if talk is None else {speaker.person_id: speaker for speaker in talk.speakers}
    strangers = set() if talk is None else {line.player_id for line in talk.identities.only_clan}
    scored = _scored(contests, period)
    found = []
    for verdict in inactivity.verdicts:
        gains = [period.gains[player] for player in verdict.player_ids if player in period.gains]
        play = None
        if gains:
            play = _play(gains, metrics) | {"competitions": sum(scored.get(player, 0) for player in verdict.player_ids)}
        is_heard = (
            talk is not None and "opted_out" not in verdict.hindrances and strangers.isdisjoint(verdict.player_ids)
        )
        found.append(_Person(play, _talk(speakers.get(verdict.person_id)) if is_heard else None))
    return found


def _play(gains: Sequence[Mapping[str, Gain]], metrics: Mapping[str, Metric]) -> dict[str, float]:
    def total(counts: Callable[[str], bool]) -> float:
        return float(sum(gain.gained for mine in gains for key, gain in mine.items() if counts(key)))

    return {
        "combat": total(lambda key: key in COMBAT),
        "skilling": total(lambda key: key in SKILLS and key not in COMBAT and key != OVERALL),
        "kills": total(lambda key: key in metrics and metrics[key].kind == "boss"),
        "ehp": total(lambda key: key == "ehp"),
        "ehb": total(lambda key: key == "ehb"),
    }


def _talk(speaker: Speaker | None) -> dict[str, float]:
    if speaker is None:
        return dict.fromkeys(_TALK, 0.0)
    return {fact: float(getattr(speaker, fact).get(MONTH, 0)) for fact in _TALK}


def _scored(contests: Sequence[CompetitionView], period: Period) -> dict[int, int]:
    """In how many contests of the last three months each account scored."""
    since = period.window.until - 3 * (period.window.until - period.window.since)
    found: dict[int, int] = {}
    for contest in contests:
        for row in contest.rows if contest.ends_at >= since else ():
            found[row.player_id] = found.get(row.player_id, 0) + 1
    return found
