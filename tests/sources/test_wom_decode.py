"""Decoding: the captured answers, and answers bent by hand."""

import json
import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sources_kit import landing_of

from pipeline.domain.metrics import HOUR, METRICS
from pipeline.domain.records import Harvest
from pipeline.errors import Unreadable
from pipeline.sources.wom.decode import agreed, decode
from pipeline.sources.wom.fields import MOST, Broken, amount, hours, instant, text
from pipeline.sources.wom.looks import Looks

REPOSITORY = Path(__file__).parents[2]
CAPTURES = (REPOSITORY / os.environ.get("CLANSTATS_CAPTURES", "../shared")).resolve() / "wom-captures"
captured = pytest.mark.skipif(
    not CAPTURES.is_dir(), reason=f"there are no captured answers of Wise Old Man in {CAPTURES}; set CLANSTATS_CAPTURES"
)
NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
AT = "2026-11-20T21:13:00.869Z"


def capture(name: str) -> Any:
    return json.loads((CAPTURES / name).read_bytes())


def decoded(tmp_path: Path, *parts: tuple[str, object]) -> Harvest:
    return decode(landing_of(tmp_path, NOW, parts))


def a_player(player_id: int = 1, **fields: object) -> dict[str, object]:
    return {
        "id": player_id,
        "username": f"p{player_id}",
        "displayName": f"P{player_id}",
        "type": "regular",
        "build": "main",
        "status": "active",
        "country": None,
        "registeredAt": AT,
        "updatedAt": AT,
        "lastChangedAt": AT,
        **fields,
    }


def a_snapshot(player_id: int = 1, **sections: object) -> dict[str, Any]:
    inside = {
        "skills": {"overall": {"metric": "overall", "experience": 100, "rank": 7, "level": 2}},
        "bosses": {"zulrah": {"metric": "zulrah", "kills": -1, "rank": -1}},
        "activities": {"soul_wars_zeal": {"metric": "soul_wars_zeal", "score": 0, "rank": 3}},
        "computed": {"ehp": {"metric": "ehp", "value": 412.6193200000001, "rank": 9}},
        **sections,
    }
    return {"id": -1, "playerId": player_id, "createdAt": AT, "data": inside}


def hiscores(*rows: dict[str, Any]) -> tuple[str, object]:
    return "bulk-hiscores", [{"player": a_player(row["playerId"]), "data": row} for row in rows]


def gained(player_id: int = 1, deltas: object = None, start: object = AT, end: object = AT) -> dict[str, object]:
    return {"player": a_player(player_id), "startDate": start, "endDate": end, "data": deltas}


@captured
def test_the_captured_group_is_decoded(tmp_path: Path) -> None:
    harvest = decoded(tmp_path, ("group", capture("night-1/group.json")))
    assert harvest.clan is not None
    assert (harvest.clan.id, harvest.clan.name, harvest.clan.homeworld) == (1, "Ashen Company", 420)
    assert harvest.clan.role_orders[:2] == ("owner", "deputy_owner")
    assert harvest.memberships is not None
    assert len(harvest.memberships) == len(harvest.players) == 60
    assert harvest.memberships[0].clan_joined_at == datetime(2024, 5, 15, tzinfo=UTC)
    assert [player.username for player in harvest.players if player.updated_at is None] == ["last member"]


@captured
def test_the_captured_500_members_and_nobody_are_decoded(tmp_path: Path) -> None:
    many = decoded(tmp_path / "a", ("group", capture("other-groups/group-500-members.json")))
    none = decoded(
        tmp_path / "b",
        ("group", capture("other-groups/group-empty.json")),
        ("bulk-hiscores", capture("other-groups/group-empty-bulk-hiscores.json")),
    )
    assert many.memberships is not None
    assert len(many.memberships) == 500
    assert (none.memberships, none.snapshots, none.players) == ((), (), ())


