"""Rows that are sales, by columns of status, type, cancellation and test, and by refunds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from server.core.options import Options
from server.core.transactions.headers import Role
from server.core.transactions.meanings import Meaning
from server.core.transactions.questions import Decision, Doubt
from server.core.transactions.status_words import MOST_WORDS, StatusColumn, status_meanings
from server.core.transactions.statuses import is_test, parse_answers, says_yes
from server.core.transactions.table_columns import Columns
from server.core.transactions.words import Codes, spread
from server.texts import Amount, counted, to_say

Mask = NDArray[np.bool_]

_RANK = {
    Meaning.COUNT: 0,
    Meaning.UNKNOWN: 0,
    Meaning.PARTLY: 1,
    Meaning.LINE: 2,
    Meaning.REFUND: 3,
    Meaning.RESTORED: 4,
    Meaning.REFUNDED: 5,
    Meaning.LEAVE_OUT: 6,
}
"""Where columns disagree, the higher one holds."""
_BY_RANK = {rank: meaning for meaning, rank in _RANK.items() if meaning is not Meaning.UNKNOWN}


@dataclass(slots=True)
class SaleRows:
    """Meaning of the rows by their columns of status and type.

    Attributes
    ----------
    rank
        The meaning of each row, as `_RANK` numbers them, shape (n,); None where no column says anything.
    test
        Rows that are tests; None where there are none.
    is_payment
        Rows whose type, in a column of types, is a payment; None without such a column.
    """

    rank: NDArray[np.uint8] | None = None
    test: Mask | None = None
    is_payment: Mask | None = None
    said: list[Decision] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def of(self, *meanings: Meaning) -> Mask | None:
        """Return the rows with one of the meanings, None where there are none."""
        if self.rank is None:
            return None
        mask = np.isin(self.rank, [_RANK[meaning] for meaning in meanings])
        return mask if mask.any() else None


def sale_rows(
    columns: Columns,
    words: Mapping[Role, tuple[Codes, list[str]]],
    order: NDArray[np.int32] | None,
    amount: NDArray[np.float64],
    rows: NDArray[np.int32],
    options: Options,
) -> SaleRows:
    """Return which rows are sales.

    Parameters
    ----------
    words
        Codes and texts of the columns of words, by role.
    amount
        Money of each row, NaN where there is none, shape (n,).
    rows
        Sheet rows, shape (n,).
    """
    sales = SaleRows()
    answers = parse_answers(options.answers.get("Statuses", ""))
    for role in (Role.PAYMENT_STATUS, Role.STATUS, Role.ITEM_STATUS, Role.KIND, Role.DIRECTION):
        if role in words:
            codes, texts = words[role]
            header = columns.roles[role].header
            column = StatusColumn(role, header, spread(codes, order), texts, order, amount, rows)
            _column(sales, columns, column, answers)
    _cancelled(sales, columns, words, order, amount)
    _tests(sales, columns, words, order)
    return sales


def _column(sales: SaleRows, columns: Columns, column: StatusColumn, answers: Mapping[str, Meaning]) -> None:
    """Take one column of words into account."""
    meanings = status_meanings(column, columns, answers)
    sales.said += meanings.said
    sales.doubts += meanings.doubts
    if meanings.by_code is None:
        return
    rank = np.array([_RANK[meaning] for meaning in meanings.by_code], dtype=np.uint8)[column.codes]
    sales.rank = rank if sales.rank is None else np.maximum(sales.rank, rank)
    if column.role is Role.KIND:
        is_payment = [meaning is Meaning.COUNT for meaning in meanings.by_code]
        sales.is_payment = np.array(is_payment, dtype=bool)[column.codes]


def _cancelled(
    sales: SaleRows,
    columns: Columns,
    words: Mapping[Role, tuple[Codes, list[str]]],
    order: NDArray[np.int32] | None,
    amount: NDArray[np.float64],
) -> None:
    if Role.CANCELLED not in words or Role.CANCELLED not in columns.roles:
        return
    codes, texts = words[Role.CANCELLED]
    yes = np.array([says_yes(text) for text in texts], dtype=bool)[spread(codes, order)]
    if not yes.any() or yes.all():
        return
    rank = np.where(yes, np.uint8(_RANK[Meaning.LEAVE_OUT]), np.uint8(0))
    sales.rank = rank if sales.rank is None else np.maximum(sales.rank, rank)
    text = to_say(
        "{header}: cancelled and left out: {rows} ({money}).",
        header=columns.roles[Role.CANCELLED].header,
        rows=counted(int(yes.sum()), "row"),
        money=Amount(float(np.nansum(amount[yes]))),
    )
    sales.said.append(Decision("Statuses", text))


def _tests(
    sales: SaleRows,
    columns: Columns,
    words: Mapping[Role, tuple[Codes, list[str]]],
    order: NDArray[np.int32] | None,
) -> None:
    if Role.TEST not in words or Role.TEST not in columns.roles:
        return
    codes, texts = words[Role.TEST]
    header = columns.roles[Role.TEST].header
    tests = np.array([is_test(text, header) for text in texts], dtype=bool)[spread(codes, order)]
    if tests.any() and len(texts) <= MOST_WORDS:
        sales.test = tests
