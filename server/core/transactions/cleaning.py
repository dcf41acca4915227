"""Cleaning of raw rows in stages; each stage records its decisions and its doubts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from server.core.options import Options
from server.core.transactions.arrays import RawRows
from server.core.transactions.cleaned import Cleaned, Readers
from server.core.transactions.coverage import LINE, Coverage
from server.core.transactions.customer_list import days_of_recency, list_or_orders
from server.core.transactions.dates import NO_DATE
from server.core.transactions.duplicates import repeated_blocks, repeated_lines, repeated_orders
from server.core.transactions.headers import Role
from server.core.transactions.id_codes import NO_CODE
from server.core.transactions.kept_rows import kept_marks, kept_money, kept_of, table_rows
from server.core.transactions.line_amounts import line_amounts
from server.core.transactions.meanings import Meaning
from server.core.transactions.merged_cells import refuse_merged_cells
from server.core.transactions.money_moves import Moves, moves_of
from server.core.transactions.money_of_rows import in_one_currency, whole_units
from server.core.transactions.order_coverage import order_covers, orders_by_moment
from server.core.transactions.order_rows import shared_by_order
from server.core.transactions.questions import Decision, Doubt
from server.core.transactions.refund_owners import refund_owners
from server.core.transactions.refunds import less_refunded, orders_that_net_to_nothing, taken_off_elsewhere
from server.core.transactions.sale_rows import SaleRows, sale_rows
from server.core.transactions.table_columns import Columns
from server.core.transactions.unreadable import refuse_unreadable
from server.core.transactions.values import read_values
from server.core.transactions.words import spread
from server.core.wall_clock import EPOCH
from server.texts import to_say

Mask = NDArray[np.bool_]
Kind = TypeVar("Kind")
Amounts = NDArray[np.float64]

_FAR = dt.date(2100, 1, 1)
"""Recencies are as good from any day where no day is given."""


def clean(
    raw: RawRows, readers: Readers, columns: Columns, options: Options, latest_day: dt.date | None
) -> Cleaned:
    """Return what becomes of all rows.

    Raises
    ------
    TrainingDataError
        If no row has a customer, a date or an amount, or another table begins in the middle.
    """
    values = read_values(readers.money, readers.dates, columns, raw.rows, options, latest_day)
    money, base = values.money, _base(values.money)
    as_of = options.analysis_date or latest_day or _FAR
    is_dated = values.dates is not None
    day = values.dates.days if values.dates is not None else days_of_recency(money[Role.RECENCY], as_of)
    refuse_unreadable(columns, raw.customer, day, base)
    kept, left = table_rows(raw, columns, day == NO_DATE, base)
    marks, refunds_said = _base(readers.money).currencies(), readers.yes_refunded
    shares = readers.discount_shares
    if left:
        raw, money, day = kept_of(raw, kept), kept_money(money, kept), day[kept]
        marks = kept_marks(marks, kept)
        refunds_said = refunds_said[kept] if refunds_said is not None else None
        shares = shares[kept] if shares is not None else None
    refuse_merged_cells(raw, day, _base(money))
    cleaned = _Stages(raw, columns, options, latest_day, money, day).run(marks, refunds_said, shares)
    cleaned.table_rows, cleaned.dates = left, values.dates
    cleaned.as_of = None if is_dated else as_of
    cleaned.said[:0] = values.said
    cleaned.doubts += values.doubts
    return cleaned


def _base(by_role: Mapping[Role, Kind]) -> Kind:
    """Return what belongs to the amount, or to the price where there is none."""
    return by_role[Role.AMOUNT if Role.AMOUNT in by_role else Role.UNIT_PRICE]


class _Stages:
    """Stages of one cleaning, over the rows that are transactions."""

    def __init__(
        self,
        raw: RawRows,
        columns: Columns,
        options: Options,
        latest_day: dt.date | None,
        money: dict[Role, Amounts],
        day: NDArray[np.int32],
    ) -> None:
        self._raw, self._columns, self._options = raw, columns, options
        self._latest_day, self._money, self._day = latest_day, money, day
        self._returned: Mask | None = None
        self._said: list[Decision] = []
        self._doubts: list[Doubt] = []

    def run(
        self,
        marks: tuple[list[str], NDArray[np.uint8]],
        yes_refunded: Mask | None,
        discount_shares: Amounts | None,
    ) -> Cleaned:
        events = self._events()
        amount, currency, others = self._in_one_currency(self._base_amount(discount_shares), marks)
        sums = self._shared_by_order(amount)
        sales = self._sale_rows(amount)
        self._said += sales.said
        self._doubts += sales.doubts
        moves = self._moves(amount, sales)
        amount = moves.signed(amount)
        of_nobody = self._refund_owners(amount, sales, moves)
        refunded, elsewhere = self._refunded(amount, sales, moves.back, yes_refunded)
        left_out: dict[str, Mask | None] = {
            "no_sale": sales.of(Meaning.LEAVE_OUT),
            "outgoing": moves.outgoing,
            "test_order": sales.test,
            "refunded": _joined(refunded, self._returned),
            "refund_of_nobody": of_nobody,
            "line_of_order": sums,
        }
        amount = self._orders_and_refunds(amount, sales, moves, left_out)
        self._unusable(amount, events, others, left_out)
        raw = self._raw
        masks = _exclusive(left_out, len(raw))
        used = ~np.logical_or.reduce([*masks.values(), np.zeros(len(raw), dtype=bool)])
        repeated = self._repeats(used, amount, masks)
        cancelled = moves.no_purchase if elsewhere is None else moves.no_purchase | elsewhere
        if raw.order is not None and cancelled.any():
            cancelled = cancelled | orders_that_net_to_nothing(raw.order, amount, used, cancelled)
        return Cleaned(
            rows=raw.rows,
            customer=raw.customer,
            order=raw.order,
            day=self._day,
            amount=amount,
            cancelled=cancelled,
            used=used,
            unit_price=self._money.get(Role.UNIT_PRICE),
            left_out=masks,
            repeated=repeated,
            currency=currency,
            events=events,
            said=self._said,
            doubts=self._doubts,
        )

    def _tell(self, said: Decision | None, doubt: Doubt | None = None) -> None:
        if said is not None:
            self._said.append(said)
        if doubt is not None:
            self._doubts.append(doubt)

    def _events(self) -> NDArray[np.int64] | None:
        """Return how many orders each row represents, None where each is one."""
        if Role.ORDERS not in self._money:
            return None
        count = self._money.pop(Role.ORDERS)
        kind = list_or_orders(self._columns, self._raw.customer, count, self._raw.rows, self._options)
        self._tell(kind.said, kind.doubt)
        return np.nan_to_num(count).astype(np.int64) if kind.is_list else None

    def _base_amount(self, discount_shares: Amounts | None) -> Amounts:
        lines = line_amounts(self._columns, self._money, discount_shares, self._raw.order, self._options)
        self._returned = lines.came_back
        self._said += lines.said
        self._doubts += lines.doubts
        return lines.amount

    def _in_one_currency(
        self, amount: Amounts, marks: tuple[list[str], NDArray[np.uint8]]
    ) -> tuple[Amounts, str, Mask | None]:
        words = self._raw.words.get(Role.CURRENCY)
        named = (spread(words[0], self._raw.order), words[1]) if words is not None else None
        shop = self._money.pop(Role.SHOP_AMOUNT, None)
        several = words is not None and len(words[1]) > 2  # one of the texts is that of empty cells
        no_sale = self._sale_rows(amount).of(Meaning.LEAVE_OUT) if several else None
        converted = in_one_currency(
            self._columns, amount, named, marks, shop, self._raw.rows, self._options, no_sale
        )
        self._tell(converted.said, converted.doubt)
        if converted.amount is not amount and Role.REFUNDED in self._money:
            with np.errstate(invalid="ignore", divide="ignore"):
                self._money[Role.REFUNDED] = self._money[Role.REFUNDED] * (converted.amount / amount)
        amount, refunded, said = whole_units(
            self._columns, converted.amount, self._money.get(Role.REFUNDED), converted.currency
        )
        self._tell(said)
        if refunded is not None:
            self._money[Role.REFUNDED] = refunded
        return amount, converted.currency, converted.left_out

    def _shared_by_order(self, amount: Amounts) -> Mask | None:
        """Give rows the customer and the day of their order; return those that hold the order's sum."""
        shared = shared_by_order(self._raw, self._day, amount)
        self._raw, self._day = shared.raw, shared.day
        self._said += shared.said
        return shared.sums

    def _sale_rows(self, amount: Amounts) -> SaleRows:
        raw = self._raw
        return sale_rows(self._columns, raw.words, raw.order, amount, raw.rows, self._options)

    def _moves(self, amount: Amounts, sales: SaleRows) -> Moves:
        quantity = self._money.get(Role.QUANTITY)
        return moves_of(amount, quantity, self._raw, sales, self._columns.export)

    def _refund_owners(self, amount: Amounts, sales: SaleRows, moves: Moves) -> Mask | None:
        """Give refunds to the customers whose money went back; return the refunds of nobody."""
        out = _any([sales.of(Meaning.LEAVE_OUT), sales.test, moves.outgoing], len(amount))
        refunds = moves.no_purchase & ~out
        owners = refund_owners(self._raw, self._columns, amount, refunds, ~out & ~refunds, self._options)
        self._raw = replace(self._raw, customer=owners.customer, order=owners.order)
        self._said += owners.said
        self._doubts += owners.doubts
        return owners.of_nobody

    def _refunded(
        self, amount: Amounts, sales: SaleRows, back: Mask, yes_refunded: Mask | None
    ) -> tuple[Mask | None, Mask | None]:
        """Return the sales paid back in full, and those among them whose money goes back on rows of its own."""
        refunded = sales.of(Meaning.REFUNDED)
        if yes_refunded is not None and yes_refunded.any():
            refunded = yes_refunded if refunded is None else refunded | yes_refunded
        if refunded is None:
            return None, None
        refunded = refunded & ~back
        elsewhere = taken_off_elsewhere(refunded, back, self._raw.customer, amount, self._raw.order)
        return refunded & ~elsewhere, elsewhere

    def _orders_and_refunds(
        self, amount: Amounts, sales: SaleRows, moves: Moves, left_out: dict[str, Mask | None]
    ) -> Amounts:
        """Count the amount of an order once, and subtract what was refunded beside it."""
        out = _any([*left_out.values(), moves.no_purchase], len(self._raw))
        further, is_of_lines = self._further_lines(amount, sales, moves.no_purchase, out)
        if Role.REFUNDED in self._money:
            use = out if further is None else out | further
            amount = self._less_refunded(amount, ~use, left_out, is_of_lines=is_of_lines)
        else:
            self._tell_of_partly_refunded(sales, moves.back)
        sums = left_out.pop("line_of_order")
        left_out["line_of_order"] = _joined(further, sums)
        return amount

    def _further_lines(
        self, amount: Amounts, sales: SaleRows, no_purchase: Mask, out: Mask
    ) -> tuple[Mask | None, bool]:
        """Return the rows whose order has its amount on another row, and whether amounts are those of lines."""
        raw, further = self._raw, sales.of(Meaning.LINE)
        is_of_lines = True
        if Role.AMOUNT in self._columns.roles:
            coverage = self._covers(amount, ~out)
            self._tell(coverage.said, coverage.doubt)
            is_of_lines = coverage.covers == LINE
            if coverage.further is not None:
                further = _joined(further, coverage.further & ~no_purchase)
        if raw.order is None:
            return further, is_of_lines
        if raw.empty_amount is not None and raw.empty_amount.any():
            priced = np.zeros(raw.order.max(initial=0) + 2, dtype=bool)
            priced[raw.order[~np.isnan(amount)]] = True
            priced[NO_CODE] = False
            further = _joined(further, raw.empty_amount & np.isnan(amount) & priced[raw.order])
        return further, is_of_lines

    def _covers(self, amount: Amounts, candidates: Mask) -> Coverage:
        """Return what the amount covers; without order ids, rows of one customer and moment may be an order."""
        raw, quantity, order, by_moment = self._raw, self._money.get(Role.QUANTITY), self._raw.order, False
        if order is None and raw.same_moment is not None and self._options.repeated_lines == "auto":
            order, by_moment = orders_by_moment(raw.customer, raw.same_moment, amount), True
        if order is None:
            return Coverage(LINE)
        return order_covers(
            self._columns, order, amount, quantity, candidates, raw.rows, self._options, by_moment=by_moment
        )

    def _less_refunded(
        self, amount: Amounts, sales: Mask, left_out: dict[str, Mask | None], *, is_of_lines: bool
    ) -> Amounts:
        """Subtract the refunds that are beside sales; sales refunded in full are left out."""
        refunded = self._money.pop(Role.REFUNDED)
        taken = less_refunded(
            self._columns, amount, refunded, sales, self._raw.order, is_of_lines=is_of_lines
        )
        self._tell(taken.said)
        if taken.in_full.any():
            left_out["refunded"] = _joined(left_out["refunded"], taken.in_full)
        return taken.net

    def _tell_of_partly_refunded(self, sales: SaleRows, back: Mask) -> None:
        """Say that partially refunded sales count in full where no row takes anything off."""
        partly = sales.of(Meaning.PARTLY)
        if partly is None:
            return
        order = self._raw.order
        if order is not None and back.any():
            repaid = np.zeros(int(order.max(initial=0)) + 2, dtype=bool)
            repaid[order[back]] = True
            repaid[NO_CODE] = False
            partly = partly & ~repaid[order]
        if partly.any():
            text = to_say(
                "How much of the partially refunded sales was paid back is not in the file: they count in full."
            )
            self._tell(Decision("Refunds", text))

    def _unusable(
        self,
        amount: Amounts,
        events: NDArray[np.int64] | None,
        others: Mask | None,
        left_out: dict[str, Mask | None],
    ) -> None:
        day, options = self._day, self._options
        left_out["missing_customer"] = self._raw.customer == NO_CODE
        if events is not None:
            left_out["never_bought"] = events <= 0
        left_out["unreadable_date"] = day == NO_DATE
        if self._latest_day is not None:
            left_out["future_date"] = day > (self._latest_day - EPOCH).days
        if options.analysis_date is not None:
            left_out["after_analysis_date"] = day >= (options.analysis_date - EPOCH).days + 1
        left_out["other_currency"] = others
        left_out["unreadable_amount"] = np.isnan(amount)

    def _repeats(self, used: Mask, amount: Amounts, masks: dict[str, Mask]) -> Mask:
        raw, mode = self._raw, self._options.repeated_lines
        money = self._money or {Role.AMOUNT: amount}
        repeated = repeated_lines(used, raw.customer, self._day, money, raw.order, raw.seconds)
        if mode == "once":
            masks["repeated_line"] = repeated
            used &= ~repeated
        elif mode == "auto" and raw.order is not None:
            copies = repeated_orders(
                used,
                raw.customer,
                self._day,
                money,
                raw.order,
                raw.seconds,
                lines_are_pieces=self._options.answers.get("AmountCovers") == LINE,
            )
            masks["repeated_order"] = copies
            used &= ~copies
        elif mode == "auto" and repeated.any():
            copies = repeated_blocks(used, raw.customer, self._day, money)
            masks["repeated_block"] = copies
            used &= ~copies
        return repeated & used


def _joined(one: Mask | None, other: Mask | None) -> Mask | None:
    if one is None or other is None:
        return other if one is None else one
    return np.asarray(one | other)


def _any(masks: list[Mask | None], n: int) -> Mask:
    out = np.zeros(n, dtype=bool)
    for mask in masks:
        if mask is not None:
            out |= mask
    return out


def _exclusive(masks: Mapping[str, Mask | None], n: int) -> dict[str, Mask]:
    """Return the masks that hold something; a row is in the first of them only."""
    exclusive: dict[str, Mask] = {}
    counted = np.zeros(n, dtype=bool)
    for reason, mask in masks.items():
        if mask is not None:
            alone = mask & ~counted
            if alone.any():
                exclusive[reason] = alone
                counted |= alone
    return exclusive
