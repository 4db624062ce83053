"""Data × stage: what a source may say instead of what was agreed."""

from pathlib import Path

import pytest
from fault_kit import Night
from faults_data import ODD, UNNOTICED
from playing import Fault, by_turns, lasts, passes


@pytest.mark.parametrize("fault", UNNOTICED, ids=str)
def test_what_nobody_knows_is_left_out_without_a_trace(night: Night, fault: Fault, tmp_path: Path) -> None:
    passes(night, fault, tmp_path / "case")


@pytest.mark.parametrize("fault", by_turns(ODD), ids=str)
def test_what_is_odd_costs_no_more_than_itself(night: Night, fault: Fault, tmp_path: Path) -> None:
    lasts(night, fault, tmp_path / "case")