@captured
def test_the_captured_hiscores_are_decoded(tmp_path: Path) -> None:
    harvest = decoded(tmp_path, ("bulk-hiscores", capture("night-1/bulk-hiscores.json")))
    first = harvest.snapshots[0]
    seen = dict(zip(first.metrics, first.values, strict=True))
    ranks = dict(zip(first.metrics, first.ranks, strict=True))
    assert len(harvest.snapshots) == 58
    assert len({id(look.metrics) for look in harvest.snapshots}) == 1
    assert {metric.key for metric in harvest.metrics} == {metric.key for metric in METRICS}
    assert (first.player_id, first.source, first.taken_at) == (
        1001,
        "snapshot",
        datetime(2026, 11, 20, 21, 13, 0, 869000, UTC),
    )
    assert (seen["overall"], ranks["overall"], seen["alchemical_hydra"], ranks["alchemical_hydra"]) == (
        167929410,
        149118,
        None,
        None,
    )
    assert (seen["ehp"], seen["ehb"]) == (41261932, 19201321)


@captured
def test_the_captured_day_agrees_with_the_captured_hiscores(tmp_path: Path) -> None:
    harvest = decoded(
        tmp_path,
        ("bulk-hiscores", capture("night-1/bulk-hiscores.json")),
        ("bulk-gained", capture("dated/bulk-gained-day.json")),
    )
    latest = {(look.player_id, look.taken_at): look for look in harvest.snapshots if look.source == "snapshot"}
    looks = [look for look in harvest.snapshots if look.source == "gained"]
    both = [
        (look, latest[look.player_id, look.taken_at]) for look in looks if (look.player_id, look.taken_at) in latest
    ]
    assert len(looks) == 47
    assert len(both) > 40
    for look, snapshot in both:
        seen = dict(zip(snapshot.metrics, snapshot.values, strict=True))
        assert {
            key: value or 0 for key, value in zip(look.metrics, look.values, strict=True) if key not in ("ehp", "ehb")
        } == {key: seen[key] or 0 for key in look.metrics if key not in ("ehp", "ehb")}


@captured
def test_the_captured_week_gives_two_looks_a_player(tmp_path: Path) -> None:
    harvest = decoded(tmp_path, ("bulk-gained", capture("dated/bulk-gained-seven-days.json")))
    first, last = harvest.snapshots[:2]
    assert (first.values[0], last.values[0]) == (166746654, 167929410)
    assert first.ranks == ()
    assert first.taken_at < last.taken_at


@captured
def test_the_captured_listings_are_decoded(tmp_path: Path) -> None:
    pages = [capture(f"night-1/achievements-offset{offset}.json") for offset in ("0", "50", "1100-last")]
    harvest = decoded(
        tmp_path,
        *(("achievements", page) for page in pages),
        ("player-achievements", capture("players/toast-achievements.json")),
        ("activity", capture("night-1/activity-offset0.json")),
        ("activity", capture("night-1/activity-offset50.json")),
        ("activity", capture("night-1/activity-past-the-end.json")),
        ("name-changes", capture("night-1/name-changes.json")),
    )
    assert sum(row.achieved_at is None for row in harvest.achievements) >= 20
    assert len({(row.player_id, row.name) for row in harvest.achievements}) == len(harvest.achievements)
    assert {row.kind for row in harvest.roster_events} == {"joined", "left", "changed_role"}
    assert next((row.id, row.old_name, row.new_name) for row in harvest.name_changes) == (902, "Burnt Toast", "Toast")


@captured
def test_the_captured_competitions_are_decoded(tmp_path: Path) -> None:
    harvest = decoded(
        tmp_path,
        ("competition", capture("night-1/competition-301-finished.json")),
        ("competition", capture("night-1/competition-302-ongoing.json")),
        ("competition", capture("night-1/competition-303-upcoming-team.json")),
        ("competitions", capture("night-1/competitions.json")),
    )
    scores = {(row.competition_id, row.player_id): row for row in harvest.participations}
    assert sorted(row.id for row in harvest.competitions) == [301, 302, 303, 304]
    assert (scores[301, 1003].start, scores[301, 1003].end, scores[301, 1003].gained) == (9925952, 10189006, 263054)
    assert (scores[302, 1059].start, scores[302, 1059].end, scores[302, 1059].gained) == (77, 127, 50)
    assert (scores[303, 1001].team, scores[303, 1001].start, scores[303, 1001].gained) == ("Ashen", None, 0)
    assert next(row.metrics for row in harvest.competitions if row.id == 302) == ("zulrah", "vorkath")


