"""A fixed window of requests, counted from the first: every request counts, whatever its answer."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Count:
    opened: float
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to a client. `allowed` is False for a request too many; a new window opens in `wait_s` seconds."""

    limit: int
    remaining: int
    wait_s: float
    allowed: bool


@dataclass(slots=True)
class Limiter:
    """Counts the requests of each client in windows of `window_s` seconds of `clock`."""

    window_s: float
    clock: Callable[[], float]
    _counts: dict[str, _Count] = field(default_factory=dict)

    def ask(self, client: str, limit: int) -> Allowance:
        """Count a request of *client* and say whether it is within *limit*."""
        now = self.clock()
        count = self._counts.get(client)
        if count is None or now - count.opened >= self.window_s:
            count = self._counts[client] = _Count(now)
        count.asked += 1
        wait_s = self.window_s - (now - count.opened)
        return Allowance(limit, max(0, limit - count.asked), wait_s, count.asked <= limit)
