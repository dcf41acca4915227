"""State that all transactions of one process share."""

from __future__ import annotations

import time
from collections.abc import Callable

from server.core.wording import FALLBACK, Wording
from server.sheets.api.calls import SpreadsheetCalls
from server.sheets.api.client import SheetsClient
from server.sheets.api.retry import RetryBudget
from server.sheets.commit.locks import Locks
from server.sheets.commit.spreadsheet import Shared, Spreadsheet
from server.sheets.commit.transaction import Capabilities


class Committer:
    """Access to spreadsheets by commits; one for each process.

    Parameters
    ----------
    client
        Calls Google.
    budget
        Returns how long a transaction may try.
    now
        Returns the time, in seconds since 1970.
    locks
        Of the process; by default its own.
    """

    def __init__(
        self,
        client: SheetsClient,
        budget: Callable[[], RetryBudget] = RetryBudget,
        now: Callable[[], float] = time.time,
        locks: Locks | None = None,
    ) -> None:
        self.client = client
        self.budget = budget
        self._shared = Shared(locks or Locks(), Capabilities(), now)

    def wording(self, spreadsheet_id: str, language: str = "") -> Wording:
        """Return how a spreadsheet is answered.

        Parameters
        ----------
        language
            That the caller asks for; counts where this process has not read the spreadsheet yet.
        """
        return Wording(self._shared.locales.get(spreadsheet_id) or language or FALLBACK)

    def sheet(
        self,
        spreadsheet_id: str,
        *,
        client: SheetsClient | None = None,
        budget: Callable[[], RetryBudget] | None = None,
    ) -> Spreadsheet:
        """Return one spreadsheet to read and write.

        Parameters
        ----------
        client
            Makes the calls; by default the one for live scoring.
        budget
            Returns how long one read or transaction may try; by default as long as live scoring.
        """
        return Spreadsheet(
            SpreadsheetCalls(client or self.client, spreadsheet_id), budget or self.budget, self._shared
        )
