"""What the wire does to a night: each plan of the demo's servers, servers that drip, lie, lead elsewhere or cannot be found."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

from fault_kit import Case
from misfortunes import Spoiler, plan_of_discord, plan_of_wom
from playing import Fault
from pydantic import SecretStr
from wires import Wire, drips, drips_its_head, packed, points_to, self_signed, speaks_plainly

NOWHERE: Final = "nobody-is-here.invalid"


def wom_plan(plan: str, *says: str, **expected: Any) -> Fault:
    """The demo's Wise Old Man plays *plan*."""
    return Fault("harvest_wom", f"plan {plan}", plan_of_wom(plan), says, hurried=True, plan=plan, **expected)


def talk_plan(plan: str, *says: str, **expected: Any) -> Fault:
    """The demo's Discord plays *plan*."""
    return Fault("harvest_discord", f"plan {plan}", plan_of_discord(plan), says, hurried=True, plan=plan, **expected)


PASSING: Final = [
    wom_plan("rate-limited", state="done", exit_code=0),
    wom_plan("flaky", state="done", exit_code=0),
    wom_plan("reset", state="done", exit_code=0),
    wom_plan("stall", state="done", exit_code=0),
    wom_plan("truncated", state="done", exit_code=0),
    wom_plan("html", state="done", exit_code=0),
    wom_plan("empty", state="done", exit_code=0),
    talk_plan("discord-flaky", state="done", exit_code=0),
    talk_plan("discord-reset", state="done", exit_code=0),
    talk_plan("discord-stall", state="done", exit_code=0),
    talk_plan("discord-truncated", state="done", exit_code=0),
    talk_plan("discord-permission-lost", state="done", exit_code=0),
]

GAVE_UP: Final[dict[str, Any]] = {"error_class": "Retriable", "exit_code": 3}
REFUSED: Final[dict[str, Any]] = {"error_class": "Unreadable", "exit_code": 3}
CUT: Final[dict[str, Any]] = {"state": "partial", "exit_code": 3}

PLANNED: Final = [
    wom_plan("blocked", "This address is blocked", "contact", error_class="Denied", exit_code=2),
    wom_plan("down", "503", "Gave up after 5", **GAVE_UP),
    wom_plan("proxy-down", "502", "Gave up after 5", **GAVE_UP),
    wom_plan("dies-midway", "503", "Gave up after 5", **GAVE_UP),
    talk_plan("discord-denied", "DISCORD_TOKEN", error_class="Denied", exit_code=3),
    talk_plan("discord-down", "503", "out of service", **GAVE_UP),
    talk_plan("discord-proxy-down", "did not answer in time", **GAVE_UP),
    talk_plan("discord-blocked", "429", **GAVE_UP),
    talk_plan("discord-dies-midway", "503", "out of service", **GAVE_UP),
    talk_plan("discord-slow-limit", "asks to wait 90 s", **CUT),
    talk_plan("discord-unknown-channel", state="done", exit_code=0, remains=("channel",)),
    talk_plan("discord-no-content", "Message Content Intent", **CUT),
    talk_plan("discord-no-members", "Server Members Intent", **CUT),
]
"""Plans that leave something."""


def elsewhere(**settings: str) -> Spoiler:
    """The settings name another place; `{port}` in them is that of a port where nobody listens any more."""
    return lambda case: _moved(settings)


@contextmanager
def _moved(settings: dict[str, str]) -> Iterator[dict[str, str]]:
    yield settings


def at_wire(setting: str, path: str, answer: Any, scheme: str = "http", *, certified: bool = False) -> Spoiler:
    """*setting* leads to a server of its own that says *answer*."""

    @contextmanager
    def held(case: Case) -> Iterator[dict[str, str]]:
        certificate = self_signed(case.folder) if certified else None
        with Wire(answer, certificate) as wire:
            yield {setting: f"{scheme}://127.0.0.1:{wire.port}{path}"}
        if certificate is not None:
            certificate.unlink()

    return held


