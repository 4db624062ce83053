"""Believable values for tests, made by hand: the same arguments give the same values, for ever, and are made once.

`a_marts` is a whole night of an invented clan. Its parts agree with each other as those of a real night do: boards with
gains, standings with values, bridges with totals. Bend a part with `dataclasses.replace`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from typing import Final, Literal

from history_builders import a_history

from pipeline.domain.levels import total_level
from pipeline.domain.metrics import HOUR, METRICS, OVERALL, SKILLS, metric_for
from pipeline.domain.names import role_name, standard
from pipeline.domain.window import DAY, Window, midnight, windows
from pipeline.marts.model import (
    ALL_TIME,
    AchievementLine,
    Bridge,
    ClanFace,
    CompetitionRow,
    CompetitionView,
    Coverage,
    Freshness,
    Gain,
    Highlight,
    Marts,
    Member,
    NightLine,
    Period,
    Place,
    RosterKind,
    RosterLine,
    RunLine,
    SinceLastNight,
    SourceState,
    Tile,
)
from pipeline.marts.roll import roll

NOW: Final = datetime(2026, 11, 21, 4, 10, tzinfo=UTC)
"""When the invented night runs: a Saturday, 05:10 in Amsterdam."""

HISTORY: Final = timedelta(days=400)
"""How long before `NOW` the first look was."""

HOSTILE_NAMES: Final = (
    "=cmd|'/c calc'!A1",
    "=1+1",
    "+SUM(A1)",
    "-2",
    "@x",
    "</script><img src=x onerror=alert(1)>",
    '"><b>',
    "evil\u202eexe.txt",
    "🐉 Zoë 👑",
    "long " + "name" * 70,
    "'apostrophe",
    "bel\x07l\x00 \x1b[31m\t\x0btab\r\nline",
    "{=1+1}",
    "https://example.com/?a=1&b=2",
    "_x0041_",
    "&amp; &D &P",
)
"""What people, or a broken answer, might put where a name belongs. The first members get them, in this order."""

LABELS: Final = {"7d": "7 days", "30d": "30 days", "90d": "90 days", "365d": "365 days", ALL_TIME: "All time"}
NEW_BOSS: Final = metric_for("the_brine_hag", "boss")
"""A boss that the metric table does not know."""

CompetitionState = Literal["upcoming", "ongoing", "finished"]

_ROLES: Final = ("owner", "deputy_owner", "general", "captain", "sergeant", "recruit")
_TYPES: Final = ("regular", "regular", "ironman", "regular", "hardcore", "regular", "ultimate")
_BOSSES: Final = (
    "zulrah", "vorkath", "chambers_of_xeric", "tombs_of_amascut", "the_corrupted_gauntlet", "wintertodt", "nex",
)  # fmt: skip
_ADJECTIVES: Final = (
    "Oaken", "Misty", "Iron", "Old", "Swift", "Rusty", "Brave", "Lone", "Grim", "Jolly", "Salty", "Quiet",
    "Amber", "Frost", "Lazy", "Mad", "Lucky", "Dusty", "Royal", "Tiny", "Wild", "Pale", "Silly", "Stone",
)  # fmt: skip
_NOUNS: Final = (
    "Badger", "Heron", "Anvil", "Bard", "Comet", "Druid", "Eel", "Falcon", "Goblin", "Hammer", "Imp", "Jester",
    "Knight", "Lantern", "Moss", "Newt", "Otter", "Pike", "Quill", "Raven", "Squire", "Troll", "Urchin", "Willow",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Life:
    """A member and what they gained in each period."""

    member: Member
    looks: Mapping[str, Coverage]
    gains: Mapping[str, Mapping[str, Gain]]


@cache
def a_marts(members: int = 12, *, hostile_names: bool = False, now: datetime = NOW) -> Marts:
    """A night of a clan of *members*, from 12 on with somebody of every sort; *hostile_names* for `HOSTILE_NAMES`.

    Of 12 or more, counted from the end: the last was never seen, the one before is archived, then one not looked at for
    three weeks, one who gained nothing, one looked at only once this week, and one who joined three days ago.
    """
    lives = _ranked([_life(index, members, hostile_names, now) for index in range(members)])
    people = tuple(life.member for life in lives)
    periods = _periods(lives, now)
    boards = {key: _boards(people, period) for key, period in periods.items()}
    standings = _standings(people)
    weeks = _weeks(people, periods["7d"], now)
    clan = _clan(people, hostile_names)
    return enrolled(
        Marts(
            as_of=now,
            clan=clan,
            freshness=_freshness(people, now),
            metrics=(*METRICS, NEW_BOSS),
            members=people,
            periods=periods,
            boards=boards,
            standings=standings,
            bosses=tuple(_highlights((*_BOSSES, NEW_BOSS.key), people, periods, boards, standings)),
            skills=tuple(_highlights(SKILLS, people, periods, boards, standings)),
            achievements=_achievements(people, now),
            roster=_roster(people, now),
            competitions=_competitions(people, boards, now, hostile_names) if people else (),
            since_last_night=_since_last_night(people, now),
            bridge=weeks[-1],
            weeks=weeks,
            tiles=_tiles(people, periods, weeks),
            series={life.member.player_id: _series(life, now) for life in lives if life.looks},
            runs=_runs(now),
        )
    )


def enrolled(marts: Marts) -> Marts:
    """*marts* with its members by person, as the roll has them, and with a past."""
    bosses = [metric.key for metric in marts.metrics if metric.kind == "boss"]
    people = roll(marts.members, marts.periods["7d"], bosses, marts.talk, marts.advice)
    told = replace(marts, people=people)
    return replace(told, history=a_history(told))


def _life(index: int, members: int, hostile: bool, now: datetime) -> _Life:
    """The *index*-th member; those counted from the end are the special ones."""
    chance = Random(1000 + index)
    from_end = members - index if members >= 12 else 0
    name = HOSTILE_NAMES[index] if hostile and index < len(HOSTILE_NAMES) else _name(index)
    joined = (
        now - timedelta(days=3, hours=2) if from_end == 6 else now - timedelta(days=20 + 37 * (index % 50), hours=index)
    )
    role = _role(index, members)
    member = Member(
        player_id=4000 + index, person_id=100 + index, name=name, username=standard(name) or f"player {index}",
        role=role, role_place=_ROLES.index(role), type=_TYPES[index % len(_TYPES)], build="main", status="active",
        country=("NL", "GB", None)[index % 3], joined_at=joined, join_source="wom" if index % 4 == 3 else "game",
        tenure_days=(now - joined).days, last_changed_at=None, updated_at=None, seen_lately=True, total_level=None,
        values={}, places={}, top_boss=None,
    )  # fmt: skip
    if from_end == 1:
        return _Life(replace(member, type="unknown", seen_lately=False), {}, {})
    return _seen_life(member, from_end, chance, now)


def _seen_life(member: Member, from_end: int, chance: Random, now: datetime) -> _Life:
    values = _values(chance, trained=member.player_id % 9 != 8)
    if member.player_id in (4001, 4002):
        values[NEW_BOSS.key] = 8 * (member.player_id - 4000)
    looked = midnight(now) - timedelta(hours=chance.randint(1, 20), minutes=chance.randint(0, 59))
    if from_end in (2, 3):
        looked -= timedelta(days=40 if from_end == 2 else 21)
    looks = _looks(member, looked, from_end, now)
    daily = {} if from_end == 4 else _daily(chance, values)
    gains = {key: _gained(key, look, daily, values, member) for key, look in looks.items()}
    kills = {key: gain.gained for key, gain in gains.get("7d", {}).items() if key in (*_BOSSES, NEW_BOSS.key)}
    seen = replace(
        member,
        status="archived" if from_end == 2 else member.status,
        seen_lately=from_end not in (2, 3),
        updated_at=looked,
        last_changed_at=looked if daily else looked - timedelta(days=33),
        total_level=total_level(values),
        values=values,
        top_boss=max(kills, key=lambda key: (kills[key], key)) if kills else None,
    )
    return _Life(seen, looks, gains)


def _values(chance: Random, *, trained: bool) -> dict[str, int]:
    """Present values; some bosses and activities are unranked, and so are ehp and ehb of the untrained."""
    skills = {key: int(10 ** chance.uniform(4.6, 7.4)) for key in SKILLS}
    bosses = {key: chance.randint(5, 2400) for key in _BOSSES if chance.random() < 0.8}
    others = {
        key: chance.randint(3, 300) for key in ("clue_scrolls_all", "collections_logged") if chance.random() < 0.7
    }
    hours = (
        {"ehp": chance.randint(5_000_000, 190_000_000), "ehb": chance.randint(12_345, 60_000_000)} if trained else {}
    )
    return {OVERALL: sum(skills.values()), **skills, **bosses, **others, **hours}


def _daily(chance: Random, values: Mapping[str, int]) -> dict[str, float]:
    """What a member gains a day: a few skills and bosses, and the hours that go with them."""
    skills = {key: chance.randint(800, 40_000) for key in chance.sample(SKILLS, 4)}
    held = [key for key in _BOSSES if key in values]
    bosses = {key: chance.uniform(0.2, 9) for key in chance.sample(held, min(3, len(held)))}
    hours = {key: chance.uniform(0.1, 2.5) * HOUR for key in ("ehp", "ehb") if key in values}
    return {**skills, **bosses, **hours}


def _looks(member: Member, looked: datetime, from_end: int, now: datetime) -> dict[str, Coverage]:
    """The first and last look in each period that holds one."""
    first_ever = max(now - HISTORY, member.joined_at)
    held = {}
    for key, window in _all_windows(now).items():
        start = max(window.since + timedelta(hours=3, minutes=member.player_id % 60), first_ever)
        if looked >= window.since:
            held[key] = Coverage(looked if from_end == 5 and key == "7d" else min(start, looked), looked)
    return held


def _gained(
    key: str, look: Coverage, daily: Mapping[str, float], values: Mapping[str, int], member: Member
) -> dict[str, Gain]:
    """Gains between the two looks: the daily pace, never more than the value, overall the sum of the skills."""
    days = (look.end_at - look.start_at) / DAY
    moved = {metric: min(int(pace * days), values[metric] - 1) for metric, pace in daily.items()}
    moved[OVERALL] = sum(gained for metric, gained in moved.items() if metric in SKILLS)
    gains = {
        metric: Gain(gained, values[metric] - gained, values[metric], newly_ranked=False)
        for metric, gained in moved.items()
        if gained > 0
    }
    place = member.player_id - 4000
    if place in (1, 2) and key != "7d" and NEW_BOSS.key in values:
        gains[NEW_BOSS.key] = Gain(values[NEW_BOSS.key], None, values[NEW_BOSS.key], (None, True, None)[place])
    return gains


def _all_windows(now: datetime) -> dict[str, Window]:
    return {**windows(now), ALL_TIME: Window(now - HISTORY, midnight(now))}


def _ranked(lives: list[_Life]) -> list[_Life]:
    """In the clan's own rank order, each with its places in the clan."""
    standings = _standings([life.member for life in lives])
    places: dict[int, dict[str, int]] = {life.member.player_id: {} for life in lives}
    for metric, standing in standings.items():
        for place in standing:
            places[place.player_id][metric] = place.place
    placed = [replace(life, member=replace(life.member, places=places[life.member.player_id])) for life in lives]
    return sorted(placed, key=lambda life: (life.member.role_place, life.member.name.casefold()))