@captured
def test_a_captured_history_is_decoded_with_ranks(tmp_path: Path) -> None:
    harvest = decoded(
        tmp_path,
        ("player-snapshots", capture("players/infernal-jo-snapshots-30d.json")),
        ("player-snapshots", capture("players/never-updated-member-snapshots.json")),
    )
    assert len(harvest.snapshots) > 10
    assert all(len(look.ranks) == len(look.values) == 113 for look in harvest.snapshots)


def test_values_of_a_snapshot_are_in_stored_units(tmp_path: Path) -> None:
    look = decoded(tmp_path, hiscores(a_snapshot())).snapshots[0]
    assert look.metrics == ("overall", "zulrah", "soul_wars_zeal", "ehp")
    assert look.values == (100, None, 0, 41261932)
    assert look.ranks == (7, None, 3, 9)


def test_an_unknown_boss_gets_its_kind_from_its_section(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    row = a_snapshot(bosses={"</script>": {"kills": 5, "rank": 2}})
    harvest = decoded(
        tmp_path,
        ("bulk-gained", [gained(1, [{"metric": "</script>", "gained": 1, "start": 4, "end": 5}])]),
        hiscores(row),
    )
    assert [(metric.key, metric.kind) for metric in harvest.metrics if metric.key == "</script>"] == [
        ("</script>", "boss")
    ]
    assert sum("does not know" in record.message for record in caplog.records) == 1


def test_an_unknown_section_gets_its_kind_from_its_field(tmp_path: Path) -> None:
    row = a_snapshot(
        raids={"moon": {"kills": 5}}, odd={"x": {"shine": 1}}, nothing={}, rates={"ehz": {"value": 1.5, "rank": 1}}
    )
    harvest = decoded(tmp_path, hiscores(row))
    kinds = {metric.key: metric.kind for metric in harvest.metrics}
    assert (kinds["moon"], kinds["ehz"]) == ("boss", "computed")
    assert "x" not in kinds
    assert harvest.snapshots[0].values[-1] == 150_000


def test_an_unknown_metric_of_bulk_gained_alone_is_what_the_database_says(tmp_path: Path) -> None:
    landing = landing_of(tmp_path, NOW, [("bulk-gained", [gained(1, [{"metric": "ehz", "start": 1, "end": 2}])])])
    assert decode(landing, {"ehz": "computed"}).snapshots[0].values == (HOUR,)
    assert decode(landing).snapshots[0].values == (1,)
    assert decode(landing).metrics[0].kind == "activity"


def test_an_unknown_metric_with_decimals_counts_hours(tmp_path: Path) -> None:
    harvest = decoded(tmp_path, ("bulk-gained", [gained(1, [{"metric": "ehz", "start": 1.5, "end": 2}])]))
    assert (harvest.snapshots[0].values, harvest.metrics[0].kind) == ((150_000,), "computed")


def test_a_window_without_looks_gives_none(tmp_path: Path) -> None:
    late, early = "2026-11-20T21:00:00.000Z", "2026-11-20T20:00:00.000Z"
    deltas = [{"metric": "overall", "start": -1, "end": -1}]
    rows = [gained(1, deltas, None, None), gained(2, deltas, late, early), gained(3, deltas, early, late)]
    harvest = decoded(tmp_path, ("bulk-gained", rows))
    assert [look.player_id for look in harvest.snapshots] == [3, 3]
    assert harvest.snapshots[0].values == (None,)


ODD_NUMBERS: list[object] = [None, True, 1.5, "5", -2, 2**63, 10**400, [], {}]


@pytest.mark.parametrize("odd", ODD_NUMBERS)
def test_one_odd_row_is_left_out_and_named(tmp_path: Path, caplog: pytest.LogCaptureFixture, odd: object) -> None:
    row = a_snapshot(2, bosses={"zulrah": {"kills": odd, "rank": 1}})
    harvest = decoded(tmp_path, hiscores(a_snapshot(1), row))
    assert [look.player_id for look in harvest.snapshots] == [1]
    assert "/bulk-hiscores: [1].data.data.bosses.zulrah.kills" in caplog.text
    assert len(caplog.text) < 600


@pytest.mark.parametrize("odd", [10**400, -(10**400), 1e308, "5", None, [], {}], ids=lambda odd: repr(odd)[:10])
def test_an_odd_number_beside_the_values_costs_nothing(tmp_path: Path, odd: object) -> None:
    row = a_snapshot(skills={"overall": {"experience": 100, "rank": 7, "ehp": odd}})
    assert len(decoded(tmp_path, hiscores(row)).snapshots) == 1


@pytest.mark.parametrize("odd", ["9999-12-31T23:59:59.999Z", "2200-01-01T00:00:00Z", "1969-12-31T23:59:59.999Z"])
def test_a_look_of_other_times_is_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture, odd: str) -> None:
    strange = a_snapshot(2, skills={"overall": {"experience": 100, "ehp": 1}}) | {"createdAt": odd}
    assert [look.player_id for look in decoded(tmp_path, hiscores(a_snapshot(1), strange)).snapshots] == [1]
    assert "[1].data.createdAt is no instant of our times" in caplog.text


