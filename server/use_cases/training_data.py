"""Reading of `Training_Data` as transactions, and its inspection before anything is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from server.core.cells import is_empty, text_of
from server.core.data_checks.check import Check, notes
from server.core.options import Options
from server.core.wall_clock import today
from server.core.wording import Wording
from server.errors import ChangedError
from server.layout.record_tabs import SETTINGS
from server.layout.segment_tabs import TRAINING_DATA
from server.operations import stopped_by_successor
from server.sheets.api.a1 import context_range
from server.sheets.api.client import SheetsClient
from server.sheets.api.failures import ApiFailure, explained
from server.sheets.api.retry import patient
from server.sheets.commit.committer import Committer
from server.sheets.commit.snapshot import Snapshot
from server.sheets.tabs.settings import options_of
from server.sources.allowed import Sources
from server.sources.engines.opening import new_run_id
from server.texts import to_say
from server.use_cases.inspection import InspectedColumn, Inspection
from server.use_cases.source_inspection import inspect_source

if TYPE_CHECKING:
    from server.core.transactions.columns import Columns
    from server.core.transactions.quality_report import QualityReport
    from server.core.transactions.reader import TransactionReader, Transactions
    from server.sheets.tabs.training_data import Head

Progress = Callable[[str, float], None]
"""Takes the stage in words, and how much of the whole is done, 0 to 1."""

READ_FROM, READ_TO = 0.03, 0.5
"""Which part of a run the reading is."""


@dataclass(slots=True)
class ReadTransactions:
    """Transactions as read from `Training_Data`, with their report.

    Attributes
    ----------
    samples
        Cells by role, as texts.
    last_row
        Sheet row of the last one that holds something.
    """

    transactions: Transactions
    quality: QualityReport
    columns: Columns
    samples: dict[str, list[str]]
    last_row: int = 0


@dataclass(frozen=True, slots=True)
class AskedInspection:
    """What an inspection goes by.

    Attributes
    ----------
    options
        The marketer's choices, the defaults before there is a tab of them.
    head
        First row of `Training_Data` and its size, None where there is no such tab.
    """

    options: Options
    wording: Wording
    head: Head | None = None


class TrainingData:
    """Reader of the transactions of spreadsheets, by long work.

    Parameters
    ----------
    now
        Returns the time as an aware date-time; later days are in the future.
    client
        Calls Google for long work.
    sources
        Sources of orders that the deployment declares.
    """

    def __init__(
        self,
        committer: Committer,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        client: SheetsClient | None = None,
        sources: Sources | None = None,
    ) -> None:
        self._sources = sources or Sources({})
        self._committer = committer
        self._client: SheetsClient = client or committer.client.for_long_work()
        self._now = now

    def asked(self, spreadsheet_id: str) -> AskedInspection:
        """Return what an inspection goes by; it tells whether the orders lie in a source."""
        return AskedInspection(*self._options(spreadsheet_id))

    def inspect(self, spreadsheet_id: str, asked: AskedInspection | None = None) -> Inspection:
        """Return which columns of `Training_Data` were recognised as what, counts and first problems; write nothing.

        Raises
        ------
        TrainingDataError
            If `Training_Data` cannot be used.
        """
        from server.core.transactions.columns import LABELS

        asked = asked or self.asked(spreadsheet_id)
        options, wording = asked.options, asked.wording
        read = self.read(spreadsheet_id, options, lambda _stage, _fraction: None, asked.head)
        columns = [
            InspectedColumn(
                role=str(role),
                label=wording.say(LABELS[role]),
                header=column.header,
                column=column.letter,
                why=wording.say(column.why),
                samples=read.samples.get(str(role), []),
            )
            for role, column in read.columns.roles.items()
        ]
        data_checks = checked(read, options, wording)
        return Inspection(
            header_row=read.columns.header_row,
            columns=columns,
            others=list(read.columns.others),
            quality=read.quality.to_json(),
            notes=notes(read.quality.sentences(wording), data_checks, wording),
            checks=data_checks,
            questions=[question.said(wording) for question in read.quality.questions],
            customers=read.quality.customers - read.quality.net_to_nothing,
        )

    def inspect_source(
        self, spreadsheet_id: str, asked: AskedInspection, address: str, progress: Progress
    ) -> Inspection:
        """Return what the source of `Settings` holds: counts by reason, with a few keys; write nothing.

        It is long work, of which a spreadsheet has one at a time: what a killed one has left is removed.

        Parameters
        ----------
        address
            Of who asks, "" where nobody is told.

        Raises
        ------
        SourceError, TrainingDataError
            If it may not be used or cannot be read, or no row of it can be used.
        """
        options = asked.options
        source = self._sources.of(options.source, spreadsheet_id, address)
        engine = self._sources.open_with(source, new_run_id(spreadsheet_id))
        try:
            with stopped_by_successor(engine.cancel):
                engine.cancel_earlier()
                day = today(self._now(), options.time_zone)
                return inspect_source(engine, source, options, asked.wording, day, progress)
        finally:
            engine.close()

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
        from server.core.transactions.reader import TransactionReader
        from server.sheets.tabs.training_data import read_blocks, read_columns

        progress(to_say("Reading Training_Data"), READ_FROM)
        try:
            head, columns = read_columns(self._client, spreadsheet_id, options.columns, head)
            reader = TransactionReader(columns, options)
            samples: dict[str, list[str]] = {}
            last_rows = [columns.header_row]

            def take(first_row: int, block: Any) -> None:
                last_rows.append(first_row - 1 + max(map(len, block.values()), default=0))
                for role, cells in block.items():
                    if not samples.get(str(role)):
                        samples[str(role)] = [text_of(c)[:40] for c in cells[:50] if not is_empty(c)][:3]
                reader.add(first_row, block)

            def shown(fraction: float) -> None:
                progress(to_say("Reading Training_Data"), READ_FROM + (READ_TO - READ_FROM) * fraction)

            read_blocks(self._client, spreadsheet_id, columns, head, take, progress=shown)
            if reader.wants_emails:
                progress(to_say("Reading the e-mails of guests"), READ_TO)
                self._read_emails(spreadsheet_id, columns, head, reader)
        except ApiFailure as failure:
            raise explained(failure) from failure
        progress(to_say("Cleaning the orders"), READ_TO)
        transactions, quality = reader.finish(today(self._now(), options.time_zone))
        return ReadTransactions(transactions, quality, columns, samples, max(last_rows))

    def _read_emails(
        self, spreadsheet_id: str, columns: Columns, head: Head, reader: TransactionReader
    ) -> None:
        """Read the column of e-mails, as some rows have no customer id."""
        from server.core.transactions.headers import Role
        from server.sheets.tabs.training_data import read_blocks

        def take(first_row: int, block: Any) -> None:
            reader.add_emails(first_row, block[Role.CUSTOMER_ID])

        as_id = replace(columns, roles={Role.CUSTOMER_ID: columns.roles[Role.EMAIL]})
        read_blocks(self._client, spreadsheet_id, as_id, head, take)

    def _options(self, spreadsheet_id: str) -> tuple[Options, Wording, Head | None]:
        """Return the marketer's choices (the defaults before there is a tab of them), how numbers are written, and the
        first row of `Training_Data`."""
        from server.sheets.tabs.training_data import Head

        head: Head | None = None
        try:
            try:
                seen = self._seen(spreadsheet_id, context_range(SETTINGS), context_range(TRAINING_DATA))
                head = Head.of(seen.tab(TRAINING_DATA))
            except ApiFailure as failure:
                if not failure.unknown_tab:
                    raise
                seen = self._seen(spreadsheet_id)
        except ApiFailure as failure:
            raise explained(failure) from failure
        return options_of(seen) if SETTINGS in seen.tabs else Options(), Wording(seen.locale), head

    def _seen(self, spreadsheet_id: str, *ranges: str) -> Snapshot:
        return self._committer.sheet(spreadsheet_id, client=self._client, budget=patient).read(ranges)


def checked(read: ReadTransactions, options: Options, wording: Wording) -> list[Check]:
    """Return the results of all checks of the data; none where no row can be used."""
    from server.core.data_checks.checks import checks
    from server.core.segments.rfm import rfm_table

    if not len(read.transactions):
        return []
    return checks(read.quality, rfm_table(read.transactions, options.analysis_date), wording)
