"""The messages as Discord takes them. Templates lay them out; whatever they print is made harmless first."""

from datetime import date
from functools import cache
from typing import Any, Final, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.house import room
from pipeline.marts.model import Marts
from pipeline.outputs.digest.markdown import Markdown, clipped, fitted, plain
from pipeline.outputs.digest.nightly import NightNews
from pipeline.outputs.digest.weekly import WeekNews

LONGEST: Final = 900
"""Letters of an alert's sentence; escaped it may become twice as long."""

NightState = Literal["done", "degraded", "failed"]


def nightly(marts: Marts, news: NightNews, night: date, link: str | None = None) -> str:
    """The message about a night."""
    return _written("nightly.j2", link, clan=marts.clan.name, night=night, news=news)


def weekly(marts: Marts, news: WeekNews, link: str | None = None) -> str:
    """The message about a week."""
    return _written("weekly.j2", link, clan=marts.clan.name, news=news)


def alert(night: date, state: NightState, exit_code: int, sentence: str) -> str:
    """The message about a night that did not go well, or, of a night that is done, that all is well again."""
    said = clipped(sentence, LONGEST)
    return _written("alert.j2", None, night=night, state=state, exit_code=exit_code, sentence=said)


def _written(template: str, link: str | None, **told: Any) -> str:
    lines = _environment().get_template(template).render(**told).strip("\n").split("\n")
    return fitted(lines, [] if link is None else ["", f"Dashboard: {link}"])


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(room("templates") / "digest"),
        autoescape=False,  # noqa: S701 - this is no HTML: `plain` escapes what is Markdown
        undefined=StrictUndefined,
        finalize=plain,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["day"] = _day
    return made


def _day(on: date) -> Markdown:
    """Saturday 21 Nov."""
    return Markdown(f"{on:%A} {on.day} {on:%b}")
