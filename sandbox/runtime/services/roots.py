"""What makes each of Google's services, by the name that scripts know."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sandbox.runtime.execution import Execution
from sandbox.runtime.services.html import HtmlService
from sandbox.runtime.services.people import SessionService
from sandbox.runtime.services.script_app import ScriptAppService
from sandbox.runtime.services.spreadsheet_app import SpreadsheetAppService
from sandbox.runtime.services.storage import CacheService, LockService, PropertiesService
from sandbox.runtime.services.url_fetch import UrlFetchService
from sandbox.runtime.services.utilities import UtilitiesService
from sandbox.runtime.wire import ServiceObject


def roots() -> Mapping[str, Callable[[Execution], ServiceObject]]:
    """Return what makes each service, by the name that scripts know."""
    return {
        "CacheService": CacheService,
        "HtmlService": HtmlService,
        "LockService": LockService,
        "PropertiesService": PropertiesService,
        "ScriptApp": ScriptAppService,
        "Session": SessionService,
        "SpreadsheetApp": SpreadsheetAppService,
        "UrlFetchApp": UrlFetchService,
        "Utilities": UtilitiesService,
    }
