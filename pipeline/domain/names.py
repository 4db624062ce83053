"""Names of accounts and roles, as the game writes and compares them."""

import re
import unicodedata
from typing import Final

_HARMLESS: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]*")
"""What no shell takes for anything but a name, between double quotes."""


def standard(name: str) -> str:
    """*name* as WOM's `username`: lower-case, underscores, hyphens and odd spaces as one space."""
    folded = unicodedata.normalize("NFKC", name)
    return re.sub(r"[\s_-]+", " ", folded).strip().lower()


def role_name(role: str) -> str:
    """A clan role as people write it: `deputy_owner` → `Deputy Owner`."""
    return re.sub(r"[\s_]+", " ", role).strip().title() or "No Rank"


def printable(name: str) -> str:
    """*name* for a terminal or a line of a log: what steers either (escapes, line breaks, marks of direction) is shown as `?`."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)


def confirmation(name: str, account_id: int | str) -> str | None:
    """The command that says whose account it is, to be copied into a shell; None for a name that could do harm there."""
    return f'uv run clanstats identities --confirm "{name}={account_id}"' if _HARMLESS.fullmatch(name) else None
