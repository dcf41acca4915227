"""Makes each of Google's services by the name that scripts use."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sheets_standin.runtime.execution import Execution
from sheets_standin.runtime.services.html import HtmlService
from sheets_standin.runtime.services.mail import MailService
from sheets_standin.runtime.services.people import SessionService
from sheets_standin.runtime.services.script_app import ScriptAppService
from sheets_standin.runtime.services.spreadsheet_app import SpreadsheetAppService
from sheets_standin.runtime.services.storage import CacheService, LockService, PropertiesService
from sheets_standin.runtime.services.url_fetch import UrlFetchService
from sheets_standin.runtime.services.utilities import UtilitiesService
from sheets_standin.runtime.wire import ServiceObject


def roots() -> Mapping[str, Callable[[Execution], ServiceObject]]:
    """Return what makes each service, by the name that scripts know."""
    return {
        "CacheService": CacheService,
        "HtmlService": HtmlService,
        "LockService": LockService,
        "MailApp": MailService,
        "PropertiesService": PropertiesService,
        "ScriptApp": ScriptAppService,
        "Session": SessionService,
        "SpreadsheetApp": SpreadsheetAppService,
        "UrlFetchApp": UrlFetchService,
        "Utilities": UtilitiesService,
    }
