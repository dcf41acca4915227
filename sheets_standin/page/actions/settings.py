"""File › Settings: the spreadsheet's locale and time zone."""

from __future__ import annotations

import babel
import pytz

from sheets_standin.page.actions.acting import Acting
from sheets_standin.page.guard import Refused
from sheets_standin.runtime.sessions import Session


class SettingActs(Acting):
    """The acts on the spreadsheet as a whole."""

    def set_settings(self, session: Session, locale: str, time_zone: str) -> None:
        """Set how numbers, dates and money are typed and shown, and which day it is.

        Values that stand in cells stay; those without a pattern of their own look different.
        """
        try:
            babel.Locale.parse(locale)
        except (babel.UnknownLocaleError, ValueError):
            raise Refused(f"{locale} is no locale that is known here.") from None
        if time_zone not in pytz.all_timezones_set:
            raise Refused(f"{time_zone} is no time zone that is known here.")
        with self._workspace.lock:
            self._guard.editor(session.email)
            with self._document.changing(session.email, "settings"):
                self._document.locale = locale
                self._document.time_zone = time_zone
                self._document.noted("updateSpreadsheetProperties", f"{locale}, {time_zone}")
        self._tell_changed(session, "OTHER")
