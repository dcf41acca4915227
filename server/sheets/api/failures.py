"""Failures of a call to Google, and the sentence a marketer gets for each.

A call ends in `ApiFailure` (Google answered, but not with success) or `NoAnswer` (nothing usable came back,
so nobody knows whether a write was applied). Both stay inside ``server.sheets``: `explained` turns what is
left of them after the retries into one of the service's own errors.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import msgspec

from server.errors import (
    AudienceError,
    LayoutError,
    OutsideError,
    QuotaError,
    SpreadsheetAccessError,
    SpreadsheetFullError,
)
from server.texts import to_say

if TYPE_CHECKING:
    import requests

_RETRYABLE = frozenset({408, 500, 502, 503, 504})
_PLACE = re.compile(r"\b(?:requests|data)\[\d{1,6}\](?:\.[A-Za-z]{1,40})?")
"""Where in a call Google found something wrong. The rest of its text may quote what stands in cells."""
_UNKNOWN_RANGE = re.compile(r"Unable to parse range: '?(.*?)'?(?:!.*)?$")


class CallError(Exception):
    """A call to the Sheets API that did not succeed."""


class ApiFailure(CallError):
    """Google answered with an error.

    Parameters
    ----------
    status
        HTTP status of the answer.
    message
        Google's own text.
    retry_after_seconds
        What the answer asked for, if it did.
    is_write
        Whether the call was a write.
    """

    def __init__(
        self,
        status: int,
        message: str,
        retry_after_seconds: float | None = None,
        *,
        is_write: bool = False,
    ) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message
        self.retry_after_seconds = retry_after_seconds
        self.is_write = is_write

    @property
    def is_retryable(self) -> bool:
        """Whether the same call may succeed a moment later without any change."""
        return self.status in _RETRYABLE

    @property
    def is_quota(self) -> bool:
        """Whether Google refused the call for its quota."""
        return self.status == 429

    @property
    def unknown_tab(self) -> str | None:
        """Title of the tab that Google did not find, if that is what it complains of."""
        match = _UNKNOWN_RANGE.search(self.message) if self.status == 400 else None
        return match.group(1).replace("''", "'") if match else None

    @property
    def is_outside_grid(self) -> bool:
        """Whether a range began below the last row or right of the last column."""
        return self.status == 400 and "exceeds grid limits" in self.message


class NoAnswer(CallError):
    """The connection broke, or the time was up, or what came back is no JSON: a write may have been applied."""


def explained(failure: CallError, service_account: str = "") -> AudienceError:
    """Return the error to raise for a failure that retries did not mend.

    Parameters
    ----------
    failure
        What the last attempt ended in.
    service_account
        E-mail address that the spreadsheet must be shared with; named in the hint where that helps.
    """
    if isinstance(failure, NoAnswer):
        return OutsideError(
            to_say("Google Sheets did not answer in time."),
            retry_after_seconds=10,
        )
    assert isinstance(failure, ApiFailure)
    if failure.is_quota:
        wait = max(1, math.ceil(failure.retry_after_seconds or 30))
        return QuotaError(
            to_say("Google's limit of calls a minute is reached."),
            retry_after_seconds=wait,
        )
    who = service_account or "the service account that Set up names"
    return _access_refused(failure, who) or _sheet_refused(failure) or _not_now(failure)


def _access_refused(failure: ApiFailure, who: str) -> AudienceError | None:
    """Return the error where the service may not read or write, None where it is something else."""
    if failure.status == 404:
        return SpreadsheetAccessError(
            to_say("Google knows no spreadsheet of this address, or it was deleted."),
            hint=to_say(
                "Open the spreadsheet, choose Set up… in the menu, and share it with {who} as editor.",
                who=who,
            ),
        )
    if "protected cell or object" in failure.message:
        return SpreadsheetAccessError(
            to_say("A protection in the spreadsheet keeps the service from writing."),
            hint=to_say(
                "In Data › Protect sheets and ranges, allow {who} to edit the protected tab, or make "
                "the protection a warning only.",
                who=who,
            ),
        )
    if failure.status in (401, 403):
        return SpreadsheetAccessError(
            to_say("The service may not write to this spreadsheet."),
            hint=to_say(
                "Choose Set up… in the menu, or share the spreadsheet with {who} as editor.", who=who
            ),
        )
    return None


def _sheet_refused(failure: ApiFailure) -> AudienceError | None:
    """Return the error where the spreadsheet lacks a tab or is full, None where it is something else."""
    if failure.unknown_tab:
        return missing_tab(failure.unknown_tab)
    if failure.status == 400 and "10000000" in failure.message.replace(",", ""):
        return SpreadsheetFullError(
            to_say("The spreadsheet has reached Google's limit of ten million cells."),
            hint=to_say(
                "Delete rows and columns that are not needed, in Training_Data or in tabs of your own."
            ),
        )
    return None


def _not_now(failure: ApiFailure) -> AudienceError:
    if failure.is_retryable:
        return OutsideError(
            to_say("Google Sheets has a problem of its own (it answered {status}).", status=failure.status),
            retry_after_seconds=30,
        )
    place = _PLACE.search(failure.message)
    what = f"{failure.status}, {place[0]}" if place else str(failure.status)
    return OutsideError(to_say("Google Sheets refused the call ({what}).", what=what))


def missing_tab(title: str) -> LayoutError:
    """Return the error for a tab that is not there."""
    return LayoutError(
        to_say("The tab {tab} is missing.", tab=title),
        hint=to_say(
            "Rename the tab back to {tab}, or choose Set up… in the menu, which makes missing tabs again.",
            tab=title,
        ),
    )


def failure_of(response: requests.Response, *, is_write: bool) -> ApiFailure:
    """Return what a response says of a call that failed."""
    try:
        error = msgspec.json.decode(response.content)["error"]
        message = str(error["message"])
    except (ValueError, KeyError, TypeError):
        message = f"no text that can be read (HTTP {response.status_code})"
    wait = _retry_after(response.headers.get("Retry-After", ""))
    return ApiFailure(response.status_code, message, wait, is_write=is_write)


def _retry_after(text: str) -> float | None:
    """Return the seconds of a Retry-After; None for a date, or for what is no such number.

    >>> _retry_after("7"), _retry_after("nan"), _retry_after("-1"), _retry_after("Wed, 21 Oct 2026 07:28:00 GMT")
    (7.0, None, None, None)
    """
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if 0 <= seconds <= 86_400 else None
