"""Direction of the money of a row: to the shop, back to the customer, or paid by the shop."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.core.transactions.arrays import RawRows
from server.core.transactions.exports import Export
from server.core.transactions.meanings import Meaning
from server.core.transactions.sale_rows import SaleRows

Mask = NDArray[np.bool_]
Amounts = NDArray[np.float64]

_CANCELLED_ID = re.compile(r"[Cc]\d+")


@dataclass(frozen=True, slots=True)
class Moves:
    """Rows that are no purchase, by the direction of their money.

    Attributes
    ----------
    back
        Money that went back to a customer, shape (n,).
    restored
        Money that went back and came again, as a refund that failed; None where there are none.
    outgoing
        What the shop paid, or got back, itself; None where there are none.
    """

    back: Mask
    restored: Mask | None
    outgoing: Mask | None

    @property
    def no_purchase(self) -> Mask:
        """Rows that change what a customer spent and are no purchase."""
        return self.back if self.restored is None else np.asarray(self.back | self.restored)

    def signed(self, amount: Amounts) -> Amounts:
        """Return the amounts, negative where the money went back."""
        signed = np.where(self.back, -np.abs(amount), amount)
        return signed if self.restored is None else np.where(self.restored, np.abs(amount), signed)


def moves_of(
    amount: Amounts, quantity: Amounts | None, raw: RawRows, sales: SaleRows, export: Export | None
) -> Moves:
    """Return which way the money of each row went.

    It went back where the amount or the quantity is negative, where a status or a type says so, or where the order's
    id is C and digits among bare digits.
    """
    with np.errstate(invalid="ignore"):
        negative = amount < 0
        positive = amount > 0
        if quantity is not None:
            negative |= quantity < 0
    refunds, restored = sales.of(Meaning.REFUND), sales.of(Meaning.RESTORED)
    back = negative | _with_cancelled_ids(raw)
    outgoing = None
    if export is not None and export.signs_tell and sales.is_payment is not None:
        outgoing = negative & sales.is_payment
        if refunds is not None:
            outgoing |= refunds & positive
        back &= ~outgoing
    if refunds is not None:
        back |= refunds if outgoing is None else refunds & ~outgoing
    if restored is not None:
        back &= ~restored
    return Moves(back, restored, outgoing)


def _with_cancelled_ids(raw: RawRows) -> Mask:
    """Return the rows whose order id is C and digits, where most others are bare digits."""
    if raw.order is None:
        return np.zeros(len(raw), dtype=bool)
    marked = np.array([bool(_CANCELLED_ID.fullmatch(text)) for text in raw.order_ids], dtype=bool)
    others = [text for text, is_marked in zip(raw.order_ids, marked.tolist(), strict=True) if not is_marked]
    if not marked.any() or 2 * sum(map(str.isdigit, others)) <= len(others):
        return np.zeros(len(raw), dtype=bool)
    return np.asarray(np.append(marked, False)[raw.order])
