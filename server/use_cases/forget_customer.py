"""Erasing of one customer: every row of theirs in every tab of the add-on, in one commit.

Whole rows go, not cells: what a marketer has written beside a customer is about that customer as well, and rows
below move up whole, so that what stands beside the others stays beside them.

People may insert, move and sort rows between the read and the write, and the API knows no precondition for that.
So the same batch first copies the rows that it deletes to a hidden tab: that copy shows what was really deleted.
Rows of somebody else are put back from it, and it is deleted in the commit that follows.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from server.core.cells import Cell
from server.core.options import Options
from server.core.scoring.inputs import LONGEST_ID
from server.core.transactions.columns import Role
from server.core.transactions.customer_ids import folds_case, id_key
from server.core.wording import ENGLISH, Wording
from server.errors import BusyError, ChangedError, InputError, NoTransactionsError
from server.layout.audience_tabs import CONTACTS
from server.layout.headers import CUSTOMER_ID
from server.layout.limits import STAGING_PREFIX
from server.layout.record_tabs import SETTINGS
from server.layout.segment_tabs import SEGMENTED_CUSTOMERS, TRAINING_DATA
from server.layout.tabs import CUSTOMER_TABS
from server.sheets.api.a1 import column_range, context_range, quoted
from server.sheets.api.failures import ApiFailure, explained
from server.sheets.api.retry import RetryBudget
from server.sheets.commit.committer import Committer
from server.sheets.commit.snapshot import Snapshot, Tab
from server.sheets.commit.spreadsheet import Spreadsheet
from server.sheets.commit.writes import Batch, Planned
from server.sheets.tabs.customer_rows import CustomerColumn, CustomerRows, delete_sheet, erasing, restoring
from server.sheets.tabs.settings import options_of
from server.sheets.tabs.training_data import BLOCK_ROWS, read_columns
from server.texts import to_say

if TYPE_CHECKING:
    from server.use_cases.audience_traces import Given

SECONDS = 40.0
"""Time for all of it: the caller gets an answer within a minute, also from the largest sheet."""
ROUNDS = 3
"""How often it is tried where people move rows at the same moment."""
FORGET_PREFIX = f"{STAGING_PREFIX}forget "


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Rows of one customer by tab: erased, or only found where it was not confirmed.

    Attributes
    ----------
    sent_to
        Audiences that the customer was given to, with where they go.
    """

    customer_id: str
    is_erased: bool
    rows: Mapping[str, int]
    wording: Wording = ENGLISH
    sent_to: Sequence[str] = ()

    @property
    def message(self) -> str:
        """The result as a sentence."""
        say, number = self.wording.say, self.wording.number
        counts = ", ".join(
            say("{count} in {tab}", count=number(count), tab=title) for title, count in self.rows.items()
        )
        if not counts:
            return say("No row of this customer was found in any tab of the add-on.")
        text = say("Rows erased: {counts}." if self.is_erased else "Rows found: {counts}.", counts=counts)
        if self.is_erased and SEGMENTED_CUSTOMERS in self.rows:
            text += " " + say("The figures of the segments count the customer until the next refresh.")
        if self.sent_to:
            text += " " + self.wording.say(
                "The customer was given to: {audiences}. Take them out there too.",
                audiences=", ".join(self.sent_to),
            )
        return text


class Forgetting:
    """Use case: erase one customer.

    Parameters
    ----------
    committer
        Reads and writes spreadsheets.
    budget
        Returns how long it may try in all.
    """

    def __init__(
        self, committer: Committer, budget: Callable[[], RetryBudget] = lambda: RetryBudget(seconds=SECONDS)
    ) -> None:
        self._committer = committer
        self._budget = budget

    def forget(self, spreadsheet_id: str, customer_id: str, *, confirmed: bool) -> Forgotten:
        """Erase a customer; without confirmation, return what would be erased.

        Raises
        ------
        InputError
            If `customer_id` is none.
        TrainingDataError, SettingsError, LayoutError
            If the customers' column of a tab cannot be told; nothing is erased then.
        ChangedError
            If people moved rows each time; what was erased by mistake was put back.
        """
        if not id_key(customer_id) or len(customer_id) > LONGEST_ID:
            raise InputError(
                to_say("“{id}” is no customer id.", id=customer_id[:40]),
                hint=to_say("Enter the id as it stands in the customers' column of Training_Data."),
            )
        budget = self._budget()
        call = _Call(self._committer.sheet(spreadsheet_id, budget=lambda: budget), customer_id, budget)
        try:
            with call.sheet.lock(max(0.0, budget.left)):
                return call.erase() if confirmed else call.look()
        except ApiFailure as failure:
            raise explained(failure) from failure


