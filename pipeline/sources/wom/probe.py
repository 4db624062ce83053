"""What Wise Old Man says of our group and our key: two requests at most, and no second attempt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from pipeline.errors import ClanError, Denied, Retriable
from pipeline.sources.answers import Answer, Forbidden, Rejected, seconds
from pipeline.sources.http import Attempt, Session
from pipeline.sources.reach import Stop, skew_of, stop_on_the_way
from pipeline.sources.wom.client import WomClient

TIMEOUT: Final = (3.0, 6.0)
DEADLINE_S: Final = 8.0

_KEY: Final = "x-api-key"


@dataclass(frozen=True, slots=True)
class WomProbe:
    """What was learned. No answer came (`stop`), or one that is none (`failure`), or the group's.

    `skew` is their clock less ours; `limit` and `remaining` are requests of their present minute.
    """

    stop: Stop | None = None
    failure: ClanError | None = None
    key: Literal["none", "accepted", "refused", "unknown"] = "unknown"
    name: str = ""
    members: int = 0
    limit: int | None = None
    remaining: int | None = None
    skew: timedelta | None = None

    @property
    def knows_no_group(self) -> bool:
        """Whether an answer came to say that there is no such group."""
        return self.failure is not None and isinstance(self.failure.__cause__, Rejected)

    @property
    def is_refused(self) -> bool:
        """Whether it is us who are refused, not this group."""
        return isinstance(self.failure, Denied) and not isinstance(self.failure, Forbidden) and not self.knows_no_group


def probe(
    base_url: str,
    group_id: int,
    headers: Mapping[str, str],
    tick: Callable[[], datetime],
    timeout: tuple[float, float] = TIMEOUT,
) -> WomProbe:
    """Ask for the group with *headers*, and again without the key where we are refused with it. *tick* is our clock."""
    bare = {name: text for name, text in headers.items() if name.lower() != _KEY}
    first = _asked(base_url, group_id, headers, tick, timeout)
    if len(bare) == len(headers):
        return replace(first, key="none")
    if not first.is_refused:
        return replace(first, key="accepted" if first.name or first.knows_no_group else "unknown")
    second = _asked(base_url, group_id, bare, tick, timeout)
    return replace(second, key="refused" if second.name or second.knows_no_group else "unknown")


def _asked(
    base_url: str, group_id: int, headers: Mapping[str, str], tick: Callable[[], datetime], timeout: tuple[float, float]
) -> WomProbe:
    tried: list[Attempt] = []
    try:
        with Session(
            base_url,
            headers=headers,
            budget=1,
            attempts=1,
            timeout=timeout,
            deadline_s=DEADLINE_S,
            on_attempt=tried.append,
        ) as session:
            answer = WomClient(session, group_id).group()
    except Retriable as error:
        if tried and tried[-1].status is None:
            return WomProbe(stop=stop_on_the_way(base_url))
        return WomProbe(failure=error)
    except ClanError as error:
        return WomProbe(failure=error)
    return _of_answer(answer, tick())


def _of_answer(answer: Answer, now: datetime) -> WomProbe:
    group = answer.content if isinstance(answer.content, dict) else {}
    limit, left = (seconds(answer.headers.get(f"RateLimit-{word}")) for word in ("Limit", "Remaining"))
    return WomProbe(
        name=str(group.get("name") or "without a name"),
        members=len(group.get("memberships") or ()),
        limit=None if limit is None else int(limit),
        remaining=None if left is None else int(left),
        skew=skew_of(answer.headers.get("Date"), now),
    )
