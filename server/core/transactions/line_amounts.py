"""What lowers a line of quantity times price: a discount beside it, and pieces that came back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from server.core.cells import Cell
from server.core.options import Options
from server.core.transactions.coverage import UNIT
from server.core.transactions.headers import Role
from server.core.transactions.price_coverage import price_covers
from server.core.transactions.questions import Decision, Doubt
from server.core.transactions.refunds import once_an_order
from server.core.transactions.table_columns import Columns
from server.texts import Amount, counted, to_say

Amounts = NDArray[np.float64]

_PERCENT = re.compile(r"[-–−]?\s*(\d+(?:[.,]\d+)?)\s*[%％]")
NOTHING = 0.005


@dataclass(slots=True)
class LineAmounts:
    """Amounts of the rows, before currencies, statuses and refunds.

    Attributes
    ----------
    amount
        Shape (n,), NaN where there is none.
    came_back
        Lines of which all pieces came back, shape (n,); None where there are none.
    """

    amount: Amounts
    came_back: NDArray[np.bool_] | None = None
    said: list[Decision] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def line_amounts(
    columns: Columns,
    money: dict[Role, Amounts],
    discount_shares: Amounts | None,
    order: NDArray[np.int32] | None,
    options: Options,
) -> LineAmounts:
    """Return the amount of each row: as it stands, or quantity times price, less discounts and returned pieces.

    Parameters
    ----------
    money
        Amounts by role; discounts and returned pieces are taken out.
    """
    discount, returned = money.pop(Role.DISCOUNT, None), money.pop(Role.RETURNED, None)
    if Role.QUANTITY not in money:
        return LineAmounts(money[Role.AMOUNT])
    price = money.get(Role.AMOUNT, money.get(Role.UNIT_PRICE))
    assert price is not None
    coverage = price_covers(columns, money[Role.QUANTITY], price, options)
    lines = LineAmounts(price)
    lines.said += [coverage.said] if coverage.said is not None else []
    lines.doubts += [coverage.doubt] if coverage.doubt is not None else []
    if coverage.covers == UNIT:
        lines.amount = money[Role.QUANTITY] * price
        if discount is not None:
            _take_off_discount(lines, columns, discount, discount_shares, order)
    with np.errstate(invalid="ignore"):
        has_refunds = bool((lines.amount < 0).any())
    if returned is not None and not has_refunds:
        _take_off_returned(lines, columns, money[Role.QUANTITY], np.abs(np.nan_to_num(returned)))
    return lines


def shares_of(cells: Sequence[Cell]) -> Amounts:
    """Return the share that a cell of discounts takes off, NaN where it says none: "10%" is 0.1.

    >>> shares_of(["10%", "2,5 %", "3.00", 0.1, ""]).tolist()
    [0.1, 0.025, nan, nan, nan]
    """
    shares = np.full(len(cells), np.nan)
    for i, cell in enumerate(cells):
        if isinstance(cell, str) and cell and (match := _PERCENT.fullmatch(cell.strip())):
            shares[i] = float(match[1].replace(",", ".")) / 100
    return shares


def _take_off_discount(
    lines: LineAmounts,
    columns: Columns,
    discount: Amounts,
    shares: Amounts | None,
    order: NDArray[np.int32] | None,
) -> None:
    """Lower lines of quantity times price by the discount beside them.

    A discount is a share where it is written with %, or where all are below 1; else it is money of the line. One
    figure on all lines of an order is that of the order and counts once. Its sign says nothing.

    Parameters
    ----------
    discount
        Shape (n,), NaN where there is no number.
    shares
        Discounts written with %, shape (n,); None where there are none.
    """
    gross = lines.amount
    off = np.abs(np.nan_to_num(discount))
    if off.any() and off.max() < 1:
        off = off * np.abs(np.nan_to_num(gross))
    elif off.any() and order is not None:
        off = once_an_order(off, order)
    if shares is not None:
        off = np.where(np.isnan(shares), off, shares * np.abs(np.nan_to_num(gross)))
    lowered = np.asarray((off > NOTHING) & ~np.isnan(gross))
    if not lowered.any():
        return
    text = to_say(
        "{header} is taken off quantity times price: {money} in {rows}. Where the price is after the discount already, "
        "delete that column.",
        header=columns.roles[Role.DISCOUNT].header,
        money=Amount(float(off[lowered].sum())),
        rows=counted(int(lowered.sum()), "row"),
    )
    lines.amount = gross - np.sign(gross) * off
    lines.said.append(Decision("AmountCovers", text))


def _take_off_returned(lines: LineAmounts, columns: Columns, quantity: Amounts, returned: Amounts) -> None:
    """Lower lines by the pieces that came back."""
    amount = lines.amount
    with np.errstate(invalid="ignore", divide="ignore"):
        came_back = (returned > 0) & (quantity > 0)
        kept = np.where(came_back, np.clip(1 - returned / quantity, 0, 1), 1.0)
    if not came_back.any():
        return
    text = to_say(
        "{header}: pieces that came back are taken off: {money} in {rows}.",
        header=columns.roles[Role.RETURNED].header,
        money=Amount(float(np.nansum(amount * (1 - kept)))),
        rows=counted(int(came_back.sum()), "row"),
    )
    lines.came_back = came_back & (kept == 0)
    lines.amount = np.where(lines.came_back, amount, amount * kept)
    lines.said.append(Decision("Refunds", text))
