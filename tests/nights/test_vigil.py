"""The scheduler waits for a sign of every night that is due, and is not fooled by clocks."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from night_kit import NOW

from flows.vigil import SET_BACK, SILENT, Vigil, give_sign, sign

LONGEST_S = 3600.0


class Watch:
    """A vigil of which a test says how time goes by."""

    def __init__(self, output: Path) -> None:
        (output / "prefect").mkdir()
        self.output, self.now, self.ticked, self.signs = output, NOW, 0.0, 0
        self.vigil = Vigil(output, self.now, lambda: self.ticked)

    def look(self, after_s: float, *, is_due: bool = False, set_by_s: float = 0.0) -> str | None:
        self.ticked += after_s
        self.now += timedelta(seconds=after_s + set_by_s)
        return self.vigil.wrong(self.now, is_due=is_due, longest_s=LONGEST_S)

    def sign(self) -> None:
        """A scheduled run ends, at another instant than any before."""
        give_sign(self.output)
        self.signs += 1
        os.utime(sign(self.output), ns=(self.signs, self.signs))

    def wait(self, seconds: float) -> list[str | None]:
        """What is found wrong in so many seconds, by a look a minute."""
        return [wrong for _ in range(round(seconds / 60)) if (wrong := self.look(60)) is not None]


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    return Watch(tmp_path)


def test_a_night_that_is_due_and_comes_to_no_end_is_told_of_once(watch: Watch) -> None:
    assert watch.wait(3 * LONGEST_S) == [], "none is due"
    assert watch.look(1, is_due=True) is None
    assert watch.wait(LONGEST_S) == []
    assert watch.wait(3 * LONGEST_S) == [SILENT]
    assert watch.look(1, is_due=True) is None
    assert watch.wait(2 * LONGEST_S) == [SILENT], "the next one is waited for as well"


def test_a_night_that_ends_is_a_sign_even_before_it_was_seen_to_be_due(watch: Watch) -> None:
    watch.look(1, is_due=True)
    watch.sign()
    assert watch.wait(3 * LONGEST_S) == []
    watch.sign()
    watch.look(1, is_due=True)
    assert watch.wait(3 * LONGEST_S) == []


def test_a_computer_that_sleeps_in_the_middle_of_a_night_is_given_its_time(watch: Watch) -> None:
    watch.look(1, is_due=True)
    assert watch.look(10 * LONGEST_S) is None
    assert watch.wait(LONGEST_S) == [SILENT]


def test_a_clock_that_is_set_forward_makes_no_night_late_and_one_set_back_starts_prefect_again(watch: Watch) -> None:
    watch.look(1, is_due=True)
    assert watch.look(1, set_by_s=90 * 86_400) is None
    assert watch.look(1, set_by_s=-5) is None
    assert watch.look(1, set_by_s=-90 * 86_400) == SET_BACK
    assert watch.wait(2 * LONGEST_S) == []
