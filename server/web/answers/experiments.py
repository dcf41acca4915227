"""What the calls about tests answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.use_cases.experiment_results import Preview, ReadExperiment, Started
from server.web.answers.shape import Answer, answered

if TYPE_CHECKING:
    from server.use_cases.experiments.listing import Listing


class TestListed(Answer, frozen=True, kw_only=True):
    """A test; days are ISO 8601, `smallest` is the smallest visible lift of buyers, null where none would show."""

    name: str
    segments: str
    what: str
    start: str
    end: str
    status: str
    days_left: int
    customers: int
    control: int
    smallest: float | None
    verdict: str


class SegmentChoice(Answer, frozen=True, kw_only=True):
    """A segment that a test can be made of, and which share of it is proposed to be held out."""

    segment: str
    customers: int
    proposed_share: float


class AudienceChoice(Answer, frozen=True, kw_only=True):
    """An audience that a test can be made of, with its members when it was made last."""

    audience: str
    members: int


class LeftOutAnswer(Answer, frozen=True, kw_only=True):
    """Customers of the chosen segments who are not dealt."""

    why: str
    customers: int


class TestPreview(Answer, frozen=True, kw_only=True):
    """A test as it would start; `promise` says the smallest lift that would show.

    With `needsConfirmation` it can be expected to show nothing and starts only where `confirm` is true.
    """

    name: str
    customers: int
    control: int
    share: float
    start: str
    end: str
    left_out: list[LeftOutAnswer]
    promise: str
    needs_confirmation: bool


class TestsAnswer(Answer, frozen=True, kw_only=True):
    """The tests, newest first, what a new one can be made of, and the preview where one was asked for.

    `source` is where the orders lie, empty for `Training_Data`. A preview there may take longer than an answer is
    waited for, so it is asked for by `tests/start` with `look`.
    """

    today: str
    tests: list[TestListed]
    segments: list[SegmentChoice]
    audiences: list[AudienceChoice]
    days: int
    standing_share: float
    source: str
    preview: TestPreview | None = None


class TestStarted(Answer, frozen=True, kw_only=True):
    """A test that has started."""

    name: str
    customers: int
    control: int
    message: str


class LiftLine(Answer, frozen=True, kw_only=True):
    """A measure of a test; `low` and `high` are null before its end."""

    segment: str
    measure: str
    action: float
    control: float
    difference: float
    low: float | None
    high: float | None
    relative: float | None
    extra_money: float | None
    reading: str


class TestRead(Answer, frozen=True, kw_only=True):
    """What a test shows; `message` is the verdict, or why there is none yet."""

    name: str
    is_final: bool
    message: str
    lines: list[LiftLine]


def tests_answer(listing: Listing, preview: Preview | None) -> TestsAnswer:
    """Return what `tests` answers."""
    return TestsAnswer(
        today=listing.today,
        tests=[answered(test, TestListed) for test in listing.tests],
        segments=[answered(segment, SegmentChoice) for segment in listing.segments],
        audiences=[answered(choice, AudienceChoice) for choice in listing.audiences],
        days=listing.days,
        standing_share=listing.standing_share,
        source=listing.source,
        preview=answered(preview, TestPreview) if preview else None,
    )


def experiment_done(result: object) -> TestStarted | TestRead | TestPreview | None:
    """Return what a long call about a test did, None where it did something else."""
    if isinstance(result, Started):
        return answered(result, TestStarted)
    if isinstance(result, Preview):
        return answered(result, TestPreview)
    return answered(result, TestRead) if isinstance(result, ReadExperiment) else None
