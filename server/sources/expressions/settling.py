"""What becomes of each line: a reason to leave it out, and whether it is a purchase; by the rules of
`server.core.transactions`.

Each rule looks at the few orders it is about and finds them again by a join: a window would move every row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis

from server.core.transactions.meanings import Meaning
from server.core.transactions.refunds import NOTHING
from server.sources.expressions.compiling import Table

REASONS = (
    "no_sale",
    "refunded",
    "missing_customer",
    "unreadable_date",
    "future_date",
    "after_analysis_date",
    "unreadable_amount",
)
"""Why a line is left out; the first that holds counts."""
CANCELLED_ID = "^[Cc][0-9]+$"


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides on lines.

    Attributes
    ----------
    words
        Meaning of each status, as it stands there.
    latest_day
        Today, in days since 1970; later ones are in the future.
    analysis_day
        As `Settings` has it, None where it is the day after the last line.
    marked_orders
        Order ids of C and digits are cancellations.
    """

    words: Mapping[str | None, Meaning]
    latest_day: int
    analysis_day: int | None = None
    marked_orders: bool = False

    def said(self, *meanings: Meaning) -> list[str]:
        """Return the words with one of these meanings."""
        return sorted(
            word for word, meaning in self.words.items() if word is not None and meaning in meanings
        )

    def empty_is(self, meaning: Meaning) -> bool:
        """Whether an empty status has this meaning."""
        return self.words.get(None) is meaning


@dataclass(frozen=True, slots=True)
class Judge:
    """What becomes of lines, as far as the orders have been looked at.

    Attributes
    ----------
    back
        Customers and amounts, and orders, of money that went back: see `money_back`.
    empty
        Orders whose refunds eat up what was bought: see `empty_orders`.
    """

    rules: Rules
    back: tuple[Table, Table] | None = None
    empty: Table | None = None

    def of(self, lines: Table) -> Table:
        """Return lines with `cancelled`, `is_refunded`, `amount` and `reason`."""
        judged = _judged(lines, self.rules)
        if self.back is not None:
            judged = _with_elsewhere(judged, self.rules, *self.back)
        return judged if self.empty is None else _with_empty_orders(judged, self.empty)


def _judged(lines: Table, rules: Rules) -> Table:
    """Return judged lines, before orders are looked at as a whole."""
    cancelled = lines.is_negative | _says(lines, rules, Meaning.REFUND)
    if rules.marked_orders:
        cancelled = cancelled | lines.order_id.re_search(CANCELLED_ID).fill_null(False)
    first = lines.mutate(cancelled=cancelled, is_no_sale=_says(lines, rules, Meaning.LEAVE_OUT))
    magnitude = first.magnitude if "magnitude" in first.columns else first.amount.abs()
    signed = first.mutate(
        amount=first.cancelled.ifelse(-magnitude, first.amount),
        is_refunded=_says(first, rules, Meaning.REFUNDED) & ~first.cancelled,
    )
    return signed.mutate(reason=_reason(signed, rules, signed.is_refunded))


def money_back(lines: Table) -> tuple[Table, Table]:
    """Return the customers and amounts, and the orders, of money that went back."""
    back = lines.filter(lines.cancelled)
    pairs = back.select(back_who=back.customer_id.fill_null(""), back_cents=back.cents).distinct()
    orders = back.filter(back.order_id.notnull()).select(back_order=back.order_id).distinct()
    return pairs, orders


def _with_elsewhere(lines: Table, rules: Rules, pairs: Table, orders: Table) -> Table:
    """Return judged lines in which sales that were paid back on a line of their own are used, but no purchase."""
    keyed = lines.mutate(who=lines.customer_id.fill_null(""))
    beside = keyed.left_join(pairs, [keyed.who == pairs.back_who, keyed.cents == pairs.back_cents]).left_join(
        orders, keyed.order_id == orders.back_order
    )
    with_refunds = beside.mutate(
        elsewhere=beside.is_refunded & (beside.back_who.notnull() | beside.back_order.notnull())
    )
    settled = with_refunds.mutate(
        is_refunded=with_refunds.is_refunded & ~with_refunds.elsewhere,
        cancelled=with_refunds.cancelled | with_refunds.elsewhere,
    )
    return settled.mutate(reason=_reason(settled, rules, settled.is_refunded)).drop(
        "who", "back_who", "back_cents", "back_order", "elsewhere"
    )


