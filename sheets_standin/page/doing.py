"""Commands of the page: acts, menu items, calls of a sidebar, answers to a script, the switches."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from sheets_standin.page.actions import Actions, AskFirst, Refused
from sheets_standin.page.answers import PageError
from sheets_standin.page.controls import Controls
from sheets_standin.page.requests import ACTS
from sheets_standin.page.visitors import Visitors
from sheets_standin.runtime.sessions import Session
from sheets_standin.spreadsheet.document import Document

Data = dict[str, Any]

Upload = Callable[[Document, str, str, str], int]
"""Puts the text of somebody's file into a spreadsheet: the file's name, its text, who; the number of rows."""


class Scripts(Protocol):
    """The add-on, as far as a page calls it; edits reach it through the actions alone."""

    def opened(self, session: Session) -> None:
        """Somebody opened the spreadsheet."""

    def left(self, session: Session) -> None:
        """A page is closed."""

    def chosen(self, session: Session, function: str) -> None:
        """Somebody chose a menu item."""

    def called(self, session: Session, frame: str, function: str, arguments: list[Any]) -> dict[str, Any]:
        """A sidebar or dialog calls a function."""

    def tick(self) -> int:
        """Start the triggers that are due."""


class Doing:
    """Does what a page asks for.

    Parameters
    ----------
    workbook
        Returns what the page knows of the tabs; it goes with every answer that may have changed them.
    """

    def __init__(
        self,
        document: Document,
        scripts: Scripts,
        actions: Actions,
        controls: Controls,
        visitors: Visitors,
        workbook: Callable[[], Data],
        upload: Upload,
    ) -> None:
        self._document = document
        self._scripts = scripts
        self._actions = actions
        self._controls = controls
        self._visitors = visitors
        self._workbook = workbook
        self._upload = upload
        # One thread that lives on: the kernel ends a service together with the thread that started it.
        self._switches = ThreadPoolExecutor(1, "controls")
        self.routes: Mapping[str, Callable[[Session, Data], Data]] = {
            "act": self._act,
            "select": lambda _session, _data: {},
            "choose": self._choose,
            "call": self._call,
            "answer": self._answered,
            "controls": self._control,
            "import": self._import,
            "left": self._left,
        }

    def stop(self) -> None:
        """Leave the switches as they are."""
        self._switches.shutdown(wait=False, cancel_futures=True)

    def _act(self, session: Session, data: Data) -> Data:
        act = ACTS.get(str(data.get("act")))
        if act is None:
            raise PageError(400, "There is no such act.")
        try:
            answer = act(self._actions, session, data)
        except AskFirst as question:
            return {"ok": False, "confirm": str(question)}
        except Refused as error:
            return {"ok": False, "message": str(error)}
        return {"ok": True, **(answer or {}), **self._workbook()}

    def _choose(self, session: Session, data: Data) -> Data:
        self._scripts.chosen(session, str(data["function"]))
        return {}

    def _call(self, session: Session, data: Data) -> Data:
        """Run a function for a sidebar; its answer comes through the feed, as calls may take minutes."""
        frame, function = str(data["frame"]), str(data["function"])
        arguments, call = list(data["arguments"]), str(data["call"])

        def run() -> None:
            answer = self._scripts.called(session, frame, function, arguments)
            session.feed.add("returned", call=call, **answer)

        threading.Thread(target=run, name=f"call-{function}", daemon=True).start()
        return {}

    def _answered(self, session: Session, data: Data) -> Data:
        session.answer(str(data["question"]), data.get("value"))
        return {}

    def _control(self, session: Session, data: Data) -> Data:
        def run() -> None:
            try:
                self._controls.switch(data)
            except (RuntimeError, OSError) as error:
                session.feed.add("failed", text=str(error))
            self._visitors.tell("controls", state=self._controls.state())

        self._switches.submit(run)
        return {}

    def _import(self, session: Session, data: Data) -> Data:
        name, content = str(data["name"]), str(data["content"])
        try:
            rows = self._actions.loaded(
                session, lambda: self._upload(self._document, name, content, session.email)
            )
        except Refused as error:
            return {"ok": False, "message": str(error)}
        return {"ok": True, "rows": rows, **self._workbook()}

    def _left(self, session: Session, _data: Data) -> Data:
        self._visitors.leave(session)
        return {}
