"""Lines of `Data_Quality`: rows read and left out, and the result of every check.

The lines are the same ones each time, in the same places, whatever was found: so they can be styled once, and a
marketer's own formulas may point at them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from server.core.cells import Cell
from server.core.data_checks.check import TITLES, Check, State, worst
from server.core.transactions.columns import Role
from server.core.transactions.findings import Finding
from server.core.transactions.quality_report import QualityReport
from server.core.transactions.questions import TOPICS, Decision, Question, totals_of
from server.core.wall_clock import serial_of
from server.core.wording import ENGLISH, Wording
from server.texts import to_say

_NONE = Finding(0)
_AMOUNT = 12.5
"""An amount to show how one is written."""


class Kind(Enum):
    """Kind of a line, by which it is styled."""

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
        to_say("No customer id"), to_say("Fill it in where you know it. Guests cannot be segmented.")
    ),
    "unreadable_date": _Reason(
        to_say("No date that can be read"),
        to_say("Correct the cells: a date, as 2025-01-31."),
        Role.ORDER_DATE,
    ),
    "future_date": _Reason(
        to_say("Date in the future"),
        to_say("Correct the cells: often day and month are exchanged."),
        Role.ORDER_DATE,
    ),
    "unreadable_amount": _Reason(
        to_say("No amount that can be read"), to_say("Correct the cells: a number, as {amount}."), Role.AMOUNT
    ),
    "after_analysis_date": _Reason(
        to_say("After the analysis date"),
        to_say("Nothing, if AnalysisDate in Settings is what you want."),
        Role.ORDER_DATE,
    ),
    "repeated_order": _Reason(
        to_say("Orders that stand there twice"),
        to_say("Nothing: each counts once. RepeatedLines = keep in Settings counts both."),
        Role.ORDER_ID,
    ),
    "repeated_block": _Reason(
        to_say("Blocks that stand there twice"),
        to_say("Nothing: each row counts once. RepeatedLines = keep in Settings counts both."),
    ),
    "repeated_line": _Reason(
        to_say("Lines that stand there twice"),
        to_say("Nothing: each counts once, as RepeatedLines in Settings says."),
    ),
    "no_sale": _Reason(
        to_say("No sale by their status"),
        to_say(
            "Nothing, if these words mean what How it was read says. Statuses in Settings says otherwise."
        ),
        Role.STATUS,
    ),
    "outgoing": _Reason(
        to_say("Payments of the shop itself"), to_say("Nothing: they are no sales."), Role.KIND
    ),
    "refund_of_nobody": _Reason(
        to_say("Refunds that name no customer"),
        to_say(
            "Write the customer into these rows, or the sale's id into the column that refers to it: nobody's spend is "
            "lowered by them."
        ),
        Role.CUSTOMER_ID,
    ),
    "test_order": _Reason(to_say("Test orders"), to_say("Nothing: nobody bought."), Role.TEST),
    "refunded": _Reason(to_say("Refunded in full"), to_say("Nothing: the money went back."), Role.REFUNDED),
    "never_bought": _Reason(
        to_say("Customers who have not bought"), to_say("Nothing: they have no segment."), Role.ORDERS
    ),
    "other_currency": _Reason(
        to_say("In another currency"),
        to_say("Add a column with all amounts in one currency, if these are to count."),
        Role.AMOUNT,
    ),
    "header_row": _Reason(to_say("Headers that stand there again"), to_say("Nothing: they are no orders.")),
    "line_of_order": _Reason(
        to_say("Further lines of an order"), to_say("Nothing: the order's amount counts once."), Role.ORDER_ID
    ),
    "totals_row": _Reason(to_say("Rows of totals"), to_say("Nothing: they are no orders.")),
}
_NOTED = {
    "cancellations": _Reason(
        to_say("Cancelled or refunded"), to_say("Nothing: they lower what the customer spent."), Role.AMOUNT
    ),
    "zero_amounts": _Reason(
        to_say("Amounts of 0"),
        to_say("They count as purchases. Delete those that are tests or gifts."),
        Role.AMOUNT,
    ),
    "repeated_lines": _Reason(
        to_say("Equal to an earlier line"),
        to_say(
            "They were kept: a product may be bought twice, or two may cost the same. RepeatedLines = once in Settings "
            "leaves them out."
        ),
    ),
}
_IN_ALL, _WRITTEN, _ANALYSIS, _FIRST, _LAST = (
    to_say("In all"),
    to_say("Written"),
    to_say("Analysis date"),
    to_say("First order"),
    to_say("Last order"),
)
_READ, _USED = to_say("Rows read"), to_say("Rows used")
_NOTHING = to_say("Customers who spent nothing in all")
_RESULTS = {State.OK: to_say("OK"), State.LOOK: to_say("Look"), State.STOP: to_say("Stop")}
RESULTS = tuple(_RESULTS.values())
"""Words for the result of a check, from good to bad."""

KINDS: dict[str, Kind] = {
    _IN_ALL: Kind.TOTAL,
    _WRITTEN: Kind.MOMENT,
    _ANALYSIS: Kind.DAY,
    _FIRST: Kind.DAY,
    _LAST: Kind.DAY,
    to_say("What the data can tell"): Kind.SECTION,
    **dict.fromkeys(TITLES.values(), Kind.LINE),
    to_say("How it was read"): Kind.SECTION,
    **dict.fromkeys(TOPICS.values(), Kind.LINE),
    to_say("What was read"): Kind.SECTION,
    _READ: Kind.TOTAL,
    **{reason.title: Kind.LINE for reason in _LEFT_OUT.values()},
    _USED: Kind.TOTAL,
    to_say("To know about the rows used"): Kind.SECTION,
    **{reason.title: Kind.LINE for reason in _NOTED.values()},
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
        Of `server.core.data_checks.checks.checks`.
    written
        Serial of the wall clock of `time_zone`.
    wording
        Writes the numbers in the texts.
    """
    say = wording.say
    all_lines = [
        Line(_IN_ALL, say(_RESULTS[worst(checks)]), _in_all(checks, wording)),
        Line(
            _WRITTEN,
            written,
            say(
                "In the time zone {zone}. The links lead to the rows as they stood then: rows that were moved, added "
                "or deleted since stand elsewhere.",
                zone=time_zone,
            ),
        ),
        Line(_ANALYSIS, _serial(analysis_day), say("Recency is counted to this day.")),
        Line(_FIRST, _serial(report.first_day), say("Of the rows used.")),
        Line(_LAST, _serial(report.last_day), say("Of the rows used.")),
        Line(_READ, rows=report.rows_read, share=1.0, money=round(report.money_read, 2)),
        *(
            _reason(reason, report.left_out.get(name, _NONE), report.rows_read, say("Left out"), wording)
            for name, reason in _LEFT_OUT.items()
        ),
        Line(
            _USED,
            say("Used"),
            say("Rows read less all that were left out."),
            rows=report.rows_used,
            customers=report.customers,
            share=_share(report.rows_used, report.rows_read),
            money=round(report.money_used, 2),
        ),
        *(
            _reason(reason, report.noted.get(name, _NONE), report.rows_used, say("Used"), wording)
            for name, reason in _NOTED.items()
        ),
        *_readings(report, wording),
        _nothing(report, wording),
        *(_check(check, wording) for check in checks),
    ]
    by_title = {line.title: line for line in all_lines}
    return [replace(by_title.get(title, Line(title)), title=say(title)) for title in KINDS]