def _board(scores: Iterable[tuple[int, str, int]]) -> tuple[Place, ...]:
    """Rows of (value, name, player id) best first; ties share a place."""
    board: list[Place] = []
    for row, (value, _name, player) in enumerate(sorted(scores, key=lambda score: (-score[0], score[1])), start=1):
        tied = board and board[-1].value == value
        board.append(Place(board[-1].place if tied else row, player, value))
    return tuple(board)


def _standings(people: Iterable[Member]) -> dict[str, tuple[Place, ...]]:
    scores: dict[str, list[tuple[int, str, int]]] = {}
    for member in people:
        for metric, value in member.values.items():
            scores.setdefault(metric, []).append((value, member.name, member.player_id))
    return {metric: _board(rows) for metric, rows in scores.items()}


def _boards(people: Iterable[Member], period: Period) -> dict[str, tuple[Place, ...]]:
    scores: dict[str, list[tuple[int, str, int]]] = {}
    for member in people:
        for metric, gain in period.gains.get(member.player_id, {}).items():
            scores.setdefault(metric, []).append((gain.gained, member.name, member.player_id))
    return {metric: _board(rows) for metric, rows in scores.items()}


def _periods(lives: Iterable[_Life], now: datetime) -> dict[str, Period]:
    seen = list(lives)
    return {
        key: Period(
            key,
            LABELS[key],
            window,
            {life.member.player_id: life.looks[key] for life in seen if key in life.looks},
            {life.member.player_id: life.gains[key] for life in seen if _twice(life, key)},
        )
        for key, window in _all_windows(now).items()
    }


