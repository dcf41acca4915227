"""The account of a source's rows: what was read, used, left out and why, as an engine has counted it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from server.core.transactions.anomalies import Anomalies, gaps_of_counts
from server.core.transactions.findings import Finding
from server.core.transactions.quality_report import LABELS, QualityReport
from server.core.transactions.questions import Decision
from server.core.wall_clock import date_of
from server.core.wording import ENGLISH, Wording
from server.sources.engines.engine import Fetched

_Part = Mapping[str, Any]
_COUNTED = ("reason", "cancelled", "is_refunded", "rows", "zeros", "money", "first", "last", "marked")


@dataclass(frozen=True, slots=True)
class Account:
    """Rows by what became of them.

    Attributes
    ----------
    left_out
        Findings by reason; an engine has no rows to name.
    noted
        Cancellations and zero amounts among the rows used.
    first_day, last_day
        Of the rows used, in days since 1970.
    marked
        Lines whose order id is of C and digits.
    has_refunded, has_cancelled
        Whether there are sales that were paid back, and money that went back.
    """

    rows_read: int
    rows_used: int
    money_read: float
    left_out: Mapping[str, Finding]
    noted: Mapping[str, Finding]
    first_day: int
    last_day: int
    marked: int
    has_refunded: bool
    has_cancelled: bool
    said: tuple[Decision, ...] = ()

    def with_sentence(self, text: str) -> Account:
        """Return the account with a sentence about the statuses."""
        if not text:
            return self
        return replace(self, said=(Decision("Statuses", text),))

    def sentences(self, wording: Wording = ENGLISH) -> list[str]:
        """Return the account in words."""
        return self.report(0, 0, Anomalies()).sentences(wording)

    def report(self, customers: int, nothing: int, anomalies: Anomalies) -> QualityReport:
        """Return the report of the rows, as it is told of `Training_Data`.

        Parameters
        ----------
        customers
            Who have a row that is used.
        nothing
            Of these, those whose refunds eat up what they bought.
        """
        is_used = self.rows_used > 0
        return QualityReport(
            rows_read=self.rows_read,
            left_out=dict(self.left_out),
            noted=dict(self.noted),
            customers=customers,
            first_day=date_of(self.first_day).isoformat() if is_used else "",
            last_day=date_of(self.last_day).isoformat() if is_used else "",
            net_to_nothing=nothing,
            money_read=self.money_read,
            anomalies=anomalies,
            said=self.said,
        )


def account(counts: Fetched) -> Account:
    """Return the account of what `expressions.settling.account_of` has counted."""
    parts = _parts(counts)
    used = [part for part in parts if part["reason"] is None]
    return Account(
        rows_read=_rows(parts),
        rows_used=_rows(used),
        money_read=_money(parts),
        left_out=_left_out(parts),
        noted=_noted(used),
        first_day=min((int(part["first"]) for part in used), default=0),
        last_day=max((int(part["last"]) for part in used), default=0),
        marked=_rows(parts, "marked"),
        has_refunded=any(part["is_refunded"] for part in parts),
        has_cancelled=any(part["cancelled"] for part in parts),
    )


def _left_out(parts: Sequence[_Part]) -> dict[str, Finding]:
    """Return what was left out, by the reason."""
    by_reason = {reason: [part for part in parts if part["reason"] == reason] for reason in LABELS}
    return {reason: _finding(mine) for reason, mine in by_reason.items() if mine}


def _noted(used: Sequence[_Part]) -> dict[str, Finding]:
    """Return what counts and is worth a line in the report."""
    noted = {
        "cancellations": _finding([part for part in used if part["cancelled"]]),
        "zero_amounts": Finding(_rows(used, "zeros")),
    }
    return {what: finding for what, finding in noted.items() if finding.count}


def _parts(counts: Fetched) -> list[_Part]:
    """Return what was counted as one mapping each of reason and kind of line."""
    columns = [counts[name].tolist() for name in _COUNTED]
    return [dict(zip(_COUNTED, row, strict=True)) for row in zip(*columns, strict=True)]


def _rows(parts: Sequence[_Part], counted: str = "rows") -> int:
    return sum(int(part[counted]) for part in parts)


def _money(parts: Sequence[_Part]) -> float:
    return sum(float(part["money"]) for part in parts)


def _finding(parts: Sequence[_Part]) -> Finding:
    return Finding(_rows(parts), _money(parts))


def anomalies_of(days: Fetched, richest: float, revenue: float, *, has_orders: bool) -> Anomalies:
    """Return what is to be seen beside the account.

    Parameters
    ----------
    days
        Purchase days, and how many customers bought on each.
    """
    when, many = days["day"].astype(np.int64), days["customers"].astype(np.int64)
    start = int(when.min()) if len(when) else 0
    counts = np.zeros(int(when.max()) - start + 1 if len(when) else 0, dtype=np.int64)
    counts[when - start] = many
    return Anomalies(
        richest=Finding(1, richest) if revenue > 0 else Finding(0),
        revenue=revenue,
        gaps=gaps_of_counts(start, counts) if len(when) else (),
        has_orders=has_orders,
    )
