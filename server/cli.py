"""Segments without a spreadsheet: ``python -m server.cli segment in.csv out.csv``.

The same reading, definitions and model as in the service; the file is read in blocks, as a tab is.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import gzip
import io
import itertools
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from server.core.checks import State, told
from server.core.options import COLUMN_SETTINGS, Options, parse_options
from server.errors import AudienceError, InputError
from server.layout import SEGMENTED_HEADERS

if TYPE_CHECKING:
    from server.core.quality import QualityReport
    from server.core.transactions import Transactions
    from server.training.segmentation import Segmentation

BLOCK_ROWS = 50_000
HEAD_ROWS = 50
_SNIFFED = 65_536


class FileError(InputError):
    """The file cannot be read or written."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except AudienceError as error:
        sys.stderr.write(f"{error.detail}\n" + (f"{error.hint}\n" if error.hint else ""))
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped; nothing was written.\n")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m server.cli", description=__doc__)
    commands = parser.add_subparsers(required=True)
    segment = commands.add_parser("segment", help="transactions in, customers with their segments out")
    segment.add_argument(
        "source", type=Path, help="csv or csv.gz of transactions, headers in one of its first rows"
    )
    segment.add_argument("target", type=Path, help="csv to write; - for standard output")
    segment.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting as in the tab Settings: Clusters=5, AnalysisDate=2025-01-31, AmountColumn=net …",
    )
    segment.set_defaults(run=_segment)
    return parser


def _segment(arguments: argparse.Namespace) -> int:
    options = parse_options([["Setting", "Value"], *(_setting(text) for text in arguments.set)])
    transactions, quality = read_transactions(arguments.source, options)
    for sentence in quality.sentences():
        _say(sentence)
    found = segment_transactions(transactions, options, quality)
    _show_progress("")
    for sentence in told(found.checks, State.LOOK):
        _say(sentence)
    for sentence in found.summary():
        _say(sentence)
    count = write_customers(found, arguments.target)
    _say(f"{count:,} customers written to {arguments.target}.")
    return 0


def _setting(text: str) -> list[str]:
    name, mark, value = text.partition("=")
    if not mark:
        names = ", ".join(
            ["TimeZone", "AnalysisDate", "Clusters", "DayFirst", "RepeatedLines", *COLUMN_SETTINGS]
        )
        raise FileError(f"--set takes NAME=VALUE, it got {text[:60]!r}.", hint=f"Names are: {names}.")
    return [name.strip(), value.strip()]


def read_transactions(path: Path, options: Options) -> tuple[Transactions, QualityReport]:
    """Read and clean a file of transactions.

    Parameters
    ----------
    path
        csv in UTF-8, also gzipped; commas, semicolons, tabs or bars between its cells.

    Raises
    ------
    FileError
        If the file is not there, or no such csv.
    TrainingDataError
        If its transactions cannot be used.
    """
    from server.core.columns import recognise
    from server.core.transactions import TransactionReader
    from server.core.wall_clock import today

    with _rows(path) as rows:
        head = list(itertools.islice(rows, HEAD_ROWS))
        columns = recognise(head, options.columns)
        reader = TransactionReader(columns, options)
        first, following = columns.header_row + 1, itertools.chain(head[columns.header_row :], rows)
        while block := list(itertools.islice(following, BLOCK_ROWS)):
            reader.add(
                first,
                {role: [row[at] if at < len(row) else "" for row in block] for role, at in columns.needed},
            )
            first += len(block)
            _show_progress(f"{first - columns.header_row - 1:,} rows read")
    _show_progress("")
    return reader.finish(today(dt.datetime.now(dt.UTC), options.time_zone))


def segment_transactions(
    transactions: Transactions, options: Options, quality: QualityReport | None = None
) -> Segmentation:
    """Return the customers of transactions with their segments, by a model of their own.

    Parameters
    ----------
    quality
        The account of the rows; without it the data are not checked.

    Raises
    ------
    TrainingDataError
        If no row can be used, or too few customers have spent anything.
    """
    from server.errors import TrainingDataError
    from server.training.segmentation import Before, Wanted, segment_customers

    if not len(transactions):
        raise TrainingDataError("No row of the file can be used.", hint="See what was left out, above.")
    now = f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
    return segment_customers(
        transactions,
        options,
        Before(),
        Wanted(new_model=True, version=1, trained_at=now),
        progress=lambda fraction: _show_progress(f"finding segments {fraction:.0%}"),
        quality=quality,
    )


def write_customers(found: Segmentation, path: Path) -> int:
    """Write one line a customer, by segment and money, as `Segmented_Customers` has it; return their number.

    A text that a spreadsheet would take for a formula is written with an apostrophe before it.
    """
    from server.core.naming import default_plan
    from server.core.rfm import scores

    table = found.table
    names = dict(zip(found.model.clusters, found.model.names, strict=True))
    rfm, clusters = scores(table).rfm.tolist(), found.clusters.tolist()
    money = table.monetary_value.tolist()
    order = sorted(range(len(table)), key=lambda i: (clusters[i], -money[i], table.customer_ids[i]))
    lines = (
        [
            _harmless(table.customer_ids[i]),
            int(table.recency[i]),
            int(table.frequency[i]),
            money[i],
            rfm[i],
            clusters[i],
            names[clusters[i]],
            default_plan(names[clusters[i]]),
            round(float(found.confidence[i]), 4),
        ]
        for i in order
    )
    headers = SEGMENTED_HEADERS[:-1]  # there is no segment before
    try:
        if str(path) == "-":
            _write(sys.stdout, headers, lines)
        else:
            with path.open("w", encoding="utf-8", newline="") as file:
                _write(file, headers, lines)
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}.", hint="Name another file.") from error
    return len(table)


def _write(file: TextIO, headers: Sequence[str], lines: Iterator[list[object]]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows(lines)


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet runs when it opens the file.

    >>> _harmless("=1+1"), _harmless("00123")
    ("'=1+1", '00123')
    """
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


@contextmanager
def _rows(path: Path) -> Iterator[Iterator[list[str]]]:
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            source = io.BufferedReader(gzip.GzipFile(fileobj=raw)) if packed else raw
            with io.TextIOWrapper(source, encoding="utf-8-sig", newline="") as file:
                start = file.read(_SNIFFED)
                file.seek(0)
                yield csv.reader(file, _dialect(start))
    except FileNotFoundError as error:
        raise FileError(f"There is no file {path}.", hint="Name a csv of transactions.") from error
    except (OSError, UnicodeDecodeError, csv.Error, EOFError) as error:
        raise FileError(
            f"{path} cannot be read as csv in UTF-8: {error}.", hint="Save it as CSV (UTF-8) and try again."
        ) from error


def _dialect(start: str) -> type[csv.Dialect] | str:
    try:
        return csv.Sniffer().sniff(start, ",;\t|")
    except csv.Error:
        return "excel"


def _show_progress(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[2K{text}")
        sys.stderr.flush()


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
