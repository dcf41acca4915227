"""Exceptions of the service, and the HTTP status of each.

::

    AudienceError
    ├── InputError (ValueError)          the caller or the sheet holds something that cannot be used
    │   ├── BodyError            400     the request is not what the call takes
    │   │   └── BodyTooLargeError 413
    │   ├── SheetContentError    422     a tab holds something that cannot be used
    │   │   ├── TrainingDataError        … Training_Data
    │   │   │   ├── NoTransactionsError  … nothing to read at all
    │   │   │   ├── UnansweredQuestionsError … can be read in two ways
    │   │   │   └── TooFewCustomersError … too few customers for segments
    │   │   ├── SettingsError            … Settings
    │   │   ├── LayoutError              … a header is missing or there twice
    │   │   ├── DamagedModelError        … Model
    │   │   ├── RowError                 … the row that was asked for
    │   │   ├── SpreadsheetFullError     … Google's limit of cells would be passed
    │   │   ├── SourceCostError          … a source would cost more than is allowed
    │   │   └── SourceColumnError        … a source lacks a column, or says words that nobody has explained
    │   ├── NoModelError         409     nothing is trained yet
    │   ├── NoSuchVersionError   409     that version of the model is not kept
    │   └── ShowsNothingError    409     the test can show nothing, and nobody has said that it shall start all the same
    ├── AccessError
    │   ├── NotSignedError       401     no valid signature or key
    │   ├── IdentityError        401     no identity token of Google's that is valid now
    │   └── ForbiddenError       403     known, but may not do this
    │       ├── UnknownAudienceError     … the token is for a script that this service does not know
    │       ├── UnverifiedAddressError   … Google has not verified the account's address
    │       ├── DomainError              … the account's domain may not connect
    │       ├── HandshakeError           … the spreadsheet does not show what an editor would have written
    │       └── SourceAccessError        … a source that is not for this spreadsheet, or unknown: one text
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
        ├── SourceUnreadableError 503    a source is gone, or its engine refuses
        ├── SourceUnreachableError 503   a source's engine does not answer
        ├── SourceTooSlowError   503     a source's query was stopped
        └── LostError            409     the operation died with its instance: run it again
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from server.texts import Text, to_say

TRY_AGAIN = to_say("Nothing is lost: wait a minute, then try again.")
TRY_AGAIN_LATER = {
    "score": to_say("Nothing is lost: the rows get their labels at the next edit or within the hour."),
    "connect": to_say("Nothing is lost: wait a minute, then choose Set up… in the menu again."),
}
"""What helps where something outside fails or a quota is used up, by call; `TRY_AGAIN` for all others."""


class AudienceError(Exception):
    """Root of all errors that the service raises on purpose.

    Parameters
    ----------
    detail
        What was seen and what is allowed, in the marketer's words; `to_say` makes it a text to translate.
    hint
        Tab, column, row and what to do, likewise; empty where `detail` says it all.
    """

    title = to_say("The service met a problem")
    status = 500
    retryable = False

    def __init__(self, detail: str, *, hint: str = "", retry_after_seconds: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.hint = hint
        self.retry_after_seconds = retry_after_seconds

    @property
    def kind(self) -> str:
        """Return the name of the problem as in `type`, such as `training-data` for `TrainingDataError`."""
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


class ErrorTexts(NamedTuple):
    """An error as a person reads it."""

    title: str
    detail: str
    hint: str


def error_texts(error: AudienceError, say: Callable[[str], str], call: str = "") -> ErrorTexts:
    """Return an error in the reader's language; all of it in English where its detail is no text to translate.

    Parameters
    ----------
    say
        Says a text: `Wording.say`.
    call
        As for `way_out`.
    """
    hint = way_out(error, call)
    if not isinstance(error.detail, Text):
        return ErrorTexts(str(error.title), error.detail, str(hint))
    return ErrorTexts(say(error.title), say(error.detail), say(hint))


class InputError(AudienceError, ValueError):
    """Something that was given cannot be used."""

    title = to_say("This input cannot be used")
    status = 400


class BodyError(InputError):
    """The request's body is not what the call takes."""

    title = to_say("The request is not understood")
    status = 400


class BodyTooLargeError(BodyError):
    """The request's body is larger than the call takes."""

    title = to_say("The request is too large")
    status = 413


class SheetContentError(InputError):
    """A tab holds something that cannot be used."""

    title = to_say("The spreadsheet needs a correction")
    status = 422


class TrainingDataError(SheetContentError):
    """`Training_Data` cannot be used as it stands.

    Attributes
    ----------
    columns
        Columns that were recognised all the same: role, label, header, letters, why.
    """

    title = to_say("Training_Data cannot be used as it stands")
    columns: Sequence[object] = ()


class NoTransactionsError(TrainingDataError):
    """`Training_Data` holds no transaction."""

    title = to_say("Training_Data has no orders")


class UnansweredQuestionsError(TrainingDataError):
    """`Training_Data` can be read in two ways, and the marketer has not said which is right."""

    title = to_say("Training_Data can be read in two ways")

    @property
    def kind(self) -> str:
        """Return the name of the problem as it stands in `type`."""
        return "data-questions"


