"""The roll: everybody in the clan as a person, main and alts together, with the week's numbers and where they stand.

Boards are per account, as Wise Old Man's are; a row here sums a person's accounts, so the two totals are equal: every account of the
clan belongs to exactly one row.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from pipeline.domain.metrics import OVERALL
from pipeline.marts.advice_model import Advice, Verdict
from pipeline.marts.gains import gained, top
from pipeline.marts.model import Member, Period, Person
from pipeline.marts.person_facts import speakers_of
from pipeline.marts.talk_model import Speaker, TalkMarts

WEEK: Final = "7d"


def roll(
    members: Sequence[Member], week: Period | None, bosses: Sequence[str], talk: TalkMarts | None, advice: Advice
) -> tuple[Person, ...]:
    """The rows, in the clan's own order of rank, then by name; *bosses* are metrics by key, and ties go to the first of them."""
    verdicts = {player: verdict for verdict in advice.inactivity.verdicts for player in verdict.player_ids}
    strange = frozenset() if talk is None else {line.player_id for line in talk.identities.only_clan}
    speakers = speakers_of(talk)
    rows = []
    for mine in _by_person(members, verdicts):
        main = mine[0]
        verdict = verdicts.get(main.player_id)
        is_watched = verdict is None or "opted_out" not in verdict.hindrances
        knows = talk is not None and is_watched and all(each.player_id not in strange for each in mine)
        speaker = speakers.get(main.person_id)
        rows.append(_person(mine, verdict, week, bosses, _Talk(speaker, knows=knows), advice))
    return tuple(sorted(rows, key=lambda row: (row.role_place, row.name.casefold(), row.person_id)))


class _Talk:
    """What is known of somebody's words."""

    def __init__(self, speaker: Speaker | None, *, knows: bool) -> None:
        self.messages = (speaker.messages.get(WEEK, 0) if speaker else 0) if knows else None
        said = (speaker.last_word_at, speaker.last_clan_chat_at) if speaker else ()
        self.last_word_at = _latest(said)


def _person(
    mine: Sequence[Member],
    verdict: Verdict | None,
    week: Period | None,
    bosses: Sequence[str],
    talk: _Talk,
    advice: Advice,
) -> Person:
    main = mine[0]
    gains = gained(week, [each.player_id for each in mine])
    boss = top(gains, bosses)
    return Person(
        person_id=main.person_id,
        player_ids=tuple(each.player_id for each in mine),
        name=main.name,
        alts=tuple(each.name for each in mine[1:]),
        role=main.role,
        role_place=main.role_place,
        type=main.type,
        status=main.status,
        state=verdict.state if verdict else None,
        last_gain_at=verdict.last_gain_at if verdict else _latest(each.last_changed_at for each in mine),
        last_word_at=talk.last_word_at,
        xp=None if gains is None else gains.get(OVERALL, 0),
        ehp=None if gains is None else gains.get("ehp", 0),
        ehb=None if gains is None else gains.get("ehb", 0),
        top_boss=boss,
        kills=None if gains is None or boss is None else gains[boss],
        messages=talk.messages,
        joined_at=main.joined_at,
        join_source=main.join_source,
        ahead=advice.promotions.ahead.get(main.person_id),
        seen_at=main.updated_at,
        seen_lately=main.seen_lately,
    )


def _by_person(members: Iterable[Member], verdicts: Mapping[int, Verdict]) -> list[list[Member]]:
    """Members by person; the main is the account that the verdict names first, else the one of the highest rank."""
    found: dict[int, list[Member]] = {}
    for member in members:
        found.setdefault(member.person_id, []).append(member)
    for mine in found.values():
        verdict = verdicts.get(mine[0].player_id)
        order = {player: place for place, player in enumerate(verdict.player_ids)} if verdict else {}
        mine.sort(key=lambda each: order.get(each.player_id, len(order)))
    return list(found.values())


def _latest(instants: Iterable[datetime | None]) -> datetime | None:
    return max((at for at in instants if at is not None), default=None)
