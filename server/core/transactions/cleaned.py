"""Input and result of a cleaning: the readers of columns, and every row with its outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from server.core.transactions.arrays import Transactions
from server.core.transactions.dates import DateColumn, DateReader
from server.core.transactions.findings import Finding
from server.core.transactions.headers import Role
from server.core.transactions.money import MoneyReader
from server.core.transactions.questions import Decision, Doubt

Mask = NDArray[np.bool_]
Amounts = NDArray[np.float64]


@dataclass(slots=True)
class Cleaned:
    """All rows, with the outcome of the cleaning for each.

    Attributes
    ----------
    rows
        Sheet rows, shape (n,).
    amount
        Shape (n,), negative where `cancelled`.
    unit_price
        Shape (n,), None without such a column.
    left_out
        Masks by reason; no row is in two of them.
    table_rows
        Findings about rows that are no transactions, which are not among `rows` any more.
    """

    rows: NDArray[np.int32]
    customer: NDArray[np.int32]
    order: NDArray[np.int32] | None
    day: NDArray[np.int32]
    amount: Amounts
    cancelled: Mask
    used: Mask
    unit_price: Amounts | None = None
    left_out: dict[str, Mask] = field(default_factory=dict)
    table_rows: dict[str, Finding] = field(default_factory=dict)
    repeated: Mask | None = None
    dates: DateColumn | None = None
    currency: str = ""
    events: NDArray[np.int64] | None = None
    as_of: dt.date | None = None
    said: list[Decision] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def compacted(self, customer_ids: list[str]) -> Transactions:
        """Return the rows that count, with customers renumbered by their first row."""
        used = self.used
        codes, firsts = pd.factorize(self.customer[used])
        return Transactions(
            customer_ids=[customer_ids[i] for i in firsts.tolist()],
            customer=codes.astype(np.int32),
            day=self.day[used],
            amount=self.amount[used],
            order=self.order[used] if self.order is not None else None,
            cancelled=self.cancelled[used],
            events=self.events[used] if self.events is not None else None,
            as_of=self.as_of,
        )


@dataclass(frozen=True, slots=True)
class Readers:
    """Readers of the columns whose cells can be read in more than one way."""

    money: Mapping[Role, MoneyReader]
    dates: DateReader | None
    yes_refunded: Mask | None = None
    """Rows whose column of refunds says yes and no amount."""
    discount_shares: NDArray[np.float64] | None = None
    """Share of a row's amount that a discount takes off, 1 for all of it; NaN where there is none."""
