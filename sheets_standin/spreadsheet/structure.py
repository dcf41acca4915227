"""Inserts, moves and deletes rows, columns and tabs; everything that refers to them follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sheets_standin.spreadsheet.cells import Cell
from sheets_standin.spreadsheet.charts import forget_sheet, shift_charts
from sheets_standin.spreadsheet.document import Document, Metadata, Protection, Sheet
from sheets_standin.spreadsheet.filtering import shifted_filter
from sheets_standin.spreadsheet.references import Shift, retitled_formula, shifted_formula
from sheets_standin.spreadsheet.sheet import Group
from sheets_standin.spreadsheet.slicers import forget_sheet_in_slicers, shift_slicers
from sheets_standin.spreadsheet.tables import shifted_tables

ROWS, COLUMNS = "ROWS", "COLUMNS"


def insert(
    document: Document, sheet: Sheet, dimension: str, first: int, count: int, *, like_before: bool = False
) -> None:
    """Insert rows or columns before position `first`.

    Parameters
    ----------
    like_before
        Formats and sizes are those of the row or column before, else of the one that was at `first`.
    """
    beside = first - 1 if like_before else first
    if dimension == ROWS:
        sheet.grid.insert_rows(first, count, sheet.grid.row(beside) if beside >= 0 else ())
    else:
        sheet.grid.insert_columns(first, count, beside if beside >= 0 else None)
    spans = sheet.rows if dimension == ROWS else sheet.columns
    like = dict(spans.get(beside, {}))
    _shift(document, sheet, Shift(dimension, put_at=first, inserted=count))
    spans = sheet.rows if dimension == ROWS else sheet.columns
    if like:
        spans.update({first + i: dict(like) for i in range(count)})


def delete(document: Document, sheet: Sheet, dimension: str, first: int, last: int) -> None:
    """Delete rows or columns, half open."""
    (sheet.grid.delete_rows if dimension == ROWS else sheet.grid.delete_columns)(first, last)
    if dimension == ROWS:
        sheet.frozen_rows -= max(0, min(last, sheet.frozen_rows) - first)
    else:
        sheet.frozen_columns -= max(0, min(last, sheet.frozen_columns) - first)
    _shift(document, sheet, Shift(dimension, removed=(first, last)))


def move(document: Document, sheet: Sheet, dimension: str, first: int, last: int, destination: int) -> None:
    """Move rows or columns to before `destination`, counted before they are taken away."""
    count = last - first
    target = destination if destination <= first else destination - count
    (sheet.grid.move_rows if dimension == ROWS else sheet.grid.move_columns)(first, last, target)
    _shift(document, sheet, Shift(dimension, removed=(first, last), put_at=target, inserted=count))


def retitle(document: Document, sheet: Sheet, title: str) -> None:
    """Rename a tab; formulas follow."""
    former, sheet.title = sheet.title, title
    _rewrite(document, lambda _own, formula: retitled_formula(formula, former, title))


def delete_sheet(document: Document, sheet: Sheet) -> None:
    """Delete a tab with its charts, protections, metadata and named ranges."""
    document.sheets.remove(sheet)
    identity = sheet.sheet_id
    document.protections = [p for p in document.protections if p.range.get("sheetId", 0) != identity]
    document.metadata = [m for m in document.metadata if m.sheet_id != identity]
    document.named_ranges = [
        n for n in document.named_ranges if n.range is None or n.range.get("sheetId", 0) != identity
    ]
    forget_sheet(document, identity)
    forget_sheet_in_slicers(document, identity)
    _rewrite(document, lambda _own, formula: retitled_formula(formula, sheet.title, None))


def _rewrite(document: Document, change: Callable[[Sheet, str], str]) -> None:
    for own in document.sheets:
        for row, column, cell in list(own.grid.formula_cells()):
            assert cell.formula is not None
            changed = change(own, cell.formula)
            if changed != cell.formula:
                rewritten: Cell = replace(cell, formula=changed)
                own.grid.put(row, column, [rewritten])


def _shift(document: Document, sheet: Sheet, shift: Shift) -> None:
    _rewrite(document, lambda own, formula: shifted_formula(formula, own.title, sheet.title, shift))
    _shift_document(document, sheet, shift)
    shift_charts(document, sheet, shift)
    shift_slicers(document, sheet, shift)
    if shift.dimension == ROWS:
        sheet.rows = _shifted_sizes(sheet.rows, shift)
        sheet.row_groups = _shifted_groups(sheet.row_groups, shift)
    else:
        sheet.columns = _shifted_sizes(sheet.columns, shift)
        sheet.column_groups = _shifted_groups(sheet.column_groups, shift)
    sheet.merges = _shifted_merges(sheet.merges, shift)
    sheet.banded_ranges = _shifted(sheet.banded_ranges, shift)
    views = [shifted_filter(filter_view, shift) for filter_view in sheet.filter_views]
    sheet.filter_views = [view for view in views if view is not None]
    sheet.tables = shifted_tables(sheet.tables, shift)
    if sheet.basic_filter is not None:
        sheet.basic_filter = shifted_filter(sheet.basic_filter, shift)
    sheet.conditional_formats = _shifted_rules(sheet.conditional_formats, shift)


def _shift_document(document: Document, sheet: Sheet, shift: Shift) -> None:
    identity = sheet.sheet_id
    for named in document.named_ranges:
        if named.range is not None and named.range.get("sheetId", 0) == identity:
            named.range = shift.grid_range(named.range)
    document.protections = [
        protection
        for protection in document.protections
        if protection.range.get("sheetId", 0) != identity or _shift_protection(protection, shift)
    ]
    document.metadata = _shifted_metadata(document.metadata, identity, shift)


def _shifted_metadata(metadata: list[Metadata], identity: int, shift: Shift) -> list[Metadata]:
    """Return the metadata without that of the tab's rows or columns that are gone."""
    entries = []
    for entry in metadata:
        if entry.sheet_id == identity and entry.dimension == shift.dimension:
            position = shift.position(entry.index)
            if position is None:
                continue
            entry = replace(entry, index=position)
        entries.append(entry)
    return entries


