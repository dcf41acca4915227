"""Coverage of the amounts of orders: whether each line has its own, or bears the order's total."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.options import Options
from server.core.transactions.coverage import LINE, ORDER, Coverage, allowed_answer
from server.core.transactions.headers import Role, plain
from server.core.transactions.id_codes import NO_CODE
from server.core.transactions.questions import Choice, Decision, Doubt
from server.core.transactions.table_columns import Columns
from server.texts import Amount, Count, counted, to_say

SAME_SHARE = 0.95
"""Where fewer of the orders with several lines have one amount in all, each line has its own."""

MOSTLY = 0.8
"""Where the header, or the export, says that the amount is the order's, so many such orders bear it out."""

LITTLE = 0.005
"""A part of all money that is too small to ask about: two equal pieces in a few orders."""

MUCH, MANY = 0.05, 5
"""Without order ids, less money in repeated lines, and fewer customers with them, are noted and not asked about."""

_OF_THE_ORDER = (
    "ordertotal",
    "grandtotal",
    "totalorder",
    "invoicetotal",
    "baskettotal",
    "orderamount",
    "ordervalue",
)
_OF_THE_LINE = ("line", "item", "position", "product", "artikel", "article")


def order_covers(
    columns: Columns,
    order: NDArray[np.int32],
    amount: NDArray[np.float64],
    quantity: NDArray[np.float64] | None,
    candidates: NDArray[np.bool_],
    rows: NDArray[np.int32],
    options: Options,
    *,
    by_moment: bool = False,
) -> Coverage:
    """Return whether the lines of an order repeat the order's amount.

    Only orders whose lines stand together tell it: equal lines that lie apart were pasted twice.

    Parameters
    ----------
    order
        Codes of the orders, shape (n,).
    candidates
        Rows that may count and have an order, shape (n,).
    rows
        Sheet rows, shape (n,).
    by_moment
        The file has no order ids: rows of one customer and one moment are taken for an order, which may be chance.
    """
    answer = allowed_answer(options, LINE, ORDER)
    with np.errstate(invalid="ignore"):
        places = np.flatnonzero(candidates & (order != NO_CODE) & (amount > 0))
    equal_lines = _equal_lines(order[places], amount[places], None if quantity is None else quantity[places])
    if equal_lines is None:
        return Coverage(LINE)
    if by_moment and (equal_lines.excess < MUCH or equal_lines.same.sum() < MANY):
        return Coverage(LINE)
    header = columns.roles[Role.AMOUNT].header
    covers = answer or _coverage_by_amounts(columns, equal_lines)
    doubt = None
    if answer or not covers:
        question = _OF_MOMENTS if by_moment else _OF_ORDERS
        doubt = _doubt_of_order(
            question, header, equal_lines, order[places], amount[places], rows[places], answer
        )
    if covers == LINE:
        return Coverage(LINE, doubt=doubt)
    further = _further(order, places, len(amount))
    return Coverage(ORDER, further, _said(header, further, amount) if doubt is None else None, doubt)


_OF_ORDERS = to_say(
    "{orders} stand in several rows, and {same} of them have the same {header} in each. Is that the order's "
    "total, or does each row have its own?"
)
_OF_MOMENTS = to_say(
    "There are no order ids, and {orders} seem to stand in several rows: one customer, one date, one {header}. Is "
    "that the order's total, or does each row have its own?"
)


def orders_by_moment(
    customer: NDArray[np.int32], same_moment: NDArray[np.bool_], amount: NDArray[np.float64]
) -> NDArray[np.int32] | None:
    """Return a code for each run of rows of one customer and one moment; None where hardly any repeats its amount.

    Parameters
    ----------
    same_moment
        Rows whose date is written as that of the row before, shape (n,).

    >>> customer, same = np.array([4, 4, 5, 5, -1]), np.array([False, True, True, True, True])
    >>> orders_by_moment(customer, same, np.array([9.0, 9.0, 9.0, 9.0, 9.0])) is None
    True
    >>> orders_by_moment(np.tile(customer, 3), np.tile(same, 3), np.full(15, 9.0))[:5].tolist()
    [0, 0, 1, 1, -1]
    """
    goes_on = same_moment & (np.diff(customer, prepend=NO_CODE) == 0) & (customer != NO_CODE)
    if (goes_on & (np.diff(amount, prepend=np.nan) == 0)).sum() < MANY:
        return None
    codes = np.cumsum(~goes_on, dtype=np.int32) - np.int32(1)
    return np.where(customer == NO_CODE, np.int32(NO_CODE), codes).astype(np.int32)


