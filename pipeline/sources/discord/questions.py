"""Is this a question? A rule that can be tested, not a guess at what was meant.

A message asks if there is a `?` in what its author says: outside links, code, block quotes and custom emoji; or if its first word
is one of `OPENINGS` and at least two more follow. (The opener of a forum for questions asks too: that is decided where forums
are known.) Texts pass through here and are dropped.
"""

import re
from collections.abc import Collection
from typing import Final

OPENINGS: Final = frozenset({
    "anybody", "anyone", "are", "can", "do", "does", "how", "hows", "how's", "is", "should", "what", "whats", "what's", "when",
    "whens", "when's", "where", "wheres", "where's", "which", "who", "whos", "who's", "whose", "why",
})  # fmt: skip
"""English first words that open more questions than statements; clan.toml adds a clan's own."""

FEWEST_WORDS: Final = 3
_UNSAID: Final = re.compile(
    r"""
      ```.*?```                   # a block of code
    | (`+)(?!`).+?(?<!`)\1(?!`)   # code in a line
    | ^>>>\s.*\Z                  # a quote to the end of the message
    | ^>[^\S\n][^\n]*             # a quoted line
    | <a?:\w+:\d+>                # a custom emoji
    | <(?:[@\#][!&]?|t:|/)[^>\n]*>  # a mention, an instant, a command
    | https?://\S+                # a link
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def said(text: str) -> str:
    """*text* without links, code, block quotes, custom emoji and mentions."""
    return _UNSAID.sub(" ", text)


def is_question(text: str, openings: Collection[str] = OPENINGS) -> bool:
    """Whether *text* asks, by the rule above."""
    words_said = said(text)
    if "?" in words_said:
        return True
    words: list[str] = _WORD.findall(words_said)
    return len(words) >= FEWEST_WORDS and words[0].lower().replace("’", "'") in openings
