"""State that all parts of the stand-in share: spreadsheets, who may do what with them, and the time."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from collections.abc import Callable
from enum import IntEnum

from sheets_standin.outbox import Outbox
from sheets_standin.spreadsheet.document import Document


class Role(IntEnum):
    """What an account may do with a spreadsheet."""

    VIEWER = 1
    EDITOR = 2
    OWNER = 3


ANYONE = ""
"""The account that stands for everybody who has the link."""


class Clock:
    """The time; tests set it and move it on."""

    def __init__(self, start: dt.datetime | None = None) -> None:
        self._fixed = start
        self._offset = dt.timedelta()

    def now(self) -> dt.datetime:
        """Return the time, aware."""
        return (self._fixed or dt.datetime.now(dt.UTC)) + self._offset

    def advance(self, by: dt.timedelta) -> None:
        """Move the time on."""
        self._offset += by


class Workspace:
    """Spreadsheets and accounts.

    Attributes
    ----------
    lock
        Held during each call and each act of a person: they happen one after the other.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.outbox = Outbox()
        self.lock = threading.RLock()
        self.documents: dict[str, Document] = {}
        self._roles: dict[tuple[str, str], Role] = {}

    def create(
        self,
        title: str,
        owner: str,
        *,
        spreadsheet_id: str | None = None,
        time_zone: str = "Etc/GMT",
        now: Callable[[], dt.datetime] | None = None,
    ) -> Document:
        """Make a spreadsheet with one empty tab."""
        identity = spreadsheet_id or _new_id()
        document = Document(identity, title, now=now or self.clock.now, time_zone=time_zone)
        self.documents[identity] = document
        self._roles[identity, owner] = Role.OWNER
        return document

    def copy(self, document: Document, owner: str, *, spreadsheet_id: str | None = None) -> Document:
        """Have somebody make a copy of a spreadsheet; nobody else may open it."""
        identity = spreadsheet_id or _new_id()
        twin = document.copied(identity, f"Copy of {document.title}")
        self.documents[identity] = twin
        self._roles[identity, owner] = Role.OWNER
        return twin

    def share(self, spreadsheet_id: str, email: str, role: Role | None) -> None:
        """Give an account a role, or take it away with None."""
        if role is None:
            self._roles.pop((spreadsheet_id, email), None)
        else:
            self._roles[spreadsheet_id, email] = role

    def role_of(self, spreadsheet_id: str, email: str) -> Role | None:
        """Return what an account may do with a spreadsheet, None for nothing."""
        roles = [self._roles.get((spreadsheet_id, account)) for account in (email, ANYONE)]
        return max((role for role in roles if role is not None), default=None)

    def roles_of(self, spreadsheet_id: str) -> dict[str, Role]:
        """Return who may do what with a spreadsheet, the owner first."""
        roles = {email: role for (identity, email), role in self._roles.items() if identity == spreadsheet_id}
        return dict(sorted(roles.items(), key=lambda pair: -pair[1]))


def _new_id() -> str:
    """Return an id as Google draws them: 44 characters, the first a 1, so that none is taken for an option."""
    return "1" + secrets.token_urlsafe(33)[1:]
