"""Webhooks of the invented guild: an address is all it takes to use one, so the bot's token has no part in it."""

import re
from dataclasses import dataclass
from typing import Any, Final

from pipeline.demo.discord.refusal import Refusal, wrong_method

UNKNOWN_WEBHOOK: Final = 10015
WRONG_TOKEN: Final = 50027

_PATH: Final = re.compile(r"/api(?:/v\d+)?/webhooks/(?P<id>\d+)/(?P<token>[\w-]+)")


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook, and the channel that it writes to."""

    id: int
    token: str
    name: str
    guild_id: int
    channel_id: int

    @property
    def path(self) -> str:
        """Its address on a server."""
        return f"/api/webhooks/{self.id}/{self.token}"

    def told(self) -> dict[str, Any]:
        """What Discord says of it to whoever has its address."""
        ids = {"id": str(self.id), "channel_id": str(self.channel_id), "guild_id": str(self.guild_id)}
        return {**ids, "application_id": None, "avatar": None, "name": self.name, "token": self.token, "type": 1}


class Webhooks:
    """Those that there are."""

    def __init__(self) -> None:
        self._known: dict[int, Webhook] = {}

    def add(self, webhook: Webhook) -> Webhook:
        """Let there be *webhook*."""
        self._known[webhook.id] = webhook
        return webhook

    def remove(self, webhook: Webhook) -> None:
        """Delete it, as somebody in the server may."""
        del self._known[webhook.id]

    def meant(self, path: str) -> Webhook | None:
        """The webhook that *path* is about, None for any other path; one that is not there, or not by that token, is refused."""
        found = _PATH.fullmatch(path.partition("?")[0])
        if found is None:
            return None
        webhook = self._known.get(int(found["id"]))
        if webhook is None:
            raise Refusal(404, "Unknown Webhook", UNKNOWN_WEBHOOK)
        if webhook.token != found["token"]:
            raise Refusal(401, "Invalid Webhook Token", WRONG_TOKEN)
        return webhook

    def answer(self, method: str, webhook: Webhook) -> dict[str, Any]:
        """What a request about *webhook* is answered."""
        if method != "GET":
            raise wrong_method()
        return webhook.told()
