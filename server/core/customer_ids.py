"""When two cells name the same customer: one rule, for training, and for erasing one customer from every tab."""

from __future__ import annotations

import re

from server.core.cells import Cell, text_of
from server.layout import normalised

_WHOLE_AS_DECIMAL = re.compile(r"\d+\.0+")
_MISSING = frozenset({"", "nan", "null", "none", "n/a", "#n/a", "nat", "<na>"})


def id_key(cell: Cell, *, folds_case: bool = False) -> str:
    """Return an id in the form in which equal ones are equal, "" for what is no id.

    Parameters
    ----------
    folds_case
        Whether capitals make no difference, as in e-mail addresses.

    Examples
    --------
    >>> id_key(13085.0), id_key("13085.0"), id_key("00123"), id_key("NaN"), id_key("Ann@x.com", folds_case=True)
    ('13085', '13085', '00123', '', 'ann@x.com')
    """
    text = text_of(cell)
    if _WHOLE_AS_DECIMAL.fullmatch(text):
        text = text.partition(".")[0]
    folded = text.casefold()
    if folded in _MISSING:
        return ""
    return folded if folds_case else text


def folds_case(header: str) -> bool:
    """Whether a column of customers holds e-mail addresses, whose capitals make no difference.

    >>> folds_case("E-Mail Address"), folds_case("customer_id")
    (True, False)
    """
    return "email" in normalised(header)
