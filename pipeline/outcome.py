"""What a stage leaves behind: counts and paths, never rows. No outcome file means that the stage was killed."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final, Literal, Self

from pipeline.errors import ClanError, ConfigError, Denied, Retriable, Unforeseen
from pipeline.outputs.files import write_text

StageState = Literal["done", "partial", "failed", "killed"]
"""`partial`: all that matters is there, but something beside it is missing."""

STAGES: Final = (
    "harvest_wom",
    "harvest_discord",
    "harvest_workbook",
    "load",
    "judge",
    "report",
    "publish",
    "deploy",
    "digest",
)
HARVESTS: Final = STAGES[:2]
"""The stages that ask the world. One of them is enough to go on."""

DIGEST: Final = STAGES[-1]
"""The stage that tells of the night. It comes after everything, whatever became of it, and the night's verdict is without it."""

LANDINGS: Final = STAGES[:3]
"""The stages that leave landings, side by side. Reading the workbook is no source: without it a night is as good as with it."""

ATTEMPTS: Final = 3
"""So often a night tries a stage that may work again."""


@dataclass(frozen=True, slots=True)
class StageOutcome:
    """The result of a stage. `error_class` names the leaf of the tree of errors, so that the flow knows what to do.

    `bytes` is what came from a source, or what was written for people. `peak_bytes` is the most memory that its process held;
    `rate_left` the fewest requests that the source had left of `rate_limit`. `note` is a word about a stage that went well.
    """

    name: str
    state: StageState
    attempts: int = 1
    seconds: float = 0.0
    requests: int = 0
    bytes: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    error: str | None = None
    error_class: str | None = None
    paths: tuple[str, ...] = ()
    peak_bytes: int | None = None
    rate_left: int | None = None
    rate_limit: int | None = None
    note: str | None = None

    @classmethod
    def of_error(cls, name: str, error: Exception) -> Self:
        """A failure; an error outside our tree is a fault of ours and says where to look."""
        if isinstance(error, ClanError):
            kind = next(k for k in (Retriable, Denied, ConfigError, type(error)) if isinstance(error, k))
            return cls(name, "failed", error=str(error), error_class=kind.__name__)
        if isinstance(error, MemoryError):
            text = f"There was not enough memory for {name}: close other programs and run again; nothing was lost."
            return cls(name, "failed", error=text, error_class=MemoryError.__name__)
        return cls(name, "failed", error=str(Unforeseen.of(error)), error_class=type(error).__name__)

    @property
    def succeeded(self) -> bool:
        """Whether the next stage may build on it."""
        return self.state in ("done", "partial")

    @property
    def may_work_again(self) -> bool:
        """Whether another attempt makes sense: the stage was killed, or its source was out of reach."""
        return self.state == "killed" or self.error_class == Retriable.__name__

    @property
    def needs_a_setting(self) -> bool:
        """Whether a person has to mend a setting or a credential first."""
        return self.error_class in (Denied.__name__, ConfigError.__name__)

    def veiled(self, veil: Callable[[str], str]) -> Self:
        """The same, without the secrets that *veil* takes out: what a library says of an error goes into files that people open."""
        return replace(self, error=self.error and veil(self.error))

    def after(self, attempts: int, seconds: float) -> Self:
        """The same, as the one who started it saw it."""
        return replace(self, attempts=attempts, seconds=round(seconds, 3))


def outcome_file(output: Path, run_id: str, name: str) -> Path:
    """Where the outcome of a stage lies."""
    return output / "runs" / run_id / f"{name}.json"


def write_outcome(output: Path, run_id: str, outcome: StageOutcome) -> None:
    """Leave *outcome* by replacement: it is there whole, or not."""
    file = outcome_file(output, run_id, outcome.name)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_text(file, json.dumps(asdict(outcome), indent=1, ensure_ascii=False))


def read_outcome(output: Path, run_id: str, name: str) -> StageOutcome:
    """The outcome of a stage; one that left none was killed."""
    try:
        held = json.loads(outcome_file(output, run_id, name).read_text("utf-8"))
    except FileNotFoundError:
        return StageOutcome(name, "killed", error=f"The stage {name} was ended from outside.")
    return StageOutcome(**{**held, "paths": tuple(held["paths"])})
