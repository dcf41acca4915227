"""Traces of a customer in contacts and audiences, for erasing the customer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.core.audiences.contact_columns import Field, contact_columns
from server.core.audiences.targets import TARGETS
from server.core.cells import Cell
from server.core.transactions.customer_ids import id_key
from server.core.wording import Wording
from server.layout.audience_tabs import AUDIENCE_LOG
from server.sheets.api.a1 import column_range, quoted
from server.sheets.commit.snapshot import Snapshot, Tab
from server.sheets.commit.spreadsheet import Spreadsheet
from server.sheets.tabs.audience_tabs import (
    LOG_READ,
    AudienceMark,
    LogLine,
    identifying_places,
    is_staged_audience,
    log_lines,
    marked_tabs,
)
from server.sheets.tabs.customer_rows import CustomerColumn

__all__ = ["Given", "Traces", "audience_traces", "contact_places", "has_ids", "is_staged_audience"]

Given = dict[AudienceMark, set[str]]
"""The addresses of a customer that an audience was given."""


@dataclass(frozen=True, slots=True)
class Traces:
    """Rows of a customer in contacts and audiences.

    Attributes
    ----------
    columns
        Of the tabs of audiences, with the addresses that these were given.
    sent_to
        Audiences that the customer was given to, with where they go.
    """

    columns: Sequence[CustomerColumn] = ()
    sent_to: Sequence[str] = ()


def contact_places(tab: Tab) -> tuple[int, ...]:
    """Return the columns of `Contacts` that may name a customer."""
    columns = contact_columns(tab.header).places
    return tuple(
        place
        for field in (Field.CUSTOMER_ID, Field.EMAIL, Field.OTHER_ID)
        for place in columns.get(field, ())
    )


def has_ids(tab: Tab) -> bool:
    """Whether `Contacts` has a column of ids, so that its rows can be told by them."""
    return not {Field.CUSTOMER_ID, Field.OTHER_ID}.isdisjoint(contact_columns(tab.header).places)


def audience_traces(
    sheet: Spreadsheet,
    overview: Snapshot,
    is_them: Callable[[Cell], bool],
    given: Given,
    *,
    folds_case: bool,
) -> Traces:
    """Return the audiences that a customer was given to, by their log.

    Parameters
    ----------
    is_them
        Whether an id is the customer's.
    given
        What an earlier look has found, and the lines that it erased do not tell any more; this one adds to it.
    folds_case
        Whether capitals make no difference in addresses.
    """
    for line in _log(sheet) if AUDIENCE_LOG in overview.tabs else ():
        if is_them(line.sent.customer_id):
            address = id_key(line.sent.email or line.sent.phone, folds_case=folds_case)
            given.setdefault(AudienceMark(line.audience, line.target), set()).add(address)
    tabs = [(tab, mark) for tab, mark in marked_tabs(overview) if mark in given]
    headers = sheet.read([f"{quoted(tab.title)}!1:1" for tab, _ in tabs]) if tabs else overview
    columns = [
        CustomerColumn(
            tab.title,
            tab.sheet_id,
            identifying_places(headers.tab(tab.title).header, mark.target),
            2,
            tab.row_count,
            tab.column_count,
            frozenset(given[mark]),
        )
        for tab, mark in tabs
    ]
    return Traces(columns, [_audience_label(mark, Wording(overview.locale)) for mark in given])


def _log(sheet: Spreadsheet) -> list[LogLine]:
    log = sheet.read([f"{quoted(AUDIENCE_LOG)}!1:1"]).tab(AUDIENCE_LOG)
    places = log.columns(LOG_READ)
    if log.row_count < 2:
        return []
    parts = sheet.columns([column_range(AUDIENCE_LOG, at, 2, log.row_count) for at in places.values()])
    return list(
        log_lines({header: part[0] if part else [] for header, part in zip(places, parts, strict=True)})
    )


def _audience_label(mark: AudienceMark, wording: Wording) -> str:
    target = TARGETS.get(mark.target)
    return f"{mark.name}, {wording.say(target.name) if target is not None else mark.target}"
