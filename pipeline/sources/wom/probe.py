"""What Wise Old Man says of our group and our key: two requests at most, and no second attempt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from pipeline.errors import ClanError, ConfigError, Denied, Retriable, SourceError, Unreadable
from pipeline.sources.answers import Forbidden, Rejected
from pipeline.sources.http import Attempt, Session
from pipeline.sources.reach import Stop, skew_of, stop_on_the_way
from pipeline.sources.wom.client import WomClient

TIMEOUT: Final = (3.0, 6.0)
DEADLINE_S: Final = 8.0

_KEY: Final = "x-api-key"


@dataclass(frozen=True, slots=True)
class WomProbe:
    """What was learned. No answer came (`stop`), or one that is none (`failure`), or the group's.

    `status` is that of the answer; `skew` is their clock less ours; `limit` and `remaining` are requests of their present minute.
    """

    stop: Stop | None = None
    failure: ClanError | None = None
    status: int | None = None
    key: Literal["none", "accepted", "refused", "unknown"] = "unknown"
    name: str = ""
    members: int = 0
    limit: int | None = None
    remaining: int | None = None
    skew: timedelta | None = None

    @property
    def knows_no_group(self) -> bool:
        """Whether an answer came to say that there is no such group."""
        return isinstance(self.failure, Denied) and isinstance(self.failure.__cause__, Rejected)

    @property
    def is_foreign(self) -> bool:
        """Whether something answered that does not speak as Wise Old Man does."""
        is_unfit = isinstance(self.failure, Retriable) and self.status is not None and 200 <= self.status < 300
        return is_unfit or isinstance(self.failure, Unreadable)

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
            learned = _told(WomClient(session, group_id))
    except ConfigError as error:
        return WomProbe(failure=error)
    status = tried[-1].status if tried else None
    if isinstance(learned.failure, Retriable) and status is None:
        return WomProbe(stop=stop_on_the_way(base_url))
    return replace(
        learned,
        status=status,
        limit=session.rate_limit,
        remaining=session.rate_left,
        skew=skew_of(session.date, tick()),
    )


def _told(client: WomClient) -> WomProbe:
    try:
        group = client.group().content
    except SourceError as error:
        return WomProbe(failure=error)
    if isinstance(group, dict) and isinstance(group.get("id"), int):
        members = group.get("memberships")
        if isinstance(members, list):
            return WomProbe(name=str(group.get("name") or "without a name"), members=len(members))
    return WomProbe(failure=Unreadable("What answers does not tell of a group as Wise Old Man does."))
