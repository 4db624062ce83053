"""The demo's WOM against answers recorded from the real server: the same fields, types, order, headers and refusals."""

import base64
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from pipeline.demo.instants import instant
from pipeline.demo.wom.gained import delta
from pipeline.demo.wom.server import DEMO_LIMIT, DemoServer
from pipeline.demo.world import World, found_clan

HOUSE = Path(__file__).parents[2]
CAPTURES = HOUSE / os.environ.get("CLANSTATS_CAPTURES", "../shared") / "wom-captures"
pytestmark = pytest.mark.skipif(
    not CAPTURES.is_dir(),
    reason=f"no recorded answers in {CAPTURES}: CLANSTATS_CAPTURES names the folder that holds them",
)

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
END = instant(NOW)
CODE = "111-111-111"
KEY = "a key that the demo knows"
DAY = "startDate=2026-11-20T00:00:00.000Z&endDate=2026-11-20T23:59:59.999Z"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
PER_CONNECTION = {"Connection", "Keep-Alive"}

Shapes = dict[tuple[str, ...], dict[str, set[str]]]


@cache
def world() -> World:
    return found_clan(7, 60, 60, NOW)


def named(fate: str) -> str:
    return next(quote(account.names.at(END)) for account, _ in world().members(END) if account.fate == fate)


def plain() -> str:
    """A member about whom nothing is special."""
    return quote(world().accounts[-1].names.at(END))


def twice_renamed() -> str:
    return next(quote(account.names.at(END)) for account in world().accounts if len(account.renamings) == 2)


PAIRS: dict[str, Callable[[], str]] = {
    "night-1/group.json": lambda: "/groups/1",
    "night-1/bulk-hiscores.json": lambda: "/groups/1/bulk-hiscores",
    "night-1/bulk-gained-week.json": lambda: "/groups/1/bulk-gained?period=week",
    "night-1/bulk-gained-month.json": lambda: "/groups/1/bulk-gained?period=month",
    "dated/bulk-gained-day.json": lambda: f"/groups/1/bulk-gained?{DAY}",
    "night-1/gained-overall-week.json": lambda: "/groups/1/gained?metric=overall&period=week",
    "night-1/hiscores-overall.json": lambda: "/groups/1/hiscores?metric=overall",
    "night-1/hiscores-zulrah.json": lambda: "/groups/1/hiscores?metric=zulrah",
    "night-1/hiscores-ehb.json": lambda: "/groups/1/hiscores?metric=ehb",
    "night-1/achievements-offset0.json": lambda: "/groups/1/achievements?limit=50",
    "night-1/achievements-offset1100-last.json": lambda: "/groups/1/achievements?limit=50&offset=600",
    "night-1/activity-offset0.json": lambda: "/groups/1/activity?limit=50",
    "night-1/activity-past-the-end.json": lambda: "/groups/1/activity?limit=50&offset=5000",
    "night-1/name-changes.json": lambda: "/groups/1/name-changes?limit=50",
    "night-1/competitions.json": lambda: "/groups/1/competitions",
    "night-1/competition-301-finished.json": lambda: "/competitions/301",
    "night-1/competition-302-ongoing.json": lambda: "/competitions/302",
    "night-1/competition-303-upcoming-team.json": lambda: "/competitions/303",
    "night-1/statistics.json": lambda: "/groups/1/statistics",
    "players/vex-maxwell-details.json": lambda: f"/players/{plain()}",
    "players/vex-maxwell-snapshots-30d.json": lambda: f"/players/{plain()}/snapshots?period=30d&limit=200",
    "players/vex-maxwell-gained-week.json": lambda: f"/players/{plain()}/gained?period=week",
    "players/vex-maxwell-achievements.json": lambda: f"/players/{plain()}/achievements",
    "players/vex-maxwell-names.json": lambda: f"/players/{plain()}/names",
    "players/toast-names.json": lambda: f"/players/{twice_renamed()}/names",
    "players/archived-member-details.json": lambda: f"/players/{named('archived')}",
    "players/flagged-member-details.json": lambda: f"/players/{named('flagged')}",
    "players/never-updated-member-details.json": lambda: f"/players/{named('never_updated')}",
    "players/never-updated-member-gained-week.json": lambda: f"/players/{named('never_updated')}/gained?period=week",
    "players/never-updated-member-snapshots.json": lambda: f"/players/{named('never_updated')}/snapshots?limit=200",
}


