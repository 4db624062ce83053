"""One scripted misfortune: which requests go wrong, and how."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

BROKEN: Final = ("reset", "stall", "truncated")
"""Kinds that end without a whole answer."""


@dataclass(slots=True)
class Fault:
    """Goes wrong for requests that match the glob `pattern`: lets `after` of them pass, then spoils `times` (None: all).

    `retry_after` is the wait in seconds that a 429 asks for.
    """

    pattern: str
    kind: str
    times: int | None = 1
    after: int = 0
    retry_after: float = 1

    def strikes(self, path: str) -> bool:
        """Whether the request for *path* goes wrong; counts it."""
        if self.times == 0 or not fnmatchcase(path, self.pattern):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True
