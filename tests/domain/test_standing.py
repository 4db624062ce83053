"""What stands after all edits of an entry, whichever way they came."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.decisions import Decided
from pipeline.domain.standing import standing, standings

DAWN = datetime(2026, 11, 1, tzinfo=UTC)


def said(verdict: str, hours: int = 0, note: str | None = None, mark: str = "m", **parts: Any) -> Decided:
    """An edit of so many *hours* after dawn."""
    plain: dict[str, Any] = {
        "key": "remove:1", "until": None, "word": "", "what": "", "who": "", "reason": "", "proof": "", "origin": "", "noted_at": DAWN,
    }  # fmt: skip
    return Decided(mark=mark, verdict=verdict, decided_at=DAWN + timedelta(hours=hours), note=note, **plain | parts)


def told(*history: Decided) -> tuple[str, str, str | None] | None:
    """Verdict, note and what is not understood after *history*."""
    found = standing(history)
    return None if found is None else (found.by.verdict, found.note, found.unclear.word if found.unclear else None)


KEEP, KICK, BACK, ASKED = said("keep"), said("unclear", 1, word="Kick"), said("withdrawn", 2), said("noted", 3, "asked")


@pytest.mark.parametrize(
    ("history", "after"),
    [
        ([], None),
        ([KEEP], ("keep", "", None)),
        ([KEEP, said("remove", 1)], ("remove", "", None)),
        ([KEEP, KICK], ("keep", "", "Kick")),
        ([KEEP, KICK, said("keep", 2)], ("keep", "", None)),
        ([KICK], ("unclear", "", "Kick")),
        ([KICK, ASKED], ("unclear", "asked", "Kick")),
        ([KEEP, KICK, BACK], None),
        ([KEEP, ASKED], ("keep", "asked", None)),
        ([KEEP, BACK, ASKED], ("noted", "asked", None)),
        ([KEEP, ASKED, said("noted", 4, "")], ("keep", "", None)),
        ([ASKED, said("noted", 4, "")], None),
        ([ASKED, said("withdrawn", 4)], None),
        ([ASKED, said("withdrawn", 4), said("noted", 4, "gone", mark="a")], ("noted", "gone", None)),
        ([ASKED, said("keep", 4)], ("keep", "asked", None)),
    ],
)
def test_what_stands(history: Sequence[Decided], after: tuple[str, str, str | None] | None) -> None:
    assert told(*history) == after


EDITS = st.lists(
    st.builds(
        lambda verdict, hours, note, mark, until: said(verdict, hours, note, mark, until=until),
        st.sampled_from(["keep", "remove", "withdrawn", "noted", "unclear"]), st.integers(0, 5), st.sampled_from([None, "", "asked"]),
        st.text("abcdef", min_size=6, max_size=6), st.sampled_from([None, date(2026, 12, 24)]),
    ),
    max_size=12, unique_by=lambda edit: edit.mark,
)  # fmt: skip


@given(EDITS, st.data())
def test_the_order_in_which_edits_come_changes_nothing(edits: list[Decided], data: Any) -> None:
    again = data.draw(st.lists(st.sampled_from(edits), max_size=4)) if edits else []
    assert standing(data.draw(st.permutations([*edits, *again]))) == standing(edits)


def test_a_person_has_one_history_under_all_main_accounts() -> None:
    edits = [KEEP, said("remove", 1, key="remove:3"), said("keep", 2, key="slot:1")]
    found = standings(edits, {1: 3, 3: 3})
    assert {key: each.by.verdict for key, each in found.items()} == {"remove:3": "remove", "slot:1": "keep"}
