"""Webhooks of the invented guild: whoever knows the address of one need not be anybody."""

from dataclasses import dataclass
from typing import Any, Final

from pipeline.demo.discord.query import snowflake
from pipeline.demo.discord.refusal import Refusal, not_found, unknown, wrong_method
from pipeline.demo.guild.model import TEXT, DemoGuild
from pipeline.demo.guild.snowflakes import Snowflakes

WRONG_TOKEN: Final = 50027

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


class Webhooks:
    """The webhooks `digest` and `alert` of *guild*'s officers."""

    def __init__(self, guild: DemoGuild) -> None:
        room = next((room.id for room in guild.rooms if room.name == _ROOM and room.type == TEXT), guild.id)
        ids = Snowflakes()
        self._held = {
            name: DemoWebhook(ids.at(guild.created_at), token, f"Clan {name}", room, guild.id)
            for name, token in _TOKENS.items()
        }

    def __getitem__(self, name: str) -> DemoWebhook:
        return self._held[name]

    def answer(self, method: str, segments: tuple[str, ...]) -> Any:
        """What Discord answers to *method* of the path /webhooks/*segments*."""
        if len(segments) != 2:
            raise not_found()
        webhook_id, token = snowflake(segments[0], "webhook_id"), segments[1]
        webhook = next((each for each in self._held.values() if each.id == webhook_id), None)
        if webhook is None:
            raise unknown("Webhook")
        if token != webhook.token:
            raise Refusal(401, "Invalid Webhook Token", WRONG_TOKEN)
        if method != "GET":
            raise wrong_method()
        ids = {"id": webhook.id, "channel_id": webhook.channel_id, "guild_id": webhook.guild_id}
        told = {name: str(number) for name, number in ids.items()}
        return told | {"application_id": None, "avatar": None, "name": webhook.name, "token": webhook.token, "type": 1}
