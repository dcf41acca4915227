"""Loads transactions into `Training_Data`, as if a marketer had pasted them.

A value becomes a number or a date only when its text would come back unchanged: ``00123`` and ``13085.0``
stay text.
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Self

from server.core.cells import Cell as FileCell
from server.files import FileError, open_rows, serial_of
from sheets_standin.spreadsheet.cells import Cell, Content
from sheets_standin.spreadsheet.document import Document, Sheet
from sheets_standin.spreadsheet.entry import entered
from sheets_standin.spreadsheet.grid import Grid

_INTEGER = re.compile(r"-?(0|[1-9]\d{0,14})")
_DECIMAL = re.compile(r"-?(0|[1-9]\d{0,11})\.\d{0,12}[1-9]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}:\d{2})?")
_LONGEST_CACHE = 200_000


class LoadError(ValueError):
    """The file cannot be loaded."""


class _Dated(float):
    """A serial number that stood in a workbook as a date."""

    @classmethod
    def of(cls, moment: dt.datetime) -> Self:
        """Return the serial number of a date."""
        return cls(serial_of(moment))


def typed(text: FileCell) -> Content:
    """Return a value's cell; what a workbook has as a number or date stays one.

    >>> typed("00123"), typed("13085.0"), typed("6.95"), typed("-12"), typed("x"), typed("")
    ('00123', '13085.0', 6.95, -12, 'x', None)
    """
    if isinstance(text, _Dated):
        form = {"type": "DATE", "pattern": "yyyy-mm-dd"}
        if not text.is_integer():
            form = {"type": "DATE_TIME", "pattern": "yyyy-mm-dd hh:mm:ss"}
        return Cell(float(text), format={"numberFormat": form})
    if not isinstance(text, str):
        return text
    if not text:
        return None
    if _INTEGER.fullmatch(text) and text != "-0":
        return int(text)
    if _DECIMAL.fullmatch(text) and repr(float(text)) == text:
        return float(text)
    if _DATE.fullmatch(text):
        cell = entered(text.replace("T", " "))
        if isinstance(cell, Cell):
            form = {"type": "DATE_TIME", "pattern": "yyyy-mm-dd hh:mm:ss"}
            return Cell(cell.value, format={"numberFormat": form}) if ":" in text else cell
    return text


def read_rows(path: Path) -> Iterator[Sequence[FileCell]]:
    """Yield the rows of a csv or workbook as the command line reads it, or of CDNOW's blank-separated file."""
    if path.name == "CDNOW_master.txt" or path.name == "CDNOW_sample.txt":
        yield ["customer_id", "date", "quantity", "amount"]
        with path.open(encoding="utf-8") as file:
            for line in file:
                parts = line.split()
                if len(parts) >= 4 and parts[0].isdigit():
                    day = parts[-3]
                    yield [parts[0], f"{day[:4]}-{day[4:6]}-{day[6:]}", parts[-2], f"{float(parts[-1])!r}"]
        return
    with open_rows(path, _Dated.of) as rows:
        yield from rows


def cdnow() -> Path:
    """Return the file of CDNOW's customers in the package Lifetimes, which is installed for it alone.

    Raises
    ------
    LoadError
        If the package is not installed.
    """
    try:
        files = importlib.metadata.files("Lifetimes") or []
    except importlib.metadata.PackageNotFoundError:
        raise LoadError(
            "The demo's data are not installed: pip install --no-deps Lifetimes==0.11.3 (or name --data FILE)."
        ) from None
    for file in files:
        if file.name == "CDNOW_master.txt":
            return Path(str(file.locate()))
    raise LoadError("The package Lifetimes holds no CDNOW_master.txt; name a file with --data FILE.")


def load(document: Document, path: Path | None, actor: str) -> int:
    """Make the tab `Training_Data` of a file; return the number of rows below the header.

    Raises
    ------
    LoadError
        If the file is not there, cannot be read, or holds no row below a header.
    """
    path = path or cdnow()
    if not path.is_file():
        raise LoadError(f"There is no file {path}.")
    try:
        rows = read_rows(path)
        first: list[Sequence[FileCell]] = []
        while sum(map(_is_filled, first)) < 2 and (row := next(rows, None)) is not None:
            first.append(row)
        if sum(map(_is_filled, first)) < 2:
            raise LoadError(f"{path.name} holds no rows below a header.")
        return load_rows(document, itertools.chain(first, rows), actor)
    except FileError as error:
        raise LoadError(f"{error.detail} {error.hint}".replace(str(path), path.name)) from error


def _is_filled(row: Sequence[FileCell]) -> bool:
    return any(str(cell).strip() for cell in row)


def load_rows(document: Document, rows: Iterable[Sequence[FileCell]], actor: str) -> int:
    """Make the tab `Training_Data` of rows, the header first; the tab is as large as they need."""
    cache: dict[str, Content] = {}

    def cell(text: FileCell) -> Content:
        if not isinstance(text, str):
            return typed(text)
        content = cache.get(text)
        if content is None and text:
            content = typed(text)
            if len(cache) < _LONGEST_CACHE:
                cache[text] = content
        return content

    contents = [tuple(map(cell, row)) for row in rows]
    width = max(map(len, contents), default=0)
    grid = Grid(row_count=max(1, len(contents)), column_count=max(1, width))
    grid.extend(contents)
    with document.changing(actor, "import"):
        for sheet in [sheet for sheet in document.sheets if sheet.title == "Training_Data"]:
            document.sheets.remove(sheet)
        document.sheets.insert(0, Sheet(document.new_sheet_id(), "Training_Data", grid))
        document.noted("import", f"Training_Data: {len(contents)} rows")
    return max(0, len(contents) - 1)
