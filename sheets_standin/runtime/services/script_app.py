"""ScriptApp: triggers, authorization and tokens."""

from __future__ import annotations

from typing import Any

from sheets_standin.runtime.authorization import EMAIL
from sheets_standin.runtime.execution import Execution
from sheets_standin.runtime.services.spreadsheet import SpreadsheetObject
from sheets_standin.runtime.triggers import Trigger
from sheets_standin.runtime.wire import Enumerated, NotSupported, ScriptError, ServiceObject

AUTHORIZATION_URL = "https://accounts.google.com/o/oauth2/local-stand-in"
_STATUS = "ScriptApp.AuthorizationStatus"
_EVENTS = ("ON_OPEN", "ON_EDIT", "ON_CHANGE")


class ScriptAppService(ServiceObject):
    """ScriptApp."""

    js = "ScriptApp"

    def __init__(self, execution: Execution) -> None:
        self._execution = execution
        self._script = execution.script

    def getScriptId(self) -> str:
        return self._script.script_id

    def getInstallationSource(self) -> Enumerated:
        return Enumerated("ScriptApp.InstallationSource", "NONE")

    def newTrigger(self, function: str) -> TriggerBuilder:
        return TriggerBuilder(self._execution, function)

    def getProjectTriggers(self) -> list[TriggerObject]:
        owned = self._script.triggers.of(self._execution.run.effective)
        return [TriggerObject(trigger) for trigger in owned]

    def getScriptTriggers(self) -> list[TriggerObject]:
        return self.getProjectTriggers()

    def getUserTriggers(self, spreadsheet: SpreadsheetObject) -> list[TriggerObject]:
        wanted = spreadsheet.getId()
        return [trigger for trigger in self.getProjectTriggers() if trigger.getTriggerSourceId() == wanted]

    def deleteTrigger(self, trigger: TriggerObject) -> None:
        if not self._script.triggers.delete(trigger.trigger, self._execution.run.effective):
            raise ScriptError(
                "Unexpected error while getting the method or property deleteTrigger on object ScriptApp."
            )

    def getOAuthToken(self) -> str:
        if self._execution.run.mode != "FULL":
            raise ScriptError("You do not have permission to call ScriptApp.getOAuthToken.")
        return (
            "ya29.local-stand-in"  # it opens nothing: spreadsheets.currentonly tokens do not work on the API
        )

    def getIdentityToken(self) -> str | None:
        scopes, run = self._execution.scopes, self._execution.run
        if run.mode != "FULL" or "openid" not in scopes:
            return None
        claims = {} if EMAIL in scopes else {"email": None, "email_verified": None}
        return self._script.issuer.identity_token(
            run.effective, self._script.audience, self._script.issuer_url, **claims
        )

    def getAuthorizationInfo(self, mode: Enumerated, scopes: list[str] | None = None) -> AuthorizationObject:
        wanted = set(scopes or self._script.project.scopes) if mode.name == "FULL" else set()
        return AuthorizationObject(bool(wanted - set(self._execution.scopes)), sorted(self._execution.scopes))

    def requireScopes(self, mode: Enumerated, scopes: list[str]) -> None:
        if mode.name == "FULL" and set(scopes) - set(self._execution.scopes):
            raise ScriptError("Authorization is required to perform that action.")

    def requireAllScopes(self, mode: Enumerated) -> None:
        self.requireScopes(mode, list(self._script.project.scopes))

    def invalidateAuth(self) -> None:
        self._script.consents.revoke(self._execution.run.effective)


class AuthorizationObject(ServiceObject):
    """Whether an account has to consent."""

    js = "ScriptApp.AuthorizationInfo"

    def __init__(self, is_required: bool, scopes: list[str]) -> None:
        self._is_required, self._scopes = is_required, scopes

    def getAuthorizationStatus(self) -> Enumerated:
        return Enumerated(_STATUS, "REQUIRED" if self._is_required else "NOT_REQUIRED")

    def getAuthorizationUrl(self) -> str | None:
        return AUTHORIZATION_URL if self._is_required else None

    def getAuthorizedScopes(self) -> list[str]:
        return self._scopes


