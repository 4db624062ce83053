"""What stands in answers that should not: fields nobody knows, nulls, numbers out of this world, names twice."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final

from fault_kit import Case
from playing import Fault
from wires import Twist, twisted

Change = Callable[[Any], object]
"""Something done to one part of an answer, in place."""

WOM, TALK = "harvest_wom", "harvest_discord"


def says(stage: str, twist: Twist) -> Callable[[Case], AbstractContextManager[dict[str, str]]]:
    """The source of *stage* says it as *twist* does."""

    @contextmanager
    def held(case: Case) -> Iterator[dict[str, str]]:
        speaker, setting = (case.server, "wom_base_url") if stage == WOM else (case.discord, "discord_base_url")
        with twisted(speaker.base_url, twist) as url:
            yield {setting: url}

    return held


def first(part: str, change: Change, find: Callable[[Any], Any] = lambda said: said[0]) -> Twist:
    """*change* happens to the first row of answers whose path holds *part*."""

    def twist(path: str, said: Any) -> Any:
        if part in path and said:
            change(find(said))
        return said

    return twist


def put(value: Any, *keys: str) -> Change:
    """*value* stands under *keys*."""

    def change(row: Any) -> None:
        for key in keys[:-1]:
            row = row[key]
        row[keys[-1]] = value

    return change


def everywhere(path: str, said: Any) -> Any:
    """Every object has fields that nobody knows."""
    if isinstance(said, dict):
        return {key: everywhere(path, value) for key, value in said.items()} | {
            "zz_new": {"a": [1, {"b": None}]},
            "äöü": None,
        }
    return [everywhere(path, value) for value in said] if isinstance(said, list) else said


def looks(value: Any, *keys: str) -> Twist:
    return first("/bulk-hiscores", put(value, "data", "data", *keys))


def member(value: Any, *keys: str) -> Twist:
    return first(
        "/groups/1", put(value, *keys), lambda said: said["memberships"][0] if "memberships" in said else {"player": {}}
    )


def of_the_guild(value: Any, *keys: str) -> Twist:
    return first("/members?", put(value, *keys), lambda said: said[1])


def message(value: Any, *keys: str) -> Twist:
    return first("/messages?", put(value, *keys))


def channel(value: Any, *keys: str) -> Twist:
    return first(
        "/channels",
        put(value, *keys),
        lambda said: next((row for row in said if row.get("type") == 0), {}) if isinstance(said, list) else {},
    )


def not_a_number(path: str, said: Any) -> Any:
    return b'{"id": NaN}' if path == "/groups/1" else said


def twice(path: str, said: Any) -> Any:
    """Two members come twice, and another bears a name that is taken."""
    if path == "/groups/1":
        rows = said["memberships"]
        rows += rows[:2]
        rows[3]["player"] |= {name: rows[4]["player"][name] for name in ("username", "displayName")}
    return said


def nobody(path: str, said: Any) -> Any:
    """Nobody is in the clan."""
    return said | {"memberships": []} if path == "/groups/1" else said


def swapped(path: str, said: Any) -> Any:
    """One member was renamed, and another took the old name on the same night."""
    if path == "/groups/1":
        one, other = said["memberships"][3]["player"], said["memberships"][4]["player"]
        other |= {name: one[name] for name in ("username", "displayName")}
        one |= {"username": "brand new", "displayName": "Brand New"}
    return said


def odd(stage: str, name: str, twist: Twist, *remains: str) -> Fault:
    """Costs no more than what is odd; the tables named keep what was said until it is said otherwise."""
    return Fault(stage, name, says(stage, twist), state="done", exit_code=0, remains=remains)


def roster_stays(name: str, twist: Twist, *told: str) -> Fault:
    return Fault(
        WOM, name, says(WOM, twist), ("Who is in the clan stays as it was", *told), state="partial", exit_code=3
    )


HUGE: Final = "99999999999999999999999"

UNNOTICED: Final = [
    Fault(WOM, "fields nobody knows, at every level", says(WOM, everywhere), state="done", exit_code=0),
    Fault(TALK, "fields nobody knows, at every level", says(TALK, everywhere), state="done", exit_code=0),
]

ODD: Final = [
    odd(WOM, "null for a value of one member", looks(None, "bosses", "zulrah", "kills")),
    odd(WOM, "null for all values of one member", first("/bulk-hiscores", put(None, "data"))),
    odd(WOM, "a negative number that is not −1", looks(-5, "bosses", "zulrah", "kills")),
    odd(WOM, "a number of 2⁶³", looks(2**63, "bosses", "zulrah", "kills")),
    odd(WOM, "a number of 2⁶²", looks(2**62, "skills", "overall", "experience")),
    odd(WOM, "a number of 10³⁰ with a point", looks(1e30, "bosses", "zulrah", "kills")),
    odd(
        WOM,
        "null for a rank, a name, a type",
        lambda path, said: member(None, "role")(
            path, member(None, "player", "displayName")(path, member(None, "player", "type")(path, said))
        ),
    ),
    odd(WOM, "members twice, and a name twice", twice),
    odd(WOM, "a name left and taken the same night", swapped),
    roster_stays("null for the player of one member", member(None, "player"), "memberships[0].player"),
    roster_stays("null for the id of one member", member(None, "playerId"), "memberships[0].playerId"),
    roster_stays(
        "null for the name of one member", member(None, "player", "username"), "memberships[0].player.username"
    ),
    roster_stays("a roster with nobody on it", nobody, "memberships is empty"),
    Fault(
        WOM,
        "NaN, which is no JSON",
        says(WOM, not_a_number),
        ("is not whole JSON", "Gave up"),
        error_class="Retriable",
        exit_code=3,
        hurried=True,
    ),
    odd(
        TALK,
        "null for a nickname, a username, a date",
        lambda path, said: of_the_guild(None, "nick")(
            path, of_the_guild(None, "user", "username")(path, of_the_guild(None, "joined_at")(path, said))
        ),
    ),
    odd(TALK, "null for what was written", message(None, "content"), "message"),
    odd(
        TALK,
        "null for a channel's name and place",
        lambda path, said: channel(None, "name")(path, channel(None, "position")(path, said)),
    ),
    Fault(
        TALK,
        "null for one member's account",
        says(TALK, of_the_guild(None, "user")),
        ("list of members", "agreed form"),
        state="partial",
        exit_code=3,
        hurried=True,
    ),
    Fault(
        TALK,
        "a message of nobody",
        says(TALK, message(None, "author")),
        ("could not be read to its end", "agreed form"),
        state="partial",
        exit_code=3,
        hurried=True,
    ),
]

SET_ASIDE: Final = [
    ("a message's number of 77 bits", message(HUGE, "id")),
    ("a message's number below 0", message("-5", "id")),
    ("a channel's last message of 77 bits", channel(HUGE, "last_message_id")),
]
"""What the harvest keeps and the load refuses."""
