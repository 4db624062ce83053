"""What can go wrong with Wise Old Man, and plans of it by name."""

from typing import Final

from pipeline.demo.fault import BROKEN, Fault

KINDS: Final = ("429", "blocked", "500", "503", "html502", "html200", "empty200", *BROKEN)

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
