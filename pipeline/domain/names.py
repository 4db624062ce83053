"""Names of accounts and roles, as the game writes and compares them."""

import re
import unicodedata


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
