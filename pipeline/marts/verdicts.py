"""Who takes part, who is away, and of whom nobody can know: every person of the clan, with proof."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pipeline.domain.activity import SILENT, Hindrance, Signs, State, state
from pipeline.marts.advice_model import HeldSlot, Inactivity, Verdict
from pipeline.marts.exemptions import Exemptions
from pipeline.marts.rules import Rules
from pipeline.marts.wording import Calendar, capital, listed, plural

HELD: Final = {"banned": "is banned", "archived": "is archived: the name went to another account"}
"""Statuses that no account in the clan comes back from."""

_BECAUSE: Final[Mapping[Hindrance, str]] = {
    "not_seen": "Wise Old Man has not looked {looked}",
    "too_new": "Wise Old Man has watched only since {first}",
    "flagged": "Wise Old Man doubts the last update",
    "opted_out": "asked not to be watched",
    "unmatched": "no Discord account is known",
    "discord_missing": "Discord could not be read to its end",
}
_REMEDIES: Final[Mapping[Hindrance, str]] = {
    "not_seen": "A look by Wise Old Man: update the player there.",
    "too_new": "A few more weeks of looks, or one gain.",
    "flagged": "A review of the flag on Wise Old Man.",
    "opted_out": "Their consent: take the name off [privacy] opt_out in clan.toml.",
    "unmatched": "Knowing their Discord account: uv run clanstats identities, or [[person]] in clan.toml.",
    "discord_missing": "A night in which Discord can be read to its end.",
}


@dataclass(frozen=True, slots=True)
class Seat:
    """An account in the clan at an instant. `looked_at` and `first_look_at`: the last and the first look at it by then."""

    player_id: int
    person_id: int
    name: str
    role: str
    role_place: int
    status: str
    status_since: datetime | None
    joined_at: datetime
    looked_at: datetime | None
    first_look_at: datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to judge by. `matched` are persons with a Discord account; None: no Discord is set up.

    `heard_until` is up to when all that was written in Discord is known, None if that never was. `opted_out` are persons, `away_since` the nights that first called somebody
    inactive; what is later than `last_night` is new.
    """

    signs: Mapping[int, Signs]
    matched: frozenset[int] | None
    heard_until: datetime | None
    opted_out: frozenset[int]
    exemptions: Exemptions
    away_since: Mapping[int, datetime]
    last_night: datetime | None


def inactivity(seats: Iterable[Seat], known: Known, rules: Rules, calendar: Calendar) -> Inactivity:
    """The verdicts on all who sit in *seats*."""
    everybody = list(seats)
    verdicts = tuple(
        verdict(mine, known, rules, calendar)
        for mine in sorted(by_person(everybody).values(), key=lambda mine: (mine[0].name.casefold(), mine[0].player_id))
    )
    held = {seat.player_id for seat in everybody if seat.status in HELD}
    purge = [each for each in verdicts if each.state == "inactive" and not each.exempt and set(each.player_ids) - held]
    purge.sort(
        key=lambda each: (each.idle_days is not None, -(each.idle_days or 0), each.name.casefold(), each.person_id)
    )
    return Inactivity(
        verdicts=verdicts,
        purge=tuple(purge),
        held=tuple(_held(seat, calendar) for seat in everybody if seat.player_id in held),
        slots_used=len(everybody),
        would_free=sum(len(set(each.player_ids) - held) for each in purge),
    )


def verdict(seats: Sequence[Seat], known: Known, rules: Rules, calendar: Calendar) -> Verdict:
    """The verdict on the person who sits in *seats*, the main first."""
    main, now = seats[0], calendar.now
    signs, days = _signs(main.person_id, known), _threshold_days(seats, rules)
    hindrances = _hindrances(seats, known, rules, signs, days, now)
    found = state(signs.last_at, timedelta(days=days), now, hindered=bool(hindrances))
    since = known.away_since.get(main.person_id) if found == "inactive" else None
    silent_since = signs.last_at or _watched_since(seats)
    looked_at = _least(seat.looked_at for seat in seats)
    return Verdict(
        person_id=main.person_id,
        player_ids=tuple(seat.player_id for seat in seats),
        name=main.name,
        role=main.role,
        state=found,
        last_gain_at=signs.gain_at,
        last_word_at=signs.word_at,
        last_chat_at=signs.chat_at,
        last_contest_at=signs.contest_at,
        looked_at=looked_at,
        idle_days=None if signs.last_at is None else (now - signs.last_at).days,
        threshold_days=days,
        hindrances=hindrances,
        exempt=_exempt(seats, known, rules, calendar),
        since=since,
        is_new=since is not None and known.last_night is not None and since > known.last_night,
        proof=_proof(found, signs, hindrances, seats, calendar),
        flips_if=_flip(found, hindrances, silent_since, days, calendar),
    )


def standing(seats: Sequence[Seat], known: Known, rules: Rules, now: datetime) -> tuple[State, Signs]:
    """State and signs of life alone, as `verdict` has them: for a year of weeks, whose proofs nobody reads."""
    signs, days = _signs(seats[0].person_id, known), _threshold_days(seats, rules)
    found = state(signs.last_at, timedelta(days=days), now, hindered=False)
    if found != "active" and _hindrances(seats, known, rules, signs, days, now):
        found = "unknown"
    return found, signs


