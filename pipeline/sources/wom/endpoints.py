"""What Wise Old Man is asked for: the role of each answer in a landing, its path, its form and its longest page."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

PAGE: Final = 50
"""Rows of a page of a group's listing; 51 is a 400."""
SNAPSHOT_PAGE: Final = 200
LARGEST_ID: Final = 2**31 - 1
"""An id above it is a 500 there, not a 404."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One kind of request; `form` is what its body must be."""

    role: str
    template: str
    form: type[list[object]] | type[dict[str, object]]

    def path(self, subject: int | str) -> str:
        """The path for a group, a competition or a player, quoted."""
        return self.template.format(quote(str(subject), safe="", errors="replace"))


GROUP: Final = Endpoint("group", "/groups/{}", dict)
BULK_HISCORES: Final = Endpoint("bulk-hiscores", "/groups/{}/bulk-hiscores", list)
BULK_GAINED: Final = Endpoint("bulk-gained", "/groups/{}/bulk-gained", list)
ACTIVITY: Final = Endpoint("activity", "/groups/{}/activity", list)
ACHIEVEMENTS: Final = Endpoint("achievements", "/groups/{}/achievements", list)
NAME_CHANGES: Final = Endpoint("name-changes", "/groups/{}/name-changes", list)
COMPETITIONS: Final = Endpoint("competitions", "/groups/{}/competitions", list)
COMPETITION: Final = Endpoint("competition", "/competitions/{}", dict)
PLAYER_SNAPSHOTS: Final = Endpoint("player-snapshots", "/players/{}/snapshots", list)
PLAYER_ACHIEVEMENTS: Final = Endpoint("player-achievements", "/players/{}/achievements", list)
UPDATE_ALL: Final = Endpoint("update-all", "/groups/{}/update-all", dict)

ABOUT_PLAYERS: Final = (PLAYER_SNAPSHOTS, PLAYER_ACHIEVEMENTS)
"""A 403 here can be about one player, who opted out or is archived."""


def wire(instant: datetime) -> str:
    """*instant* as WOM reads it; a raw `+00:00` is a 400 there."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
