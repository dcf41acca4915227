"""One run of a function: its state, and the answers to its calls of Google's services."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping
from typing import Any

from sheets_standin.runtime.authorization import refuse_unauthorized
from sheets_standin.runtime.book import Book
from sheets_standin.runtime.limit import Limit
from sheets_standin.runtime.script import Record, Run, Script
from sheets_standin.runtime.sessions import Selection
from sheets_standin.runtime.signatures import check
from sheets_standin.runtime.wire import NotSupported, ScriptError, ServiceObject, decoded, encoded
from sheets_standin.spreadsheet.document import Document


class Execution:
    """Answers what one run asks of Google's services.

    Parameters
    ----------
    roots
        Makes a service by its name.
    """

    def __init__(
        self,
        script: Script,
        run: Run,
        limit: Limit,
        roots: Mapping[str, Callable[[Execution], ServiceObject]],
    ) -> None:
        self.script = script
        self.run = run
        self.limit = limit
        self.record = Record(run.function, run.kind, run.effective, script.now())
        self.frames: dict[str, str] = {}
        self._roots = roots
        self._objects: dict[Any, ServiceObject] = {}
        self._handles: dict[int, Any] = {}
        self._numbers = itertools.count(1)
        self._books: dict[str, Book] = {}

    @property
    def scopes(self) -> Collection[str]:
        """What the account has consented to, as far as the project still asks for it."""
        return self.script.consents.of(self.run.effective) & set(self.script.project.scopes)

    def book(self, document: Document) -> Book:
        """Return a spreadsheet as this run sees it."""
        return self._books.setdefault(document.spreadsheet_id, Book(self.script, self.run, document))

    def flush(self) -> None:
        """Apply all writes that wait."""
        with self.script.workspace.lock:
            for book in self._books.values():
                book.flush()

    def selection(self) -> Selection:
        """Return what is selected for this run."""
        if self.run.selection is not None:
            return self.run.selection
        if self.run.session is not None:
            return self.run.session.selection
        return Selection(self.script.document.sheets[0].sheet_id)

    def handle(self, target: ServiceObject) -> Any:
        """Return the handle of an object, one and the same for the same object."""
        if id(target) not in self._handles:
            number = next(self._numbers)
            self._objects[number] = target
            self._handles[id(target)] = number
        return self._handles[id(target)]

    def encoded(self, value: Any) -> Any:
        """Return a value as it goes to the script."""
        return encoded(value, self.handle)

    def answer(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Answer one call of the script: its value, or the error to throw."""
        if "log" in message:
            self.record.log.append((message["log"], message["text"]))
            return {"value": None}
        try:
            return {"value": self.encoded(self._invoke(message))}
        except ScriptError as error:
            return {"error": {"name": error.name, "message": error.message}}

    def wait(self, work: Callable[[], Any]) -> Any:
        """Do what waits for a person: the time does not count."""
        self.limit.pause()
        try:
            return work()
        finally:
            self.limit.resume()

    def _invoke(self, message: Mapping[str, Any]) -> Any:
        owner, method = message["class"], message["method"]
        refuse_unauthorized(owner, method, self.run.mode, self.scopes)
        arguments = [decoded(argument, self._held) for argument in message["arguments"]]
        check(owner, method, arguments)
        target = self._held(message.get("object"))
        implementation = getattr(target, method, None)
        if implementation is None or target.js != owner:
            raise NotSupported(f"{owner}.{method}")
        if owner.startswith("SpreadsheetApp"):
            with self.script.workspace.lock:
                return implementation(*arguments)
        return implementation(*arguments)

    def _held(self, handle: Any) -> ServiceObject:
        if handle not in self._objects:
            if not isinstance(handle, str):
                raise ScriptError("Illegal invocation", "TypeError")
            if handle not in self._roots:
                raise NotSupported(handle)
            self._objects[handle] = self._roots[handle](self)
            self._handles[id(self._objects[handle])] = handle
        return self._objects[handle]
