"""What can go wrong with Discord, and plans of it by name."""

from dataclasses import dataclass
from typing import Final

from pipeline.demo.fault import BROKEN, Fault

KINDS: Final = (
    "401", "403", "404", "429", "blocked", "500", "503", "html502", "html200", "empty200", *BROKEN,
)  # fmt: skip

SHORT_WAIT_S: Final = 0.35
LONG_WAIT_S: Final = 90
"""Longer than a client that sets a limit for its patience waits: discord.py's is 30 seconds at least."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Faults, switches of the developer portal that are off, and what becomes of the guild.

    `loses_room`: the bot loses View Channel of the busiest channel once a page of it was read. `strange_room`: the list of
    channels holds one of a type that nobody knows.
    """

    faults: tuple[Fault, ...] = ()
    content_intent: bool = True
    members_intent: bool = True
    loses_room: bool = False
    strange_room: bool = False


# Resets come in pairs: aiohttp, and so discord.py, asks once more by itself after the first one.
PLANS: Final[dict[str, Plan]] = {
    "discord-denied": Plan((Fault("*", "401", times=None),)),
    "discord-down": Plan((Fault("*", "503", times=None),)),
    "discord-proxy-down": Plan((Fault("*", "html502", times=None),)),
    "discord-blocked": Plan((Fault("*", "blocked", times=None),)),
    "discord-flaky": Plan(
        (
            Fault("*/members?*", "429", retry_after=SHORT_WAIT_S),
            Fault("*/messages?*", "503", after=2),
            Fault("*/messages?*", "reset", times=2, after=4),
        )
    ),
    "discord-reset": Plan((Fault("*/messages?*", "reset", times=2),)),
    "discord-stall": Plan((Fault("*/messages?*", "stall", after=1),)),
    "discord-truncated": Plan((Fault("*/messages?*", "truncated", after=1),)),
    "discord-dies-midway": Plan((Fault("*", "503", times=None, after=12),)),
    "discord-slow-limit": Plan((Fault("*/messages?*", "429", times=None, after=1, retry_after=LONG_WAIT_S),)),
    "discord-permission-lost": Plan(loses_room=True),
    "discord-no-content": Plan(content_intent=False),
    "discord-no-members": Plan(members_intent=False),
    "discord-unknown-channel": Plan(strange_room=True),
}

DISCORD_FAULTS: Final = tuple(PLANS)
"""The names of the plans, for `clanstats demo --serve --fault NAME`."""
