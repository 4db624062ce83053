"""Invented names: at most twelve characters, as the game allows; and hostile ones, for outputs to survive."""

from random import Random
from typing import Final

from pipeline.domain.names import standard

_FIRST: Final = (
    "Amber", "Ashen", "Barley", "Bleak", "Brass", "Briar", "Cobalt", "Copper", "Crab", "Dusk", "Dusty", "Elder",
    "Ember", "Fen", "Flint", "Foggy", "Frost", "Gilded", "Grim", "Hazel", "Hollow", "Iron", "Ivory", "Jade",
    "Kelp", "Lazy", "Loam", "Lunar", "Mellow", "Mild", "Mire", "Misty", "Moss", "Mud", "Nettle", "Noble", "Oaken",
    "Old", "Opal", "Pale", "Pine", "Plum", "Quiet", "Rain", "Red", "Rust", "Salty", "Sly", "Soft", "Sour", "Tarn",
    "Tiny", "Umber", "Velvet", "Wan", "Wild", "Willow", "Worn", "Yew", "Zinc",
)  # fmt: skip
_SECOND: Final = (
    "Anvil", "Axe", "Badger", "Bard", "Boots", "Bow", "Bread", "Brew", "Cape", "Chisel", "Coif", "Crow", "Dagger",
    "Eel", "Fern", "Fisher", "Fletch", "Forge", "Gnome", "Gull", "Hare", "Helm", "Herb", "Imp", "Kebab", "Kiln",
    "Lamp", "Larch", "Log", "Lute", "Mage", "Mole", "Monk", "Newt", "Oats", "Orb", "Owl", "Pick", "Pie", "Plank",
    "Pouch", "Quill", "Rake", "Rat", "Reed", "Rogue", "Rune", "Sage", "Seed", "Shark", "Smith", "Snail", "Staff",
    "Stew", "Tinder", "Toad", "Trout", "Vial", "Wisp", "Wolf",
)  # fmt: skip

CLAN: Final = "Lantern Company"
CLAN_CHAT: Final = "Lantern Co"

HOSTILE_CLAN: Final = "=1+1 <b>Lantern</b> \u202eynapmoC\u202c 🔥 & Co"
HOSTILE_TITLE: Final = "Skill of the Week </script><script>alert(1)</script> \"'`${x}"
HOSTILE: Final = (
    "=cmd|'/c calc'!A1",
    "</script>",
    '"><img onerror=1>',
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\u202eevil\u202c name",
    "🐉 Dragon 🐉",
    "{{ 7*7 }}",
    "a&amp;b<i>",
    "Ünïcode Ñ",
    "'; DROP TABLE",
    "\\u0041%00",
    "constructor",
    "__proto__",
)


def _draw(rng: Random) -> str:
    first, second = rng.choice(_FIRST), rng.choice(_SECOND)
    pattern = rng.randrange(6)
    if pattern == 0:
        return f"{first} {second}"
    if pattern == 1:
        return f"{first}{second.lower()}"
    if pattern == 2:
        return f"{second}{rng.randrange(2, 999)}"
    if pattern == 3:
        return f"{second} {rng.randrange(10, 99)}"
    if pattern == 4:
        return f"x{first}x"
    return f"{first} {second[:3]}"


class Register:
    """Hands out names nobody has; who asks earlier is not disturbed by who asks later."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, rng: Random) -> str:
        """A free name drawn from *rng*."""
        name = _draw(rng)[:12].strip()
        while standard(name) in self._taken:
            name = f"{_draw(rng)[:9].strip()}{rng.randrange(100, 999)}"
        self._taken.add(standard(name))
        return name

    def claim(self, name: str) -> str:
        """*name*, taken as it is."""
        self._taken.add(standard(name))
        return name
