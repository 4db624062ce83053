"""The README's table of faults names what the suite plays, each fault with a mark for each of its stages."""

import re

from fault_page import BEGIN, COLUMNS, END, PASSED, README, UNPLAYED, page, shown
from registry import everything


def test_no_fault_is_named_twice() -> None:
    keys = [told.key for told in everything()]
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_the_readme_holds_one_table_of_faults() -> None:
    text = README.read_text("utf-8")
    assert (text.count(BEGIN), text.count(END)) == (1, 1)


def test_the_table_names_exactly_the_faults_that_are_played() -> None:
    marks = {told.key: PASSED for told in everything()}
    assert (
        re.sub(rf"skipped: [^,|]+|{UNPLAYED}", PASSED, shown()).replace("| – |", f"| {PASSED} |") == page(marks).strip()
    )
    assert COLUMNS[0] in shown()
