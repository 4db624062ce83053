"""A guild as a real server told of it: recorded answers, served again on loopback, and what is true of them by themselves.

`restated` holds answers in Discord's own form; `unaltered` what the recorded server really said, which departs from it.
"""

import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from pipeline.demo.fault import Fault
from pipeline.demo.serving import Loopback

HOUSE: Final = Path(__file__).parents[2]
CAPTURES: Final = HOUSE / os.environ.get("CLANSTATS_CAPTURES", "../shared") / "discord-captures"

GUILD: Final = 1573562798489833548
BOT: Final = 1573562802696720777
CLAN_CHAT, QUESTIONS, BOT_SPAM = 1573562800507293829, 1573562800607957136, 1573562800758952090
NEWS, OFFICERS, NO_HISTORY, GUIDES = 1573562800859615396, 1573562801073524914, 1573562801169993916, 1573563361013109191
ASKED, PLANNED, POST = 1573563472124418376, 1573563489862131146, 1573563669034414367
"""A thread under a message, an archived one that stands alone, and a forum post."""
UNRECORDED: Final = (1573563670783439302, 1573563672188531306)
"""Forum posts that are listed, but whose messages nobody recorded: the server knows no such channel when asked."""

NAMES: Final = {
    "clan-chat": CLAN_CHAT, "questions": QUESTIONS, "bot-spam": BOT_SPAM, "announcements": NEWS,
    "readonly-nohist": NO_HISTORY, "thread_from_msg": ASKED, "thread_standalone": PLANNED, "forum_post": POST,
}  # fmt: skip
"""Where the recorded pages of messages come from, by what their files are called."""

Row = dict[str, Any]
Answer = tuple[int, Any]
Rooms = dict[int, list[Row]]


def restated(name: str) -> Any:
    return json.loads((CAPTURES / "restated" / f"{name}.json").read_text(encoding="utf-8"))


def unaltered(name: str) -> Any:
    return json.loads((CAPTURES / f"{name}.json").read_text(encoding="utf-8"))


@cache
def rooms_of(folder: str) -> Rooms:
    """Every recorded message of *folder* once, oldest first, by channel or thread."""
    rooms: Rooms = {}
    for room, id_ in NAMES.items():
        pages = [json.loads(file.read_bytes()) for file in sorted((CAPTURES / folder).glob(f"messages_{room}*.json"))]
        found = {int(row["id"]): row for page in pages for row in page}
        rooms[id_] = [found[number] for number in sorted(found)]
    return rooms


def answers() -> dict[str, Answer]:
    """What the server said, in Discord's form, by path; the messages apart."""
    members = restated("guild_members")
    return {
        "/users/@me": (200, restated("users_me")),
        "/oauth2/applications/@me": (200, restated("application_me")),
        f"/guilds/{GUILD}": (200, restated("guild")),
        f"/guilds/{GUILD}/channels": (200, restated("guild_channels")),
        f"/guilds/{GUILD}/members": (200, members),
        f"/guilds/{GUILD}/members/{BOT}": (200, next(row for row in members if row["user"]["id"] == str(BOT))),
        f"/guilds/{GUILD}/threads/active": (200, restated("threads_active")),
        f"/channels/{CLAN_CHAT}/threads/archived/public": (200, restated("threads_archived_clan-chat")),
        f"/channels/{QUESTIONS}/threads/archived/public": (200, restated("threads_archived_questions")),
        f"/channels/{GUIDES}/threads/archived/public": (200, restated("threads_archived_guides-forum")),
        # of channels without threads no list was recorded: an empty one looks like this
        **{
            f"/channels/{row['id']}/threads/archived/public": (200, restated("threads_archived_questions"))
            for row in restated("guild_channels")
            if row["type"] in (0, 5) and int(row["id"]) not in (CLAN_CHAT, QUESTIONS)
        },
        f"/channels/{OFFICERS}": (403, restated("missing_access")),
        f"/channels/{OFFICERS}/messages": (403, restated("messages_officers")),
    }


class Replay(Loopback):
    """Serves recorded answers as they were at `now`: later messages and threads are not there yet.

    `told` has what is answered on a path, `rooms` the messages, oldest first; what is on neither is unknown. `oldest_first`
    turns the pages that follow a message round, as the recorded server had them.
    """

    prefix = "/api/v10"
    kinds = ()
    cut_short = b""
    now: datetime

    def __init__(self, told: Mapping[str, Answer], rooms: Rooms, *, oldest_first: bool = False) -> None:
        super().__init__()
        self.told = dict(told)
        self.rooms = {room: list(rows) for room, rows in rooms.items()}
        self.oldest_first = oldest_first

    def _reply(self, request: web.Request, body: bytes) -> web.Response:
        path = request.path.removeprefix(self.prefix)
        parts = path.split("/")
        if path in self.told:
            status, content = self.told[path]
            content = self._as_of_now(content)
        elif parts[1] == "channels" and parts[3:] == ["messages"] and int(parts[2]) in self.rooms:
            status, content = 200, self._page(int(parts[2]), request.query)
        else:
            status, content = 404, restated("unknown_channel")
        return web.Response(status=status, body=json.dumps(content).encode(), content_type="application/json")

    def _page(self, room: int, query: Mapping[str, str]) -> list[Row]:
        """The page after a message, else the newest one; newest first."""
        limit, rows = int(query.get("limit", "50")), self.there(room)
        if "after" not in query:
            return rows[::-1][:limit]
        page = [row for row in rows if int(row["id"]) > int(query["after"])][:limit]
        return page if self.oldest_first else page[::-1]

    def there(self, room: int) -> list[Row]:
        """The messages of *room* that are there at `now`."""
        return [row for row in self.rooms[room] if made_at(row["id"]) <= self.now]

    def _as_of_now(self, content: Any) -> Any:
        if isinstance(content, dict) and "threads" in content:
            there = [row for row in content["threads"] if made_at(row["id"]) <= self.now]
            return content | {"threads": [self._room_now(row) for row in there]}
        if isinstance(content, list):
            return [self._room_now(row) if "last_message_id" in row else row for row in content]
        return content

    def _room_now(self, row: Row) -> Row:
        if int(row["id"]) not in self.rooms or made_at(row["last_message_id"] or row["id"]) <= self.now:
            return row
        rows = self.there(int(row["id"]))
        return row | {"last_message_id": rows[-1]["id"] if rows else None}

    def _spoilt(self, fault: Fault) -> web.Response:
        raise NotImplementedError

    async def _prepared(self, request: web.BaseRequest, response: web.StreamResponse) -> None:
        return None


def made_at(snowflake: str) -> datetime:
    """The instant in an id, by Discord's documentation: milliseconds since 2015 above 22 other bits."""
    return datetime.fromtimestamp(((int(snowflake) >> 22) + 1_420_070_400_000) / 1000, tz=UTC)


def messages_in(rooms: Mapping[int, Iterable[Row]]) -> dict[int, Row]:
    """Recorded messages by id."""
    return {int(row["id"]): row for rows in rooms.values() for row in rows}