class TooFewCustomersError(TrainingDataError):
    """`Training_Data` has too few customers for segments."""

    title = to_say("Too few customers for segments")


class SettingsError(SheetContentError):
    """`Settings` holds a value that is not allowed."""

    title = to_say("Settings has a value that is not allowed")


class LayoutError(SheetContentError):
    """A header that the service needs is missing or stands twice."""

    title = to_say("A column is missing or stands twice")


class DamagedModelError(SheetContentError):
    """The model in `Model` cannot be read."""

    title = to_say("The tab Model is damaged")


class RowError(SheetContentError):
    """The row that was asked for holds no customer."""

    title = to_say("No customer stands in this row")


class SpreadsheetFullError(SheetContentError):
    """Writing would pass Google's limit of cells."""

    title = to_say("The spreadsheet is full")


class SourceCostError(SheetContentError):
    """A run on a source would read more than is allowed; nothing was run."""

    title = to_say("The source would cost more than is allowed")


class SourceColumnError(SheetContentError):
    """A source lacks a declared column, or a column says what nobody has explained."""

    title = to_say("A column of the source is missing")


class NoModelError(InputError):
    """There is no model yet."""

    title = to_say("There are no segments yet")
    status = 409


class NoSuchVersionError(InputError):
    """The version of the model is not there."""

    title = to_say("There is no such version")
    status = 409


class ShowsNothingError(InputError):
    """The test cannot be expected to show anything, and that was not confirmed."""

    title = to_say("This test would show nothing")
    status = 409


class AccessError(AudienceError):
    """The caller may not do this."""

    title = to_say("Not allowed")
    status = 403


class NotSignedError(AccessError):
    """No valid signature, key or token came with the request."""

    title = to_say("The request is not signed as it should be")
    status = 401


class IdentityError(AccessError):
    """No identity token of Google's that is valid now."""

    title = to_say("Google does not confirm who asks")
    status = 401


class ForbiddenError(AccessError):
    """The caller is known but may not do this."""

    title = to_say("Not allowed")
    status = 403


class UnknownAudienceError(ForbiddenError):
    """The identity token was made for a script that this service does not know."""

    title = to_say("This copy of the add-on is not known to the service")


class UnverifiedAddressError(ForbiddenError):
    """Google has not verified the e-mail address of the account."""

    title = to_say("The account's address is not verified")


class DomainError(ForbiddenError):
    """Accounts of this domain may not connect."""

    title = to_say("Accounts of this domain may not connect")


class HandshakeError(ForbiddenError):
    """The spreadsheet does not show what only an editor of it could have written."""

    title = to_say("The spreadsheet could not be connected")


class SourceAccessError(ForbiddenError):
    """A source that is not for this spreadsheet or this person, or that does not exist: nobody is told which."""

    title = to_say("The source is not available to this spreadsheet")


class SpreadsheetAccessError(AudienceError):
    """Google does not let the service account read or write the spreadsheet."""

    title = to_say("The service cannot open the spreadsheet")
    status = 403


class NotSharedError(SpreadsheetAccessError):
    """The spreadsheet is not shared with the service account."""

    title = to_say("The spreadsheet is not shared with the service")


class SharedAsViewerError(SpreadsheetAccessError):
    """The service account may read the spreadsheet but not write to it."""

    title = to_say("The service may read the spreadsheet but not write to it")


class ProtectedTabError(SpreadsheetAccessError):
    """A strict protection keeps the service account from a tab that it writes."""

    title = to_say("A protection keeps the service out")


class OutdatedAddOnError(AudienceError):
    """The add-on and the service are of different major versions."""

    title = to_say("The add-on and the service do not fit")
    status = 426


class NoExclusionError(AudienceError):
    """Google refuses neither of two writers that have read the same: a row could be classified twice."""

    title = to_say("Google no longer keeps two writers apart")
    status = 503


class ChangedError(AudienceError):
    """The data changed while it was worked on."""

    title = to_say("The data changed meanwhile")
    status = 409
    retryable = True


class OutsideError(AudienceError):
    """Something outside fails; trying again helps."""

    title = to_say("Google Sheets does not answer as it should")
    status = 503
    retryable = True


class QuotaError(OutsideError):
    """A quota is used up for now."""

    title = to_say("Too many requests for the moment")
    status = 429


class TooManyCallsError(OutsideError):
    """One spreadsheet or person makes more calls than they may."""

    title = to_say("Too many requests for the moment")
    status = 429


class BusyError(OutsideError):
    """Other writers were faster, several times in a row."""

    title = to_say("The spreadsheet is busy")
    status = 503


class SourceUnreadableError(OutsideError):
    """A source is gone, or its engine does not let it be read."""

    title = to_say("The source cannot be read")


class SourceUnreachableError(OutsideError):
    """A source's engine does not answer."""

    title = to_say("The source cannot be reached")


class SourceTooSlowError(OutsideError):
    """A source's query took longer than is allowed and was stopped."""

    title = to_say("The source took too long")


class LostError(OutsideError):
    """A long operation ended with the instance that ran it."""

    title = to_say("The operation was interrupted")
    status = 409
