"""What officers decided in the workbook, and what became of it."""

from typing import Final

from pipeline.domain.decisions import CHOICES, NOTED, UNCLEAR
from pipeline.marts.advice_model import Decision
from pipeline.outputs.exports.resource import Field, Resource

DECISIONS: Final = Resource[Decision](
    "decisions",
    "Decisions",
    "What officers decided about entries of To do, the latest first; those that are long over are left out.",
    lambda marts: marts.advice.decisions,
    (
        Field[Decision]("key", "string", "What it is about: kind of the entry, then the number of a person, account, message or card.", lambda d: d.key),
        Field[Decision]("kind", "string", "Kind of the entry.", lambda d: d.kind),
        Field[Decision]("verdict", "string", "What was decided; noted: a note alone, unclear: it was not understood.", lambda d: d.verdict,
                        among=(*CHOICES, NOTED, UNCLEAR)),
        Field[Decision]("what", "string", "What there was to do.", lambda d: d.what),
        Field[Decision]("who", "string", "About whom.", lambda d: d.who),
        Field[Decision]("player_id", "integer", "Their main account, where they have one.", lambda d: d.player_id),
        Field[Decision]("decided_at", "datetime", "When it was decided.", lambda d: d.decided_at),
        Field[Decision]("until", "date", "The last day that was written beside it.", lambda d: d.until),
        Field[Decision]("last_day", "date", "The last day on which it holds; empty: as long as the matter is the same.", lambda d: d.last_day),
        Field[Decision]("note", "string", "What was noted.", lambda d: d.note),
        Field[Decision]("reason", "string", "The reason that the workbook gave when it was decided.", lambda d: d.reason),
        Field[Decision]("proof", "string", "The proof that it gave.", lambda d: d.proof),
        Field[Decision]("origin", "string", "Where it was said: a copy of the workbook, or the command line.", lambda d: d.origin),
        Field[Decision]("holds", "boolean", "Whether it is in force tonight.", lambda d: d.holds),
        Field[Decision]("silences", "boolean", "Whether it keeps its entry off the list tonight.", lambda d: d.silences),
        Field[Decision]("fate", "string", "What became of it; empty: nothing yet.", lambda d: d.fate),
        Field[Decision]("fate_at", "datetime", "Since when that is so.", lambda d: d.fate_at),
        Field[Decision]("became", "string", "The same in words.", lambda d: d.became),
        Field[Decision]("conflict", "string", "Why it cannot act, or not as it was written; empty: it does.", lambda d: d.conflict),
    ),
    ("key",),
)  # fmt: skip

TABLES: Final = (DECISIONS,)
