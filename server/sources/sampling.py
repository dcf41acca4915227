"""The transactions of a sample of customers, as training takes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from server.core.segments.purchase_days import Pauses
from server.core.transactions.arrays import Transactions
from server.core.transactions.id_codes import NO_CODE
from server.sources.engines.engine import Fetched
from server.sources.expressions import customers as of_customers
from server.sources.stages import Staged

MARGIN = 0.99
"""A sample is drawn a little smaller than it may be, as a hash does not hit a number exactly."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Customers to train on.

    Attributes
    ----------
    is_all
        They are all customers.
    pauses
        Between purchases of all customers; None where the sample is all.
    """

    transactions: Transactions
    is_all: bool
    pauses: Pauses | None = None


def drawn(staged: Staged, customers: int, at_most: int) -> Sample:
    """Return the transactions of a sample of customers by a hash of the id.

    Parameters
    ----------
    customers
        How many there are.
    at_most
        Up to so many are all taken.
    """
    tables = staged.tables
    share = 1.0 if customers <= at_most else MARGIN * at_most / customers
    chosen = tables.make("sample", of_customers.sample_of(staged.customers, share, tables.engine.dialect))
    lines = tables.ask(of_customers.sampled_lines(staged.lines, chosen))
    ids = tables.ask(chosen.select("code", "customer_id"))
    transactions = _transactions(ids, lines)
    if share >= 1:
        return Sample(transactions, is_all=True)
    pauses = tables.ask(of_customers.pauses_of(staged.used, staged.customers))
    days, many = (pauses[name].astype(np.float64) for name in ("gap", "times"))
    return Sample(transactions, is_all=False, pauses=Pauses(days, many / pauses["pauses"].astype(np.float64)))


def _transactions(ids: Fetched, lines: Fetched) -> Transactions:
    """Return lines as transactions, in one order whatever the engine's."""
    codes = ids["code"].astype(np.int64)
    start = int(codes.min())
    names = np.empty(len(codes), dtype=object)
    names[codes - start] = ids["customer_id"]
    code, day = lines["code"].astype(np.int64) - start, lines["day"].astype(np.int64)
    order, amount = lines["order_code"].astype(np.int64), lines["amount"].astype(np.float64)
    cancelled, rows = lines["cancelled"].astype(bool), lines["rows"].astype(np.int64)
    at = np.lexsort((cancelled, amount, order, day, code))
    code, day, order, rows = code[at], day[at], order[at], rows[at]
    amount, cancelled = amount[at], cancelled[at]
    # A row without an order id is a purchase of its own; the money of rows that were grouped stands on the first.
    times = np.where(order < 0, rows, 1)
    place = np.repeat(np.arange(len(code)), times)
    is_first = np.append(True, np.diff(place) > 0)
    keys = code[place] * (int(order.max(initial=0)) + 2) + order[place]
    number = pd.factorize(keys)[0].astype(np.int32)
    return Transactions(
        customer_ids=names.tolist(),
        customer=code[place].astype(np.int32),
        day=day[place].astype(np.int32),
        amount=np.where(is_first, amount[place], 0.0),
        order=np.where(order[place] < 0, np.int32(NO_CODE), number) if (order >= 0).any() else None,
        cancelled=cancelled[place],
    )
