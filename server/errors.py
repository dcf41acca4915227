"""The exceptions of the service and the HTTP status each becomes.

::

    AudienceError
    ├── InputError (ValueError)          the caller or the sheet holds something that cannot be used
    │   ├── BodyError            400     the request is not what the call takes
    │   │   └── BodyTooLargeError 413
    │   ├── SheetContentError    422     a tab holds something that cannot be used
    │   │   ├── TrainingDataError        … Training_Data
    │   │   │   ├── NoTransactionsError  … nothing to read at all
    │   │   │   └── TooFewCustomersError … too few customers for segments
    │   │   ├── SettingsError            … Settings
    │   │   ├── LayoutError              … a header is missing or there twice
    │   │   ├── DamagedModelError        … Model
    │   │   ├── RowError                 … the row that was asked for
    │   │   └── SpreadsheetFullError     … Google's limit of cells would be passed
    │   ├── NoModelError         409     nothing is trained yet
    │   └── NoSuchVersionError   409     that version of the model is not kept
    ├── AccessError
    │   ├── NotSignedError       401     no valid signature or key
    │   ├── IdentityError        401     no identity token of Google's that is valid now
    │   └── ForbiddenError       403     known, but may not do this
    │       ├── UnknownAudienceError     … the token is for a script that this service does not know
    │       ├── UnverifiedAddressError   … Google has not verified the account's address
    │       ├── DomainError              … the account's domain may not connect
    │       └── HandshakeError           … the spreadsheet does not show what an editor would have written
    ├── SpreadsheetAccessError   403     Google does not let the service account at the spreadsheet
    │   ├── NotSharedError               … it is not shared with the service account
    │   ├── SharedAsViewerError          … it is shared, but for reading alone
    │   └── ProtectedTabError            … a strict protection keeps it from one of our tabs
    ├── OutdatedAddOnError       426     the add-on and the service are of different major versions
    ├── NoExclusionError         503     Google lets two writers overwrite each other: nothing here can help
    ├── ChangedError             409     the data changed while it was worked on: run it again
    └── OutsideError             503     Google (or another outside thing) fails; trying again helps
        ├── QuotaError           429     Google's quota, or ours, is used up for now
        ├── TooManyCallsError    429     more calls than one spreadsheet or person may make
        ├── BusyError            503     another writer was faster, several times
        └── LostError            409     the operation died with its instance: run it again
"""

from __future__ import annotations

TRY_AGAIN = "Nothing is lost: wait a minute, then try again."
TRY_AGAIN_LATER = {
    "score": "Nothing is lost: rows that wait are scored at the next edit or within the hour.",
    "connect": "Nothing is lost: wait a minute, then choose Set up… in the menu again.",
}
"""What helps where something outside fails or a quota is used up, by call; `TRY_AGAIN` for all others."""


