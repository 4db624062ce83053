"""Whether those who talk are those who play, said only as far as the numbers carry."""

from collections.abc import Collection, Mapping
from typing import Final

from pipeline.domain.metrics import OVERALL
from pipeline.domain.rank_correlation import FEWEST, Correlation, rank_correlation
from pipeline.marts.model import Period
from pipeline.marts.talk.counts import Counts
from pipeline.marts.talk.people import Face, People
from pipeline.marts.talk_model import ChatAndPlay, ChatDot, Quadrant

MONTH: Final = "30d"
_STRENGTHS: Final = ((0.1, "next to no link"), (0.3, "a weak link"), (0.6, "a fair link"))
_STRONGEST: Final = "a strong link"
_QUADRANTS: Final[Mapping[tuple[bool, bool], Quadrant]] = {
    (True, True): "both",
    (True, False): "talks",
    (False, True): "plays",
    (False, False): "neither",
}


def chat_and_play(people: People, counts: Counts, month: Period, bosses: Collection[str]) -> ChatAndPlay:
    """The people of the clan by talk and play in *month*; *bosses* are the metrics that count as play beside experience."""
    clan = [face for face in people.faces.values() if face.members]
    known = [face for face in clan if _is_heard(face, counts) and _is_seen(face, month)]
    dots = sorted(
        (_dot(face, counts, month, bosses) for face in known),
        key=lambda dot: (-dot.messages, -dot.experience, dot.name.casefold(), dot.person_id),
    )
    found = rank_correlation([dot.messages for dot in dots], [dot.experience for dot in dots])
    if found is None:
        return ChatAndPlay(tuple(dots), len(clan) - len(dots), None, None, None, _too_little(len(dots)))
    return ChatAndPlay(tuple(dots), len(clan) - len(dots), found.rho, found.low, found.high, _sentence(found))


def _is_heard(face: Face, counts: Counts) -> bool:
    """Whether we would know if they talked."""
    return bool(face.accounts) or bool(counts.clan_chat.of(face.person_id))


def _is_seen(face: Face, month: Period) -> bool:
    """Whether somebody looked at them twice."""
    return any(player_id in month.gains for player_id in face.player_ids)


def _dot(face: Face, counts: Counts, month: Period, bosses: Collection[str]) -> ChatDot:
    messages = sum(tally.of(face.person_id).get(MONTH, 0) for tally in (counts.messages, counts.clan_chat))
    gains = [month.gains[player_id] for player_id in face.player_ids if player_id in month.gains]
    plays = any(metric == OVERALL or metric in bosses for mine in gains for metric in mine)
    experience = sum(mine[OVERALL].gained for mine in gains if OVERALL in mine)
    return ChatDot(face.person_id, face.name, messages, experience, _QUADRANTS[messages > 0, plays])


def _too_little(people: int) -> str:
    if people < FEWEST:
        whom = "1 person" if people == 1 else f"{people} people"
        return f"Too few people to tell: both talk and play are known of {whom}, and it takes {FEWEST}"
    return f"Nothing to compare: all {people} people talked, or played, equally much"


def _sentence(found: Correlation) -> str:
    figures = f"({found.rho:z.2f}, between {found.low:z.2f} and {found.high:z.2f})"
    if found.low <= 0 <= found.high:
        return f"Nothing to see: people who talk more play neither clearly more nor clearly less {figures}"
    link = next((words for below, words in _STRENGTHS if abs(found.rho) < below), _STRONGEST)
    also = "also play more" if found.rho > 0 else "play less"
    return f"People who talk more {also}: {link} {figures}"
