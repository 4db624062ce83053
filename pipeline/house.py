"""Where the house keeps what is not Python: templates, assets, migrations."""

from pathlib import Path
from typing import Final

_CHECKOUT: Final = Path(__file__).resolve().parents[1]
_INSTALLED: Final = Path(__file__).resolve().parent / "_house"

IS_CHECKOUT: Final = (_CHECKOUT / "pyproject.toml").is_file()

PROJECT: Final = _CHECKOUT if IS_CHECKOUT else Path.cwd()
"""The folder that relative paths and `.env` are read from: the checkout, or where an installed ClanStats is called."""


def room(name: str) -> Path:
    """The file or folder *name* of the house, in a checkout or in an installed wheel."""
    return (_CHECKOUT if IS_CHECKOUT else _INSTALLED) / name
