"""clan.toml: what a clan decides for itself. All of it is optional, and an unknown key is an error."""

import tomllib
from pathlib import Path
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from pipeline.errors import ConfigError


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


class Policy(_Table):
    """The whole of clan.toml."""

    clan: ClanTable = ClanTable()
    thresholds: Thresholds = Thresholds()


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
