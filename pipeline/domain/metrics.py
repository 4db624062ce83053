"""The metrics of the game, as Wise Old Man names them: the only list of them.

Order is WOM's own (skills as on the hiscores, bosses by key). Jagex adds a boss every two or three months, so a key that is
not in the list is no error: `metric_for` makes a readable metric of it, and storage keeps it as a row like any other.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

Kind = Literal["skill", "boss", "activity", "computed"]
"""What a metric counts: experience, kills, a score, or hours at efficient rates."""

Unit = Literal["experience", "kills", "score", "hours"]

UNITS: Final[dict[Kind, Unit]] = {"skill": "experience", "boss": "kills", "activity": "score", "computed": "hours"}
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

HOUR: Final = 100_000
"""Stored value of one efficient hour: WOM sends ehp and ehb with five decimals, values are kept as integers."""

OVERALL: Final = "overall"


@dataclass(frozen=True, slots=True)
class Metric:
    """One thing the hiscores count. `name` is for people; `unit` is what one of it is called."""

    key: str
    name: str
    kind: Kind

    @property
    def unit(self) -> Unit:
        """Unit of the values that people read."""
        return UNITS[self.kind]

    @property
    def scale(self) -> int:
        """Stored integer per unit: `HOUR` for ehp and ehb, else 1."""
        return HOUR if self.kind == "computed" else 1

    def in_units(self, value: int) -> int | float:
        """*value* as people read it: kills, experience, or hours with five decimals."""
        return value / HOUR if self.kind == "computed" else value


_NAMED: Final[dict[Kind, dict[str, str]]] = {
    "skill": {
        "overall": "Overall",
        "attack": "Attack",
        "defence": "Defence",
        "strength": "Strength",
        "hitpoints": "Hitpoints",
        "ranged": "Ranged",
        "prayer": "Prayer",
        "magic": "Magic",
        "cooking": "Cooking",
        "woodcutting": "Woodcutting",
        "fletching": "Fletching",
        "fishing": "Fishing",
        "firemaking": "Firemaking",
        "crafting": "Crafting",
        "smithing": "Smithing",
        "mining": "Mining",
        "herblore": "Herblore",
        "agility": "Agility",
        "thieving": "Thieving",
        "slayer": "Slayer",
        "farming": "Farming",
        "runecrafting": "Runecrafting",
        "hunter": "Hunter",
        "construction": "Construction",
        "sailing": "Sailing",
    },
    "boss": {
        "abyssal_sire": "Abyssal Sire",
        "alchemical_hydra": "Alchemical Hydra",
        "amoxliatl": "Amoxliatl",
        "araxxor": "Araxxor",
        "artio": "Artio",
        "barrows_chests": "Barrows Chests",
        "brutus": "Brutus",
        "bryophyta": "Bryophyta",
        "callisto": "Callisto",
        "calvarion": "Calvar'ion",
        "cerberus": "Cerberus",
        "chambers_of_xeric": "Chambers of Xeric",
        "chambers_of_xeric_challenge_mode": "Chambers of Xeric (CM)",
        "chaos_elemental": "Chaos Elemental",
        "chaos_fanatic": "Chaos Fanatic",
        "commander_zilyana": "Commander Zilyana",
        "corporeal_beast": "Corporeal Beast",
        "crazy_archaeologist": "Crazy Archaeologist",
        "dagannoth_prime": "Dagannoth Prime",
        "dagannoth_rex": "Dagannoth Rex",
        "dagannoth_supreme": "Dagannoth Supreme",
        "deranged_archaeologist": "Deranged Archaeologist",
        "doom_of_mokhaiotl": "Doom of Mokhaiotl",
        "duke_sucellus": "Duke Sucellus",
        "general_graardor": "General Graardor",
        "giant_mole": "Giant Mole",
        "grotesque_guardians": "Grotesque Guardians",
        "hespori": "Hespori",
        "kalphite_queen": "Kalphite Queen",
        "king_black_dragon": "King Black Dragon",
        "kraken": "Kraken",
        "kreearra": "Kree'arra",
        "kril_tsutsaroth": "K'ril Tsutsaroth",
        "lunar_chests": "Lunar Chests",
        "mad_angel": "Mad Angel",
        "maggot_king": "Maggot King",
        "mimic": "Mimic",
        "nex": "Nex",
        "nightmare": "Nightmare",
        "phosanis_nightmare": "Phosani's Nightmare",
        "obor": "Obor",
        "phantom_muspah": "Phantom Muspah",
        "sarachnis": "Sarachnis",
        "scorpia": "Scorpia",
        "scurrius": "Scurrius",
        "shellbane_gryphon": "Shellbane Gryphon",
        "skotizo": "Skotizo",
        "sol_heredit": "Sol Heredit",
        "spindel": "Spindel",
        "tempoross": "Tempoross",
        "the_gauntlet": "The Gauntlet",
        "the_corrupted_gauntlet": "The Corrupted Gauntlet",
        "the_hueycoatl": "The Hueycoatl",
        "the_leviathan": "The Leviathan",
        "the_royal_titans": "The Royal Titans",
        "the_whisperer": "The Whisperer",
        "theatre_of_blood": "Theatre of Blood",
        "theatre_of_blood_hard_mode": "Theatre of Blood (HM)",
        "thermonuclear_smoke_devil": "Thermonuclear Smoke Devil",
        "tombs_of_amascut": "Tombs of Amascut",
        "tombs_of_amascut_expert": "Tombs of Amascut (Expert)",
        "tzkal_zuk": "TzKal-Zuk",
        "tztok_jad": "TzTok-Jad",
        "vardorvis": "Vardorvis",
        "venenatis": "Venenatis",
        "vetion": "Vet'ion",
        "vorkath": "Vorkath",
        "wintertodt": "Wintertodt",
        "yama": "Yama",
        "zalcano": "Zalcano",
        "zulrah": "Zulrah",
    },
    "activity": {
        "bounty_hunter_hunter": "Bounty Hunter (Hunter)",
        "bounty_hunter_rogue": "Bounty Hunter (Rogue)",
        "clue_scrolls_all": "Clue Scrolls (All)",
        "clue_scrolls_beginner": "Clue Scrolls (Beginner)",
        "clue_scrolls_easy": "Clue Scrolls (Easy)",
        "clue_scrolls_medium": "Clue Scrolls (Medium)",
        "clue_scrolls_hard": "Clue Scrolls (Hard)",
        "clue_scrolls_elite": "Clue Scrolls (Elite)",
        "clue_scrolls_master": "Clue Scrolls (Master)",
        "last_man_standing": "Last Man Standing",
        "pvp_arena": "PvP Arena",
        "soul_wars_zeal": "Soul Wars Zeal",
        "guardians_of_the_rift": "Guardians of the Rift",
        "colosseum_glory": "Colosseum Glory",
        "collections_logged": "Collections Logged",
    },
    "computed": {
        "ehp": "EHP",
        "ehb": "EHB",
    },
}

METRICS: Final[tuple[Metric, ...]] = tuple(
    Metric(key, name, kind) for kind, named in _NAMED.items() for key, name in named.items()
)
BY_KEY: Final[dict[str, Metric]] = {metric.key: metric for metric in METRICS}
SKILLS: Final[tuple[str, ...]] = tuple(key for key in _NAMED["skill"] if key != OVERALL)


def metric_for(key: str, kind: Kind = "activity") -> Metric:
    """The metric called *key*; one the list does not know gets a name made from its key and the *kind* it came with."""
    return BY_KEY.get(key) or Metric(key, readable(key), kind)


def readable(key: str) -> str:
    """*key* as a name: words apart, first letters large, and at most 60 characters."""
    words = re.sub(r"[\W_]+", " ", key).strip()
    return (words.title() or "Unnamed")[:60]
