"""Forgetting one customer: every row of theirs is taken out of every tab of the add-on, in one commit.

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
from dataclasses import dataclass

from server.core.cells import Cell
from server.core.customer_ids import folds_case, id_key
from server.core.inputs import LONGEST_ID
from server.core.options import parse_options
from server.core.wording import ENGLISH, Wording
from server.errors import BusyError, ChangedError, InputError, NoTransactionsError
from server.layout import (
    CUSTOMER_ID,
    NEW_USER,
    PREDICTION_LOG,
    RFM,
    SEGMENTED_CUSTOMERS,
    SETTINGS,
    STAGING_PREFIX,
    TRAINING_DATA,
)
from server.sheets.a1 import column_range, quoted, spans
from server.sheets.cells import Json, grid_range, insert_rows
from server.sheets.commit import Batch, Committer
from server.sheets.failures import ApiFailure, explained
from server.sheets.pace import Pace, retried
from server.sheets.pages import BLOCK_ROWS, read_columns
from server.sheets.snapshot import Snapshot, Tab

SECONDS = 40.0
"""Time for all of it: the caller gets an answer within a minute, also from the largest sheet."""
ROUNDS = 3
"""How often it is tried where people move rows at the same moment."""
SERVICE_TABS = (NEW_USER, SEGMENTED_CUSTOMERS, RFM, PREDICTION_LOG)
FORGET_PREFIX = f"{STAGING_PREFIX}forget "


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Rows of one customer by tab: erased, or only found where it was not confirmed."""

    customer_id: str
    is_erased: bool
    rows: Mapping[str, int]
    wording: Wording = ENGLISH

    @property
    def message(self) -> str:
        """The result as a sentence."""
        told = ", ".join(f"{self.wording.number(count)} in {title}" for title, count in self.rows.items())
        if not told:
            return "No row of this customer was found in any tab of the add-on."
        return f"Rows {'erased' if self.is_erased else 'found'}: {told}."


@dataclass(frozen=True, slots=True)
class _Column:
    """The column of customers in one tab; rows count from 1, columns from 0."""

    title: str
    sheet_id: int
    column: int
    first_row: int
    row_count: int
    column_count: int


@dataclass(frozen=True, slots=True)
class _Found:
    """A tab's rows of the customer."""

    where: _Column
    rows: Sequence[int]


