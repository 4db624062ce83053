"""What was looked at, how it is, and what to do about it."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "wrong", "skipped"]


@dataclass(frozen=True, slots=True)
class Check:
    """One precondition. `warning`: nights go on, not as they should; `wrong`: they do not, or a part of them does not."""

    name: str
    state: State
    said: str
    remedy: str = ""


def ok(name: str, said: str) -> Check:
    """Nothing is to be done."""
    return Check(name, "ok", said)


def warning(name: str, said: str, remedy: str) -> Check:
    """It should be seen to."""
    return Check(name, "warning", said, remedy)


def wrong(name: str, said: str, remedy: str) -> Check:
    """It must be mended."""
    return Check(name, "wrong", said, remedy)


def skipped(name: str, said: str, remedy: str = "") -> Check:
    """It does not apply, or something before it must be mended first; *said* tells which."""
    return Check(name, "skipped", said, remedy)
