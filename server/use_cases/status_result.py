"""Status of a spreadsheet, as a result: its model, its segments, the figures kept, and the waiting rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from server.core.segments.drift import Drift
from server.core.segments.history import Change, Compared
from server.core.segments.lists import Kind, link, moved_in, moved_out
from server.core.segments.model import Model
from server.core.wording import ENGLISH, Wording
from server.operations import Operation
from server.sheets.tabs.migration import LastMoves


@dataclass(frozen=True, slots=True)
class ListLink:
    """A list of customers that is kept.

    Attributes
    ----------
    kind
        "all", "in", "out" or "slipping".
    customers
        How many it shows; None where that is not told.
    link
        Its address within the spreadsheet.
    """

    kind: str
    title: str
    customers: int | None
    link: str


@dataclass(frozen=True, slots=True)
class SegmentStatus:
    """A segment as `Action_Map` has it.

    Attributes
    ----------
    colour
        "#RRGGBB".
    expected
        What there is to say of its spend ahead.
    who
        Its median customer in days, orders and money, "" where no run has told it.
    revenue
        What its customers have spent, with the currency, "" where no run has told it.
    changed
        How many customers more or fewer it has than at earlier runs, in words; "" where there is no earlier run.
    since_last, since_month
        The same as numbers; None where there is nothing to compare with.
    lists
        Lists of its customers.
    """

    cluster: int
    segment: str
    action_plan: str
    customers: int
    revenue_share: float
    colour: str
    expected: str = ""
    who: str = ""
    revenue: str = ""
    changed: str = ""
    since_last: Change | None = None
    since_month: Change | None = None
    lists: Sequence[ListLink] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """Figures kept from run to run.

    Attributes
    ----------
    compared
        The last run beside earlier ones; None before the first one that `History` has.
    moved
        Who moved at the last run that moved anybody; None where nothing tells it.
    lists
        Lists that are there, by kind and cluster, with their titles.
    sheet_id
        Of `Segmented_Customers`.
    """

    compared: Compared | None = None
    moved: LastMoves | None = None
    lists: Mapping[tuple[Kind, int | None], str] = field(default_factory=dict)
    sheet_id: int = 0

    def links(self, cluster: int | None, customers: int) -> list[ListLink]:
        """Return the lists of a segment, or with None those of all segments.

        Parameters
        ----------
        customers
            Of the segment.
        """
        flows = self.moved.flows if self.moved is not None else []
        counts: dict[Kind, int | None] = {Kind.ALL: customers, Kind.SLIPPING: None}
        if cluster is not None:
            counts |= {Kind.MOVED_IN: moved_in(flows, cluster), Kind.MOVED_OUT: moved_out(flows, cluster)}
        return [
            ListLink(kind.value, self.lists[kind, cluster], counts[kind], link(self.sheet_id, kind, cluster))
            for kind in Kind
            if (kind, cluster) in self.lists
        ]

    @property
    def moved_at(self) -> float | None:
        """When the last run that moved anybody was, as a serial; None where that is not told."""
        return self.moved.run_at if self.moved is not None else None


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in the tab `Model`; `status` is "in use", "earlier" or "candidate"."""

    version: int
    status: str
    trained_at: str
    customers: int
    k: int


@dataclass(frozen=True, slots=True)
class Status:
    """Status of a spreadsheet; counts are of rows of `New User`.

    Attributes
    ----------
    summary
        The model's scorecard in sentences.
    drift
        Of the newest rows that the model in use has scored; None without a model.
    aged
        Rows whose recency, grown by the calendar, has left the segment that stands beside them.
    kept
        What has changed since earlier runs, and the lists of customers.
    wording
        As the spreadsheet writes numbers.
    """

    model: Model | None
    segments: list[SegmentStatus]
    waiting: int
    incomplete: int
    invalid: int
    operation: Operation | None
    last_prediction: dict[str, str | float] | None
    warnings: list[str]
    summary: list[str] = field(default_factory=list)
    versions: list[VersionLine] = field(default_factory=list)
    drift: Drift | None = None
    aged: int = 0
    kept: Kept = field(default_factory=Kept)
    wording: Wording = ENGLISH