@pytest.mark.parametrize("error", [OverflowError, ZeroDivisionError, KeyError, TypeError, ValueError, AttributeError])
def test_what_nobody_thought_of_is_unreadable_and_no_traceback(error: type[Exception]) -> None:
    said = f"^The landing x, /y is not of the agreed form .{error.__name__}.[.]$"
    with pytest.raises(Unreadable, match=said), agreed("The landing x, /y"):
        raise error("what was said")


@pytest.mark.parametrize("odd", ["1", None, True, float("inf"), -0.5, 10**30])
def test_odd_hours_are_named(tmp_path: Path, odd: object) -> None:
    with pytest.raises((Unreadable, Broken), match="computed"):
        Looks().snapshot(a_snapshot(computed={"ehp": {"value": odd}}))


def test_when_all_rows_are_odd_the_form_has_changed(tmp_path: Path) -> None:
    rows = [a_snapshot(at, skills={"overall": {"xp": 1}}) for at in (1, 2)]
    with pytest.raises(
        Unreadable,
        match=r"20261121T030000Z-wom-by-hand, /bulk-hiscores: \[1\]\.data\.data\.skills\.overall\.experience",
    ):
        decoded(tmp_path, hiscores(*rows))


EVENT = {"playerId": 1, "type": "joined", "createdAt": AT}
RENAME = {"id": 1, "playerId": 1, "oldName": "a", "newName": "b", "status": "approved", "createdAt": AT}
ACHIEVED = {"playerId": 1, "name": "n", "metric": "zulrah", "measure": "kills", "threshold": 5, "createdAt": AT}
CONTEST = {"id": 1, "title": "T", "type": "classic", "metric": "zulrah", "startsAt": AT, "endsAt": AT, "createdAt": AT}
SIDE_ANSWERS: dict[str, tuple[str, object]] = {
    "name-changes": ("name-changes", [RENAME | {"playerId": None}]),
    "activity": ("activity", [EVENT | {"type": None}]),
    "achievements": ("achievements", [ACHIEVED | {"threshold": 10**400}]),
    "competitions": ("competitions", [CONTEST | {"startsAt": None}]),
    "snapshots": ("player-snapshots", [a_snapshot() | {"createdAt": None}]),
    "details": ("competition", CONTEST | {"endsAt": None, "participations": []}),
    "participations": ("competition", CONTEST | {"participations": "none"}),
    "participant": ("competition", CONTEST | {"participations": [{"playerId": 1, "player": a_player(1)}]}),
}


@pytest.mark.parametrize(("role", "body"), SIDE_ANSWERS.values(), ids=SIDE_ANSWERS)
def test_an_odd_row_alone_in_an_answer_beside_the_looks_costs_itself(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, role: str, body: object
) -> None:
    harvest = decoded(tmp_path, hiscores(a_snapshot()), (role, body))
    assert len(harvest.snapshots) == 1
    assert (harvest.name_changes, harvest.roster_events, harvest.achievements, harvest.participations) == (
        (),
        (),
        (),
        (),
    )
    assert "it is left out" in caplog.text


@pytest.mark.parametrize("odd", ["none", [{"playerId": 1, "player": a_player(1)}]])
def test_a_competition_whose_participants_are_odd_is_held_without_them(tmp_path: Path, odd: object) -> None:
    harvest = decoded(tmp_path, ("competition", CONTEST | {"participations": odd}))
    assert ([row.id for row in harvest.competitions], harvest.participations) == ([1], ())


