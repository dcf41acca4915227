"""Key of a customer id: the one rule for equal ids, for training and for erasing a customer."""

from __future__ import annotations

import re
import unicodedata

from server.core.cells import FAILED, Cell, text_of
from server.core.visible import visible
from server.layout.headers import normalised

_WHOLE_AS_DECIMAL = re.compile(r"\d+\.0+")
_ADDRESS = re.compile(r"(?:[^<>@]*<|mailto:)\s*(?:mailto:)?([^\s<>@]+@[^\s<>@]+?)\s*>?[;,]?", re.IGNORECASE)
"""An e-mail address as programs of mail write it: Ann <ann@x.com>, mailto:ann@x.com."""
_BLANKS = re.compile(r"\s+")
MISSING_IDS = frozenset(
    """
    nan null none nil undefined n/a n.a. #n/a nat <na> <null> <none> (none) (null) (blank) (empty) - -- --- – — . ?
    """.split()
) | {""}
"""What stands in a column of ids where there is none, in small letters."""
FAILED_CELLS = frozenset(word.casefold() for word in FAILED)
"""What a failing formula shows, in small letters: no id either."""


def id_key(cell: Cell, *, folds_case: bool = False) -> str:
    """Return an id in the form in which equal ones are equal, "" for what is no id.

    Invisible signs and outer blanks are no part of an id, nor is what a spreadsheet's export puts round a text
    (``="00123"``, ``'00123``).

    Parameters
    ----------
    folds_case
        Whether capitals make no difference, as in e-mail addresses.

    Examples
    --------
    >>> id_key(13085.0), id_key("13085.0"), id_key("00123"), id_key("NaN"), id_key("Ann@x.com", folds_case=True)
    ('13085', '13085', '00123', '', 'ann@x.com')
    >>> id_key("\\u202a+49151\\u202c"), id_key('="00123"'), id_key("'00123"), id_key("-")
    ('+49151', '00123', '00123', '')
    >>> id_key("Ann Lee <ann@x.com>"), id_key("mailto:ann@x.com"), id_key("a<b")
    ('ann@x.com', 'ann@x.com', 'a<b')
    """
    text = text_of(cell)
    if isinstance(cell, str):
        text = _plain(text)
    if _WHOLE_AS_DECIMAL.fullmatch(text):
        text = text.partition(".")[0]
    folded = text.casefold()
    if folded in MISSING_IDS or (folded[:1] == "#" and folded in FAILED_CELLS):
        return ""
    return folded if folds_case else text


def _plain(text: str) -> str:
    if text.isalnum() and text.isascii():
        return text
    text = visible(text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if text.startswith('="') and text.endswith('"'):
        text = visible(text[2:-1])
    if text[:1] == "'" and (text[1:2].isdigit() or text[1:2] in "=+-@"):
        text = text[1:]
    if "@" in text and (address := _ADDRESS.fullmatch(text)):
        text = address[1]
    return _BLANKS.sub(" ", text)


def folds_case(header: str) -> bool:
    """Whether a column of customers holds e-mail addresses, whose capitals make no difference.

    >>> folds_case("E-Mail Address"), folds_case("customer_id")
    (True, False)
    """
    return "email" in normalised(header)