def _shift_protection(protection: Protection, shift: Shift) -> bool:
    """Move a protected range; return whether anything of it is left."""
    moved = shift.grid_range(protection.range)
    if moved is None:
        return False
    protection.range = moved
    free = [shift.grid_range(area) for area in protection.unprotected]
    protection.unprotected = [place for place in free if place is not None]
    return True


def _shifted_sizes(spans: dict[int, dict[str, Any]], shift: Shift) -> dict[int, dict[str, Any]]:
    """Return the properties of rows or columns by their positions afterwards."""
    moved = {shift.position(at): value for at, value in spans.items()}
    return {at: value for at, value in moved.items() if at is not None}


def _shifted_rules(rules: list[dict[str, Any]], shift: Shift) -> list[dict[str, Any]]:
    """Return conditional formats without those whose ranges are all gone."""
    moved = []
    for rule in rules:
        ranges = [shift.grid_range(area) for area in rule.get("ranges", [])]
        if left := [area for area in ranges if area is not None]:
            moved.append(rule | {"ranges": left})
    return moved


def _shifted(objects: list[dict[str, Any]], shift: Shift) -> list[dict[str, Any]]:
    moved = [(part, shift.grid_range(part.get("range", {}))) for part in objects]
    return [part | {"range": where} for part, where in moved if where is not None]


def _shifted_groups(groups: list[Group], shift: Shift) -> list[Group]:
    moved = []
    for group in groups:
        span = shift.span((group.start, group.end))
        if span is not None and span[0] is not None and span[1] is not None:
            moved.append(replace(group, start=span[0], end=span[1]))
    return moved


def _shifted_merges(merges: list[tuple[int, int, int, int]], shift: Shift) -> list[tuple[int, int, int, int]]:
    moved = []
    for first_row, last_row, first_column, last_column in merges:
        rows, columns = (first_row, last_row), (first_column, last_column)
        span = shift.span(rows if shift.dimension == ROWS else columns)
        if span is None or span[0] is None or span[1] is None:
            continue
        rows, columns = (
            ((span[0], span[1]), columns) if shift.dimension == ROWS else (rows, (span[0], span[1]))
        )
        if (rows[1] - rows[0]) * (columns[1] - columns[0]) > 1:
            moved.append((*rows, *columns))
    return moved
