"""clan.toml: what a clan decides for itself. All of it is optional, and an unknown key is an error."""

import tomllib
from collections.abc import Collection, Iterator
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from pipeline.domain.names import standard
from pipeline.domain.roles import ROLES
from pipeline.errors import ConfigError
from pipeline.marts import facts
from pipeline.marts.exemptions import RANK
from pipeline.marts.formulas import FormulaError, Formulas, compile_formula
from pipeline.marts.rules import LEADERS, Alert, Exemption, LadderRank, Rules, Severity
from pipeline.policy_lines import line_of

Where = tuple[int | str, ...]
"""The way to a key: names of tables and keys, and numbers of tables in lists, from 0."""

_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
_Word = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\W_]+(?:['’][^\W_]+)*$", max_length=30)]
_Rule = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_FormulaName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]


def _is_rank(name: str) -> str:
    """A rank in Wise Old Man's words; another is most likely a typing error."""
    if name not in ROLES:
        near = get_close_matches(name.lower().replace(" ", "_"), sorted(ROLES), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "; write it as Wise Old Man does, such as 'deputy_owner'"
        raise ValueError(f"{name!r} is no rank of the game{hint}")
    return name


_Rank = Annotated[str, AfterValidator(_is_rank)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ClanTable(_Table):
    """`[clan]`: the zone in which the clan reads its dates and counts its nights, and the ranks that lead it."""

    time_zone: str = "UTC"
    leaders: Annotated[tuple[_Rank, ...], Field(strict=False)] = LEADERS

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"{name!r} is not a time zone; write one such as 'Europe/Berlin' or 'America/New_York'")
        return name


class Thresholds(_Table):
    """`[thresholds]`: how many days without a sign of life make inactive, and when a look at a member is too old to tell."""

    inactive_days: Annotated[int, Field(ge=1, le=3650)] = 30
    inactive_days_by_rank: dict[_Rank, Annotated[int, Field(ge=1, le=3650)]] = {}
    newcomer_grace_days: Annotated[int, Field(ge=0, le=365)] = 14
    look_at_age_days: Annotated[int, Field(ge=1, le=365)] = 7
    game_alone: bool = False


class RankTable(_Table):
    """`[[rank]]`: a rank of the ladder, lowest first, and what it takes: `all` of these rules and one of `any`."""

    name: _Rank
    all_of: Annotated[tuple[_Rule, ...], Field(strict=False, alias="all")] = ()
    any_of: Annotated[tuple[_Rule, ...], Field(strict=False, alias="any")] = ()


class ExemptTable(_Table):
    """`[[exempt]]`: a player, or `rank:` and a rank, not to be called away until the end of a date, and why."""

    who: _Name
    until: date | None = None
    why: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""

    @field_validator("who")
    @classmethod
    def _names_a_rank_of_the_game(cls, who: str) -> str:
        return RANK + _is_rank(who.removeprefix(RANK).strip()) if who.startswith(RANK) else who


class AlertTable(_Table):
    """`[[alert]]`: a card that appears while `when`, over facts of the clan, is true."""

    name: _Name
    when: _Rule
    severity: Severity = "medium"
    advice: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""


class Privacy(_Table):
    """`[privacy]`: players who asked not to be watched."""

    opt_out: Annotated[tuple[_Name, ...], Field(strict=False)] = ()


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
    rank: Annotated[tuple[RankTable, ...], Field(strict=False)] = ()
    exempt: Annotated[tuple[ExemptTable, ...], Field(strict=False)] = ()
    formulas: dict[_FormulaName, _Rule] = {}
    alert: Annotated[tuple[AlertTable, ...], Field(strict=False)] = ()
    privacy: Privacy = Privacy()

    def rules(self, *, discord: bool) -> Rules:
        """What marts need of it; *discord* says whether Discord is set up."""
        thresholds = self.thresholds
        return Rules(
            time_zone=self.clan.time_zone,
            look_at_age_days=thresholds.look_at_age_days,
            discord=discord,
            roles=self.roles,
            persons=self.persons,
            inactive_days=thresholds.inactive_days,
            inactive_days_by_rank=thresholds.inactive_days_by_rank,
            newcomer_grace_days=thresholds.newcomer_grace_days,
            game_alone=thresholds.game_alone,
            exempt=tuple(Exemption(each.who, each.until, each.why) for each in self.exempt),
            opt_out=self.privacy.opt_out,
            leaders=self.clan.leaders,
            ladder=tuple(LadderRank(each.name, each.all_of, each.any_of) for each in self.rank),
            formulas=self.formulas,
            alerts=tuple(Alert(each.name, each.when, each.severity, each.advice) for each in self.alert),
        )

    def named_ranks(self) -> Iterator[tuple[str, str]]:
        """Every rank that it names, with the key that does."""
        yield from (("[[rank]]", each.name) for each in self.rank)
        yield from (("[thresholds.inactive_days_by_rank]", rank) for rank in self.thresholds.inactive_days_by_rank)
        yield from (("[[exempt]]", each.who.removeprefix(RANK)) for each in self.exempt if each.who.startswith(RANK))
        if self.clan.leaders != LEADERS:
            yield from (("[clan] leaders", rank) for rank in self.clan.leaders)

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

    @field_validator("rank")
    @classmethod
    def _names_no_rank_twice(cls, ranks: tuple[RankTable, ...]) -> tuple[RankTable, ...]:
        names = [rank.name for rank in ranks]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"{twice[0]!r} stands in two [[rank]] tables; a rank stands once, the lowest first")
        return ranks

    @field_validator("formulas")
    @classmethod
    def _shadows_no_fact(cls, formulas: dict[str, str]) -> dict[str, str]:
        if shadows := sorted(formulas.keys() & facts.of_person()):
            raise ValueError(f"{shadows[0]!r} is a fact already; give the formula another name")
        return formulas

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
    """The policy in *file*; anything wrong with it is a ConfigError that names file, line, key and remedy."""
    try:
        text = file.read_text("utf-8-sig")
        held = tomllib.loads(text)
    except FileNotFoundError:
        raise ConfigError(f"CLAN_CONFIG names {file}, which does not exist.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not valid TOML: {error}.") from error
    try:
        policy = Policy.model_validate(held)
    except ValidationError as error:
        wrong = [(e["loc"], e["type"], e["msg"]) for e in error.errors()]
        raise ConfigError(" ".join(_sentence(file, text, *each) for each in wrong)) from None
    if wrong_rules := [(where, "expression", message) for where, message in _bad_expressions(policy)]:
        raise ConfigError(" ".join(_sentence(file, text, *each) for each in wrong_rules))
    return policy


def _bad_expressions(policy: Policy) -> Iterator[tuple[Where, str]]:
    """Formulas, rules and alerts that cannot be, and why."""
    names = {*facts.of_person(), *policy.formulas}
    wrong = {name: told for name, text in policy.formulas.items() if (told := _wrong(text, names))}
    yield from ((("formulas", name), told) for name, told in wrong.items())
    if not wrong:
        try:
            Formulas(policy.formulas, facts.of_person())
        except FormulaError as error:
            name, _, told = str(error).partition(": ")
            yield ("formulas", name), told
    for number, rank in enumerate(policy.rank):
        for key, texts in (("all", rank.all_of), ("any", rank.any_of)):
            yield from (
                (("rank", number, key, at), told) for at, text in enumerate(texts) if (told := _wrong(text, names))
            )
    of_clan = facts.of_clan(policy.formulas)
    for number, alert in enumerate(policy.alert):
        if told := _wrong(alert.when, of_clan):
            yield ("alert", number, "when"), told


def _wrong(text: str, names: Collection[str]) -> str | None:
    """What is wrong with an expression, None if nothing is."""
    try:
        compile_formula(text, names)
    except FormulaError as error:
        return str(error)
    return None


def _sentence(file: Path, text: str, where: Where, kind: str, message: str) -> str:
    key, line = ".".join(map(str, where)), line_of(text, where)
    place = f"{file}" if line is None else f"{file}, line {line}"
    if kind == "extra_forbidden":
        return f"{place}: {key} is not a known key{_meant(str(where[-1]))}; see clan.example.toml for those there are."
    told = message.removeprefix("Value error, ").rstrip(".")
    return f"{place}: {key}: {told}{'' if told.endswith('?') else '.'}"


def _meant(key: str) -> str:
    """What somebody may have meant by *key*, in brackets; nothing if nobody can guess."""
    if key in _KEYS:
        return f" here (it belongs into {_KEYS[key]})"
    near = get_close_matches(key, sorted(_KEYS), n=1)
    return f" (did you mean {near[0]!r} of {_KEYS[near[0]]}?)" if near else ""


_TABLES: Final[dict[str, type[BaseModel]]] = {
    "[clan]": ClanTable, "[thresholds]": Thresholds, "[[rank]]": RankTable, "[[exempt]]": ExemptTable,
    "[[alert]]": AlertTable, "[privacy]": Privacy, "[[person]]": PersonTable, "[questions]": Questions,
}  # fmt: skip
_KEYS: Final = {
    field.alias or name: table for table, model in _TABLES.items() for name, field in model.model_fields.items()
}
"""Keys and the tables that they belong into."""
