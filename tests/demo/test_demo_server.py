import socket
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from urllib.parse import quote

import pytest
import requests
from demo_worlds import NOW, SEEDS, ask, clan, get

from pipeline.demo.hiscores import values
from pipeline.demo.instants import DAY, HOUR, instant, moment, wire
from pipeline.demo.names import HOSTILE
from pipeline.demo.wom.faults import FAULTS
from pipeline.demo.wom.server import DEMO_LIMIT, DemoServer

END = instant(NOW)
CODE = "111-111-111"


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(clan(), limit=DEMO_LIMIT) as served:
        yield served


def window(since: int, until: int) -> str:
    return f"startDate={wire(since)}&endDate={wire(until)}"


def test_the_group_shows_everybody_as_of_its_own_clock(server: DemoServer) -> None:
    world = clan()
    joined = next(stay.since for _, stay in world.members(END) if END - stay.since < 30 * HOUR)
    server.now = moment(joined - 1)
    before = ask(server, "/groups/1")
    server.now = NOW
    after = ask(server, "/groups/1")
    assert after["memberCount"] == len(after["memberships"]) == 60
    assert {row["playerId"] for row in after["memberships"]} - {row["playerId"] for row in before["memberships"]}
    assert {row["playerId"] for row in before["memberships"]} == {
        account.id for account, _ in world.members(joined - 1)
    }


def test_nothing_shown_is_later_than_the_servers_clock(server: DemoServer) -> None:
    server.now = NOW - timedelta(days=40, hours=3, minutes=17)
    now = wire(instant(server.now))
    assert all(row["data"]["createdAt"] <= now for row in ask(server, "/groups/1/bulk-hiscores"))
    assert all(row["createdAt"] <= now for row in ask(server, "/groups/1/activity?limit=50"))
    assert all(row["createdAt"] <= now for row in ask(server, "/groups/1/achievements?limit=50"))
    assert all(row["resolvedAt"] <= now for row in ask(server, "/groups/1/name-changes"))
    assert all(row["createdAt"] <= now for row in ask(server, "/groups/1/competitions"))


def test_bulk_hiscores_leave_out_the_archived_and_the_never_updated(server: DemoServer) -> None:
    members = {account.id: account for account, _ in clan().members(END)}
    shown = {row["player"]["id"] for row in ask(server, "/groups/1/bulk-hiscores")}
    assert {members[id_].fate for id_ in members.keys() - shown} == {"archived", "never_updated"}


def test_bulk_hiscores_repeat_an_old_look_until_a_new_one(server: DemoServer) -> None:
    stale = next(account for account in clan().accounts if account.fate == "stale")
    rows = ask(server, "/groups/1/bulk-hiscores")
    row = next(row for row in rows if row["player"]["id"] == stale.id)
    assert row["data"]["createdAt"] == wire(stale.looks[-1])
    assert row["data"]["id"] == -1


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_bulk_gains_agree_with_the_rule_by_brute_force(seed: int) -> None:
    world = clan(seed)
    since, until = END - 5 * DAY, END - 2 * DAY - 1
    with DemoServer(world, limit=DEMO_LIMIT) as served:
        rows = ask(served, f"/groups/1/bulk-gained?{window(since, until)}")
    told = {row["player"]["id"]: row for row in rows}
    expected = {}
    for account, _ in world.members(END):
        looks = [look for look in account.looks if since <= look <= until]
        if looks and account.archive is None:
            first, last = values(account, looks[0]), values(account, looks[-1])
            expected[account.id] = {
                metric: 0
                if metric == "overall" and first[metric] in (0, -1)
                else max(0, max(last[metric], 0) - max(first[metric], 0))
                for metric in first
            }
    counted = {
        id_: {entry["metric"]: entry["gained"] for entry in row["data"] if entry["metric"] not in ("ehp", "ehb")}
        for id_, row in told.items()
    }
    assert counted == expected


