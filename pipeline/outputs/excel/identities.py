"""The sheet Identities: which Discord account is whose, first those that somebody should look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.domain.names import confirmation, role_name
from pipeline.marts.talk_model import (
    GuessLine,
    Identities,
    OnlyClan,
    OnlyDiscord,
    RoleGap,
    RoleGapKind,
    TalkMarts,
    TieLine,
    UnsureLine,
)
from pipeline.outputs.excel.answers import Answers
from pipeline.outputs.excel.rules import where
from pipeline.outputs.excel.sheet import Column, Sheet, Table, Value
from pipeline.outputs.excel.text import counted
from pipeline.outputs.unknown import WHO_IS_THERE

_NOTE: Final = "Which Discord account is whose? Those that somebody should look at come first: run the command beside the right one."
_CERTAINTY: Final = ((0.98, "certain"), (0.9, "very likely"), (0.75, "likely"), (0.6, "perhaps"))
_METHODS: Final[Mapping[str, str]] = {
    "clan.toml": "written in clan.toml",
    "confirmed": "confirmed by an officer",
    "exact": "same name",
    "normalised": "same name, written otherwise",
    "part": "name is a part of the nickname",
    "fuzzy": "one letter differs",
    "alone": "not tied",
}
_GAPS: Final[Mapping[RoleGapKind, str]] = {
    "left": "left the clan", "stranger": "nobody known", "differs": "another rank",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One of those whose account it may be."""

    line: UnsureLine
    guess: GuessLine


def identities_sheet(answers: Answers, talk: TalkMarts) -> Sheet:
    """What is unsure, roles that do not fit, who is only here or there, and every tie; what nobody can know is left out."""
    who = talk.identities
    if who.members_listed:
        compared = (_role_gaps(who), _only_discord(who), _only_clan(answers, who))
        return Sheet("Identities", _NOTE, (_unsure(who), *compared, _ties(answers, who)), frozen=1, parts=True)
    unknown = Table[OnlyDiscord]("NotListed", "Who is in Discord", (), (), WHO_IS_THERE)
    doubts = (_unsure(who),) if who.unsure else ()
    return Sheet("Identities", _NOTE, (*doubts, unknown, _ties(answers, who)), frozen=1, parts=True)


def certainty(confidence: float) -> str:
    """*confidence* as people say it."""
    return next((word for least, word in _CERTAINTY if confidence >= least), "a guess")


def confirming(player: str, account_id: int) -> str:
    """The command that ties *player* to the account, or what to do where a shell might read more in the name than a name."""
    command = confirmation(player, account_id)
    return command or "This name cannot stand in a command: write it into clan.toml as a [[person]]."


def _unsure(who: Identities) -> Table[_Candidate]:
    rows = [_Candidate(line, guess) for line in who.unsure for guess in line.guesses]
    columns = (
        Column[_Candidate]("account", "Discord account", lambda row: row.line.account, "name", 20),
        Column[_Candidate]("account_id", "Discord ID", lambda row: str(row.line.account_id), "id", 20),
        Column[_Candidate]("player", "May be", lambda row: row.guess.player, width=18),
        Column[_Candidate]("certainty", "How sure", lambda row: certainty(row.guess.confidence), width=12),
        Column[_Candidate]("confidence", "Confidence", lambda row: row.guess.confidence, "hours", 11),
        Column[_Candidate]("why", "Why", lambda row: row.guess.why, "sentence", 28),
        Column[_Candidate](
            "command", "If so, run this", lambda row: confirming(row.guess.player, row.line.account_id), "command", 46
        ),
    )
    heading = f"To look at: {counted(len(who.unsure), 'account')}" if who.unsure else "To look at"
    return Table("Unsure", heading, columns, rows, "Nothing to do: no account in Discord leaves a doubt.")


