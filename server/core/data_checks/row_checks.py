"""Checks of rows: lost rows and money, repeated lines, amounts in cents, currencies."""

from __future__ import annotations

from collections.abc import Sequence

from server.core.data_checks.check import Check, State, percent, said
from server.core.transactions.anomalies import Anomalies
from server.core.transactions.columns import Role
from server.core.transactions.findings import ROWS_NAMED, Finding
from server.core.transactions.quality_report import QualityReport
from server.core.wording import Wording
from server.texts import to_say

LOST_SHARE = 0.1
MOST_LOST_SHARE = 0.5
REPEATED_SHARE = 0.05

_LOST_TO_DO = to_say(
    "The rows left out are listed by reason. Sales without a customer id cannot be segmented; wrong cells can be "
    "corrected."
)


def lost_rows(report: QualityReport, wording: Wording) -> Check:
    """Rows that may be purchases and are not used.

    Sales without a customer id are common (guests, no loyalty card) and make nothing wrong of the others; where most
    rows have no date or no amount, another column is meant.
    """
    lost = report.lost
    share = lost.count / report.rows_read if report.rows_read else 0.0
    nameless = report.left_out.get("missing_customer", Finding(0)).count
    text = said(
        wording.say("{share} of the rows may be purchases but cannot be used.", share=percent(share, wording))
    )
    if not lost.count:
        text = wording.say("All rows that may be purchases are used.")
    if lost.count - nameless > MOST_LOST_SHARE * report.rows_read:
        to_do = wording.say(
            "Is that the right column for the date, and for the amount? Settings can name others."
        )
        return _lost("lost_rows", State.STOP, share, text, to_do, lost)
    if share < LOST_SHARE:
        return _lost("lost_rows", State.OK, share, text, "", lost)
    text += " " + wording.say("The segments say nothing of them.")
    return _lost("lost_rows", State.LOOK, share, text, wording.say(_LOST_TO_DO), lost)


def lost_money(report: QualityReport, wording: Wording) -> Check:
    """The money in these rows, as far as it can be read."""
    lost = report.lost
    share = min(max(lost.money, 0.0) / report.money_read, 1.0) if report.money_read > 0 else 0.0
    text = said(
        wording.say("{share} of the money stands in rows that cannot be used.", share=percent(share, wording))
    )
    if not share:
        text = wording.say("All money that can be read is used.")
    if share < LOST_SHARE:
        return _lost("lost_money", State.OK, share, text, "", lost)
    text += " " + wording.say("What the segments are said to spend lacks it.")
    return _lost("lost_money", State.LOOK, share, text, wording.say(_LOST_TO_DO), lost)


def _lost(name: str, state: State, share: float, text: str, to_do: str, lost: Finding) -> Check:
    return Check(
        name,
        state,
        text,
        to_do,
        rows=lost.count,
        share=share,
        money=lost.money,
        sheet_rows=lost.sheet_rows if state is not State.OK else (),
    )


def repeated(seen: Anomalies, report: QualityReport, wording: Wording) -> Check:
    """Lines that are equal to an earlier one in every column used.

    With order ids, equal lines of one order are ordinary, as the product is not read: only orders that stand there
    twice are counted, and lines that are left out because Settings asks for it.
    """
    kept, orders, blocks, lines = _repeats(report, has_orders=seen.has_orders)
    findings = (kept, orders, blocks, lines)
    count = sum(finding.count for finding in findings)
    share = count / report.rows_read if report.rows_read else 0.0
    text = _repeats_text(count, share, wording, has_orders=seen.has_orders)
    is_much = share >= REPEATED_SHARE
    more, to_do = _of_repeats(kept, lines, has_orders=seen.has_orders) if is_much else ("", "")
    return Check(
        "repeated",
        State.LOOK if is_much else State.OK,
        " ".join(part for part in (text, wording.say(more)) if part),
        wording.say(to_do),
        rows=count,
        share=share,
        money=sum(finding.money for finding in findings),
        sheet_rows=_first_rows(findings) if is_much else (),
    )