def test_both_ends_of_a_gained_window_are_inside(server: DemoServer) -> None:
    account = next(account for account, _ in clan().members(END) if len(account.looks) > 50 and not account.archive)
    first, last = account.looks[10], account.looks[12]
    rows = ask(server, f"/groups/1/bulk-gained?{window(first, last)}")
    row = next(row for row in rows if row["player"]["id"] == account.id)
    assert (row["startDate"], row["endDate"]) == (wire(first), wire(last))


def test_a_fall_of_experience_gains_nothing(server: DemoServer) -> None:
    at, id_ = next((since, id_) for kind, since, _, id_ in clan().planted if kind == "rollback")
    rows = ask(server, f"/groups/1/bulk-gained?{window(at - HOUR, at + HOUR)}")
    row = next(row for row in rows if row["player"]["id"] == id_)
    fallen = next(entry for entry in row["data"] if entry["metric"] == "woodcutting")
    assert fallen["end"] < fallen["start"]
    assert fallen["gained"] == 0


def test_a_stored_zero_reads_as_unranked_in_gains_only(server: DemoServer) -> None:
    account = next(account for account in clan().accounts if account.zeroes)
    hiscores = ask(server, "/groups/1/bulk-hiscores")
    row = next(row for row in hiscores if row["player"]["id"] == account.id)
    assert row["data"]["data"]["activities"]["pvp_arena"]["score"] == 0
    gains = ask(server, f"/groups/1/bulk-gained?{window(END - 9 * DAY, END)}")
    entry = next(
        entry
        for row in gains
        if row["player"]["id"] == account.id
        for entry in row["data"]
        if entry["metric"] == "pvp_arena"
    )
    assert (entry["start"], entry["end"], entry["gained"]) == (-1, -1, 0)


def test_overall_first_ranked_gains_nothing_though_skills_do(server: DemoServer) -> None:
    account = next(account for account in clan().accounts if account.overall_ranked_since)
    rows = ask(server, f"/groups/1/bulk-gained?{window(END - 9 * DAY, END)}")
    row = next(row for row in rows if row["player"]["id"] == account.id)
    overall = row["data"][0]
    assert (overall["metric"], overall["start"], overall["gained"]) == ("overall", -1, 0)
    assert overall["end"] > 0


def test_hours_are_stored_at_the_old_type_and_gained_at_the_new_one(server: DemoServer) -> None:
    account = next(account for account in clan().accounts if account.types.changes)
    changed = account.types.changes[0][0]
    look = account.looks_within(changed - 3 * DAY, changed)[-1]
    name = quote(account.names.at(END))
    stored = ask(server, f"/players/{name}/snapshots?{window(look, look)}")[0]["data"]["computed"]["ehp"]["value"]
    rows = ask(server, f"/groups/1/bulk-gained?{window(look, END)}")
    row = next(row for row in rows if row["player"]["id"] == account.id)
    start = next(entry["start"] for entry in row["data"] if entry["metric"] == "ehp")
    assert stored == pytest.approx(1.85 * start, rel=1e-3)


