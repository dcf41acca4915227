"""Moves of customers between segments, with their dates, from the state before and after a run. Pure.

A segment is its number: a rename moves nobody. Who moved is told of the last run that moved anybody, so that a run
which changes nothing takes nothing away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from server.core.cells import Cell
from server.core.segments.migration import NEW, STAYED, Flow, Migration


@dataclass(frozen=True, slots=True)
class Stood:
    """Segments of customers after the last run.

    Attributes
    ----------
    numbers, segments
        Cluster and segment by customer id.
    since
        Day from which a customer has been in the segment, as a spreadsheet's serial, by customer id.
    previous
        Segment before the last run that moved anybody, by customer id.
    """

    numbers: Mapping[str, int] = field(default_factory=dict)
    segments: Mapping[str, str] = field(default_factory=dict)
    since: Mapping[str, float] = field(default_factory=dict)
    previous: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> dict[int, str]:
        """Segment by cluster at the last run, as far as it had customers."""
        segment_names: dict[int, str] = {}
        for who, number in self.numbers.items():
            segment_names.setdefault(number, self.segments.get(who, ""))
        return segment_names


def flows_of(migration: Migration | None, clusters: Sequence[int], money: Sequence[float]) -> list[Flow]:
    """Return who went where; where there was nobody before, all customers are new.

    Parameters
    ----------
    clusters, money
        Number of the segment and spend of each customer.
    """
    if migration is not None:
        return migration.flows
    customers: dict[int, int] = {}
    revenue: dict[int, float] = {}
    for number, spent in zip(clusters, money, strict=True):
        customers[number] = customers.get(number, 0) + 1
        revenue[number] = revenue.get(number, 0.0) + spent
    return [Flow(None, number, NEW, customers[number], revenue[number]) for number in sorted(customers)]


def moves_anybody(flows: Sequence[Flow]) -> bool:
    """Whether any customer is in another segment than before, or new."""
    return any(flow.kind != STAYED for flow in flows)


def segment_since(ids: Sequence[str], clusters: Sequence[int], stood: Stood, day: int) -> list[Cell]:
    """Return from which day each customer has been in the segment, as serials; "" where that is not known.

    Parameters
    ----------
    day
        Of this run: who was elsewhere before, or nowhere, is there from this day on.

    Examples
    --------
    >>> stood = Stood({"a": 1, "b": 1, "c": 0}, since={"a": 46_000.0})
    >>> segment_since(["a", "b", "c", "new"], [1, 1, 2, 1], stood, 46_010)
    [46000, '', 46010, 46010]
    """
    cells: list[Cell] = []
    for who, number in zip(ids, clusters, strict=True):
        if stood.numbers.get(who) != number:
            cells.append(day)
        else:
            cells.append(int(stood.since[who]) if who in stood.since else "")
    return cells


def previous_segments(
    ids: Sequence[str], stood: Stood, names: Mapping[int, str], *, moved: bool
) -> list[Cell]:
    """Return the segment of each customer before the last run that moved anybody, by its present name.

    Parameters
    ----------
    names
        Present segment by cluster, former ones included.
    moved
        Whether this run moves anybody; else what was told before stays.

    Examples
    --------
    >>> stood = Stood({"a": 0, "b": 0}, {"a": "Champions", "b": "Champions"}, previous={"a": "Lost", "b": "Champions"})
    >>> previous_segments(["a", "b", "new"], stood, {0: "Our best"}, moved=True)
    ['Our best', 'Our best', '']
    >>> previous_segments(["a", "b"], stood, {0: "Our best"}, moved=False)
    ['Lost', 'Our best']
    """
    if not moved:
        renamed = renames(stood, names)
        texts = (stood.previous.get(who, "") for who in ids)
        return [renamed.get(text, text) for text in texts]
    return [_name(who, stood, names) for who in ids]


def _name(who: str, stood: Stood, names: Mapping[int, str]) -> str:
    number = stood.numbers.get(who)
    known = names.get(number, "") if number is not None else ""
    return known or stood.segments.get(who, "")


def renames(stood: Stood, names: Mapping[int, str]) -> dict[str, str]:
    """Return the present name by the name at the last run; a name that two segments had is left out.

    Examples
    --------
    >>> renames(Stood({"a": 0, "b": 1}, {"a": "Gold", "b": "Lost"}), {0: "Best", 1: "Lost"})
    {'Gold': 'Best', 'Lost': 'Lost'}
    """
    former_names: dict[str, set[str]] = {}
    for number, former in stood.names.items():
        if former and names.get(number):
            former_names.setdefault(former, set()).add(names[number])
    return {former: next(iter(now)) for former, now in former_names.items() if len(now) == 1}
