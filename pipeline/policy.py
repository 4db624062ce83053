"""clan.toml: what a clan decides for itself. All of it is optional, and an unknown key is an error."""

import tomllib
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, field_validator

from pipeline.domain.names import standard
from pipeline.errors import ConfigError
from pipeline.marts.exemptions import RANK
from pipeline.marts.rules import LEADERS, Alert, Exemption, LadderRank, Rules
from pipeline.policy_faults import Faults
from pipeline.policy_rules import bad_alerts, bad_ranks, bad_rules, metrics_by_key
from pipeline.policy_tables import (
    KEYS,
    AlertTable,
    ClanTable,
    Digest,
    ExemptTable,
    FormulaName,
    Name,
    PersonTable,
    Pictures,
    Privacy,
    Questions,
    RankName,
    RankTable,
    Rule,
    Table,
    Thresholds,
)

__all__ = [
    "AlertTable",
    "ExemptTable",
    "PersonTable",
    "Policy",
    "RankTable",
    "read",
    "unknown_metrics",
    "unknown_ranks",
]


class Policy(Table):
    """The whole of clan.toml. `roles` maps the name of a Discord role to a rank of the clan, `member` to any of them."""

    clan: ClanTable = ClanTable()
    thresholds: Thresholds = Thresholds()
    person: Annotated[tuple[PersonTable, ...], Field(strict=False)] = ()
    roles: dict[Name, RankName] = Field(default_factory=dict)
    questions: Questions = Questions()
    rank: Annotated[tuple[RankTable, ...], Field(strict=False)] = ()
    exempt: Annotated[tuple[ExemptTable, ...], Field(strict=False)] = ()
    formulas: dict[FormulaName, Rule] = Field(default_factory=dict)
    alert: Annotated[tuple[AlertTable, ...], Field(strict=False)] = ()
    privacy: Privacy = Privacy()
    pictures: Pictures = Pictures()
    digest: Digest = Digest()

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

    def named_metrics(self) -> frozenset[str]:
        """Every metric that is asked for by its key."""
        rules = (rule for rank in self.rank for rule in (*rank.all_of, *rank.any_of))
        return metrics_by_key((*self.formulas.values(), *rules, *(alert.when for alert in self.alert)))

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
    """The policy in *file*; anything wrong with it is a ConfigError that names file, line, key and remedy."""
    try:
        text = file.read_text("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"CLAN_CONFIG names {file}, which does not exist.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}.") from error
    faults = Faults(file, text, KEYS)
    try:
        policy = Policy.model_validate(tomllib.loads(text))
    except ValidationError as error:
        wrong = [faults.sentence(e["loc"], e["type"], e["msg"], e.get("ctx")) for e in error.errors()]
        raise ConfigError(" ".join(wrong)) from None
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits and lists of thousands of lists, too
        raise ConfigError(faults.not_toml(error)) from error
    wrong_rules = (
        *bad_ranks(policy.rank),
        *bad_alerts(policy.alert),
        *bad_rules(policy.formulas, policy.rank, policy.alert),
    )
    if wrong := [faults.sentence(where, "rule", told) for where, told in wrong_rules]:
        raise ConfigError(" ".join(wrong))
    return policy


def unknown_ranks(policy: Policy, known: Collection[str]) -> list[str]:
    """A sentence for each rank that *policy* names and that is none of those *known* in the clan; none before the clan is known."""
    found = []
    for key, rank in policy.named_ranks():
        if known and rank not in known:
            near = get_close_matches(rank, sorted(known), n=1)
            remedy = f"did you mean {near[0]!r}?" if near else f"write one of {', '.join(sorted(known))}."
            found.append(f"clan.toml, {key}: nobody in the clan holds or held the rank {rank!r}; {remedy}")
    return found


def unknown_metrics(policy: Policy, known: Collection[str]) -> list[str]:
    """A sentence for each metric that *policy* asks for by its key and that is none of those *known*."""
    found = []
    for key in sorted(policy.named_metrics() - set(known)):
        near = get_close_matches(key, sorted(known), n=1)
        hint = f"did you mean {near[0]!r}?" if near else "it counts as 0 until Wise Old Man tells of it."
        found.append(f"clan.toml, value({key!r}): Wise Old Man has told of no metric {key!r}; {hint}")
    return found
