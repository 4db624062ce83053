"""Discord: the token, the server, the two intents, and what the bot may read there."""

from collections.abc import Iterator
from typing import Final

from pipeline.doctor.check import Check, ok, skipped, warning, wrong
from pipeline.doctor.clocks import compared
from pipeline.doctor.patient import Patient
from pipeline.doctor.rows import unfit
from pipeline.doctor.words import listed, obstacle
from pipeline.domain.names import printable
from pipeline.domain.talk import Access, Channel, KnownTalk
from pipeline.errors import Retriable
from pipeline.marts.wording import plural
from pipeline.sources.discord.probe import GuildProbe, probe
from pipeline.storage.engine import looking
from pipeline.storage.talk_queries import known_talk

NAME: Final = "Discord"
TOKEN, GUILD, BASE_URL = "DISCORD_TOKEN", "DISCORD_GUILD_ID", "DISCORD_BASE_URL"
PORTAL: Final = "Discord's developer portal (https://discord.com/developers/applications), under Bot"
_MISSING: Final[dict[Access, str]] = {
    "hidden": "View Channel",
    "no_history": "Read Message History",
    "no_connect": "Connect",
}


def checks(patient: Patient) -> Iterator[Check]:
    """The bot, and what it sees."""
    if reason := patient.wrong(TOKEN, BASE_URL):
        yield skipped(NAME, reason)
        return
    settings = patient.settings
    if settings.discord_token is None:
        yield skipped(
            NAME, "It is not set up: DISCORD_TOKEN is empty, so everything about it is left out (README, Discord)."
        )
        return
    token = settings.discord_token.get_secret_value()
    found = probe(token, settings.discord_base_url, settings.discord_guild_id, patient.tick)
    if found.stop is not None:
        said, remedy = obstacle(found.stop, NAME, BASE_URL)
        yield wrong(NAME, said, remedy)
        yield skipped("Discord server", "Discord cannot be reached: see there.")
        return
    yield _bot(found)
    if not found.bot:
        yield skipped("Discord server", "The bot could not log in: see there.")
        return
    yield from _intents(found)
    yield _server(patient, found)
    if found.guild and not patient.wrong(GUILD):
        yield from _channels(patient, found)
    yield compared("clock (Discord)", found.skew, NAME)


def _bot(found: GuildProbe) -> Check:
    if found.bot:
        return ok(NAME, f"The bot {printable(found.bot)} can log in.")
    if found.is_refused:
        return wrong(
            NAME,
            "Discord refuses the token.",
            f"Reset the token in {PORTAL}, and write the new one behind {TOKEN}= in .env.",
        )
    return _failed(NAME, found)


def _failed(name: str, found: GuildProbe) -> Check:
    said = str(found.failure)
    if isinstance(found.failure, Retriable):
        return warning(name, said, "That is theirs to mend: try again in some minutes.")
    return wrong(name, said, f"Do what it says; {BASE_URL}, {TOKEN} and {GUILD} lead there.")


def _intents(found: GuildProbe) -> Iterator[Check]:
    for name, is_on, lost in (
        ("Message Content Intent", found.hears, "nobody's questions can be seen"),
        ("Server Members Intent", found.may_list, "nicknames and roles cannot be seen"),
    ):
        if is_on:
            yield ok(name, "It is on.")
        else:
            yield wrong(name, f"It is off, so {lost}.", f"Switch on the {name} in {PORTAL}.")


def _server(patient: Patient, found: GuildProbe) -> Check:
    name = "Discord server"
    if reason := patient.wrong(GUILD):
        return skipped(name, reason)
    if found.guild:
        others = len(found.guilds) - 1
        more = f"; the bot is in {plural(others, 'other')}, too" if others > 0 else ""
        return ok(name, f"It is {printable(found.guild)}{more}.")
    named = listed([f"{printable(guild)} ({number})" for number, guild in found.guilds]) or "none"
    wanted = patient.settings.discord_guild_id
    if not found.guilds:
        return wrong(
            name, "The bot is in no server.", "Invite it to yours: README, Discord, says with which permissions."
        )
    if wanted is None and len(found.guilds) > 1:
        return wrong(name, f"The bot is in several servers: {named}.", f"Say which in {GUILD}= in .env.")
    if wanted is not None and wanted not in {number for number, _ in found.guilds}:
        return wrong(
            name,
            f"The bot is not in the server {wanted}; it is in: {named}.",
            f"Correct {GUILD}, or invite the bot there.",
        )
    return _failed(name, found)


def _channels(patient: Patient, found: GuildProbe) -> Iterator[Check]:
    name = "channels"
    readable = [channel for channel in found.channels if channel.access == "open"]
    if not readable:
        yield wrong(
            name,
            f"The bot can read none of {plural(len(found.channels), 'channel')}.",
            "Give its role View Channels and Read Message History in the settings of the server.",
        )
        return
    yield ok(name, f"The bot can read {len(readable)} of {plural(len(found.channels), 'channel')}.")
    known = _known(patient)
    yield from (_shut(channel, known) for channel in found.channels if channel.access != "open")
    if found.threadless:
        yield skipped(
            "private threads",
            f"Private threads of {plural(found.threadless, 'channel')} are not shown to the bot.",
            "If they are to be read, give its role Manage Threads there.",
        )


def _known(patient: Patient) -> KnownTalk:
    if unfit(patient):
        return KnownTalk()
    with looking(patient.settings.database) as connection:
        return known_talk(connection)


def _shut(channel: Channel, known: KnownTalk) -> Check:
    """A channel that is shut to the bot: as in past nights, as most have some, or that nobody has told of yet."""
    name, held = f"#{printable(channel.name)}", known.sources.get(channel.id)
    if channel.access == "unknown_type":
        return skipped(name, "It is of a kind that this version does not know, and is left out.", "Update ClanStats.")
    missing = _MISSING.get(channel.access, "a permission")
    remedy = f"Give the bot's role {missing} there; if the bot is not meant to read it, leave it so."
    if held is not None and held.access == channel.access:
        return skipped(name, f"The bot may not read it, as in past nights: {missing} is missing.", remedy)
    since = " any more" if held is not None and held.cursor is not None else ""
    return warning(name, f"The bot may not read it{since}: {missing} is missing.", remedy)
