"""Which bosses, skills and activities a text names: kept instead of the text, so that a question still says what it is about."""

import re
from typing import Final

from pipeline.domain.metrics import METRICS, OVERALL

NICKNAMES: Final = {
    "arma": "kreearra", "bandos": "general_graardor", "barrows": "barrows_chests", "cerb": "cerberus", "cg": "the_corrupted_gauntlet",
    "corp": "corporeal_beast", "cox": "chambers_of_xeric", "graardor": "general_graardor", "hydra": "alchemical_hydra",
    "inferno": "tzkal_zuk", "jad": "tztok_jad", "kbd": "king_black_dragon", "kq": "kalphite_queen", "kree": "kreearra",
    "mole": "giant_mole", "muspah": "phantom_muspah", "sara": "commander_zilyana", "sire": "abyssal_sire", "thermy": "thermonuclear_smoke_devil",
    "tob": "theatre_of_blood", "toa": "tombs_of_amascut", "vork": "vorkath", "zammy": "kril_tsutsaroth", "zily": "commander_zilyana",
    "zuk": "tzkal_zuk",
}  # fmt: skip
"""What players say for the longer names."""


def _spoken() -> dict[str, str]:
    """Every spoken name, in lower case, with its metric; the computed metrics are not spoken of by name."""
    named = (metric for metric in METRICS if metric.kind in ("boss", "skill") and metric.key != OVERALL)
    names = {metric.name.lower(): metric.key for metric in named}
    return names | {name.replace("'", ""): key for name, key in names.items()} | NICKNAMES


_SPOKEN: Final = _spoken()
_ANY: Final = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(_SPOKEN, key=len, reverse=True)))})(?!\w)")


def metrics_named(text: str) -> tuple[str, ...]:
    """Keys of the metrics named in *text*, each once, in alphabetical order."""
    return tuple(sorted({_SPOKEN[name] for name in _ANY.findall(text.lower().replace("’", "'"))}))
