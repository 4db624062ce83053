"""Every metric has an emblem, the same one every night."""

import re

from builders import NEW_BOSS

from pipeline.domain.metrics import BY_KEY, METRICS, Metric, metric_for
from pipeline.outputs.dashboard.emblems import Emblem, clan_emblem, initials
from pipeline.outputs.dashboard.emblems import emblem as emblem_in
from pipeline.outputs.dashboard.heraldry import SHAPES
from pipeline.outputs.dashboard.house import house

DRAWINGS = house().assets / "emblems"


def emblem(metric: Metric) -> Emblem:
    return emblem_in(metric, DRAWINGS)


def test_every_metric_has_an_emblem_of_its_own_id() -> None:
    assert len({emblem(metric).id for metric in METRICS}) == len(METRICS)


def test_the_shape_says_what_is_counted() -> None:
    assert emblem(BY_KEY["zulrah"]).outline == SHAPES["boss"]
    assert emblem(BY_KEY["fishing"]).outline == SHAPES["skill"]
    assert emblem(NEW_BOSS).outline == SHAPES["boss"]


def test_the_same_key_gives_the_same_emblem() -> None:
    assert emblem(BY_KEY["nex"]) == emblem(metric_for("nex"))
    assert clan_emblem(139, "Oaken Shield").letters == "OS"


def test_odd_keys_keep_ids_apart_and_harmless() -> None:
    ids = [emblem(metric_for(key)).id for key in ('"><b>', "'><b>", "Zulrah", "")]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9_-]+", identity) for identity in ids)


def test_initials_skip_small_words_and_keep_short_capitals() -> None:
    names = ("The Corrupted Gauntlet", "Zulrah", "EHP", "Kree'arra", "🐉", "")
    assert [initials(name) for name in names] == ["CG", "Zu", "EHP", "Kr", "?", "?"]