def _twice(life: _Life, key: str) -> bool:
    return key in life.looks and life.looks[key].start_at < life.looks[key].end_at


def _highlights(
    metrics: Iterable[str],
    people: tuple[Member, ...],
    periods: Mapping[str, Period],
    boards: Mapping[str, Mapping[str, tuple[Place, ...]]],
    standings: Mapping[str, tuple[Place, ...]],
) -> Iterable[Highlight]:
    if not people:
        return
    for metric in metrics:
        week = boards["7d"].get(metric, ())
        yield Highlight(
            metric,
            week_total=_total(periods["7d"], metric),
            month_total=_total(periods["30d"], metric),
            week_players=len(week),
            week_leader=week[0] if week else None,
            holder=standings[metric][0] if metric in standings else None,
        )


def _total(period: Period, metric: str) -> int:
    return sum(gains[metric].gained for gains in period.gains.values() if metric in gains)


def _weeks(people: Iterable[Member], week: Period, now: datetime) -> tuple[Bridge, ...]:
    """Twelve weeks that hang together, oldest first; only one, of zeros, in a clan without members."""
    known = [member for member in people if OVERALL in member.values]
    if not known:
        return (Bridge(windows(now)["7d"], *(0 for _ in range(11))),)
    new = [member for member in known if member.joined_at >= week.window.since]
    same = [member for member in known if member not in new]
    moved = sum(week.gains[member.player_id][OVERALL].gained for member in same if _moved(week, member))
    bridges = [
        _bridge(
            week.window,
            end=sum(member.values[OVERALL] for member in known),
            terms=(sum(member.values[OVERALL] for member in new), -18_400_221, moved, 0, 12_345),
            counts=(len(new), 1, len(same), 0),
        )
    ]
    chance = Random(12)
    while len(bridges) < 12:
        later = bridges[-1]
        terms = (
            chance.choice((0, 0, 41_250_077)),
            chance.choice((0, 0, -23_118_904)),
            int(moved * chance.uniform(0.55, 1.3)),
            chance.choice((0, 0, 3_207_115)),
            chance.randint(-40_000, 90_000),
        )
        counts = (int(terms[0] > 0), int(terms[1] < 0), len(same), int(terms[3] > 0))
        bridges.append(_bridge(later.window.before(), later.total_start, terms, counts))
    return tuple(reversed(bridges))


