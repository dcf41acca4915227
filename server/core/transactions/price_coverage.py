"""Coverage of a price beside a quantity: one piece, or the whole line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from server.core.options import Options
from server.core.transactions.coverage import LINE, UNIT, Coverage, allowed_answer
from server.core.transactions.headers import Role, plain
from server.core.transactions.questions import Choice, Decision, Doubt
from server.core.transactions.table_columns import Columns
from server.texts import Amount, to_say

FEWEST_LINES = 20
"""Fewer lines with differing quantities tell nothing of what a price is of."""
CERTAIN = 3.0
"""Standard errors from which a slope is taken for told apart."""

_OF_ONE = (
    "unit",
    "each",
    "peritem",
    "perunit",
    "einzel",
    "stuck",
    "unitaire",
    "unitari",
    "stuks",
    "stykpris",
    "cost",
)
_PLAIN = frozenset(
    "amount betrag montant importe importo valor bedrag kwota belopp belob belop value wert price".split()
)


def price_covers(
    columns: Columns, quantity: NDArray[np.float64], price: NDArray[np.float64], options: Options
) -> Coverage:
    """Return whether a price beside a quantity is of one piece, or of the line.

    A price of one piece does not grow with the quantity; that of a line grows in proportion. So the slope of
    log(price) over log(quantity) is near 0 for the one and near 1 for the other.
    """
    column = columns.roles.get(Role.UNIT_PRICE) or columns.roles[Role.AMOUNT]
    is_price = Role.UNIT_PRICE in columns.roles
    answer = allowed_answer(options, UNIT, LINE)
    by_name = _price_covers_by_name(columns, column.header, is_price=is_price)
    if by_name:
        return Coverage((answer or by_name) if is_price else by_name)
    usual = UNIT if is_price else LINE
    slope = _slope(quantity, price)
    if slope is None:
        return Coverage(answer or usual)
    by_prices = _told_by(slope)
    settled = None if answer else _settled_by(by_prices, column.header, is_price=is_price)
    if settled is not None:
        return settled
    doubt = _doubt_of_price(column.header, quantity, price, by_prices or usual, answer)
    return Coverage(answer or by_prices or usual, doubt=doubt)


def _price_covers_by_name(columns: Columns, header: str, *, is_price: bool) -> str:
    """Return what a price, or an amount beside a quantity, covers by its header; "" where that leaves it open."""
    name = plain(header)
    if is_price:
        return UNIT if any(part in name for part in _OF_ONE) else ""
    return LINE if name not in _PLAIN or columns.export is not None else ""


def _settled_by(covers: str, header: str, *, is_price: bool) -> Coverage | None:
    """Return what the slope settles without a question, None where it does not."""
    if not is_price:
        return Coverage(LINE) if covers != UNIT else None
    if covers == UNIT:
        return Coverage(UNIT)
    if covers == LINE:
        text = to_say(
            "{header} grows with the quantity, so it is the price of the line and counts once.", header=header
        )
        return Coverage(LINE, said=Decision("AmountCovers", text))
    return None


def _told_by(slope: tuple[float, float]) -> str:
    """Return what a price covers by its slope and the slope's standard error, "" where they leave it open."""
    value, error = slope
    if abs(value) < 0.5 and value + CERTAIN * error < 1:
        return UNIT
    return LINE if value > 0.5 and value - CERTAIN * error > 0 else ""


def _doubt_of_price(
    header: str, quantity: NDArray[np.float64], price: NDArray[np.float64], likelier: str, answer: str
) -> Doubt:
    choices = (
        Choice(
            UNIT,
            to_say("It is the price of one: times the quantity"),
            _example(quantity, price, is_unit=True),
        ),
        Choice(
            LINE, to_say("It is what the line costs: as it stands"), _example(quantity, price, is_unit=False)
        ),
    )
    return Doubt(
        "AmountCovers",
        to_say(
            "A quantity stands beside {header}. Is the amount that of one piece, or of all?", header=header
        ),
        choices if likelier == UNIT else choices[::-1],
        column=header,
        answer=answer,
    )


def _slope(quantity: NDArray[np.float64], price: NDArray[np.float64]) -> tuple[float, float] | None:
    """Return the slope of log(price) over log(quantity) with its standard error, None where nothing is to be told."""
    with np.errstate(invalid="ignore"):
        use = (quantity > 0) & (price > 0)
    x, y = np.log(quantity[use]), np.log(price[use])
    if len(x) < FEWEST_LINES or (x > x.min()).sum() < FEWEST_LINES // 4:
        return None
    x, y = x - x.mean(), y - y.mean()
    spread = float((x * x).sum())
    if not spread:
        return None
    slope = float((x * y).sum()) / spread
    rest = y - slope * x
    return slope, float(np.sqrt((rest * rest).sum() / max(len(x) - 2, 1) / spread))


def _example(quantity: NDArray[np.float64], price: NDArray[np.float64], *, is_unit: bool) -> str:
    with np.errstate(invalid="ignore"):
        several = np.flatnonzero((quantity > 1) & (price > 0))
    if not len(several):
        return ""
    n, unit_price = float(quantity[several[0]]), float(price[several[0]])
    return to_say(
        "{quantity} × {price} counts as {sum}",
        quantity=f"{n:g}",
        price=Amount(unit_price),
        sum=Amount(n * unit_price if is_unit else unit_price),
    )
