"""Merge of `Action_Map`: the row of each segment, and the texts to write."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from server.core.segments.action_plans import Plan

Texts = tuple[str, str]
"""Segment and ActionPlan."""


@dataclass(frozen=True, slots=True)
class MapRow:
    """A row of `Action_Map` below the headers.

    Attributes
    ----------
    cluster
        Its number; None where none stands.
    is_filled
        Something stands in one of the product's columns.
    """

    cluster: int | None
    segment: str
    action_plan: str
    is_filled: bool = True

    @property
    def texts(self) -> Texts:
        return self.segment, self.action_plan


@dataclass(frozen=True, slots=True)
class Merge:
    """Rows and texts of `Action_Map` to write, by sheet row.

    Attributes
    ----------
    places
        Row by cluster number.
    texts
        Names and plans to write; the others stand already.
    gone
        Cluster numbers that no customer has any more.
    parked
        Rows whose texts are kept without a number.
    last
        The last row that is used.
    """

    places: dict[int, int]
    texts: dict[int, Texts]
    gone: dict[int, int]
    parked: list[int]
    last: int


def merged(
    rows: Mapping[int, MapRow], clusters: Collection[int], plans: Mapping[int, Plan], *, parks_all: bool
) -> Merge:
    """Return where each segment stands: in the row of its number, new ones below.

    Parameters
    ----------
    rows
        By sheet row, as they were just read.
    clusters
        Numbers of the segments.
    plans
        Name and plan by cluster number as they are to stand.
    parks_all
        The meaning of the numbers is lost: no text that stands there is given to other customers.

    Examples
    --------
    >>> rows = {2: MapRow(0, "Lost", "Rest"), 3: MapRow(5, "Old", "-")}
    >>> plans = {0: Plan("Lost", "Rest"), 1: Plan("New", "Greet")}
    >>> merge = merged(rows, [0, 1], plans, parks_all=False)
    >>> merge.places, merge.texts, merge.gone
    ({0: 2, 1: 4}, {4: ('New', 'Greet')}, {3: 5})
    """
    known: dict[int, int] = {}
    for row in sorted(rows):
        cluster = rows[row].cluster
        if cluster is not None:
            known.setdefault(cluster, row)
    last = max((row for row in rows if rows[row].is_filled), default=1)
    parked = list(known.values()) if parks_all else []
    known = {} if parks_all else known
    places: dict[int, int] = {}
    texts: dict[int, Texts] = {}
    for cluster in sorted(clusters):
        place = known.get(cluster, last + 1)
        last = max(last, place)
        places[cluster] = place
        wanted = plans[cluster].segment, plans[cluster].action_plan
        if wanted != (rows[place].texts if cluster in known else ("", "")):
            texts[place] = wanted
    gone = {row: cluster for cluster, row in known.items() if cluster not in places}
    return Merge(places, texts, gone, parked, last)


@dataclass(slots=True)
class Repair:
    """Repair of rows that people moved during the write.

    Attributes
    ----------
    places
        Row by cluster number.
    blank
        Rows that show another's number and lose it.
    back
        Texts that were written over, by the row below in which they come back.
    last
        The last row that is used.
    """

    places: dict[int, int]
    blank: list[int] = field(default_factory=list)
    back: dict[int, Texts] = field(default_factory=dict)
    last: int = 1


def repaired(
    before: Mapping[int, MapRow],
    after: Mapping[int, MapRow],
    clusters: Collection[int],
    written: Mapping[int, Plan],
    last: int,
) -> Repair | None:
    """Return the repair of moved rows; None where all texts are in their places.

    Numbers and figures were written by row. Each text's row gets the number that it had, a row that shows another's
    number loses it, and a text that was written over comes back below.

    Parameters
    ----------
    before, after
        Rows as they were read before the write, and as they are after it.
    written
        Name and plan by cluster number that the service wrote: the product's own texts move on.
    last
        The last row in which something stands.
    """
    texts = {row: _expected(line, written) for row, line in sorted(before.items()) if _is_named(line)}
    if all(_texts_of(after, row) == pair for row, pair in texts.items()):
        return None
    former, now = _clusters(before), _clusters(after)
    places = _moved(texts, former, after)
    lost = _edited_or_lost(texts, former, now, after, places)
    for row, number in now.items():  # new numbers, and those that had no text
        if number in clusters and number not in places and row not in places.values():
            places[number] = row
    repair = Repair(places, [row for row in now if row not in places.values()], last=last)
    for number, pair in lost.items():
        repair.last += 1
        places[number] = repair.last
        repair.back[repair.last] = pair
    return repair


def _clusters(rows: Mapping[int, MapRow]) -> dict[int, int]:
    """Return the cluster number by row, where a row has one."""
    return {row: line.cluster for row, line in sorted(rows.items()) if line.cluster is not None}


def _edited_or_lost(
    texts: Mapping[int, Texts],
    former: Mapping[int, int],
    now: Mapping[int, int],
    after: Mapping[int, MapRow],
    places: dict[int, int],
) -> dict[int, Texts]:
    """Assign rows to numbers whose text was edited in place; return the texts that are lost."""
    lost: dict[int, Texts] = {}
    for row, pair in texts.items():
        number = former[row]
        if number in places:
            continue
        if now.get(row) == number and row not in places.values() and any(_texts_of(after, row)):
            places[number] = row
        else:
            lost[number] = pair
    return lost


def _is_named(line: MapRow) -> bool:
    return line.cluster is not None and any(line.texts)


def _expected(line: MapRow, written: Mapping[int, Plan]) -> Texts:
    plan = written.get(line.cluster) if line.cluster is not None else None
    return (plan.segment, plan.action_plan) if plan is not None else line.texts


def _texts_of(rows: Mapping[int, MapRow], row: int) -> Texts:
    return rows[row].texts if row in rows else ("", "")


def _moved(
    texts: Mapping[int, Texts], numbers: Mapping[int, int], after: Mapping[int, MapRow]
) -> dict[int, int]:
    """Return the present row of each number's text."""
    waiting: dict[Texts, list[int]] = {}
    for row in sorted(texts):
        waiting.setdefault(texts[row], []).append(numbers[row])
    places: dict[int, int] = {}
    for row in sorted(after):
        if number_of := waiting.get(after[row].texts):
            places[number_of.pop(0)] = row
    return places
