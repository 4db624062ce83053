"""The demo's webhooks answer as Discord's do, and remember what came."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from small_guild import GUILD, NOW, OFFICERS, small_guild

from pipeline.demo.discord.server import DEMO_TOKEN, DemoDiscord
from pipeline.domain.talk import instant_of


@pytest.fixture(scope="module")
def server() -> Iterator[DemoDiscord]:
    with DemoDiscord(small_guild(), now=NOW, limit=1_000) as running:
        yield running


@pytest.fixture
def discord(server: DemoDiscord) -> Iterator[DemoDiscord]:
    yield server
    server.mend()
    server.webhooks.received.clear()


def post(discord: DemoDiscord, body: Any, query: str = "?wait=true", name: str = "digest") -> requests.Response:
    return requests.post(discord.webhook_url(name) + query, json=body, timeout=30)


def test_a_message_is_given_back_with_an_id_that_tells_when_it_came(discord: DemoDiscord) -> None:
    answer = post(discord, {"content": "Hello", "allowed_mentions": {"parse": []}, "flags": 4})
    told = answer.json()
    assert (answer.status_code, told["content"], told["flags"], told["mention_everyone"]) == (200, "Hello", 4, False)
    assert told["webhook_id"] == told["author"]["id"] == str(discord.webhooks["digest"].id)
    assert instant_of(int(told["id"])) == NOW
    assert discord.webhooks.contents("digest") == ["Hello"]


def test_without_wait_nothing_is_given_back(discord: DemoDiscord) -> None:
    answer = post(discord, {"content": "Hello"}, "")
    assert (answer.status_code, answer.content) == (204, b"")
    assert discord.webhooks.contents("digest") == ["Hello"]


def test_everybody_is_called_unless_nobody_may_be(discord: DemoDiscord) -> None:
    assert post(discord, {"content": "@everyone"}).json()["mention_everyone"]
    assert not post(discord, {"content": "@everyone", "allowed_mentions": {"parse": []}}).json()["mention_everyone"]


def test_the_versioned_address_works_too_and_the_other_webhook_is_another(discord: DemoDiscord) -> None:
    answer = requests.post(
        discord.base_url + discord.webhooks["alert"].path, params={"wait": "true"}, json={"content": "x"}, timeout=30
    )
    assert answer.status_code == 200
    assert (discord.webhooks.contents("digest"), discord.webhooks.contents("alert")) == ([], ["x"])


def test_a_webhook_says_whose_it_is(discord: DemoDiscord) -> None:
    told = requests.get(discord.webhook_url("digest"), timeout=30).json()
    assert (told["name"], told["channel_id"], told["guild_id"], told["type"]) == (
        "Clan digest", str(OFFICERS), str(GUILD), 1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "code"),
    [({}, 50006), ({"content": ""}, 50006), ({"content": " \n"}, 50006), ({"content": "x" * 2_001}, 50035)],
)
def test_an_empty_or_a_long_message_is_refused(discord: DemoDiscord, body: Any, code: int) -> None:
    answer = post(discord, body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert discord.webhooks.received == []


def test_what_is_no_json_is_refused(discord: DemoDiscord) -> None:
    answer = requests.post(discord.webhook_url("digest"), data=b"{", timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (400, 50109)


def test_who_knows_no_address_comes_nowhere(discord: DemoDiscord) -> None:
    base, _, token = discord.webhook_url("digest").rpartition("/")
    for address, status, code in (
        (f"{base}/wrong", 401, 50027),
        (f"{base.rpartition('/')[0]}/4711/{token}", 404, 10015),
        (base, 404, 0),
    ):
        answer = requests.post(address, json={"content": "x"}, timeout=30)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    headers = {"Authorization": f"Bot {DEMO_TOKEN}"}
    assert requests.delete(discord.webhook_url("digest"), headers=headers, timeout=30).status_code == 405


def test_too_many_messages_are_told_to_wait_and_faults_strike_here_as_well(discord: DemoDiscord) -> None:
    with DemoDiscord(small_guild(), now=NOW, limit=1, window_s=60) as strict:
        assert post(strict, {"content": "x"}).status_code == 200
        answer = post(strict, {"content": "x"})
        assert answer.status_code == 429
        assert 0 < answer.json()["retry_after"] <= 60
    discord.fault("*/webhooks/*", "503", 1)
    assert [post(discord, {"content": "x"}).status_code for _ in range(2)] == [503, 200]
