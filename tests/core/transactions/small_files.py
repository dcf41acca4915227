"""Reading a small csv as the command line does, for tests that name what every customer bought."""

from __future__ import annotations

import csv
import datetime as dt
import io

from server.core.options import Options, parse_options
from server.core.segments.rfm import RfmTable, rfm_table
from server.core.transactions.columns import recognise
from server.core.transactions.quality_report import QualityReport
from server.core.transactions.reader import TransactionReader

TODAY = dt.date(2025, 12, 31)


def read(text: str, *settings: tuple[str, str]) -> tuple[RfmTable, QualityReport]:
    """Read a csv as the command line does; the lines may be indented."""
    rows = list(csv.reader(io.StringIO("\n".join(line.strip() for line in text.strip().splitlines()))))
    options = parse_options(settings) if settings else Options()
    columns = recognise(rows, options.columns)
    reader = TransactionReader(columns, options)
    body = rows[columns.header_row :]
    reader.add(
        columns.header_row + 1,
        {
            role: [row[c.index] if c.index < len(row) else "" for row in body]
            for role, c in columns.roles.items()
        },
    )
    transactions, report = reader.finish(TODAY)
    return rfm_table(transactions), report


def bought(text: str, *settings: tuple[str, str]) -> dict[str, tuple[int, float]]:
    """Return orders and money by customer, where nothing is asked."""
    table, report = read(text, *settings)
    assert [question.text for question in report.questions if question.is_open] == []
    return {
        who: (orders, round(money, 2))
        for who, orders, money in zip(
            table.customer_ids, table.frequency.tolist(), table.monetary_value.tolist(), strict=True
        )
    }


def questions(text: str, *settings: tuple[str, str]) -> dict[str, list[tuple[str, float]]]:
    """Return the readings of the open questions, each with its money, by setting."""
    _, report = read(text, *settings)
    return {
        question.setting: [(reading.value, round(reading.money, 2)) for reading in question.readings]
        for question in report.questions
        if question.is_open
    }
