"""Where a name leads: a member's own page at Wise Old Man, a contest's, or another sheet of the workbook."""

from typing import Final
from urllib.parse import quote

from pipeline.marts.model import CompetitionView, Member
from pipeline.outputs.excel.sheet import Link

LINKS: Final = 5_000
"""Links of a sheet; further names are text alone. Excel drops those beyond 65,530, and programs that read a workbook look each of them
up among all: at sixty thousand openpyxl took minutes.
"""

_SITE: Final = "https://wiseoldman.net"
_LONGEST: Final = 2_000
"""Characters of an address; Excel refuses more than 2,079."""


def player_link(member: Member) -> Link | str:
    """*member*'s name, leading to their page; only the name where no address can be made of theirs."""
    return _to(f"{_SITE}/players/{quote(member.username, safe='')}", member.name) if member.username else member.name


def contest_link(contest: CompetitionView) -> Link | str:
    """The contest's title, leading to its page."""
    return _to(f"{_SITE}/competitions/{contest.id}", contest.title)


def sheet_link(name: str, text: str) -> Link:
    """*text* that leads to the top of the sheet *name*."""
    quoted = name.replace("'", "''")
    return Link(f"internal:'{quoted}'!A1", text)


def _to(address: str, text: str) -> Link | str:
    return Link(address, text) if text and len(address) <= _LONGEST else text
