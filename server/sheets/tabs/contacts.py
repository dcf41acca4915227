"""Reading of contacts: the tab `Contacts`, and columns beside the transactions.

They are read when an audience is made, or looked at before it is made; nothing keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from server.core.audiences.contact_columns import ContactColumns, Field, contact_columns
from server.core.audiences.contacts import Contacts
from server.core.cells import Cell
from server.core.options import Options
from server.core.transactions.columns import Columns, Role
from server.errors import ChangedError, NoTransactionsError
from server.layout.audience_tabs import CONTACTS
from server.layout.segment_tabs import TRAINING_DATA
from server.sheets.api.a1 import column_range
from server.sheets.api.client import SheetsClient, decoded_column
from server.sheets.api.failures import ApiFailure, explained
from server.sheets.api.retry import patient, retried
from server.sheets.commit.snapshot import Snapshot, Tab
from server.sheets.tabs.training_data import Head, read_blocks, read_columns
from server.texts import to_say

BLOCK_CELLS = 1_500_000
"""Cells of `Contacts` that are read at once."""
_TELLING = (Field.EMAIL, Field.PHONE, Field.AD_CONSENT, Field.EMAIL_CONSENT, Field.SUPPRESS)
"""Without any of these, columns beside the transactions are no contacts."""


@dataclass(frozen=True, slots=True)
class ReadContacts:
    """Contacts as read from the spreadsheet.

    Attributes
    ----------
    sources
        Titles of the tabs that have contact columns.
    """

    contacts: Contacts
    sources: tuple[str, ...]


def read_contacts(
    client: SheetsClient,
    spreadsheet_id: str,
    seen: Snapshot,
    customer_ids: Iterable[str],
    options: Options,
) -> ReadContacts:
    """Return the contacts of some customers.

    Parameters
    ----------
    seen
        The first rows of `Contacts` and `Training_Data`, of those that are there.
    customer_ids
        As `Segmented_Customers` has them.

    Raises
    ------
    TrainingDataError
        If the columns of `Training_Data` cannot be told.
    ChangedError
        If rows moved while they were read.
    """
    contacts = Contacts(customer_ids)
    sources = []
    try:
        if TRAINING_DATA in seen.tabs and _read_beside(
            client, spreadsheet_id, seen.tab(TRAINING_DATA), contacts, options
        ):
            sources.append(TRAINING_DATA)
        if CONTACTS in seen.tabs and _read_tab(client, spreadsheet_id, seen.tab(CONTACTS), contacts):
            sources.append(CONTACTS)
    except ApiFailure as failure:
        raise explained(failure) from failure
    return ReadContacts(contacts, tuple(sources))


def _read_tab(client: SheetsClient, spreadsheet_id: str, tab: Tab, contacts: Contacts) -> bool:
    """Read the tab `Contacts`, all columns of some rows at once."""
    columns = contact_columns(tab.header)
    places = columns.needed
    if not places or tab.row_count < 2:
        return bool(places)
    rows = max(1, BLOCK_CELLS // len(places))
    starts = range(2, tab.row_count + 1, rows)
    first_column = _column(client, spreadsheet_id, tab, places[0]) if len(starts) > 1 else []
    for start in starts:
        last = min(start + rows - 1, tab.row_count)
        ranges = [column_range(CONTACTS, place, start, last) for place in places]
        parts = retried(lambda: client.undecoded_columns(spreadsheet_id, ranges), patient())  # noqa: B023
        cells = {place: decoded_column(part) for place, part in zip(places, parts, strict=True)}
        del parts
        if first_column and list(cells[places[0]]) != _until_filled(first_column[start - 2 : last - 1]):
            raise ChangedError(
                to_say("Contacts is being edited: rows moved while it was read."),
                hint=to_say("Wait until nobody types into Contacts, then do it again. Nothing was changed."),
            )
        contacts.add(CONTACTS, start, columns, cells)
    return True


def _column(client: SheetsClient, spreadsheet_id: str, tab: Tab, place: int) -> list[Cell]:
    ranges = [column_range(tab.title, place, 2, tab.row_count)]
    [part] = retried(lambda: client.undecoded_columns(spreadsheet_id, ranges), patient())
    return list(decoded_column(part))


def _until_filled(cells: Sequence[Cell]) -> list[Cell]:
    """Return cells up to the last filled one, as Google gives a range."""
    last = max((at for at, cell in enumerate(cells) if cell not in ("", None)), default=-1)
    return list(cells[: last + 1])


@dataclass(frozen=True, slots=True)
class _Beside:
    """Contact columns of `Training_Data`, as `read_blocks` takes them."""

    header_row: int
    needed: Sequence[tuple[Any, int]]


def _read_beside(
    client: SheetsClient, spreadsheet_id: str, tab: Tab, contacts: Contacts, options: Options
) -> bool:
    """Read contact columns beside the transactions, in a second pass over the rows: the first tells their dates."""
    try:
        head, recognised = read_columns(client, spreadsheet_id, options.columns, Head.of(tab))
    except NoTransactionsError:
        return False
    columns = _columns_beside(head, recognised)
    if columns is None:
        return False
    needed: list[tuple[Any, int]] = [(place, place) for place in columns.needed]
    dated = recognised.roles.get(Role.ORDER_DATE)
    ages, marks = _ages(client, spreadsheet_id, recognised, head, options) if dated else ([], [])
    if dated:
        needed.append((Role.ORDER_DATE, dated.index))
    expected = iter(marks)

    def take(first_row: int, block: Any) -> None:
        if dated and hash(tuple(block[Role.ORDER_DATE])) != next(expected, None):
            raise ChangedError(
                to_say("Training_Data is being edited: rows moved while it was read."),
                hint=to_say(
                    "Wait until nobody types into Training_Data, then do it again. Nothing was changed."
                ),
            )
        cells = {place: block[place] for place in columns.needed}
        at, length = first_row - recognised.header_row - 1, max(map(len, cells.values()))
        of_block = ages[at : at + length] if dated else [0.0] * length
        contacts.add(TRAINING_DATA, first_row, columns, cells, of_block)

    read_blocks(
        client, spreadsheet_id, _Beside(recognised.header_row, needed), head, take, block_rows=_BLOCK_ROWS
    )
    return True


_BLOCK_ROWS = 100_000
"""Rows of both passes, so that their blocks can be compared."""


def _columns_beside(head: Head, recognised: Columns) -> ContactColumns | None:
    """Return the contact columns of `Training_Data`, None where it has none; customers are known by its own column."""
    contact_places = contact_columns(head.rows[recognised.header_row - 1])
    if not any(contact_places.has(word) for word in _TELLING):
        return None
    ids = [recognised.roles[Role.CUSTOMER_ID].index]
    ids += [recognised.roles[Role.EMAIL].index] if Role.EMAIL in recognised.roles else []
    places: dict[Field, tuple[int, ...]] = {Field.CUSTOMER_ID: tuple(ids)}
    places |= {
        place: at
        for place, at in contact_places.places.items()
        if place not in (Field.CUSTOMER_ID, Field.OTHER_ID)
    }
    return replace(contact_places, places=places)


def _ages(
    client: SheetsClient, spreadsheet_id: str, recognised: Columns, head: Head, options: Options
) -> tuple[list[float], list[int]]:
    """Return the day of each row, and a mark of each block by which a moved row is seen."""
    from server.core.transactions.dates import NO_DATE, DateReader

    reader = DateReader(options.day_first)
    marks: list[int] = []

    def take(_first_row: int, block: Any) -> None:
        cells = list(block[Role.ORDER_DATE])
        marks.append(hash(tuple(cells)))
        reader.add(cells + [""] * (_BLOCK_ROWS - len(cells)))

    dates = _Beside(recognised.header_row, [(Role.ORDER_DATE, recognised.roles[Role.ORDER_DATE].index)])
    read_blocks(client, spreadsheet_id, dates, head, take, block_rows=_BLOCK_ROWS)
    days = reader.finish().days
    return [float("-inf") if day == NO_DATE else float(day) for day in days], marks
