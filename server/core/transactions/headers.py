"""Roles of the columns of transactions, and comparison of their headers."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from server.layout.headers import column_letter, normalised
from server.texts import to_say

_NOT_DECOMPOSED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})


def plain(text: object) -> str:
    """Return a header, or a word of a status, as it is compared: no case, no accents, letters and digits alone.

    >>> plain("Währung"), plain("Zamówienie nr"), plain("wc-on-hold"), plain("Date de création")
    ('wahrung', 'zamowienienr', 'wconhold', 'datedecreation')
    """
    folded = unicodedata.normalize("NFKD", normalised(text).translate(_NOT_DECOMPOSED))
    return "".join(c for c in folded if c.isalnum())


class Role(StrEnum):
    """What a column of transactions means."""

    CUSTOMER_ID = "customer_id"
    ORDER_DATE = "order_date"
    AMOUNT = "amount"
    QUANTITY = "quantity"
    UNIT_PRICE = "unit_price"
    ORDER_ID = "order_id"
    STATUS = "status"
    PAYMENT_STATUS = "payment_status"
    ITEM_STATUS = "item_status"
    KIND = "kind"
    DIRECTION = "direction"
    CANCELLED = "cancelled"
    TEST = "test"
    REFUNDED = "refunded"
    RETURNED = "returned"
    DISCOUNT = "discount"
    ORIGINAL_ORDER = "original_order"
    PAYEE = "payee"
    CURRENCY = "currency"
    SHOP_AMOUNT = "shop_amount"
    EMAIL = "email"
    ORDERS = "orders"
    RECENCY = "recency"


LABELS = {
    Role.CUSTOMER_ID: to_say("customer id"),
    Role.ORDER_DATE: to_say("date"),
    Role.AMOUNT: to_say("amount"),
    Role.QUANTITY: to_say("quantity"),
    Role.UNIT_PRICE: to_say("unit price"),
    Role.ORDER_ID: to_say("order id"),
    Role.STATUS: to_say("status"),
    Role.PAYMENT_STATUS: to_say("payment status"),
    Role.ITEM_STATUS: to_say("status of the item"),
    Role.KIND: to_say("type of the row"),
    Role.DIRECTION: to_say("debit or credit"),
    Role.CANCELLED: to_say("cancellation"),
    Role.TEST: to_say("test or live"),
    Role.REFUNDED: to_say("refunded amount"),
    Role.RETURNED: to_say("pieces that came back"),
    Role.DISCOUNT: to_say("discount"),
    Role.ORIGINAL_ORDER: to_say("order that a refund is of"),
    Role.PAYEE: to_say("who received the money"),
    Role.CURRENCY: to_say("currency"),
    Role.SHOP_AMOUNT: to_say("amount in the shop's currency"),
    Role.EMAIL: to_say("e-mail of guests"),
    Role.ORDERS: to_say("number of orders"),
    Role.RECENCY: to_say("days since the last order"),
}

MONEY = (
    Role.AMOUNT,
    Role.QUANTITY,
    Role.UNIT_PRICE,
    Role.REFUNDED,
    Role.RETURNED,
    Role.DISCOUNT,
    Role.SHOP_AMOUNT,
    Role.ORDERS,
    Role.RECENCY,
)
"""Roles whose cells are numbers."""
WORDS = (
    Role.STATUS,
    Role.PAYMENT_STATUS,
    Role.ITEM_STATUS,
    Role.KIND,
    Role.DIRECTION,
    Role.CANCELLED,
    Role.TEST,
    Role.CURRENCY,
)
"""Roles whose cells are words that come again and again."""


@dataclass(frozen=True, slots=True)
class Column:
    """Recognised column.

    Attributes
    ----------
    index
        Position from 0.
    why
        How it was recognised, in a few words.
    """

    index: int
    header: str
    why: str

    @property
    def letter(self) -> str:
        """The column's letters in the sheet."""
        return column_letter(self.index)
