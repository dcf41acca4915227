"""Reads and commits of long work: patient retries, second place in the quota, failures in the marketer's words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from server.sheets.api.calls import SpreadsheetCalls
from server.sheets.api.client import SheetsClient
from server.sheets.api.failures import ApiFailure, explained
from server.sheets.api.retry import RetryBudget, patient
from server.sheets.commit.committer import Committer
from server.sheets.commit.locks import LONG_TURN_SECONDS
from server.sheets.commit.snapshot import Snapshot
from server.sheets.commit.writes import Outcome, Planned, R, W


class LongWork:
    """Reads and writes of one spreadsheet by long work.

    Parameters
    ----------
    client
        Makes the calls of long work; by default one of its own.
    """

    def __init__(self, committer: Committer, spreadsheet_id: str, client: SheetsClient | None = None) -> None:
        self._sheet = committer.sheet(
            spreadsheet_id, client=client or committer.client.for_long_work(), budget=lambda: patient()
        )

    @property
    def calls(self) -> SpreadsheetCalls:
        """The spreadsheet's calls, as long work makes them."""
        return self._sheet.calls

    def budget(self) -> RetryBudget:
        """Return how long one call may be tried."""
        return patient()

    def read(self, ranges: Sequence[str]) -> Snapshot:
        """Return what `ranges` show; without any, all tabs but no cells."""
        try:
            return self._sheet.read(ranges)
        except ApiFailure as failure:
            raise explained(failure) from failure

    def transact(
        self, ranges: Sequence[str], decide: Callable[[Snapshot], Planned[W, R]], parts: Sequence[str] = ()
    ) -> Outcome[W, R]:
        """Read `ranges` and further `parts` of their tabs, ask `decide` what to write, and write it, once."""
        try:
            with self._sheet.lock(LONG_TURN_SECONDS):
                return self._sheet.transact(ranges, decide, parts=parts)
        except ApiFailure as failure:
            raise explained(failure) from failure