def _moved(week: Period, member: Member) -> bool:
    return OVERALL in week.gains.get(member.player_id, {})


def _bridge(
    window: Window, end: int, terms: tuple[int, int, int, int, int], counts: tuple[int, int, int, int]
) -> Bridge:
    return Bridge(window, end - sum(terms), end, *terms, *counts)


def _clan(people: Iterable[Member], hostile: bool) -> ClanFace:
    used = sorted({(member.role_place, member.role) for member in people})
    return ClanFace(
        id=139,
        name='=1+1 & "><b> &D' if hostile else "Oaken Shield",
        clan_chat="oakenshield",
        description="</script><script>alert(1)</script>" if hostile else "Bosses on Saturdays, skilling all week.",
        homeworld=416,
        time_zone="Europe/Amsterdam",
        roles=tuple(role for _place, role in used),
    )


def _freshness(people: tuple[Member, ...], now: datetime) -> Freshness:
    unseen = sum(not member.seen_lately for member in people)
    until = f"Game data to {midnight(now):%-d %b %H:%M} UTC"
    tail = f"{unseen} of {len(people)} members not seen for 7 days" if people else "the clan has no members yet"
    return Freshness((SourceState("wom", now, "fresh"),), midnight(now), unseen, len(people), f"{until}, {tail}")


