"""Messages to a Discord webhook: at most once each, and its address, which holds its token, is never told."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pipeline.domain.talk import instant_of
from pipeline.errors import Denied
from pipeline.sources.answers import Answer, Rejected, Unsure
from pipeline.sources.http import Session
from pipeline.sources.service import Service

MOST: Final = 2_000
"""Characters of a message, as Discord counts them."""
ATTEMPTS: Final = 5
SUPPRESS_EMBEDS: Final = 1 << 2
"""The flag that keeps links from growing pictures."""
UNKNOWN: Final = 404


@dataclass(frozen=True, slots=True)
class Receipt:
    """Discord's proof that a message arrived: its id, and the instant that it tells."""

    message_id: int
    sent_at: datetime


class Webhook:
    """A webhook by its *address*; *setting* is the setting that holds it, and all that anybody is told of it."""

    def __init__(
        self,
        address: str,
        setting: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        timeout: tuple[float, float] = (10.0, 30.0),
    ) -> None:
        self._setting = setting
        self._session = Session(
            address,
            # Another attempt opens a connection of its own: on a kept one nobody knows whether it was closed before or after.
            headers={"User-Agent": "DiscordBot (ClanStats, 1.0)", "Accept": "application/json", "Connection": "close"},
            budget=ATTEMPTS,
            attempts=ATTEMPTS,
            sleep=sleep,
            timeout=timeout,
            service=Service("Discord", setting, setting, setting),
            alias=f"the webhook of {setting}",
        )

    @property
    def requests(self) -> int:
        """Attempts so far."""
        return self._session.requests

    def send(self, content: str) -> Receipt:
        """Send *content*, which mentions nobody; `Unsure` where it may have arrived and nothing proves it."""
        body = {"content": content, "allowed_mentions": {"parse": []}, "flags": SUPPRESS_EMBEDS}
        with self._session:
            try:
                answer = self._session.post_once("", body, {"wait": "true"})
            except Denied as error:
                raise Denied(f"{error} Make a new webhook and put its address there.") from None
            except Rejected as error:
                if error.status == UNKNOWN:
                    raise Denied(
                        f"Discord knows no webhook at the address in {self._setting}. Make a new one (channel settings, "
                        "Integrations, Webhooks) and put its address there."
                    ) from None
                raise
        return _receipt(answer, self._setting)


def _receipt(answer: Answer, setting: str) -> Receipt:
    message_id = answer.content.get("id") if isinstance(answer.content, dict) else None
    if not (isinstance(message_id, str) and message_id.isascii() and message_id.isdigit()):
        raise Unsure(
            f"Discord answered the webhook of {setting} without the message. It may have arrived all the same."
        )
    return Receipt(int(message_id), instant_of(int(message_id)))
