"""The account of the rows in words that a marketer can act on."""

from __future__ import annotations

import numpy as np

from server.core.transactions.findings import Finding, finding
from server.core.transactions.quality_report import QualityReport


def test_a_finding_counts_names_rows_and_sums_the_money_that_can_be_read() -> None:
    """An amount that cannot be read adds nothing; twenty rows are named, the rest counted."""
    mask = np.ones(25, dtype=bool)
    amount = np.full(25, 2.0)
    amount[3] = np.nan

    refunds = finding(mask, np.arange(2, 27, dtype=np.int32), amount)

    assert (refunds.count, refunds.money) == (25, 48.0)
    assert refunds.sheet_rows == tuple(range(2, 22))


def test_the_sentences_say_what_was_left_out_where_and_why() -> None:
    """Counts, reasons and rows; a second reading of the dates; customers without spend."""
    report = QualityReport(
        rows_read=1000,
        left_out={"missing_customer": Finding(4, 20.0, (7, 9, 12, 30))},
        noted={"cancellations": Finding(2, -5.0, (3, 4))},
        customers=80,
        net_to_nothing=1,
        net_to_nothing_ids=("A",),
    )

    sentences = report.sentences()

    assert sentences[0] == "1,000 rows read, 996 used."
    assert sentences[1] == "Left out: 4 with no customer id (row 7, 9, 12…)."
    assert sentences[2].endswith("(row 3, 4).")
    assert sentences[3] == "1 customer spent nothing in all and has no segment (A)."


def test_the_json_adds_up() -> None:
    """rows_read is rows_used and what was left out."""
    report = QualityReport(10, {"missing_customer": Finding(3), "future_date": Finding(2)}).to_json()

    assert report["rows_used"] == 5
    assert report["rows_read"] == report["rows_used"] + sum(
        reason["count"] for reason in report["left_out"].values()
    )
