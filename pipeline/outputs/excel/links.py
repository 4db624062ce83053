"""Where a name leads: the account's page at Wise Old Man, a contest's, or another sheet of the workbook."""

from typing import Final
from urllib.parse import quote

from pipeline.marts.model import CompetitionView
from pipeline.outputs.excel.limits import URL
from pipeline.outputs.excel.sheet import Link

_SITE: Final = "https://wiseoldman.net"


def profile(username: str, longest: int = URL) -> str | None:
    """The page of the account *username*; None where there is no name, or its address is longer than *longest*."""
    url = f"{_SITE}/players/{quote(username, safe='', errors='replace')}"
    return url if username and len(url) <= longest else None


def contest_link(contest: CompetitionView) -> Link | str:
    """The contest's title, leading to its page."""
    return Link(f"{_SITE}/competitions/{contest.id}", contest.title) if contest.title else ""


def sheet_link(name: str, text: str) -> Link:
    """*text* that leads to the top of the sheet *name*."""
    quoted = name.replace("'", "''")
    return Link(f"internal:'{quoted}'!A1", text)
