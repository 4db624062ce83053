"""Webhooks of the invented guild: whoever knows the address of one may write into its channel, and need not be anybody."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pipeline.demo.discord.query import snowflake
from pipeline.demo.discord.refusal import Refusal, invalid, not_found, unknown, wrong_method
from pipeline.demo.discord.wire import stamp, stranger
from pipeline.demo.guild.model import TEXT, DemoGuild
from pipeline.demo.guild.snowflakes import Snowflakes

LONGEST: Final = 2_000
EMPTY_MESSAGE: Final = 50006
WRONG_TOKEN: Final = 50027
NOT_JSON: Final = 50109

_TOKENS: Final = {
    "digest": "demo-digest-Zk3q_webhook-token-of-an-invented-guild",
    "alert": "demo-alert-Wp8x_webhook-token-of-an-invented-guild",
}
_ROOM: Final = "officers"


@dataclass(frozen=True, slots=True)
class DemoWebhook:
    """A webhook of the channel `channel_id`."""

    id: int
    token: str
    name: str
    channel_id: int
    guild_id: int

    @property
    def path(self) -> str:
        """The end of its address."""
        return f"/webhooks/{self.id}/{self.token}"


@dataclass(frozen=True, slots=True)
class Received:
    """A message that was taken: its id, whose webhook it came by, and all that was sent."""

    id: int
    webhook: str
    body: Mapping[str, Any]

    @property
    def content(self) -> str:
        """What people read, as it was sent."""
        return str(self.body["content"])


class Webhooks:
    """The webhooks `digest` and `alert` of *guild*'s officers, and what came by them, oldest first."""

    def __init__(self, guild: DemoGuild) -> None:
        room = next((room.id for room in guild.rooms if room.name == _ROOM and room.type == TEXT), guild.id)
        self._ids = Snowflakes()
        self._held = {
            name: DemoWebhook(self._ids.at(guild.created_at), token, f"Clan {name}", room, guild.id)
            for name, token in _TOKENS.items()
        }
        self.received: list[Received] = []

    def __getitem__(self, name: str) -> DemoWebhook:
        return self._held[name]

    def contents(self, webhook: str) -> list[str]:
        """What came by *webhook*, oldest first."""
        return [one.content for one in self.received if one.webhook == webhook]

    def answer(self, method: str, segments: tuple[str, ...], query: Mapping[str, str], body: bytes, at: int) -> Any:
        """What Discord answers at *at* to *method* of the path /webhooks/*segments*; None is an empty 204."""
        if len(segments) != 2:
            raise not_found()
        webhook_id, token = snowflake(segments[0], "webhook_id"), segments[1]
        name = next((name for name, each in self._held.items() if each.id == webhook_id), None)
        if name is None:
            raise unknown("Webhook")
        webhook = self._held[name]
        if token != webhook.token:
            raise Refusal(401, "Invalid Webhook Token", WRONG_TOKEN)
        if method == "GET":
            return _described(webhook)
        if method != "POST":
            raise wrong_method()
        told = _checked(body)
        received = Received(self._ids.at(at), name, told)
        self.received.append(received)
        return _message(webhook, received, at) if query.get("wait", "").lower() in ("1", "true") else None


def _checked(body: bytes) -> Mapping[str, Any]:
    """The message in *body*, if Discord would take it."""
    try:
        told = json.loads(body)
    except ValueError:
        raise Refusal(400, "The request body contains invalid JSON.", NOT_JSON) from None
    content = told.get("content") if isinstance(told, dict) else None
    if not isinstance(content, str) or not content.strip():
        raise Refusal(400, "Cannot send an empty message", EMPTY_MESSAGE)
    if len(content) > LONGEST:
        raise invalid("content", "BASE_TYPE_MAX_LENGTH", f"Must be {LONGEST} or fewer in length.")
    return told  # type: ignore[no-any-return]    # JSON with a content is an object


def _described(webhook: DemoWebhook) -> dict[str, Any]:
    return {
        "application_id": None,
        "avatar": None,
        "channel_id": str(webhook.channel_id),
        "guild_id": str(webhook.guild_id),
        "id": str(webhook.id),
        "name": webhook.name,
        "type": 1,
        "token": webhook.token,
        "url": f"https://discord.com/api/webhooks/{webhook.id}/{webhook.token}",
    }


def _message(webhook: DemoWebhook, received: Received, at: int) -> dict[str, Any]:
    allowed = received.body.get("allowed_mentions", {"parse": ["everyone"]}).get("parse", [])
    return {
        "type": 0,
        "content": received.content,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "timestamp": stamp(at),
        "edited_timestamp": None,
        "flags": received.body.get("flags", 0),
        "components": [],
        "id": str(received.id),
        "channel_id": str(webhook.channel_id),
        "author": stranger(webhook.id, webhook.name, bot=True),
        "pinned": False,
        "mention_everyone": "@everyone" in received.content and "everyone" in allowed,
        "tts": False,
        "webhook_id": str(webhook.id),
    }
