"""What a run keeps beside the segments: its lines in `History`, and the lists of customers. Judged by their cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from server.core.segments.lists import Kind, view_id
from sheets_standin.spreadsheet.cells import value_of
from sheets_standin.spreadsheet.document import Document
from sheets_standin.spreadsheet.sheet import Sheet

_SEGMENTED, _HISTORY = "Segmented_Customers", "History"


def kept_problems(document: Document) -> Iterator[str]:
    """Yield what is wrong with `History` and the filter views of a spreadsheet just after a run."""
    customers = list(rows_of(document, _SEGMENTED))
    sheet = sheet_of(document, _SEGMENTED)
    if sheet is None or not customers or "Cluster" not in customers[0]:
        return
    counts = Counter(int(customer["Cluster"]) for customer in customers)
    yield from _lists(sheet, counts)
    yield from _history(document, counts)


def _lists(sheet: Sheet, counts: Counter[int]) -> Iterator[str]:
    """Each segment has one list, of its own number in the column Cluster, over all rows; titles are there once."""
    titles = Counter(str(view["title"]).casefold() for view in sheet.filter_views)
    yield from (f"{count} lists are called {title}" for title, count in titles.items() if count > 1)
    views = {view["filterViewId"]: view for view in sheet.filter_views}
    column = [value_of(cell) for cell in sheet.grid.row(0)].index("Cluster")
    for cluster in counts:
        view = views.get(view_id(sheet.sheet_id, Kind.ALL, cluster))
        if view is None:
            yield f"segment {cluster} has no list"
            continue
        [spec] = view["filterSpecs"]
        [value] = spec["filterCriteria"]["condition"]["values"]
        if (spec["columnIndex"], value["userEnteredValue"]) != (column, str(cluster)):
            yield f"the list of segment {cluster} filters by {spec}"
        if view["range"]["endRowIndex"] < 1 + counts.total():
            yield f"the list of segment {cluster} ends at row {view['range']['endRowIndex']}"


def _history(document: Document, counts: Counter[int]) -> Iterator[str]:
    """The lines at the top count the customers of each segment; of two runs of one second the later stands above."""
    lines = list(rows_of(document, _HISTORY))
    if not lines or not {"RunAt", "Cluster", "Customers"} <= lines[0].keys():
        return
    newest: dict[Any, Any] = {}
    for line in lines:
        if line["RunAt"] != lines[0]["RunAt"] or line["Cluster"] in newest:
            break
        newest[line["Cluster"]] = line["Customers"]
    if newest != dict(counts):
        yield f"History counts {newest}, the customers are {dict(counts)}"


def doubled_runs(document: Document) -> Iterator[str]:
    """Yield the runs that have more or fewer lines of a segment in `History` than lines in `Runs`.

    Two runs may end in the same second.
    """
    runs = Counter(line["When"] for line in rows_of(document, "Runs") if line["Customers"] is not None)
    lines = Counter((line["RunAt"], line["Cluster"]) for line in rows_of(document, _HISTORY))
    for (run_at, cluster), count in lines.items():
        if count != runs[run_at]:
            yield f"segment {cluster} has {count} lines in History at {run_at}, Runs has {runs[run_at]}"
    yield from (f"the run at {when} has no line in History" for when in runs.keys() - {at for at, _ in lines})


def sheet_of(document: Document, title: str) -> Sheet | None:
    """Return a tab by its title, None where it is not there."""
    return next((sheet for sheet in document.sheets if sheet.title == title), None)


def rows_of(document: Document, title: str) -> Iterator[dict[str, Any]]:
    """Yield values by header of each row of a tab that holds something; none where it is not there."""
    sheet = sheet_of(document, title)
    if sheet is None:
        return
    header = [str(value_of(cell)) for cell in sheet.grid.row(0)]
    for row in range(1, sheet.grid.held_rows):
        cells = [value_of(cell) for cell in sheet.grid.row(row)]
        if any(cell is not None for cell in cells):
            yield dict(zip(header, [*cells, *[None] * (len(header) - len(cells))], strict=False))
