"""Stored values as people read them: hours as hours."""

from collections.abc import Callable

from pipeline.marts.model import Marts

Shown = Callable[[int | None], int | float | None]
"""Turns a stored value of one metric into its unit; what nobody knows stays so."""


class Units:
    """The units of a night's metrics."""

    def __init__(self, marts: Marts) -> None:
        self._scales = {metric.key: metric.scale for metric in marts.metrics}

    def of(self, metric: str) -> Shown:
        """How values of *metric* are shown; those of one that nobody knows as they are."""
        scale = self._scales.get(metric, 1)
        if scale == 1:
            return _as_stored
        return lambda value: None if value is None else value / scale


def _as_stored(value: int | None) -> int | None:
    return value
