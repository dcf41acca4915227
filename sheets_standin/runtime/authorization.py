"""Checks whether a run may call a method: by its authorization mode and the scopes that its account consented to."""

from __future__ import annotations

from collections.abc import Collection

from sheets_standin.runtime.project import SCOPE
from sheets_standin.runtime.wire import ScriptError

FETCH = SCOPE + "script.external_request"
TRIGGERS = SCOPE + "script.scriptapp"
DIALOGS = SCOPE + "script.container.ui"
EMAIL = SCOPE + "userinfo.email"
MAIL = SCOPE + "script.send_mail"
THIS_SHEET = SCOPE + "spreadsheets.currentonly"
ALL_SHEETS = SCOPE + "spreadsheets"

_NEEDS = {
    "UrlFetchApp.fetch": FETCH,
    "UrlFetchApp.fetchAll": FETCH,
    "MailApp.sendEmail": MAIL,
    "MailApp.getRemainingDailyQuota": MAIL,
    "ScriptApp.newTrigger": TRIGGERS,
    "ScriptApp.deleteTrigger": TRIGGERS,
    "ScriptApp.getProjectTriggers": TRIGGERS,
    "ScriptApp.getScriptTriggers": TRIGGERS,
    "ScriptApp.getUserTriggers": TRIGGERS,
    "Ui.showSidebar": DIALOGS,
    "Ui.showModalDialog": DIALOGS,
    "Ui.showModelessDialog": DIALOGS,
    "SpreadsheetApp.openById": ALL_SHEETS,
    "SpreadsheetApp.openByUrl": ALL_SHEETS,
    "SpreadsheetApp.open": ALL_SHEETS,
    "SpreadsheetApp.create": ALL_SHEETS,
    "Session.getEffectiveUser": EMAIL,
}
_SHARING = ("addEditor", "addViewer", "addCommenter", "removeEditor", "removeViewer")
_WITHOUT_FILE = ("SpreadsheetApp.getUi",)
_NOT_IN_NONE = ("SpreadsheetApp", "PropertiesService", "CacheService", "LockService")


def refuse_unauthorized(owner: str, method: str, mode: str, scopes: Collection[str]) -> None:
    """Refuse a call that the mode (NONE, LIMITED or FULL) or the account's scopes do not allow.

    Raises
    ------
    ScriptError
        In Google's words.
    """
    if mode != "FULL":
        _refuse_in_mode(owner, method, mode)
        return
    path = f"{owner}.{method}"
    needed = _NEEDS.get(path)
    if needed is None and owner.startswith("SpreadsheetApp") and path not in _WITHOUT_FILE:
        either = (THIS_SHEET, ALL_SHEETS)
        if not any(scope in scopes for scope in either):
            _insufficient(path, " || ".join(either))
    elif needed and needed not in scopes:
        _insufficient(path, needed)


def _refuse_in_mode(owner: str, method: str, mode: str) -> None:
    """Refuse what a simple trigger (NONE, LIMITED) may not do, whatever the account has allowed."""
    path = f"{owner}.{method}"
    needed = _NEEDS.get(path)
    is_sharing = owner == "SpreadsheetApp.Spreadsheet" and method.startswith(_SHARING)
    needs_file = owner.startswith(_NOT_IN_NONE) and path not in _WITHOUT_FILE
    if needed or is_sharing or (mode == "NONE" and needs_file):
        required = f" Required permissions: {needed}" if needed else ""
        raise ScriptError(f"You do not have permission to call {path}.{required}")


def _insufficient(path: str, needed: str) -> None:
    raise ScriptError(
        f"Specified permissions are not sufficient to call {path}. Required permissions: {needed}"
    )


class Consents:
    """Which scopes each account has consented to for one script."""

    def __init__(self) -> None:
        self._given: dict[str, frozenset[str]] = {}
        self._withheld: dict[str, frozenset[str]] = {}

    def of(self, email: str) -> frozenset[str]:
        """Return an account's scopes."""
        return self._given.get(email, frozenset())

    def give(self, email: str, scopes: Collection[str]) -> None:
        """Note that an account consents to scopes, besides those it has."""
        self._given[email] = self.of(email) | frozenset(scopes)
        self._withheld[email] = self._withheld.get(email, frozenset()) - self._given[email]

    def withhold(self, email: str, scopes: Collection[str]) -> None:
        """Note that an account was shown scopes one by one and left these out; those it gave, it may use."""
        self._withheld[email] = self._withheld.get(email, frozenset()) | (frozenset(scopes) - self.of(email))

    def is_settled(self, email: str, scopes: Collection[str]) -> bool:
        """Whether an account has said of each scope that it gives or withholds it, and gives one at least."""
        known = self.of(email) | self._withheld.get(email, frozenset())
        return bool(self.of(email)) and set(scopes) <= known

    def revoke(self, email: str) -> None:
        """Note that an account takes all back."""
        self._given.pop(email, None)
        self._withheld.pop(email, None)
