"""What the invented clan decided for itself: its clan.toml."""

import json
from typing import Final

from pipeline.demo.guild.rooms import CLAN_MEMBER, RANK_ROLES

TIME_ZONE: Final = "Europe/London"

CLAN_TOML: Final = "\n".join(
    [
        "[clan]",
        f'time_zone = "{TIME_ZONE}"',
        "",
        "[roles]",
        *(f"{json.dumps(role)} = {json.dumps(rank)}" for role, rank in RANK_ROLES.items()),
        f'{json.dumps(CLAN_MEMBER)} = "member"',
        "",
    ]
)
