"""Names of people: the form that platforms hash, and the form in a file."""

from __future__ import annotations

import re
import unicodedata

from server.core.cells import FAILED, Cell, text_of
from server.core.visible import one_line

_BLANKS = re.compile(r"\s+")
_TITLES = frozenset("mr mrs ms miss mx dr prof herr frau mme mlle sr sra srta sig sigra".split())
_SUFFIXES = frozenset("jr sr ii iii iv phd md".split())
_FORMULA_SIGNS = "=+-@＝＋－＠\t\r\n "
"""Signs that make a formula of a text where a file is opened in a spreadsheet."""
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_LONGEST = 200
"""Characters of a name that are kept."""


def read_name(cell: Cell) -> str:
    """Return a name with single blanks; signs that would make a formula of it in a spreadsheet are no part of it.

    >>> read_name("  Anna   Maria "), read_name("=HYPERLINK(1)"), read_name("#N/A"), read_name("-")
    ('Anna Maria', 'HYPERLINK(1)', '', '')
    """
    text = one_line(text_of(cell))
    if text in FAILED:
        return ""
    return harmless(text)[:_LONGEST]


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: its first signs are gone. Numbers stay.

    >>> harmless("=1+1"), harmless("@SUM(1)"), harmless("+491711234567"), harmless("-12.5"), harmless("Champions")
    ('1+1', 'SUM(1)', '+491711234567', '-12.5', 'Champions')
    """
    return text if _NUMBER.fullmatch(text) else text.lstrip(_FORMULA_SIGNS)


def google_name(name: str) -> str:
    """Return a name as Google hashes it: lower case, no blanks, without titles and suffixes.

    >>> google_name("  GivenName "), google_name("Dr. Anna Maria"), google_name("O’Hara Jr."), google_name("Jr")
    ('givenname', 'annamaria', 'o’hara', 'jr')
    """
    words = _BLANKS.sub(" ", name).strip().lower().split(" ")
    while len(words) > 1 and _bare(words[0]) in _TITLES:
        words.pop(0)
    while len(words) > 1 and _bare(words[-1]) in _SUFFIXES:
        words.pop()
    return "".join(words)


def meta_name(name: str) -> str:
    """Return a name as Meta hashes it: lower case, no punctuation, with its accents.

    >>> meta_name("O’Hara-Smith"), meta_name(" Valéry "), meta_name("J. R.")
    ('oharasmith', 'valéry', 'j r')
    """
    text = unicodedata.normalize("NFC", _BLANKS.sub(" ", name).strip().lower())
    return "".join(c for c in text if unicodedata.category(c)[0] not in "PS").strip()


def _bare(word: str) -> str:
    return word.replace(".", "").replace(",", "")
