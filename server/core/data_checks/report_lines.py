"""Lines of `Data_Quality`: rows read and left out, and the result of every check.

The lines are the same ones each time, in the same places, whatever was found: so they can be styled once, and a
marketer's own formulas may point at them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from server.core.cells import Cell
from server.core.data_checks.check import Check, State, worst
from server.core.data_checks.report_titles import (
    ANALYSIS,
    EXAMPLE_AMOUNT,
    FIRST,
    IN_ALL,
    KINDS,
    LAST,
    LEFT_OUT,
    NOTED,
    NOTHING,
    READ,
    RESULT_OF,
    USED,
    WRITTEN,
    Reason,
)
from server.core.transactions.columns import Role
from server.core.transactions.findings import Finding
from server.core.transactions.quality_report import QualityReport
from server.core.transactions.questions import TOPICS, Decision, Question, totals_of
from server.core.wall_clock import serial_of
from server.core.wording import ENGLISH, Wording

_NONE = Finding(0)


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
        Line(IN_ALL, say(RESULT_OF[worst(checks)]), _in_all(checks, wording)),
        Line(
            WRITTEN,
            written,
            say(
                "In the time zone {zone}. The links lead to the rows as they stood then: rows that were moved, added "
                "or deleted since stand elsewhere.",
                zone=time_zone,
            ),
        ),
        Line(ANALYSIS, _serial(analysis_day), say("Recency is counted to this day.")),
        Line(FIRST, _serial(report.first_day), say("Of the rows used.")),
        Line(LAST, _serial(report.last_day), say("Of the rows used.")),
        Line(READ, rows=report.rows_read, share=1.0, money=round(report.money_read, 2)),
        *(
            _reason(reason, report.left_out.get(name, _NONE), report.rows_read, say("Left out"), wording)
            for name, reason in LEFT_OUT.items()
        ),
        Line(
            USED,
            say("Used"),
            say("Rows read less all that were left out."),
            rows=report.rows_used,
            customers=report.customers,
            share=_share(report.rows_used, report.rows_read),
            money=round(report.money_used, 2),
        ),
        *(
            _reason(reason, report.noted.get(name, _NONE), report.rows_used, say("Used"), wording)
            for name, reason in NOTED.items()
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


def _reason(reason: Reason, finding: Finding, of: int, result: str, wording: Wording) -> Line:
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
        to_do=wording.say(reason.to_do, amount=wording.decimal(EXAMPLE_AMOUNT, 2)),
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
    texts = [decision.sentence(wording) for decision in decisions]
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
    """Return the totals of each reading of a question."""
    totals = zip(question.readings, totals_of(question.readings, wording), strict=True)
    return "; ".join(f"{wording.say(reading.label)}: {comes_to}" for reading, comes_to in totals)


def _nothing(report: QualityReport, wording: Wording) -> Line:
    if not report.net_to_nothing:
        return Line(NOTHING, customers=0, share=0.0)
    return Line(
        NOTHING,
        wording.say("No segment"),
        wording.say("Their refunds eat up what they bought."),
        customers=report.net_to_nothing,
        share=_share(report.net_to_nothing, report.customers),
    )


def _check(check: Check, wording: Wording) -> Line:
    return Line(
        check.title,
        wording.say(RESULT_OF[check.state]),
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
