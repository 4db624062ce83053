"""Messages to a webhook over a real wire: tried again only while they surely did not arrive, and their address never told."""

import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from sources_kit import Reply, Scripted, reply

from pipeline.errors import Denied, Retriable, SourceError
from pipeline.sources.answers import Rejected, Unsure
from pipeline.sources.discord.webhooks import Receipt, Webhook

TOKEN = "tell-nobody-4711_zz"
TAKEN = reply({"id": "1573900076974080002", "content": "x"})
BUSY = reply(
    {"message": "You are being rate limited.", "retry_after": 0.35, "global": False}, 429, {"Retry-After": "1"}
)
WAITS: list[float] = []


def send(server: Scripted, timeout: tuple[float, float] = (5.0, 5.0)) -> Receipt:
    WAITS.clear()
    address = f"{server.url.removesuffix('/v2')}/api/webhooks/4711/{TOKEN}"
    return Webhook(address, "DIGEST_WEBHOOK_URL", sleep=WAITS.append, timeout=timeout).send("Hello @everyone")


def hang_up(wire: socket.socket) -> None:
    """The connection is closed after the request was read."""
    wire.shutdown(socket.SHUT_RDWR)


def fall_silent(_wire: socket.socket) -> None:
    time.sleep(0.5)


def cut_short(wire: socket.socket) -> None:
    wire.sendall(TAKEN[:-20])


def refused_cut_short(wire: socket.socket) -> None:
    wire.sendall(BUSY[:-20])


def test_the_id_of_a_message_is_the_proof_that_it_arrived_and_when() -> None:
    with Scripted([TAKEN]) as server:
        receipt = send(server)
    assert receipt.message_id == 1573900076974080002
    assert receipt.sent_at.isoformat().startswith("2026-11-22T03:17:00")
    [head] = server.heads
    assert head.startswith(f"POST /api/webhooks/4711/{TOKEN}?wait=true ")


@pytest.mark.parametrize(
    ("before", "waits"),
    [
        ([BUSY], [(0.35, 1.35)]),
        ([reply(None, 500)] * 3, [(0.5, 1.5), (1, 3), (2, 6)]),
        ([reply(None, 503), reply(None, 502, raw=b"<html>")], [(0.5, 1.5), (1, 3)]),
        ([refused_cut_short], [(0.5, 1.5)]),
    ],
    ids=["a limit", "three faults", "an outage", "a limit whose answer broke off"],
)
def test_what_surely_did_not_arrive_is_sent_again(before: list[Any], waits: list[tuple[float, float]]) -> None:
    with Scripted([*before, TAKEN]) as server:
        assert send(server).message_id
    assert len(server.heads) == len(before) + 1
    assert [low <= wait <= high for wait, (low, high) in zip(WAITS, waits, strict=True)] == [True] * len(waits)


@pytest.mark.parametrize(
    "then",
    [
        hang_up,
        fall_silent,
        cut_short,
        reply(None, 504),
        reply(None, 524),
        reply(raw=b""),
        reply(raw=b"<html>"),
        reply({}),
        reply(raw=b"[" * 200_000),
    ],
    ids=["a reset", "silence", "half an answer", "504", "524", "nothing", "a web page", "no message", "a riddle"],
)
def test_what_may_have_arrived_is_not_sent_again(then: Reply | Callable[[socket.socket], None]) -> None:
    with Scripted([then, TAKEN]) as server, pytest.raises(Unsure) as caught:
        send(server, timeout=(5.0, 0.2))
    assert (len(server.heads), WAITS) == (1, [])
    assert "It may have arrived all the same." in str(caught.value)
    assert "DIGEST_WEBHOOK_URL" in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (
            reply({"message": "Unknown Webhook", "code": 10015}, 404),
            Denied,
            "knows no webhook at the address in DIGEST_",
        ),
        (reply({"message": "Invalid Webhook Token", "code": 50027}, 401), Denied, "Make a new webhook"),
        (reply({"message": f"Bad {TOKEN}", "code": 50035}, 400), Rejected, "Discord answered 400"),
        (reply(None, 308, {"Location": "http://127.0.0.1:9/"}), Rejected, "it points elsewhere"),
        (reply(None, 500), Retriable, "Gave up after 5 of 5 attempts"),
        (reply({"retry_after": 900.5}, 429), Retriable, "Gave up after 1 of 5 attempts"),
    ],
    ids=["gone", "a wrong token", "refused", "moved", "down", "busy for long"],
)
def test_what_lasts_is_told_by_the_setting_and_never_by_the_address(
    answer: Reply, kind: type[SourceError], says: str, caplog: pytest.LogCaptureFixture
) -> None:
    with Scripted([answer]) as server, pytest.raises(kind) as caught:
        send(server)
    assert says in str(caught.value)
    for said in (str(caught.value), caplog.text, repr(caught.value)):
        assert TOKEN not in said
        assert "127.0.0.1" not in said


def test_nobody_there_is_tried_again_and_never_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    WAITS.clear()
    with pytest.raises(Retriable, match="Gave up after 5 of 5 attempts") as caught:
        Webhook(f"http://127.0.0.1:{port}/api/webhooks/1/{TOKEN}", "ALERT_WEBHOOK_URL", sleep=WAITS.append).send("x")
    assert len(WAITS) == 4
    assert TOKEN not in str(caught.value)
