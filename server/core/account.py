"""The account of the rows and the answers of all checks, line by line, as `Data_Quality` shows them.

The lines are the same ones each time, in the same places, whatever was found: so they can be styled once, and a
marketer's own formulas may point at them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from server.core.cells import Cell
from server.core.checks import TITLES, Check, State, worst
from server.core.columns import Role
from server.core.findings import Finding
from server.core.quality import QualityReport
from server.core.wall_clock import serial_of
from server.core.wording import ENGLISH, Wording

_NONE = Finding(0)
_AMOUNT = 12.5
"""An amount to show how one is written."""


class Kind(Enum):
    """What a line is, by which it is styled."""

    SECTION = auto()
    TOTAL = auto()
    MOMENT = auto()
    DAY = auto()
    LINE = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the tab; None and "" where there is nothing to say.

    Attributes
    ----------
    result
        A word, or a serial in lines of days and moments.
    sheet_rows
        The first rows of `Training_Data` that it is about.
    has_more
        There are more of them.
    role
        The column to look at in these rows.
    """

    title: str
    result: Cell = ""
    found: str = ""
    rows: int | None = None
    customers: int | None = None
    share: float | None = None
    money: float | None = None
    sheet_rows: tuple[int, ...] = ()
    has_more: bool = False
    to_do: str = ""
    role: Role = Role.CUSTOMER_ID


@dataclass(frozen=True, slots=True)
class _Reason:
    """Why rows are left out, or what they have in common: its title, what to do, and where to look."""

    title: str
    to_do: str
    role: Role = Role.CUSTOMER_ID


_LEFT_OUT = {
    "missing_customer": _Reason(
        "No customer id", "Fill it in where you know it. Guests cannot be segmented."
    ),
    "unreadable_date": _Reason(
        "No date that can be read", "Correct the cells: a date, as 2025-01-31.", Role.ORDER_DATE
    ),
    "future_date": _Reason(
        "Date in the future", "Correct the cells: often day and month are exchanged.", Role.ORDER_DATE
    ),
    "unreadable_amount": _Reason(
        "No amount that can be read", "Correct the cells: a number, as {amount}.", Role.AMOUNT
    ),
    "after_analysis_date": _Reason(
        "After the analysis date", "Nothing, if AnalysisDate in Settings is what you want.", Role.ORDER_DATE
    ),
    "repeated_order": _Reason(
        "Orders that stand there twice",
        "Nothing: each counts once. RepeatedLines = keep in Settings counts both.",
        Role.ORDER_ID,
    ),
    "repeated_line": _Reason(
        "Lines that stand there twice", "Nothing: each counts once, as RepeatedLines in Settings says."
    ),
    "line_of_order": _Reason(
        "Further lines of an order", "Nothing: the order's amount stands on its first line.", Role.ORDER_ID
    ),
    "totals_row": _Reason("Rows of totals", "Nothing: they are no transactions."),
}
_NOTED = {
    "cancellations": _Reason(
        "Cancelled or refunded", "Nothing: they lower what the customer spent.", Role.AMOUNT
    ),
    "zero_amounts": _Reason(
        "Amounts of 0", "They count as purchases. Delete those that are tests or gifts.", Role.AMOUNT
    ),
    "repeated_lines": _Reason(
        "Equal to an earlier line",
        "They were kept: a product may be bought twice, or two may cost the same. RepeatedLines = once in Settings "
        "leaves them out.",
    ),
}
_IN_ALL, _WRITTEN, _ANALYSIS, _FIRST, _LAST = (
    "In all",
    "Written",
    "Analysis date",
    "First transaction",
    "Last transaction",
)
_READ, _USED = "Rows read", "Rows used"
_AMBIGUOUS, _NOTHING = "Dates that can be read in two ways", "Customers who spent nothing in all"
_RESULTS = {State.OK: "OK", State.LOOK: "Look", State.STOP: "Stop"}
RESULTS = tuple(_RESULTS.values())
"""Words for the result of a check, from good to bad."""

KINDS: dict[str, Kind] = {
    _IN_ALL: Kind.TOTAL,
    _WRITTEN: Kind.MOMENT,
    _ANALYSIS: Kind.DAY,
    _FIRST: Kind.DAY,
    _LAST: Kind.DAY,
    "What the data can tell": Kind.SECTION,
    **dict.fromkeys(TITLES.values(), Kind.LINE),
    "What was read": Kind.SECTION,
    _READ: Kind.TOTAL,
    **{reason.title: Kind.LINE for reason in _LEFT_OUT.values()},
    _USED: Kind.TOTAL,
    "To know about the rows used": Kind.SECTION,
    **{reason.title: Kind.LINE for reason in _NOTED.values()},
    _AMBIGUOUS: Kind.LINE,
    _NOTHING: Kind.LINE,
}
"""All lines by their titles, in order."""


