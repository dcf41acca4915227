"""Checks of the rows: what is lost, what stands there twice, and what the amounts are in."""

from __future__ import annotations

from server.core.checks import Check, State, percent, said
from server.core.columns import Role
from server.core.findings import ROWS_NAMED, Finding
from server.core.quality import QualityReport
from server.core.sightings import Sightings
from server.core.wording import Wording

LOST_SHARE = 0.1
MOST_LOST_SHARE = 0.5
REPEATED_SHARE = 0.05

_LOST_TO_DO = (
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
    told = said(f"{percent(share, wording)} of the rows may be purchases but cannot be used.")
    if not lost.count:
        told = "All rows that may be purchases are used."
    if lost.count - nameless > MOST_LOST_SHARE * report.rows_read:
        to_do = "Is that the right column for the date, and for the amount? Settings can name others."
        return _lost("lost_rows", State.STOP, share, told, to_do, lost)
    if share < LOST_SHARE:
        return _lost("lost_rows", State.OK, share, told, "", lost)
    told += " The segments say nothing of them."
    return _lost("lost_rows", State.LOOK, share, told, _LOST_TO_DO, lost)


def lost_money(report: QualityReport, wording: Wording) -> Check:
    """The money in these rows, as far as it can be read."""
    lost = report.lost
    share = min(max(lost.money, 0.0) / report.money_read, 1.0) if report.money_read > 0 else 0.0
    told = said(f"{percent(share, wording)} of the money stands in rows that cannot be used.")
    if not share:
        told = "All money that can be read is used."
    if share < LOST_SHARE:
        return _lost("lost_money", State.OK, share, told, "", lost)
    told += " What the segments are said to spend lacks it."
    return _lost("lost_money", State.LOOK, share, told, _LOST_TO_DO, lost)


def _lost(name: str, state: State, share: float, told: str, to_do: str, lost: Finding) -> Check:
    return Check(
        name,
        state,
        told,
        to_do,
        rows=lost.count,
        share=share,
        money=lost.money,
        sheet_rows=lost.sheet_rows if state is not State.OK else (),
    )


def repeated(seen: Sightings, report: QualityReport, wording: Wording) -> Check:
    """Lines that are equal to an earlier one in every column used.

    With order ids, equal lines of one order are ordinary, as the product is not read: only orders that stand there
    twice are counted, and lines that are left out because Settings asks for it.
    """
    kept = report.noted.get("repeated_lines", Finding(0)) if not seen.has_orders else Finding(0)
    orders, lines = (report.left_out.get(each, Finding(0)) for each in ("repeated_order", "repeated_line"))
    found = (kept, orders, lines)
    count = sum(each.count for each in found)
    share = count / report.rows_read if report.rows_read else 0.0
    told = said(f"{percent(share, wording)} of the rows repeat an earlier one in every column used.")
    if not count:
        told = "No row repeats an earlier one." if not seen.has_orders else "No order stands there twice."
    if share < REPEATED_SHARE:
        to_do = ""
    elif lines.count and seen.has_orders:
        told += " They are left out as RepeatedLines in Settings says, though they may be different products."
        to_do = "If each row is one product of an order, set RepeatedLines to auto."
    elif kept.count:
        told += " They count, and raise money and frequency."
        to_do = (
            "If the same export was pasted twice, delete one, or set RepeatedLines in Settings to once. If "
            "customers do buy the same twice a day, all is well."
        )
    else:
        told += " They count once."
        to_do = "Delete the copy if you like: the same export seems to have been pasted twice."
    is_much = share >= REPEATED_SHARE
    return Check(
        "repeated",
        State.LOOK if is_much else State.OK,
        told,
        to_do,
        rows=count,
        share=share,
        money=sum(each.money for each in found),
        sheet_rows=tuple(sorted(row for each in found for row in each.sheet_rows)[:ROWS_NAMED])
        if is_much
        else (),
    )


def cents(seen: Sightings, report: QualityReport) -> Check:
    """Amounts that look like cents, see `server.core.sightings.cents`."""
    if seen.cents is None:
        return Check("cents", State.OK, "The amounts do not look like cents.")
    if seen.cents_in_header:
        found = "The header of the amounts names cents: all money here reads a hundred times too large."
        to_do = "The segments are the same. Divide the column by 100 if you want to read the amounts."
    else:
        found = (
            "All amounts are whole, they are large, and many end in 99, 95 or 49: are they cents? Then all "
            "money here reads a hundred times too large."
        )
        to_do = (
            "If they are, divide the column by 100; the segments stay the same. If your currency has no "
            "cents, all is well."
        )
    return Check(
        "cents",
        State.LOOK,
        found,
        to_do,
        rows=seen.cents.count,
        share=seen.cents.count / report.rows_used if report.rows_used else None,
        money=seen.cents.money,
        sheet_rows=seen.cents.sheet_rows,
        role=Role.AMOUNT,
    )


def currencies(seen: Sightings, wording: Wording) -> Check:
    """Amounts with several currencies beside them."""
    marked = seen.currencies
    if len(marked) < 2:
        column = seen.currency_column
        aside = f" The column {column} is not read: does it name one currency only?" if column else ""
        only = f"Where a currency stands beside an amount it is {next(iter(marked))}." if marked else ""
        return Check("currencies", State.OK, (only or "No currency stands beside the amounts.") + aside)
    total = sum(each.count for each in marked.values())
    main, *rest = marked
    shares = ", ".join(f"{name} {percent(marked[name].count / total, wording)}" for name in marked)
    count, money = (sum(marked[name].count for name in rest), sum(marked[name].money for name in rest))
    rows = sorted(row for name in rest for row in marked[name].sheet_rows)
    return Check(
        "currencies",
        State.LOOK,
        f"The amounts are in several currencies ({shares}), and are added as if they were one.",
        f"Convert them to one currency: these rows are not in {main}.",
        rows=count,
        share=count / total,
        money=money,
        sheet_rows=tuple(rows[:ROWS_NAMED]),
        role=Role.AMOUNT,
    )
