"""What officers decided, in the same words in the workbook and on the pages."""

from pipeline.domain.decisions import CHOICES, NOTED, UNCLEAR
from pipeline.marts.advice_model import Decision
from pipeline.marts.wording import Calendar

UNCLEAR_WORD = "Not understood"
NOTE_WORD = "A note"


def verdict_word(decision: Decision) -> str:
    """What was decided, as the list has it."""
    named = {UNCLEAR: UNCLEAR_WORD, NOTED: NOTE_WORD}
    return named.get(decision.verdict) or CHOICES[decision.verdict]  # type: ignore[index]    # one of the two


def decided_words(decision: Decision, calendar: Calendar) -> str:
    """`Keep until 3 Dec`, `On leave until 3 Dec`, `Promote`."""
    word = verdict_word(decision).removesuffix(" until")
    if (
        decision.last_day is None or decision.verdict == "done"
    ):  # what is done has no end; it is only asked again if nobody sees it
        return word
    return f"{word} until {calendar.day(decision.last_day)}"


def outcome(decision: Decision) -> str:
    """What became of it, and why it cannot act where it cannot."""
    return " ".join(filter(None, (decision.conflict, decision.became)))
