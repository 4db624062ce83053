"""What the doctor asks: whatever a webhook or a clock over there says, it is an answer or a plain word."""

from datetime import UTC, datetime, timedelta

import pytest
from sources_kit import Scripted, reply
from wires import Wire, drips_its_head

from pipeline.sources.discord.probe import probe_webhook
from pipeline.sources.reach import skew_of

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
PATH = "/api/webhooks/1234/t0ken"


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_webhook_that_is_not_known_is_gone(status: int) -> None:
    with Scripted([reply({}, status)]) as server:
        found = probe_webhook(server.url.removesuffix("/v2") + PATH)
    assert (found.state, found.status) == ("gone", status)


@pytest.mark.parametrize(
    "answer",
    [
        reply({"name": "x"}), reply([]), reply(raw=b"<html>"), reply(raw=b""), reply(raw=b"[" * 50_000), reply({}, 503),
        reply({"retry_after": 10**400}, 429), reply({}, 302, {"Location": "http://127.0.0.1:9/"}), reply("x" * 100_000),
    ],
    ids=lambda answer: repr(answer[9:12] + answer[-9:]),
)  # fmt: skip
def test_a_webhook_that_says_something_else_is_not_known_about(answer: bytes) -> None:
    with Scripted([answer]) as server:
        found = probe_webhook(server.url.removesuffix("/v2") + PATH)
    assert (found.state, found.status, found.stop) == ("unknown", int(answer[9:12]), None)
    assert len(server.heads) == 1


def test_a_webhook_that_drips_its_head_is_left_in_time() -> None:
    with Wire(drips_its_head) as server:
        found = probe_webhook(f"http://127.0.0.1:{server.port}{PATH}", (0.1, 0.1))
    assert found.stop is not None
    assert (found.state, found.status, found.stop.obstacle) == ("unknown", None, "silence")


@pytest.mark.parametrize(
    "date", [None, "", "soon", "Sat, 21 Nov 2026 05:00:00 +99999999999999", "Sat, 21 Nov 99999 05:00:00 GMT"]
)
def test_a_date_that_is_none_tells_no_skew(date: str | None) -> None:
    assert skew_of(date, NOW) is None


def test_a_date_tells_how_far_their_clock_is_ahead() -> None:
    assert skew_of("Sat, 21 Nov 2026 05:01:00 GMT", NOW) == timedelta(minutes=1)
