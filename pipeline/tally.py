"""How often a run has asked a source so far, kept where it outlives the process that asked."""

from pathlib import Path
from typing import Self

from pipeline.job import Job


class Tally:
    """Counts the requests of a run in a file, a byte each: the budget holds over all attempts, killed ones included."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @classmethod
    def of(cls, job: Job, source: str) -> Self:
        """The requests of this run to *source*."""
        return cls(job.output / "runs" / job.run_id / f"{source}_requests")

    def __call__(self, _attempt: object = None) -> None:
        """One more went out."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("ab") as file:
            file.write(b".")

    @property
    def count(self) -> int:
        """Requests of this run so far."""
        return self._file.stat().st_size if self._file.exists() else 0