def lines(
    report: QualityReport,
    checks: Sequence[Check],
    analysis_day: dt.date,
    written: float,
    time_zone: str,
    wording: Wording = ENGLISH,
) -> list[Line]:
    """Return the lines, one for each title of `KINDS`.

    Parameters
    ----------
    checks
        Of `server.core.sanity.checks`.
    written
        Serial of the wall clock of `time_zone`.
    wording
        Writes the numbers in the texts.
    """
    told = [
        Line(_IN_ALL, _RESULTS[worst(checks)], _in_all(checks)),
        Line(
            _WRITTEN,
            written,
            f"In the time zone {time_zone}. The links lead to the rows as they stood then: rows that were moved, "
            "added or deleted since stand elsewhere.",
        ),
        Line(_ANALYSIS, _serial(analysis_day), "Recency is counted to this day."),
        Line(_FIRST, _serial(report.first_day), "Of the rows used."),
        Line(_LAST, _serial(report.last_day), "Of the rows used."),
        Line(_READ, rows=report.rows_read, share=1.0, money=round(report.money_read, 2)),
        *(
            _reason(reason, report.left_out.get(name, _NONE), report.rows_read, "Left out", wording)
            for name, reason in _LEFT_OUT.items()
        ),
        Line(
            _USED,
            "Used",
            "Rows read less all that were left out.",
            rows=report.rows_used,
            customers=report.customers,
            share=_share(report.rows_used, report.rows_read),
            money=round(report.money_used, 2),
        ),
        *(
            _reason(reason, report.noted.get(name, _NONE), report.rows_used, "Used", wording)
            for name, reason in _NOTED.items()
        ),
        _ambiguous(report),
        _nothing(report),
        *(_check(each) for each in checks),
    ]
    by_title = {each.title: each for each in told}
    return [by_title.get(title, Line(title)) for title in KINDS]


def _in_all(checks: Sequence[Check]) -> str:
    named = {state: [each.title for each in checks if each.state is state] for state in State}
    told = []
    if named[State.STOP]:
        told.append(
            f"Too poor to mean anything, see below: {', '.join(named[State.STOP])}. Do not rely on segments of "
            "these data."
        )
    if named[State.LOOK]:
        told.append(f"Look at: {', '.join(named[State.LOOK])}.")
    return " ".join(told) or "All checks are passed."


def _reason(reason: _Reason, found: Finding, of: int, result: str, wording: Wording) -> Line:
    if not found.count:
        return Line(reason.title, rows=0, share=0.0, money=0.0)
    return Line(
        reason.title,
        result,
        rows=found.count,
        share=_share(found.count, of),
        money=round(found.money, 2),
        sheet_rows=found.sheet_rows,
        has_more=found.count > len(found.sheet_rows),
        to_do=reason.to_do.format(amount=wording.decimal(_AMOUNT, 2)),
        role=reason.role,
    )


def _ambiguous(report: QualityReport) -> Line:
    if not report.ambiguous_dates:
        return Line(_AMBIGUOUS, rows=0, share=0.0)
    order = "day first" if report.day_first else "month first"
    return Line(
        _AMBIGUOUS,
        "Used",
        f"Dates such as 03/04/2025 were read {order}; nothing in the column tells which is right.",
        rows=report.ambiguous_dates,
        share=_share(report.ambiguous_dates, report.rows_read),
        to_do="Set DayFirst in Settings if that is wrong.",
    )


def _nothing(report: QualityReport) -> Line:
    if not report.net_to_nothing:
        return Line(_NOTHING, customers=0, share=0.0)
    return Line(
        _NOTHING,
        "No segment",
        "Their refunds eat up what they bought.",
        customers=report.net_to_nothing,
        share=_share(report.net_to_nothing, report.customers),
    )


def _check(check: Check) -> Line:
    return Line(
        check.title,
        _RESULTS[check.state],
        check.found,
        rows=check.rows,
        customers=check.customers,
        share=check.share,
        money=None if check.money is None else round(check.money, 2),
        sheet_rows=check.sheet_rows,
        has_more=(check.rows or 0) > len(check.sheet_rows),
        to_do=check.to_do,
        role=check.role,
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _serial(day: dt.date | str) -> Cell:
    """Return a day as a spreadsheet counts it, "" where there is none.

    >>> _serial("2025-01-01"), _serial("")
    (45658, '')
    """
    if not day:
        return ""
    return serial_of(dt.date.fromisoformat(day) if isinstance(day, str) else day)
