"""One run of a function: who runs it and how, what it holds, and what it wrote but has not flushed."""

from __future__ import annotations

import datetime as dt
import hmac
import itertools
import re
import secrets
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.google.tokens import TokenIssuer
from sandbox.runtime.authorization import Consents, refuse_unauthorized
from sandbox.runtime.child import Limit
from sandbox.runtime.project import Project
from sandbox.runtime.sessions import Selection, Session
from sandbox.runtime.signatures import check
from sandbox.runtime.stores import Stores
from sandbox.runtime.wire import NotSupported, ScriptError, ServiceObject, decoded, encoded
from sandbox.sheets_api.caller import Caller
from sandbox.sheets_api.errors import ApiError
from sandbox.spreadsheet.document import Document, LimitError
from sandbox.workspace import Role, Workspace

if TYPE_CHECKING:
    from sandbox.runtime.triggers import Triggers

NO_ACCESS = "You do not have permission to access the requested document."
_PLACE = re.compile(r"^Invalid requests\[\d+\]\.\w+: ")

Write = Callable[[Caller], Any]


@dataclass(slots=True)
class Script:
    """A script bound to one spreadsheet, with all that its runs share.

    Attributes
    ----------
    hosts
        Where a URL really leads, by its beginning.
    sleep
        Takes seconds.
    fetch_seconds
        After them UrlFetchApp gives up.
    sharing_refusal
        What sharing is refused with, where a domain forbids it.
    """

    workspace: Workspace
    document: Document
    issuer: TokenIssuer
    project: Project
    hosts: Mapping[str, str]
    issuer_url: str
    audience: str
    name: str
    script_id: str
    stores: Stores
    consents: Consents
    triggers: Triggers
    sleep: Callable[[float], None] = time.sleep
    fetch_seconds: float = 60.0
    sharing_refusal: str = ""
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def user_key(self, email: str) -> str:
        """Return a name for an account that says nothing about it."""
        return hmac.new(self.secret, email.encode(), "sha256").hexdigest()

    def now(self) -> dt.datetime:
        """Return the time, aware."""
        return self.workspace.clock.now()


@dataclass(frozen=True, slots=True)
class Run:
    """Which function is to run, for whom, and how.

    Attributes
    ----------
    effective
        The account whose permissions it has.
    active
        Who is at the keyboard, "" for nobody.
    mode
        NONE, LIMITED or FULL.
    kind
        "simple", "trigger", "time", "menu" or "call".
    selection
        What is taken for selected, where it is not what the page says: in an edit event, what was edited.
    trigger_uid, frame
        The installed trigger that fired; the sidebar or dialog that called.
    """

    function: str
    effective: str
    active: str
    mode: str
    kind: str
    session: Session | None = None
    selection: Selection | None = None
    trigger_uid: str = ""
    frame: str = ""


@dataclass(slots=True)
class Record:
    """What became of a run, for the list of executions.

    Attributes
    ----------
    status
        "Running", "Completed", "Failed" or "Timed Out".
    """

    function: str
    kind: str
    account: str
    started: dt.datetime
    status: str = "Running"
    seconds: float = 0.0
    error: dict[str, Any] | None = None
    log: list[tuple[str, str]] = field(default_factory=list)


class Book:
    """A spreadsheet as one run sees it: its own writes wait until they are flushed."""

    def __init__(self, execution: Execution, document: Document) -> None:
        self.execution = execution
        self.document = document
        self._pending: list[Write] = []
        self._is_structural = False

    def later(self, write: Write, *, structural: bool = False) -> None:
        """Keep a write for the next flush; a structural one changes tabs, rows or columns."""
        self._pending.append(write)
        self._is_structural = self._is_structural or structural

    def read(self) -> Document:
        """Return the spreadsheet with all that this run has written."""
        self.flush()
        return self.document

    def shape(self) -> Document:
        """Return the spreadsheet, its tabs and their sizes being as this run has made them."""
        return self.read() if self._is_structural else self.document

    @property
    def caller(self) -> Caller:
        """The account at work; refused where it may not even look."""
        execution = self.execution
        email = execution.run.effective
        role = execution.script.workspace.role_of(self.document.spreadsheet_id, email)
        if role is None:
            raise ScriptError(NO_ACCESS)
        return Caller(self.document, email, role)

    def flush(self) -> None:
        """Apply what waits, all together.

        Raises
        ------
        ScriptError
            If the account may not, or a limit would be passed.
        """
        if not self._pending:
            return
        pending, self._pending, self._is_structural = self._pending, [], False
        caller = self.caller
        if caller.role < Role.EDITOR:
            raise ScriptError("You do not have permission to perform that action.")
        try:
            with self.document.changing(caller.email, f"Apps Script: {self.execution.run.function}"):
                for write in pending:
                    write(caller)
        except ApiError as error:
            raise script_error(error) from error
        except LimitError as error:
            raise ScriptError(str(error)) from error


def script_error(error: ApiError) -> ScriptError:
    """Return an API's refusal as scripts see it."""
    if error.code == 501:
        return NotSupported(error.message)
    return ScriptError(_PLACE.sub("", error.message))


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
        return self._books.setdefault(document.spreadsheet_id, Book(self, document))

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
        arguments = [decoded(each, self._held) for each in message["arguments"]]
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
