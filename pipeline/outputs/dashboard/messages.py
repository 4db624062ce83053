"""Ready messages for Discord, to be copied: who is named is mentioned where their account is known, and no name can do anything.

Markdown signs in names are escaped, and a name such as `@everyone` calls nobody (Discord developer docs, "Message Formatting" and
"Allowed Mentions": a mention is `<@id>`, and of free text only @everyone and @here are read).
"""

import re
import unicodedata
from typing import Final

from pipeline.marts.model import Marts
from pipeline.outputs.dashboard.who import Who

_SIGNS: Final = re.compile(r"([\\*_~`|>#\[\]()<-])")
_CALLS: Final = re.compile(r"@|(?<=:)//|(?<=discord)(?=\.gg)", re.IGNORECASE)
"""What would call somebody, or become a link."""

_GAP: Final = "\u200b"


def plain(text: str) -> str:
    """*text* as Discord shows it letter by letter, on one line: it calls nobody, links nowhere, and turns no direction."""
    shown = "".join(letter for letter in " ".join(text.split()) if unicodedata.category(letter) not in ("Cc", "Cf"))
    return _CALLS.sub(lambda found: found[0] + _GAP, _SIGNS.sub(r"\\\1", shown))


class Messages:
    """How people of the clan are spoken to. Whoever is called is known by a number: a name can be taken by anybody."""

    def __init__(self, marts: Marts) -> None:
        ties = marts.talk.identities.ties if marts.talk else ()
        self._accounts = {player: tie.account_id for tie in ties if tie.clan for player in tie.player_ids}

    def to(self, who: Who) -> str:
        """Somebody spoken to: a mention, or their name where no account is known."""
        account = None if who.player_id is None else self._accounts.get(who.player_id)
        return f"**{plain(who.name)}**" if account is None else f"<@{account}>"

    def promote(self, who: Who, rank: str, before: str) -> str:
        """A promotion, told to everybody."""
        return f"🎉 {self.to(who)} is promoted from {plain(before)} to **{plain(rank)}**. Well earned, congratulations!"

    def still_there(self, who: Who, days: str) -> str:
        """The last word before a removal."""
        return (
            f"Hi {self.to(who)}, we have not seen you for {plain(days)}. Are you still with us? Say a word or gain some XP this week "
            "and your place is safe. If you need a break, tell us and we will keep it for you."
        )

    def remove(self, name: str, why: str) -> str:
        """A note for the officers."""
        return f"Officers: please remove **{plain(name)}** from the clan in the game. {plain(why)}"

    def take_role(self, account_id: int, role: str, why: str) -> str:
        """A note for whoever manages the roles."""
        return f"Officers: please take the role **{plain(role)}** from <@{account_id}>. {plain(why)}"

    def fits_not(self, account_id: int, role: str, rank: str) -> str:
        """A note on a role and a rank that differ."""
        return f"Officers: <@{account_id}> has the role **{plain(role)}**, but is {plain(rank)} in the game. Which one is right?"

    def answer(self, asker: str, account_id: int | None, channel_id: int, age: str, url: str | None) -> str:
        """A question that waits, told to those who could answer it."""
        link = f" {url}" if url else ""
        called = f"**{plain(asker)}**" if account_id is None else f"<@{account_id}>"
        return f"{called} has waited {plain(age)} for an answer in <#{channel_id}>. Who knows?{link}"

    def who_are_you(self, account_id: int, player: str | None) -> str:
        """A question to somebody of whom nobody knows who they are in the game."""
        if player is None:
            return f"Hi <@{account_id}>, what are you called in the game? Then we know you when you get a rank or win something."
        return f"Hi <@{account_id}>, are you **{plain(player)}** in the game? A yes is enough, then your messages count for your rank."

    def thank(self, who: Who, reasons: str) -> str:
        """Thanks, told to everybody."""
        return f"💛 Thank you {self.to(who)}, who {plain(reasons)}!"

    def congratulate(self, who: Who, what: str) -> str:
        """A milestone, told to everybody."""
        return f"🏆 Congratulations {self.to(who)} on {plain(what)}!"

    def welcome_back(self, who: Who) -> str:
        """To somebody who was away."""
        return f"Welcome back {self.to(who)}, good to see you around again!"

    def how_are_you(self, who: Who) -> str:
        """To somebody who slips away."""
        return f"Hi {self.to(who)}, we have seen less of you lately. How are you? Is there anything you would like us to do together?"

    def give_a_task(self, who: Who) -> str:
        """To somebody new who does a lot."""
        return (
            f"Hi {self.to(who)}, you are already one of our busiest. Would you like to host a mass or help newcomers?"
        )

    def finding(self, title: str, text: str, advice: str) -> str:
        """A card, told to the officers."""
        return " ".join(filter(None, (f"**{plain(title)}.**", plain(text), plain(advice))))
