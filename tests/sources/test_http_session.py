"""The session against a real socket that behaves well, badly and worse."""

import gzip
import logging
import socket
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sources_kit import Clock, Scripted, reply, session
from wires import Wire, drips, drips_its_head, self_signed

from pipeline.errors import ConfigError, Denied, Retriable, SourceError, Unreadable
from pipeline.sources.answers import Forbidden, Rejected, wait_in
from pipeline.sources.http import Attempt, Session

LIMITS = {"RateLimit-Limit": "20", "RateLimit-Remaining": "7", "RateLimit-Reset": "60"}
KEY = "k3y-that-nobody-may-read"


def test_an_answer_carries_body_and_content() -> None:
    with Scripted([reply({"a": 1})]) as server:
        answer = session(server.url).get("/groups/1", {"limit": 50})
    assert (answer.status, answer.body, answer.content, answer.query) == (200, b'{"a": 1}', {"a": 1}, {"limit": 50})


def test_path_query_and_headers_reach_the_server() -> None:
    with Scripted([reply([])]) as server:
        session(server.url, key=KEY).get("/players/a%2Fb", {"startDate": "2026-11-20T00:00:00.000Z"})
    assert server.heads[0].startswith("GET /v2/players/a%2Fb?startDate=2026-11-20T00%3A00%3A00.000Z HTTP/1.1\r\n")
    assert f"x-api-key: {KEY}" in server.heads[0]
    assert "User-Agent: ClanStats test" in server.heads[0]


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408])
def test_a_passing_failure_is_tried_again(status: int) -> None:
    clock = Clock()
    with Scripted([reply({"message": "later"}, status), reply([1])]) as server:
        calm = session(server.url, clock)
        assert calm.get("/x").content == [1]
    assert (calm.requests, clock.slept) == (2, [1.0])


def test_waits_double_between_attempts() -> None:
    clock = Clock()
    with Scripted([reply({}, 503)]) as server, pytest.raises(Retriable, match="Gave up after 5 of 5"):
        session(server.url, clock).get("/x")
    assert clock.slept == [1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.5),
        ("Sat, 21 Nov 2026 05:01:00 GMT", 60.5),
        ("Sat, 21 Nov 2026 04:00:00 GMT", 0.5),
        ("soon", 1.0),
        ("-3", 1.0),
    ],
)
def test_retry_after_is_obeyed_as_seconds_and_as_a_date(header: str, seconds: float) -> None:
    clock = Clock()
    refusal = reply({}, 429, {"Retry-After": header, "Date": "Sat, 21 Nov 2026 05:00:00 GMT"})
    with Scripted([refusal, reply([])]) as server:
        session(server.url, clock).get("/x")
    assert clock.slept == [seconds]


HUGE_WAITS = [
    ({"retry_after": 10**400}, {}),
    ({"retry_after": 10**12}, {}),
    ({}, {"Retry-After": "9" * 400}),
    ({}, {"Retry-After": "Sat, 21 Nov 2026 05:00:00 +99999999999999", "Date": "Sat, 21 Nov 2026 05:00:00 GMT"}),
    ({}, {"Retry-After": "Sat, 21 Nov 2026 05:00:00 GMT", "Date": "Sat, 21 Nov 2026 05:00:00 +99999999999999"}),
]


@pytest.mark.parametrize(("body", "headers"), HUGE_WAITS, ids=range(len(HUGE_WAITS)))
def test_a_wait_that_no_float_or_calendar_holds_is_a_plain_failure(body: object, headers: dict[str, str]) -> None:
    with Scripted([reply(body, 429, headers)]) as server, pytest.raises(Retriable, match=r"429 to /x\. Gave up"):
        session(server.url).get("/x")


@pytest.mark.parametrize("asked", [10**400, 10**12], ids=["huge", "long"])
def test_a_wait_of_more_than_a_year_is_told_as_a_year(asked: int) -> None:
    assert wait_in(asked) == 31_536_000


@pytest.mark.parametrize("asked", [None, "7", [], -1, float("nan")])
def test_a_wait_that_says_nothing_sensible_is_none(asked: object) -> None:
    assert wait_in(asked) is None


def test_a_429_without_retry_after_waits_for_the_window_to_end() -> None:
    clock = Clock()
    with Scripted([reply({}, 429, {"RateLimit-Remaining": "0", "RateLimit-Reset": "33"}), reply([])]) as server:
        session(server.url, clock).get("/x")
    assert clock.slept == [33.5]


def test_a_server_that_asks_for_an_hour_is_not_waited_for() -> None:
    clock = Clock()
    with Scripted([reply({}, 429, {"Retry-After": "3600"})]) as server, pytest.raises(Retriable, match="1 of 5"):
        session(server.url, clock).get("/x")
    assert clock.slept == []