def test_day_by_day_first_and_last_values_follow_each_other(server: DemoServer) -> None:
    ends: dict[int, dict[str, float]] = {}
    for day in range(END // DAY - 6, END // DAY):
        for row in ask(server, f"/groups/1/bulk-gained?{window(day * DAY, (day + 1) * DAY - 1)}"):
            start = {entry["metric"]: entry["start"] for entry in row["data"]}
            before = ends.get(row["player"]["id"], start)
            assert before["overall"] <= start["overall"]
            ends[row["player"]["id"]] = {entry["metric"]: entry["end"] for entry in row["data"]}


def test_ranks_drift_every_night_though_the_value_stands_still(server: DemoServer) -> None:
    account = next(account for account in clan().accounts if account.fate == "drifted" and len(account.looks) > 60)
    rows = ask(server, f"/players/{quote(account.names.at(END))}/snapshots?limit=10")
    ranks = [row["data"]["skills"]["overall"]["rank"] for row in rows]
    experience = {row["data"]["skills"]["overall"]["experience"] for row in rows}
    assert len(experience) == 1
    assert all(later > earlier for later, earlier in pairwise(ranks))


def test_a_new_boss_is_absent_before_its_release_and_minus_one_in_old_snapshots_after(server: DemoServer) -> None:
    released = moment(clan().calendar.new_boss_at)
    server.now = released - timedelta(hours=1)
    before = ask(server, "/groups/1/bulk-hiscores")[0]["data"]["data"]["bosses"]
    assert "mad_angel" not in before
    server.now = NOW
    name = quote(clan().accounts[-1].names.at(END))
    oldest = ask(server, f"/players/{name}/snapshots?limit=200")[-1]
    assert oldest["data"]["bosses"]["mad_angel"] == {"metric": "mad_angel", "kills": -1, "rank": -1, "ehb": 0}


def test_an_unknown_metric_can_be_added_to_every_answer() -> None:
    with DemoServer(clan(), limit=DEMO_LIMIT, unknown_metric="the_sunken_king") as served:
        rows = ask(served, "/groups/1/bulk-hiscores")
        kills = {row["data"]["data"]["bosses"]["the_sunken_king"]["kills"] for row in rows}
        gained = ask(served, "/groups/1/bulk-gained?period=week")[0]["data"]
        assert ask(served, "/groups/1/hiscores?metric=the_sunken_king")
        assert ask(served, "/groups/1/statistics")
    assert max(kills) > 5
    assert "the_sunken_king" in {entry["metric"] for entry in gained}


def test_a_walk_over_all_achievements_meets_some_twice_and_others_never(server: DemoServer) -> None:
    rows = []
    for offset in range(0, 2000, 50):
        page = ask(server, f"/groups/1/achievements?limit=50&offset={offset}")
        assert page == ask(server, f"/groups/1/achievements?limit=50&offset={offset}")
        rows += page
    counted = Counter((row["playerId"], row["name"]) for row in rows)
    assert max(counted.values()) > 1
    assert len(counted) < len(rows)
    dates = [row["createdAt"] for row in rows]
    assert dates == sorted(dates, reverse=True)


def test_paging_gives_every_activity_row_once(server: DemoServer) -> None:
    whole = [row for offset in (0, 20, 40, 60) for row in ask(server, f"/groups/1/activity?limit=20&offset={offset}")]
    keys = [(row["playerId"], row["type"], row["createdAt"]) for row in whole]
    assert len(keys) == len(set(keys))
    assert ask(server, "/groups/1/activity?limit=20&offset=5000") == []


def test_founders_have_no_row_for_their_joining(server: DemoServer) -> None:
    joined = {row["playerId"] for row in ask(server, "/groups/1/activity?limit=50") if row["type"] == "joined"}
    founders = {account.id for account, stay in clan().members(END) if not stay.recorded and len(account.stays) == 1}
    assert founders
    assert not joined & founders


def test_a_bulk_sync_gives_several_rows_one_instant(server: DemoServer) -> None:
    rows = ask(server, "/groups/1/activity?limit=50")
    assert max(Counter(row["createdAt"] for row in rows).values()) >= 4


def test_one_date_alone_is_ignored_by_snapshots(server: DemoServer) -> None:
    name = quote(clan().accounts[-1].names.at(END))
    everything = ask(server, f"/players/{name}/snapshots?limit=200")
    assert ask(server, f"/players/{name}/snapshots?limit=200&startDate={wire(END - DAY)}") == everything
    assert len(ask(server, f"/players/{name}/snapshots?limit=200&{window(END - 3 * DAY, END)}")) < len(everything)


def test_an_empty_period_matches_no_snapshot(server: DemoServer) -> None:
    name = quote(clan().accounts[-1].names.at(END))
    assert ask(server, "/groups/1/bulk-gained?period=") == []
    assert ask(server, f"/players/{name}/snapshots?period=") == []


def test_the_gains_of_an_empty_window_run_backwards(server: DemoServer) -> None:
    account = next(account for account in clan().accounts if account.fate == "active" and len(account.looks) > 90)
    earlier, later = max(pairwise(account.looks), key=lambda pair: pair[1] - pair[0])
    answer = ask(server, f"/players/{quote(account.names.at(END))}/gained?{window(earlier + 1, later - 1)}")
    assert (answer["startsAt"], answer["endsAt"]) == (wire(later), wire(earlier))


def test_update_all_has_the_stale_looked_at_in_the_minutes_to_come() -> None:
    with DemoServer(clan(), now=NOW - timedelta(hours=2), limit=DEMO_LIMIT) as served:
        url = f"{served.base_url}/groups/1/update-all"
        count = requests.post(url, json={"verificationCode": CODE}, timeout=30).json()["count"]
        before = ask(served, "/groups/1/bulk-hiscores")
        served.now += timedelta(minutes=10)
        after = {row["player"]["id"]: row["data"]["createdAt"] for row in ask(served, "/groups/1/bulk-hiscores")}
        again = requests.post(url, json={"verificationCode": CODE}, timeout=30)
    moved = sum(after[row["player"]["id"]] != row["data"]["createdAt"] for row in before)
    never = len(after) - len(before)
    assert 0 < count <= moved + never
    assert (again.status_code, again.json()["code"]) == (400, "NO_OUTDATED_MEMBERS")


def test_an_unknown_name_becomes_a_player_though_its_update_fails(server: DemoServer) -> None:
    url = f"{server.base_url}/players/quite%20new"
    assert get(server, "/players/quite%20new").status_code == 404
    assert requests.post(url, timeout=30).json()["code"] == "HISCORES_USERNAME_NOT_FOUND"
    born = ask(server, "/players/quite%20new")
    assert (born["type"], born["updatedAt"], born["latestSnapshot"]) == ("unknown", None, None)


def test_an_update_adds_a_look_and_not_two_in_a_minute(server: DemoServer) -> None:
    url = f"{server.base_url}/players/{quote(clan().accounts[-1].names.at(END))}"
    first, second = requests.post(url, timeout=30), requests.post(url, timeout=30)
    assert first.json()["latestSnapshot"]["createdAt"] == wire(END)
    assert (second.status_code, second.json()["code"]) == (429, "PLAYER_IS_RATE_LIMITED")
    assert second.headers["Retry-After"] == "60"


def test_competitions_are_over_under_way_and_to_come(server: DemoServer) -> None:
    rows = {row["id"]: row for row in ask(server, "/groups/1/competitions")}
    now = wire(END)
    assert rows[301]["endsAt"] < now
    assert rows[302]["startsAt"] < now < rows[302]["endsAt"]
    assert rows[303]["startsAt"] > now
    running = ask(server, "/competitions/302")["participations"]
    assert [delta["metric"] for delta in running[0]["deltas"]] == ["total", "zulrah", "vorkath"]
    assert running[0]["progress"]["gained"] > 0
    assert running[0]["deltas"][0]["values"]["gained"] == sum(
        delta["values"]["gained"] for delta in running[0]["deltas"][1:]
    )
    assert {row["teamName"] for row in ask(server, "/competitions/303")["participations"]} == {"Wick", "Flame"}


def test_the_window_opens_with_the_first_request_and_counts_every_answer() -> None:
    clock = Clock()
    with DemoServer(clan(), clock=clock) as served:
        told = [get(served, path) for path in ("/groups/1", "/nope", "/groups/abc", "/groups/999")]
        assert [response.headers["RateLimit-Remaining"] for response in told] == ["19", "18", "17", "16"]
        etag = told[0].headers["ETag"]
        assert get(served, "/groups/1", **{"If-None-Match": etag}).status_code == 304
        clock.seconds += 58.5
        for _ in range(15):
            assert get(served, "/nope").status_code == 404
        refused = get(served, "/nope")
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2")
        clock.seconds += 1.5
        assert get(served, "/nope").headers["RateLimit-Remaining"] == "19"


def test_a_key_raises_the_limit_and_a_wrong_one_is_refused_without_counting() -> None:
    with DemoServer(clan(), api_key="secret") as served:
        assert get(served, "/nope", **{"x-api-key": "secret"}).headers["RateLimit-Limit"] == "100"
        refused = get(served, "/groups/1", **{"x-api-key": "wrong"})
        assert refused.status_code == 403
        assert "RateLimit-Limit" not in refused.headers
        assert get(served, "/nope").headers["RateLimit-Remaining"] == "19"


def test_requests_and_user_agents_are_remembered(server: DemoServer) -> None:
    get(server, "/groups/1/activity?limit=5")
    get(server, "/nope")
    assert server.requests == [("GET", "/v2/groups/1/activity?limit=5", 200), ("GET", "/v2/nope", 404)]
    assert server.user_agents == {"tests of the demo"}


@pytest.mark.parametrize(("kind", "status"), [("429", 429), ("500", 500), ("503", 503), ("html502", 502)])
def test_a_fault_spoils_as_many_requests_as_asked(server: DemoServer, kind: str, status: int) -> None:
    server.fault("/groups/*/activity*", kind, times=2, after=1)
    told = [get(server, "/groups/1/activity").status_code for _ in range(4)]
    assert told == [200, status, status, 200]


def test_a_scripted_429_says_how_long_to_wait(server: DemoServer) -> None:
    server.fault("*", "429", retry_after=7)
    assert get(server, "/groups/1").headers["Retry-After"] == "7"


def test_a_200_can_be_empty_or_the_page_of_a_proxy(server: DemoServer) -> None:
    server.fault("*", "empty200")
    server.fault("*", "html200")
    assert get(server, "/groups/1").text == ""
    assert get(server, "/groups/1").headers["Content-Type"] == "text/html"


@pytest.mark.parametrize("kind", ["reset", "truncated"])
def test_a_connection_can_break(server: DemoServer, kind: str) -> None:
    server.fault("*/bulk-hiscores", kind)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        get(server, "/groups/1/bulk-hiscores")
    assert server.requests == [("GET", "/v2/groups/1/bulk-hiscores", 0)]
    assert get(server, "/groups/1/bulk-hiscores").status_code == 200


def test_a_stalled_request_gets_no_answer_and_does_not_hold_up_the_others(server: DemoServer) -> None:
    server.fault("*/csv", "stall")
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(f"{server.base_url}/groups/1/csv", timeout=0.3)
    assert get(server, "/groups/1/csv").status_code == 200


@pytest.mark.parametrize("name", FAULTS)
def test_every_plan_can_be_played_and_is_not_used_up(server: DemoServer, name: str) -> None:
    server.play(name)
    server.mend()
    assert get(server, "/groups/1").status_code == 200
    assert all(fault.times != 0 for fault in FAULTS[name])


def test_an_unknown_fault_is_refused(server: DemoServer) -> None:
    with pytest.raises(ValueError, match="no fault is called 'flood'"):
        server.fault("*", "flood")


def test_a_stopped_server_frees_its_port() -> None:
    with DemoServer(clan(7, 1, 1)) as served:
        port = int(served.base_url.split(":")[2].split("/")[0])
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize("members", [0, 1, 12])
def test_small_clans_answer_everything(members: int) -> None:
    with DemoServer(clan(7, members, 10), limit=DEMO_LIMIT) as served:
        for path in ("", "/bulk-hiscores", "/bulk-gained?period=week", "/activity", "/achievements", "/name-changes",
                     "/competitions", "/hiscores?metric=zulrah", "/gained?metric=ehp&period=week", "/csv"):  # fmt: skip
            assert get(served, f"/groups/1{path}").status_code == 200
        assert ask(served, "/groups/1")["memberCount"] == members


def test_hostile_names_reach_the_wire_and_can_be_asked_for() -> None:
    with DemoServer(clan(7, 60, 30, hostile=True), limit=DEMO_LIMIT) as served:
        names = {row["player"]["displayName"] for row in ask(served, "/groups/1")["memberships"]}
        assert set(HOSTILE) <= names
        for name in HOSTILE:
            assert ask(served, f"/players/{quote(name, safe='')}")["displayName"] == name
