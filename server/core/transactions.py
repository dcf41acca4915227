"""Clean transactions: from the blocks of `Training_Data` to arrays of one element a transaction.

Ids become integers as they arrive, dates and amounts numbers, so that nothing is held twice and 1.25 million
rows need some 40 MB.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from server.core.cells import Cell
from server.core.columns import Columns, Role
from server.core.customer_ids import folds_case
from server.core.dates import NO_DATE, DateColumn, DateReader
from server.core.findings import Finding, finding
from server.core.ids import NO_CODE, IdCodes
from server.core.money import MoneyReader
from server.core.options import Options
from server.core.quality import QualityReport
from server.core.repeats import repeated_lines, repeated_orders
from server.core.sightings import Sightings, cents, currencies, gaps, richest, says_cents
from server.errors import NoTransactionsError, TrainingDataError

EPOCH = dt.date(1970, 1, 1)

_TOTALS = re.compile(r"(grand |sub)?totals?:?|sum:?|gesamt", re.IGNORECASE)
_CANCELLED_ID = re.compile(r"[Cc]\d+")


@dataclass(frozen=True, slots=True)
class Transactions:
    """The rows that count, in the order of the sheet.

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
    """

    customer_ids: list[str]
    customer: NDArray[np.int32]
    day: NDArray[np.int32]
    amount: NDArray[np.float64]
    order: NDArray[np.int32] | None
    cancelled: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.customer)


class TransactionReader:
    """Takes the blocks of `Training_Data` in order and cleans them as a whole at the end.

    Parameters
    ----------
    columns
        Which column means what.
    options
        The marketer's choices.
    """

    def __init__(self, columns: Columns, options: Options) -> None:
        self._columns = columns
        self._options = options
        self._customer = IdCodes(folds_case=folds_case(columns.roles[Role.CUSTOMER_ID].header))
        self._order = IdCodes() if Role.ORDER_ID in columns.roles else None
        self._dates = DateReader(options.day_first)
        money = [role for role in (Role.AMOUNT, Role.QUANTITY, Role.UNIT_PRICE) if role in columns.roles]
        self._money = {role: MoneyReader() for role in money}
        self._rows: list[NDArray[np.int32]] = []
        self._empty_amounts: list[NDArray[np.bool_]] = []

    def add(self, first_row: int, block: Mapping[Role, Sequence[Cell]]) -> None:
        """Take the next rows.

        Parameters
        ----------
        first_row
            Sheet row of each column's first cell.
        block
            Cells by role; columns may end early, as trailing empty cells are not sent.
        """
        length = max((len(cells) for cells in block.values()), default=0)
        padded = {role: _padded(block.get(role, ()), length) for role, _ in self._columns.needed}
        filled = np.zeros(length, dtype=bool)
        for cells in padded.values():
            filled |= _filled(cells)
        if not filled.all():
            keep = np.flatnonzero(filled).tolist()
            padded = {role: [cells[i] for i in keep] for role, cells in padded.items()}
        self._rows.append((np.flatnonzero(filled) + first_row).astype(np.int32))
        self._customer.add(padded[Role.CUSTOMER_ID])
        self._dates.add(padded[Role.ORDER_DATE])
        if self._order is not None:
            self._order.add(padded[Role.ORDER_ID])
        for role, reader in self._money.items():
            reader.add(padded[role])
        if Role.AMOUNT in padded:
            self._empty_amounts.append(~_filled(padded[Role.AMOUNT]))

    def finish(self, latest_day: dt.date | None = None) -> tuple[Transactions, QualityReport]:
        """Clean all rows.

        Parameters
        ----------
        latest_day
            Today; later dates are in the future.

        Raises
        ------
        NoTransactionsError
            If there is no row below the header.
        TrainingDataError
            If no row has a date, or none an amount, that can be read.
        """
        rows = np.concatenate(self._rows) if self._rows else np.empty(0, dtype=np.int32)
        if not len(rows):
            raise NoTransactionsError(
                f"Training_Data has headers in row {self._columns.header_row} but no transaction below them.",
                hint="Paste your transactions below the headers.",
            )
        customer = self._customer.finish()
        order = self._order.finish() if self._order is not None else None
        dates = self._dates.finish()
        raw = {role: reader.finish() for role, reader in self._money.items()}
        amount = raw[Role.AMOUNT] if Role.AMOUNT in raw else raw[Role.QUANTITY] * raw[Role.UNIT_PRICE]
        self._refuse_unreadable(customer, dates, amount)

        quantity = raw.get(Role.QUANTITY)
        cancelled = self._cancelled(amount, quantity, order)
        amount = np.where(cancelled, -np.abs(amount), amount)
        left_out = self._left_out(customer, dates.days, amount, order, latest_day)
        used = ~np.logical_or.reduce(list(left_out.values()))
        repeated = repeated_lines(used, customer, dates.days, raw, order)
        if self._options.repeated_lines == "once":
            left_out["repeated_line"] = repeated
        elif self._options.repeated_lines == "auto" and order is not None:
            left_out["repeated_order"] = repeated_orders(used, customer, dates.days, raw, order)
        for reason in ("repeated_line", "repeated_order"):
            if reason in left_out:
                used &= ~left_out[reason]
        repeated = repeated & used

        transactions = self._compacted(used, customer, dates.days, amount, order, cancelled)
        counted = {reason: finding(mask, rows, amount) for reason, mask in left_out.items() if mask.any()}
        noted = {
            "cancellations": finding(cancelled & used, rows, amount),
            "zero_amounts": finding((amount == 0) & used, rows, amount),
            "repeated_lines": finding(repeated, rows, amount),
        }
        spent: NDArray[np.float64] = np.bincount(
            transactions.customer, transactions.amount, minlength=len(transactions.customer_ids)
        ).astype(np.float64)
        nothing = np.flatnonzero(np.round(spent, 6) <= 0)
        days = transactions.day
        price, money_read = raw.get(Role.UNIT_PRICE, amount), float(np.nansum(amount))
        marked = self._currencies(rows, amount)
        del raw, amount, quantity, customer, order, left_out, repeated  # before anything more is counted
        sightings = self._sightings(transactions, rows, used, price, spent, marked)
        report = QualityReport(
            rows_read=len(rows),
            left_out=counted,
            noted={what: each for what, each in noted.items() if each.count},
            customers=len(transactions.customer_ids),
            first_day=str(EPOCH + dt.timedelta(days=int(days.min()))) if len(days) else "",
            last_day=str(EPOCH + dt.timedelta(days=int(days.max()))) if len(days) else "",
            day_first=dates.day_first,
            ambiguous_dates=dates.ambiguous,
            net_to_nothing=len(nothing),
            net_to_nothing_ids=tuple(transactions.customer_ids[i] for i in nothing[:20].tolist()),
            money_read=money_read,
            sightings=sightings,
        )
        return transactions, report

    def _currencies(self, rows: NDArray[np.int32], amount: NDArray[np.float64]) -> dict[str, Finding]:
        """Return the rows by the currency that stands beside their amount, or their price."""
        reader = self._money.get(Role.AMOUNT) or self._money[Role.UNIT_PRICE]
        return currencies(*reader.currencies(), rows, amount)

    def _sightings(
        self,
        transactions: Transactions,
        rows: NDArray[np.int32],
        used: NDArray[np.bool_],
        price: NDArray[np.float64],
        spent: NDArray[np.float64],
        marked: dict[str, Finding],
    ) -> Sightings:
        """Look at the rows that count as a whole."""
        rows, price = rows[used], price[used]
        named = next((each[:40] for each in self._columns.others if "currency" in each.casefold()), "")
        if not len(rows):
            return Sightings(currencies=marked, currency_column=named)
        most, revenue = richest(transactions.customer, rows, spent)
        bought = ~transactions.cancelled
        holes, at_gaps = gaps(transactions.day[bought], rows[bought])
        roles = self._columns.roles
        header = (roles.get(Role.AMOUNT) or roles[Role.UNIT_PRICE]).header
        return Sightings(
            richest=most,
            revenue=revenue,
            gaps=holes,
            at_gaps=at_gaps,
            cents=cents(np.where(transactions.cancelled, 0.0, price), rows, header),
            cents_in_header=says_cents(header),
            currencies=marked,
            currency_column=named,
            has_orders=transactions.order is not None,
        )

    def _refuse_unreadable(
        self, customer: NDArray[np.int32], dates: DateColumn, amount: NDArray[np.float64]
    ) -> None:
        roles = self._columns.roles
        problems = []
        if not (customer != NO_CODE).any():
            problems.append(f"no row has a customer id in column {roles[Role.CUSTOMER_ID].letter}")
        if not (dates.days != NO_DATE).any():
            problems.append(
                f"no row has a date that can be read in column {roles[Role.ORDER_DATE].letter} "
                f"({roles[Role.ORDER_DATE].header})"
            )
        if np.isnan(amount).all():
            named = [roles[role] for role in self._money if role != Role.QUANTITY or Role.AMOUNT not in roles]
            where = " and ".join(f"{column.letter} ({column.header})" for column in named)
            problems.append(f"no row has an amount that can be read in column {where}")
        if problems:
            raise TrainingDataError(
                f"In Training_Data {'; '.join(problems)}.",
                hint="Correct the cells, or name other columns in the tab Settings (CustomerIdColumn, "
                "OrderDateColumn, AmountColumn).",
            )

    def _cancelled(
        self,
        amount: NDArray[np.float64],
        quantity: NDArray[np.float64] | None,
        order: NDArray[np.int32] | None,
    ) -> NDArray[np.bool_]:
        """Rows with a negative amount or quantity, or an order id of C and digits among bare digits."""
        with np.errstate(invalid="ignore"):
            cancelled = amount < 0
            if quantity is not None:
                cancelled |= quantity < 0
        if order is not None and self._order is not None:
            ids = self._order.ids
            marked = np.array([bool(_CANCELLED_ID.fullmatch(each)) for each in ids], dtype=bool)
            others = [each for each, is_marked in zip(ids, marked.tolist(), strict=True) if not is_marked]
            if marked.any() and 2 * sum(map(str.isdigit, others)) > len(others):
                cancelled |= np.append(marked, False)[order]
        return np.asarray(cancelled)

    def _left_out(
        self,
        customer: NDArray[np.int32],
        day: NDArray[np.int32],
        amount: NDArray[np.float64],
        order: NDArray[np.int32] | None,
        latest_day: dt.date | None,
    ) -> dict[str, NDArray[np.bool_]]:
        """Return masks by reason; no row is in two of them."""
        no_date = day == NO_DATE
        unreadable = np.isnan(amount)
        reasons = {"totals_row": self._totals(customer, no_date)}
        if order is not None and self._empty_amounts and unreadable.any():
            priced = np.zeros(order.max() + 2, dtype=bool)
            priced[order[~unreadable]] = True
            priced[NO_CODE] = False
            reasons["line_of_order"] = np.concatenate(self._empty_amounts) & priced[order]
        reasons["missing_customer"] = customer == NO_CODE
        reasons["unreadable_date"] = no_date
        if latest_day is not None:
            reasons["future_date"] = day > (latest_day - EPOCH).days
        if self._options.analysis_date is not None:
            reasons["after_analysis_date"] = day >= (self._options.analysis_date - EPOCH).days + 1
        reasons["unreadable_amount"] = unreadable
        counted = np.zeros(len(customer), dtype=bool)
        for reason, mask in reasons.items():
            reasons[reason] = mask & ~counted
            counted |= mask
        return reasons

    def _totals(self, customer: NDArray[np.int32], no_date: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Rows of totals: named so, or the last row where it has neither a customer nor a date."""
        named = np.array([bool(_TOTALS.fullmatch(each)) for each in self._customer.ids] + [False], dtype=bool)
        totals = named[customer] & no_date
        if len(customer) > 1 and customer[-1] == NO_CODE and no_date[-1]:
            totals[-1] = True
        return np.asarray(totals)

    def _compacted(
        self,
        used: NDArray[np.bool_],
        customer: NDArray[np.int32],
        day: NDArray[np.int32],
        amount: NDArray[np.float64],
        order: NDArray[np.int32] | None,
        cancelled: NDArray[np.bool_],
    ) -> Transactions:
        """Return the rows that count, customers numbered anew by their first row."""
        codes, firsts = pd.factorize(customer[used])
        return Transactions(
            customer_ids=[self._customer.ids[i] for i in firsts.tolist()],
            customer=codes.astype(np.int32),
            day=day[used],
            amount=amount[used],
            order=order[used] if order is not None else None,
            cancelled=cancelled[used],
        )


def _padded(cells: Sequence[Cell], length: int) -> Sequence[Cell]:
    return cells if len(cells) == length else [*cells, *[""] * (length - len(cells))]


def _filled(cells: Sequence[Cell]) -> NDArray[np.bool_]:
    """Whether something stands in each cell."""
    if set(map(type, cells)) <= {int, float}:
        return np.ones(len(cells), dtype=bool)
    return np.array([not (c is None or (isinstance(c, str) and not c.strip())) for c in cells], dtype=bool)
