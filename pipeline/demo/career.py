"""What an account has and gains: the start of its values and the yield of each session."""

from random import Random
from typing import Final

from pipeline.demo.efficiency import BOSSES
from pipeline.demo.temperament import Temperament
from pipeline.demo.track import Track
from pipeline.domain.levels import EXPERIENCE, MAX_EXPERIENCE
from pipeline.domain.metrics import METRICS, OVERALL, SKILLS

NEW_BOSS: Final = "mad_angel"
NINETY_NINE: Final = EXPERIENCE[98]
ALL_CLUES: Final = "clue_scrolls_all"

_COMBAT: Final = frozenset({"attack", "defence", "strength", "hitpoints", "ranged", "prayer", "magic", "slayer"})
_MEMBERS_ONLY: Final = frozenset(
    ["fletching", "herblore", "agility", "thieving", "slayer", "farming", "hunter", "construction", "sailing"]
)
_NEVER: Final = {
    "main": frozenset[str](),
    "f2p": _MEMBERS_ONLY,
    "lvl3": _COMBAT,
    "def1": frozenset({"defence"}),
    "zerker": frozenset[str](),
}
_CLUES: Final = {"easy": 5, "medium": 6, "hard": 5, "beginner": 2, "elite": 2, "master": 1}
_SCORES: Final = tuple(
    metric.key for metric in METRICS if metric.kind == "activity" and not metric.key.startswith("clue_scrolls")
)
_OFTEN_PLAYED: Final = {"collections_logged": 320, "guardians_of_the_rift": 90, "soul_wars_zeal": 400}
_RARE: Final = frozenset({"mimic", "tzkal_zuk", "tztok_jad", "sol_heredit", "skotizo", "obor", "bryophyta", "hespori"})


