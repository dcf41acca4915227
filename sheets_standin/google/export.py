"""Spreadsheets as files: csv and tsv of the first tab, xlsx of all."""

from __future__ import annotations

import csv
import io

from sheets_standin.google.xlsx import XLSX, workbook
from sheets_standin.spreadsheet.document import Document
from sheets_standin.spreadsheet.formats import displayed

_DELIMITERS = {"text/csv": ",", "text/tab-separated-values": "\t"}
KINDS = (*_DELIMITERS, XLSX)
"""The types of files that a spreadsheet can be exported as."""


def exported(document: Document, kind: str) -> bytes:
    """Return a spreadsheet as a file of one of `KINDS`."""
    return workbook(document) if kind == XLSX else _delimited(document, _DELIMITERS[kind]).encode()


def _delimited(document: Document, delimiter: str) -> str:
    """Return the first tab as it is displayed."""
    grid, out = document.sheets[0].grid, io.StringIO()
    rows = [[displayed(cell, document.locale) for cell in row] for row in grid.rows(0, grid.row_count)]
    width = max(map(len, rows), default=0)
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([*row, *[""] * (width - len(row))] for row in rows)
    return out.getvalue().removesuffix("\r\n")