class TriggerObject(ServiceObject):
    """An installed trigger."""

    js = "ScriptApp.Trigger"

    def __init__(self, trigger: Trigger) -> None:
        self.trigger = trigger

    def getUniqueId(self) -> str:
        return self.trigger.uid

    def getHandlerFunction(self) -> str:
        return self.trigger.handler

    def getEventType(self) -> Enumerated:
        return Enumerated("ScriptApp.EventType", self.trigger.event)

    def getTriggerSource(self) -> Enumerated:
        source = "CLOCK" if self.trigger.event == "CLOCK" else "SPREADSHEETS"
        return Enumerated("ScriptApp.TriggerSource", source)

    def getTriggerSourceId(self) -> str | None:
        return None if self.trigger.event == "CLOCK" else self.trigger.source_id


class TriggerBuilder(ServiceObject):
    """A trigger before it is known what fires it."""

    js = "ScriptApp.TriggerBuilder"

    def __init__(self, execution: Execution, function: str) -> None:
        self._execution, self._function = execution, function

    def forSpreadsheet(self, spreadsheet: Any) -> SpreadsheetTriggerBuilder:
        given = spreadsheet if isinstance(spreadsheet, str) else spreadsheet.getId()
        if given != self._execution.script.document.spreadsheet_id:
            raise NotSupported("a trigger for another spreadsheet than the script's own")
        return SpreadsheetTriggerBuilder(self._execution, self._function)

    def timeBased(self) -> ClockTriggerBuilder:
        return ClockTriggerBuilder(self._execution, self._function)


class SpreadsheetTriggerBuilder(ServiceObject):
    """A trigger of a spreadsheet."""

    js = "ScriptApp.SpreadsheetTriggerBuilder"

    def __init__(self, execution: Execution, function: str) -> None:
        self._execution, self._function = execution, function
        self._event = ""

    def onEdit(self) -> SpreadsheetTriggerBuilder:
        return self._on("ON_EDIT")

    def onChange(self) -> SpreadsheetTriggerBuilder:
        return self._on("ON_CHANGE")

    def onOpen(self) -> SpreadsheetTriggerBuilder:
        return self._on("ON_OPEN")

    def _on(self, event: str) -> SpreadsheetTriggerBuilder:
        self._event = event
        return self

    def create(self) -> TriggerObject:
        if self._event not in _EVENTS:
            raise ScriptError("The event type must be specified before the trigger is created.")
        return _created(self._execution, self._function, self._event, None)


class ClockTriggerBuilder(ServiceObject):
    """A trigger of the clock."""

    js = "ScriptApp.ClockTriggerBuilder"

    def __init__(self, execution: Execution, function: str) -> None:
        self._execution, self._function = execution, function
        self._hours: int | None = None

    def everyHours(self, hours: int) -> ClockTriggerBuilder:
        if hours < 1:
            raise ScriptError("The value you passed to everyHours was invalid.")
        self._hours = hours
        return self

    def everyDays(self, days: int) -> ClockTriggerBuilder:
        return self.everyHours(24 * days)

    def everyMinutes(self, _minutes: int) -> ClockTriggerBuilder:
        raise ScriptError("Time-driven triggers of add-ons may run once an hour at most.")

    def create(self) -> TriggerObject:
        if self._hours is None:
            raise ScriptError("The time of the trigger must be specified before it is created.")
        return _created(self._execution, self._function, "CLOCK", self._hours)


def _created(execution: Execution, function: str, event: str, hours: int | None) -> TriggerObject:
    trigger = execution.script.triggers.add(function, event, execution.run.effective, hours)
    return TriggerObject(trigger)
