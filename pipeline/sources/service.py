"""What a remote service is called, and which settings a person mends when it refuses."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Service:
    """A remote API by its name and by the names, never the values, of the settings that lead to it."""

    name: str
    base_url: str
    key: str
    budget: str


WISE_OLD_MAN: Final = Service("Wise Old Man", "WOM_BASE_URL", "WOM_API_KEY", "WOM_REQUEST_BUDGET")
