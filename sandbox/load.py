"""Load transactions into `Training_Data`, as if a marketer had pasted them.

A value becomes a number or a date only when its text would come back unchanged: ``00123`` and ``13085.0``
stay text.
"""

from __future__ import annotations

import csv
import gzip
import importlib.metadata
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from sandbox.spreadsheet.cells import Cell, Content
from sandbox.spreadsheet.document import Document, Sheet
from sandbox.spreadsheet.entry import entered
from sandbox.spreadsheet.grid import Grid

_INTEGER = re.compile(r"-?(0|[1-9]\d{0,14})")
_DECIMAL = re.compile(r"-?(0|[1-9]\d{0,11})\.\d{0,12}[1-9]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}:\d{2})?")
_LONGEST_CACHE = 200_000


class LoadError(ValueError):
    """The file cannot be loaded."""


def typed(text: str) -> Content:
    """Return a value's cell.

    >>> typed("00123"), typed("13085.0"), typed("6.95"), typed("-12"), typed("x"), typed("")
    ('00123', '13085.0', 6.95, -12, 'x', None)
    """
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


def read_rows(path: Path) -> Iterator[list[str]]:
    """Yield the rows of a csv, a gzipped csv, or CDNOW's blank-separated file, the header first."""
    if path.name == "CDNOW_master.txt" or path.name == "CDNOW_sample.txt":
        yield ["customer_id", "date", "quantity", "amount"]
        with path.open(encoding="utf-8") as file:
            for line in file:
                parts = line.split()
                if len(parts) >= 4 and parts[0].isdigit():
                    day = parts[-3]
                    yield [parts[0], f"{day[:4]}-{day[4:6]}-{day[6:]}", parts[-2], f"{float(parts[-1])!r}"]
        return
    with path.open("rb") as raw, gzip.GzipFile(fileobj=raw) as unzipped:
        source = io.BufferedReader(unzipped) if path.suffix == ".gz" else raw
        with io.TextIOWrapper(source, encoding="utf-8-sig", newline="") as file:
            start = file.read(4096)
            file.seek(0)
            try:
                dialect: type[csv.Dialect] | str = csv.Sniffer().sniff(start, ",;\t|") if start else "excel"
            except csv.Error:
                dialect = "excel"
            yield from csv.reader(file, dialect)


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
        If the file is not there or cannot be read.
    """
    path = path or cdnow()
    if not path.is_file():
        raise LoadError(f"There is no file {path}.")
    try:
        return load_rows(document, read_rows(path), actor)
    except (UnicodeDecodeError, gzip.BadGzipFile, csv.Error) as error:
        raise LoadError(f"{path.name} is no csv in UTF-8: {error}.") from error


def load_rows(document: Document, rows: Iterable[list[str]], actor: str) -> int:
    """Make the tab `Training_Data` of rows, the header first; the tab is as large as they need."""
    cache: dict[str, Content] = {}

    def cell(text: str) -> Content:
        found = cache.get(text)
        if found is None and text:
            found = typed(text)
            if len(cache) < _LONGEST_CACHE:
                cache[text] = found
        return found

    contents = [tuple(map(cell, row)) for row in rows]
    width = max(map(len, contents), default=0)
    grid = Grid(row_count=max(1, len(contents)), column_count=max(1, width))
    grid.extend(contents)
    with document.changing(actor, "import"):
        for sheet in [each for each in document.sheets if each.title == "Training_Data"]:
            document.sheets.remove(sheet)
        document.sheets.insert(0, Sheet(document.new_sheet_id(), "Training_Data", grid))
        document.noted("import", f"Training_Data: {len(contents)} rows")
    return max(0, len(contents) - 1)