def _repeats(report: QualityReport, *, has_orders: bool) -> tuple[Finding, Finding, Finding, Finding]:
    """Return equal lines that count, and the orders, blocks and lines that are left out for standing there twice."""
    kept = report.noted.get("repeated_lines", Finding(0)) if not has_orders else Finding(0)
    orders, blocks, lines = (
        report.left_out.get(reason, Finding(0))
        for reason in ("repeated_order", "repeated_block", "repeated_line")
    )
    return kept, orders, blocks, lines


def _first_rows(findings: Sequence[Finding]) -> tuple[int, ...]:
    return tuple(sorted(row for finding in findings for row in finding.sheet_rows)[:ROWS_NAMED])


def _repeats_text(count: int, share: float, wording: Wording, *, has_orders: bool) -> str:
    if not count:
        return wording.say(
            "No row repeats an earlier one." if not has_orders else "No order stands there twice."
        )
    return said(
        wording.say(
            "{share} of the rows repeat an earlier one in every column used.", share=percent(share, wording)
        )
    )


def _of_repeats(kept: Finding, lines: Finding, *, has_orders: bool) -> tuple[str, str]:
    """Return what becomes of many repeated rows, and what to do."""
    if lines.count and has_orders:
        return (
            to_say(
                "They are left out as RepeatedLines in Settings says, though they may be different products."
            ),
            to_say("If each row is one product of an order, set RepeatedLines to auto."),
        )
    if kept.count:
        return (
            to_say("They count, and raise money and frequency."),
            to_say(
                "If the same export was pasted twice, delete one, or set RepeatedLines in Settings to once. If "
                "customers do buy the same twice a day, all is well."
            ),
        )
    return (
        to_say("They count once."),
        to_say("Delete the copy if you like: the same export seems to have been pasted twice."),
    )


def cents(seen: Anomalies, report: QualityReport, wording: Wording) -> Check:
    """Amounts that look like cents, see `server.core.transactions.anomalies.cents`."""
    if seen.cents is None:
        return Check("cents", State.OK, wording.say("The amounts do not look like cents."))
    text = to_say(
        "All amounts are whole, they are large, and many end in 99, 95 or 49: are they cents? Then all "
        "money here reads a hundred times too large."
    )
    to_do = to_say(
        "If they are, divide the column by 100; the segments stay the same. If your currency has no "
        "cents, all is well."
    )
    return Check(
        "cents",
        State.LOOK,
        wording.say(text),
        wording.say(to_do),
        rows=seen.cents.count,
        share=seen.cents.count / report.rows_used if report.rows_used else None,
        money=seen.cents.money,
        sheet_rows=seen.cents.sheet_rows,
        role=Role.AMOUNT,
    )


def currencies(report: QualityReport, wording: Wording) -> Check:
    """Amounts with several currencies beside them, which are added up only where the marketer says so."""
    question = next((question for question in report.questions if question.setting == "Currency"), None)
    if question is None:
        text = wording.say(
            "The amounts are in {currency}." if report.currency else "No currency stands beside the amounts.",
            currency=report.currency,
        )
        return Check("currencies", State.OK, text)
    if question.answer != "any":
        others = report.left_out.get("other_currency", Finding(0))
        text = wording.say(
            "Only the amounts in {currency} count; the rows in others are left out.", currency=report.currency
        )
        return Check("currencies", State.OK, text, rows=others.count, money=others.money)
    return Check(
        "currencies",
        State.LOOK,
        wording.say(
            "Several currencies stand beside the amounts, and Settings says that all are in one already."
        ),
        wording.say("If they are not, add a column with all amounts in one currency."),
        rows=report.rows_used,
        sheet_rows=question.sheet_rows,
        role=Role.AMOUNT,
    )