def _in_all(checks: Sequence[Check], wording: Wording) -> str:
    named = {
        state: ", ".join(wording.say(check.title) for check in checks if check.state is state)
        for state in State
    }
    parts = []
    if named[State.STOP]:
        parts.append(
            wording.say(
                "Too poor to mean anything, see below: {checks}. Do not rely on segments of these data.",
                checks=named[State.STOP],
            )
        )
    if named[State.LOOK]:
        parts.append(wording.say("Look at: {checks}.", checks=named[State.LOOK]))
    return " ".join(parts) or wording.say("All checks are passed.")


def _reason(reason: _Reason, finding: Finding, of: int, result: str, wording: Wording) -> Line:
    if not finding.count:
        return Line(reason.title, rows=0, share=0.0, money=0.0)
    return Line(
        reason.title,
        result,
        rows=finding.count,
        share=_share(finding.count, of),
        money=round(finding.money, 2),
        sheet_rows=finding.sheet_rows,
        has_more=finding.count > len(finding.sheet_rows),
        to_do=wording.say(reason.to_do, amount=wording.decimal(_AMOUNT, 2)),
        role=reason.role,
    )


def _readings(report: QualityReport, wording: Wording) -> list[Line]:
    """Return a line for each topic that a question, or a decision, is about."""
    answered = [question for question in report.questions if not question.is_open]
    lines = []
    for topic, title in TOPICS.items():
        answers = [question for question in answered if question.setting == topic]
        decisions = [decision for decision in report.said if decision.topic == topic]
        if answers or decisions:
            lines.append(_reading(topic, title, answers, decisions, wording))
    return lines


def _reading(
    topic: str, title: str, answers: Sequence[Question], decisions: Sequence[Decision], wording: Wording
) -> Line:
    texts = [decision.told(wording) for decision in decisions]
    texts += [f"{question.answered(wording)} {_others(question, wording)}." for question in answers]
    return Line(
        title,
        wording.say("Answered" if answers else "Found"),
        " ".join(texts),
        sheet_rows=(
            *(row for question in answers for row in question.sheet_rows),
            *(row for decision in decisions for row in decision.sheet_rows),
        ),
        to_do=wording.say("Nothing, if {setting} in Settings is what you want.", setting=topic)
        if answers
        else "",
    )


def _others(question: Question, wording: Wording) -> str:
    """Return what each reading of a question comes to."""
    totals = zip(question.readings, totals_of(question.readings, wording), strict=True)
    return "; ".join(f"{wording.say(reading.label)}: {comes_to}" for reading, comes_to in totals)


def _nothing(report: QualityReport, wording: Wording) -> Line:
    if not report.net_to_nothing:
        return Line(_NOTHING, customers=0, share=0.0)
    return Line(
        _NOTHING,
        wording.say("No segment"),
        wording.say("Their refunds eat up what they bought."),
        customers=report.net_to_nothing,
        share=_share(report.net_to_nothing, report.customers),
    )


def _check(check: Check, wording: Wording) -> Line:
    return Line(
        check.title,
        wording.say(_RESULTS[check.state]),
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
