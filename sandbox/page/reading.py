"""What a page asks for: the feed of events, windows of cells, text to copy, sidebars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.page import answers, view
from sandbox.page.answers import PageError, told
from sandbox.page.cell_view import Showing
from sandbox.page.charts import charts
from sandbox.page.visitors import Visitors
from sandbox.sheets_api.http import Page
from sandbox.spreadsheet.document import Document, Sheet
from sandbox.workspace import Workspace

POLL_SECONDS = 20.0

Query = Mapping[str, str]


class Reading:
    """Answers what changes nothing."""

    def __init__(self, workspace: Workspace, document: Document, visitors: Visitors) -> None:
        self._workspace = workspace
        self._document = document
        self._visitors = visitors
        self._shown: dict[int, Showing] = {}
        self._shown_at = (-1, dt.date.min)
        self.routes: Mapping[str, Callable[[Query], Page]] = {
            "feed": self._feed,
            "window": self._window,
            "charts": self._charts,
            "edge": self._edge,
            "text": self._text,
            "frame": self._frame,
        }

    def workbook(self) -> dict[str, Any]:
        """Return what the page knows of the tabs."""
        with self._workspace.lock:
            document = self._document
            return {
                "tabs": view.tabs(document),
                "revision": document.revision,
                "locale": document.locale,
                "timeZone": document.time_zone,
            }

    def _feed(self, query: Query) -> Page:
        session = self._visitors.of(query)
        events = session.feed.since(int(query["since"]), float(query.get("wait", POLL_SECONDS)))
        self._visitors.heard(session)
        shown = []
        for event in events:
            if event["kind"] in ("sidebar", "dialog"):
                self._visitors.keep_frame(session, str(event["frame"]), str(event["html"]))
                event = {key: value for key, value in event.items() if key != "html"}
            shown.append(event)
        answer: dict[str, Any] = {"events": shown}
        if any(event["kind"] in ("changed", "preparing") for event in shown):
            answer |= self.workbook()
        return told(answer)

    def _window(self, query: Query) -> Page:
        self._visitors.of(query)
        with self._workspace.lock:
            sheet = self._sheet(int(query["sheet"]))
            first = max(0, int(query["first"]))
            rows = view.window(sheet, self._showing(sheet), first, int(query["last"]))
            return told({"revision": self._document.revision, "first": first, "rows": rows})

    def _charts(self, query: Query) -> Page:
        self._visitors.of(query)
        with self._workspace.lock:
            shown = charts(self._document, self._sheet(int(query["sheet"])))
            return told({"revision": self._document.revision, "charts": shown})

    def _edge(self, query: Query) -> Page:
        self._visitors.of(query)
        with self._workspace.lock:
            sheet = self._sheet(int(query["sheet"]))
            place = (int(query[name]) for name in ("row", "column", "down", "right"))
            return told({"cell": view.edge(sheet, *place)})

    def _text(self, query: Query) -> Page:
        self._visitors.of(query)
        with self._workspace.lock:
            sheet = self._sheet(int(query["sheet"]))
            area = (int(query[name]) for name in ("row", "column", "rows", "columns"))
            return told({"text": view.text(sheet, self._document.locale, *area)})

    def _frame(self, query: Query) -> Page:
        session = self._visitors.of(query)
        html = self._visitors.frame(session, query.get("frame", ""))
        if html is None:
            raise PageError(404, "This sidebar is closed.")
        return answers.frame(html)

    def _showing(self, sheet: Sheet) -> Showing:
        """Return how a tab's cells are shown; it is kept, as a colour scale looks at all cells of its range."""
        now = (self._document.revision, self._document.wall_clock().date())
        if now != self._shown_at:
            self._shown_at = now
            self._shown.clear()
        # A change that was taken back leaves the revision, and another grid.
        key = id(sheet.grid)
        if key not in self._shown:
            self._shown[key] = view.showing(self._document, sheet)
        return self._shown[key]

    def _sheet(self, sheet_id: int) -> Sheet:
        try:
            return self._document.sheet_by_id(sheet_id)
        except KeyError:
            raise PageError(404, "This tab has been deleted.") from None