class Career:
    """The tracks of one account, as it lives. Experience and kills only rise, save for `roll_back`."""

    def __init__(self, rng: Random, temperament: Temperament, build: str, *, wealth: float, since: int) -> None:
        self._rng = rng
        self._temperament = temperament
        self._closed = _NEVER[build] | ({OVERALL} if build == "lvl3" else frozenset())
        self._peaceful = build in ("f2p", "lvl3")
        self._focus: tuple[str, ...] = ()
        self._quarry: tuple[str, ...] = ()
        self._reserved: str | None = None
        self.tracks: dict[str, Track] = {}
        self._begin(since, wealth)

    def _begin(self, since: int, wealth: float) -> None:
        for skill in SKILLS:
            self.tracks[skill] = Track(since, self._first_experience(skill, wealth))
        self.tracks[OVERALL] = Track(since, sum(self.tracks[skill].last for skill in SKILLS))
        self._favourites = self._rng.sample([boss for boss in BOSSES if boss != NEW_BOSS], 12)
        for boss in BOSSES:
            kills = 0 if self._peaceful else self._first_kills(boss, wealth)
            if kills:
                self.tracks[boss] = Track(since, kills)
        for score in _SCORES:
            often = _OFTEN_PLAYED.get(score)
            if often or self._rng.random() < 0.12:
                self.tracks[score] = Track(since, int(self._rng.lognormvariate(0, 0.7) * (often or 60)))
        for tier, share in _CLUES.items():
            self.tracks[f"clue_scrolls_{tier}"] = Track(since, int(self._rng.lognormvariate(0, 1) * 9 * share))
        self.tracks[ALL_CLUES] = Track(since, sum(self.tracks[f"clue_scrolls_{tier}"].last for tier in _CLUES))

    def _first_experience(self, skill: str, wealth: float) -> int:
        if skill in self._closed:
            return EXPERIENCE[9] + 1 if skill == "hitpoints" else 0
        spread = 0.25 * wealth if skill == "sailing" else wealth
        return min(MAX_EXPERIENCE, int(spread * self._rng.lognormvariate(0, 0.8)))

    def _first_kills(self, boss: str, wealth: float) -> int:
        rng = self._rng
        if boss == NEW_BOSS:
            return 0
        if boss in _RARE:
            return rng.randrange(0, 9)
        if boss in self._favourites:
            return int(rng.lognormvariate(0, 1) * 60 * (wealth / 1e6) ** 0.7)
        return rng.randrange(0, 45) if rng.random() < 0.45 else 0

    def reserve(self, since: int, skill: str, experience: int) -> None:
        """Hold *skill* at *experience*, untrained, until a planted moment."""
        self._reserved = skill
        self.tracks[OVERALL] = Track(since, self.tracks[OVERALL].last - self.tracks[skill].last + experience)
        self.tracks[skill] = Track(since, experience)

    def add(self, metric: str, at: int, amount: int) -> None:
        """*amount* more of *metric* from *at* on."""
        if metric in self.tracks:
            self.tracks[metric].put(at, self.tracks[metric].last + amount)
        else:
            self.tracks[metric] = Track(at - 1, 0)
            self.tracks[metric].put(at, amount)

    def train(self, skill: str, at: int, experience: int) -> None:
        """*experience* more in *skill*, as far as the game allows."""
        room = MAX_EXPERIENCE - self.tracks[skill].last
        if skill in self._closed or room <= 0:
            return
        self.add(skill, at, min(room, experience))
        self.add(OVERALL, at, min(room, experience))

    def roll_back(self, skill: str, at: int, experience: int) -> None:
        """Take *experience* away again, as a rollback of the game's servers does."""
        lost = min(experience, self.tracks[skill].last)
        self.add(skill, at, -lost)
        self.add(OVERALL, at, -lost)

    def session(self, at: int, hours: float, *, new_boss: bool, lure: tuple[str, ...] = ()) -> None:
        """A session of *hours* that ends at *at*: hiscores move when somebody logs out. A running contest is a *lure*."""
        rng, mind = self._rng, self._temperament
        if not self._focus or rng.random() < 0.08:
            self._turn()
        if rng.random() < mind.training or self._peaceful:
            self._practise(at, hours, [skill for skill in lure if skill in SKILLS])
        if not self._peaceful and rng.random() < mind.bossing:
            prey = [boss for boss in lure if boss in BOSSES]
            self._hunt(at, hours, prey, new_boss=new_boss)
        if rng.random() < mind.clues:
            self._solve(at)

    def _turn(self) -> None:
        open_to = [skill for skill in SKILLS if skill not in self._closed and skill != self._reserved]
        self._focus = tuple(self._rng.sample(open_to, 3))
        self._quarry = tuple(self._rng.sample(self._favourites, 3))

    def _practise(self, at: int, hours: float, lure: list[str]) -> None:
        keen = lure if self._rng.random() < 0.4 else []
        for skill in (*keen, *self._focus[: self._rng.randrange(1, 4)]):
            pace = 25_000 if skill in ("agility", "runecrafting", "mining", "slayer") else 55_000
            self.train(skill, at, int(hours * pace * self._rng.lognormvariate(0, 0.4)))
            if skill in _COMBAT and skill != "prayer":
                self.train("hitpoints", at, int(hours * 15_000))

    def _hunt(self, at: int, hours: float, lure: list[str], *, new_boss: bool) -> None:
        rng = self._rng
        choices = lure if lure and rng.random() < 0.5 else self._quarry
        boss = NEW_BOSS if new_boss and rng.random() < 0.08 else rng.choice(choices)
        rare = boss in _RARE
        kills = rng.randrange(0, 2) if rare else max(1, int(hours * rng.uniform(4, 18)))
        if kills:
            self.add(boss, at, kills)
        for skill in ("hitpoints", rng.choice(("ranged", "magic", "strength")), "slayer"):
            if skill != self._reserved:
                self.train(skill, at, int(hours * rng.uniform(4_000, 22_000)))
        if rng.random() < 0.15:
            self.add("collections_logged", at, 1)

    def _solve(self, at: int) -> None:
        tier = self._rng.choices(tuple(_CLUES), tuple(_CLUES.values()))[0]
        solved = self._rng.randrange(1, 5)
        self.add(f"clue_scrolls_{tier}", at, solved)
        self.add(ALL_CLUES, at, solved)
