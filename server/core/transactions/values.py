"""Amounts and dates of all rows, each column read as a whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from server.core.options import Options
from server.core.transactions.date_questions import SWAPPED_DATES, YEAR_FIRST, date_questions
from server.core.transactions.dates import DateColumn, DateReader
from server.core.transactions.headers import Role
from server.core.transactions.money import Amounts, MoneyReader
from server.core.transactions.number_questions import (
    DECIMAL_SIGN,
    number_formats,
    refuse_dates,
    refuse_lost_thousands,
)
from server.core.transactions.number_text import THREE_DECIMALS
from server.core.transactions.questions import Decision, Doubt
from server.core.transactions.table_columns import Columns


@dataclass(slots=True)
class Values:
    """Columns of numbers by role and the column of dates, with decisions and doubts about them."""

    money: dict[Role, Amounts]
    dates: DateColumn | None
    said: list[Decision] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


def read_values(
    money: Mapping[Role, MoneyReader],
    dates: DateReader | None,
    columns: Columns,
    rows: NDArray[np.int32],
    options: Options,
    latest_day: dt.date | None,
) -> Values:
    """Return all amounts and dates, as the marketer's answers and the columns themselves have them.

    Parameters
    ----------
    rows
        Sheet row of each cell.
    latest_day
        Today; later dates are in the future.

    Raises
    ------
    TrainingDataError
        If amounts have become dates, or have lost their thousands.
    """
    answers = options.answers
    headers = {role: columns.roles[role].header for role in money}
    verdicts = {headers[role]: reader.verdict() for role, reader in money.items()}
    refuse_dates(verdicts)
    sign = answers.get(DECIMAL_SIGN, "")
    if Role.AMOUNT in money and answers.get("Currency", "") not in THREE_DECIMALS:
        refuse_lost_thousands(headers[Role.AMOUNT], verdicts[headers[Role.AMOUNT]], sign)
    formats = number_formats(verdicts, rows, sign)
    values = Values(
        {role: reader.finish(formats.signs[headers[role]]) for role, reader in money.items()}, None
    )
    values.said += formats.said
    values.doubts += formats.doubts
    if dates is None:
        return values
    year_first, swapped = answers.get(YEAR_FIRST, ""), answers.get(SWAPPED_DATES, "")
    values.dates = dates.finish(
        options.day_first,
        year_first=year_first == "yes" if year_first else None,
        swapped=swapped == "swap" if swapped else None,
        latest_day=latest_day,
    )
    doubts, said = date_questions(
        values.dates.order,
        columns.roles[Role.ORDER_DATE].header,
        rows,
        day_first=options.day_first,
        year_first=year_first,
        swapped=swapped,
    )
    values.doubts += doubts
    values.said += said
    return values
