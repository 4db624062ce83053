"""Scripted misfortune: which requests go wrong, and how."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

KINDS: Final = ("429", "blocked", "500", "503", "html502", "html200", "empty200", "reset", "stall", "truncated")


@dataclass(slots=True)
class Fault:
    """Goes wrong for requests that match the glob `pattern`: lets `after` of them pass, then spoils `times` (None: all)."""

    pattern: str
    kind: str
    times: int | None = 1
    after: int = 0
    retry_after: int = 1

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


FAULTS: Final[dict[str, tuple[Fault, ...]]] = {
    "rate-limited": (Fault("*", "429", times=2, after=2),),
    "flaky": (Fault("*/bulk-hiscores*", "503"), Fault("*/activity*", "reset"), Fault("*/achievements*", "html502")),
    "blocked": (Fault("*", "blocked", times=None),),
    "down": (Fault("*", "503", times=None),),
    "proxy-down": (Fault("*", "html502", times=None),),
    "reset": (Fault("*/bulk-hiscores*", "reset", times=2),),
    "stall": (Fault("*/bulk-gained*", "stall"),),
    "truncated": (Fault("*/bulk-hiscores*", "truncated"),),
    "html": (Fault("*/name-changes*", "html200"),),
    "empty": (Fault("*/activity*", "empty200"),),
    "dies-midway": (Fault("*", "503", times=None, after=4),),
}
"""Plans by name, for `clanstats demo --serve --fault NAME`."""