class _Call:
    """One request, with the time for all of it."""

    def __init__(self, sheet: Spreadsheet, customer_id: str, budget: RetryBudget) -> None:
        self.sheet = sheet
        self._budget = budget
        self._customer_id = customer_id
        self._key = ""
        self._folds = False
        self._wording = ENGLISH
        self._sent_to: Sequence[str] = ()
        self._given: Given = {}
        self._without_ids: Sequence[str] = ()

    def look(self) -> Forgotten:
        tabs = self._find(self.sheet.read([]))
        return self._result(Counter({tab.where.title: len(tab.rows) for tab in tabs}), is_erased=False)

    def erase(self) -> Forgotten:
        erased: Counter[str] = Counter()
        for _ in range(ROUNDS):
            rows, is_right = self._erase_once()
            erased += rows
            if is_right:
                return self._result(erased, is_erased=True)
        raise ChangedError(
            to_say("Rows were moved each time while the customer was being erased."),
            hint=to_say(
                "Rows of others are back in their place. Wait until nobody sorts or inserts rows, "
                "then do it again."
            ),
        )

    def _result(self, rows: Counter[str], *, is_erased: bool) -> Forgotten:
        order = dict.fromkeys((TRAINING_DATA, *CUSTOMER_TABS, *rows))
        by_tab = {title: rows[title] for title in order if rows[title]}
        return Forgotten(self._customer_id, is_erased, by_tab, self._wording, self._sent_to)

    def _erase_once(self) -> tuple[Counter[str], bool]:
        """Return the rows that were erased by tab, and whether all that was deleted was the customer's."""
        copy_id = 1 + secrets.randbelow(2**31 - 2)
        title = FORGET_PREFIX + secrets.token_hex(4)

        from server.use_cases.audience_traces import is_staged_audience

        def plan(overview: Snapshot) -> Planned[Batch, list[CustomerRows]]:
            tabs = self._find(overview)
            if self._budget.left <= 0:
                raise BusyError(
                    to_say("Looking for the customer took too long; nothing was erased."),
                    hint=to_say("Do it again when fewer people work in the spreadsheet."),
                    retry_after_seconds=30,
                )
            left_behind = [
                copy
                for copy in overview.tabs.values()
                if copy.title.startswith(FORGET_PREFIX) or is_staged_audience(copy.title)
            ]
            requests = [delete_sheet(copy.sheet_id) for copy in left_behind]
            if tabs:
                requests += erasing(tabs, copy_id, title)
            return Planned(Batch(requests, raises_base=bool(tabs)) if requests else None, tabs)

        tabs = self.sheet.transact([], plan).result
        if not tabs:
            return Counter(), True
        wrong = self._wrong(tabs, title)

        def clear(overview: Snapshot) -> Planned[Batch, None]:
            if all(tab.sheet_id != copy_id for tab in overview.tabs.values()):
                return Planned(None, None)  # another instance of the service has cleared it away
            return Planned(Batch([*restoring(tabs, wrong, copy_id), delete_sheet(copy_id)]), None)

        self.sheet.transact([], clear)
        rows = Counter(
            {tab.where.title: len(tab.rows) - len(bad) for tab, bad in zip(tabs, wrong, strict=True)}
        )
        return rows, not any(wrong)

    def _find(self, overview: Snapshot) -> list[CustomerRows]:
        """Return the rows of the customer as they are now, tab by tab."""
        from server.use_cases.audience_traces import audience_traces  # nothing that scoring pays for

        self._wording = Wording(overview.locale)
        columns = self._columns(overview)
        traces = audience_traces(self.sheet, overview, self._is_them, self._given, folds_case=self._folds)
        addresses = frozenset[str]().union(*self._given.values())
        columns = [
            replace(column, keys=addresses | {self._key}) if column.title in self._without_ids else column
            for column in columns
        ]
        columns += traces.columns
        self._sent_to = traces.sent_to or self._sent_to
        tabs = []
        for where in columns:
            rows = []
            for first in range(where.first_row, where.row_count + 1, BLOCK_ROWS):
                last = min(first + BLOCK_ROWS - 1, where.row_count)
                parts = self._cells(
                    [column_range(where.title, column, first, last) for column in where.columns]
                )
                rows += [first + i for i in self._theirs(parts, where)]
            if rows:
                tabs.append(CustomerRows(where, rows))
        return tabs

    def _columns(self, overview: Snapshot) -> list[CustomerColumn]:
        """Return the customers' columns of the tabs that are there; capitals count as in `Training_Data`."""
        from server.use_cases.audience_traces import contact_places, has_ids

        titles = [title for title in CUSTOMER_TABS if title in overview.tabs]
        ranges = [f"{quoted(title)}!1:1" for title in titles]
        ranges += [context_range(SETTINGS)] if SETTINGS in overview.tabs else []
        headers = self.sheet.read(ranges) if ranges else overview
        self._key, self._folds = id_key(self._customer_id), False
        columns = []
        if TRAINING_DATA in overview.tabs:
            with suppress(NoTransactionsError):  # an empty tab holds nobody
                columns.append(self._training_column(overview.tab(TRAINING_DATA), headers))
        for title in titles:
            tab = headers.tab(title)
            if title == CONTACTS and not has_ids(tab):
                self._without_ids = (title,)
            places = contact_places(tab) if title == CONTACTS else tuple(tab.columns((CUSTOMER_ID,)).values())
            if places:
                columns.append(_column(tab, places, 2, tab.row_count))
        return columns

    def _training_column(self, tab: Tab, headers: Snapshot) -> CustomerColumn:
        """Return the customers' column of `Training_Data`; from here on capitals count as they do there."""
        options = options_of(headers) if SETTINGS in headers.tabs else Options()
        head, recognised = read_columns(self.sheet.calls.client, self.sheet.id, options.columns)
        customers = recognised.roles[Role.CUSTOMER_ID]
        is_email = "@" in self._customer_id
        if is_email and Role.EMAIL in recognised.roles:  # a guest, who has no other id
            customers = recognised.roles[Role.EMAIL]
        self._folds = folds_case(customers.header) or is_email
        self._key = id_key(self._customer_id, folds_case=self._folds)
        return _column(tab, (customers.index,), recognised.header_row + 1, head.row_count)

    def _wrong(self, tabs: Sequence[CustomerRows], title: str) -> list[list[int]]:
        """Return which of the rows that were deleted were not the customer's, tab by tab, as the copy shows."""
        ranges, first = [], 1
        for tab in tabs:
            last = first + len(tab.rows) - 1
            ranges += [column_range(title, column, first, last) for column in tab.where.columns]
            first += len(tab.rows)
        try:
            parts = self._cells(ranges)
        except ApiFailure as failure:
            if failure.unknown_tab is None:
                raise
            return [[] for _ in tabs]  # another instance of the service has cleared it away
        wrong, left = [], iter(parts)
        for tab in tabs:
            theirs = set(self._theirs([next(left) for _ in tab.where.columns], tab.where))
            wrong.append([row for i, row in enumerate(tab.rows) if i not in theirs])
        return wrong

    def _theirs(self, parts: Sequence[Sequence[Cell]], where: CustomerColumn) -> list[int]:
        """Return the places in columns, from 0, where the customer is named in one of them."""
        keys = where.keys or {self._key}
        named = (
            (i, id_key(cell, folds_case=self._folds))
            for cells in parts
            for i, cell in enumerate(cells)
            if cell
        )
        return sorted({i for i, key in named if key in keys})

    def _is_them(self, cell: Cell) -> bool:
        return id_key(cell, folds_case=self._folds) == self._key

    def _cells(self, ranges: Sequence[str]) -> list[Sequence[Cell]]:
        """Return the cells of ranges of one column each."""
        return [part[0] if part else [] for part in self.sheet.columns(ranges)]


def _column(tab: Tab, columns: tuple[int, ...], first_row: int, row_count: int) -> CustomerColumn:
    return CustomerColumn(tab.title, tab.sheet_id, columns, first_row, row_count, tab.column_count)
