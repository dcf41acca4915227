"""Application of the names and plans of `Action_Map` to `Segmented_Customers`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec import structs

from server.core.cells import Cell, text_of
from server.core.segments.action_plans import Plan
from server.core.segments.lists import customer_lists
from server.core.segments.model import Model
from server.core.segments.moves import Stood, renames
from server.core.segments.naming import default_plan
from server.core.segments.run_note import plan_marks
from server.core.segments.state import SLIPPING
from server.core.wording import Wording
from server.layout.headers import (
    ACTION_PLAN,
    CLUSTER,
    CUSTOMER_ID,
    EXPECTED_SPEND,
    MONETARY_VALUE,
    PREVIOUS_SEGMENT,
    SEGMENT,
    STATE,
)
from server.layout.segment_tabs import MIGRATION, SEGMENTED_CUSTOMERS
from server.sheets.api.requests import Json
from server.sheets.commit.snapshot import Snapshot, Tab
from server.sheets.tabs.action_map import plans
from server.sheets.tabs.filter_views import filter_view_requests
from server.sheets.tabs.migration import last_moves, migration_requests
from server.sheets.tabs.money_formats import shown_wording
from server.sheets.tabs.outputs import Columns
from server.sheets.tabs.run_note import read_run_note, run_note_requests
from server.sheets.tabs.staging import Output, places_of

WRITTEN = (SEGMENT, ACTION_PLAN, PREVIOUS_SEGMENT)
READ = (CUSTOMER_ID, CLUSTER, *WRITTEN, STATE, EXPECTED_SPEND)
"""Columns of `Segmented_Customers` that are looked at."""


@dataclass(frozen=True, slots=True)
class LaidOut:
    """Columns as they are to be written.

    Attributes
    ----------
    customers
        Whose name or plan is another than before.
    clusters
        Of these customers.
    """

    output: Output
    customers: int
    clusters: Sequence[int]


def texts_of(model: Model, snapshot: Snapshot) -> dict[int, Plan]:
    """Return name and plan by cluster: the marketer's texts, the product's where a cell is blank."""
    named = dict(zip(model.clusters, model.names, strict=True))
    shown, say = plans(snapshot), Wording(snapshot.locale).say
    texts = {}
    for number in sorted({*named, *shown}):
        own, name = shown.get(number, Plan("", "")), named.get(number, "")
        segment = own.segment or name
        if segment:
            texts[number] = Plan(segment, own.action_plan or say(default_plan(name or segment)))
    return texts


def laid_out_plans(columns: Columns, texts: Mapping[int, Plan]) -> LaidOut:
    """Return names, plans and former names beside each customer; rows without a known cluster stay as they are."""
    stood = _stood(columns)
    renamed = renames(stood, {number: plan.segment for number, plan in texts.items()})
    rows: list[list[Cell]] = []
    changed: dict[int, int] = {}
    for at in range(max(map(len, columns.values()), default=0)):
        cells = {header: column[at] if at < len(column) else "" for header, column in columns.items()}
        number = _number(cells[CLUSTER])
        plan = texts.get(number) if number is not None and text_of(cells[CUSTOMER_ID]) else None
        before = text_of(cells[PREVIOUS_SEGMENT])
        if plan is None or number is None:
            rows.append([cells[header] for header in WRITTEN])
            continue
        if (text_of(cells[SEGMENT]), text_of(cells[ACTION_PLAN])) != (
            plan.segment.strip(),
            plan.action_plan.strip(),
        ):
            changed[number] = changed.get(number, 0) + 1
        rows.append([plan.segment, plan.action_plan, renamed.get(before, before)])
    return LaidOut(Output(SEGMENTED_CUSTOMERS, WRITTEN, rows), sum(changed.values()), sorted(changed))


def beside_requests(
    snapshot: Snapshot, columns: Columns, laid_out: LaidOut, texts: Mapping[int, Plan]
) -> list[Json]:
    """Return the requests that write the new names to the lists of customers and to `Migration`."""
    stood, names = _stood(columns), {number: plan.segment for number, plan in texts.items()}
    moved = last_moves(snapshot.tab(MIGRATION), {name: number for number, name in stood.names.items()})
    requests: list[Json] = []
    if moved is not None:
        known = dict(moved.names) | names
        requests += migration_requests(snapshot.tab(MIGRATION), moved, known, shown_wording(snapshot))
    tab = snapshot.tab(SEGMENTED_CUSTOMERS)
    at = _places(tab)
    if at is None:
        return requests
    numbers = [number for cell in columns[CLUSTER] if (number := _number(cell)) is not None]
    counts = {number: numbers.count(number) for number in sorted(set(numbers)) if number in names}
    lists = customer_lists(
        counts,
        names,
        moved.flows if moved else (),
        [text_of(cell) for cell in columns[STATE]].count(SLIPPING),
        Wording(snapshot.locale),
    )
    size = max(len(laid_out.output.rows) + 1, tab.row_count), max(tab.column_count, 1 + max(at.values()))
    previous = {text_of(row[2]) for row in laid_out.output.rows}
    by_spend = any(isinstance(cell, int | float) for cell in columns[EXPECTED_SPEND])
    return requests + filter_view_requests(tab, lists, at, size, names, previous, by_spend=by_spend)


def _places(tab: Tab) -> dict[str, int] | None:
    """Return the position of each column that lists filter or rank by, None where one is missing."""
    at = tab.present((CLUSTER, STATE, EXPECTED_SPEND, MONETARY_VALUE))
    at |= dict(zip(WRITTEN, places_of(tab, WRITTEN), strict=True))
    return at if {CLUSTER, STATE, EXPECTED_SPEND, MONETARY_VALUE} <= at.keys() else None


def note_requests(snapshot: Snapshot, texts: Mapping[int, Plan]) -> list[Json]:
    """Return the requests that note which texts customers have; none where that is noted, or no run left a note."""
    note = read_run_note(snapshot)
    if note is None:
        return []
    marks = {number: mark for number, mark in plan_marks(texts).items() if number in note.plans}
    return [] if marks == note.plans else run_note_requests(snapshot, structs.replace(note, plans=marks))


def _stood(columns: Columns) -> Stood:
    numbers: dict[str, int] = {}
    segments: dict[str, str] = {}
    for who, cluster, segment in zip(
        map(text_of, columns[CUSTOMER_ID]), columns[CLUSTER], columns[SEGMENT], strict=False
    ):
        number = _number(cluster)
        if who and number is not None:
            numbers.setdefault(who, number)
            segments.setdefault(who, text_of(segment))
    return Stood(numbers, segments)


def _number(cell: Cell) -> int | None:
    if isinstance(cell, int | float) and not isinstance(cell, bool) and float(cell).is_integer():
        return int(cell)
    return None
