"""Many rows as columns of numbers, for whoever counts them with numpy.

A column comes out of SQLite as one text (`group_concat`): as rows of Python's own numbers it would take two or three times as long.
"""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


def numbers(text: str | None) -> Numbers:
    """What `group_concat` wrote; None, which is what it writes of no row, is no number."""
    return np.fromstring(text or "", dtype=np.int64, sep=",")
