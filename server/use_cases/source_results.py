"""Published table of a source: synchronised with the sheet's run, and cleared of erased customers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from server.core.transactions.customer_ids import id_key
from server.core.wording import Wording
from server.errors import AudienceError
from server.sheets.api.failures import CallError
from server.sheets.commit.committer import Committer
from server.sheets.tabs.source_mark import SourceRunMark, source_mark_of
from server.sources.allowed import Sources
from server.sources.engines.opening import new_run_id
from server.sources.source import Source

if TYPE_CHECKING:
    from server.core.audiences.selection import Customer
    from server.sheets.commit.snapshot import Snapshot

log = logging.getLogger(__name__)


class SourceResults:
    """Use case: keep the published table of a source in step with the sheet.

    Parameters
    ----------
    committer
        Reads spreadsheets.
    """

    def __init__(self, committer: Committer, sources: Sources) -> None:
        self._committer = committer
        self._client = committer.client.for_spare_moments()
        self._sources = sources
        self._shown: dict[str, SourceRunMark] = {}
        self._lock = threading.Lock()

    def show(self, spreadsheet_id: str) -> bool:
        """Repeat the swap of a run that the sheet shows and the published table does not; whether it was repeated.

        Nothing is raised: who sweeps has nothing to do with it.
        """
        try:
            return self._show(spreadsheet_id)
        except (AudienceError, CallError) as error:
            log.info("the results of a source were not looked at: %s", type(error).__name__)
        except Exception:
            log.exception("the results of a source were not looked at")
        return False

    def _show(self, spreadsheet_id: str) -> bool:
        marked = self._marked(spreadsheet_id)
        if marked is None:
            return False
        source, mark = marked
        with self._lock:
            if self._shown.get(spreadsheet_id) == mark:
                return False
        engine = self._sources.open_with(source, new_run_id())
        try:
            is_other = engine.published()[1] != mark.run_id
            if is_other:
                engine.swap(mark.run_id)
        finally:
            engine.close()
        with self._lock:
            self._shown[spreadsheet_id] = mark
        return is_other

    def customers(
        self, spreadsheet_id: str, address: str, overview: Snapshot, shown: Sequence[Customer]
    ) -> Sequence[Customer]:
        """Return all customers: those of the table that the sheet's source publishes, where it shows some of them.

        Parameters
        ----------
        address
            Of who asks, "" where nobody is told.
        overview
            The spreadsheet with its marks.

        Raises
        ------
        SourceError
            If the source may not be used any more, or its table cannot be read.
        InputError
            If there are more than one audience is chosen among.
        """
        mark = source_mark_of(overview.metadata)
        if mark is None:
            return shown
        source = self._sources.of(mark.source, spreadsheet_id, address)
        engine = self._sources.open_with(source, new_run_id())
        try:
            from server.sources.published import published_customers, show

            show(engine, mark.run_id)
            return published_customers(engine, shown)
        finally:
            engine.close()

    def forget(self, spreadsheet_id: str, customer_id: str, *, confirmed: bool) -> str:
        """Erase a customer from the published results; return a sentence about it, "" where there is no source.

        Raises
        ------
        SourceError
            If the engine does not let it be done: the customer is still there then.
        """
        marked = self._marked(spreadsheet_id)
        if marked is None:
            return ""
        source, _mark = marked
        wording = Wording("en")
        taken = 0
        if confirmed:
            engine = self._sources.open_with(source, new_run_id())
            try:
                taken = engine.forget(id_key(customer_id))
            finally:
                engine.close()
            log.warning("source %s: a customer was forgotten; their orders at the source stay", source.name)
        text = wording.say(
            "{count} in the published table of the source {source}.",
            count=wording.counted(taken, "row"),
            source=source.name,
        )
        left = wording.say(
            "The orders at the source itself stay: ask the engineer who runs the service to delete them where the "
            "column {column} holds this id, or the next run brings the customer back.",
            column=source.columns.customer_id,
        )
        return f"{text} {left}" if confirmed else left

    def _marked(self, spreadsheet_id: str) -> tuple[Source, SourceRunMark] | None:
        """Return the source whose run the sheet shows, as far as the sheet may use it still."""
        mine: Mapping[str, Source] = {
            name: source
            for name, source in self._sources.declared.items()
            if spreadsheet_id in source.spreadsheets
        }
        if not mine:
            return None
        mark = source_mark_of(self._committer.sheet(spreadsheet_id, client=self._client).read([]).metadata)
        return (mine[mark.source], mark) if mark is not None and mark.source in mine else None
