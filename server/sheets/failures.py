"""What can go wrong in a call to Google, and the sentence a marketer gets for it.

A call ends in `ApiFailure` (Google answered, but not with success) or `NoAnswer` (nothing usable came back,
so nobody knows whether a write was applied). Both stay inside ``server.sheets``: `explained` turns what is
left of them after the retries into one of the service's own errors.
"""

from __future__ import annotations

import math
import re

from server.errors import (
    AudienceError,
    LayoutError,
    OutsideError,
    QuotaError,
    SpreadsheetAccessError,
    SpreadsheetFullError,
)

_RETRYABLE = frozenset({408, 500, 502, 503, 504})
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
    """

    def __init__(self, status: int, message: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message
        self.retry_after_seconds = retry_after_seconds

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
        found = _UNKNOWN_RANGE.search(self.message) if self.status == 400 else None
        return found.group(1).replace("''", "'") if found else None

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
    who = service_account or "the service account that Set up names"
    if isinstance(failure, NoAnswer):
        return OutsideError(
            "Google Sheets did not answer in time.",
            retry_after_seconds=10,
        )
    assert isinstance(failure, ApiFailure)
    if failure.is_quota:
        wait = max(1, math.ceil(failure.retry_after_seconds or 30))
        return QuotaError(
            "Google's limit of calls a minute is reached.",
            retry_after_seconds=wait,
        )
    if failure.status == 404:
        return SpreadsheetAccessError(
            "Google knows no spreadsheet of this address, or it was deleted.",
            hint=f"Open the spreadsheet, choose Set up… in the menu, and share it with {who} as editor.",
        )
    if "protected cell or object" in failure.message:
        return SpreadsheetAccessError(
            "A protection in the spreadsheet keeps the service from writing.",
            hint=f"In Data › Protect sheets and ranges, allow {who} to edit the protected tab, "
            "or make the protection a warning only.",
        )
    if failure.status in (401, 403):
        return SpreadsheetAccessError(
            "The service may not write to this spreadsheet.",
            hint=f"Choose Set up… in the menu, or share the spreadsheet with {who} as editor.",
        )
    if failure.unknown_tab:
        return missing_tab(failure.unknown_tab)
    if failure.status == 400 and "10000000" in failure.message.replace(",", ""):
        return SpreadsheetFullError(
            "The spreadsheet has reached Google's limit of ten million cells.",
            hint="Delete rows and columns that are not needed, in Training_Data or in tabs of your own.",
        )
    if failure.is_retryable:
        return OutsideError(
            f"Google Sheets has a problem of its own (it answered {failure.status}).",
            retry_after_seconds=30,
        )
    return OutsideError(f"Google Sheets refused the call: {failure.message}")


def missing_tab(title: str) -> LayoutError:
    """Return the error for a tab that is not there."""
    return LayoutError(
        f"The tab {title} is missing.",
        hint=f"Rename the tab back to {title}, or choose Set up… in the menu, which makes missing tabs again.",
    )
