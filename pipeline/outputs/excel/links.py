"""Where a name leads: the account's page at Wise Old Man."""

from typing import Final
from urllib.parse import quote

from pipeline.outputs.excel.limits import URL

_PLAYERS: Final = "https://wiseoldman.net/players/"


def profile(username: str, longest: int = URL) -> str | None:
    """The page of the account *username*; None where its address is longer than *longest*."""
    url = _PLAYERS + quote(username, safe="", errors="replace")
    return url if len(url) <= longest else None