def led_away(setting: str, path: str, status: int, **settings: Any) -> Spoiler:
    """*setting* leads to a server that points to another one, which must hear nothing at all."""

    @contextmanager
    def held(case: Case) -> Iterator[dict[str, Any]]:
        with Wire(lambda wire: None) as other, Wire(points_to(f"http://127.0.0.1:{other.port}/", status)) as first:
            yield {setting: f"http://127.0.0.1:{first.port}{path}", **settings}
            assert first.met, "nobody asked the server that points elsewhere"
            assert other.met == 0, f"the other server was sent {other.heads}"

    return held


@cache
def bomb() -> bytes:
    """300 MB that take a second to pack: for who needs them."""
    return gzip.compress(b'{"bomb":"' + bytes(300 * 1024**2), 9)


def exploding(setting: str, path: str) -> Spoiler:
    """*setting* leads to a server whose answers unpack to far more than they are."""
    return lambda case: at_wire(setting, path, packed(bomb()))(case)


WOM, TALK = ("wom_base_url", "/v2"), ("discord_base_url", "/api/v10")
KEYED: Final[dict[str, Any]] = {"wom_api_key": SecretStr("a-key-0815")}


def both(
    name: str, spoil: Any, *says: str, wom: tuple[str, ...] = (), talk: tuple[str, ...] = (), **expected: Any
) -> list[Fault]:
    """The same misfortune for either source; *spoil* is told which."""
    return [
        Fault("harvest_wom", name, spoil(*WOM), (*says, *wom), hurried=True, **expected),
        Fault("harvest_discord", name, spoil(*TALK), (*says, *talk), hurried=True, **expected),
    ]


def redirected(status: int) -> tuple[Fault, Fault]:
    """Either source points to another host, and is not followed: not with a key, and not without."""
    name = f"a redirect ({status}) to another host"
    wom, talk = led_away(*WOM, status, **KEYED), led_away(*TALK, status)
    told = (str(status), "points elsewhere")
    return (
        Fault(
            "harvest_wom",
            name,
            wom,
            (*told, "keys are not sent there", "WOM_BASE_URL"),
            error_class="Rejected",
            exit_code=3,
        ),
        Fault("harvest_discord", name, talk, (*told, "token is not sent there", "DISCORD_BASE_URL"), **REFUSED),
    )


WIRES: Final = [
    *both(
        "an answer of a byte now and then",
        lambda setting, path: at_wire(setting, path, drips),
        wom=("not whole after",),
        talk=("did not answer in time",),
        **GAVE_UP,
    ),
    *both(
        "a head of a byte now and then",
        lambda setting, path: at_wire(setting, path, drips_its_head),
        wom=("did not answer", "within"),
        talk=("did not answer in time",),
        **GAVE_UP,
    ),
    *both(
        "a host without an address",
        lambda setting, path: elsewhere(**{setting: f"http://{NOWHERE}{path}"}),
        wom=("did not answer",),
        talk=("connection to Discord broke",),
        **GAVE_UP,
    ),
    *both(
        "TLS where none is spoken",
        lambda setting, path: at_wire(setting, path, speaks_plainly, "https"),
        wom=("SSLError",),
        talk=("SSL",),
        **GAVE_UP,
    ),
    *both(
        "a certificate that nobody vouches for",
        lambda setting, path: at_wire(setting, path, lambda wire: None, "https", certified=True),
        wom=("SSLError",),
        talk=("Certificate",),
        **GAVE_UP,
    ),
    *both(
        "an answer that unpacks to 300 MB",
        exploding,
        "MB unpacked",
        **REFUSED,
    ),
    *redirected(302),
    *redirected(307),
]

MORE_REDIRECTS: Final = [fault for status in (301, 303, 308) for fault in redirected(status)]
"""As the others, for whoever has the time."""
