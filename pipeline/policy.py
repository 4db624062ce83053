"""clan.toml: what a clan decides for itself. All of it is optional, and an unknown key is an error."""

import tomllib
from pathlib import Path
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from pipeline.domain.names import standard
from pipeline.errors import ConfigError

_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
_Word = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\W_]+(?:['’][^\W_]+)*$", max_length=30)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ClanTable(_Table):
    """`[clan]`: the zone in which the clan reads its dates and counts its nights."""

    time_zone: str = "UTC"

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"{name!r} is not a time zone; write one such as 'Europe/Berlin' or 'America/New_York'")
        return name


class Thresholds(_Table):
    """`[thresholds]`: after how many days without a look a member counts as not seen lately."""

    look_at_age_days: Annotated[int, Field(ge=1, le=365)] = 7


class PersonTable(_Table):
    """`[[person]]`: accounts that are one person's. `players` are names in the game, the main first; `discord` an id or username."""

    players: Annotated[tuple[_Name, ...], Field(min_length=1, strict=False)]
    discord: _Name | None = None


class Questions(_Table):
    """`[questions]`: more first words that open a question, and forums whose posts are questions, by their names."""

    openings: Annotated[tuple[_Word, ...], Field(strict=False)] = ()
    forums: Annotated[tuple[_Name, ...], Field(strict=False)] = ()


class Policy(_Table):
    """The whole of clan.toml. `roles` maps the name of a Discord role to a rank of the clan, `member` to any of them."""

    clan: ClanTable = ClanTable()
    thresholds: Thresholds = Thresholds()
    person: Annotated[tuple[PersonTable, ...], Field(strict=False)] = ()
    roles: dict[_Name, _Name] = {}
    questions: Questions = Questions()

    @property
    def persons(self) -> tuple[tuple[tuple[str, ...], str | None], ...]:
        """`[[person]]` in plain values."""
        return tuple((person.players, person.discord) for person in self.person)

    @field_validator("roles")
    @classmethod
    def _names_no_role_twice(cls, roles: dict[str, str]) -> dict[str, str]:
        folded = [role.casefold() for role in roles]
        if twice := [role for role in roles if folded.count(role.casefold()) > 1]:
            raise ValueError(f"{twice[0]!r} stands there twice; capitals make no difference in the names of roles")
        return roles

    @field_validator("person")
    @classmethod
    def _names_nobody_twice(cls, persons: tuple[PersonTable, ...]) -> tuple[PersonTable, ...]:
        for what, names in (
            ("player", [standard(player) for person in persons for player in person.players]),
            ("Discord account", [person.discord.lower() for person in persons if person.discord is not None]),
        ):
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"the {what} {twice[0]!r} stands in two [[person]] tables; a {what} is one person's")
        return persons


def read(file: Path) -> Policy:
    """The policy in *file*; anything wrong with it is a ConfigError that names file, key and remedy."""
    try:
        held = tomllib.loads(file.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(f"CLAN_CONFIG names {file}, which does not exist.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not valid TOML: {error}.") from error
    try:
        return Policy.model_validate(held)
    except ValidationError as error:
        raise ConfigError(" ".join(_sentence(file, e["loc"], e["type"], e["msg"]) for e in error.errors())) from None


def _sentence(file: Path, where: tuple[int | str, ...], kind: str, message: str) -> str:
    key = ".".join(map(str, where))
    if kind == "extra_forbidden":
        return f"{file}: {key} is not a known key; see clan.example.toml for those there are."
    return f"{file}: {key}: {message.removeprefix('Value error, ')}."
