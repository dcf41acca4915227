"""What the service makes of the same rows in memory: the result that engines are held against."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from server.core.options import Options
from server.core.transactions.columns import recognise
from server.core.transactions.quality_report import QualityReport
from server.core.transactions.reader import TransactionReader, Transactions
from server.training.model_choice import Before, Wanted
from server.training.segmentation import Segmentation, segment_customers

TRAINED_AT = "2026-03-01T00:00:00Z"
COLUMNS = {
    "customer_id": "customer",
    "order_date": "date",
    "amount": "amount",
    "order_id": "order_no",
    "status": "status",
}
OPTIONS = Options(
    repeated_lines="keep",
    columns=COLUMNS,
    answers={"AmountCovers": "line", "SimilarIds": "apart", "DecimalSign": "point", "Currency": "any"},
)
"""A source has no row order and declares what a column means, so that nothing is decided by the column."""


def read(
    header: Sequence[str], rows: Sequence[Sequence[Any]], today: dt.date, options: Options = OPTIONS
) -> tuple[Transactions, QualityReport]:
    """Return the transactions of rows, and the account of them."""
    columns = recognise([list(header), *map(list, rows[:50])], options.columns)
    reader = TransactionReader(columns, options)
    reader.add(2, {role: [row[column.index] for row in rows] for role, column in columns.roles.items()})
    return reader.finish(today)


def segmented(
    transactions: Transactions,
    quality: QualityReport,
    before: Before | None = None,
    wanted: Wanted | None = None,
    options: Options = OPTIONS,
) -> Segmentation:
    """Return the segments of transactions."""
    return segment_customers(
        transactions,
        replace(options),
        before or Before(),
        wanted or Wanted(new_model=True, version=1, trained_at=TRAINED_AT),
        quality=quality,
    )
