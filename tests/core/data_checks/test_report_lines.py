"""The lines of Data_Quality: an account that adds up, in the same places whatever was found."""

from __future__ import annotations

import datetime as dt

from server.core.data_checks.check import TITLES, Check, State
from server.core.data_checks.report_lines import Line, lines
from server.core.data_checks.report_titles import KINDS, Kind
from server.core.transactions.columns import Role
from server.core.transactions.findings import Finding
from server.core.transactions.quality_report import LABELS, QualityReport

NOON = 46037.5
"""2026-01-15 12:00 as a spreadsheet counts it."""


def account(report: QualityReport, *checks: Check) -> dict[str, Line]:
    """Return the lines by title; checks that are not given are passed."""
    given = {check.name: check for check in checks}
    every = [given.get(name, Check(name, State.OK, "Well.")) for name in TITLES]
    report_lines = lines(report, every, dt.date(2025, 2, 1), NOON, "Europe/Berlin")
    assert [line.title for line in report_lines] == list(KINDS)
    return {line.title: line for line in report_lines}


def test_rows_and_money_read_are_those_used_and_those_left_out() -> None:
    """1,000 rows of 5,000: 4 without customer, 10 with a wrong date and 6 copies leave 980 rows of 4,890."""
    report = QualityReport(
        rows_read=1000,
        left_out={
            "missing_customer": Finding(4, 20.0, (7, 9, 12, 30)),
            "unreadable_date": Finding(10, 60.0, (8,)),
            "repeated_order": Finding(6, 30.0, (5, 6)),
        },
        customers=80,
        money_read=5000.0,
    )

    by_title = account(report)

    assert (by_title["Rows read"].rows, by_title["Rows read"].money) == (1000, 5000.0)
    used = by_title["Rows used"]
    assert (used.result, used.rows, used.money, used.customers, used.share) == ("Used", 980, 4890.0, 80, 0.98)
    without = by_title["No customer id"]
    assert (without.result, without.rows, without.share, without.money) == ("Left out", 4, 0.004, 20.0)
    assert (without.sheet_rows, without.has_more) == ((7, 9, 12, 30), False)
    assert without.to_do
    dates = by_title["No date that can be read"]
    assert (dates.has_more, dates.role) == (True, Role.ORDER_DATE)
    nothing = by_title["No amount that can be read"]
    assert (nothing.result, nothing.rows, nothing.money, nothing.to_do) == ("", 0, 0.0, "")


def test_every_reason_to_leave_a_row_out_has_its_line() -> None:
    """None is forgotten: one row each of all reasons leaves the rest used."""
    report = QualityReport(100, {reason: Finding(1, 1.0, (3,)) for reason in LABELS}, money_read=100.0)

    left_out = [line for line in account(report).values() if line.result == "Left out"]

    assert sum(line.rows or 0 for line in left_out) == len(LABELS)
    assert report.rows_used == 100 - len(LABELS)


def test_what_is_to_know_about_the_rows_used_is_told_without_names() -> None:
    """Shares are of the rows used, or of the customers; no id of a customer is told."""
    report = QualityReport(
        rows_read=100,
        left_out={"totals_row": Finding(20)},
        noted={"cancellations": Finding(8, -40.0, (3, 4)), "zero_amounts": Finding(4, 0.0, (5,))},
        customers=50,
        net_to_nothing=2,
        net_to_nothing_ids=("Ann", "Bob"),
    )

    by_title = account(report)

    cancelled = by_title["Cancelled or refunded"]
    assert (cancelled.rows, cancelled.share, cancelled.money) == (8, 0.1, -40.0)
    assert by_title["Amounts of 0"].share == 0.05
    nothing = by_title["Customers who spent nothing in all"]
    assert (nothing.result, nothing.customers, nothing.share) == ("No segment", 2, 0.04)
    assert not any("Ann" in str(line) or "Bob" in str(line) for line in by_title.values())


def test_the_first_line_says_how_it_is_in_all() -> None:
    """Stop before look, with the titles; all well else."""
    poor = Check("history", State.STOP, "12 days.", "Paste more.")
    look = Check("cents", State.LOOK, "Cents?", rows=9, share=0.5, money=12.345, sheet_rows=(2, 3))

    both, well = account(QualityReport(1, {}), poor, look), account(QualityReport(1, {}))

    assert both["In all"].result == "Stop"
    assert "mean anything, see below: Length of the history." in both["In all"].found
    assert both["In all"].found.endswith("Look at: Amounts in cents.")
    assert (well["In all"].result, well["In all"].found) == ("OK", "All checks are passed.")
    cents = both["Amounts in cents"]
    assert (cents.result, cents.rows, cents.share, cents.money, cents.has_more) == (
        "Look",
        9,
        0.5,
        12.35,
        True,
    )


def test_days_are_serials_and_when_it_was_written_is_said() -> None:
    """2025-01-01 is day 45658; the wall clock's zone is named, as the cell cannot tell it."""
    report = QualityReport(1, {}, first_day="2025-01-01", last_day="2025-01-31")

    by_title = account(report)

    assert [
        by_title[title].result for title in ("Written", "Analysis date", "First order", "Last order")
    ] == [
        NOON,
        45689,
        45658,
        45688,
    ]
    assert "Europe/Berlin" in by_title["Written"].found
    assert [title for title, kind in KINDS.items() if kind is Kind.DAY] == [
        "Analysis date",
        "First order",
        "Last order",
    ]
