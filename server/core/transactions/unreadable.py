"""Errors about a column of which nothing can be read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from server.core.transactions.dates import NO_DATE
from server.core.transactions.headers import Role
from server.core.transactions.id_codes import NO_CODE
from server.core.transactions.table_columns import Columns
from server.errors import TrainingDataError
from server.texts import joined, to_say


def refuse_unreadable(
    columns: Columns, customer: NDArray[np.int32], day: NDArray[np.int32], amount: NDArray[np.float64]
) -> None:
    """Refuse where no row at all has a customer, a date or an amount.

    Raises
    ------
    TrainingDataError
        If so; all such columns are named.
    """
    roles = columns.roles
    problems = []
    if not (customer != NO_CODE).any():
        problems.append(
            to_say("no row has a customer id in column {column}", column=roles[Role.CUSTOMER_ID].letter)
        )
    if not (day != NO_DATE).any():
        date = roles.get(Role.ORDER_DATE) or roles[Role.RECENCY]
        problems.append(
            to_say(
                "no row has a date that can be read in column {column} ({header})",
                column=date.letter,
                header=date.header,
            )
        )
    if np.isnan(amount).all():
        wanted = (Role.AMOUNT,) if Role.AMOUNT in roles else (Role.QUANTITY, Role.UNIT_PRICE)
        where = ", ".join(f"{roles[role].letter} ({roles[role].header})" for role in wanted)
        problems.append(to_say("no row has an amount that can be read in column {columns}", columns=where))
    if problems:
        raise TrainingDataError(
            to_say("In Training_Data {problems}.", problems=joined("; ", problems)),
            hint=to_say(
                "Correct the cells, or name other columns in the tab Settings (CustomerIdColumn, "
                "OrderDateColumn, AmountColumn)."
            ),
        )
