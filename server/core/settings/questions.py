"""Settings that answer a question about the file, or name a column of it."""

from __future__ import annotations

from collections.abc import Callable

from server.core.cells import Cell
from server.core.settings import values
from server.texts import to_say

COLUMN_SETTINGS = {
    "CustomerIdColumn": "customer_id",
    "OrderDateColumn": "order_date",
    "AmountColumn": "amount",
    "QuantityColumn": "quantity",
    "UnitPriceColumn": "unit_price",
    "OrderIdColumn": "order_id",
    "StatusColumn": "status",
    "CurrencyColumn": "currency",
}
"""Settings that name a header of `Training_Data`, and the role that it is to have."""

COLUMN_HELP = to_say(
    "Header in Training_Data to use for this: {what}. auto finds it by its name; none means there is none."
)
COLUMN_MEANINGS = {
    "customer_id": to_say("customer id"),
    "order_date": to_say("date of the order"),
    "amount": to_say("amount"),
    "quantity": to_say("quantity"),
    "unit_price": to_say("unit price"),
    "order_id": to_say("order id"),
    "status": to_say("status"),
    "currency": to_say("currency"),
}

QUESTION_SETTINGS: dict[str, tuple[tuple[str, ...], str]] = {
    "Statuses": (
        (),
        to_say(
            "What words in a column of status or type mean, as: on hold: leave-out; invoiced: count; returned: refund. "
            "count alone: all rows count. auto knows the usual words and asks for others."
        ),
    ),
    "AmountCovers": (
        ("line", "order", "unit"),
        to_say(
            "What an amount is of: line (each row has its own), order (the order's total stands on each of its "
            "rows), unit "
            "(one piece of the quantity); auto decides by the rows or asks."
        ),
    ),
    "Currency": (
        (),
        to_say(
            "Currency of the amounts, as EUR: rows in others are left out. any: all are in one already. auto asks "
            "where "
            "there are several. (found) behind it is what the last run saw."
        ),
    ),
    "Refunds": (
        ("shop", "customers"),
        to_say(
            "Whose refunds are that name somebody who bought nothing: the shop's own (shop: they are left out) or a "
            "customer's (customers); auto asks where one name has most refunds."
        ),
    ),
    "CustomerList": (
        ("list", "orders"),
        to_say(
            "Whether rows with a number of orders are customers (list) or orders; auto decides by the rows or asks."
        ),
    ),
    "DecimalSign": (
        ("point", "comma"),
        to_say(
            "Whether 1.250 is one and a quarter (point) or a thousand and more (comma); auto decides by the column."
        ),
    ),
    "YearFirst": (
        ("yes", "no"),
        to_say("Whether 05/03/06 begins with the year (yes); auto decides by the column."),
    ),
    "SwappedDates": (
        ("swap", "keep"),
        to_say(
            "Whether a spreadsheet has swapped day and month of cells that are dates (swap) or not (keep); auto "
            "decides by "
            "the column."
        ),
    ),
    "SimilarIds": (
        ("one", "apart"),
        to_say(
            "Whether ids that differ by capitals, leading zeros or the writing of a phone number alone are one "
            "customer or "
            "kept apart; auto decides by the column."
        ),
    ),
}
"""Settings that answer a question about the file, beside DayFirst: the values allowed (() for a text), and the help."""

TEXT_PARSERS: dict[str, Callable[[Cell], str]] = {"Statuses": values.statuses, "Currency": values.currency}
ALLOWED_TEXTS = {
    "Statuses": to_say(
        "auto, count, or words with their meaning: on hold: leave-out; invoiced: count; returned: refund"
    ),
    "Currency": to_say("auto, any, or a code such as EUR"),
}
