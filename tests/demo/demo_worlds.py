"""Invented clans that the tests of the demo share, and short ways to ask for them."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import requests
from night_kit import SEEDS

from pipeline.demo.wom.server import DemoServer
from pipeline.demo.world import World, found_clan

__all__ = ["NOW", "SEEDS", "ask", "clan", "get"]

NOW = datetime(2026, 11, 21, 5, 0, 0, 417_000, tzinfo=UTC)


@lru_cache(maxsize=16)
def clan(seed: int = 7, members: int = 60, days: int = 120, *, hostile: bool = False) -> World:
    """The clan of *seed*, founded once a test run."""
    return found_clan(seed, members, days, NOW, hostile=hostile)


def get(server: DemoServer, path: str, **headers: str) -> requests.Response:
    """The answer to GET *path*, whatever it is."""
    return requests.get(server.base_url + path, headers={"User-Agent": "tests of the demo", **headers}, timeout=30)


def ask(server: DemoServer, path: str) -> Any:
    """The JSON of a successful GET of *path*."""
    response = get(server, path)
    assert response.status_code == 200, response.text
    return response.json()