class Forgetting:
    """The use case.

    Parameters
    ----------
    committer
        Reads and writes spreadsheets.
    pace
        Returns how long it may try in all.
    """

    def __init__(
        self, committer: Committer, pace: Callable[[], Pace] = lambda: Pace(seconds=SECONDS)
    ) -> None:
        self._committer = committer
        self._pace = pace

    def forget(self, spreadsheet_id: str, customer_id: str, *, confirmed: bool) -> Forgotten:
        """Erase a customer, or without confirmation tell what would be erased.

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
                f"“{customer_id[:40]}” is no customer id.",
                hint="Enter the id as it stands in the customers' column of Training_Data.",
            )
        call = _Call(self._committer, spreadsheet_id, customer_id, self._pace())
        try:
            with self._committer.alone(spreadsheet_id, max(0.0, call.pace.left)):
                return call.erase() if confirmed else call.look()
        except ApiFailure as failure:
            raise explained(failure) from failure


class _Call:
    """One request, with the time for all of it."""

    def __init__(self, committer: Committer, spreadsheet_id: str, customer_id: str, pace: Pace) -> None:
        self.pace = pace
        self._committer = committer
        self._spreadsheet_id = spreadsheet_id
        self._customer_id = customer_id
        self._key = ""
        self._folds = False
        self._wording = ENGLISH

    def look(self) -> Forgotten:
        found = self._find(self._committer.read(self._spreadsheet_id, [], pace=self.pace))
        return self._told(Counter({each.where.title: len(each.rows) for each in found}), is_erased=False)

    def erase(self) -> Forgotten:
        erased: Counter[str] = Counter()
        for _ in range(ROUNDS):
            rows, is_right = self._erase_once()
            erased += rows
            if is_right:
                return self._told(erased, is_erased=True)
        raise ChangedError(
            "Rows were moved each time while the customer was being erased.",
            hint="Rows of others are back in their place. Wait until nobody sorts or inserts rows, then do it again.",
        )

    def _told(self, rows: Counter[str], *, is_erased: bool) -> Forgotten:
        order = (TRAINING_DATA, *SERVICE_TABS)
        by_tab = {title: rows[title] for title in order if rows[title]}
        return Forgotten(self._customer_id, is_erased, by_tab, self._wording)

    def _erase_once(self) -> tuple[Counter[str], bool]:
        """Return the rows that were erased by tab, and whether all that was deleted was the customer's."""
        copy_id = 1 + secrets.randbelow(2**31 - 2)
        title = FORGET_PREFIX + secrets.token_hex(4)
        found: list[_Found] = []

        def plan(overview: Snapshot) -> Batch | None:
            found[:] = self._find(overview)
            if self.pace.left <= 0:
                raise BusyError(
                    "Looking for the customer took too long; nothing was erased.",
                    hint="Do it again when fewer people work in the spreadsheet.",
                    retry_after_seconds=30,
                )
            left_behind = [tab for tab in overview.tabs.values() if tab.title.startswith(FORGET_PREFIX)]
            requests = [_delete_sheet(tab.sheet_id) for tab in left_behind]
            if found:
                requests += _erasing(found, copy_id, title)
            return Batch(requests, raises_base=bool(found)) if requests else None

        self._transact(plan)
        if not found:
            return Counter(), True
        wrong = self._wrong(found, title)

        def clear(overview: Snapshot) -> Batch | None:
            if all(tab.sheet_id != copy_id for tab in overview.tabs.values()):
                return None  # another instance of the service has cleared it away
            return Batch([*_restoring(found, wrong, copy_id), _delete_sheet(copy_id)])

        self._transact(clear)
        rows = Counter(
            {each.where.title: len(each.rows) - len(bad) for each, bad in zip(found, wrong, strict=True)}
        )
        return rows, not any(wrong)

    def _find(self, overview: Snapshot) -> list[_Found]:
        """Return the rows of the customer as they are now, tab by tab."""
        self._wording = Wording(overview.locale)
        columns = self._columns(overview)
        found = []
        for where in columns:
            rows = []
            for first in range(where.first_row, where.row_count + 1, BLOCK_ROWS):
                last = min(first + BLOCK_ROWS - 1, where.row_count)
                cells = self._cells([column_range(where.title, where.column, first, last)])[0]
                rows += [first + i for i, cell in enumerate(cells) if self._is_them(cell)]
            if rows:
                found.append(_Found(where, rows))
        return found

    def _columns(self, overview: Snapshot) -> list[_Column]:
        """Return the customers' columns of the tabs that are there; capitals count as in `Training_Data`."""
        titles = [title for title in SERVICE_TABS if title in overview.tabs]
        ranges = [f"{quoted(title)}!1:1" for title in titles]
        ranges += [f"{quoted(SETTINGS)}!1:100"] if SETTINGS in overview.tabs else []
        headers = self._committer.read(self._spreadsheet_id, ranges, pace=self.pace) if ranges else overview
        self._key, self._folds = id_key(self._customer_id), False
        columns = []
        if TRAINING_DATA in overview.tabs:
            settings = headers.tabs.get(SETTINGS)
            rows = [settings.values(row) for row in sorted(settings.rows)] if settings else []
            try:
                head, recognised = read_columns(
                    self._committer.client, self._spreadsheet_id, parse_options(rows, self._wording).columns
                )
                customers = next(each for role, each in recognised.roles.items() if role == "customer_id")
                self._folds = folds_case(customers.header)
                self._key = id_key(self._customer_id, folds_case=self._folds)
                tab = overview.tab(TRAINING_DATA)
                columns.append(_column(tab, customers.index, recognised.header_row + 1, head.row_count))
            except NoTransactionsError:
                pass  # an empty tab holds nobody
        for title in titles:
            tab = headers.tab(title)
            columns.append(_column(tab, tab.columns((CUSTOMER_ID,))[CUSTOMER_ID], 2, tab.row_count))
        return columns

    def _wrong(self, found: Sequence[_Found], title: str) -> list[list[int]]:
        """Return which of the rows that were deleted were not the customer's, tab by tab, as the copy shows."""
        ranges, first = [], 1
        for each in found:
            ranges.append(column_range(title, each.where.column, first, first + len(each.rows) - 1))
            first += len(each.rows)
        try:
            parts = self._cells(ranges)
        except ApiFailure as failure:
            if failure.unknown_tab is None:
                raise
            return [[] for _ in found]  # another instance of the service has cleared it away
        return [
            [row for i, row in enumerate(each.rows) if not self._is_them(cells[i] if i < len(cells) else "")]
            for each, cells in zip(found, parts, strict=True)
        ]

    def _is_them(self, cell: Cell) -> bool:
        return id_key(cell, folds_case=self._folds) == self._key

    def _cells(self, ranges: Sequence[str]) -> list[Sequence[Cell]]:
        """Return the cells of ranges of one column each."""
        client = self._committer.client
        parts = retried(
            lambda: client.columns(self._spreadsheet_id, ranges, seconds=self.pace.left), self.pace
        )
        return [part[0] if part else [] for part in parts]

    def _transact(self, plan: Callable[[Snapshot], Batch | None]) -> None:
        self._committer.transact(self._spreadsheet_id, [], plan, pace=self.pace)


