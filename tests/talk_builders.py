"""Believable talk for the clan of `builders.a_marts`, made by hand: the same arguments give the same values, for ever.

Messages are invented one by one and then counted, so that totals, heat maps, boards and weeks agree with each other as those
of a real guild do. Discord accounts and the people behind them are those of `_people`.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from math import atanh, sqrt, tanh
from random import Random
from statistics import correlation, median
from typing import Final
from zoneinfo import ZoneInfo

from builders import HOSTILE_NAMES, NOW, a_marts, enrolled

from pipeline.domain.metrics import OVERALL
from pipeline.domain.talk import Access, ChannelKind, snowflake_at
from pipeline.domain.window import DAY, TICK, Window, midnight, windows
from pipeline.marts.model import ALL_TIME, Marts, Member, NightLine, SourceState
from pipeline.marts.talk_model import (
    ChatAndPlay,
    ChatDot,
    GuessLine,
    Heat,
    Helper,
    Identities,
    OnlyClan,
    OnlyDiscord,
    Quadrant,
    Question,
    Response,
    RoleGap,
    Speaker,
    TalkChannel,
    TalkMarts,
    TalkWeek,
    TieLine,
    UnsureLine,
    WatchHour,
    Welcome,
)

GUILD_ID: Final = 871_234_567_890_123_456
TALK_DAYS: Final = 120
"""How long before the night the first message was written."""

_ACCOUNTS: Final = 310_000_000_000_000_000
_CHANNELS: Final = 872_000_000_000_000_000
_ROOMS: Final[tuple[tuple[str, ChannelKind, Access], ...]] = (
    ("general", "text", "open"),
    ("clan-help", "forum", "open"),
    ("drops", "text", "open"),
    ("pvm-planning", "text", "open"),
    ("announcements", "announcement", "open"),
    ("lounge", "voice", "open"),
    ("officers", "text", "hidden"),
    ("old-events", "text", "no_history"),
    ("raid-voice", "voice", "no_connect"),
    ("clan-shop", "unknown", "unknown_type"),
    ("leagues-5", "text", "gone"),
)
_GENERAL: Final = 0
_HELP: Final = 1
_BUSY: Final = (6, 2, 3, 2, 0, 1)
"""How often people write in the open channels, of 14 messages."""

_TOPICS: Final = ((), ("zulrah",), ("vorkath", "zulrah"), (), ("chambers_of_xeric",), ("fishing",), ("the_brine_hag",))
_METHODS: Final = ("exact", "normalised", "exact", "part", "confirmed", "exact", "fuzzy", "clan.toml")
_SURENESS: Final = {"exact": 1.0, "normalised": 0.97, "part": 0.93, "fuzzy": 0.91, "confirmed": 1.0, "clan.toml": 1.0}


@dataclass(frozen=True, slots=True)
class _Person:
    """Somebody who can talk: `pace` in messages a day, `game_pace` in lines of clan chat, `hour` of the day (UTC)."""

    person_id: int
    name: str
    account_id: int | None
    nick: str | None
    in_guild: bool
    member: Member | None
    joined_at: datetime | None
    pace: float
    game_pace: float
    hour: int


@dataclass(frozen=True, slots=True)
class _Word:
    """A message; `room` None is clan chat, `asks` says what a question is about, `helper` who answered it and when."""

    at: datetime
    person_id: int
    room: int | None
    asks: tuple[str, ...] | None = None
    answered_at: datetime | None = None
    helper: int | None = None


@cache
def talking_marts(members: int = 12, *, hostile_names: bool = False, now: datetime = NOW) -> Marts:
    """The night of `a_marts` with Discord: talk, its lines since the last night, and how fresh it is."""
    marts = a_marts(members, hostile_names=hostile_names, now=now)
    until = f"{midnight(now):%-d %b %H:%M}"
    note = "3 channels are closed to the bot"
    freshness = replace(
        marts.freshness,
        sources=(*marts.freshness.sources, SourceState("discord", now, "fresh", note)),
        sentence=f"{marts.freshness.sentence}; Discord to {until} UTC; {note}",
    )
    arrived = NightLine("arrived", None, None, "Mads came to Discord")
    if marts.members:
        first = marts.members[0]
        arrived = NightLine("arrived", first.player_id, first.name, f"{first.name} came to Discord")
    lines = (
        arrived,
        NightLine("departed", None, None, "Ghost Pirate left Discord"),
        NightLine("talk", None, None, "31 people wrote 412 messages, 12 of them questions"),
        NightLine("waiting", None, None, "3 questions have waited for more than a day"),
    )
    news = replace(marts.since_last_night, lines=(*marts.since_last_night.lines, *lines))
    talk = a_talk(members, hostile_names=hostile_names, now=now)
    return enrolled(replace(marts, freshness=freshness, since_last_night=news, talk=talk))


@cache
def a_talk(members: int = 12, *, hostile_names: bool = False, now: datetime = NOW) -> TalkMarts:
    """What the guild of a clan of *members* says in `TALK_DAYS` days; from 12 on with somebody of every sort.

    Every sixth member has no account that anybody knows of, every fifth is silent. There are also a leaver who kept a role,
    three people who never were in the clan, and one who left Discord. *hostile_names* for `HOSTILE_NAMES` in guild, channels,
    nicknames and roles.
    """
    marts = a_marts(members, hostile_names=hostile_names, now=now)
    people = _people(marts, hostile_names)
    words = _words(people, now)
    spoken = [word for word in words if word.room is not None]
    relayed = [word for word in words if word.room is None]
    stretch = {**windows(now), ALL_TIME: Window(min(word.at for word in words), now + TICK)}
    names = {person.person_id: person.name for person in people}
    return TalkMarts(
        guild_id=GUILD_ID,
        guild=HOSTILE_NAMES[5] if hostile_names else "Oaken Shield",
        heat=_heats(spoken, stretch, marts),
        clan_chat_heat=_heats(relayed, stretch, marts),
        channels=_channels(spoken, stretch, hostile_names),
        speakers=_speakers(people, words, stretch, marts),
        totals=_per_period(spoken, stretch),
        people=_different(spoken, stretch, lambda word: word.person_id),
        clan_chat=_per_period(relayed, stretch),
        response={key: _response(_asked(spoken, window), now) for key, window in stretch.items()},
        helpers={key: _board(_asked(spoken, window), names) for key, window in stretch.items()},
        unanswered=_unanswered(spoken, names, hostile_names, now),
        welcomes=_welcomes(people, now),
        weeks=_weeks(words, now),
        chat_and_play=_chat_and_play(people, words, marts),
        identities=_identities(people, spoken, hostile_names, now),
        withheld_since=None,
        heard_until=now,
        watch=tuple(WatchHour(hour, 20 + hour, hour // 2) for hour in range(24)) if people else (),
    )


def an_empty_talk(*, now: datetime = NOW) -> TalkMarts:
    """A guild in which nobody is, and nothing was ever written."""
    nobody = tuple((0,) * 24 for _day in range(7))
    stretch = {**windows(now), ALL_TIME: Window(now, now)}
    heat = {key: Heat(window, nobody, nobody) for key, window in stretch.items()}
    return TalkMarts(
        guild_id=GUILD_ID, guild="Oaken Shield", heat=heat, clan_chat_heat=heat, channels=(), speakers=(), totals={},
        people={}, clan_chat={}, response={key: Response(0, 0, 0, 0, None) for key in stretch},
        helpers=dict.fromkeys(stretch, ()), unanswered=(), welcomes=(), weeks=(),
        chat_and_play=ChatAndPlay((), 0, None, None, None, "Fewer than 12 people have both halves: too few to say."),
        identities=Identities((), (), (), (), (), roles_known=False, members_listed=True), withheld_since=None,
        heard_until=now,
    )  # fmt: skip


def _people(marts: Marts, hostile: bool) -> list[_Person]:
    """The members in the order of their player ids, then a leaver and four strangers."""
    members = sorted(marts.members, key=lambda member: member.player_id)
    known = [_known(member, hostile) for member in members]
    now = marts.as_of
    others = (
        (901, "Old Salt", "Old Salt", True, now - 300 * DAY, 0.3),
        (-1, "Mads", "Mads (guest)", True, now - 5 * DAY, 0.0),
        (-2, "Bob", HOSTILE_NAMES[0] if hostile else None, True, now - 64 * DAY, 1.1),
        (-3, "Oakenfan", None, True, now - 12 * DAY, 0.2),
        (-4, "Ghost Pirate", None, False, None, 0.4),
    )
    return known + [
        _Person(person_id, name, _ACCOUNTS + 900 + place, nick, in_guild, None, joined_at, pace, 0.0, 14 + place)
        for place, (person_id, name, nick, in_guild, joined_at, pace) in enumerate(others)
    ]


def _known(member: Member, hostile: bool) -> _Person:
    index = member.player_id - 4000
    account = None if index % 6 == 5 else _ACCOUNTS + 7 * index
    silent = account is None or index % 5 == 4
    nick = member.name if hostile else (None, f"{member.name} | Bob", f"[GM] {member.name}", member.name)[index % 4]
    return _Person(
        person_id=member.person_id,
        name=member.name,
        account_id=account,
        nick=None if account is None else nick,
        in_guild=account is not None,
        member=member,
        joined_at=None if account is None else member.joined_at + timedelta(hours=1),
        pace=0.0 if silent else 9 / (1.5 + index % 24),
        game_pace=0.0 if index % 4 == 3 else 5 / (1 + index % 9),
        hour=(19, 20, 18, 1, 21, 12)[index % 6],
    )


def _words(people: list[_Person], now: datetime) -> list[_Word]:
    """All messages, oldest first."""
    chance = Random(4711)
    helpful = [person for person in people if person.in_guild and person.pace > 1] or people[-3:]
    words = []
    for person in people:
        for back in range(TALK_DAYS):
            day = midnight(now) - back * DAY
            for _number in range(_often(person.pace, day, chance)):
                words += _message(person, _moment(day, person.hour, chance), helpful, chance)
            for _number in range(_often(person.game_pace, day, chance)):
                words.append(_Word(_moment(day, person.hour + 1, chance), person.person_id, None))
    return sorted(
        (_as_known_at(word, now) for word in words if word.at < now), key=lambda word: (word.at, word.person_id)
    )


def _often(pace: float, day: datetime, chance: Random) -> int:
    """How many on *day*: more at weekends."""
    mean = pace * (1.5 if day.weekday() >= 5 else 0.8)
    return min(int(chance.expovariate(1 / mean)), 40) if mean else 0


def _moment(day: datetime, hour: int, chance: Random) -> datetime:
    minutes = int(chance.gauss(hour * 60 + 30, 150)) % (24 * 60)
    return day + timedelta(minutes=minutes, milliseconds=chance.randrange(60_000))


def _message(person: _Person, at: datetime, helpful: list[_Person], chance: Random) -> list[_Word]:
    """A message, or a question with the answer that somebody else gave."""
    room = chance.choices(range(len(_BUSY)), _BUSY)[0]
    if room not in (_GENERAL, _HELP) or chance.random() > 0.16:
        return [_Word(at, person.person_id, room)]
    topics = chance.choice(_TOPICS)
    others = [other for other in helpful if other is not person]
    if chance.random() > 0.86 or not others:
        return [_Word(at, person.person_id, room, topics)]
    helper = chance.choices(others, [1 / place for place in range(1, len(others) + 1)])[0].person_id
    answered_at = at + timedelta(seconds=int(min(60 * 10 ** chance.gauss(1.2, 0.7), 5 * 86_400)))
    question = _Word(at, person.person_id, room, topics, answered_at, helper)
    return [question, _Word(answered_at, helper, room)]


def _as_known_at(word: _Word, now: datetime) -> _Word:
    return replace(word, answered_at=None, helper=None) if word.answered_at and word.answered_at >= now else word


def _within(words: Iterable[_Word], window: Window) -> list[_Word]:
    return [word for word in words if window.since <= word.at < window.until]


def _asked(words: Iterable[_Word], window: Window) -> list[_Word]:
    return [word for word in _within(words, window) if word.asks is not None]


def _per_period(words: Iterable[_Word], stretch: Mapping[str, Window]) -> dict[str, int]:
    held = list(words)
    counts = {key: len(_within(held, window)) for key, window in stretch.items()}
    return {key: count for key, count in counts.items() if count}


def _different(
    words: Iterable[_Word], stretch: Mapping[str, Window], what: Callable[[_Word], Hashable]
) -> dict[str, int]:
    held = list(words)
    counts = {key: len({what(word) for word in _within(held, window)}) for key, window in stretch.items()}
    return {key: count for key, count in counts.items() if count}


def _heats(words: list[_Word], stretch: Mapping[str, Window], marts: Marts) -> dict[str, Heat]:
    zone, utc = ZoneInfo(marts.clan.time_zone), ZoneInfo("UTC")
    return {
        key: Heat(window, _cells(_within(words, window), utc), _cells(_within(words, window), zone))
        for key, window in stretch.items()
    }


def _cells(words: Iterable[_Word], zone: ZoneInfo) -> tuple[tuple[int, ...], ...]:
    local = [word.at.astimezone(zone) for word in words]
    counts = Counter((at.weekday(), at.hour) for at in local)
    return tuple(tuple(counts[day, hour] for hour in range(24)) for day in range(7))


def _channels(spoken: list[_Word], stretch: Mapping[str, Window], hostile: bool) -> tuple[TalkChannel, ...]:
    lines = []
    for room, (name, kind, access) in enumerate(_ROOMS):
        here = [word for word in spoken if word.room == room]
        lines.append(
            TalkChannel(
                channel_id=_CHANNELS + room,
                name=_channel(room, hostile) if hostile else name,
                kind=kind,
                access=access,
                url=f"https://discord.com/channels/{GUILD_ID}/{_CHANNELS + room}",
                messages=_per_period(here, stretch),
                people=_different(here, stretch, lambda word: word.person_id),
                last_word_at=here[-1].at if here else None,
            )
        )
    return tuple(lines)


def _channel(room: int, hostile: bool) -> str:
    return HOSTILE_NAMES[room] if hostile else _ROOMS[room][0]


def _speakers(
    people: list[_Person], words: list[_Word], stretch: Mapping[str, Window], marts: Marts
) -> tuple[Speaker, ...]:
    speakers = [_speaker(person, words, stretch, marts) for person in people]
    heard = [speaker for speaker in speakers if speaker.in_guild or speaker.messages or speaker.clan_chat]
    return tuple(sorted(heard, key=lambda speaker: (-speaker.messages.get("30d", 0), speaker.name)))


def _speaker(person: _Person, words: list[_Word], stretch: Mapping[str, Window], marts: Marts) -> Speaker:
    who = person.person_id
    own = [word for word in words if word.person_id == who and word.room is not None]
    relayed = [word for word in words if word.person_id == who and word.room is None]
    asked = [word for word in own if word.asks is not None]
    given = [word for word in words if word.helper == who]
    greeted = [at for at, greeter in _greetings(marts) if greeter == who]
    year = _within(own, stretch["365d"])
    zone = ZoneInfo(marts.clan.time_zone)
    welcomes = {key: sum(w.since <= at < w.until for at in greeted) for key, w in stretch.items()}
    return Speaker(
        person_id=who,
        name=person.name,
        in_clan=person.member is not None,
        in_guild=person.in_guild,
        nick=person.nick,
        player_ids=(person.member.player_id,) if person.member else (),
        messages=_per_period(own, stretch),
        clan_chat=_per_period(relayed, stretch),
        questions=_per_period(asked, stretch),
        answered=_per_period([word for word in asked if word.answered_at], stretch),
        answers=_per_period(given, stretch),
        helped=_different(given, stretch, lambda word: word.person_id),
        welcomes={key: count for key, count in welcomes.items() if count},
        last_word_at=own[-1].at if own else None,
        last_clan_chat_at=relayed[-1].at if relayed else None,
        days=tuple(sorted(Counter(word.at.astimezone(zone).date() for word in year).items())),
        channels=tuple(sorted(Counter(_CHANNELS + word.room for word in year if word.room is not None).items())),
    )


def _greetings(marts: Marts) -> list[tuple[datetime, int]]:
    """When each welcomed newcomer came, and who greeted them first."""
    people = _people(marts, hostile=False)
    return [
        (person.joined_at, greeter)
        for person in people
        if person.joined_at and (greeter := _greeter(person, people, marts.as_of))
    ]


def _greeter(newcomer: _Person, people: list[_Person], now: datetime) -> int | None:
    """Who greeted *newcomer*: every third newcomer nobody."""
    if newcomer.joined_at is None or newcomer.joined_at < now - 90 * DAY or newcomer.account_id is None:
        return None
    talkers = [person.person_id for person in people if person.pace > 1 and person is not newcomer][:4]
    if newcomer.person_id % 3 == 2 or not talkers:
        return None
    return talkers[newcomer.person_id % len(talkers)]


def _welcomes(people: list[_Person], now: datetime) -> tuple[Welcome, ...]:
    names = {person.person_id: person.name for person in people}
    lines = []
    for person in people:
        if person.joined_at and person.joined_at >= now - 90 * DAY:
            greeter = _greeter(person, people, now)
            at = person.joined_at + timedelta(minutes=7 + person.joined_at.hour * 11) if greeter is not None else None
            by = None if greeter is None else names[greeter]
            lines.append(Welcome(person.person_id, person.name, person.joined_at, at, by))
    return tuple(sorted(lines, key=lambda line: line.joined_at, reverse=True))


def _response(asked: list[_Word], now: datetime) -> Response:
    waits = [(word.answered_at - word.at).total_seconds() for word in asked if word.answered_at]
    ripe = sum(word.answered_at is not None or word.at <= now - DAY for word in asked)
    within_day = sum(wait <= 86_400 for wait in waits)
    return Response(len(asked), len(waits), within_day, ripe, median(waits) if waits else None)


def _board(asked: list[_Word], names: Mapping[int, str]) -> tuple[Helper, ...]:
    """By different people helped, then by answers; equal rows share a place."""
    given: dict[int, list[_Word]] = {}
    for word in asked:
        if word.helper is not None:
            given.setdefault(word.helper, []).append(word)
    rows = [(len({word.person_id for word in answered}), len(answered), who) for who, answered in given.items()]
    board: list[Helper] = []
    best_first = sorted(rows, key=lambda row: (-row[0], -row[1], names[row[2]]))
    for _score, group in groupby(enumerate(best_first), key=lambda row: row[1][:2]):
        tied = list(group)
        for _row, (helped, answers, who) in tied:
            waits = [(word.answered_at - word.at).total_seconds() for word in given[who] if word.answered_at]
            board.append(Helper(tied[0][0] + 1, who, names[who], helped, answers, median(waits)))
    return tuple(board)


def _unanswered(spoken: list[_Word], names: Mapping[int, str], hostile: bool, now: datetime) -> tuple[Question, ...]:
    waiting = [word for word in _asked(spoken, Window(now - 30 * DAY, now - DAY)) if word.answered_at is None]
    lines = []
    for number, word in enumerate(reversed(waiting)):
        room = word.room or 0
        message, channel = snowflake_at(word.at) + 4096 * number + 1, _CHANNELS + room
        thread = (HOSTILE_NAMES[1] if hostile else f"How do I start {number}") if room == _HELP else None
        url = f"https://discord.com/channels/{GUILD_ID}/{message if thread else channel}/{message}"
        lines.append(
            Question(
                message, channel, _channel(room, hostile), thread, word.person_id, names[word.person_id], word.at, url,
                word.asks or (),
            )
        )  # fmt: skip
    return tuple(lines)


def _weeks(words: list[_Word], now: datetime) -> tuple[TalkWeek, ...]:
    """Twelve whole weeks, oldest first."""
    weeks = []
    window = windows(now)["7d"]
    for _week in range(12):
        own = _within(words, window)
        spoken = [word for word in own if word.room is not None]
        asked = _asked(own, window)
        fared = _response(asked, now)
        people = len({word.person_id for word in spoken})
        weeks.append(
            TalkWeek(window, len(spoken), people, len(own) - len(spoken), len(asked), fared.answered, fared.within_day)
        )
        window = window.before()
    return tuple(reversed(weeks))


def _chat_and_play(people: list[_Person], words: list[_Word], marts: Marts) -> ChatAndPlay:
    month = marts.periods["30d"]
    counts = Counter(word.person_id for word in _within(words, month.window))
    heard = {word.person_id for word in words}
    dots, unmatched = [], 0
    for person in people:
        if person.member is None:
            continue
        gains = month.gains.get(person.member.player_id)
        if gains is None or (person.account_id is None and person.person_id not in heard):
            unmatched += 1
            continue
        talks, plays = counts[person.person_id], gains[OVERALL].gained if OVERALL in gains else 0
        dots.append(ChatDot(person.person_id, person.name, talks, plays, _quadrant(talks, plays)))
    dots.sort(key=lambda dot: (-dot.messages, dot.name))
    if len(dots) < 12:
        sentence = (
            f"Only {len(dots)} people have both halves: too few to say whether those who talk are those who play."
        )
        return ChatAndPlay(tuple(dots), unmatched, None, None, None, sentence)
    rho = correlation(_ranks([dot.messages for dot in dots]), _ranks([dot.experience for dot in dots]))
    reach = 1.96 * sqrt((1 + rho**2 / 2) / (len(dots) - 3))
    low, high = tanh(atanh(rho) - reach), tanh(atanh(rho) + reach)
    found = "no link that these data could show" if low < 0 < high else "a link"
    sentence = f"Talking and playing: {found} ({rho:.2f}, between {low:.2f} and {high:.2f})."
    return ChatAndPlay(tuple(dots), unmatched, rho, low, high, sentence)


def _ranks(values: list[int]) -> list[float]:
    """Ranks from 1; equal values share the mean of theirs."""
    order = sorted(values)
    return [order.index(value) + (order.count(value) + 1) / 2 for value in values]


def _quadrant(talks: int, plays: int) -> Quadrant:
    if talks:
        return "both" if plays else "talks"
    return "plays" if plays else "neither"


def _identities(people: list[_Person], spoken: list[_Word], hostile: bool, now: datetime) -> Identities:
    tied = [person for person in people if person.account_id and person.member]
    missing = [person for person in people if person.member and not person.account_id]
    unsure = _unsure(missing, hostile)
    guessed = {line.guesses[0].player: line.account for line in unsure}
    return Identities(
        ties=(*(_tie(person, place) for place, person in enumerate(tied)),
              TieLine(_ACCOUNTS + 900, "Old Salt", ("Old Salt", "Old Salt Jr"), False, "exact", 1.0)),
        unsure=unsure,
        only_discord=_only_discord(people, spoken, unsure, hostile, now),
        only_clan=tuple(
            OnlyClan(
                person.member.player_id, person.name, person.member.role, person.member.joined_at,
                guessed.get(person.name),
            )
            for person in missing
            if person.member
        ),
        role_gaps=_role_gaps(tied, hostile, now),
        roles_known=True,
        members_listed=True,
    )  # fmt: skip


def _tie(person: _Person, place: int) -> TieLine:
    method = _METHODS[place % len(_METHODS)]
    account = person.nick or person.name.lower().replace(" ", "_")
    return TieLine(
        person.account_id or 0,
        account,
        (person.name,),
        True,
        method,
        _SURENESS[method],
        (person.member.player_id,) if person.member else (),
    )


def _unsure(missing: list[_Person], hostile: bool) -> tuple[UnsureLine, ...]:
    """An account that may be of one of the members without one, for all but the last of them."""
    lines = []
    for place, person in enumerate(missing[:-1] or missing):
        other = missing[-1]
        account = HOSTILE_NAMES[2] if hostile else f"{person.name.split()[0]}ie"
        guesses = [_guess(person, 0.82 - 0.06 * (place % 5), f'two letters differ from "{person.name}"')]
        if other is not person:
            guesses.append(_guess(other, 0.55, f'shares a word with "{other.name}"'))
        lines.append(UnsureLine(_ACCOUNTS + 500 + place, account, tuple(guesses)))
    return tuple(lines)


def _guess(person: _Person, confidence: float, why: str) -> GuessLine:
    assert person.member is not None
    return GuessLine(person.name, confidence, why, person.member.player_id)


def _only_discord(
    people: list[_Person], spoken: list[_Word], unsure: tuple[UnsureLine, ...], hostile: bool, now: datetime
) -> tuple[OnlyDiscord, ...]:
    last = {word.person_id: word.at for word in spoken}
    strangers = [
        OnlyDiscord(
            person.account_id or 0,
            person.nick or person.name,
            person.joined_at,
            (HOSTILE_NAMES[3] if hostile else "Corporal", "Member") if person.person_id == 901 else (),
            "Old Salt" if person.person_id == 901 else None,
            last.get(person.person_id),
        )
        for person in people
        if person.member is None and person.in_guild
    ]
    doubtful = [OnlyDiscord(line.account_id, line.account, now - 40 * DAY, ("Member",), None, None) for line in unsure]
    return tuple(sorted(strangers + doubtful, key=lambda line: (line.was_member is None, line.account)))


def _role_gaps(tied: list[_Person], hostile: bool, now: datetime) -> tuple[RoleGap, ...]:
    """One of each kind; somebody who left stands first."""
    role = HOSTILE_NAMES[3] if hostile else "Corporal"
    gaps = [
        RoleGap(
            "left", _ACCOUNTS + 900, "Old Salt", "Old Salt", role, "corporal", None, now - DAY - timedelta(hours=3)
        ),
        RoleGap("stranger", _ACCOUNTS + 902, "Bob", None, "Recruit", "recruit", None, None),
    ]
    for person in tied[3:4]:
        rank = person.member.role if person.member else None
        gaps.append(
            RoleGap("differs", person.account_id or 0, person.name, person.name, "Captain", "captain", rank, None)
        )
    return tuple(gaps)
