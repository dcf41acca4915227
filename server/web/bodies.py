"""Bodies of the calls: types and limits.

Names are the add-on's: camel case for the envelope, the sheet's own headers for columns.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, TypeVar

import msgspec

from server.access.connection import NONCE_PATTERN, VERIFIER_PATTERN
from server.errors import BodyError
from server.layout.limits import ROWS_PER_COMMIT
from server.use_cases.explain_row import Explained

LARGEST_BODY_BYTES = 2_000_000
LARGEST_CONNECT_BYTES = 20_000
"""Nobody has signed it, so it is not given more room than it needs."""
DEEPEST = 12
_Text = Annotated[str, msgspec.Meta(max_length=50_000)]
SpreadsheetId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{10,200}$(?!\n)")]
_Short = Annotated[str, msgspec.Meta(max_length=200)]
_Token = Annotated[str, msgspec.Meta(max_length=10_000)]
_Number = Annotated[float, msgspec.Meta(ge=-1e300, le=1e300)]
CellValue = _Text | _Number | bool | None
Trigger = Literal["edit", "menu", "sidebar", "sweep", "set-up"]


class Envelope(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What every body has."""

    spreadsheet_id: SpreadsheetId
    add_on_version: (
        Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,4}\.[0-9]{1,4}(\.[0-9]{1,4})?$")] | None
    ) = None
    identity_token: _Token | None = None


class RowSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `New User` as the add-on saw it; `row` is the sheet row, from 1."""

    row: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]
    CustomerID: CellValue = None
    Recency: CellValue = None
    Frequency: CellValue = None
    MonetaryValue: CellValue = None


class ConnectRequest(Envelope, frozen=True, kw_only=True, rename="camel"):
    """The handshake: without `nonce` and `verifier` its first step, with both its second."""

    call: Literal["connect"]
    nonce: Annotated[str, msgspec.Meta(pattern=NONCE_PATTERN)] | None = None
    verifier: Annotated[str, msgspec.Meta(pattern=VERIFIER_PATTERN)] | None = None


class ScoreRequest(Envelope, frozen=True, kw_only=True, rename="camel"):
    """Rows to score; without `rows`, all that wait."""

    call: Literal["score"]
    rows: Annotated[list[RowSeen], msgspec.Meta(max_length=ROWS_PER_COMMIT)] | None = None
    trigger: Trigger = "edit"
    again: bool = False


class InspectRequest(Envelope, frozen=True, kw_only=True, rename="camel"):
    """Look at `Training_Data`, or at the source that `Settings` names."""

    call: Literal["inspect"]


class SegmentRequest(Envelope, frozen=True, kw_only=True, rename="camel"):
    """Segment all customers."""

    call: Literal["segment"]


class RetrainRequest(Envelope, frozen=True, kw_only=True, rename="camel"):
    """Train a new model."""

    call: Literal["retrain"]


class UseModelRequest(Envelope, frozen=True, kw_only=True, rename="camel"):
    """Put a version of the model in use, and segment all customers with it."""

    call: Literal["models/use"]
    version: Annotated[int, msgspec.Meta(ge=1, le=999_999_999)]


class RefreshRequest(Envelope, frozen=True, kw_only=True, rename="camel"):
    """Look whether a refresh is due, and run it; `chosen` where somebody has just chosen the schedule."""

    call: Literal["refresh"]
    chosen: bool = False


class DigestRequest(Envelope, frozen=True, kw_only=True, rename="camel"):
    """Take the digest that is due; with `claim`, say that it was sent, or with `problem` why not."""

    call: Literal["digest"]
    claim: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}$(?!\n)")] | None = None
    problem: Annotated[str, msgspec.Meta(max_length=500)] | None = None


class ApplyPlansRequest(Envelope, frozen=True, kw_only=True, rename="camel"):
    """Put names and plans of `Action_Map` wherever customers bear others."""

    call: Literal["plans/apply"]


class FillRequest(Envelope, frozen=True, kw_only=True, rename="camel"):
    """Ask for the figures of customers by their ids."""

    call: Literal["fill"]
    customer_ids: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1, max_length=200)]],
        msgspec.Meta(min_length=1, max_length=ROWS_PER_COMMIT),
    ]


class ExplainRequest(Envelope, frozen=True, kw_only=True, rename="camel"):
    """Ask why the customer in a sheet row (from 1) is in its segment."""

    call: Literal["explain"]
    row: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]
    tab: Explained = "New User"


class StatusRequest(Envelope, frozen=True, kw_only=True, rename="camel"):
    """Ask how things stand."""

    call: Literal["status"]


class OperationsRequest(Envelope, frozen=True, kw_only=True, rename="camel"):
    """Ask how a long call is getting on; the last one without an id."""

    call: Literal["operations"]
    operation_id: _Short | None = None


class ForgetRequest(Envelope, frozen=True, kw_only=True, rename="camel"):
    """Erase one customer; without `confirm`, tell what would be erased. Needs an identity token."""

    call: Literal["forget"]
    customer_id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    confirm: bool = False


class TestWanted(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A test to start. Without `controlShare` (of 1), `start` (ISO 8601) or `days`, what is proposed is taken.

    `base` is of whom it is made: `segments`, the members of `audience`, or "standing" for everybody, to compare the
    standing control group with all others.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    base: Literal["segments", "audience", "standing"] = "segments"
    segments: Annotated[list[_Short], msgspec.Meta(max_length=50)] = []
    audience: _Short = ""
    control_share: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    start: dt.date | None = None
    days: Annotated[int, msgspec.Meta(ge=1, le=10_000)] | None = None
    what: Annotated[str, msgspec.Meta(max_length=1_000)] = ""


class TestsRequest(Envelope, frozen=True, kw_only=True, rename="camel"):
    """Ask for the tests; with `plan`, also for a preview of a new one."""

    call: Literal["tests"]
    plan: TestWanted | None = None


class StartTestRequest(Envelope, frozen=True, kw_only=True, rename="camel"):
    """Start a test; one that can be expected to show nothing only with `confirm`.

    With `look` nothing is started: it is told what the test would be, however long that takes.
    """

    call: Literal["tests/start"]
    plan: TestWanted
    confirm: bool = False
    look: bool = False


class ReadTestRequest(Envelope, frozen=True, kw_only=True, rename="camel"):
    """Tell what a test shows."""

    call: Literal["tests/read"]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class AudienceRequest(Envelope, frozen=True, kw_only=True, rename="camel"):
    """An audience: what can be chosen ("choices"), what it would be ("preview"), make it ("make"), fetch the files of
    a making that took longer than its answer ("files", with `operationId`), or make the tab of contacts ("contacts").

    `clusters` are the numbers of the segments, null for all; of customers below `leastSpend` or `leastExpected` none is
    chosen. `who` "held_out" makes a list of the control groups, to exclude. `tab` keeps the audience in a tab of
    its own.
    """

    call: Literal["audience"]
    step: Literal["choices", "preview", "make", "files", "contacts"]
    target: Annotated[str, msgspec.Meta(max_length=40)] = ""
    name: _Short = ""
    clusters: (
        Annotated[list[Annotated[int, msgspec.Meta(ge=0, le=1_000)]], msgspec.Meta(max_length=100)] | None
    ) = None
    who: Literal["all", "moved_in", "slipping", "held_out"] = "all"
    least_spend: _Number | None = None
    least_expected: _Number | None = None
    hashed: bool = True
    already_hashed: bool = False
    tab: bool = False
    operation_id: _Short = ""


Request = TypeVar("Request", bound=Envelope)


def read_body(raw: bytes, kind: type[Request]) -> Request:
    """Return a request's body, checked.

    Raises
    ------
    BodyError
        If it is no JSON object of this call; the text names the place.
    """
    if _depth(raw) > DEEPEST:
        raise BodyError(f"The body is nested deeper than {DEEPEST} levels.")
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        raise BodyError(f"The body is not what this call takes: {error}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BodyError("The body is no JSON.") from error


def _depth(raw: bytes) -> int:
    """Return how deep brackets are nested, those in texts not counted apart: an upper bound, and cheap."""
    deepest = depth = 0
    for byte in raw.translate(None, _NO_BRACKETS):
        depth += 1 if byte in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
