"""Meanings of rows of a table of orders: a sale, no sale, or a refund."""

from __future__ import annotations

from enum import StrEnum


class Meaning(StrEnum):
    """Meaning of a row with the word."""

    COUNT = "count"
    PARTLY = "partly-refunded"
    """A sale of which a part was paid back."""
    LEAVE_OUT = "leave-out"
    """No sale: not paid, cancelled, a test, a transfer."""
    REFUNDED = "refunded"
    """A sale that was paid back in full, on the row of the sale itself."""
    REFUND = "refund"
    """A row of its own for money that went back; it lowers what the customer spent."""
    RESTORED = "restored"
    """A row of its own for a refund that was undone; it raises what the customer spent and is no purchase."""
    LINE = "line"
    """A further line of an order whose amount stands on another row."""
    UNKNOWN = ""