@pytest.mark.parametrize(
    ("key", "odd", "told"),
    [
        ("score", 1.5, "score"),
        ("homeworld", "302", "homeworld"),
        ("verified", "yes", "verified"),
        ("clanChat", 5, "clanChat"),
        ("description", [], "description"),
        ("updatedAt", "yesterday", "updatedAt"),
        ("roleOrders", "none", "roleOrders"),
        ("roleOrders", [{"index": None, "role": "owner"}, {"index": 1, "role": "deputy"}], "roleOrders[0].index"),
    ],
)
def test_a_clan_with_an_odd_detail_is_a_clan(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, key: str, odd: object, told: str
) -> None:
    member = {"playerId": 1, "role": "x", "createdAt": AT, "player": a_player(1)}
    group = {"id": 1, "name": "C", "createdAt": AT, "memberships": [member]}
    harvest = decoded(tmp_path, ("group", group | {key: odd}))
    assert harvest.clan is not None
    assert (harvest.clan.name, len(harvest.memberships or ())) == ("C", 1)
    assert told in caplog.text


@pytest.mark.parametrize(("key", "odd"), [("id", None), ("name", 5), ("createdAt", "9999-12-31T23:59:59.999Z")])
def test_a_clan_that_cannot_be_read_stays_as_it_was_and_its_members_are_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, key: str, odd: object
) -> None:
    member = {"playerId": 1, "role": "x", "createdAt": AT, "player": a_player(1)}
    group = {"id": 1, "name": "C", "createdAt": AT, "memberships": [member]}
    harvest = decoded(tmp_path, ("group", group | {key: odd}))
    assert (harvest.clan, len(harvest.memberships or ())) == (None, 1)
    assert f"/group: {key} is no" in caplog.text


@pytest.mark.parametrize("body", [{}, None, 5, "x"])
def test_a_listing_that_is_no_list_is_unreadable(tmp_path: Path, body: object) -> None:
    with pytest.raises(Unreadable, match="is no list"):
        decoded(tmp_path, ("activity", body))


def test_a_broken_membership_leaves_the_roster_as_it_was_and_makes_no_leaver(tmp_path: Path) -> None:
    members = [{"playerId": at, "role": "x", "createdAt": AT, "player": a_player(at)} for at in (1, 2)]
    group = {"id": 1, "name": "C", "createdAt": AT, "memberships": members}
    assert len(decoded(tmp_path / "a", ("group", group)).memberships or ()) == 2
    del members[1]["playerId"]
    assert decoded(tmp_path / "b", ("group", group)).memberships is None
    del members[0]["playerId"]
    with pytest.raises(Unreadable, match=r"memberships\[0\]\.playerId is missing"):
        decoded(tmp_path / "c", ("group", group))


def test_a_player_may_lack_everything_but_id_and_name(tmp_path: Path) -> None:
    member = {"playerId": 1, "createdAt": AT, "player": {"id": 1, "username": "a"}}
    harvest = decoded(tmp_path, ("group", {"id": 1, "name": "C", "createdAt": AT, "memberships": [member]}))
    assert (harvest.players[0].display_name, harvest.players[0].type) == ("a", "unknown")


def test_the_roster_is_believed_before_listings(tmp_path: Path) -> None:
    event = {"playerId": 1, "type": "joined", "role": "x", "createdAt": AT, "player": a_player(1, displayName="Old")}
    member = {"playerId": 1, "role": "x", "createdAt": AT, "player": a_player(1, displayName="New")}
    harvest = decoded(
        tmp_path,
        ("activity", [event]),
        ("group", {"id": 1, "name": "C", "createdAt": AT, "memberships": [member]}),
    )
    assert [player.display_name for player in harvest.players] == ["New"]


def test_half_a_character_becomes_a_question_mark(tmp_path: Path) -> None:
    event = {"playerId": 1, "type": "joined", "createdAt": AT, "player": a_player(1, displayName="a\ud800b")}
    assert decoded(tmp_path, ("activity", [event])).players[0].display_name == "a?b"


def test_one_look_seen_twice_is_one(tmp_path: Path) -> None:
    harvest = decoded(tmp_path, hiscores(a_snapshot()), ("player-snapshots", [a_snapshot(), a_snapshot()]))
    assert len(harvest.snapshots) == 1


