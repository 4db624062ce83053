"""The tables of clan.toml, one by one: what each may hold, and what its values must be."""

import re
from contextlib import suppress
from datetime import date
from difflib import get_close_matches
from functools import cache
from keyword import iskeyword
from pathlib import Path
from typing import Annotated, Final, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator

from pipeline.domain.roles import ROLES
from pipeline.house import PROJECT
from pipeline.marts import facts
from pipeline.marts.evaluator import FUNCTIONS, METRIC_VALUE
from pipeline.marts.exemptions import RANK
from pipeline.marts.rules import LEADERS, Severity

MOST_DAYS: Final = 3650
"""Ten years: a longer threshold is a slip of the pen."""

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Rule = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_FORMULA: Final = re.compile(r"[a-z][a-z0-9_]{,39}")


def _is_word(text: str) -> str:
    """One word, such as opens a question."""
    if len(text) > 30 or not _WORD.fullmatch(text):
        raise ValueError(f"{text!r} is not one word; write each word by itself, without signs")
    return text


def _names_formula(name: str) -> str:
    """A name that an expression can hold and that means nothing else there."""
    if not _FORMULA.fullmatch(name) or iskeyword(name):
        raise ValueError(f"{name!r} is no name for a formula; write small letters, digits and _, such as clan_points")
    if name in facts.of_person():
        raise ValueError(f"{name!r} is a fact already; give the formula another name")
    if name in FUNCTIONS or name == METRIC_VALUE:
        raise ValueError(f"{name!r} is a function already; give the formula another name")
    return name


def _is_rank(name: str) -> str:
    """A rank in Wise Old Man's words; another is most likely a typing error."""
    if name not in ROLES:
        near = get_close_matches(name.lower().replace(" ", "_"), sorted(ROLES), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "; write it as Wise Old Man does, such as 'deputy_owner'"
        raise ValueError(f"{name!r} is no rank of the game{hint}")
    return name


def _is_folder(written: object) -> Path:
    """A folder that is there; a relative one counts from the project's."""
    if not isinstance(written, str) or not written.strip():
        raise ValueError("write the name of a folder, in quotes")
    with suppress(OSError, RuntimeError, ValueError):  # too long, of a user who is not there, with a zero in it
        folder = (PROJECT / Path(written.strip()).expanduser()).resolve()
        if folder.is_dir():
            return folder
    raise ValueError(f"there is no folder {written!r} (seen from {PROJECT}); make it, or take this line out")


def _is_link(address: str) -> str:
    """An address that a browser opens, and that ends where it seems to."""
    if not re.fullmatch(r"https://[^\s<>()\\*`|]{1,300}", address):
        raise ValueError(
            f"{address!r} is no address of a page; write one such as 'https://clan.example/clan_dashboard.html'"
        )
    return address


RankName = Annotated[str, AfterValidator(_is_rank)]
_Word = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_is_word)]
FormulaName = Annotated[str, AfterValidator(_names_formula)]


_zones = cache(available_timezones)
"""Finding all zones reads a folder of files, a fiftieth of a second each time, and a night reads clan.toml often."""


class Table(BaseModel):
    """Whatever stands in clan.toml: an unknown key is an error, and so is a value of another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ClanTable(Table):
    """`[clan]`: the zone in which the clan reads its dates and counts its nights, and the ranks that lead it."""

    time_zone: str = "UTC"
    leaders: Annotated[tuple[RankName, ...], Field(strict=False)] = LEADERS

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name not in _zones():
            raise ValueError(f"{name!r} is not a time zone; write one such as 'Europe/Berlin' or 'America/New_York'")
        return name


class Thresholds(Table):
    """`[thresholds]`: how many days without a sign of life make inactive, and when a look at a member is too old to tell."""

    inactive_days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 30
    inactive_days_by_rank: dict[RankName, Annotated[int, Field(ge=1, le=MOST_DAYS)]] = Field(default_factory=dict)
    newcomer_grace_days: Annotated[int, Field(ge=0, le=365)] = 14
    look_at_age_days: Annotated[int, Field(ge=1, le=365)] = 7
    game_alone: bool = False


class RankTable(Table):
    """`[[rank]]`: a rank of the ladder, lowest first, and what it takes: `all` of these rules and one of `any`."""

    name: RankName
    all_of: Annotated[tuple[Rule, ...], Field(strict=False, alias="all")] = ()
    any_of: Annotated[tuple[Rule, ...], Field(strict=False, alias="any")] = ()


class ExemptTable(Table):
    """`[[exempt]]`: a player, or `rank:` and a rank, not to be removed until the end of a date, and why."""

    who: Name
    until: date | None = None
    why: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""

    @field_validator("who")
    @classmethod
    def _names_a_rank_of_the_game(cls, who: str) -> str:
        return RANK + _is_rank(who.removeprefix(RANK).strip()) if who.startswith(RANK) else who


class AlertTable(Table):
    """`[[alert]]`: a card that appears while `when`, over facts of the clan, is true."""

    name: Name
    when: Rule
    severity: Severity = "medium"
    advice: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""


class Privacy(Table):
    """`[privacy]`: who asked not to be watched, by a player's name, or by the id or username of a Discord account.

    No verdict is told on them, they stand in no list of advice, and nothing of Discord is shown of them by name; totals count them.
    """

    opt_out: Annotated[tuple[Name, ...], Field(strict=False)] = ()


class PersonTable(Table):
    """`[[person]]`: accounts that are one person's. `players` are names in the game, the main first; `discord` an id or username."""

    players: Annotated[tuple[Name, ...], Field(min_length=1, strict=False)]
    discord: Name | None = None


class Questions(Table):
    """`[questions]`: more first words that open a question, and forums whose posts are questions, by their names."""

    openings: Annotated[tuple[_Word, ...], Field(strict=False)] = ()
    forums: Annotated[tuple[Name, ...], Field(strict=False)] = ()


class Pictures(Table):
    """`[pictures]`: the folder of the clan's own pictures, which stand where emblems would."""

    folder: Annotated[Path, BeforeValidator(_is_folder)] | None = None


class Digest(Table):
    """`[digest]`: whether a night is told, on which day the week is instead, and where the dashboard can be read."""

    nightly: bool = True
    weekly: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "never"] = "monday"
    link: Annotated[str, AfterValidator(_is_link)] | None = None


_TABLES: Final[dict[str, type[BaseModel]]] = {
    "[clan]": ClanTable, "[thresholds]": Thresholds, "[[rank]]": RankTable, "[[exempt]]": ExemptTable,
    "[[alert]]": AlertTable, "[privacy]": Privacy, "[[person]]": PersonTable, "[questions]": Questions,
    "[pictures]": Pictures, "[digest]": Digest,
}  # fmt: skip
KEYS: Final = {
    field.alias or name: table for table, model in _TABLES.items() for name, field in model.model_fields.items()
}
"""Keys and the tables that they belong into."""
