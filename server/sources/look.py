"""What the customers of a source look like before any segment, and whether the data can mean anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from server.core.data_checks.check import Check
from server.core.data_checks.checks import checks
from server.core.segments.rfm import RfmTable
from server.core.transactions.quality_report import QualityReport
from server.core.wording import Wording
from server.sources.account import anomalies_of
from server.sources.expressions import customers as of_customers
from server.sources.sampling import MARGIN
from server.sources.source import Source
from server.sources.stages import Staged


@dataclass(frozen=True, slots=True)
class Look:
    """What the customers of a source look like, before any segment.

    Attributes
    ----------
    head
        How many there are, see `expressions.customers.head_counts`.
    sold
        Customers who bought, by day.
    known
        Figures of all customers, of a sample where they are more than it holds.
    """

    head: dict[str, float]
    sold: dict[str, Any]
    known: RfmTable
    report: QualityReport
    checks: list[Check]


def looked_at(staged: Staged, source: Source, wording: Wording) -> Look:
    """Return what the customers look like, and whether the data can mean anything."""
    tables = staged.tables
    counts = tables.one(of_customers.head_counts(staged.customers))
    head = {name: float(value or 0) for name, value in counts.items()}
    sold = tables.ask(of_customers.sold_days(staged.used))
    anomalies = anomalies_of(sold, head["richest"], head["revenue"], has_orders=bool(source.columns.order_id))
    report = staged.account.report(int(head["customers"]), int(head["nothing"]), anomalies)
    known = _known(staged, int(head["counted"]), source.sample_customers)
    return Look(head, sold, known, report, _checks(report, known, head, wording))


def _known(staged: Staged, customers: int, at_most: int) -> RfmTable:
    """Return the figures of all customers, of a sample where they are more than `at_most`."""
    share = 1.0 if customers <= at_most else MARGIN * at_most / customers
    tables = staged.tables
    sampled = tables.ask(of_customers.sampled_figures(staged.customers, share, tables.engine.dialect))
    order = np.argsort(sampled["customer_id"].astype(str), kind="stable")
    return RfmTable(
        customer_ids=[str(customer_id) for customer_id in sampled["customer_id"][order].tolist()],
        recency=sampled["recency"][order].astype(np.int64),
        frequency=sampled["frequency"][order].astype(np.int64),
        monetary_value=sampled["monetary_value"][order].astype(np.float64),
        analysis_day=staged.analysis_day,
        left_out=[],
    )


def _checks(report: QualityReport, known: RfmTable, head: dict[str, float], wording: Wording) -> list[Check]:
    """Ask the data; what counts customers is told of all, though it was seen in a sample."""
    sample_checks = checks(report, known, wording)
    times = head["counted"] / len(known) if len(known) else 1.0
    if times == 1.0:
        return sample_checks
    grown = {"customers", "one_time"}
    return [
        replace(
            check,
            customers=round((check.customers or 0) * times),
            money=(check.money or 0.0) * times,
        )
        if check.name in grown
        else check
        for check in sample_checks
    ]
