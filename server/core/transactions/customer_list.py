"""Lists of customers with a number of orders each, read as an RFM table."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.options import Options
from server.core.transactions.dates import NO_DATE
from server.core.transactions.headers import Role
from server.core.transactions.id_codes import NO_CODE
from server.core.transactions.questions import Choice, Decision, Doubt
from server.core.transactions.table_columns import Columns
from server.core.wall_clock import EPOCH
from server.texts import counted, to_say

LIST, ORDERS = "list", "orders"


@dataclass(frozen=True, slots=True)
class ListReading:
    """Whether the rows are customers, with the decision or the doubt."""

    is_list: bool
    said: Decision | None = None
    doubt: Doubt | None = None


def list_or_orders(
    columns: Columns,
    customer: NDArray[np.int32],
    count: NDArray[np.float64],
    rows: NDArray[np.int32],
    options: Options,
) -> ListReading:
    """Return whether a table with a number of orders is a list of customers.

    Parameters
    ----------
    customer
        Codes, shape (n,).
    count
        Number of orders of each row, NaN where there is none, shape (n,).
    """
    header = columns.roles[Role.ORDERS].header
    named = customer != NO_CODE
    lines = np.bincount(customer[named])
    repeated = int((lines > 1).sum())
    answer = options.answers.get("CustomerList", "")
    if not repeated:
        text = to_say(
            "The file is a list of customers, one row each: {header} is how often they ordered. No order of theirs is "
            "in it, so the number of segments is not chosen by what they spent later.",
            header=header,
        )
        return ListReading(True, Decision("CustomerList", text))
    if not answer and _is_of_the_customer(customer[named], count[named]):
        text = to_say(
            "{header} is the same in all rows of a customer, so each row is an order, and {header} is not used.",
            header=header,
        )
        return ListReading(False, Decision("CustomerList", text))
    doubt = Doubt(
        "CustomerList",
        to_say(
            "{customers} in several rows, each with a number of orders ({header}). What does a row stand for?",
            customers=counted(repeated, "customer"),
            header=header,
        ),
        (
            Choice(LIST, to_say("Each row stands for as many orders as {header} says", header=header)),
            Choice(ORDERS, to_say("Each row is one order")),
        ),
        column=header,
        sheet_rows=tuple(rows[np.flatnonzero(named)[lines[customer[named]] > 1][:20]].tolist()),
        answer=answer,
    )
    return ListReading((answer or LIST) == LIST, doubt=doubt)


def _is_of_the_customer(customer: NDArray[np.int32], count: NDArray[np.float64]) -> bool:
    """Whether all rows of a customer have the same number, and most customers have more than one row."""
    low = np.full(int(customer.max()) + 1, np.inf)
    high = -low
    np.fmin.at(low, customer, count)
    np.fmax.at(high, customer, count)
    lines = np.bincount(customer)
    several = lines > 1
    there = lines > 0
    return bool((low[several] == high[several]).all() and several.sum() >= 0.5 * (there & (high > 1)).sum())


def days_of_recency(recency: NDArray[np.float64], as_of: dt.date) -> NDArray[np.int32]:
    """Return the day of the last order from the days since then; `NO_DATE` where there are none."""
    with np.errstate(invalid="ignore"):
        readable = (recency >= 0) & (recency < 40_000)
    days = np.full(len(recency), NO_DATE, dtype=np.int32)
    days[readable] = (as_of - EPOCH).days - recency[readable].astype(np.int32)
    return days
