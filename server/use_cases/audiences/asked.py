"""Request for an audience, and the answers about one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.core.audiences.contacts import Place


@dataclass(frozen=True, slots=True)
class AskedAudience:
    """Request for an audience.

    Attributes
    ----------
    target
        Key of a target.
    clusters
        Numbers of the segments; None for all.
    who
        "all", "moved_in", "slipping" or "held_out".
    hashed, already_hashed
        Whether an ad platform's file is to be hashed; whether the contacts are.
    tab
        Whether it is to be kept in a tab of its own.
    requested_by
        Address of who asked, "" where it is not known.
    """

    target: str
    name: str = ""
    clusters: tuple[int, ...] | None = None
    who: str = "all"
    least_spend: float | None = None
    least_expected: float | None = None
    hashed: bool = True
    already_hashed: bool = False
    tab: bool = False
    requested_by: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a tab, to go to."""

    tab: str
    row: int


@dataclass(frozen=True, slots=True)
class CountedReason:
    """Reason with its number of customers and the first rows."""

    reason: str
    title: str
    help: str
    count: int
    rows: Sequence[Row]

    @classmethod
    def of(cls, reason: str, title: str, help_: str, count: int, places: Sequence[Place]) -> CountedReason:
        """Return a reason with its rows, from the top down."""
        return cls(reason, title, help_, count, [Row(tab, row) for tab, row in sorted(places)])


@dataclass(frozen=True, slots=True)
class AudienceLook:
    """What an audience would be, or has become.

    Attributes
    ----------
    added, removed
        Since it was made last; None where it never was, or no name was given.
    sources
        Tabs that contacts were found in.
    notes
        What else there is to know, in sentences.
    """

    target: str
    segments: Sequence[str]
    chosen: int
    members: int
    left_out: Sequence[CountedReason]
    flaws: Sequence[CountedReason]
    is_enough: bool
    verdict: str
    minimum: int
    added: int | None
    removed: int | None
    sources: Sequence[str]
    notes: Sequence[str]
    renew_by: str = ""


@dataclass(frozen=True, slots=True)
class AudienceMade:
    """An audience that was made. It holds no customer: the files go another way, once."""

    name: str
    look: AudienceLook
    tab: str
    message: str


@dataclass(frozen=True, slots=True)
class TargetChoice:
    """A target as it is offered."""

    key: str
    name: str
    kind: str
    may_hash: bool
    must_hash: bool
    minimum: int
    not_verified: Sequence[str]


@dataclass(frozen=True, slots=True)
class SegmentChoice:
    """A segment as it is offered."""

    cluster: int
    segment: str
    customers: int
    moved_in: int
    slipping: int
    held_out: int


@dataclass(frozen=True, slots=True)
class AudienceChoices:
    """Choices for an audience: targets, segments and earlier audiences.

    Attributes
    ----------
    made
        Names of the audiences that were made before.
    has_contacts
        Whether there is a tab of contacts.
    """

    targets: Sequence[TargetChoice]
    segments: Sequence[SegmentChoice]
    made: Sequence[str] = field(default_factory=list)
    has_contacts: bool = False
    has_expected_spend: bool = False
