"""Owner of each refund: the customer of the sale, the payee, or the customer whom its row names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from server.core.options import Options
from server.core.transactions.arrays import RawRows
from server.core.transactions.headers import Role
from server.core.transactions.id_codes import NO_CODE, only_owner
from server.core.transactions.questions import Choice, Decision, Doubt
from server.core.transactions.table_columns import Columns
from server.texts import Amount, Count, Text, joined, to_say

Mask = NDArray[np.bool_]
Codes = NDArray[np.int32]

LONGEST_CHAIN = 3
"""A reversal may refer to a chargeback, and that one to the sale."""
MANY, MOST = 3, 0.5
"""One name in so many refunds, and in such a share of all, that bought nothing may be the shop's own."""
_SETTING = "Refunds"


@dataclass(slots=True)
class RefundOwners:
    """Customers and orders of all rows, those of refunds as their sales have them.

    Attributes
    ----------
    customer, order
        Codes, shape (n,).
    of_nobody
        Refunds whose customer is not in the file, shape (n,); None where there are none.
    """

    customer: Codes
    order: Codes | None
    of_nobody: Mask | None = None
    said: list[Decision] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def refund_owners(
    raw: RawRows,
    columns: Columns,
    amount: NDArray[np.float64],
    refunds: Mask,
    sales: Mask,
    options: Options,
) -> RefundOwners:
    """Return whose each refund is.

    A refund is of the customer of the sale that it refers to: by a column that names the sale, or by the order id
    where its own customer is missing or bought nothing. Else it is of the payee, where the row's customer is the one
    who was paid for the sales. In exports whose refunds name the shop, what is left is nobody's.

    Parameters
    ----------
    refunds
        Rows of money that went back, or came back again, shape (n,).
    sales
        Rows that are a purchase, shape (n,).
    """
    if not refunds.any():
        return RefundOwners(raw.customer, raw.order)
    owners = RefundOwners(raw.customer.copy(), raw.order.copy() if raw.order is not None else None)
    bought = _have(raw.customer[sales], len(raw.customer_ids))
    by_sale = _by_sale(owners, raw, refunds, sales, bought)
    is_open = refunds & ~by_sale
    names_the_shop = columns.export is not None and columns.export.refunds_name_the_shop
    by_payee = _by_payee(owners, raw, is_open, sales, bought, names_the_shop=names_the_shop)
    is_open &= ~by_payee & ~bought[owners.customer]
    if names_the_shop and is_open.any():
        owners.of_nobody = is_open
    elif is_open.any():
        _ask(owners, raw, columns, refunds, is_open, options)
    moved = refunds & (owners.customer != raw.customer)
    _tell(owners, columns, amount, by_sale & moved, by_payee & moved)
    return owners


def _have(codes: Codes, count: int) -> Mask:
    """Return by code whether it occurs; the last element is for rows without one."""
    there = np.zeros(count + 1, dtype=bool)
    there[codes] = True
    there[NO_CODE] = False
    return there


def _by_sale(owners: RefundOwners, raw: RawRows, refunds: Mask, sales: Mask, bought: Mask) -> Mask:
    """Give refunds the customer and the order of the sale that they refer to; return which have one."""
    done = np.zeros(len(raw), dtype=bool)
    order = raw.order
    if order is None or owners.order is None:
        return done
    owner = only_owner(raw.customer[sales], order[sales], len(raw.order_ids))
    root = np.append(np.arange(len(raw.order_ids), dtype=np.int32), np.int32(NO_CODE))
    if raw.original is not None:
        for _ in range(LONGEST_CHAIN):
            now = refunds & ~done & (owner[raw.original] != NO_CODE)
            if not now.any():
                break
            _give(owners, now, owner[raw.original[now]], root[raw.original[now]])
            owner[order[now]], root[order[now]] = owners.customer[now], owners.order[now]
            owner[NO_CODE], root[NO_CODE] = NO_CODE, NO_CODE
            done |= now
    same = refunds & ~done & ~bought[raw.customer] & (owner[order] != NO_CODE)
    _give(owners, same, owner[order[same]], order[same])
    return np.asarray(done | same)


