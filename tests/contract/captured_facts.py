"""What is true of the recorded guild, told from its recordings without our code: facts of messages, and the words written."""

import gzip
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from captured_guild import ASKED, CLAN_CHAT, GUIDES, PLANNED, POST, QUESTIONS, Row, messages_in, rooms_of

DATE: Final = datetime(2026, 11, 21, 10, tzinfo=UTC)
"""After the last recorded message; the night before lies between two recorded ones."""
A_DAY: Final = timedelta(days=1)
HOMES: Final = {ASKED: QUESTIONS, PLANNED: CLAN_CHAT, POST: GUIDES}
"""The channels of the recorded threads."""

MEANING: Final[dict[str, tuple[bool, tuple[str, ...]]]] = {
    "": (False, ()),
    "<@#> can you help?": (True, ()),
    "Mass on Sunday @everyone": (False, ()),
    "Monkey madness help": (False, ()),
    "Raid planning": (False, ()),
    "What's the req for raids? (#)": (True, ()),
    "answer #: check the wiki": (False, ()),
    "anyone know the best gear for Vorkath? (#)": (True, ("vorkath",)),
    "bot says #": (False, ()),
    "chat line # gz on # slayer": (False, ("slayer",)),
    "forum opener #, what setup?": (True, ()),
    "forum reply #": (False, ()),
    "gz #": (False, ()),
    "how do I do this? #": (True, ()),
    "how do I start Monkey Madness (#)": (True, ()),
    "is there a mass tonight? (#)": (True, ()),
    "new #?": (True, ()),
    "new in thread": (False, ()),
    "raid plan #?": (True, ()),
    "thread line #": (False, ()),
    "ty!": (False, ()),
    "typo fixed": (False, ()),
    "webhook drop #": (False, ()),
    "where to buy runes? (#)": (True, ()),
}
"""All that was ever written in the recordings, numbers apart: whether a person would be asking, and about what. By hand."""


def recorded() -> dict[int, Row]:
    return messages_in(rooms_of("restated"))


def kind_of(row: Row) -> str:
    """By Discord's documentation: 0 and 19 are written by somebody, the rest tells what happened."""
    if row["type"] not in (0, 19):
        return "system"
    if "webhook_id" in row:
        return "webhook"
    return "bot" if row["author"]["bot"] else "human"


def fact_of(row: Row) -> tuple[Any, ...]:
    """What should be held of a recorded message, told without our code."""
    room, kind = int(row["channel_id"]), kind_of(row)
    asks, about = MEANING[re.sub(r"\d+", "#", row["content"])]
    edited = row["edited_timestamp"]
    return (
        int(row["id"]), HOMES.get(room, room), room if room in HOMES else None, int(row["author"]["id"]), kind,
        0 if kind == "system" else len(row["content"]), kind == "human" and asks,
        int(row["message_reference"]["message_id"]) if row["type"] == 19 else None,
        round(datetime.fromisoformat(edited).timestamp() * 1000) if edited else None,
        len(row["attachments"]), json.dumps(about if kind == "human" else ()), None, None,
    )  # fmt: skip


TITLES: Final = {"Monkey madness help", "Raid planning"}
"""Names of threads, which are kept, and which the notice of a thread repeats."""


def texts() -> set[str]:
    """What was written and is long enough to be looked for."""
    found = {row["content"] for folder in ("restated", ".") for row in messages_in(rooms_of(folder)).values()}
    return {text for text in found - TITLES if len(text) >= 6}


def words_in(folder: Path) -> list[tuple[str, str]]:
    """Recorded texts that stand in a file under *folder*, landings unpacked."""
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        body = path.read_bytes()
        body = gzip.decompress(body) if path.suffix == ".gz" else body
        found += [(path.name, text) for text in texts() if text.encode() in body]
    return found
