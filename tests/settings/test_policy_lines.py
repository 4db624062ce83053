"""The line of a key in TOML."""

import re
import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.policy_lines import Path, line_of

TEXT = '''# a remark = 1
top.dotted = 1

[clan]  # [not.a.table]
time_zone = "UTC"
"quoted \\"key\\"" = 'x'
'a.b' = 2

[thresholds.by_rank]
captain = 3

[[rank]]
name = "recruit"
all = [
  "ehb >= 1",  # "zulrah >= 2",

  "xp = 2", "ehp >= 3",
]

[[rank]]
name = """
[clan]
time_zone = 1
"""
until = 2026-12-04T10:00:00.5Z
all = []
any = ["ehb > 1"]

[rank.deep]
er = 1

[[rank.more]]
one = {two = {three = [1, {four = 4.5}]}, five = -5e3}
[[ "rank" . more ]]
one = 1
[last]
'''


@pytest.mark.parametrize(
    ("where", "line"),
    [
        (("top", "dotted"), 2),
        (("clan",), 4),
        (("clan", "time_zone"), 5),
        (("clan", 'quoted "key"'), 6),
        (("clan", "a.b"), 7),
        (("thresholds", "by_rank", "captain"), 10),
        (("rank", 0), 12),
        (("rank", 0, "name"), 13),
        (("rank", 0, "all"), 14),
        (("rank", 0, "all", 0), 15),
        (("rank", 0, "all", 1), 17),
        (("rank", 0, "all", 2), 17),
        (("rank", 1), 20),
        (("rank", 1, "until"), 25),
        (("rank", 1, "any", 0), 27),
        (("rank", 1, "deep", "er"), 30),
        (("rank", 1, "more", 0, "one", "two", "three", 1, "four"), 33),
        (("rank", 1, "more", 0, "one", "five"), 33),
        (("rank", 1, "more", 1, "one"), 35),
        (("last",), 36),
    ],
)
def test_a_key_has_its_line(where: Path, line: int) -> None:
    assert line_of(TEXT, where) == line


def test_what_is_not_there_has_the_line_of_what_should_hold_it() -> None:
    assert line_of(TEXT, ("rank", 1, "why")) == 20


def test_what_nothing_holds_has_no_line() -> None:
    assert line_of(TEXT, ("alert", 0, "when")) is None


def test_lines_end_as_windows_ends_them() -> None:
    assert line_of(TEXT.replace("\n", "\r\n"), ("rank", 0, "all", 1)) == 17


def test_a_sign_that_only_looks_like_a_line_is_none() -> None:
    assert line_of('[a]\nb = "\u2028\u0085"\nc = 1\n', ("a", "c")) == 3


def leaves(held: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Every value that TOML holds, with the way to it."""
    if isinstance(held, dict):
        for key, value in held.items():
            yield from leaves(value, (*path, key))
    elif isinstance(held, list):
        for number, value in enumerate(held):
            yield from leaves(value, (*path, number))
    else:
        yield path, held


WORDS = st.sampled_from(["name", "all", "'a b'", '"c.d"', "e.f"])
TEXTS = st.text(st.sampled_from("ab\"'#[]{}=,. \n\\"), max_size=12)


def quoted(text: str) -> str:
    return '"""' + text.replace("\\", "\\\\").replace('"', '\\"') + '"""'


@given(
    tables=st.lists(
        st.tuples(
            st.sampled_from(["[[rank]]", "[[ rank . more ]]", "[[alert]]"]),
            st.dictionaries(WORDS, st.lists(st.tuples(TEXTS, st.booleans()), max_size=3), max_size=4),
        ),
        max_size=5,
    )
)
def test_every_value_has_a_line_and_stands_in_it(
    tables: list[tuple[str, dict[str, list[tuple[str, bool]]]]],
) -> None:
    lines = ["[[rank]]"]
    number = 0
    for head, keys in tables:
        lines.append(head)
        for key, values in keys.items():
            lines.append(f"{key} = [  # [x]")
            for text, breaks in values:
                number += 1
                mark = f"{{ n = {number}, t = {quoted(text)} }},"
                lines.append(mark + ("\n" if breaks else ""))
            lines.append("]")
    text = "\n".join(lines) + "\n"
    split = text.split("\n")
    for path, value in leaves(tomllib.loads(text)):
        if path[-1] == "n":
            line = line_of(text, path)
            assert line is not None
            assert re.search(rf"\bn = {value}\b", split[line - 1])
