"""The third-party client wom.py reads the demo: an independent judge of what the demo sends."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
import wom

from pipeline.demo.instants import instant
from pipeline.demo.wom.server import DEMO_LIMIT, DemoServer
from pipeline.demo.world import World, found_clan

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
END = instant(NOW)
GROUP = 1

Call = Callable[[wom.Client, str], Awaitable[Any]]
CALLS: dict[str, Call] = {
    "group details": lambda client, _: client.groups.get_details(GROUP),
    "group competitions": lambda client, _: client.groups.get_competitions(GROUP),
    "group gains": lambda client, _: client.groups.get_gains(GROUP, wom.Metric.Overall, period=wom.Period.Week),
    "group bulk gains": lambda client, _: client.groups.get_bulk_gains(GROUP, period=wom.Period.Month),
    "group achievements": lambda client, _: client.groups.get_achievements(GROUP, limit=50),
    "group hiscores": lambda client, _: client.groups.get_hiscores(GROUP, wom.Metric.Zulrah),
    "group bulk hiscores": lambda client, _: client.groups.get_bulk_hiscores(GROUP),
    "group name changes": lambda client, _: client.groups.get_name_changes(GROUP),
    "group statistics": lambda client, _: client.groups.get_statistics(GROUP),
    "group activity": lambda client, _: client.groups.get_activity(GROUP, limit=50),
    "group csv": lambda client, _: client.groups.get_members_csv(GROUP),
    "competition details": lambda client, _: client.competitions.get_details(302),
    "player details": lambda client, name: client.players.get_details(name),
    "player details by id": lambda client, _: client.players.get_details_by_id(1001),
    "player achievements": lambda client, name: client.players.get_achievements(name),
    "player gains": lambda client, name: client.players.get_gains(name, period=wom.Period.Week),
    "player snapshots": lambda client, name: client.players.get_snapshots(name, period=wom.Period.Week, limit=50),
    "player name changes": lambda client, name: client.players.get_name_changes(name),
    "update of a player": lambda client, name: client.players.update_player(name),
    "update of all": lambda client, _: client.groups.update_outdated_members(GROUP, "111-111-111"),
}


@cache
def world() -> World:
    return found_clan(7, 60, 60, NOW)


@pytest.mark.parametrize("call", CALLS)
def test_the_client_decodes_the_answer(call: str) -> None:
    name = world().accounts[-1].names.at(END)

    async def told(base_url: str) -> Any:
        client = wom.Client(user_agent="contract test", api_base_url=base_url)
        await client.start()
        try:
            return await CALLS[call](client, name)
        finally:
            await client.close()

    with DemoServer(world(), limit=DEMO_LIMIT) as server:
        result = asyncio.run(told(server.base_url))
    assert result.is_ok, result.unwrap_err()
    assert result.unwrap() is not None