def test_a_blocked_address_is_denied_without_a_second_try() -> None:
    blocked = reply({"message": "You are blocked from making API requests."}, 429)
    with Scripted([blocked]) as server:
        calm = session(server.url)
        with pytest.raises(Denied, match="blocked"):
            calm.get("/x")
    assert calm.requests == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_denied_and_names_the_setting(status: int) -> None:
    with (
        Scripted([reply({"message": "Invalid API Key."}, status)]) as server,
        pytest.raises(Denied, match="WOM_API_KEY"),
    ):
        session(server.url).get("/x")


def test_a_403_that_still_counts_our_requests_is_about_one_thing_only() -> None:
    refusal = reply({"code": "PLAYER_OPTED_OUT", "message": "Player has opted out"}, 403, LIMITS)
    with Scripted([refusal]) as server, pytest.raises(Forbidden, match="opted out"):
        session(server.url).get("/x")


@pytest.mark.parametrize("status", [400, 404, 409, 422])
def test_other_refusals_say_their_status_and_message(status: int) -> None:
    with Scripted([reply({"message": "Player\n not   found."}, status)]) as server:
        calm = session(server.url)
        with pytest.raises(Rejected, match=f'{status} to /x: "Player not found."') as caught:
            calm.get("/x")
    assert (caught.value.status, calm.requests) == (status, 1)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_so_that_keys_stay(status: int) -> None:
    with Scripted([reply([])]) as elsewhere, Scripted([reply({}, status, {"Location": elsewhere.url})]) as server:
        with pytest.raises(Unreadable, match="WOM_BASE_URL"):
            session(server.url, key=KEY).get("/x")
        assert elsewhere.heads == []


@pytest.mark.parametrize(
    "body", [b"<html>busy</html>", b"", b'{"cut": [1, 2', b"[NaN]", b"\xff\xfe\xfa", b"[" + b"1" * 5000 + b"]"]
)
def test_a_body_that_is_not_json_is_tried_again(body: bytes) -> None:
    with Scripted([reply(raw=body), reply([1])]) as server:
        assert session(server.url).get("/x").content == [1]


def test_a_body_nested_out_of_reach_is_unreadable() -> None:
    with Scripted([reply(raw=b"[" * 200_000)]) as server, pytest.raises(Unreadable, match="nested"):
        session(server.url).get("/x")


def test_an_answer_cut_short_is_tried_again() -> None:
    whole = reply([1, 2, 3])
    with Scripted([whole[:-3], reply([1])]) as server:
        calm = session(server.url)
        assert calm.get("/x").content == [1]
    assert calm.requests == 2


def test_an_answer_cut_short_where_it_still_is_json_is_tried_again() -> None:
    cut = reply(raw=b"[1]", headers={"Content-Length": "10"})
    with Scripted([cut, reply([1, 2])]) as server:
        assert session(server.url).get("/x").content == [1, 2]


def test_a_chunked_answer_is_read_and_a_broken_one_tried_again() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    with Scripted([head + b"3\r\n[1,\r\n", head + b"3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n"]) as server:
        assert session(server.url).get("/x").content == [1, 2]


def _reset(wire: socket.socket) -> None:
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.close()


def test_a_connection_reset_is_tried_again() -> None:
    with Scripted([_reset, reply([1])]) as server:
        assert session(server.url).get("/x").content == [1]


def test_a_port_where_nobody_listens_is_retriable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Retriable, match="ConnectionError"):
        session(f"http://127.0.0.1:{port}/v2").get("/x")


def test_a_host_without_address_is_retriable() -> None:
    with pytest.raises(Retriable, match="did not answer"):
        session("http://no-such-host.invalid/v2").get("/x")


def test_a_server_that_says_nothing_is_given_up() -> None:
    release = threading.Event()

    def hold(_: socket.socket) -> None:
        release.wait(5)

    with Scripted([hold, reply([1])]) as server:
        quick = Session(
            server.url,
            headers={},
            budget=9,
            sleep=lambda _: None,
            timeout=(0.2, 0.2),
            on_attempt=lambda _: release.set(),
        )
        assert quick.get("/x").content == [1]


def test_a_server_that_dribbles_meets_the_deadline() -> None:
    def dribble(wire: socket.socket) -> None:
        wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(200):
            wire.sendall(b"1")
            if threading.Event().wait(0.02):
                return

    with Scripted([dribble, reply([1])]) as server:
        quick = Session(server.url, headers={}, budget=9, sleep=lambda _: None, deadline_s=0.2)
        assert quick.get("/x").content == [1]
    assert quick.requests == 2


