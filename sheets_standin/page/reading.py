"""Queries of the page: the feed of events, windows of cells, text to copy, sidebars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from sheets_standin.page import answers, filters, view
from sheets_standin.page.answers import PageError, json_page
from sheets_standin.page.cell_view import Showing
from sheets_standin.page.charts import charts
from sheets_standin.page.visitors import Visitors
from sheets_standin.sheets_api.http import Page
from sheets_standin.spreadsheet.document import Document, Sheet
from sheets_standin.workspace import Workspace

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
        self._filters = filters.Kept()
        self.routes: Mapping[str, Callable[[Query], Page]] = {
            "feed": self._feed,
            "window": self._window,
            "charts": self._charts,
            "filter": self._filter,
            "values": self._values,
            "edge": self._edge,
            "text": self._text,
            "frame": self._frame,
            "outbox": self._outbox,
            "mail": self._mail,
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

    def _outbox(self, _query: Query) -> Page:
        """Return what scripts have sent, the newest first."""
        shown = [
            {
                "number": number,
                "kind": message.kind,
                "at": message.at.isoformat(timespec="seconds"),
                "sender": message.sender,
                "to": list(message.to),
                "subject": message.subject,
                "text": message.text,
                "hasHtml": bool(message.html),
            }
            for number, message in enumerate(self._workspace.outbox.messages)
        ]
        return json_page({"messages": shown[::-1]})

    def _mail(self, query: Query) -> Page:
        """Return one mail as a mail program shows it: nothing in it runs, and nothing is fetched."""
        messages = self._workspace.outbox.messages
        number = int(query["number"])
        if not 0 <= number < len(messages) or not messages[number].html:
            raise PageError(404, "There is no such mail.")
        return answers.mail(messages[number].html)

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
        return json_page(answer)

    def _window(self, query: Query) -> Page:
        self._visitors.of(query)
        with self._workspace.lock:
            sheet = self._sheet(int(query["sheet"]))
            first = max(0, int(query["first"]))
            rows = view.window(sheet, self._showing(sheet), first, int(query["last"]))
            return json_page({"revision": self._document.revision, "first": first, "rows": rows})

    def _charts(self, query: Query) -> Page:
        self._visitors.of(query)
        with self._workspace.lock:
            shown = charts(self._document, self._sheet(int(query["sheet"])))
            return json_page({"revision": self._document.revision, "charts": shown})

    def _filter(self, query: Query) -> Page:
        """Return a filter view, or the tab's own filter where none is named, to the person who asks only."""
        self._visitors.of(query)
        with self._workspace.lock:
            sheet, chosen = self._chosen(query)
            today = self._document.wall_clock().date()
            shown = self._filters.told_of(chosen, sheet, self._document.locale, today) if chosen else None
            return json_page({"revision": self._document.revision, "filter": shown})

    def _values(self, query: Query) -> Page:
        self._visitors.of(query)
        with self._workspace.lock:
            sheet, chosen = self._chosen(query)
            if chosen is None:
                raise PageError(404, "There is no filter on this tab any more.")
            choices = filters.values(chosen, sheet, int(query["column"]), self._document.locale)
            return json_page({"revision": self._document.revision, **choices})

    def _chosen(self, query: Query) -> tuple[Sheet, Mapping[str, Any] | None]:
        sheet, view = self._sheet(int(query["sheet"])), int(query.get("view", 0))
        return sheet, filters.filter_on(sheet, view)

    def _edge(self, query: Query) -> Page:
        self._visitors.of(query)
        with self._workspace.lock:
            sheet = self._sheet(int(query["sheet"]))
            place = (int(query[name]) for name in ("row", "column", "down", "right"))
            return json_page({"cell": view.edge(sheet, *place)})

    def _text(self, query: Query) -> Page:
        self._visitors.of(query)
        with self._workspace.lock:
            sheet = self._sheet(int(query["sheet"]))
            area = (int(query[name]) for name in ("row", "column", "rows", "columns"))
            return json_page({"text": view.text(sheet, self._document.locale, *area)})

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
