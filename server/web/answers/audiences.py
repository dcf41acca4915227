"""Answers of the calls about audiences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import msgspec

from server.operations import Operation
from server.use_cases.audiences.asked import AudienceChoices, AudienceLook, AudienceMade
from server.web.answers.shape import Answer, answered

if TYPE_CHECKING:
    from server.core.audiences.file_text import AudienceFile


class TargetAnswer(Answer, frozen=True, kw_only=True):
    """A target that can be chosen; `notVerified` names its rules whose source could not be read."""

    key: str
    name: str
    kind: Literal["ads", "email"]
    may_hash: bool
    must_hash: bool
    minimum: int
    not_verified: list[str]


class SegmentCount(Answer, frozen=True, kw_only=True):
    """A segment that can be chosen: how many of its customers moved in at the last run, are slipping, are held out."""

    cluster: int
    segment: str
    customers: int
    moved_in: int
    slipping: int
    held_out: int


class AudienceChoicesAnswer(Answer, frozen=True, kw_only=True):
    """What can be chosen; `made` are the names of audiences that were made before."""

    targets: list[TargetAnswer]
    segments: list[SegmentCount]
    made: list[str]
    has_contacts: bool
    has_expected_spend: bool


class RowPlace(Answer, frozen=True, kw_only=True):
    """A row of a tab."""

    tab: str
    row: int


class ReasonCount(Answer, frozen=True, kw_only=True):
    """How many customers a reason is about, what to do, and the first rows."""

    reason: str
    title: str
    help: str
    count: int
    rows: list[RowPlace]


class AudiencePreview(Answer, frozen=True, kw_only=True):
    """What an audience would be, or has become: `chosen` is `members` and `leftOut` together.

    `flaws` is what is wrong with addresses, also of members that go in with another one. `added` and `removed` count
    since it was made last; they are null where it never was.
    """

    target: str
    segments: list[str]
    chosen: int
    members: int
    left_out: list[ReasonCount]
    flaws: list[ReasonCount]
    is_enough: bool
    verdict: str
    minimum: int
    added: int | None
    removed: int | None
    sources: list[str]
    notes: list[str]
    renew_by: str


class FileAnswer(Answer, frozen=True, kw_only=True):
    """A file to download, as CSV in `text`. It is handed over once, within two minutes; nothing keeps it."""

    what: str
    name: str
    people: int
    text: str


class AudienceMadeAnswer(Answer, frozen=True, kw_only=True):
    """An audience that was made; `tab` is "" where it is kept in none."""

    name: str
    look: AudiencePreview
    tab: str
    message: str


class AudienceAnswer(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """The making of an audience: its record and, where it has ended, what was made."""

    operation: Operation
    result: AudienceMadeAnswer | None = None
    files: list[FileAnswer] = msgspec.field(default_factory=list)


class ContactsTabAnswer(Answer, frozen=True, kw_only=True):
    """Whether the tab of contacts was made; it was there before otherwise."""

    made: bool


def choices_answer(choices: AudienceChoices) -> AudienceChoicesAnswer:
    """Return what can be chosen."""
    return answered(choices, AudienceChoicesAnswer)


def preview_answer(preview: AudienceLook) -> AudiencePreview:
    """Return what an audience would be."""
    return answered(preview, AudiencePreview)


def audience_answer(
    operation: Operation, made: AudienceMade | None, files: Sequence[AudienceFile]
) -> AudienceAnswer:
    """Return what the making of an audience answers."""
    return AudienceAnswer(
        operation=operation,
        result=answered(made, AudienceMadeAnswer) if made is not None else None,
        files=[answered(file, FileAnswer) for file in files],
    )
