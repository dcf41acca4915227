"""Quality report of cleaned rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from server.core.distinct import distinct
from server.core.transactions.anomalies import Anomalies, cents, gaps, richest
from server.core.transactions.arrays import RawRows, Transactions
from server.core.transactions.cleaned import Cleaned
from server.core.transactions.findings import Finding, finding
from server.core.transactions.headers import LABELS, Role, says_cents
from server.core.transactions.id_codes import NO_CODE
from server.core.transactions.quality_report import QualityReport
from server.core.transactions.questions import Decision
from server.core.transactions.table_columns import Columns
from server.core.wall_clock import date_of
from server.texts import to_say


def report_of(cleaned: Cleaned, raw: RawRows, columns: Columns) -> tuple[Transactions, QualityReport]:
    """Return the transactions and the account of all rows."""
    transactions = cleaned.compacted(raw.customer_ids)
    amount, rows, dates = cleaned.amount, cleaned.rows, cleaned.dates
    left_out = {
        reason: finding(mask, rows, amount) for reason, mask in cleaned.left_out.items() if mask.any()
    }
    spent = np.bincount(
        transactions.customer, transactions.amount, minlength=len(transactions.customer_ids)
    ).astype(np.float64)
    nothing = np.flatnonzero(np.round(spent, 6) <= 0)
    days = transactions.day
    price = amount if cleaned.unit_price is None else cleaned.unit_price
    report = QualityReport(
        rows_read=len(rows) + sum(table_row.count for table_row in cleaned.table_rows.values()),
        left_out=cleaned.table_rows | left_out,
        noted=_noted(cleaned),
        customers=len(transactions.customer_ids),
        first_day=_day(days.min()) if len(days) else "",
        last_day=_day(days.max()) if len(days) else "",
        day_first=dates.day_first if dates is not None else None,
        ambiguous_dates=dates.ambiguous if dates is not None else 0,
        net_to_nothing=len(nothing),
        net_to_nothing_ids=tuple(transactions.customer_ids[i] for i in nothing[:20].tolist()),
        money_read=float(np.nansum(amount))
        + sum(table_row.money for table_row in cleaned.table_rows.values()),
        anomalies=_anomalies(cleaned, transactions, price, spent, columns),
        currency=cleaned.currency,
        is_list=transactions.events is not None,
        said=(*_of_the_columns(columns), *cleaned.said, *_currency(cleaned)),
        doubts=tuple(cleaned.doubts),
    )
    return transactions, report


def _noted(cleaned: Cleaned) -> dict[str, Finding]:
    """Return what there is to note of rows that count."""
    amount, rows = cleaned.amount, cleaned.rows
    noted = {
        "cancellations": finding(cleaned.cancelled & cleaned.used, rows, amount),
        "zero_amounts": finding((amount == 0) & cleaned.used, rows, amount),
    }
    if cleaned.repeated is not None:
        noted["repeated_lines"] = finding(cleaned.repeated, rows, amount)
    return {what: note for what, note in noted.items() if note.count}


def orders_of(transactions: Transactions) -> int | None:
    """Return how many orders there are, None where none has an id."""
    if transactions.events is not None:
        return int(transactions.events.sum())
    if transactions.order is None:
        return None
    bought = transactions.order[~transactions.cancelled].astype(np.int64)
    return len(distinct(bought[bought != NO_CODE])) + int((bought == NO_CODE).sum())


def _of_the_columns(columns: Columns) -> list[Decision]:
    said = []
    if columns.export is not None:
        text = to_say(
            "The headers are those of an export of {shop}, and it is read by that export's rules.",
            shop=columns.export.name,
        )
        said.append(Decision("Export", text))
    for header, role in columns.passed_over:
        text = to_say(
            "{header} is passed over: what stands below it cannot be this: {role}.",
            header=header,
            role=LABELS[role],
        )
        said.append(Decision("Export", text))
    return said


def _currency(cleaned: Cleaned) -> list[Decision]:
    if not cleaned.currency or any(decision.topic == "Currency" for decision in cleaned.said):
        return []
    if any(doubt.setting == "Currency" for doubt in cleaned.doubts):
        return []
    return [Decision("Currency", to_say("The amounts are in {currency}.", currency=cleaned.currency))]


def _day(day: np.int32) -> str:
    return str(date_of(int(day)))


def _anomalies(
    cleaned: Cleaned,
    transactions: Transactions,
    price: NDArray[np.float64],
    spent: NDArray[np.float64],
    columns: Columns,
) -> Anomalies:
    """Look at the rows that count as a whole."""
    rows, price = cleaned.rows[cleaned.used], price[cleaned.used]
    if not len(rows):
        return Anomalies()
    most, revenue = richest(transactions.customer, rows, spent)
    bought = ~transactions.cancelled if transactions.cancelled.any() else slice(None)
    is_list = transactions.events is not None
    holes, at_gaps = ((), ()) if is_list else gaps(transactions.day[bought], rows[bought])
    header = (columns.roles.get(Role.AMOUNT) or columns.roles[Role.UNIT_PRICE]).header
    return Anomalies(
        richest=most,
        revenue=revenue,
        gaps=holes,
        at_gaps=at_gaps,
        cents=None if says_cents(header) else cents(np.where(transactions.cancelled, 0.0, price), rows),
        has_orders=transactions.order is not None,
    )
