"""What of members is said in the same words in the workbook and on the pages."""

from collections.abc import Mapping
from typing import Final

from pipeline.domain.names import role_name

_TYPES: Final[Mapping[str, str]] = {
    "regular": "Main",
    "ironman": "Ironman",
    "hardcore": "Hardcore",
    "ultimate": "Ultimate",
    "unknown": "Unknown",
}


def account(kind: str) -> str:
    """A player's type as people call it."""
    return _TYPES.get(kind) or role_name(kind)
