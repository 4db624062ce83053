"""Which metrics a text names, for the subject of a question that is not kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.metrics import BY_KEY, METRICS, OVERALL, Metric
from pipeline.sources.discord.mentions import NICKNAMES, metrics_named

SPOKEN = [metric for metric in METRICS if metric.kind in ("boss", "skill") and metric.key != OVERALL]


@pytest.mark.parametrize("metric", SPOKEN, ids=lambda metric: str(metric.key))
def test_every_boss_and_skill_is_known_by_its_name(metric: Metric) -> None:
    name = metric.name
    for spelled in (name, name.upper(), f"({name})", f"{name}?", name.replace("'", "’"), name.replace("'", "")):
        assert metrics_named(f"how do I beat {spelled} then") == (metric.key,)


def test_every_nickname_stands_for_a_metric_there_is() -> None:
    assert {key for key in NICKNAMES.values() if key not in BY_KEY} == set()
    assert [name for name in NICKNAMES if name != name.lower()] == []


@pytest.mark.parametrize(("nickname", "key"), sorted(NICKNAMES.items()))
def test_every_nickname_is_understood(nickname: str, key: str) -> None:
    assert metrics_named(f"any tips for {nickname.upper()}?") == (key,)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", ()),
        ("gz mate", ()),
        ("zulrah or vorkath", ("vorkath", "zulrah")),
        ("vorkath, zulrah, VORKATH", ("vorkath", "zulrah")),
        ("zulrah/vorkath", ("vorkath", "zulrah")),
        ("vork and vorkath", ("vorkath",)),
        ("99 fishing", ("fishing",)),
        ("overall", ()),
        ("ehp", ()),
        ("a toad in the hole", ()),
        ("guacamole", ()),
        ("corporate greed", ()),
        ("nexus of jadeite", ()),
        ("sarachnis", ("sarachnis",)),
        ("zulrahs", ()),
        ("zulrah's", ("zulrah",)),
        ("cox cm", ("chambers_of_xeric",)),
        ("chambers of xeric (cm)", ("chambers_of_xeric_challenge_mode",)),
        ("Chambers of Xeric: Challenge Mode", ("chambers_of_xeric",)),
        ("chambers of xeric", ("chambers_of_xeric",)),
        ("🐉zulrah🐉", ("zulrah",)),
        ("zul\nrah", ()),
    ],
)
def test_only_whole_names_count_and_the_longest_wins(text: str, keys: tuple[str, ...]) -> None:
    assert metrics_named(text) == keys


@given(st.lists(st.sampled_from(sorted(metric.name for metric in SPOKEN)), max_size=6))
def test_each_is_told_once_in_alphabetical_order(names: list[str]) -> None:
    found = metrics_named(" and ".join(names))
    assert list(found) == sorted({metric.key for metric in SPOKEN if metric.name in names})


@given(st.text(max_size=80))
def test_any_text_names_known_metrics_only(text: str) -> None:
    assert set(metrics_named(text)) <= set(BY_KEY)
