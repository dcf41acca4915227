"""A script in its spreadsheet, one run of it, and the run's outcome."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sheets_standin.google.tokens import TokenIssuer
from sheets_standin.runtime.authorization import Consents
from sheets_standin.runtime.project import Project
from sheets_standin.runtime.sessions import Selection, Session
from sheets_standin.runtime.stores import Stores
from sheets_standin.runtime.triggers import Triggers
from sheets_standin.spreadsheet.document import Document
from sheets_standin.workspace import Workspace


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