def _achievements(people: tuple[Member, ...], now: datetime) -> tuple[AchievementLine, ...]:
    """Newest first; the last one nobody knows the date of."""
    titles = (
        ("99 Fishing", "fishing"),
        ("500 Zulrah kills", "zulrah"),
        ("50m Overall Exp.", OVERALL),
        ("99 Cooking", "cooking"),
    )
    return tuple(
        AchievementLine(
            member.player_id,
            member.name,
            *titles[row % len(titles)],
            None if row == len(people[:9]) - 1 else now - timedelta(days=5 * row, hours=7),
        )
        for row, member in enumerate(people[:9])
    )


def _roster(people: tuple[Member, ...], now: datetime) -> tuple[RosterLine, ...]:
    """One line of each kind, newest first; who left is no member any more."""
    if not people:
        return ()
    who = [people[row % len(people)] for row in range(7)]
    old = ("Old Salt", 9001)
    return (
        _line(now, 0, "joined", (who[0].name, who[0].player_id), None, "recruit", "joined as Recruit"),
        _line(now, 1, "left", old, "corporal", None, "left (was Corporal)"),
        _line(
            now, 2, "promoted", (who[2].name, who[2].player_id), "sergeant", "captain", "rose from Sergeant to Captain"
        ),
        _line(
            now, 5, "demoted", (who[3].name, who[3].player_id), "captain", "sergeant", "fell from Captain to Sergeant"
        ),
        _line(
            now, 9, "role_changed", (who[4].name, who[4].player_id), "maxed", "recruit", "went from Maxed to Recruit"
        ),
        _line(
            now, 30, "renamed", (who[5].name, who[5].player_id), "Ancient One", who[5].name, "was Ancient One before"
        ),
        _line(now, 64, "status", (who[6].name, who[6].player_id), "active", "archived", "is archived (was active)"),
    )


def _line(
    now: datetime, days: int, kind: RosterKind, who: tuple[str, int], before: str | None, after: str | None, text: str
) -> RosterLine:
    name, player_id = who
    return RosterLine(now - timedelta(days=days, hours=3), kind, player_id, name, before, after, f"{name} {text}")


def _since_last_night(people: tuple[Member, ...], now: datetime) -> SinceLastNight:
    if not people:
        return SinceLastNight(None, now, ())
    first, last = people[0], people[-1]
    lines = (
        NightLine("joined", last.player_id, last.name, f"{last.name} joined as {role_name(last.role)}"),
        NightLine("left", 9001, "Old Salt", "Old Salt left (was Corporal)"),
        NightLine("achievement", first.player_id, first.name, f"{first.name} reached 99 Fishing"),
    )
    return SinceLastNight(now - DAY, now, lines)


