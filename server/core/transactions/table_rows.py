"""Rows that are no orders: totals, and headers in the middle of the data."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from server.core.transactions.arrays import RawRows
from server.core.transactions.headers import Role, plain
from server.core.transactions.id_codes import NO_CODE
from server.core.transactions.spellings import SPELLINGS, TOTAL_WORDS
from server.core.transactions.table_columns import Columns
from server.errors import TrainingDataError
from server.texts import to_say

Mask = NDArray[np.bool_]

_HEADERS = {spelling: role for role in reversed(Role) for spelling in SPELLINGS[role]}


_MAY_BE_TOTAL = re.compile(r"[^\W\d]{2}[^\d@]*:?$|[^\W\d]{2,} \d{4}:?$|[^@]* [^\W\d]{2,}:?$")
"""Most ids are codes: what holds a digit, and ends neither in a word nor in a year, is no word of totals."""
_DIGIT = re.compile(r"\d")


def is_total(text: str) -> bool:
    """Whether a text in the place of a customer, or a date, says that the row is one of totals.

    >>> [is_total(text) for text in ("Subtotal", "Grand Total:", "Zwischensumme", "Sous-total", "TOTAL GENERAL")]
    [True, True, True, True, True]
    >>> [is_total(text) for text in ("Total 2024", "Summe Januar", "Total Fitness GmbH", "Summer", "C0029")]
    [True, True, False, False, False]
    """
    if plain(text) in TOTAL_WORDS:
        return True
    first, _, rest = text.strip().rstrip(":").partition(" ")
    return plain(first) in TOTAL_WORDS and bool(rest) and (plain(rest).isdigit() or plain(rest) in _MONTHS)


def group_of_total(text: str) -> str:
    """Return whose total a text names, as spreadsheets write below a group: "C0029 Total"; "" where none.

    >>> group_of_total("C0029 Total"), group_of_total("C0029 Ergebnis"), group_of_total("Total"), group_of_total("A B")
    ('C0029', 'C0029', '', '')
    """
    group, _, last = text.strip().rstrip(":").rpartition(" ")
    return group if group and plain(last) in TOTAL_WORDS else ""


_MONTHS = frozenset(
    """
    january february march april may june july august september october november december jan feb mar apr jun jul aug
    sep sept oct nov dec januar februar marz mai juni juli oktober dezember janvier fevrier mars avril juin juillet aout
    septembre octobre novembre decembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre
    diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre janeiro fevereiro marco maio junho
    julho setembro outubro dezembro januari februari maart mei augustus styczen luty marzec kwiecien maj czerwiec
    lipiec sierpien wrzesien pazdziernik listopad grudzien q1 q2 q3 q4
    """.split()
)


def totals(raw: RawRows, no_date: Mask) -> Mask:
    """Return the rows of totals: named so, with or without a date, or the last row without customer and date."""
    ids = raw.customer_ids
    is_of_totals = _named(ids)[raw.customer] | (raw.total_dates & no_date)
    if raw.order is not None:
        is_of_totals |= _named(raw.order_ids)[raw.order] & (no_date | (raw.customer == NO_CODE))
    if len(raw) > 1 and raw.customer[-1] == NO_CODE and no_date[-1]:
        is_of_totals[-1] = True
    return np.asarray(is_of_totals)


def _named(ids: Sequence[str]) -> Mask:
    """Return by code which ids are words of totals; the last element is for rows without an id."""
    named = np.zeros(len(ids) + 1, dtype=bool)
    groups: dict[int, str] = {}
    for i, text in enumerate(ids):
        if _MAY_BE_TOTAL.match(text):
            named[i] = is_total(text)
            group = group_of_total(text)
            if group:
                groups[i] = group
    there = set(ids) if groups else set()
    for i, group in groups.items():
        named[i] |= group in there
    return named


def headers(raw: RawRows, columns: Columns, no_date: Mask, no_amount: Mask) -> Mask:
    """Return the rows that repeat the headers; refuse headers of a table with other columns.

    Raises
    ------
    TrainingDataError
        If another table with other columns begins in the middle.
    """
    own = plain(columns.roles[Role.CUSTOMER_ID].header)
    again, others = (
        np.zeros(len(raw.customer_ids) + 1, dtype=bool),
        np.zeros(len(raw.customer_ids) + 1, dtype=bool),
    )
    bare, has_digits = no_date & no_amount, bool(_DIGIT.search(own))
    if not bare.any():
        return bare
    for i, text in enumerate(raw.customer_ids):
        if len(text) < 60 and (has_digits or not _DIGIT.search(text)):
            name = plain(text)
            again[i] = name == own
            others[i] = name != own and _HEADERS.get(name, Role.CUSTOMER_ID) is not Role.CUSTOMER_ID
    strange = others[raw.customer] & bare
    if strange.any():
        row = int(raw.rows[np.argmax(strange)])
        raise TrainingDataError(
            to_say(
                "In row {row} of Training_Data begins another table, with other headers than those in"
                " row {header_row}.",
                row=row,
                header_row=columns.header_row,
            ),
            hint=to_say(
                "Put its columns into the same order as above and delete the row of headers, or "
                "remove that table."
            ),
        )
    return np.asarray(again[raw.customer] & bare)


def total_dates(cells: Sequence[object]) -> Mask:
    """Return in which cells of a column of dates a word of totals stands."""
    mask = np.zeros(len(cells), dtype=bool)
    for i, cell in enumerate(cells):
        if isinstance(cell, str) and cell[:1].isalpha() and is_total(cell):
            mask[i] = True
    return mask
