"""User and Session: the account that runs a script."""

from __future__ import annotations

from sheets_standin.runtime.authorization import EMAIL
from sheets_standin.runtime.execution import Execution
from sheets_standin.runtime.wire import ServiceObject


class UserObject(ServiceObject):
    """An account."""

    js = "User"

    def __init__(self, email: str) -> None:
        self.email = email

    def getEmail(self) -> str:
        return self.email

    def getUsername(self) -> str:
        return self.email.partition("@")[0]

    getUserLoginId = getEmail


def visible_active(execution: Execution) -> str:
    """Return the active user's address as far as the script may know it.

    Only an account that has consented itself, by a menu or a sidebar, or whose own trigger runs, is told;
    in anybody's simple trigger, and in somebody else's installed one, it is blank (no account here belongs to
    a Workspace domain).
    """
    run = execution.run
    is_own = run.mode == "FULL" and run.active == run.effective
    return run.active if is_own and EMAIL in execution.scopes else ""


class SessionService(ServiceObject):
    """Session."""

    js = "Session"

    def __init__(self, execution: Execution) -> None:
        self._execution = execution

    def getActiveUser(self) -> UserObject:
        return UserObject(visible_active(self._execution))

    def getEffectiveUser(self) -> UserObject:
        return UserObject(self._execution.run.effective)

    def getActiveUserLocale(self) -> str:
        return "en"

    def getScriptTimeZone(self) -> str:
        return self._execution.script.project.time_zone

    def getTemporaryActiveUserKey(self) -> str:
        return self._execution.script.user_key(self._execution.run.active)
