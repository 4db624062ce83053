"""The only reader of the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final, Self, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict

from pipeline import policy
from pipeline.errors import ConfigError
from pipeline.house import PROJECT
from pipeline.loopback import is_at_home
from pipeline.policy import Policy
from pipeline.storage.backup import Keep
from pipeline.storage.engine import database_file

DOTENV: Final = "CLANSTATS_DOTENV"
"""Names another file to read instead of `.env`; empty: none. A parent sets it for its children, who get every setting."""

_WEBHOOK: Final = re.compile(r"https?://[^\s/@?#]+/api(/v\d+)?/webhooks/(?P<id>\d+)/(?P<token>[\w-]+)")
_GROUP_PAGE: Final = re.compile(r"(https?://)?(www\.)?wiseoldman\.net/groups/(?P<number>[0-9]+)([/?#].*)?")
_TRAVELS: Final = {
    "wom_base_url": ("wom_api_key", "wom_verification_code"),
    "discord_base_url": ("discord_token",),
    "digest_webhook_url": ("digest_webhook_url",),
    "alert_webhook_url": ("alert_webhook_url",),
}
"""Which secrets are sent to the address that a setting names; that of a webhook is one itself."""

_NAMED: Final = re.compile(r"[^\s@]+@[^\s@]+|https?://|discord", re.IGNORECASE)


_S = TypeVar("_S", bound="Settings")


class Settings(BaseSettings):
    """What a clan sets, each setting once: in the environment, or in `.env`, under the same name in capitals."""

    model_config = SettingsConfigDict(
        env_file_encoding="utf-8", extra="ignore", frozen=True, hide_input_in_errors=True, env_ignore_empty=True
    )

    wom_group_id: Annotated[int, Field(gt=0, lt=2**31)]
    wom_api_key: SecretStr | None = None
    wom_user_agent: str | None = None
    wom_base_url: str = "https://api.wiseoldman.net/v2"
    wom_verification_code: SecretStr | None = None
    wom_request_budget: Annotated[int, Field(ge=10)] = 120
    discord_token: SecretStr | None = None
    discord_guild_id: Annotated[int, Field(gt=0, lt=2**63)] | None = None
    discord_base_url: str = "https://discord.com/api/v10"
    discord_first_run_days: Annotated[int, Field(ge=1, le=3650)] = 400
    discord_reread_days: Annotated[int, Field(ge=0, le=90)] = 3
    database_url: str | None = None
    output_dir: Path = Path("output")
    local_drive_path: Path | None = None
    clan_config: Path | None = None
    landing_days: Annotated[int, Field(ge=1)] = 30
    stage_timeout_s: Annotated[int, Field(ge=1)] = 900
    backup_keep: str = "7d,4w,12m"
    digest_webhook_url: SecretStr | None = None
    alert_webhook_url: SecretStr | None = None
    message_fact_days: Annotated[int, Field(ge=400, le=3650)] = 800

    @field_validator("wom_group_id", mode="before")
    @classmethod
    def _is_a_number_or_a_page(cls, group: object) -> object:
        """The number of a group, also out of the address of its page."""
        if not isinstance(group, str):
            return group
        page = _GROUP_PAGE.fullmatch(group.strip())
        number = page["number"] if page else group.strip()
        if not re.fullmatch(r"[-+]?[0-9]+", number):
            raise ValueError(
                "must be your group's number or the address of its page, such as https://wiseoldman.net/groups/1234"
            )
        return number

    @field_validator("wom_user_agent", "wom_api_key", "discord_token", mode="before")
    @classmethod
    def _can_be_sent(cls, value: str | SecretStr | None) -> str | None:
        """These travel as headers, which hold no more than ASCII."""
        text = _shown(value).strip()
        if not (text.isascii() and text.isprintable()):
            raise ValueError(
                "can hold only plain letters, digits and signs, as HTTP carries no others: no accents, emoji or line breaks"
            )
        return text or None

    @field_validator("wom_base_url")
    @classmethod
    def _ends_in_version(cls, url: str) -> str:
        if not re.fullmatch(r"https?://\S+/v2/?", url):
            raise ValueError("must be an http(s) address that ends in /v2, such as https://api.wiseoldman.net/v2")
        return url.rstrip("/")

    @field_validator("discord_base_url")
    @classmethod
    def _ends_in_api_version(cls, url: str) -> str:
        if not re.fullmatch(r"https?://\S+/api/v10/?", url):
            raise ValueError("must be an http(s) address that ends in /api/v10, such as https://discord.com/api/v10")
        return url.rstrip("/")

    @field_validator("discord_token")
    @classmethod
    def _is_bare(cls, token: SecretStr | None) -> SecretStr | None:
        if " " in _shown(token):
            raise ValueError("must be the bot's token alone, without the word Bot before it")
        return token

    @field_validator("digest_webhook_url", "alert_webhook_url")
    @classmethod
    def _is_a_webhook(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not _WEBHOOK.fullmatch(url.get_secret_value()):
            raise ValueError(
                "must be the address of a Discord webhook, such as https://discord.com/api/webhooks/1234/abcd "
                "(Discord: channel settings, Integrations, Webhooks, Copy Webhook URL)"
            )
        return url

    @model_validator(mode="after")
    def _keeps_secrets_from_the_road(self) -> Self:
        """A key that travels in clear text is seen by everybody on the way; at home there is nobody."""
        for address, secrets in _TRAVELS.items():
            url = _shown(getattr(self, address))
            held = next((name for name in secrets if getattr(self, name) is not None), None)
            if held is not None and url.lower().startswith("http://") and not is_at_home(url):
                told = "" if held == address else f" {held.upper()} would travel"
                raise ValueError(
                    f"{address.upper()} begins with http://, so that{told or ' it would travel'} unencrypted for everybody on "
                    "the way to read: write https://, or an address at home."
                )
        return self

    @field_validator("output_dir", "local_drive_path", "clan_config")
    @classmethod
    def _from_the_project(cls, path: Path | None) -> Path | None:
        try:
            return None if path is None else (PROJECT / path.expanduser()).resolve()
        except RuntimeError:
            raise ValueError(
                "begins with the home of somebody whom this machine does not know, or is a link that leads to itself"
            ) from None

    @field_validator("backup_keep")
    @classmethod
    def _is_a_retention(cls, text: str) -> str:
        Keep.parse(text)
        return text

    @classmethod
    def read(cls, output: Path | None = None, **given: Any) -> Self:
        """The settings of the environment and `.env`; *output* beats `OUTPUT_DIR`, as *given* ones beat others.

        A wrong one is a ConfigError.

        clan.toml is looked for beside `.env`, unless `CLAN_CONFIG` names another.
        """
        dotenv = _dotenv()
        if output is not None:
            given["output_dir"] = output
        try:
            settings = cls(_env_file=dotenv, **given)
        except ValidationError as error:
            raise ConfigError(" ".join(_sentences(error).values())) from None
        except (UnicodeDecodeError, OSError) as error:
            raise ConfigError(_unread(dotenv, error)) from error
        return _with_clan_toml(settings, dotenv)

    @classmethod
    def survey(cls, output: Path | None = None) -> "Survey":
        """As much of the settings as can be read, and what is wrong with the rest."""
        dotenv, unread = _dotenv(), None
        try:
            named = DotEnvSettingsSource(cls, env_file=dotenv, env_file_encoding="utf-8").env_vars
        except (UnicodeDecodeError, OSError) as error:
            named, unread = {}, _unread(dotenv, error)
        given: dict[str, Any] = {} if output is None else {"output_dir": output}
        wrong: dict[str, str] = {}
        file = None if unread else dotenv
        while True:  # what hangs on several settings is looked at once each of them is sound, one address at a time
            instead = {name: _INSTEAD.get(name, cls._default(name)) for name in wrong}
            try:
                settings = cls(_env_file=file, **given | instead)
                break
            except ValidationError as error:
                wrong |= _sentences(error)
        try:
            _ = settings.database
        except ConfigError as error:
            wrong["database_url"] = str(error)
            settings = settings.model_copy(update={"database_url": None})
        return Survey(
            settings=_with_clan_toml(settings, dotenv),
            wrong=wrong,
            dotenv=dotenv,
            unread=unread,
            named=frozenset(named),
            held=frozenset(name for name, value in named.items() if value and name in SECRETS),
            secrets=frozenset(_spelled(named) | _spelled(os.environ) | {*settings.secrets()}),
        )

    @classmethod
    def _default(cls, name: str) -> Any:
        return cls.model_fields[name].get_default()

    @classmethod
    def alone(cls, **given: Any) -> Self:
        """Settings made of *given* and the defaults, deaf to the environment and `.env`."""
        held = {name: field.get_default() for name, field in cls.model_fields.items() if not field.is_required()}
        return cls(_env_file=None, **(held | given))

    @property
    def database(self) -> Path:
        """The SQLite file."""
        if self.database_url is None:
            return self.output_dir / "clan_data.db"
        return (PROJECT / database_file(self.database_url)).resolve()

    @property
    def user_agent(self) -> str:
        """How we introduce ourselves; WOM bans addresses that do not say whom to contact."""
        return self.wom_user_agent or f"ClanStats (group {self.wom_group_id}; no contact set)"

    @property
    def names_a_contact(self) -> bool:
        """Whether the User-Agent tells WOM whom to ask: a mail address, a link or a Discord name."""
        return bool(self.wom_user_agent and _NAMED.search(self.wom_user_agent))

    @property
    def reads_discord(self) -> bool:
        """Whether the clan has a Discord half at all."""
        return self.discord_token is not None

    @property
    def tells(self) -> bool:
        """Whether anybody is told of nights: there is a webhook for digests or for alerts."""
        return self.digest_webhook_url is not None or self.alert_webhook_url is not None

    def policy(self) -> Policy:
        """clan.toml, or its defaults."""
        return Policy() if self.clan_config is None else policy.read(self.clan_config)

    def secrets(self) -> tuple[str, ...]:
        """What must never be seen in a log."""
        bare = (self.wom_api_key, self.wom_verification_code, self.discord_token)
        webhooks = (self.digest_webhook_url, self.alert_webhook_url)
        held = [secret.get_secret_value() for secret in (*bare, *webhooks) if secret is not None]
        # Whoever knows the token of a webhook can write there, whatever stands before it.
        return (*held, *(match["token"] for text in held if (match := _WEBHOOK.fullmatch(text))))

    def environ(self) -> dict[str, str]:
        """These settings as an environment for a child, which then reads no `.env`."""
        held = {name: getattr(self, name) for name in type(self).model_fields}
        spelled = {
            name.upper(): value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            for name, value in held.items()
            if value is not None
        }
        kept = {key: value for key, value in os.environ.items() if key.lower() not in type(self).model_fields}
        return kept | spelled | {DOTENV: ""}

    def impose(self) -> None:
        """Make these the settings of this process, and so of all that it starts: nothing set otherwise remains."""
        environment = self.environ()
        os.environ.clear()
        os.environ.update(environment)


SECRETS: Final = frozenset(
    name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)
)
"""The settings whose values nobody may see."""

_INSTEAD: Final[Mapping[str, Any]] = {"wom_group_id": 1}
"""What stands for a setting that has no default, so that all others can be looked at without it."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The settings as far as they can be read. One that is wrong, by its name in `wrong`, has its default in `settings`.

    `dotenv` is the file beside the environment, None for none, and `unread` why it could not be read. `named` is what it
    names, ours or not, and `held` the secrets that it holds. `secrets` are all their values, those of wrong ones as well.
    """

    settings: Settings
    wrong: Mapping[str, str]
    dotenv: Path | None
    unread: str | None
    named: frozenset[str]
    held: frozenset[str]
    secrets: frozenset[str] = field(repr=False)


def _dotenv() -> Path | None:
    """The file that is read beside the environment."""
    named = os.environ.get(DOTENV, str(PROJECT / ".env"))
    return Path(named) if named else None


def _with_clan_toml(settings: _S, dotenv: Path | None) -> _S:
    """*settings*, with the clan.toml that lies beside *dotenv* where they name none."""
    beside = None if dotenv is None else dotenv.parent / "clan.toml"
    if beside is not None and settings.clan_config is None and beside.is_file():
        return settings.model_copy(update={"clan_config": beside})
    return settings


def _unread(dotenv: Path | None, error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{dotenv} cannot be read: {error.strerror}."
    return f"{dotenv} is not written in UTF-8: save it again with that encoding."


def _spelled(environment: Mapping[str, str | None]) -> set[str]:
    """The values of secret settings in *environment*, as they stand there."""
    return {value for name, value in environment.items() if value and name.lower() in SECRETS}


def _sentences(error: ValidationError) -> dict[str, str]:
    """What is wrong, by the name of the setting."""
    found = {}
    for each in error.errors():
        if each["loc"]:
            name = str(each["loc"][0])
            found[name] = _sentence(name, each["type"], each["msg"])
        else:  # about several settings; the one to be mended begins the sentence
            said = each["msg"].removeprefix("Value error, ")
            found[said.partition(" ")[0].lower()] = said
    return found


def _shown(value: str | SecretStr | None) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value or ""


def _sentence(name: str, kind: str, message: str) -> str:
    """One wrong setting, in words; never its value."""
    if kind == "missing":
        return f"{name.upper()} is not set: write it into .env (see .env.example)."
    return f"{name.upper()}: {message.removeprefix('Value error, ')}."
