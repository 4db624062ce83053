"""Who stays and who needs a word, in the same words in the workbook and on the pages."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

from pipeline.marts.advice_model import FunnelStep, Retention
from pipeline.marts.wording import plural

FEW: Final = 10
"""Of fewer people a share says nothing."""

_LONG: Final = 90
"""Days after which the answer asks who is still here."""

_ADVICE: Final = {
    "matched": "Most are lost before anybody knows them in Discord: ask each newcomer for their Discord name on the first day.",
    "message": "Most are lost before their first message: greet each newcomer by name and ask them something easy.",
    "reply": "Most are lost after a first message that nobody answered: agree who looks at the newcomers' channel each day.",
    "gains": "Most are lost before they play: invite newcomers to a mass or a skilling hour in their first week.",
    "day_30": "Most are lost in the first month: give newcomers one thing to look forward to in it, such as a rank or an event.",
    "day_60": "Most are lost in the second month: talk to whoever has been here for a month and has no rank yet.",
    "day_90": "Most are lost in the third month: talk to whoever has been here for two months and gave no sign lately.",
}
_TOO_FEW: Final = (
    "Greet each newcomer by name in their first days: too few have joined of late to tell at which step most are lost."
)

Crowd = Literal["drifting", "returners", "stars"]


class CrowdWords(NamedTuple):
    """What people who need a word for one reason are called, and what to do."""

    title: str
    advice: str


CROWDS: Final[Mapping[Crowd, CrowdWords]] = {
    "drifting": CrowdWords("Slipping away", "They do far less than is usual for them. Ask how they are."),
    "returners": CrowdWords("Back again", "Say how good it is to see them."),
    "stars": CrowdWords("On the rise", "New, and already among the busiest. Give them something to do."),
}


def who_stays(told: Retention) -> str:
    """Whether those who join stay, in a sentence."""
    everybody = next((cohort for cohort in told.cohorts if cohort.month is None), None)
    if everybody is None:
        return "Nobody has joined since we began to look, so nobody can tell yet who stays."
    late = next((cell for cell in everybody.cells if cell.days >= _LONG and cell.share is not None), None)
    if late is None or late.share is None or everybody.joined < FEW:
        return f"{plural(everybody.joined, 'member')} joined so far, and {everybody.here:,} of them are still here."
    return f"Of everybody who joined, {whole_percent(late.share)} were still here after {plural(late.days, 'day')}."


def how_to_keep(steps: Sequence[FunnelStep]) -> str:
    """What to do about the step where most newcomers are lost; where they are few, what always helps."""
    worst = worst_step(steps)
    if worst is not None:
        return _ADVICE.get(worst.key, "")
    return _TOO_FEW if _most_lost(steps) else ""


def worst_step(steps: Sequence[FunnelStep]) -> FunnelStep | None:
    """The step at which most are lost, where there are enough to say so."""
    found = _most_lost(steps)
    return found if found is not None and found.of >= FEW else None


def whole_percent(share: float) -> str:
    """0.885 → 89 %."""
    return f"{int(share * 100 + 0.5)} %"


def _most_lost(steps: Sequence[FunnelStep]) -> FunnelStep | None:
    """The step that the largest share of those who could take it did not."""
    found = [step for step in steps if step.count < step.of]
    return max(found, key=lambda step: (step.of - step.count) / step.of, default=None)
