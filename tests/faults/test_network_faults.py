"""Network × stage: what a server, a proxy or the way there can do to a night."""

from pathlib import Path

import pytest
from fault_kit import Night
from faults_network import MORE_REDIRECTS, PASSING, PLANNED, WIRES
from playing import Fault, by_turns, lasts, passes

from pipeline.demo.discord.faults import DISCORD_FAULTS
from pipeline.demo.wom.faults import FAULTS


def test_every_plan_of_the_demos_servers_is_played() -> None:
    assert {fault.plan for fault in (*PASSING, *PLANNED)} == {*FAULTS, *DISCORD_FAULTS}


@pytest.mark.parametrize("fault", by_turns(PASSING), ids=str)
def test_what_passes_leaves_an_undisturbed_night(night: Night, fault: Fault, tmp_path: Path) -> None:
    passes(night, fault, tmp_path / "case")


@pytest.mark.parametrize(
    "fault",
    [*by_turns([*PLANNED, *WIRES]), *(pytest.param(fault, marks=pytest.mark.soak) for fault in MORE_REDIRECTS)],
    ids=str,
)
def test_what_does_not_pass_is_told_and_heals(night: Night, fault: Fault, tmp_path: Path) -> None:
    lasts(night, fault, tmp_path / "case")
