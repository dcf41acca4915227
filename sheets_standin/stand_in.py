"""The whole stand-in: spreadsheets, the Sheets API, Drive and tokens on one port of this machine."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from sheets_standin.google.tokens import TokenIssuer
from sheets_standin.sheets_api.http import GoogleServer
from sheets_standin.sheets_api.quotas import Quotas
from sheets_standin.sheets_api.service import SheetsService
from sheets_standin.workspace import Workspace


class StandIn:
    """A Google of one's own; it answers between `__enter__` and `__exit__`.

    Parameters
    ----------
    workspace
        The spreadsheets to begin with; none where it is left out.
    port
        0 for any that is free.
    quota
        Whether Google's calls a minute are counted, and more of them refused with 429.
    """

    def __init__(self, workspace: Workspace | None = None, *, port: int = 0, quota: bool = True) -> None:
        self.workspace = workspace or Workspace()
        self.service = SheetsService(self.workspace)
        self.issuer = TokenIssuer()
        self.server = GoogleServer(self.service, self.issuer, port=port, quotas=Quotas(enabled=quota))

    def __enter__(self) -> Self:
        self.server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.stop()

    @property
    def url(self) -> str:
        """Address of the stand-in, without a slash at its end."""
        return self.server.url
