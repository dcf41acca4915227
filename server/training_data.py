"""Reading `Training_Data` as transactions, and telling what was recognised before anything is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from server.core.cells import is_empty, text_of
from server.core.checks import Check, notes
from server.core.options import Options, parse_options
from server.core.wall_clock import today
from server.core.wording import Wording
from server.errors import ChangedError
from server.layout import SETTINGS
from server.sheets.a1 import quoted
from server.sheets.client import SheetsClient
from server.sheets.commit import Committer
from server.sheets.failures import ApiFailure, explained
from server.sheets.pace import patient
from server.sheets.snapshot import Snapshot

if TYPE_CHECKING:
    from server.core.columns import Columns
    from server.core.quality import QualityReport
    from server.core.transactions import Transactions
    from server.sheets.pages import Head

Progress = Callable[[str, float], None]
"""Takes the stage in words, and how much of the whole is done, 0 to 1."""

READ_FROM, READ_TO = 0.03, 0.5
"""Which part of a run the reading is."""


@dataclass(slots=True)
class ReadTransactions:
    """What was read of `Training_Data`; `samples` are cells by role, as texts."""

    transactions: Transactions
    quality: QualityReport
    columns: Columns
    samples: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class InspectedColumn:
    """A column of `Training_Data` and what it was recognised as."""

    role: str
    label: str
    header: str
    column: str
    why: str
    samples: list[str]


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a marketer confirms before anything is written."""

    header_row: int
    columns: list[InspectedColumn]
    others: list[str]
    quality: dict[str, Any]
    notes: list[str]
    customers: int
    checks: list[Check]


class TrainingData:
    """Reads the transactions of spreadsheets, as long work does.

    Parameters
    ----------
    now
        Returns the time as an aware date-time; later days are in the future.
    client
        Calls Google for long work.
    """

    def __init__(
        self,
        committer: Committer,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        client: SheetsClient | None = None,
    ) -> None:
        self._committer = committer
        self._client: SheetsClient = client or committer.client.for_long_work()
        self._now = now

    def inspect(self, spreadsheet_id: str) -> Inspection:
        """Return which columns were recognised as what, counts and first problems; write nothing.

        Raises
        ------
        TrainingDataError
            If `Training_Data` cannot be used.
        """
        from server.core.columns import LABELS

        options, wording = self._options(spreadsheet_id)
        read = self.read(spreadsheet_id, options, lambda _stage, _fraction: None)
        columns = [
            InspectedColumn(
                role=str(role),
                label=LABELS[role],
                header=column.header,
                column=column.letter,
                why=column.why,
                samples=read.samples.get(str(role), []),
            )
            for role, column in read.columns.roles.items()
        ]
        found = _checked(read, options, wording)
        return Inspection(
            header_row=read.columns.header_row,
            columns=columns,
            others=list(read.columns.others),
            quality=read.quality.to_json(),
            notes=notes(read.quality.sentences(wording), found),
            checks=found,
            customers=read.quality.customers - read.quality.net_to_nothing,
        )

    def read(
        self, spreadsheet_id: str, options: Options, progress: Progress, head: Head | None = None
    ) -> ReadTransactions:
        """Read all transactions, once more if rows moved meanwhile.

        Parameters
        ----------
        head
            First row of the tab and its size, where they were read a moment ago.

        Raises
        ------
        TrainingDataError
            If `Training_Data` cannot be used.
        ChangedError
            If it was edited during both readings.
        """
        try:
            return self._read_once(spreadsheet_id, options, progress, head)
        except ChangedError:
            return self._read_once(spreadsheet_id, options, progress)

    def _read_once(
        self, spreadsheet_id: str, options: Options, progress: Progress, head: Head | None = None
    ) -> ReadTransactions:
        from server.core.transactions import TransactionReader
        from server.sheets.pages import read_blocks, read_columns

        progress("Reading Training_Data", READ_FROM)
        try:
            head, columns = read_columns(self._client, spreadsheet_id, options.columns, head)
            reader = TransactionReader(columns, options)
            samples: dict[str, list[str]] = {}

            def take(first_row: int, block: Any) -> None:
                for role, cells in block.items():
                    if not samples.get(str(role)):
                        samples[str(role)] = [text_of(c)[:40] for c in cells[:50] if not is_empty(c)][:3]
                reader.add(first_row, block)

            def shown(fraction: float) -> None:
                progress("Reading Training_Data", READ_FROM + (READ_TO - READ_FROM) * fraction)

            read_blocks(self._client, spreadsheet_id, columns, head, take, progress=shown)
        except ApiFailure as failure:
            raise explained(failure) from failure
        progress("Cleaning the transactions", READ_TO)
        transactions, quality = reader.finish(today(self._now(), options.time_zone))
        return ReadTransactions(transactions, quality, columns, samples)

    def _options(self, spreadsheet_id: str) -> tuple[Options, Wording]:
        """Return the marketer's choices, the defaults before there is a tab of them; and how numbers are written."""
        try:
            try:
                seen = self._seen(spreadsheet_id, f"{quoted(SETTINGS)}!1:100")
            except ApiFailure as failure:
                if not failure.unknown_tab:
                    raise
                seen = self._seen(spreadsheet_id)
        except ApiFailure as failure:
            raise explained(failure) from failure
        return options_of(seen) if SETTINGS in seen.tabs else Options(), Wording(seen.locale)

    def _seen(self, spreadsheet_id: str, *ranges: str) -> Snapshot:
        return self._committer.read(spreadsheet_id, ranges, client=self._client, pace=patient())


def _checked(read: ReadTransactions, options: Options, wording: Wording) -> list[Check]:
    """Ask the data whether they can mean anything; nothing that can be used answers nothing."""
    from server.core.rfm import rfm_table
    from server.core.sanity import checks

    if not len(read.transactions):
        return []
    return checks(read.quality, rfm_table(read.transactions, options.analysis_date), wording)


def options_of(snapshot: Snapshot) -> Options:
    """Return the marketer's choices in `Settings`."""
    settings = snapshot.tab(SETTINGS)
    last = max(settings.rows, default=0)
    rows = [settings.values(row) for row in range(1, last + 1)]
    return parse_options(rows, Wording(snapshot.locale))
