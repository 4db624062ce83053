"""What the outcomes of a night's stages amount to: a word, a number and a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from pipeline.outcome import DIGEST, HARVESTS, StageOutcome

STANDS: Final = "The last good outputs stand."
WELL: Final = "Everything is up to date."
WRITTEN: Final = "Written, but not all went well:"

RunState = Literal["done", "degraded", "failed"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a run ended, in a word, a number and a sentence."""

    state: RunState
    exit_code: int
    sentence: str


def also(verdict: Verdict, said: str) -> Verdict:
    """The verdict on a night of which that is to be said, too: one that was done lacks something now."""
    if verdict.state == "done":
        return Verdict("degraded", 3, f"{WRITTEN} {said}")
    return replace(verdict, sentence=f"{verdict.sentence} {said}")


def stopper(outcomes: Mapping[str, StageOutcome]) -> StageOutcome | None:
    """The stage that nothing can come after: all harvests failed, or Wise Old Man's for a setting, or the load.

    A source that is down does not stop the other: what is known is loaded and shown, with its age.
    """
    harvests = [outcomes[name] for name in HARVESTS if name in outcomes]
    failed = [outcome for outcome in harvests if not outcome.succeeded]
    wrong = next((outcome for outcome in failed if outcome.name == "harvest_wom" and outcome.needs_a_setting), None)
    if wrong is not None:
        return wrong
    if len(failed) == len(harvests):
        said = " ".join(dict.fromkeys(outcome.error or "" for outcome in failed))
        return replace(failed[0], error=said) if failed else _unreached(HARVESTS[0])
    loaded = outcomes.get("load")
    return loaded if loaded is not None and not loaded.succeeded else None


def _unreached(name: str) -> StageOutcome:
    return StageOutcome(name, "failed", error=f"{name} was not reached.")


def sum_up(outcomes: Mapping[str, StageOutcome]) -> Verdict:
    """What the outcomes of a night's stages amount to, by the exit codes of the contract; whether it could be told changes nothing."""
    outcomes = {name: outcome for name, outcome in outcomes.items() if name != DIGEST}
    stopped = stopper(outcomes)
    if stopped is None and "load" not in outcomes:
        stopped = _unreached("load")
    if stopped is not None:
        wrong = stopped.needs_a_setting and stopped.name != "harvest_discord"
        return Verdict("failed", 2 if wrong else 1, f"Nothing new was published: {stopped.error} {STANDS}")
    written = [outcomes[name] for name in ("report", "publish") if name in outcomes]
    errors = dict.fromkeys(o.error or f"{o.name} did not end well." for o in outcomes.values() if o.state != "done")
    if not any(outcome.succeeded for outcome in written):
        return Verdict("failed", 1, f"Nothing new was published: {' '.join(errors)} {STANDS}")
    if errors:
        return Verdict("degraded", 3, f"{WRITTEN} {' '.join(errors)}")
    return Verdict("done", 0, WELL)
