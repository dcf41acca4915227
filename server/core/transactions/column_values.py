"""Check whether the first values below a header fit it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from server.core.cells import Cell, text_of
from server.core.transactions.dates import NO_DATE, DateReader
from server.core.transactions.headers import MONEY, Role
from server.core.transactions.line_amounts import shares_of
from server.core.transactions.money import MoneyReader
from server.core.transactions.statuses import is_answer

FEWEST = 3
"""Of fewer cells nothing is told."""
READABLE = 0.5
"""A column of amounts or dates of which less than this can be read is another's."""
MIN_DISTINCT = 3


def fits(role: Role, cells: Sequence[Cell]) -> bool:
    """Whether cells below a header can be of its role; few or none fit any.

    >>> fits(Role.AMOUNT, ["card", "cash", "card"]), fits(Role.AMOUNT, ["9.90", "free", "1,20"])
    (False, True)
    >>> fits(Role.CUSTOMER_ID, ["yes", "no", "yes"]), fits(Role.EMAIL, ["yes", "no", "yes"])
    (False, False)
    """
    if len(cells) < FEWEST:
        return True
    if role is Role.DISCOUNT and (~np.isnan(shares_of(cells))).mean() >= READABLE:
        return True
    if role in MONEY:
        return _share_of_numbers(cells) >= READABLE or (role is Role.REFUNDED and _are_answers(cells))
    if role is Role.ORDER_DATE:
        return _share_of_dates(cells) >= READABLE
    of_texts = _FITS.get(role)
    return of_texts is None or of_texts([text_of(cell) for cell in cells])


_ANSWERS = frozenset("yes no y n true false ja nein oui non si sí no sim não tak nie nej nei 0 1 x".split())
"""What a column holds that answers a question (subscribed to the newsletter?) and names nobody."""


def _share_of_numbers(cells: Sequence[Cell]) -> float:
    reader = MoneyReader()
    reader.add(cells)
    return float((~np.isnan(reader.finish())).mean())


def _are_answers(cells: Sequence[Cell]) -> bool:
    """Whether a column says of each sale whether it was refunded, and not how much."""
    return all(is_answer(text_of(cell)) for cell in cells)


def _share_of_dates(cells: Sequence[Cell]) -> float:
    reader = DateReader()
    reader.add(cells)
    return float((reader.finish().days != NO_DATE).mean())


def _has_addresses(texts: Sequence[str]) -> bool:
    return any("@" in text for text in texts)


def _names_somebody(texts: Sequence[str]) -> bool:
    return not {text.casefold() for text in texts} <= _ANSWERS


def _has_digits(texts: Sequence[str]) -> bool:
    return any(character.isdigit() for text in texts for character in text)


_FITS: dict[Role, Callable[[Sequence[str]], bool]] = {
    Role.EMAIL: _has_addresses,
    Role.CUSTOMER_ID: _names_somebody,
    Role.ORDER_ID: _has_digits,
}