def _give(owners: RefundOwners, rows: Mask, customer: Codes, order: Codes) -> None:
    owners.customer[rows] = customer
    assert owners.order is not None
    owners.order[rows] = order


def _by_payee(
    owners: RefundOwners, raw: RawRows, is_open: Mask, sales: Mask, bought: Mask, *, names_the_shop: bool
) -> Mask:
    """Give refunds the payee as their customer where the customer they name is who was paid for the sales."""
    if raw.payee is None:
        return np.zeros(len(raw), dtype=bool)
    shop = _have(raw.payee[sales], len(raw.customer_ids))
    mine = is_open & (raw.payee != NO_CODE) & ~shop[raw.payee]
    if not names_the_shop:
        mine &= shop[raw.customer] & ~bought[raw.customer]
    owners.customer[mine] = raw.payee[mine]
    return np.asarray(mine)


def _ask(
    owners: RefundOwners,
    raw: RawRows,
    columns: Columns,
    refunds: Mask,
    is_open: Mask,
    options: Options,
) -> None:
    """Doubt refunds of which most name one customer who bought nothing: it may be the shop itself."""
    names = owners.customer[is_open]
    counts = np.bincount(names[names != NO_CODE], minlength=1)
    most = int(counts.argmax())
    if counts[most] < MANY or counts[most] < MOST * refunds.sum():
        return
    answer = options.answers.get(_SETTING, "")
    mine = is_open & (owners.customer == most)
    if answer == "shop":
        owners.of_nobody = mine
    owners.doubts.append(
        Doubt(
            _SETTING,
            to_say(
                "{count} of {refunds} refunds name {customer}, who bought nothing. Is that the shop itself? If so, no "
                "customer's spend is lowered until the rows name the customers.",
                count=Count(int(counts[most])),
                refunds=Count(int(refunds.sum())),
                customer=raw.customer_ids[most],
            ),
            (
                Choice("shop", to_say("It is the shop: leave these refunds out")),
                Choice("customers", to_say("It is a customer who bought earlier: the refunds are theirs")),
            ),
            column=columns.roles[Role.CUSTOMER_ID].header,
            sheet_rows=tuple(raw.rows[mine][:20].tolist()),
            answer=answer,
        )
    )


def _tell(
    owners: RefundOwners, columns: Columns, amount: NDArray[np.float64], by_sale: Mask, by_payee: Mask
) -> None:
    sale = columns.roles.get(Role.ORIGINAL_ORDER) or columns.roles.get(Role.ORDER_ID)
    nobody = owners.of_nobody if owners.of_nobody is not None else np.zeros(len(amount), dtype=bool)
    parts: Iterable[tuple[Mask, str, str]] = (
        (by_sale, _OF_THE_SALE if sale is not None else _OF_NOBODY, _header(sale)),
        (by_payee, _OF_THE_PAYEE, _header(columns.roles.get(Role.PAYEE))),
        (nobody, _OF_NOBODY, ""),
    )
    sentences = [_refund_sentence(text, mask, amount, header) for mask, text, header in parts if mask.any()]
    if sentences:
        owners.said.append(Decision("Refunds", to_say("Refunds: {what}.", what=joined("; ", sentences))))


_OF_THE_SALE = to_say("{count} ({money}) are taken off the customer of the sale that {header} names")
_OF_THE_PAYEE = to_say("{count} ({money}) are taken off the customer whom {header} names")
_OF_NOBODY = to_say("{count} ({money}) name no customer and are left out")


def _refund_sentence(text: str, mask: Mask, amount: NDArray[np.float64], header: str) -> Text:
    money = Amount(float(np.nansum(np.abs(amount[mask]))))
    return to_say(text, count=Count(int(mask.sum())), money=money, header=header)


def _header(column: object) -> str:
    return str(getattr(column, "header", ""))
