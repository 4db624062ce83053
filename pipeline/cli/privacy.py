"""The command that forgets somebody."""

import sys
from datetime import datetime
from typing import Annotated, Final

import typer

from pipeline.cli.orders import Now, Output, orders
from pipeline.errors import ConfigError
from pipeline.forget.backups import Held
from pipeline.forget.erasing import Told, backups_of, job_of
from pipeline.forget.erasing import forget as forget_all
from pipeline.forget.whom import find
from pipeline.forget_list import Entry, ForgetList
from pipeline.marts.wording import plural
from pipeline.night import INCOMPLETE, at_work
from pipeline.progress import counting
from pipeline.settings import Settings
from pipeline.storage.engine import reading
from pipeline.storage.forget import Erased, holdings, traces

DRIVE: Final = "Google Drive keeps old versions of files for 30 days, and deleted files as long in its bin: empty both there to be sure."


def forget(
    person: Annotated[
        str | None,
        typer.Argument(help="A player's name, or a Discord id, username or nickname; player:ID for a player's number."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Make sure of everybody who is forgotten.")] = False,
    allow: Annotated[
        int | None,
        typer.Option("--allow", metavar="ID", help="Take off the list whoever has this Discord id or player's number."),
    ] = None,
    now: Now = None,
    output: Output = None,
) -> None:
    """Erase what is known of a person in Discord, and keep them out. Game facts stay; backups are listed."""
    if [person is not None, again, allow is not None].count(True) != 1:
        raise ConfigError("Say whom to forget, or one of --again and --allow ID; see uv run clanstats forget --help.")
    settings, instant = orders(output, now)
    settings.policy()  # what is wrong with it is told before anything is done
    kept_out = ForgetList(settings.output_dir)
    entry = None
    if person is not None:
        with at_work(settings, instant):
            entry = _found(settings, kept_out, person, instant)
        if not yes and sys.stdin.isatty() and not typer.confirm("This cannot be undone. Go on?"):
            raise typer.Exit(1)
    # Not while somebody is asked: a question that nobody answers must not cost nights.
    with at_work(settings, instant, resumes=not again):
        if allow is not None:
            _allow(kept_out, allow)
            return
        if entry is None:
            kept_out.again()
        else:
            kept_out.add(entry)
        with counting("Forgetting") as counter:
            told = forget_all(job_of(settings, instant), counter)
        held = backups_of(settings, instant)
    _tell(settings, told, held)
    raise typer.Exit(INCOMPLETE if told.left else 0)


def _allow(kept_out: ForgetList, number: int) -> None:
    if not kept_out.allow(number):
        raise ConfigError(f"Nobody in {kept_out.file} has the Discord id or the player's number {number}.")
    typer.echo(
        f"{number} is off the list: what they write from now on counts again. What was erased does not come back."
    )


def _found(settings: Settings, kept_out: ForgetList, person: str, instant: datetime) -> Entry:
    """Who *person* is on the list, and in words what there is of them."""
    entries = kept_out.entries()
    with reading(settings.database) as connection:
        whom = find(connection, person, entries)
        erased = holdings(connection, traces(connection, whom.account_ids, whom.player_ids))
    before = next((entry for entry in entries if whom.is_on(entry)), None)
    if before is not None:
        typer.echo(f"{whom.title} is forgotten since {before.since:%Y-%m-%d}; making sure.")
    typer.echo(f"To be erased of {whom.title}: {_counted(erased)}. Game facts stay.")
    return Entry(whom.account_ids, whom.player_ids, instant)


def _counted(erased: Erased) -> str:
    """What there is of somebody, in words."""
    counts = (
        (erased.messages, "message", "messages"),
        (erased.days, "daily sum of older ones", "daily sums of older ones"),
        (erased.clan_chat, "line of clan chat", "lines of clan chat"),
        (erased.accounts, "Discord account", "Discord accounts"),
        (erased.decisions, "decision about their account", "decisions about their account"),
        (erased.cards, "card", "cards"),
        (erased.titles, "title of a thread", "titles of threads"),
        (erased.texts, "decision that keeps no words", "decisions that keep no words"),
    )
    return ", ".join(plural(number, one, more) for number, one, more in counts if number) or "nothing in the database"


def _tell(settings: Settings, told: Told, held: Held) -> None:
    typer.echo(f"Erased: {_counted(told.erased)}.")
    for line in told.lines:
        typer.echo(f"  {line}")
    if held.files:
        typer.echo(f"{plural(len(held.files), 'backup holds', 'backups hold')} them still; restore keeps them out.")
        if len(held.files) > len(held.lasting):
            until = f"on {held.gone_on}" if held.gone_on else "in more than four years"
            typer.echo(f"If every night makes one, the last that a night made goes {until}.")
        if held.lasting:
            typer.echo("What is named -before- was made before a change of the schema, and goes with the next but one.")
        for file in held.files:
            typer.echo(f"  {file}")
        typer.echo(f"To delete them at once: {held.order}")
    if settings.local_drive_path is not None:
        typer.echo(DRIVE)
    if told.beyond:
        typer.echo(told.beyond)
    for sentence in told.left:
        typer.echo(f"Left to you: {sentence}")