DRIPS = {
    "its first line": b"",
    "a header": b"HTTP/1.1 200 OK\r\nX-Slow: ",
    "a welcome to go on": b"HTTP/1.1 100 Continue\r\nX-Slow: ",
    "the size of a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    "what follows the last chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Slow: ",
}


@pytest.mark.parametrize("begun", DRIPS.values(), ids=DRIPS)
def test_a_server_that_dribbles_elsewhere_meets_the_deadline_too(begun: bytes) -> None:
    released = threading.Event()

    def dribble(wire: socket.socket) -> None:
        wire.sendall(begun)
        for _ in range(300):
            wire.sendall(b"1")
            if released.wait(0.02):
                return

    with Scripted([dribble]) as server:
        quick = Session(server.url, headers={}, budget=9, attempts=1, sleep=lambda _: None, deadline_s=0.3)
        started = time.monotonic()
        with pytest.raises(Retriable, match=r"did not answer /x within 0 s|was not whole after 0 s"):
            quick.get("/x")
        assert time.monotonic() - started < 3
        released.set()


@pytest.mark.parametrize(
    ("drip", "told"), [(drips, "was not whole after"), (drips_its_head, "did not answer /x within")]
)
def test_a_server_that_dribbles_over_tls_meets_the_deadline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drip: Callable[[socket.socket], object], told: str
) -> None:
    certificate = self_signed(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with Wire(drip, certificate) as server:
        url = f"https://127.0.0.1:{server.port}/v2"
        quick = Session(url, headers={}, budget=9, attempts=1, deadline_s=1)
        with pytest.raises(Retriable, match=told):
            quick.get("/x")


def test_each_request_has_the_whole_time() -> None:
    clock = Clock()
    with Scripted([reply([])]) as server:
        calm = Session(server.url, headers={}, budget=9, monotonic=clock.monotonic, deadline_s=300)
        for _ in range(3):
            clock.at += 200
            calm.get("/x")
    assert calm.requests == 3


def test_a_bomb_is_not_unpacked_beyond_the_limit() -> None:
    bomb = reply(raw=gzip.compress(b" " * 20_000_000 + b"1"), headers={"Content-Encoding": "gzip"})
    with Scripted([bomb]) as server:
        calm = Session(server.url, headers={}, budget=9, sleep=lambda _: None, max_body=3 * 1024**2)
        with pytest.raises(Unreadable, match="larger than 3 MB"):
            calm.get("/x")
    assert calm.requests == 1


def test_a_packed_answer_is_unpacked() -> None:
    with Scripted([reply(raw=gzip.compress(b"[1]"), headers={"Content-Encoding": "gzip"})]) as server:
        assert session(server.url).get("/x").body == b"[1]"


def test_a_packed_answer_that_is_damaged_is_tried_again() -> None:
    with Scripted([reply(raw=b"no gzip", headers={"Content-Encoding": "gzip"}), reply([1])]) as server:
        assert session(server.url).get("/x").content == [1]


def test_a_used_up_window_is_waited_out_before_the_next_request() -> None:
    clock = Clock()
    last = reply([], headers={"RateLimit-Limit": "20", "RateLimit-Remaining": "0", "RateLimit-Reset": "60"})
    with Scripted([last, reply([])]) as server:
        calm = session(server.url, clock)
        calm.get("/x")
        assert clock.slept == []
        clock.at += 20
        calm.get("/x")
        calm.get("/x")
    assert clock.slept == [40.0]


def test_the_fewest_requests_left_in_any_window_are_remembered() -> None:
    told = [("20", "7"), ("20", "1"), ("20", "19"), ("20", "soon"), ("lots", "0"), ("1e300", "0"), ("0", "1")]
    replies = [reply([], headers={"RateLimit-Limit": limit, "RateLimit-Remaining": left}) for limit, left in told]
    with Scripted([reply([]), *replies]) as server:
        calm = session(server.url)
        calm.get("/x")
        assert (calm.rate_left, calm.rate_limit) == (None, None)
        for _ in replies:
            calm.get("/x")
    assert (calm.rate_left, calm.rate_limit) == (1, 20)


@pytest.mark.parametrize("reset", ["soon", "-5", "nan", "inf", ""])
def test_a_window_of_nonsense_is_not_waited_for(reset: str) -> None:
    clock = Clock()
    with Scripted([reply([], headers={"RateLimit-Remaining": "0", "RateLimit-Reset": reset}), reply([])]) as server:
        calm = session(server.url, clock)
        calm.get("/x")
        calm.get("/x")
    assert clock.slept == []


def test_a_window_of_a_year_is_waited_for_five_minutes_at_most() -> None:
    clock = Clock()
    with Scripted(
        [reply([], headers={"RateLimit-Remaining": "0", "RateLimit-Reset": "31536000"}), reply([])]
    ) as server:
        calm = session(server.url, clock)
        calm.get("/x")
        calm.get("/x")
    assert clock.slept == [300.0]


def test_every_attempt_counts_against_the_budget() -> None:
    with Scripted([reply({}, 503)]) as server:
        calm = session(server.url, budget=3)
        with pytest.raises(SourceError, match=r"budget of 3 .* WOM_REQUEST_BUDGET") as spent:
            calm.get("/x")
        assert not isinstance(spent.value, Retriable)
    assert (calm.requests, len(server.heads), calm.remaining) == (3, 3, 0)


def test_three_requests_that_fail_for_good_leave_the_server_alone() -> None:
    with Scripted([reply({}, 503)]) as server:
        calm = session(server.url)
        for _ in range(5):
            with pytest.raises(Retriable):
                calm.get("/x")
    assert calm.requests == 15


def test_an_answer_in_between_starts_the_count_again() -> None:
    down = [reply({}, 503)] * 10
    with Scripted([*down, reply([]), *down, reply([])]) as server:
        calm = session(server.url)
        for _ in range(2):
            for _ in range(2):
                with pytest.raises(Retriable):
                    calm.get("/x")
            calm.get("/x")
    assert calm.requests == 22


def test_no_secret_is_repeated(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echo = {"message": f"key {KEY} and code 111-222-333 are wrong"}
    with Scripted([reply(echo, 503), reply(echo, 400), reply(echo, 403)]) as server:
        calm = session(server.url, key=KEY)
        with pytest.raises(Rejected) as first:
            calm.post("/x", {"verificationCode": "111-222-333"})
        with pytest.raises(Denied) as second:
            calm.get("/x")
    said = f"{first.value!r} {second.value!r} {calm!r} {vars(first.value)} {caplog.text}"
    assert "***" in said
    assert KEY not in said
    assert "111-222-333" not in said
    assert first.value.__cause__ is None


def test_a_netrc_adds_no_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with Scripted([reply([])]) as server:
        session(server.url).get("/x")
    assert "authorization" not in server.heads[0].lower()


def test_a_cookie_is_not_sent_back() -> None:
    with Scripted([reply([], headers={"Set-Cookie": "who=me; Path=/"}), reply([])]) as server:
        calm = session(server.url)
        calm.get("/x")
        calm.get("/x")
    assert "cookie" not in server.heads[1].lower()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.wiseoldman.net/v2",
        "ftp://host/v2",
        "http://",
        "http://me:secret@host/v2",
        "http://[::1/v2",
        "http://host:x/v2",
    ],
)
def test_an_address_that_is_none_is_a_setting_to_fix(url: str) -> None:
    with pytest.raises(ConfigError, match="WOM_BASE_URL") as caught:
        session(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("key", ["line\nbreak-s3cret", "schlüssel-s3cret", " s3cret "])
def test_a_key_that_http_cannot_carry_is_a_setting_to_fix_and_not_repeated(key: str) -> None:
    with pytest.raises(ConfigError, match="x-api-key") as caught:
        session("http://host/v2", key=key)
    assert "s3cret" not in str(caught.value)


def test_attempts_and_bytes_are_told_and_counted() -> None:
    seen: list[Attempt] = []
    with Scripted([reply(raw=b"busy", status=503), reply([1, 2])]) as server:
        calm = Session(server.url, headers={}, budget=9, sleep=lambda _: None, on_attempt=seen.append)
        calm.get("/x")
    assert seen == [Attempt("GET", "/x", 503, 4), Attempt("GET", "/x", 200, 6)]
    assert (calm.requests, calm.bytes) == (2, 10)


def test_a_post_sends_json() -> None:
    with Scripted([reply({"count": 2})]) as server:
        assert session(server.url).post("/x", {"a": "b"}).content == {"count": 2}
    assert server.heads[0].startswith("POST /v2/x HTTP/1.1")


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_what_is_said_on_this_machine_passes_no_proxy(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Scripted([reply([])]) as proxy, Scripted([reply([1])]) as server:
        monkeypatch.setenv(name, proxy.url.removesuffix("/v2"))
        assert session(server.url, key=KEY).get("/x").content == [1]
    assert proxy.heads == []


def test_a_proxy_on_the_way_sees_where_we_go_and_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    with Scripted([reply({}, status=502)]) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.removesuffix("/v2"))
        with pytest.raises(Retriable) as caught:
            session("https://api.example.invalid/v2", key=KEY).get("/x")
    assert {head.splitlines()[0].rpartition(" ")[0] for head in proxy.heads} == {"CONNECT api.example.invalid:443"}
    assert [head for head in (*proxy.heads, str(caught.value)) if KEY in head] == []
