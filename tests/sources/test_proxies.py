"""A proxy of the environment is used where it learns no more than where we go, by every source alike; a real one keeps a record."""

import asyncio
from collections.abc import Iterator

import pytest
from guild_nights import at_once
from sources_kit import Scripted, reply, session

from pipeline.errors import Retriable
from pipeline.sources.discord.client import GuildClient
from pipeline.sources.discord.probe import probe_webhook
from pipeline.sources.proxies import proxy_for
from pipeline.sources.reach import stop_on_the_way

KEY = "k3y-that-nobody-may-read"
AWAY = "https://api.example.invalid"
WEBHOOK = "/api/webhooks/1234/t0ken-that-nobody-may-read"
AT_HOME = [
    "http://10.255.255.1/v2",
    "http://wom/v2",
    "http://wom.lan/v2",
    "https://10.255.255.1/v2",
    "https://wom.lan/v2",
]


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    """A proxy that takes nobody anywhere, and is the environment's for everything."""
    with Scripted([reply({}, status=502)]) as running:
        for name in ("NO_PROXY", "no_proxy", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.delenv(name, raising=False)
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, running.url.removesuffix("/v2"))
        yield running


def where(proxy: Scripted) -> set[str]:
    """What *proxy* was asked for."""
    return {head.splitlines()[0].rpartition(" ")[0] for head in proxy.heads}


@pytest.mark.parametrize(
    "url", [*AT_HOME, "http://api.example.invalid/v2", "http://127.0.0.1:9/v2", "https://localhost/v2"]
)
def test_what_is_unencrypted_or_at_home_has_no_proxy(proxy: Scripted, url: str) -> None:
    assert proxy_for(url) is None


def test_what_is_encrypted_and_away_has_the_environments_proxy(proxy: Scripted) -> None:
    assert proxy_for(AWAY) == proxy.url.removesuffix("/v2")


def test_a_proxy_written_without_a_scheme_has_one(proxy: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example:3128")
    assert proxy_for(AWAY) == "http://proxy.example:3128"


def test_a_server_named_in_no_proxy_has_none(proxy: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", ".example.invalid")
    assert proxy_for(AWAY) is None


@pytest.mark.parametrize("url", ["http://wom.nowhere.home.arpa/v2", "http://api.example.invalid/v2"])
def test_a_key_that_travels_in_clear_text_passes_no_proxy(proxy: Scripted, url: str) -> None:
    with pytest.raises(Retriable):
        session(url, key=KEY).get("/x")
    assert proxy.heads == []


def test_a_webhook_at_home_is_asked_for_without_the_proxy(proxy: Scripted) -> None:
    with Scripted([reply({"channel_id": "1", "name": "digest"})]) as server:
        found = probe_webhook(server.url.removesuffix("/v2") + WEBHOOK)
    assert (found.state, found.name, len(server.heads), proxy.heads) == ("there", "digest", 1, [])


def test_a_webhook_away_is_asked_for_through_the_proxy_which_learns_no_token(proxy: Scripted) -> None:
    found = probe_webhook(AWAY + WEBHOOK)
    assert found.stop is not None
    assert (found.state, found.stop.obstacle) == ("unknown", "proxy")
    assert where(proxy) == {"CONNECT api.example.invalid:443"}
    assert "t0ken" not in "".join(proxy.heads)


def test_discord_is_asked_through_the_proxy_which_learns_no_token(proxy: Scripted) -> None:
    async def log_in() -> None:
        async with GuildClient(sleep=at_once, attempts=1).logged_in(KEY, f"{AWAY}/api/v10"):
            """Nobody comes so far."""

    with pytest.raises(Retriable, match="connection to Discord broke") as caught:
        asyncio.run(log_in())
    assert where(proxy) == {"CONNECT api.example.invalid:443"}
    assert KEY not in "".join([*proxy.heads, str(caught.value)])


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_used_is_not_to_blame(proxy: Scripted, scheme: str) -> None:
    assert stop_on_the_way(f"{scheme}://127.0.0.1:9/v2").obstacle == "port"
    assert stop_on_the_way("https://api.example.invalid/v2").obstacle == "proxy"
