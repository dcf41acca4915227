"""Command line: ``python -m server.cli segment in.csv out.csv``, or ``segment --source NAME``.

The same reading, definitions and model as in the service; the file is read in blocks, as a tab is. A source is one that
the deployment declares (see docs/sources.md): its engine does the work, and holds the results.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import itertools
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from server.core.data_checks.check import State, check_sentences
from server.core.options import Options, parse_options
from server.core.settings.table import SEGMENTATION_SETTINGS
from server.core.transactions.questions import refuse_open
from server.core.visible import terminal_text
from server.errors import AudienceError
from server.files import FileError, open_rows
from server.layout.headers import (
    ACTION_PLAN,
    CLUSTER,
    CONFIDENCE,
    CUSTOMER_ID,
    FIRST_ORDER,
    FREQUENCY,
    GROUP,
    MONETARY_VALUE,
    PREVIOUS_SEGMENT,
    RECENCY,
    SEGMENT,
    SEGMENT_SINCE,
    STATE,
    normalised,
)
from server.layout.tabs import SEGMENTED_HEADERS, VALUE_HEADERS

if TYPE_CHECKING:
    from server.core.transactions.quality_report import QualityReport
    from server.core.transactions.reader import Transactions
    from server.training.segmentation import Segmentation

BLOCK_ROWS = 50_000
HEAD_ROWS = 50


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except AudienceError as error:
        for sentence in filter(None, (error.detail, error.hint)):
            _say(sentence)
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped; nothing was written.\n")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m server.cli", description=__doc__)
    commands = parser.add_subparsers(required=True)
    segment = commands.add_parser("segment", help="transactions in, customers with their segments out")
    segment.add_argument(
        "file",
        type=Path,
        nargs="?",
        help="csv, csv.gz or xlsx of transactions, headers in one of its first rows",
    )
    segment.add_argument("target", type=Path, nargs="?", help="csv to write; - for standard output")
    segment.add_argument("--source", metavar="NAME", help="a source of AUDIENCE_SOURCES instead of both")
    segment.add_argument(
        "--model", type=Path, metavar="FILE", help="with --source: keep the model, use it again"
    )
    segment.add_argument(
        "--retrain", action="store_true", help="with --model: make a new one though there is one"
    )
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
    options = parse_options([["Setting", "Value"], *_settings(arguments.set)])
    if arguments.source:
        from server.source_command import segment_source

        if arguments.file is not None:
            raise FileError("A run has a file or a source.", hint="With --source, name no file.")
        return segment_source(arguments, options, _say, _show_progress)
    if arguments.file is None or arguments.target is None:
        raise FileError(
            "A file to read and a csv to write are needed.", hint="Or name a source: --source NAME."
        )
    transactions, quality = read_transactions(arguments.file, options)
    for sentence in quality.sentences():
        _say(sentence)
    refuse_open(quality.questions, is_file=True)
    segmentation = segment_transactions(transactions, options, quality)
    _show_progress("")
    for sentence in check_sentences(segmentation.checks, State.LOOK):
        _say(sentence)
    for sentence in segmentation.summary():
        _say(sentence)
    count = write_customers(segmentation, arguments.target)
    _say(f"{count:,} customers written to {arguments.target}.")
    return 0


def _settings(texts: Sequence[str]) -> list[list[str]]:
    """Return the settings of a run as rows; a name that is unknown or stands twice would change nothing unseen."""
    known = [setting.name for setting in SEGMENTATION_SETTINGS]
    hint = f"NAME is one of: {', '.join(known)}."
    rows: dict[str, list[str]] = {}
    for text in texts:
        name, mark, value = (part.strip() for part in text.partition("="))
        key = normalised(name)
        if not name or not mark:
            raise FileError(f"--set takes NAME=VALUE, it got {text[:60]!r}.", hint=hint)
        if key not in map(normalised, known):
            raise FileError(f"--set knows no setting {name[:60]!r}.", hint=hint)
        if key in rows:
            raise FileError(f"--set names {name} twice.", hint="Name each setting once.")
        rows[key] = [name, value]
    return [*rows.values()]


def read_transactions(path: Path, options: Options) -> tuple[Transactions, QualityReport]:
    """Read and clean a file of transactions.

    Parameters
    ----------
    path
        csv in any usual encoding, also gzipped, or an Excel workbook; see `server.files`.

    Raises
    ------
    FileError
        If the file is not there, or no such csv.
    TrainingDataError
        If its transactions cannot be used.
    """
    from server.core.transactions.columns import recognise
    from server.core.transactions.reader import TransactionReader
    from server.core.wall_clock import today

    with open_rows(path) as rows:
        head = list(itertools.islice(rows, HEAD_ROWS))
        columns = recognise(head, options.columns)
        reader = TransactionReader(columns, options)
        first, following = columns.header_row + 1, itertools.chain(head[columns.header_row :], rows)
        while block := list(itertools.islice(following, BLOCK_ROWS)):
            reader.add(
                first,
                {
                    role: [row[column.index] if column.index < len(row) else "" for row in block]
                    for role, column in columns.roles.items()
                },
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


_ONLY_IN_A_SPREADSHEET = (GROUP, PREVIOUS_SEGMENT, SEGMENT_SINCE)
"""Columns of `Segmented_Customers` that a file lacks: there are no tests, and there is no run before."""


def write_customers(segmentation: Segmentation, path: Path) -> int:
    """Write one line a customer, by segment and money, as `Segmented_Customers` has it; return their number.

    A text that a spreadsheet would take for a formula is written with an apostrophe before it.
    """
    from server.core.segments.naming import default_plan
    from server.core.segments.rfm import scores

    table = segmentation.table
    names = dict(zip(segmentation.model.clusters, segmentation.model.names, strict=True))
    rfm, clusters = scores(table).rfm.tolist(), segmentation.clusters.tolist()
    money, worth = table.monetary_value.tolist(), segmentation.worth
    order = sorted(range(len(table)), key=lambda i: (clusters[i], -money[i], table.customer_ids[i]))
    lines = (
        {
            CUSTOMER_ID: _harmless(table.customer_ids[i]),
            RECENCY: int(table.recency[i]),
            FREQUENCY: int(table.frequency[i]),
            MONETARY_VALUE: money[i],
            "RFM_Score": rfm[i],
            CLUSTER: clusters[i],
            SEGMENT: names[clusters[i]],
            ACTION_PLAN: default_plan(names[clusters[i]]),
            CONFIDENCE: round(float(segmentation.confidence[i]), 4),
            STATE: str(segmentation.states[i]),
            FIRST_ORDER: "yes" if table.frequency[i] == 1 else "",
            **dict(zip(VALUE_HEADERS, worth[i] if worth is not None else [""] * 3, strict=True)),
        }
        for i in order
    )
    headers = [header for header in SEGMENTED_HEADERS if header not in _ONLY_IN_A_SPREADSHEET]
    try:
        if str(path) == "-":
            _write(sys.stdout, headers, lines)
        else:
            with path.open("w", encoding="utf-8", newline="") as file:
                _write(file, headers, lines)
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}.", hint="Name another file.") from error
    return len(table)


def _write(file: TextIO, headers: Sequence[str], lines: Iterator[dict[str, object]]) -> None:
    writer = csv.DictWriter(file, headers, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet runs when it opens the file.

    >>> _harmless("=1+1"), _harmless("00123")
    ("'=1+1", '00123')
    """
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _show_progress(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[2K{text}")
        sys.stderr.flush()


def _say(text: str) -> None:
    sys.stderr.write(terminal_text(text) + "\n")


if __name__ == "__main__":
    sys.exit(main())
