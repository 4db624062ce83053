"""Which parts of the marts no output shows: each is bent in turn, and outputs are made again until one has changed."""

import inspect
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any, Final

from pipeline.marts import advice_model, model, talk_model
from pipeline.marts.model import History, Marts
from pipeline.marts.talk_model import TalkMarts

MODELS: Final = (model, advice_model, talk_model)
TRIES: Final = 6
"""So many places of a part are bent before it is held to be forgotten: some are copies of others."""

Step = Hashable
Path = tuple[Step, ...]


def forgotten(marts: Marts, outputs: Iterable[Callable[[Marts], bytes]]) -> set[str]:
    """Fields of the marts' types (`Member.name`) that none of *outputs* depends on, or that *marts* have no value of."""
    small = _smaller(marts)
    shown = [(output, output(small)) for output in outputs]
    places = _places(small)

    def matters(path: Path) -> bool:
        bent = _with(small, path)
        for place, (output, before) in enumerate(shown):
            if _changes(output, bent, before):
                # It is asked first of the next field, which often stands beside this one.
                shown.insert(0, shown.pop(place))
                return True
        return False

    return {name for name in _names() if not any(map(matters, _spread(places.get(name, []))))}


def _changes(output: Callable[[Marts], bytes], bent: Marts, before: bytes) -> bool:
    try:
        return output(bent) != before
    except (KeyError, ValueError):  # parts that no longer fit each other: it does read this one
        return True


def _names() -> Iterator[str]:
    """All fields of all types of the marts."""
    for module in MODELS:
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ == module.__name__:
                yield from (f"{name}.{part}" for part in _parts(kind))


def _smaller(marts: Marts) -> Marts:
    """*marts* with one period, and of what is long only the last two."""
    periods = {"7d": marts.periods["7d"]}
    totals = {metric: row[-2:] for metric, row in list(marts.history.totals.items())[:2]}
    return replace(
        marts,
        periods=periods,
        boards={key: marts.boards[key] for key in periods},
        standings=dict(list(marts.standings.items())[-2:]),
        series={player: days[-2:] for player, days in marts.series.items()},
        history=History(marts.history.weeks[-2:], totals),
        talk=marts.talk and _shorter(marts.talk),
    )


def _shorter(talk: TalkMarts) -> TalkMarts:
    return replace(
        talk,
        heat={"7d": talk.heat["7d"]},
        clan_chat_heat={"7d": talk.clan_chat_heat["7d"]},
        speakers=tuple(replace(speaker, days=speaker.days[-2:]) for speaker in talk.speakers),
    )


def _places(value: Any) -> dict[str, list[Path]]:
    """Where each field has a value that can be bent."""
    found: dict[str, list[Path]] = {}
    for path, name, part in _walk(value, ()):
        if _bent(part) != part:
            found.setdefault(name, []).append(path)
    return found


def _walk(value: Any, path: Path) -> Iterator[tuple[Path, str, Any]]:
    for step, part in _steps(value):
        here = (*path, step)
        if _parts(type(value)):
            yield here, f"{type(value).__name__}.{step}", part
        yield from _walk(part, here)


def _steps(value: Any) -> Iterator[tuple[Step, Any]]:
    if parts := _parts(type(value)):
        yield from ((name, getattr(value, name)) for name in parts)
    elif isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, tuple):
        yield from enumerate(value)


def _parts(kind: type) -> tuple[str, ...]:
    """Names of the fields of a dataclass or a NamedTuple."""
    return tuple(each.name for each in fields(kind)) if is_dataclass(kind) else getattr(kind, "_fields", ())


def _spread(paths: list[Path]) -> list[Path]:
    """Some of *paths*, the first and the last among them."""
    if len(paths) <= TRIES:
        return paths
    return [paths[place * (len(paths) - 1) // (TRIES - 1)] for place in range(TRIES)]


def _with(value: Any, path: Path) -> Any:
    """*value*, bent at *path*."""
    if not path:
        return _bent(value)
    step, *rest = path
    return _put(value, step, _with(dict(_steps(value))[step], tuple(rest)))


def _put(value: Any, step: Step, part: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{str(step): part})
    if isinstance(value, Mapping):
        return {**value, step: part}
    if hasattr(value, "_replace"):
        return value._replace(**{str(step): part})
    return tuple(part if place == step else each for place, each in enumerate(value))


def _bent(value: Any) -> Any:
    """Another value of the same kind, or the same where there is none: of None, and of nothing."""
    match value:
        case bool():
            return not value
        case str():
            return f"{value}x"
        case int() | float():
            return value + 1
        case datetime():
            return value + timedelta(seconds=1)
        case date():
            return value + timedelta(days=1)
        case Mapping():
            return dict(list(value.items())[1:])
        case _ if _parts(type(value)):
            return reduce(lambda told, step: _put(told, step[0], _bent(step[1])), _steps(value), value)
        case tuple():
            return value[1:]
    return value
