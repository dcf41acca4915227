"""Who may use which source. Unknown and not allowed get one answer, so that nobody can try names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from server.sources.engines.engine import Engine
from server.sources.engines.opening import open_engine
from server.sources.source import Source
from server.sources.trouble import not_available

Open = Callable[[Source, str], Engine]


class Sources:
    """The sources that the deployment declares.

    Parameters
    ----------
    open_with
        Returns a connection to a source for a run.
    """

    def __init__(self, declared: Mapping[str, Source], open_with: Open = open_engine) -> None:
        self.declared = declared
        self.open_with = open_with

    def of(self, name: str, spreadsheet_id: str, address: str, *, goes_on: bool = False) -> Source:
        """Return a source that a spreadsheet may use.

        Parameters
        ----------
        address
            Of who asks, verified by Google; "" where nobody is told.
        goes_on
            The schedule asks, and the sheet shows a run of this source already, which somebody who may has made.

        Raises
        ------
        SourceAccessError
            If there is none of that name, the spreadsheet is not listed, or who asks is of no listed domain.
        """
        source = self.declared.get(name)
        if source is None or spreadsheet_id not in source.spreadsheets:
            raise not_available()
        domain = address.rpartition("@")[2].casefold()
        if source.domains and domain not in source.domains and not goes_on:
            raise not_available()
        return source