class AudienceError(Exception):
    """Root of all errors that the service raises on purpose.

    Parameters
    ----------
    detail
        What was seen and what is allowed, in the marketer's words.
    hint
        Tab, column, row and what to do; empty where `detail` says it all.
    """

    title = "The service met a problem"
    status = 500
    retryable = False

    def __init__(self, detail: str, *, hint: str = "", retry_after_seconds: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.hint = hint
        self.retry_after_seconds = retry_after_seconds

    @property
    def kind(self) -> str:
        """Return the name of the problem as it stands in `type`, `training-data` for `TrainingDataError`."""
        name = type(self).__name__.removesuffix("Error")
        return "".join("-" + c.lower() if c.isupper() else c for c in name).lstrip("-")


def way_out(error: AudienceError, call: str = "") -> str:
    """Return what to do about an error: its own hint; for trouble outside, what helps where it was met.

    Parameters
    ----------
    call
        Of the webhook, as a body names it; "" for a long call's record.
    """
    if error.hint or not error.retryable:
        return error.hint
    return TRY_AGAIN_LATER.get(call, TRY_AGAIN)


class InputError(AudienceError, ValueError):
    """Something that was given cannot be used."""

    title = "This input cannot be used"
    status = 400


class BodyError(InputError):
    """The request's body is not what the call takes."""

    title = "The request is not understood"
    status = 400


class BodyTooLargeError(BodyError):
    """The request's body is larger than the call takes."""

    title = "The request is too large"
    status = 413


class SheetContentError(InputError):
    """A tab holds something that cannot be used."""

    title = "The spreadsheet needs a correction"
    status = 422


class TrainingDataError(SheetContentError):
    """`Training_Data` cannot be used as it stands."""

    title = "Training_Data cannot be used as it stands"


class NoTransactionsError(TrainingDataError):
    """`Training_Data` holds no transaction."""

    title = "Training_Data has no transactions"


class TooFewCustomersError(TrainingDataError):
    """`Training_Data` has too few customers for segments."""

    title = "Too few customers for segments"


class SettingsError(SheetContentError):
    """`Settings` holds a value that is not allowed."""

    title = "Settings has a value that is not allowed"


class LayoutError(SheetContentError):
    """A header that the service needs is missing or stands twice."""

    title = "A column is missing or stands twice"


class DamagedModelError(SheetContentError):
    """The model in `Model` cannot be read."""

    title = "The model in the Model tab is damaged"


class RowError(SheetContentError):
    """The row that was asked for holds no customer."""

    title = "No customer stands in this row"


class SpreadsheetFullError(SheetContentError):
    """Writing would pass Google's limit of cells."""

    title = "The spreadsheet is full"


class NoModelError(InputError):
    """There is no model yet."""

    title = "There are no segments yet"
    status = 409


class NoSuchVersionError(InputError):
    """The version of the model is not there."""

    title = "There is no such version"
    status = 409


class AccessError(AudienceError):
    """The caller may not do this."""

    title = "Not allowed"
    status = 403


class NotSignedError(AccessError):
    """No valid signature, key or token came with the request."""

    title = "The request is not signed as it should be"
    status = 401


class IdentityError(AccessError):
    """No identity token of Google's that is valid now."""

    title = "Google does not confirm who asks"
    status = 401


class ForbiddenError(AccessError):
    """The caller is known but may not do this."""

    title = "Not allowed"
    status = 403


class UnknownAudienceError(ForbiddenError):
    """The identity token was made for a script that this service does not know."""

    title = "This copy of the add-on is not known to the service"


class UnverifiedAddressError(ForbiddenError):
    """Google has not verified the e-mail address of the account."""

    title = "The account's address is not verified"


class DomainError(ForbiddenError):
    """Accounts of this domain may not connect."""

    title = "Accounts of this domain may not connect"


class HandshakeError(ForbiddenError):
    """The spreadsheet does not show what only an editor of it could have written."""

    title = "The spreadsheet could not be connected"


class SpreadsheetAccessError(AudienceError):
    """Google does not let the service account read or write the spreadsheet."""

    title = "The service cannot open the spreadsheet"
    status = 403


class NotSharedError(SpreadsheetAccessError):
    """The spreadsheet is not shared with the service account."""

    title = "The spreadsheet is not shared with the service"


class SharedAsViewerError(SpreadsheetAccessError):
    """The service account may read the spreadsheet but not write to it."""

    title = "The service may read the spreadsheet but not write to it"


class ProtectedTabError(SpreadsheetAccessError):
    """A strict protection keeps the service account from a tab that it writes."""

    title = "A protection keeps the service out"


class OutdatedAddOnError(AudienceError):
    """The add-on and the service are of different major versions."""

    title = "The add-on and the service do not fit"
    status = 426


class NoExclusionError(AudienceError):
    """Google refuses neither of two writers that have read the same: a row could be classified twice."""

    title = "Google no longer keeps two writers apart"
    status = 503


class ChangedError(AudienceError):
    """The data changed while it was worked on."""

    title = "The data changed meanwhile"
    status = 409
    retryable = True


class OutsideError(AudienceError):
    """Something outside fails; trying again helps."""

    title = "Google Sheets does not answer as it should"
    status = 503
    retryable = True


class QuotaError(OutsideError):
    """A quota is used up for now."""

    title = "Too many requests for the moment"
    status = 429


class TooManyCallsError(OutsideError):
    """One spreadsheet or person makes more calls than they may."""

    title = "Too many requests for the moment"
    status = 429


class BusyError(OutsideError):
    """Other writers were faster, several times in a row."""

    title = "The spreadsheet is busy"
    status = 503


class LostError(OutsideError):
    """A long operation ended with the instance that ran it."""

    title = "The operation was interrupted"
    status = 409
