"""Who left the clan, and when they did so last."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row


def left_at(stays: Iterable[Row[Any]], events: Iterable[Row[Any]]) -> dict[int, datetime]:
    """The last leaving of each player, by our own nights (*stays*) and by WOM's activity (*events*), which knows of earlier ones."""
    left = [(stay.left_at, stay.player_id) for stay in stays if stay.left_at is not None]
    left += [(event.created_at, event.player_id) for event in events if event.kind == "left"]
    return {player_id: at for at, player_id in sorted(left)}