def _competitions(
    people: tuple[Member, ...], boards: Mapping[str, Mapping[str, tuple[Place, ...]]], now: datetime, hostile: bool
) -> tuple[CompetitionView, ...]:
    """The next, the present and the last contest."""
    names = {member.player_id: member.name for member in people}

    def view(number: int, title: str, metric: str, starts_in: int, state: CompetitionState) -> CompetitionView:
        board = () if state == "upcoming" else boards["7d"].get(metric, ())
        team = ("Reds", "Blues") if state == "ongoing" else (None, None)
        rows = tuple(
            CompetitionRow(row.place, row.player_id, names[row.player_id], team[row.player_id % 2], row.value)
            for row in board
        )
        starts = midnight(now) + timedelta(days=starts_in, hours=18)
        kind = "team" if state == "ongoing" else "classic"
        return CompetitionView(
            number, title, kind, (metric,), starts, starts + timedelta(days=7), state, len(people), rows
        )

    return (
        view(903, "Winter of EHB", "ehb", 9, "upcoming"),
        view(902, "</script><b>Zulrah" if hostile else "Zulrah, Reds against Blues", "zulrah", -3, "ongoing"),
        view(901, "October of Overall", OVERALL, -40, "finished"),
    )


def _tiles(people: tuple[Member, ...], periods: Mapping[str, Period], weeks: tuple[Bridge, ...]) -> tuple[Tile, ...]:
    """Six numbers of the week; of a clan without members only how many there are."""
    if not people:
        return (Tile("members", "Members", 0, None, "members", "in the clan now"),)
    week = periods["7d"]
    kills = sum(_total(week, metric) for metric in (*_BOSSES, NEW_BOSS.key))
    active = sum(bool(gains) for gains in week.gains.values())
    before = weeks[-2].same_members if len(weeks) > 1 else None
    return (
        Tile("members", "Members", len(people), len(people) - 1, "members", "in the clan now"),
        Tile("active", "Active members", active, active, "members", "gained something this week"),
        Tile("experience", "Experience", weeks[-1].same_members, before, "experience", "gained by the same members"),
        Tile("kills", "Boss kills", kills, kills + 41, "kills", "over all bosses"),
        Tile(
            "ehp", "Efficient hours", round(_total(week, "ehp") / HOUR, 2), None, "hours", "at efficient skilling rates"
        ),
        Tile(
            "ehb",
            "Efficient hours, bosses",
            round(_total(week, "ehb") / HOUR, 2),
            None,
            "hours",
            "at efficient bossing rates",
        ),
    )


def _series(life: _Life, now: datetime) -> tuple[tuple[date, int], ...]:
    """Overall experience at the end of days, a straight line between what the periods say."""
    if OVERALL not in life.gains.get(ALL_TIME, {}):
        return ()
    end = life.member.values[OVERALL]
    points = {look.end_at: end for look in life.looks.values()}
    points |= {look.start_at: end - _overall(life, key) for key, look in life.looks.items()}
    anchors = sorted(points.items())
    line: dict[date, int] = {}
    for (start_at, start), (end_at, value) in pairwise(anchors):
        steps = max(1, (end_at - start_at) // (3 * DAY))
        for step in range(steps + 1):
            day = (start_at + (end_at - start_at) * step / steps).astimezone(UTC).date()
            line[day] = start + (value - start) * step // steps
    days = sorted(line.items())
    return tuple(
        point for before, point in zip((None, *days), days, strict=False) if not before or before[1] != point[1]
    )


def _overall(life: _Life, key: str) -> int:
    gain = life.gains[key].get(OVERALL)
    return gain.gained if gain else 0


def _runs(now: datetime) -> tuple[RunLine, ...]:
    night = now.date()
    done = "Everything was fetched, stored and published."
    degraded = "Wise Old Man did not answer; the outputs show what was known before."
    return tuple(
        RunLine(night - timedelta(days=back), "degraded" if back == 3 else "done", degraded if back == 3 else done)
        for back in range(7)
    )


def _name(index: int) -> str:
    """A name the game would allow, a different one for each *index*."""
    row, column = divmod(index, len(_ADJECTIVES))
    lap, noun = divmod(row, len(_NOUNS))
    name = f"{_ADJECTIVES[column]} {_NOUNS[(noun + 7 * column) % len(_NOUNS)]}"
    return f"{name} {lap + 1}" if lap else name


def _role(index: int, members: int) -> str:
    """One owner, one deputy, and ever more of every lower role."""
    share = index / max(members, 1)
    if index < 2:
        return _ROLES[min(index, 1)]
    return _ROLES[2 + min(int(share * share * 5), 3)]