def test_a_score_in_hours_is_scaled_and_a_weighted_total_rounded(tmp_path: Path) -> None:
    def competition(
        competition_id: int, metrics: list[str], delta: str, values: dict[str, object]
    ) -> dict[str, object]:
        return {
            "id": competition_id,
            "title": "T",
            "type": "classic",
            "startsAt": AT,
            "endsAt": AT,
            "createdAt": AT,
            "metrics": [{"metric": metric} for metric in metrics],
            "participations": [
                {"playerId": 1, "player": a_player(1), "deltas": [{"metric": "x"}, {"metric": delta, "values": values}]}
            ],
        }

    harvest = decoded(
        tmp_path,
        ("competition", competition(1, ["ehp"], "ehp", {"start": 1.5, "end": 2.000000001, "gained": 0.5})),
        ("competition", competition(2, ["zulrah", "vorkath"], "total", {"start": -1, "end": 7.4, "gained": 8.6})),
    )
    assert [(row.start, row.end, row.gained) for row in harvest.participations] == [
        (150000, 200000, 50000),
        (None, 7, 9),
    ]


@pytest.mark.parametrize(
    "odd",
    ["2026-11-20", "2026-11-20T00:00:00", "yesterday", 5, None, "+012026-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"],
)
def test_an_instant_without_zone_or_sense_is_named(odd: object) -> None:
    with pytest.raises(Broken, match="createdAt"):
        instant({"createdAt": odd}, "createdAt")


def test_an_instant_is_kept_to_the_millisecond_in_utc() -> None:
    assert instant({"at": "2026-11-20T22:00:00.123987+02:00"}, "at") == datetime(2026, 11, 20, 20, 0, 0, 123000, UTC)


@given(st.floats(0, 1e10))
def test_hours_with_float_noise_round_to_five_decimals(value: float) -> None:
    assert hours(round(value, 5) + 1e-9, "x") == pytest.approx(value * HOUR, abs=0.6 + value * 1e-9)


@given(st.integers())
def test_any_integer_is_a_count_unranked_or_named(value: int) -> None:
    if 0 <= value <= MOST:
        assert amount(value, "x") == value
    elif value == -1:
        assert amount(value, "x") is None
    else:
        with pytest.raises(Broken, match="x"):
            amount(value, "x")


@given(st.text(st.characters()))
def test_any_text_can_be_written_as_utf8(value: str) -> None:
    text({"x": value}, "x").encode()


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["data", "skills", "playerId", "createdAt", "metric", "x"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@given(
    st.sampled_from([("data",), ("data", "skills"), ("data", "skills", "overall"), ("createdAt",), ("playerId",)]),
    anything,
)
def test_whatever_stands_in_a_snapshot_it_is_decoded_or_named(path: tuple[str, ...], value: object) -> None:
    row = a_snapshot()
    inside: Any = row
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    try:
        look = Looks().snapshot(row)
    except Broken:
        return
    assert len(look.metrics) == len(look.values) == len(look.ranks)


@given(anything, anything, anything)
def test_whatever_stands_in_bulk_gained_it_is_decoded_or_named(deltas: object, start: object, player: object) -> None:
    row = {
        **gained(1, [{"metric": "overall", "start": start, "end": 5}, {"metric": "x", "start": 1, "end": deltas}]),
        "other": player,
    }
    for candidate in (row, {**row, "data": deltas}, {**row, "player": player}, {**row, "startDate": start}):
        try:
            looks = Looks().gained(candidate, {})
        except Broken:
            continue
        assert all(len(look.metrics) == len(look.values) for look in looks)


def test_a_key_with_line_breaks_stays_on_one_line_of_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    row = a_snapshot(2, bosses={"a\nERROR forged" + "x" * 5000: {"kills": "many"}})
    decoded(tmp_path, hiscores(a_snapshot(1), row))
    assert len(caplog.records) == 1
    assert "\n" not in caplog.records[0].getMessage()
    assert len(caplog.records[0].getMessage()) < 500


def test_many_odd_rows_are_counted_and_a_few_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    odd = [a_snapshot(at, createdAt=None, skills=None) for at in range(2, 102)]
    assert len(decoded(tmp_path, hiscores(a_snapshot(1), *odd)).snapshots) == 1
    assert len(caplog.records) == 6
    assert "100 rows are left out" in caplog.text
