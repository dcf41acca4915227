"""Clean transactions: from the blocks of `Training_Data` to arrays of one element a transaction.

Ids and words become integers as they arrive, dates and amounts numbers, so that nothing is held twice and 1.25 million
rows need some 40 MB.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from server.core.cells import Cell
from server.core.options import Options
from server.core.transactions.arrays import RawRows, Transactions
from server.core.transactions.cleaned import Readers
from server.core.transactions.cleaning import clean
from server.core.transactions.column_cells import (
    Collected,
    EqualToTheOneBefore,
    filled,
    padded,
    refunds_without_amount,
    seconds_of_day,
)
from server.core.transactions.customer_ids import folds_case
from server.core.transactions.dates import DateReader
from server.core.transactions.guest_words import is_guest
from server.core.transactions.headers import MONEY, WORDS, Role
from server.core.transactions.id_codes import IdCodes
from server.core.transactions.id_questions import SIMILAR_IDS, id_questions
from server.core.transactions.identity import identify
from server.core.transactions.line_amounts import shares_of
from server.core.transactions.money import MoneyReader
from server.core.transactions.quality_report import QualityReport
from server.core.transactions.questions import Choice, Decision, Doubt, Reading, asked
from server.core.transactions.reporting import orders_of, report_of
from server.core.transactions.rounded_ids import refuse_rounded
from server.core.transactions.table_columns import Columns
from server.core.transactions.table_rows import total_dates
from server.core.transactions.words import WordCodes
from server.errors import NoTransactionsError
from server.texts import to_say

__all__ = ["TransactionReader", "Transactions"]


class TransactionReader:
    """Takes the blocks of `Training_Data` in order and cleans them as a whole at the end.

    Parameters
    ----------
    columns
        Which column means what.
    options
        The marketer's choices.
    """

    def __init__(self, columns: Columns, options: Options) -> None:
        self._columns = columns
        self._options = options
        roles = columns.roles
        self._rows: list[NDArray[np.int32]] = []
        self._customer = IdCodes(folds_case=folds_case(roles[Role.CUSTOMER_ID].header))
        self._payee = IdCodes(like=self._customer)
        self._order = IdCodes()
        self._original = IdCodes(like=self._order)
        self._emails = IdCodes(folds_case=True) if Role.EMAIL in roles else None
        self._emails_read = 0
        self._dates = DateReader(options.day_first)
        self._seconds = Collected(partial(seconds_of_day, known={}))
        self._same_moment = Collected(EqualToTheOneBefore())
        self._total_dates = Collected(total_dates)
        self._empty_amounts = Collected(lambda cells: ~filled(cells))
        self._yes_refunded = Collected(refunds_without_amount)
        self._shares = Collected(shares_of)
        self._money = {role: MoneyReader() for role in MONEY if role in roles}
        self._words = {role: WordCodes() for role in WORDS if role in roles}
        self._readers = self._readers_by_role()

    def _readers_by_role(self) -> list[tuple[Role, _TakesCells]]:
        """Return the reader of each column that is present."""
        roles = self._columns.roles
        readers: list[tuple[Role, _TakesCells]] = [
            (Role.CUSTOMER_ID, self._customer),
            (Role.PAYEE, self._payee),
            (Role.ORDER_ID, self._order),
            (Role.ORIGINAL_ORDER, self._original),
            (Role.ORDER_DATE, self._dates),
            (Role.ORDER_DATE, self._total_dates),
            (Role.AMOUNT, self._empty_amounts),
            (Role.REFUNDED, self._yes_refunded),
            (Role.DISCOUNT, self._shares),
            *self._money.items(),
            *self._words.items(),
        ]
        if Role.ORDER_ID in roles:
            readers.append((Role.ORDER_DATE, self._seconds))
        elif Role.AMOUNT in roles:
            readers.append((Role.ORDER_DATE, self._same_moment))
        return [(role, reader) for role, reader in readers if role in roles]

    def add(self, first_row: int, block: Mapping[Role, Sequence[Cell]]) -> None:
        """Take the next rows.

        Parameters
        ----------
        first_row
            Sheet row of each column's first cell.
        block
            Cells by role; columns may end early, as trailing empty cells are not sent. E-mails may be among them.
        """
        length = max((len(cells) for role, cells in block.items() if role is not Role.EMAIL), default=0)
        columns = {role: padded(block.get(role, ()), length) for role, _ in self._columns.needed}
        is_filled = np.zeros(length, dtype=bool)
        for cells in columns.values():
            is_filled |= filled(cells)
        keep = None if is_filled.all() else np.flatnonzero(is_filled).tolist()
        self._rows.append((np.flatnonzero(is_filled) + first_row).astype(np.int32))
        columns = {role: _kept(cells, keep) for role, cells in columns.items()}
        for role, reader in self._readers:
            reader.add(columns[role])
        if Role.EMAIL in block and self._emails is not None:
            self._emails.add(_kept(padded(block[Role.EMAIL], length)[:length], keep))
            self._emails_read += int(is_filled.sum())

    @property
    def wants_emails(self) -> bool:
        """Whether rows lack a customer id, and a column of e-mails that was not read yet could name them."""
        if self._emails is None or self._emails_read:
            return False
        return self._customer.has_missing or any(map(is_guest, self._customer.ids))

    def add_emails(self, first_row: int, cells: Sequence[Cell]) -> None:
        """Take e-mails of rows that were taken before; rows that are passed over have none.

        Parameters
        ----------
        first_row
            Sheet row of the first cell.
        """
        assert self._emails is not None
        rows = np.concatenate(self._rows)
        end = int(np.searchsorted(rows, first_row + len(cells)))
        at = (rows[self._emails_read : end] - first_row).tolist()
        self._emails.add([cells[i] if i >= 0 else "" for i in at])
        self._emails_read = end

    def finish(self, latest_day: dt.date | None = None) -> tuple[Transactions, QualityReport]:
        """Clean all rows; what can be read in two ways is read in the likelier one, and asked in the report.

        Parameters
        ----------
        latest_day
            Today; later dates are in the future.

        Raises
        ------
        NoTransactionsError
            If there is no row below the header.
        TrainingDataError
            If no row has a date, or none an amount, that can be read.
        """
        raw, emails = self._raw()
        read = partial(self._read, raw, emails, self._column_readers(), latest_day)
        transactions, report = read(self._options)

        def reading(setting: str, choice: Choice) -> Reading:
            others, account = read(self._options.answered(setting, choice.value))
            return Reading(
                choice.value,
                choice.label,
                rows=account.rows_used,
                customers=account.customers - account.net_to_nothing,
                orders=orders_of(others),
                money=account.money_used,
                result=choice.result,
                first_day=account.first_day,
                last_day=account.last_day,
            )

        questions = tuple(asked(doubt, partial(reading, doubt.setting)) for doubt in report.doubts)
        return transactions, replace(report, questions=questions, doubts=())

    def _column_readers(self) -> Readers:
        """Return the columns whose cells can be read in more than one way."""
        is_refunded = self._yes_refunded.finish()
        return Readers(
            self._money,
            self._dates if Role.ORDER_DATE in self._columns.roles else None,
            is_refunded if is_refunded is not None and is_refunded.any() else None,
            self._shares.finish(),
        )

    def _read(
        self,
        raw: RawRows,
        emails: NDArray[np.int32] | None,
        readers: Readers,
        latest_day: dt.date | None,
        options: Options,
    ) -> tuple[Transactions, QualityReport]:
        """Return the transactions and their account as one set of choices has them."""
        named, doubts, decisions = self._named(raw, emails, options)
        cleaned = clean(named, readers, self._columns, options, latest_day)
        cleaned.said[:0] = decisions
        cleaned.doubts += doubts
        return report_of(cleaned, named, self._columns)

    def _named(
        self, raw: RawRows, emails: NDArray[np.int32] | None, options: Options
    ) -> tuple[RawRows, list[Doubt], list[Decision]]:
        """Return the rows with their customers: guests by their e-mails, spellings of one customer as one."""
        answer = options.answers.get(SIMILAR_IDS, "")
        header = self._columns.roles[Role.CUSTOMER_ID].header
        beside = (self._emails.ids, emails) if self._emails is not None and emails is not None else None
        customers = identify(raw.customer_ids, raw.customer, header, answer=answer, emails=beside)
        doubts, decisions = id_questions(customers.verdict, header, raw.rows, answer)
        payee = customers.renumbered[raw.payee] if raw.payee is not None else None
        named = replace(raw, customer=customers.codes, customer_ids=customers.ids, payee=payee)
        return named, doubts, decisions

    def _raw(self) -> tuple[RawRows, NDArray[np.int32] | None]:
        """Return all rows, and the e-mails beside them where they were read."""
        rows = np.concatenate(self._rows) if self._rows else np.empty(0, dtype=np.int32)
        if not len(rows):
            raise NoTransactionsError(
                to_say(
                    "Training_Data has headers in row {row} but no order below them.",
                    row=self._columns.header_row,
                ),
                hint=to_say("Paste your orders below the headers."),
            )
        self._refuse_rounded_ids()
        total_dates = self._total_dates.finish()
        raw = RawRows(
            rows=rows,
            customer=self._customer.finish(),
            customer_ids=self._customer.ids,
            order=self._codes(Role.ORDER_ID, self._order),
            order_ids=self._order.ids,
            original=self._codes(Role.ORIGINAL_ORDER, self._original),
            payee=self._codes(Role.PAYEE, self._payee),
            words={role: (words.finish(), words.texts) for role, words in self._words.items()},
            empty_amount=self._empty_amounts.finish(),
            seconds=self._seconds.finish(),
            same_moment=self._same_moment.finish(),
            total_dates=total_dates if total_dates is not None else np.zeros(len(rows), dtype=bool),
        )
        return raw, self._email_codes(len(rows))

    def _refuse_rounded_ids(self) -> None:
        roles = self._columns.roles
        refuse_rounded(self._customer.ids, roles[Role.CUSTOMER_ID].header)
        if Role.ORDER_ID in roles:
            refuse_rounded(self._order.ids, roles[Role.ORDER_ID].header, setting="OrderIdColumn")

    def _codes(self, role: Role, ids: IdCodes) -> NDArray[np.int32] | None:
        return ids.finish() if role in self._columns.roles else None

    def _email_codes(self, count: int) -> NDArray[np.int32] | None:
        """Return the code of each row's e-mail, None where e-mails were not read."""
        if self._emails is None or not self._emails_read:
            return None
        self._emails.add([""] * (count - self._emails_read))  # trailing empty cells are not sent
        return self._emails.finish()


class _TakesCells(Protocol):
    def add(self, cells: Sequence[Cell], /) -> None: ...


def _kept(cells: Sequence[Cell], keep: list[int] | None) -> Sequence[Cell]:
    return cells if keep is None else [cells[i] for i in keep]
