"""What was read of `Training_Data`, what was used, and what was left out and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from server.core.findings import ROWS_NAMED, Finding
from server.core.sightings import Sightings
from server.core.wording import ENGLISH, Wording

LABELS = {
    "totals_row": "a row of totals, no transaction",
    "line_of_order": "a further line of an order whose amount stands on its first line",
    "missing_customer": "no customer id",
    "unreadable_date": "no date that can be read",
    "future_date": "a date in the future",
    "after_analysis_date": "later than the AnalysisDate of Settings",
    "unreadable_amount": "no amount that can be read",
    "repeated_order": "an order that was pasted twice",
    "repeated_line": "a repeated line",
}
"""Reasons to leave a row out, in the order in which they are asked; a row counts under the first."""

LOSSES = ("missing_customer", "unreadable_date", "future_date", "unreadable_amount")
"""Reasons by which a purchase is lost; the others leave out what is no purchase, or was not asked for."""


@dataclass(frozen=True, slots=True)
class QualityReport:
    """The account of all rows: ``rows_read == rows_used + sum of left_out``.

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
    sightings
        What there is to see beside the account.
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
    sightings: Sightings | None = None

    @property
    def rows_used(self) -> int:
        """Rows that count."""
        return self.rows_read - sum(each.count for each in self.left_out.values())

    @property
    def money_used(self) -> float:
        """Their amounts, refunds taken off."""
        return self.money_read - sum(each.money for each in self.left_out.values())

    @property
    def lost(self) -> Finding:
        """Rows left out that may have been purchases, the first of each reason."""
        found = [self.left_out[reason] for reason in LOSSES if reason in self.left_out]
        rows = sorted(row for each in found for row in each.sheet_rows)
        return Finding(
            count=sum(each.count for each in found),
            money=sum(each.money for each in found),
            sheet_rows=tuple(rows[:ROWS_NAMED]),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON."""
        return {
            "rows_read": self.rows_read,
            "rows_used": self.rows_used,
            "left_out": {reason: each.to_json() for reason, each in self.left_out.items()},
            "noted": {what: each.to_json() for what, each in self.noted.items()},
            "customers": self.customers,
            "first_day": self.first_day,
            "last_day": self.last_day,
            "ambiguous_dates": self.ambiguous_dates,
            "customers_left_out": self.net_to_nothing,
        }

    def sentences(self, wording: Wording = ENGLISH) -> list[str]:
        """Return the report in words."""
        number = wording.number
        told = [f"{number(self.rows_read)} rows read, {number(self.rows_used)} used."]
        for reason, each in self.left_out.items():
            told.append(f"Left out: {number(each.count)} with {LABELS[reason]}{_where(each)}.")
        words = {
            "cancellations": "cancelled or refunded (they lower the customer's spend)",
            "zero_amounts": "with an amount of 0 (they count as purchases)",
            "repeated_lines": "equal to an earlier line in every column used (they were kept)",
        }
        for what, each in self.noted.items():
            told.append(f"Noted: {number(each.count)} {words[what]}{_where(each)}.")
        if self.ambiguous_dates:
            order = "day first" if self.day_first else "month first"
            told.append(
                f"Noted: {number(self.ambiguous_dates)} dates such as 03/04/2025 could be read in two ways and were "
                f"read {order}; set DayFirst in Settings if that is wrong."
            )
        if self.net_to_nothing:
            some = ", ".join(self.net_to_nothing_ids[:3])
            who = wording.counted(self.net_to_nothing, "customer")
            have = "has" if self.net_to_nothing == 1 else "have"
            told.append(
                f"{who} spent nothing in all and {have} no segment ({some}"
                f"{'…' if self.net_to_nothing > 3 else ''})."
            )
        return told


def _where(found: Finding) -> str:
    if not found.sheet_rows:
        return ""
    named = ", ".join(map(str, found.sheet_rows[:3]))
    return f" (row {named}{'…' if found.count > 3 else ''})"
