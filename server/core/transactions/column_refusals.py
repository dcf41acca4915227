"""Errors about the columns of `Training_Data`, in the marketer's words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from server.core.settings.questions import COLUMN_SETTINGS
from server.core.transactions.headers import Column, Role, plain
from server.core.transactions.spellings import LAST_ORDER
from server.core.transactions.tables import refuse_other_layouts
from server.errors import TrainingDataError
from server.layout.headers import column_letter, normalised
from server.texts import Text, joined, to_say

MAIN = (
    Role.CUSTOMER_ID,
    Role.ORDER_DATE,
    Role.AMOUNT,
    Role.QUANTITY,
    Role.UNIT_PRICE,
    Role.ORDER_ID,
)
"""Roles by which a row is known to be the headers, and of which one may stand for another."""


def setting_of(role: Role) -> str:
    """Return the row of `Settings` that names the column of a role."""
    return next((name for name, of in COLUMN_SETTINGS.items() if of == role), str(role))


def refuse_what_is_missing(number: int, texts: Sequence[str], roles: Mapping[Role, Column]) -> None:
    """Refuse where a customer, a date or money has no column.

    Raises
    ------
    TrainingDataError
        If so; what is missing is named, and what there is.
    """
    _refuse_list_without_days(roles)
    missing = _missing(roles)
    if not missing:
        return
    refuse_other_layouts(texts, number, [], has_dates=Role.ORDER_DATE in roles)
    _refuse_list_without_orders(texts, roles)
    _refuse_lost_headers(number, texts, roles)
    raise TrainingDataError(
        to_say(
            "Training_Data lacks {columns}. In row {row} stand: {headers}.",
            columns=joined("; ", missing.values()),
            row=number,
            headers=listed(texts),
        ),
        hint=to_say(
            "Rename the header in row {row}, or write it into the tab Settings beside {settings}.",
            row=number,
            settings=", ".join(setting_of(role) for role in missing),
        ),
    )


def _refuse_lost_headers(number: int, texts: Sequence[str], roles: Mapping[Role, Column]) -> None:
    """Refuse orders without headers: no header is known, and one is a number."""
    if not roles and any(_NUMBER.fullmatch(text.strip()) for text in texts):
        raise TrainingDataError(
            to_say("Row {row} of Training_Data seems to be an order: no headers stand above it.", row=number),
            hint=to_say(
                "Insert a row above row {row} and write the headers into it, such as CustomerID, OrderDate and Amount.",
                row=number,
            ),
        )


_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*")


def _missing(roles: Mapping[Role, Column]) -> dict[Role, Text]:
    """Return what has no column, by the role that is missing."""
    missing = {}
    if Role.CUSTOMER_ID not in roles:
        missing[Role.CUSTOMER_ID] = to_say("a column of customer ids (such as CustomerID)")
    if roles.keys().isdisjoint({Role.ORDER_DATE, Role.RECENCY}):
        missing[Role.ORDER_DATE] = to_say("a column of dates (such as OrderDate)")
    if Role.AMOUNT not in roles and not {Role.QUANTITY, Role.UNIT_PRICE} <= roles.keys():
        missing[Role.AMOUNT] = to_say("a column of money (such as Amount, or Quantity and UnitPrice)")
    return missing


def _refuse_list_without_days(roles: Mapping[Role, Column]) -> None:
    if Role.ORDERS in roles and roles.keys().isdisjoint({Role.ORDER_DATE, Role.RECENCY}):
        raise TrainingDataError(
            to_say(
                "Training_Data seems to be a list of customers, one row each, as it has a number of "
                "orders ({header}). The day of the last order is missing.",
                header=roles[Role.ORDERS].header,
            ),
            hint=to_say(
                "Add a column with the day of each customer's last order (Last order) or the days "
                "since then (Recency), or paste the list of orders instead."
            ),
        )


def _refuse_list_without_orders(texts: Sequence[str], roles: Mapping[Role, Column]) -> None:
    last = next((text for text in texts if plain(text) in LAST_ORDER), "")
    if last and Role.ORDER_DATE not in roles and Role.AMOUNT in roles:
        raise TrainingDataError(
            to_say(
                "Training_Data seems to be a list of customers, one row each, as it has the column "
                "{header}. How many orders each customer made is missing.",
                header=last[:40],
            ),
            hint=to_say(
                "Add a column with the number of orders (Orders), or paste the list of orders instead."
            ),
        )


def refuse_twins(texts: Sequence[str], roles: Mapping[Role, Column]) -> None:
    """Refuse a table in which a header that is needed occurs twice.

    Raises
    ------
    TrainingDataError
        If one does.
    """
    names = [normalised(text) for text in texts]
    twins = []
    for role, column in roles.items():
        places = [i for i, name in enumerate(names) if name == names[column.index]]
        if len(places) > 1 and role in MAIN:
            twins.append(
                to_say(
                    "“{header}” in the columns {columns}",
                    header=column.header,
                    columns=", ".join(map(column_letter, places)),
                )
            )
    if twins:
        raise TrainingDataError(
            to_say("Training_Data has one header twice: {headers}.", headers=joined("; ", twins)),
            hint=to_say("Rename the one that is not meant, or delete its column."),
        )


def listed(texts: Sequence[str], at_most: int = 20) -> str:
    """Return headers in a list, the first of them."""
    named = [text[:40] for text in texts if text]
    return ", ".join(named[:at_most]) + (f" and {len(named) - at_most} more" if len(named) > at_most else "")
