"""A small file for each question that a file can raise, like those of the shops whose exports raise it.

``make screenshots`` takes their pictures, and a test checks that each raises its question.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from server.core.cells import Cell

Rows = list[list[Cell]]

_ORDERS = 30
_FIRST = dt.date(2025, 1, 6)
_NOVEMBER_2 = 45_963.0
"""The serial number of 2025-11-02."""


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """A file that raises one question.

    Attributes
    ----------
    name
        Of the picture.
    setting
        The row of `Settings` that answers it.
    rows
        The header first; dates of the spreadsheet itself are serial numbers.
    """

    name: str
    setting: str
    rows: Rows


def question_files() -> list[QuestionFile]:
    """Return a file for each question, in the order in which `Check my data` asks."""
    return [
        QuestionFile("status", "Statuses", _status("on account")),
        QuestionFile("refund-status", "Statuses", _status("refund")),
        QuestionFile("amount-of-order", "AmountCovers", _amount_of_order()),
        QuestionFile("price-of-one", "AmountCovers", _price_of_one()),
        QuestionFile("refunds-of-the-shop", "Refunds", _refunds_of_the_shop()),
        QuestionFile("currency", "Currency", _currency()),
        QuestionFile("day-first", "DayFirst", _day_first()),
        QuestionFile("year-first", "YearFirst", _year_first()),
        QuestionFile("swapped-dates", "SwappedDates", _swapped_dates()),
        QuestionFile("decimal-sign", "DecimalSign", _decimal_sign()),
        QuestionFile("similar-ids", "SimilarIds", _similar_ids()),
        QuestionFile("customer-list", "CustomerList", _customer_list()),
    ]


def _customer(number: int) -> str:
    return f"C{1000 + number * 7 % 13}"


def _day(number: int) -> dt.date:
    return _FIRST + dt.timedelta(days=number * 3)


def _amount(number: int) -> float:
    return 12.5 + number * 37 % 90


def _status(odd: str) -> Rows:
    """Every fifth row has a status that means one thing in one shop and another in the next."""
    return _table(
        ["Customer ID", "Order ID", "Order date", "Status", "Total"],
        (
            [_customer(n), f"A-{n}", str(_day(n)), odd if n % 5 == 4 else "paid", _amount(n)]
            for n in range(_ORDERS)
        ),
    )


def _amount_of_order() -> Rows:
    """Orders of two rows with one amount: two tickets of a price, or the order's total twice."""
    orders: Rows = [[_customer(n), f"A-{n}", str(_day(n)), _amount(n)] for n in range(_ORDERS // 2)]
    rows = (row for n, order in enumerate(orders) for row in [order] * (2 if n % 3 == 0 else 1))
    return _table(["Customer ID", "Order ID", "Order date", "Amount"], rows)


def _price_of_one() -> Rows:
    """An amount that does not grow with the quantity beside it."""
    return _table(
        ["Customer ID", "Order date", "Quantity", "Amount"],
        ([_customer(n), str(_day(n)), 1 + n % 4, 9.9 + n // 4 % 3] for n in range(_ORDERS)),
    )


def _refunds_of_the_shop() -> Rows:
    """Refunds whose customer is the shop's own account, but for one."""
    is_refund = [n % 5 == 4 for n in range(_ORDERS)]
    return _table(
        ["Customer ID", "Date", "Type", "Amount"],
        (
            [
                "SHOP" if is_refund[n] and n != 9 else _customer(n),
                str(_day(n)),
                "refund" if is_refund[n] else "sale",
                _amount(n),
            ]
            for n in range(_ORDERS)
        ),
    )


def _currency() -> Rows:
    return _table(
        ["Customer ID", "Order date", "Currency", "Amount"],
        ([_customer(n), str(_day(n)), "USD" if n % 4 else "EUR", _amount(n)] for n in range(_ORDERS)),
    )


def _day_first() -> Rows:
    """Days and months up to 12 alone."""
    return _dated(f"{1 + n * 5 % 12:02}/{1 + n // 6:02}/2025" for n in range(_ORDERS))


def _year_first() -> Rows:
    """Three numbers of two digits, of which the first or the last may be the year."""
    return _dated(f"{23 + n % 3}/{1 + n % 12:02}/{24 + n % 2}" for n in range(_ORDERS))


def _swapped_dates() -> Rows:
    """Two days up to the 12th that came as dates, beside texts of later days: too few to be sure."""
    days: list[Cell] = [f"{13 + n % 12}/{1 + n // 12:02}/2025" for n in range(_ORDERS)]
    days[3], days[14] = _NOVEMBER_2, _NOVEMBER_2 + 3
    return _dated(days)


def _decimal_sign() -> Rows:
    """Amounts with three digits after their only sign, which the currency beside them has kept texts."""
    return _table(
        ["Customer ID", "Order date", "Amount"],
        ([_customer(n), str(_day(n)), f"{1 + n % 4}.{200 + n * 41 % 700} €"] for n in range(_ORDERS)),
    )


def _similar_ids() -> Rows:
    """Codes of which two differ by capitals alone."""
    odd = {3: "McDonald", 17: "Mcdonald"}
    return _table(
        ["Customer ID", "Order date", "Amount"],
        ([odd.get(n, f"{_customer(n)}{n % 3}"), str(_day(n)), _amount(n)] for n in range(_ORDERS)),
    )


def _customer_list() -> Rows:
    """A list of customers in which some appear twice."""
    return _table(
        ["Customer ID", "Orders", "Last order", "Total"],
        ([_customer(n), 1 + n % 5, str(_day(n)), _amount(n) * 4] for n in range(_ORDERS)),
    )


def _dated(days: Iterable[Cell]) -> Rows:
    """Return orders of these days."""
    return _table(
        ["Customer ID", "Order date", "Amount"],
        ([_customer(n), day, _amount(n)] for n, day in enumerate(days)),
    )


def _table(header: list[Cell], rows: Iterable[list[Cell]]) -> Rows:
    return [header, *rows]
