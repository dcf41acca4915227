"""Roles of the columns of transactions, and comparison of their headers."""

from __future__ import annotations

import re
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


_PARTICLES = frozenset(
    "de del della dell delle dello di do da dos das du des d la le les el los las l der die das dem den of the".split()
)
_NUMBER = frozenset("no n nr num numero numer nummer number".split())
_CURRENCIES = (
    r"usd|eur|gbp|chf|cad|aud|nzd|inr|jpy|cny|sek|nok|dkk|pln|czk|huf|ron|try|brl|mxn|zar|krw|[$€£¥₹]|r\$|kr|zł|kč|ft|tl|"
    r"円|元|원"
)
_TAXES = r"(?:incl?|inkl|including|exc?l?|exkl|excluding)\.?\s?(?:tax|taxes|vat|gst|mwst|ust|tva|iva|btw|moms)?\.{0,1}"
_REMARK = re.compile(
    rf"\s*[(\[](?:(?:in )?(?:{_CURRENCIES})|{_TAXES}|ttc|ht|brutto|netto|gross|net|税込|税抜|税別|"
    r"utc|gmt|cet|est|pst|local|local time|[dmyjt]{1,4}(?:[./-][dmyjt]{1,4})+)\s*[)\]]\s*$",
    re.IGNORECASE,
)
"""What says how a column is written, and not what it holds."""
_WORDS = re.compile(r"[^\W_]+")


_CENTS_HEADER = re.compile(r"(?<![^\W_])(?i:cents|centavos|pence)(?![^\W_])|[a-z](Cents|Pence)\b")
_CENTS_ENDING = re.compile(r"(?:in)?(?:cents|centavos|pence)$")


def says_cents(header: str) -> bool:
    """Whether a column's header names cents.

    >>> says_cents("amount_cents"), says_cents("Price (pence)"), says_cents("totalCents"), says_cents("Percents")
    (True, True, True, False)
    """
    return _CENTS_HEADER.search(header) is not None


def variants(text: object) -> list[str]:
    """Return other ways to write a header: without remarks and particles, with another word for number.

    >>> variants("Código do cliente"), variants("Nº cliente"), variants("合計(税込)"), variants("amount_cents")
    (['codigocliente'], ['ncliente', 'nrcliente', 'numerocliente'], ['合計'], ['amount'])
    >>> variants("Total"), variants("Total (Qty)"), variants("Amount (tax)")
    ([], [], [])
    """
    bare = _REMARK.sub("", str(text)) if isinstance(text, str) else ""
    words = [plain(word) for word in _WORDS.findall(bare)]
    kept = [word for word in words if word not in _PARTICLES]
    others = [plain(bare), "".join(kept)]
    if len(kept) > 1 and (kept[0] in _NUMBER or kept[-1] in _NUMBER):
        place = 0 if kept[0] in _NUMBER else -1
        for number in ("n", "nr", "numero"):
            kept[place] = number
            others.append("".join(kept))
    own = plain(text)
    if says_cents(str(text)):
        others.append(_CENTS_ENDING.sub("", own))
    return [name for name in dict.fromkeys(others) if name and name != own]


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
