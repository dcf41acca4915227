"""Reads and commits of long work: patient, second in the quota, and failures in the marketer's words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from server.sheets.commit import Committer, Outcome, W
from server.sheets.failures import ApiFailure, explained
from server.sheets.locks import LONG_TURN_SECONDS
from server.sheets.pace import Pace, patient
from server.sheets.snapshot import Snapshot


class LongWork:
    """Reads and writes spreadsheets as a retrain does.

    Attributes
    ----------
    client
        Calls Google for long work.
    """

    def __init__(self, committer: Committer) -> None:
        self.client = committer.client.for_long_work()
        self._committer = committer

    def pace(self) -> Pace:
        """Return how long one call may be tried."""
        return patient()

    def read(self, spreadsheet_id: str, ranges: Sequence[str]) -> Snapshot:
        """Return what `ranges` show; without any, all tabs but no cells."""
        try:
            return self._committer.read(spreadsheet_id, ranges, client=self.client, pace=patient())
        except ApiFailure as failure:
            raise explained(failure) from failure

    def transact(
        self,
        spreadsheet_id: str,
        ranges: Sequence[str],
        decide: Callable[[Snapshot], W | None],
        parts: Sequence[str] = (),
    ) -> Outcome[W]:
        """Read `ranges` and further `parts` of their tabs, ask `decide` what to write, and write it, once."""
        try:
            with self._committer.alone(spreadsheet_id, LONG_TURN_SECONDS):
                return self._committer.transact(
                    spreadsheet_id, ranges, decide, pace=patient(), client=self.client, parts=parts
                )
        except ApiFailure as failure:
            raise explained(failure) from failure
