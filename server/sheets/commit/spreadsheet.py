"""One spreadsheet, bound to its reads and writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

from server.core.cells import Cell
from server.sheets.api.calls import SpreadsheetCalls
from server.sheets.api.retry import SCORING_SECONDS, RetryBudget, retried
from server.sheets.commit.locks import Locks
from server.sheets.commit.snapshot import Snapshot, fields_for
from server.sheets.commit.transaction import Capabilities, Reading, Transaction
from server.sheets.commit.writes import Outcome, Planned, R, W

_LOCALES_KEPT = 10_000
"""Locales of so many spreadsheets are known; then they are read anew."""


@dataclass(frozen=True, slots=True)
class Shared:
    """State that the commits of one process share.

    Attributes
    ----------
    now
        Returns the time, in seconds since 1970.
    locales
        Locale by spreadsheet, as it was read last: an error is told in it.
    """

    locks: Locks
    capabilities: Capabilities
    now: Callable[[], float]
    locales: dict[str, str] = field(default_factory=dict)

    def note_locale(self, spreadsheet_id: str, snapshot: Snapshot) -> None:
        """Note in which locale a spreadsheet is to be answered."""
        if len(self.locales) >= _LOCALES_KEPT and spreadsheet_id not in self.locales:
            self.locales.clear()
        self.locales[spreadsheet_id] = snapshot.locale


class Spreadsheet:
    """Reads and commits of one spreadsheet.

    Parameters
    ----------
    calls
        Calls Google for this spreadsheet.
    budget
        Returns how long one read or transaction may try; the same each time where they share it.
    """

    def __init__(self, calls: SpreadsheetCalls, budget: Callable[[], RetryBudget], shared: Shared) -> None:
        self.calls = calls
        self._budget = budget
        self._shared = shared

    @property
    def id(self) -> str:
        """The spreadsheet's id."""
        return self.calls.spreadsheet_id

    @contextmanager
    def lock(self, seconds: float = SCORING_SECONDS) -> Iterator[None]:
        """Hold the spreadsheet's lock in this process for a whole use case; wait at most `seconds` for it.

        Long work leaves it to others whenever it waits for quota, so that no edit waits with it.
        """
        with self._shared.locks.hold(self.id, seconds):
            self.calls.wait_for_room()
            yield

    def read(self, ranges: Sequence[str], *, fields: str = "") -> Snapshot:
        """Read once, again only where Google fails for a moment; without `ranges`, all tabs but no cells.

        Parameters
        ----------
        fields
            Field mask of the read; by default whole cells.
        """
        reading = Reading(self.calls, ranges, fields or fields_for(ranges), self._budget())
        snapshot = retried(reading.snapshot, reading.budget, lambda: self.calls.service_account)
        if "locale" in reading.fields:
            self._shared.note_locale(self.id, snapshot)
        return snapshot

    def columns(self, ranges: Sequence[str]) -> list[list[list[Cell]]]:
        """Return the values of `ranges`, each as a list of columns; read again where Google fails for a moment."""
        budget = self._budget()
        return retried(lambda: self.calls.columns(ranges, seconds=budget.left), budget)

    def transact(
        self, ranges: Sequence[str], decide: Callable[[Snapshot], Planned[W, R]], *, parts: Sequence[str] = ()
    ) -> Outcome[W, R]:
        """Read `ranges`, ask `decide` what to write, and write it, once.

        Parameters
        ----------
        decide
            Called with what was read, at each attempt.
        parts
            What the read shows of each tab beside the usual, by the API's name.

        Raises
        ------
        ApiFailure
            If Google refuses to read `ranges` or refuses the same write twice with the same words though
            nobody else has written: the caller knows better what that means.
        AudienceError
            If the time was not enough, or trying again is no use.
        """

        def decided(snapshot: Snapshot) -> Planned[W, R]:
            self._shared.note_locale(self.id, snapshot)
            return decide(snapshot)

        is_long = self.calls.client.is_long_work
        while_waiting = self._shared.locks.left_to_others if is_long else nullcontext
        reading = Reading(self.calls, ranges, fields_for(ranges, parts), self._budget(), while_waiting)
        return Transaction(reading, decided, self._shared.capabilities, self._shared.now).run()
