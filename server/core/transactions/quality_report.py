"""Quality report: rows of `Training_Data` read, used, and left out by reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from server.core.transactions.anomalies import Anomalies
from server.core.transactions.findings import ROWS_NAMED, Finding
from server.core.transactions.questions import Decision, Doubt, Question
from server.core.wording import ENGLISH, Wording
from server.texts import to_say

LABELS = {
    "header_row": to_say("headers that stand there again"),
    "totals_row": to_say("a row of totals, no order"),
    "no_sale": to_say("a status that says it is no sale"),
    "outgoing": to_say("money that the shop paid or got back itself, no sale"),
    "refund_of_nobody": to_say("a refund that names no customer"),
    "test_order": to_say("a test order"),
    "refunded": to_say("a sale that was refunded in full"),
    "line_of_order": to_say("a further line of an order whose amount is counted once"),
    "missing_customer": to_say("no customer id"),
    "never_bought": to_say("a customer who has not bought yet"),
    "unreadable_date": to_say("no date that can be read"),
    "future_date": to_say("a date in the future"),
    "after_analysis_date": to_say("later than the AnalysisDate of Settings"),
    "other_currency": to_say("an amount in another currency"),
    "unreadable_amount": to_say("no amount that can be read"),
    "repeated_order": to_say("an order that was pasted twice"),
    "repeated_block": to_say("a place in a block that was pasted twice"),
    "repeated_line": to_say("a repeated line"),
}
"""Reasons to leave a row out, in the order in which they are asked; a row counts under the first."""

LOSSES = ("missing_customer", "unreadable_date", "future_date", "unreadable_amount")
"""Reasons by which a purchase is lost; the others leave out what is no purchase, or was not asked for."""


@dataclass(frozen=True, slots=True)
class QualityReport:
    """Quality report of all rows: ``rows_read == rows_used + sum of left_out``.

    Attributes
    ----------
    left_out
        Findings by reason, see `LABELS`.
    noted
        Findings about rows that were used: refunds, cancellations, zero amounts, repeats that were kept.
    ambiguous_dates
        Texts like 03/04/2025 where nothing in the column tells which is the day; `day_first` is how they
        were read.
    net_to_nothing
        Customers whose refunds eat up what they bought; `ids` names some.
    money_read
        Sum of all amounts that can be read.
    anomalies
        What there is to see beside the account.
    questions
        How the file can be read in two ways, open and answered.
    said
        What was decided by itself.
    doubts
        What `questions` are made of, while they are.
    currency
        Code of the currency that the amounts are in, "" where nothing tells it.
    is_list
        The file is a list of customers, not of transactions.
    """

    rows_read: int
    left_out: dict[str, Finding]
    noted: dict[str, Finding] = field(default_factory=dict)
    customers: int = 0
    first_day: str = ""
    last_day: str = ""
    day_first: bool | None = None
    ambiguous_dates: int = 0
    net_to_nothing: int = 0
    net_to_nothing_ids: tuple[str, ...] = ()
    money_read: float = 0.0
    anomalies: Anomalies | None = None
    questions: tuple[Question, ...] = ()
    said: tuple[Decision, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    currency: str = ""
    is_list: bool = False

    @property
    def rows_used(self) -> int:
        """Rows that count."""
        return self.rows_read - sum(finding.count for finding in self.left_out.values())

    @property
    def money_used(self) -> float:
        """Their amounts, refunds taken off."""
        return self.money_read - sum(finding.money for finding in self.left_out.values())

    @property
    def lost(self) -> Finding:
        """Rows left out that may have been purchases, the first of each reason."""
        findings = [self.left_out[reason] for reason in LOSSES if reason in self.left_out]
        rows = sorted(row for finding in findings for row in finding.sheet_rows)
        return Finding(
            count=sum(finding.count for finding in findings),
            money=sum(finding.money for finding in findings),
            sheet_rows=tuple(rows[:ROWS_NAMED]),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON."""
        return {
            "rows_read": self.rows_read,
            "rows_used": self.rows_used,
            "left_out": {reason: finding.to_json() for reason, finding in self.left_out.items()},
            "noted": {what: note.to_json() for what, note in self.noted.items()},
            "customers": self.customers,
            "first_day": self.first_day,
            "last_day": self.last_day,
            "ambiguous_dates": self.ambiguous_dates,
            "customers_left_out": self.net_to_nothing,
            "currency": self.currency,
        }

    def sentences(self, wording: Wording = ENGLISH) -> list[str]:
        """Return the report in words."""
        number = wording.number
        say = wording.say
        used = number(self.rows_used)
        sentences = [say("{rows} rows read, {used} used.", rows=number(self.rows_read), used=used)]
        sentences += [decision.sentence(wording) for decision in self.said]
        sentences += [question.answered(wording) for question in self.questions if not question.is_open]
        for reason, finding in self.left_out.items():
            sentences.append(
                say(
                    "Left out: {count} with {reason}{where}.",
                    count=number(finding.count),
                    reason=say(LABELS[reason]),
                    where=_where(finding, wording),
                )
            )
        for what, note in self.noted.items():
            sentences.append(say(_NOTED[what], count=number(note.count), where=_where(note, wording)))
        if self.net_to_nothing:
            some = ", ".join(self.net_to_nothing_ids[:3]) + "…" * (self.net_to_nothing > 3)
            sentences.append(
                wording.plural(
                    self.net_to_nothing,
                    "1 customer spent nothing in all and has no segment ({some}).",
                    "{number} customers spent nothing in all and have no segment ({some}).",
                    some=some,
                )
            )
        return sentences


_NOTED = {
    "cancellations": to_say("Noted: {count} cancelled or refunded (they lower the customer's spend){where}."),
    "zero_amounts": to_say("Noted: {count} with an amount of 0 (they count as purchases){where}."),
    "repeated_lines": to_say(
        "Noted: {count} equal to an earlier line in every column used (they were kept){where}."
    ),
}


def _where(finding: Finding, wording: Wording) -> str:
    if not finding.sheet_rows:
        return ""
    named = ", ".join(map(str, finding.sheet_rows[:3])) + "…" * (finding.count > 3)
    return " " + wording.say("(row {rows})", rows=named)