def _column(tab: Tab, column: int, first_row: int, row_count: int) -> _Column:
    return _Column(tab.title, tab.sheet_id, column, first_row, row_count, tab.column_count)


def _erasing(found: Sequence[_Found], copy_id: int, title: str) -> list[Json]:
    """Return the requests that copy the rows to a new hidden tab, one below the other, and delete them."""
    count = sum(len(each.rows) for each in found)
    width = max(each.where.column_count for each in found)
    grid = {"rowCount": count, "columnCount": width}
    properties = {"sheetId": copy_id, "title": title, "hidden": True, "gridProperties": grid}
    requests: list[Json] = [{"addSheet": {"properties": properties}}]
    at = 1
    for each in found:
        for first, last in spans(each.rows):
            there = at + last - first
            requests.append(_copy(each.where, first, last, copy_id, at, there))
            at = there + 1
    for each in found:
        sheet_id = each.where.sheet_id
        if (
            len(each.rows) >= each.where.row_count - 1
        ):  # Google keeps no tab without a row below the frozen ones
            requests.append({"appendDimension": {"sheetId": sheet_id, "dimension": "ROWS", "length": 1}})
        requests += [_delete_rows(sheet_id, first, last) for first, last in reversed(spans(each.rows))]
    return requests


def _restoring(found: Sequence[_Found], wrong: Sequence[Sequence[int]], copy_id: int) -> list[Json]:
    """Return the requests that put rows of others back from the copy, near to where they stood."""
    requests: list[Json] = []
    start = 1
    for each, rows in zip(found, wrong, strict=True):
        for row in rows:
            copied = start + each.rows.index(row)
            gone = sum(other < row for other in each.rows) - sum(other < row for other in rows)
            where = each.where
            requests.append(insert_rows(where.sheet_id, row - gone, 1))
            target = grid_range(where.sheet_id, row - gone, row - gone, 0, where.column_count - 1)
            source = grid_range(copy_id, copied, copied, 0, where.column_count - 1)
            requests.append(_paste(source, target))
        start += len(each.rows)
    return requests


def _copy(where: _Column, first: int, last: int, copy_id: int, to_first: int, to_last: int) -> Json:
    right = where.column_count - 1
    source = grid_range(where.sheet_id, first, last, 0, right)
    return _paste(source, grid_range(copy_id, to_first, to_last, 0, right))


def _paste(source: Json, destination: Json) -> Json:
    return {"copyPaste": {"source": source, "destination": destination, "pasteType": "PASTE_NORMAL"}}


def _delete_rows(sheet_id: int, first: int, last: int) -> Json:
    place = {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": first - 1, "endIndex": last}
    return {"deleteDimension": {"range": place}}


def _delete_sheet(sheet_id: int) -> Json:
    return {"deleteSheet": {"sheetId": sheet_id}}
