"""Cleaning of texts for display: invisible characters, and characters that control a terminal."""

from __future__ import annotations

import re

_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe0e\ufe0f\x00-\x08\x0e-\x1f\x7f]"
)


def visible(text: str) -> str:
    """Return a text without invisible signs and outer blanks.

    >>> visible("\\u202a+49 151\\u202c "), visible("\\u00a000123\\u200b")
    ('+49 151', '00123')
    """
    return text.strip() if text.isascii() and text.isprintable() else _INVISIBLE.sub("", text).strip()


_CODES = re.compile("[\x80-\x84\x86-\x9f]")
"""Control codes that are no blanks; a terminal and some programs obey them."""


def one_line(text: str) -> str:
    """Return a text in one line, with single blanks, without control codes and marks of direction.

    >>> one_line("Shop\\r\\nBcc: x@evil.example"), one_line("\\u202e=1+1\\x9b2J\\u2028next")
    ('Shop Bcc: x@evil.example', '=1+12J next')
    """
    return " ".join(_CODES.sub("", visible(text)).split())


_COMMANDS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
_LONGEST_LINE = 2_000


def terminal_text(text: str) -> str:
    """Return a text for a terminal: control codes and marks of direction are shown as ``�``, long lines are cut.

    A file's headers and cells are quoted in messages. An escape code in them would colour, move or hide what is
    printed after it, and a mark of direction would turn it round.

    >>> terminal_text("Amount\\x1b[31m"), terminal_text("a\\nb")
    ('Amount�[31m', 'a\\nb')
    """
    return "\n".join(
        line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"
        for line in _COMMANDS.sub("\ufffd", text).split("\n")
    )