@cache
def captured(name: str) -> Any:
    return json.loads((CAPTURES / name).read_text())


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoServer]:
    with DemoServer(world(), limit=DEMO_LIMIT) as server:
        yield server


def ask(server: DemoServer, path: str) -> requests.Response:
    return requests.get(server.base_url + path, headers={"User-Agent": "contract test"}, timeout=30)


def kind_of(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "instant" if INSTANT.fullmatch(value) else "text"
    return "list" if isinstance(value, list) else "object"


def is_map(value: dict[str, Any]) -> bool:
    """Whether *value* is a map from metrics to entries, whose keys are no field names."""
    return bool(value) and all(isinstance(entry, dict) and entry.get("metric") == key for key, entry in value.items())


def shapes(value: object, found: Shapes | None = None) -> Shapes:
    """Every kind of object in *value*, told by its fields in order, with the types each field has."""
    found = {} if found is None else found
    if isinstance(value, list):
        for item in value:
            shapes(item, found)
    elif isinstance(value, dict):
        if not is_map(value):
            fields = found.setdefault(tuple(value), {})
            for name, item in value.items():
                fields.setdefault(name, set()).add(kind_of(item))
        for item in value.values():
            shapes(item, found)
    return found


@cache
def all_captured_types() -> dict[frozenset[str], dict[str, set[str]]]:
    """The types of each field over all recordings; objects that describe a player count as one kind."""
    merged: dict[frozenset[str], dict[str, set[str]]] = {}
    for file in sorted(CAPTURES.glob("*/*.json")):
        if file.parent.name != "errors":
            for fields, types in shapes(captured(f"{file.parent.name}/{file.name}")).items():
                known = merged.setdefault(family(fields), {})
                for name, kinds in types.items():
                    known.setdefault(name, set()).update(kinds)
    return merged


def family(fields: tuple[str, ...]) -> frozenset[str]:
    return frozenset({"a player"}) if "ttm" in fields else frozenset(fields)


def values_of(value: object, field: str) -> set[str]:
    if isinstance(value, list):
        return set().union(*(values_of(item, field) for item in value))
    if not isinstance(value, dict):
        return set()
    own = {value[field]} if isinstance(value.get(field), str) else set()
    return own.union(*(values_of(item, field) for item in value.values()))


def metric_maps(value: object) -> set[tuple[str, ...]]:
    if isinstance(value, list):
        return set().union(*(metric_maps(item) for item in value))
    if not isinstance(value, dict):
        return set()
    own = {tuple(value)} if is_map(value) else set()
    return own.union(*(metric_maps(item) for item in value.values()))


@pytest.mark.parametrize("name", PAIRS)
def test_the_demo_answers_with_the_same_fields_in_the_same_order(demo: DemoServer, name: str) -> None:
    answer, recorded = ask(demo, PAIRS[name]()).json(), captured(name)
    assert type(answer) is type(recorded)
    assert set(shapes(answer)) == set(shapes(recorded))


@pytest.mark.parametrize("name", PAIRS)
def test_the_demos_fields_have_types_that_were_recorded(demo: DemoServer, name: str) -> None:
    known = all_captured_types()
    for fields, types in shapes(ask(demo, PAIRS[name]()).json()).items():
        for field, kinds in types.items():
            assert kinds <= known[family(fields)][field], (field, fields)


@pytest.mark.parametrize("name", PAIRS)
def test_the_demo_lists_the_same_metrics_in_the_same_order(demo: DemoServer, name: str) -> None:
    answer, recorded = ask(demo, PAIRS[name]()).json(), captured(name)
    assert metric_maps(answer) == metric_maps(recorded)
    if "bulk-gained" in name:
        listed = {tuple(entry["metric"] for entry in row["data"]) for row in answer}
        assert listed == {tuple(entry["metric"] for entry in row["data"]) for row in recorded}


@pytest.mark.parametrize("field", ["type", "status", "build", "measure", "role", "previousRole"])
def test_the_demo_uses_only_words_that_were_recorded(demo: DemoServer, field: str) -> None:
    recorded = set().union(
        *(values_of(captured(f"{file.parent.name}/{file.name}"), field) for file in CAPTURES.glob("*/*.json"))
    )
    used = set().union(*(values_of(ask(demo, path()).json(), field) for path in PAIRS.values()))
    assert used <= recorded


@pytest.mark.parametrize("name", PAIRS)
def test_numbers_are_printed_as_javascript_prints_them(demo: DemoServer, name: str) -> None:
    assert not re.search(r":-?\d+\.0[,}]", ask(demo, PAIRS[name]()).text)


def falling(values: list[Any]) -> bool:
    return all(later <= earlier for earlier, later in pairwise(values))


ORDERS: dict[str, Callable[[Any], list[Any]]] = {
    "night-1/bulk-hiscores.json": lambda rows: [-row["player"]["id"] for row in rows],
    "night-1/bulk-gained-week.json": lambda rows: [-row["player"]["id"] for row in rows],
    "night-1/achievements-offset0.json": lambda rows: [row["createdAt"] for row in rows],
    "night-1/activity-offset0.json": lambda rows: [row["createdAt"] for row in rows],
    "night-1/name-changes.json": lambda rows: [row["createdAt"] for row in rows],
    "night-1/hiscores-overall.json": lambda rows: [(row["data"]["level"], row["data"]["experience"]) for row in rows],
    "night-1/hiscores-zulrah.json": lambda rows: [row["data"]["kills"] for row in rows],
    "night-1/gained-overall-week.json": lambda rows: [row["data"]["gained"] for row in rows],
    "night-1/competition-302-ongoing.json": lambda one: [row["progress"]["gained"] for row in one["participations"]],
    "night-1/group.json": lambda one: [-index for index in role_indices(one)],
    "players/vex-maxwell-snapshots-30d.json": lambda rows: [row["createdAt"] for row in rows],
    "players/vex-maxwell-achievements.json": lambda rows: [row["createdAt"] for row in rows],
}


def role_indices(group: Any) -> list[int]:
    orders = {order["role"]: order["index"] for order in group["roleOrders"]}
    return [orders.get(row["role"], len(orders)) for row in group["memberships"]]


@pytest.mark.parametrize("name", ORDERS)
def test_the_recorded_and_the_invented_rows_stand_in_one_order(demo: DemoServer, name: str) -> None:
    keys = ORDERS[name]
    assert falling(keys(captured(name)))
    assert falling(keys(ask(demo, PAIRS[name]()).json()))


@pytest.mark.parametrize("name", ["night-1/bulk-gained-month.json", "dated/bulk-gained-seven-days.json"])
def test_the_demos_rule_of_gains_is_the_recorded_one(name: str) -> None:
    for row in captured(name):
        for entry in row["data"]:
            assert delta(entry["metric"], entry["start"], entry["end"])["gained"] == entry["gained"], entry


def test_recorded_and_invented_players_have_one_zero_when_archived(demo: DemoServer) -> None:
    for answer in (captured("players/archived-member-details.json"), ask(demo, f"/players/{named('archived')}").json()):
        assert [answer[field] for field in ("exp", "ehp", "ehb", "ttm", "tt200m")] == [0] * 5
        assert answer["status"] == "archived"
        assert re.fullmatch(r"archive\d{5}", answer["username"])
        assert answer["latestSnapshot"]["data"]["skills"]["overall"]["experience"] > 0


def test_recorded_and_invented_undated_achievements_are_of_1970_and_without_accuracy(demo: DemoServer) -> None:
    name = "night-1/achievements-offset1100-last.json"
    for rows in (captured(name), ask(demo, PAIRS[name]()).json()):
        assert {(row["createdAt"], row["accuracy"]) for row in rows} == {("1970-01-01T00:00:00.000Z", None)}
    name = "night-1/achievements-offset0.json"
    for rows in (captured(name), ask(demo, PAIRS[name]()).json()):
        assert all(row["accuracy"] > 0 for row in rows)


def test_achievements_are_called_as_recorded(demo: DemoServer) -> None:
    recorded = {
        row["name"]: (row["metric"], row["threshold"], row["measure"])
        for file in CAPTURES.glob("*/*achievements*.json")
        for row in captured(f"{file.parent.name}/{file.name}")
    }
    told = {}
    for offset in range(0, 900, 50):
        for row in ask(demo, f"/groups/1/achievements?limit=50&offset={offset}").json():
            told[row["name"]] = (row["metric"], row["threshold"], row["measure"])
    both = told.keys() & recorded.keys()
    assert len(both) > 40
    assert {name: told[name] for name in both} == {name: recorded[name] for name in both}


def test_the_recorded_and_the_invented_csv_look_alike(demo: DemoServer) -> None:
    row = re.compile(
        r"[^,]+,\w+,\d+,(\d\d/\d\d/\d{4} \d\d:\d\d:\d\d)?,(\d\d/\d\d/\d{4} \d\d:\d\d:\d\d)?,(\d\d/\d\d/\d{4})?"
    )
    answer = ask(demo, "/groups/1/csv")
    for text in ((CAPTURES / "night-1/members.csv").read_text(), answer.text):
        first, *rest = text.split("\n")
        assert first == "Player,Role,Experience,Last progressed,Last updated,Joined at (Client Sync)"
        assert len(rest) == 60
        assert all(row.fullmatch(line) for line in rest)
    assert "Content-Type" not in answer.headers


def express_etag(body: bytes) -> str:
    digest = base64.b64encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
    return f'W/"{len(body):x}-{digest[:27]}"'


@pytest.mark.parametrize("name", ["night-1/group.json", "night-1/members.csv", "night-1/statistics.json"])
def test_headers_are_those_that_were_recorded(demo: DemoServer, name: str) -> None:
    recorded = captured("index.json")[name]["headers"]
    answer = ask(demo, recorded_path(name))
    if "ETag" in recorded:
        assert recorded["ETag"] == express_etag((CAPTURES / name).read_bytes())
        assert answer.headers["ETag"] == express_etag(answer.content)
    assert set(answer.headers) - PER_CONNECTION == set(recorded) - PER_CONNECTION
    for field in ("X-Powered-By", "Access-Control-Allow-Origin", "Content-Type"):
        assert answer.headers.get(field) == recorded.get(field)


def recorded_path(name: str) -> str:
    return str(captured("index.json")[name]["path"]).removeprefix("/v2")


# What the demo has no part for: opting out, and a name that stands for an outage of the hiscores.
NOT_OFFERED = {"403-player-opted-out", "503-hiscores-unavailable"}
RECORDED = sorted(file.stem for file in CAPTURES.glob("errors/*.json"))


def prepared(server: DemoServer, name: str) -> dict[str, str]:
    """Headers of the request, after bringing the server into the state that the recording was taken in."""
    nowhere = f"{server.base_url}/nope"
    if name in ("429-rate-limited-no-key", "200-last-of-window"):
        for _ in range(20 if name.startswith("429") else 19):
            requests.get(nowhere, timeout=30)
    if name == "429-rate-limited-with-key":
        for _ in range(100):
            requests.get(nowhere, headers={"x-api-key": KEY}, timeout=30)
    if name == "429-blocked-ip":
        server.fault("*", "blocked")
    if name == "429-player-updated-too-recently":
        requests.post(f"{server.base_url}/players/{plain()}", timeout=30)
    if name == "403-invalid-api-key":
        return {"x-api-key": "wrong"}
    if name == "304-not-modified":
        return {"x-api-key": KEY, "If-None-Match": ask(server, "/groups/3").headers["ETag"]}
    return {"x-api-key": KEY} if name not in ("429-rate-limited-no-key", "200-last-of-window") else {}


@pytest.mark.parametrize("name", RECORDED)
def test_a_refusal_is_the_recorded_one(name: str) -> None:
    if name in NOT_OFFERED:
        pytest.skip(f"the demo has no part for {name}")
    recorded = captured(f"errors/{name}.json")
    request = recorded["request"]
    empty = "/groups/3" in request["path"]
    with DemoServer(
        found_clan(7, 0, 10, NOW) if empty else world(),
        group_id=3 if empty else 1,
        api_key=KEY,
        verification_code="333-333-333" if empty else CODE,
    ) as server:
        path = request["path"].replace("vex%20maxwell", plain()).replace("archive48213", named("archived"))
        body = request.get("body")
        headers = prepared(server, name)
        answer = requests.request(
            request["method"],
            server.base_url.removesuffix("/v2") + path,
            data=body,
            headers=headers | ({"Content-Type": "application/json"} if body else {}),
            timeout=30,
        )
    assert answer.status_code == recorded["status"], answer.text
    assert set(answer.headers) - PER_CONNECTION == set(recorded["headers"]) - PER_CONNECTION
    assert answer.headers.get("RateLimit-Limit") == recorded["headers"].get("RateLimit-Limit")
    assert answer.headers.get("Content-Type") == recorded["headers"].get("Content-Type")
    if recorded.get("body") is None:
        assert answer.text == recorded.get("raw_body", "")
    elif recorded["status"] != 200:
        assert answer.json() == recorded["body"]
    else:
        assert set(shapes(answer.json())) == set(shapes(recorded["body"]))
