"""Layouts that are no list of transactions: pivots, and two tables side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence

from server.core.transactions.headers import Role, plain
from server.core.transactions.spellings import SPELLINGS
from server.errors import TrainingDataError
from server.layout.headers import column_letter
from server.texts import to_say

FEWEST_PERIODS = 3
"""Headers that are months or years, of which a pivot has at least so many."""

_PERIOD = re.compile(
    r"(?:(?:19|20)\d{2}(?:[-/. ]?(?:0?[1-9]|1[0-2]|q[1-4]))?|q[1-4](?:[-/. ]?(?:19|20)?\d{2})?|"
    r"(?:0?[1-9]|1[0-2])[-/.](?:19|20)?\d{2}|"
    r"(?:jan|feb|mar|mär|apr|avr|may|mai|maj|jun|jul|lip|aug|ago|sep|set|oct|okt|ott|out|nov|dec|dez|déc|dic|ene|gen|gru|"
    r"fév|mag|giu|lug)[a-zéèûçàäöüłńśźż]*\.?(?:[-/. ']*(?:19|20)?\d{2})?)",
    re.IGNORECASE,
)


def refuse_other_layouts(
    texts: Sequence[str], row: int, used: Sequence[int], *, has_dates: bool = False
) -> None:
    """Refuse a pivot and two tables side by side, and say which layout is needed.

    Parameters
    ----------
    texts
        The headers.
    used
        Places of the columns that were recognised.

    Raises
    ------
    TrainingDataError
        If it is one of the two.
    """
    periods = [i for i, text in enumerate(texts) if _PERIOD.fullmatch(text.strip())]
    if not used and not has_dates and len(periods) >= FEWEST_PERIODS:
        first, last = periods[0], periods[-1]
        raise TrainingDataError(
            to_say(
                "Training_Data seems to be a pivot: in row {row}, the columns {first} to {last} are "
                "periods ({first_header} … {last_header}), and each row is a customer.",
                row=row,
                first=column_letter(first),
                last=column_letter(last),
                first_header=texts[first],
                last_header=texts[last],
            ),
            hint=to_say(
                "What is needed is a list: one row for each order, with the customer, the date and "
                "the amount beside each other. Paste the orders that the pivot was made of."
            ),
        )
    if used:
        _refuse_two_tables(texts, row)


def _refuse_two_tables(texts: Sequence[str], row: int) -> None:
    """Refuse two tables side by side, separated by an empty column, that both have customers or both amounts."""
    names = [plain(text) for text in texts]
    gap = _gap(names)
    if gap is None:
        return
    end = max(place for place in range(gap) if names[place])
    begin = min(place for place in range(gap + 1, len(names)) if names[place])
    raise TrainingDataError(
        to_say(
            "Training_Data has two tables side by side: in row {row}, one in the columns A to "
            "{end}, another from column {begin} on.",
            row=row,
            end=column_letter(end),
            begin=column_letter(begin),
        ),
        hint=to_say("Put the second one below the first, under the same headers, or delete it."),
    )


def _gap(names: Sequence[str]) -> int | None:
    """Return the place of an empty header between two tables, None where there is none."""
    gaps = (place for place, name in enumerate(names) if not name and 0 < place < len(names) - 1)
    return next((place for place in gaps if _are_tables(names[:place], names[place + 1 :])), None)


def _are_tables(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether both have several headers, and one of customers, dates or amounts each."""
    if sum(map(bool, left)) < 2 or sum(map(bool, right)) < 2:
        return False
    shared = (Role.CUSTOMER_ID, Role.ORDER_DATE, Role.AMOUNT)
    return any(_has(left, role) and _has(right, role) for role in shared)


def _has(names: Sequence[str], role: Role) -> bool:
    return not set(SPELLINGS[role]).isdisjoint(names)
