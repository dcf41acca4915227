"""Calls of a client for one spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from server.core.cells import Cell
from server.sheets.api.client import Json, SheetsClient


class SpreadsheetCalls:
    """Calls to one spreadsheet; the methods are those of `SheetsClient`, which says what they do.

    Parameters
    ----------
    client
        Makes the calls.
    spreadsheet_id
        Bound here once.
    """

    def __init__(self, client: SheetsClient, spreadsheet_id: str) -> None:
        self.client = client
        self.spreadsheet_id = spreadsheet_id

    @property
    def service_account(self) -> str:
        """E-mail address that the spreadsheet must be shared with, "" where it is not known."""
        return self.client.service_account

    def wait_for_room(self) -> None:
        """Have long work wait until there is room for the calls of a transaction."""
        self.client.wait_for_room(self.spreadsheet_id)

    def get(self, ranges: Sequence[str], fields: str, *, seconds: float | None = None) -> Json:
        """Return the parts of the spreadsheet that `fields` names, limited to `ranges`."""
        return self.client.get(self.spreadsheet_id, ranges, fields, seconds=seconds)

    def columns(self, ranges: Sequence[str], *, seconds: float | None = None) -> list[list[list[Cell]]]:
        """Return the values of `ranges`, each as a list of columns."""
        return self.client.columns(self.spreadsheet_id, ranges, seconds=seconds)

    def batch_update(
        self,
        requests: Sequence[Json],
        *,
        ranges: Sequence[str] = (),
        fields: str = "",
        seconds: float | None = None,
    ) -> Json:
        """Apply `requests` all together or not at all."""
        return self.client.batch_update(
            self.spreadsheet_id, requests, ranges=ranges, fields=fields, seconds=seconds
        )

    def put_rows(self, data: Mapping[str, Sequence[Sequence[Cell]]]) -> None:
        """Write rows of plain values to ranges."""
        self.client.put_rows(self.spreadsheet_id, data)