def _signs(person_id: int, known: Known) -> Signs:
    return SILENT if person_id in known.opted_out else known.signs.get(person_id, SILENT)


def _threshold_days(seats: Iterable[Seat], rules: Rules) -> int:
    return max([rules.inactive_days_by_rank.get(seat.role, rules.inactive_days) for seat in seats])


def by_person(seats: Iterable[Seat]) -> dict[int, list[Seat]]:
    """A person's main is the account that bears their number, else the one of the highest rank."""
    found: dict[int, list[Seat]] = {}
    for seat in sorted(seats, key=lambda s: (s.player_id != s.person_id, s.role_place, s.player_id)):
        found.setdefault(seat.person_id, []).append(seat)
    return found


def _hindrances(
    seats: Sequence[Seat], known: Known, rules: Rules, signs: Signs, days: int, now: datetime
) -> tuple[Hindrance, ...]:
    """Why silence would prove nothing. Accounts that cannot come back hide nobody, unless there is no other."""
    # whoever was last looked at longer ago than silence may last could have come back since
    person_id, oldest = seats[0].person_id, now - timedelta(days=min(rules.look_at_age_days, days))
    seats = [seat for seat in seats if seat.status not in HELD] or seats
    watched_since = _watched_since(seats)
    found: dict[Hindrance, bool] = {
        "opted_out": person_id in known.opted_out,
        "flagged": any(seat.status == "flagged" for seat in seats),
        "not_seen": any(seat.looked_at is None or seat.looked_at < oldest for seat in seats),
        "too_new": signs.last_at is None and (watched_since is None or now - watched_since < timedelta(days=days)),
        "discord_missing": known.matched is not None and (known.heard_until is None or known.heard_until < oldest),
        "unmatched": known.matched is not None and not rules.game_alone and person_id not in known.matched,
    }
    return tuple(hindrance for hindrance, holds in found.items() if holds)


def _watched_since(seats: Iterable[Seat]) -> datetime | None:
    """Since when all accounts are looked at, None if one never was."""
    firsts = [seat.first_look_at for seat in seats]
    return None if None in firsts else max(at for at in firsts if at is not None)


def _least(instants: Iterable[datetime | None]) -> datetime | None:
    """The earliest, None if one is missing."""
    found = list(instants)
    return None if None in found else min(at for at in found if at is not None)


def _exempt(seats: Sequence[Seat], known: Known, rules: Rules, calendar: Calendar) -> str | None:
    told = known.exemptions.of(seats[0].person_id, [seat.role for seat in seats])
    if told is not None:
        return told
    grace_until = min(seat.joined_at for seat in seats) + timedelta(days=rules.newcomer_grace_days)
    return f"newcomer until {calendar.day(grace_until)}" if calendar.now < grace_until else None


def _proof(
    found: State, signs: Signs, hindrances: Sequence[Hindrance], seats: Sequence[Seat], calendar: Calendar
) -> str:
    heard = _told(signs, calendar)
    if found == "unknown":
        return f"{_sentence(_reasons(hindrances, seats, calendar))} {heard}"
    looked_at = _least(seat.looked_at for seat in seats)
    if found == "active" or looked_at is None:
        return heard
    return f"{heard} Looked at on {calendar.day(looked_at)}."


def _told(signs: Signs, calendar: Calendar) -> str:
    """The signs of life, the latest first."""
    known = [
        (at, words)
        for at, words in (
            (signs.gain_at, "last gain"),
            (signs.word_at, "last message"),
            (signs.chat_at, "last line of clan chat"),
            (signs.contest_at, "last competition"),
        )
        if at is not None
    ]
    known.sort(key=lambda sign: sign[0], reverse=True)
    return _sentence([f"{words} {calendar.day(at)}" for at, words in known] or ["no sign of life is known"])


def _reasons(hindrances: Sequence[Hindrance], seats: Sequence[Seat], calendar: Calendar) -> list[str]:
    looked_at, first = _least(seat.looked_at for seat in seats), _watched_since(seats)
    looked = "yet" if looked_at is None else f"since {calendar.day(looked_at)}"
    told = [each for each in hindrances if each != "too_new" or first is not None] or list(hindrances)
    return [
        _BECAUSE[each].format(looked=looked, first="today" if first is None else calendar.day(first)) for each in told
    ]


def _flip(
    found: State, hindrances: Sequence[Hindrance], silent_since: datetime | None, days: int, calendar: Calendar
) -> str:
    if found == "unknown":
        return _REMEDIES[hindrances[0]]
    if found == "inactive":
        return "One gain, message, line of clan chat or score in a competition."
    assert silent_since is not None  # nobody is active without a sign of life
    return f"No sign of life until {calendar.day(silent_since + timedelta(days=days))}: {plural(days, 'day')} make inactive."


def _held(seat: Seat, calendar: Calendar) -> HeldSlot:
    since = "" if seat.status_since is None else f", since {calendar.day(seat.status_since)}"
    return HeldSlot(
        seat.player_id, seat.name, seat.role, seat.status, seat.status_since, f"{seat.name} {HELD[seat.status]}{since}."
    )


def _sentence(parts: Sequence[str]) -> str:
    return f"{capital(listed(parts))}."
