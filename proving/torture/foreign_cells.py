"""Compares what is not the service's in a spreadsheet with what its owners entered last."""

from __future__ import annotations

from collections.abc import Iterator

from proving.torture.elsewhere import Elsewhere
from proving.torture.marketers import OUTPUTS, Marketers
from proving.torture.tables import table
from sheets_standin.spreadsheet.cells import Cell, Content, value_of
from sheets_standin.spreadsheet.document import Document
from sheets_standin.spreadsheet.sheet import Sheet


def foreign_cells(document: Document, marketers: Marketers, elsewhere: Elsewhere) -> list[str]:
    """Return which cells of others differ from the last entry, and where formulas appeared."""
    ours = {marketers.columns()[name] for name in OUTPUTS} | marketers.value_columns()
    formulas = [s.title for s in document.sheets if any(True for _ in s.grid.formula_cells())]
    return [
        *_unlike(document.sheet("New User"), marketers.sheet(), ours),
        *_unlike(document.sheet("Training_Data"), marketers.twin.sheet("Training_Data"), set()),
        *_lost_notes(document, elsewhere),
        *_changed_plans(document, elsewhere),
        *_moved_owners(document, elsewhere),
        *(f"a formula appeared in {title}" for title in formulas),
    ]


def _unlike(real: Sheet, twin: Sheet, skipped: set[int]) -> Iterator[str]:
    """Yield what differs between a tab and its twin; columns to skip differ in their headers alone."""
    if (real.grid.row_count, real.grid.column_count) != (twin.grid.row_count, twin.grid.column_count):
        yield f"{real.title} has another size than its owner gave it"
    for row in range(max(real.grid.held_rows, twin.grid.held_rows)):
        here, there = real.grid.row(row), twin.grid.row(row)
        for column in range(max(len(here), len(there))):
            if column in skipped and row:
                continue
            cell, entered = real.grid.cell(row, column), twin.grid.cell(row, column)
            if _entered(cell) != _entered(entered):
                place = f"{real.title} row {row + 1} column {column + 1}"
                yield f"{place} holds {_entered(cell)!r}, not {_entered(entered)!r}"


def _entered(content: Content) -> object:
    formula = content.formula if isinstance(content, Cell) else None
    return formula or value_of(content)


def _lost_notes(document: Document, elsewhere: Elsewhere) -> Iterator[str]:
    grid = document.sheet("Prediction_Log").grid
    held = {str(value_of(cell)) for row in range(grid.held_rows) for cell in grid.row(row)}
    yield from (f"{text} is gone from the log's tab" for text in elsewhere.notes - held)


def _changed_plans(document: Document, elsewhere: Elsewhere) -> Iterator[str]:
    shown: dict[int, object] = {}
    for _, row in table(document.sheet("Action_Map"), ("Cluster", "ActionPlan")):
        if isinstance(row["Cluster"], int | float):
            shown.setdefault(int(row["Cluster"]), row["ActionPlan"])
    for cluster, text in elsewhere.plans.items():
        if cluster in shown and shown[cluster] != text:
            yield f"the plan of {cluster} is {shown[cluster]}, not {text}"


def _moved_owners(document: Document, elsewhere: Elsewhere) -> Iterator[str]:
    """Yield whose text in a column of the marketer's own stands beside somebody else."""
    if not elsewhere.beside:
        return
    rows = table(document.sheet("Segmented_Customers"), ("CustomerID", "Owner"))
    beside = {str(row["CustomerID"]): row["Owner"] for _, row in rows}
    for who, text in elsewhere.beside.items():
        if beside.get(who) != text:
            yield f"beside {who} stands {beside.get(who)}, not {text}"
