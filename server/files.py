"""Reader of transaction files: csv in any usual encoding and with any usual delimiter, gzip, Excel.

One reader for the command line and for the local spreadsheet, so that both see the same cells.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import gzip
import io
import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from server.core.cells import Cell
from server.errors import InputError

Dated = Callable[[dt.datetime], float]

DELIMITERS = ",;\t|"
HEAD_BYTES = 65_536
HEAD_ROWS = 200
MOST_BREAKS = 50
"""A cell of more lines than this comes of a quote that is not closed."""

OLDER_ENCODINGS = "cp1252 cp1250 cp1254 cp1251 cp1253 cp932 gb18030 cp949 mac_roman".split()
"""Of Western and Central Europe, Turkey, Russia, Greece, Japan, China, Korea; that of Excel on older Macs."""

_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_OTHERS = {
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "a workbook of Excel 97 to 2003",
    b"PAR1": "a Parquet file",
}
_SERIAL_ZERO = dt.datetime.fromisoformat("1899-12-30")
_AS_CP1252 = "server.files.cp1252"


class FileError(InputError):
    """The file cannot be read or written."""


def serial_of(moment: dt.datetime) -> float:
    """Return the serial number of a date, as a spreadsheet keeps it.

    >>> serial_of(dt.datetime(2024, 3, 15, 12))
    45366.5
    """
    return (moment - _SERIAL_ZERO) / dt.timedelta(days=1)


@contextmanager
def open_rows(path: Path, dated: Dated = serial_of) -> Iterator[Iterator[Sequence[Cell]]]:
    """Open a file; yield its rows.

    The encoding is UTF-8 or UTF-16; bytes that are no UTF-8 are read in the older encoding in which they begin with a
    header of transactions, else as Windows-1252. The delimiter is the one that
    shows a header of transactions, and cuts the first rows most evenly. Quotes are doubled inside quotes.

    Parameters
    ----------
    dated
        Makes a number of a workbook's date; a csv holds texts alone.

    Raises
    ------
    FileError
        If the file is not there, or is no table.
    """
    try:
        with path.open("rb") as raw:
            start = raw.read(8)
            raw.seek(0)
            if start.startswith(_ZIP):
                yield _workbook_rows(path, raw, dated)
            elif start.startswith(_GZIP):
                with gzip.GzipFile(fileobj=raw) as unpacked:
                    yield _csv_rows(path, io.BufferedReader(unpacked))
            else:
                yield _csv_rows(path, raw)
    except FileNotFoundError as error:
        raise FileError(f"There is no file {path}.", hint="Name a csv of transactions.") from error
    except (OSError, UnicodeError, csv.Error, EOFError) as error:
        raise FileError(
            f"{path} cannot be read as csv: {error}.", hint="Save it as CSV (UTF-8) and try again."
        ) from error


def _csv_rows(path: Path, file: BinaryIO | io.BufferedReader) -> Iterator[Sequence[Cell]]:
    head = file.read(HEAD_BYTES)
    file.seek(0)
    kind = next((kind for start, kind in _OTHERS.items() if head.startswith(start)), "")
    encoding = encoding_of(head)
    if kind or (encoding == "utf-8-sig" and b"\x00" in head):
        raise FileError(
            f"{path} cannot be read as csv: it is {kind or 'no text'}.",
            hint="Save it as CSV (UTF-8) or .xlsx and try again.",
        )
    encoding, text = _decoded(head, encoding)
    delimiter = delimiter_of(text)
    errors = "replace" if encoding in OLDER_ENCODINGS else _AS_CP1252
    with io.TextIOWrapper(file, encoding=encoding, errors=errors, newline="") as lines:
        if text[:4].lower() == "sep=":  # Excel's own hint
            lines.readline()
        yield from _checked(path, csv.reader(lines, delimiter=delimiter), delimiter)


def _decoded(head: bytes, encoding: str) -> tuple[str, str]:
    """Return the encoding of the first bytes, and their text.

    Where they are no UTF-8, it is the older encoding in which they begin with a header of transactions; Windows-1252
    goes before the others.
    """
    try:
        return encoding, codecs.getincrementaldecoder(encoding)(errors="strict").decode(head)
    except UnicodeError:
        if encoding != "utf-8-sig":
            raise
    for older in OLDER_ENCODINGS:
        try:
            text = codecs.getincrementaldecoder(older)(errors="strict").decode(head)
        except UnicodeError:
            continue
        rows = csv.reader(text.splitlines(keepends=True)[:HEAD_ROWS], delimiter=delimiter_of(text))
        if _is_transactions(list(rows)):
            return (encoding if older == "cp1252" else older), text
    return encoding, codecs.getincrementaldecoder(encoding)(errors=_AS_CP1252).decode(head)


def _checked(path: Path, rows: Iterator[list[str]], delimiter: str) -> Iterator[list[str]]:
    """Yield rows; refuse what another delimiter, or a quote that is not closed, has run together."""
    width = 0
    for number, row in enumerate(rows, start=1):
        width = max(width, len(row)) if number <= HEAD_ROWS else width
        if len(row) == 1 and width > 2:
            other = next(
                (other for other in DELIMITERS if other != delimiter and row[0].count(other) == width - 1),
                "",
            )
            if other:
                raise FileError(
                    f"{path} changes its delimiter at row {number}: {_named(delimiter)} before, {_named(other)} there.",
                    hint="Two exports stand in one file: save them as two, or with one delimiter.",
                )
        if len(row) < width and any(cell.count("\n") > MOST_BREAKS for cell in row):
            raise FileError(
                f"{path} has a quote that is not closed near row {number}: many lines run together into one cell.",
                hint="Correct the quote, or export the file again.",
            )
        yield row


def encoding_of(head: bytes) -> str:
    """Return the encoding that the first bytes show.

    >>> encoding_of(b"id;name"), encoding_of("id".encode("utf-16")), encoding_of("id".encode("utf-16-be"))
    ('utf-8-sig', 'utf-16', 'utf-16-be')
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[:2000:2], head[1:2000:2]
    if odd.count(0) > len(odd) // 3:
        return "utf-16-le"
    return "utf-16-be" if even.count(0) > max(0, len(even) // 3) else "utf-8-sig"


def delimiter_of(text: str) -> str:
    """Return the delimiter of a csv: the one that occurs in a header and divides the first rows evenly.

    >>> delimiter_of("id;date;amount\\nA;01.02.2024;7,50\\nB;02.02.2024;8,50\\n")
    ';'
    """
    if text[:4].lower() == "sep=" and text[4:5] in DELIMITERS:
        return text[4]
    lines = text.splitlines(keepends=True)
    if len(text) >= HEAD_BYTES // 4:
        lines = lines[:-1]  # the last one is cut off
    best, best_score = ",", (False, 0.0, 0)
    for delimiter in DELIMITERS:
        try:
            rows = [
                row for row in itertools.islice(csv.reader(lines, delimiter=delimiter), HEAD_ROWS) if any(row)
            ]
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if widths:
            width, count = widths.most_common(1)[0]
            best_score, best = max(
                (best_score, best), ((_is_transactions(rows), count / len(rows), width), delimiter)
            )
    return best


def _workbook_rows(path: Path, file: BinaryIO, dated: Dated) -> Iterator[Sequence[Cell]]:
    """Yield the rows of a workbook: of the tab Training_Data, else of the first with a header of transactions."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        with CalamineWorkbook.from_filelike(file) as book:
            sheets = (book.get_sheet_by_name(name) for name in _by_likelihood(book.sheet_names))
            tables = (sheet.to_python(skip_empty_area=False) for sheet in sheets)
            first: list[list[Cell]] = []
            for table in tables:
                rows = [[_cell(cell, dated) for cell in row] for row in table]
                if _is_transactions(rows):
                    yield from rows
                    return
                first = first or rows
            yield from first
    except PasswordError as error:
        raise FileError(f"{path} is locked with a password.", hint="Save it without one.") from error
    except CalamineError as error:
        raise FileError(
            f"{path} cannot be read as an Excel workbook: {error}.", hint="Save it as .xlsx or CSV (UTF-8)."
        ) from error


def _by_likelihood(names: Sequence[str]) -> list[str]:
    return sorted(names, key=lambda name: name != "Training_Data")


def _is_transactions(rows: Sequence[Sequence[Cell]]) -> bool:
    from server.core.transactions.columns import recognise
    from server.errors import TrainingDataError

    try:
        recognise(rows[:50])
    except TrainingDataError:
        return False
    return True


def _cell(cell: object, dated: Dated) -> Cell:
    if isinstance(cell, str | bool | int | float):
        return cell
    if isinstance(cell, dt.datetime):
        return dated(cell)
    if isinstance(cell, dt.date):
        return dated(dt.datetime.combine(cell, dt.time()))
    if isinstance(cell, dt.timedelta):
        return cell / dt.timedelta(days=1)
    return str(cell) if cell is not None else ""


def _named(delimiter: str) -> str:
    return {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}[delimiter]


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Read a byte that is no UTF-8 as Windows-1252, which exports of older programs are written in."""
    if not isinstance(error, UnicodeDecodeError) or not error.encoding.startswith("utf-8"):
        raise error
    return bytes(error.object[error.start : error.end]).decode("cp1252"), error.end


codecs.register_error(_AS_CP1252, _as_cp1252)
