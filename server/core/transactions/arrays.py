"""Clean transactions as arrays of one element a transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.transactions.headers import Role


@dataclass(frozen=True, slots=True)
class Transactions:
    """Transactions that count, in the order of the sheet.

    Attributes
    ----------
    customer_ids
        Id by code.
    customer
        Codes, shape (n,).
    day
        Days since 1970-01-01, shape (n,).
    amount
        In the sheet's currency, negative where `cancelled`, shape (n,).
    order
        Codes of the order ids, -1 where a row has none, shape (n,); None without an order column.
    cancelled
        Rows that are no purchase event, shape (n,).
    events
        How many orders each row stands for, shape (n,), where the file is a list of customers; None where each row is
        a transaction.
    as_of
        Day to which a list of customers counts its recencies; None where it has days.
    """

    customer_ids: list[str]
    customer: NDArray[np.int32]
    day: NDArray[np.int32]
    amount: NDArray[np.float64]
    order: NDArray[np.int32] | None
    cancelled: NDArray[np.bool_]
    events: NDArray[np.int64] | None = None
    as_of: dt.date | None = None

    def __len__(self) -> int:
        return len(self.customer)


@dataclass(slots=True)
class RawRows:
    """All rows as codes and numbers before any decision; amounts and dates are still with their readers.

    Attributes
    ----------
    rows
        Sheet row of each.
    customer, customer_ids
        Codes, and id by code.
    order, order_ids
        The same of orders; None without an order column.
    original
        Code of the order that a refund refers to; None without such a column.
    payee
        Code of who received the money, among the customers; None without such a column.
    words
        Codes and texts of the columns of words, by role.
    empty_amount
        Rows in whose amount nothing stands; None without a column of amounts.
    seconds
        Time of day of each date, where it has one; None without an order column.
    same_moment
        Rows whose date is written as that of the row before; None with an order column.
    total_dates
        Rows in whose date stands a word of totals.
    """

    rows: NDArray[np.int32]
    customer: NDArray[np.int32]
    customer_ids: list[str]
    order: NDArray[np.int32] | None
    order_ids: list[str]
    words: dict[Role, tuple[NDArray[np.int32], list[str]]]
    empty_amount: NDArray[np.bool_] | None
    seconds: NDArray[np.int32] | None
    same_moment: NDArray[np.bool_] | None
    total_dates: NDArray[np.bool_]
    original: NDArray[np.int32] | None = None
    payee: NDArray[np.int32] | None = None

    def __len__(self) -> int:
        return len(self.rows)