def empty_orders(lines: Table) -> Table:
    """Return the orders whose refunds eat up what was bought."""
    mine = lines.filter(lines.reason.isnull() & lines.order_id.notnull())
    touched = mine.filter(mine.cancelled).select(touched_order=mine.order_id).distinct()
    concerned = mine.semi_join(touched, mine.order_id == touched.touched_order)
    totals = concerned.group_by(empty_order=concerned.order_id).agg(total=concerned.amount.sum())
    return totals.filter(totals.total <= NOTHING).select("empty_order")


def _with_empty_orders(lines: Table, empty: Table) -> Table:
    """Return judged lines in which the orders that are empty are no purchase."""
    beside = lines.left_join(empty, lines.order_id == empty.empty_order)
    is_empty = beside.reason.isnull() & beside.empty_order.notnull()
    return beside.mutate(cancelled=beside.cancelled | is_empty).drop("empty_order")


def account_of(lines: Table) -> Table:
    """Return rows, money, zero amounts and days by reason and kind of line."""
    return lines.group_by("reason", "cancelled", "is_refunded").agg(
        rows=lines.rows.sum(),
        zeros=lines.zeros.sum(),
        money=lines.amount.sum(),
        first=lines.day.min(),
        last=lines.day.max(),
        marked=lines.order_id.re_search(CANCELLED_ID).fill_null(False).cast("int64").sum(),
    )


def examples_of(lines: Table, at_most: int) -> Table:
    """Return the first lines of each reason, by their keys."""
    out = lines.filter(lines.reason.notnull())
    order = [out.order_id, out.customer_id, out.day, out.amount]
    numbered = out.mutate(place=ibis.row_number().over(group_by="reason", order_by=order))
    return numbered.filter(numbered.place < at_most).select(
        "reason", "order_id", "customer_id", "day", "amount"
    )


def order_kinds(lines: Table) -> Table:
    """Return how many order ids there are, how many are of C and digits, and how many of the others of digits alone."""
    ids = lines.filter(lines.order_id.notnull()).select("order_id").distinct()
    kinds = ids.mutate(
        is_marked=ids.order_id.re_search(CANCELLED_ID), is_digits=ids.order_id.re_search("^[0-9]+$")
    )
    return kinds.agg(
        orders=kinds.count(),
        marked=kinds.is_marked.cast("int64").sum(),
        digits=(kinds.is_digits & ~kinds.is_marked).cast("int64").sum(),
    )


def status_counts(rows: Table) -> Table:
    """Return how many rows and amounts each status has, how many are above 0, and their sum."""
    return rows.group_by("status").agg(
        rows=rows.count(),
        priced=rows.amount.count(),
        above=(rows.amount > 0).fill_null(False).cast("int64").sum(),
        money=rows.amount.sum(),
    )


def share_beside(rows: Table, word: str) -> Table:
    """Return how many rows say a word, and of how many of them the order has rows that say another."""
    is_mine = (rows.status == word).fill_null(False)
    mine = rows.filter(is_mine)
    others = rows.filter(~is_mine & rows.order_text.notnull()).select(other_order=rows.order_text).distinct()
    beside = mine.left_join(others, mine.order_text == others.other_order)
    return beside.agg(rows=beside.count(), beside=beside.other_order.count())


def _says(lines: Table, rules: Rules, meaning: Meaning) -> Any:
    words: Sequence[str] = rules.said(meaning)
    matches = lines.status.isin(words).fill_null(False) if words else ibis.literal(False)
    return matches | lines.status.isnull() if rules.empty_is(meaning) else matches


def _reason(lines: Table, rules: Rules, is_refunded: Any) -> Any:
    cases = {
        "no_sale": lines.is_no_sale,
        "refunded": is_refunded,
        "missing_customer": lines.customer_id.isnull(),
        "unreadable_date": lines.day.isnull(),
        "future_date": lines.day > rules.latest_day,
        "after_analysis_date": lines.day > rules.analysis_day if rules.analysis_day is not None else None,
        "unreadable_amount": lines.is_unreadable,
    }
    return ibis.cases(
        *((cases[reason], reason) for reason in REASONS if cases[reason] is not None),
        else_=ibis.null("string"),
    )