def _role_gaps(who: Identities) -> Table[RoleGap]:
    rules = (where('[kind]="left the clan"', "warn"),)
    columns = (
        Column[RoleGap]("account", "Discord account", lambda gap: gap.account, "name", 20),
        Column[RoleGap]("account_id", "Discord ID", lambda gap: str(gap.account_id), "id", 20),
        Column[RoleGap]("player", "Player", lambda gap: gap.player, width=18),
        Column[RoleGap]("kind", "What is odd", lambda gap: _GAPS[gap.kind], width=12, rules=rules),
        Column[RoleGap]("since", "Since", lambda gap: gap.since, "day"),
        Column[RoleGap]("role", "Discord role", lambda gap: gap.discord_role, "sentence", 28),
        Column[RoleGap]("advice", "What to do", _advice, "sentence", 46),
    )
    heading = "Discord roles that the game does not bear out"
    if not who.roles_known:
        unknown = "Not compared: clan.toml has no [roles], which say what rank in the clan a Discord role stands for."
        return Table("RoleGaps", heading, columns, (), unknown)
    return Table("RoleGaps", heading, columns, who.role_gaps, "Nothing to do: every role fits the rank in the game.")


def _advice(gap: RoleGap) -> str:
    if gap.kind == "left":
        return "Take the role away."
    if gap.kind == "stranger":
        return "Find out who this is, or take the role away."
    return (
        f"In the game {role_name(gap.rank or '')}, the role stands for {role_name(gap.expected)}: change one of them."
    )


def _only_discord(who: Identities) -> Table[OnlyDiscord]:
    columns = (
        Column[OnlyDiscord]("account", "Discord account", lambda line: line.account, "name", 20),
        Column[OnlyDiscord]("account_id", "Discord ID", lambda line: str(line.account_id), "id", 20),
        Column[OnlyDiscord]("was", "Was in the clan as", lambda line: line.was_member, width=18),
        Column[OnlyDiscord]("joined", "Came to Discord", lambda line: line.joined_at, "day"),
        Column[OnlyDiscord]("last", "Last word", lambda line: line.last_word_at, "day"),
        Column[OnlyDiscord]("roles", "Roles", lambda line: ", ".join(line.roles) or None, "sentence", 28),
    )
    heading = f"In Discord, not in the clan ({len(who.only_discord):,})"
    return Table("OnlyInDiscord", heading, columns, who.only_discord, "Everybody in Discord is in the clan.")


def _only_clan(answers: Answers, who: Identities) -> Table[OnlyClan]:
    columns = (
        Column[OnlyClan]("player", "Member", lambda line: answers.linked(line.player_id, line.player), "name_link", 20),
        Column[OnlyClan]("guess", "May be the account", lambda line: line.guess, width=20),
        Column[OnlyClan]("rank", "Rank", lambda line: role_name(line.role), width=18),
        Column[OnlyClan]("joined", "Joined the clan", lambda line: line.joined_at, "day"),
    )
    heading = f"In the clan, no account in Discord known ({len(who.only_clan):,})"
    return Table("OnlyInClan", heading, columns, who.only_clan, "Everybody in the clan is known in Discord.")


def _ties(answers: Answers, who: Identities) -> Table[TieLine]:
    columns = (
        Column[TieLine]("account", "Discord account", lambda tie: tie.account, "name", 20),
        Column[TieLine]("account_id", "Discord ID", lambda tie: str(tie.account_id), "id", 20),
        Column[TieLine]("main", "Player", lambda tie: _main(answers, tie), "name_link", 18),
        Column[TieLine]("certainty", "How sure", lambda tie: certainty(tie.confidence), width=12),
        Column[TieLine]("confidence", "Confidence", lambda tie: tie.confidence, "hours", 11),
        Column[TieLine]("why", "How we know", lambda tie: _METHODS.get(tie.method, tie.method), "sentence", 28),
        Column[TieLine](
            "others", "Other accounts in the game", lambda tie: ", ".join(tie.players[1:]) or None, "sentence", 46
        ),
        Column[TieLine]("clan", "In the clan", lambda tie: "yes" if tie.clan else "no", "centre", 11),
    )
    return Table("Ties", f"Who is who ({len(who.ties):,})", columns, who.ties, "No account belongs to a player yet.")


def _main(answers: Answers, tie: TieLine) -> Value:
    return answers.linked(next(iter(tie.player_ids), None), tie.players[0])