def _doubt_of_order(
    question: str,
    header: str,
    equal_lines: _EqualLines,
    order: NDArray[np.int32],
    amount: NDArray[np.float64],
    rows: NDArray[np.int32],
    answer: str,
) -> Doubt:
    first = int(np.flatnonzero(equal_lines.same if equal_lines.same.any() else equal_lines.several)[0])
    lines = order == first
    values = amount[lines]
    return Doubt(
        "AmountCovers",
        to_say(
            question,
            orders=counted(int(equal_lines.several.sum()), "order"),
            same=Count(int(equal_lines.same.sum())),
            header=header,
        ),
        (
            Choice(ORDER, to_say("It is the order's total: count it once"), _first_order(values[0])),
            Choice(LINE, to_say("Each row has its own: add them up"), _first_order(values.sum())),
        ),
        column=header,
        sheet_rows=tuple(rows[lines][:20].tolist()),
        answer=answer,
    )


def _first_order(money: float) -> str:
    return to_say("{money} for the first such order", money=Amount(float(money)))


@dataclass(frozen=True, slots=True)
class _EqualLines:
    """Orders with several lines, and those with one amount in all; shape (orders,) each.

    Attributes
    ----------
    excess
        Part of all money that would be too much if the equal amounts were the orders'.
    has_other_quantities
        Equal amounts stand beside differing quantities, so that they cannot be the lines'.
    """

    several: NDArray[np.bool_]
    same: NDArray[np.bool_]
    excess: float
    has_other_quantities: bool

    @property
    def share(self) -> float:
        return float(self.same.sum() / self.several.sum())


def _equal_lines(
    codes: NDArray[np.int32], values: NDArray[np.float64], quantity: NDArray[np.float64] | None
) -> _EqualLines | None:
    """Return the orders with several lines that are contiguous; None where none has several."""
    if not len(codes):
        return None
    n, at = int(codes.max()) + 1, np.arange(len(codes))
    lines = np.bincount(codes, minlength=n)
    first, last = np.full(n, len(codes)), np.full(n, -1)
    np.minimum.at(first, codes, at)
    np.maximum.at(last, codes, at)
    several = (lines > 1) & (last - first + 1 == lines)
    if not several.any():
        return None
    low, high = _ends(codes, values, n)
    same = several & (high - low < 0.005)
    excess = float((low * (lines - 1))[same].sum() / values.sum())
    others = False
    if quantity is not None and same.any():
        least, most = _ends(codes, np.nan_to_num(quantity), n)
        others = bool((most > least)[same].mean() >= 0.1)
    return _EqualLines(several, same, excess, others)


def _ends(
    codes: NDArray[np.int32], values: NDArray[np.float64], n: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    low, high = np.full(n, np.inf), np.full(n, -np.inf)
    np.minimum.at(low, codes, values)
    np.maximum.at(high, codes, values)
    return low, high


def _coverage_by_amounts(columns: Columns, equal_lines: _EqualLines) -> str:
    """Return what the amounts of orders with several lines tell, "" where they leave it open."""
    known = _covers_by_name(columns)
    is_of_export = columns.export is not None and bool(columns.export.covers)
    if known == ORDER and equal_lines.share >= MOSTLY:
        return ORDER
    if (known == LINE and is_of_export) or equal_lines.share < SAME_SHARE or equal_lines.excess < LITTLE:
        return LINE
    return ORDER if equal_lines.has_other_quantities and known != LINE else ""


def _covers_by_name(columns: Columns) -> str:
    """Return what the export, or the header, says that the amount covers; "" where neither does."""
    if columns.export is not None and columns.export.covers:
        return columns.export.covers
    name = plain(columns.roles[Role.AMOUNT].header)
    if any(part in name for part in _OF_THE_ORDER):
        return ORDER
    return LINE if any(part in name for part in _OF_THE_LINE) else ""


def _further(order: NDArray[np.int32], places: NDArray[np.int64], n: int) -> NDArray[np.bool_]:
    """Return the rows of an order behind the first that has its amount."""
    codes = order[places]
    first = np.full(int(order.max()) + 2, n, dtype=np.int64)
    np.minimum.at(first, codes, places)
    first[-1] = n
    of_row = first[order]
    return np.asarray((of_row < n) & (np.arange(n) != of_row))


def _said(header: str, further: NDArray[np.bool_], amount: NDArray[np.float64]) -> Decision:
    text = to_say(
        "{header} is the total of the order and stands on each of its rows: it counts once. Not added: {rows} "
        "({money}).",
        header=header,
        rows=counted(int(further.sum()), "further row"),
        money=Amount(float(np.nansum(amount[further]))),
    )
    return Decision("AmountCovers", text)
