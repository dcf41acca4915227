"""The tab `Model`: the model in use in row 2, older versions below."""

from __future__ import annotations

from collections.abc import Iterable

from server.core.cells import Cell, is_empty, text_of
from server.core.model import Model, checksum, load_model, to_json
from server.errors import NoModelError
from server.layout import MODEL, MODEL_HEADERS, MODEL_VERSIONS_KEPT
from server.sheets.cells import Json, insert_rows, write_by_header
from server.sheets.snapshot import Snapshot, Tab, quoted

IN_USE_ROW = 2
IN_USE_RANGE = f"{quoted(MODEL)}!1:{IN_USE_ROW}"


def model_in_use(snapshot: Snapshot) -> Model:
    """Return the model in row 2.

    Raises
    ------
    NoModelError
        If the tab has no model yet.
    DamagedModelError
        If what stands there is no model.
    """
    tab = snapshot.tab(MODEL)
    if all(is_empty(cell) for cell in tab.values(IN_USE_ROW)):
        raise NoModelError(
            "There are no segments yet: no model has been trained for this spreadsheet.",
            hint="Paste transactions into Training_Data and choose Segment customers in the menu.",
        )
    columns = tab.columns(MODEL_HEADERS)
    row = tab.values(IN_USE_ROW)

    def cell(header: str) -> Cell:
        position = columns[header]
        return row[position] if position < len(row) else ""

    return load_model(text_of(cell("Parameters")), text_of(cell("Checksum")))


def next_version(versions: Iterable[Cell]) -> int:
    """Return the number after the largest of `versions`; what is no number is passed over.

    >>> next_version(["Version", 3, 2, "", 1]), next_version([])
    (4, 1)
    """
    numbers = [int(v) for v in versions if isinstance(v, int | float) and not isinstance(v, bool)]
    return max(numbers, default=0) + 1


def model_requests(tab: Tab, model: Model) -> list[Json]:
    """Return the requests that put a model into row 2 and move the older ones down; 20 are kept."""
    columns = tab.columns(MODEL_HEADERS)
    text = to_json(model)
    cells: dict[str, Cell] = {
        "Version": model.version,
        "Status": "in use",
        "TrainedAt": model.trained_at,
        "Customers": model.customers,
        "Transactions": model.transactions,
        "K": model.k,
        "SmallestShare": model.figures.get("smallest_share", ""),
        "Stability": model.figures.get("stability", ""),
        "Agreement": model.figures.get("agreement", ""),
        "Silhouette": model.figures.get("silhouette", ""),
        "Warnings": " ".join(model.warnings),
        "Parameters": text,
        "Checksum": checksum(text),
    }
    requests = [insert_rows(tab.sheet_id, IN_USE_ROW, 1)]
    requests += write_by_header(tab.sheet_id, columns, {IN_USE_ROW: cells})
    if any(not is_empty(cell) for cell in tab.values(IN_USE_ROW)):
        earlier = {IN_USE_ROW + 1: {"Status": "earlier"}}
        requests += write_by_header(tab.sheet_id, {"Status": columns["Status"]}, earlier)
    kept = MODEL_VERSIONS_KEPT + 2  # the header and the one in use
    if tab.row_count + 1 > kept:
        rows = {
            "sheetId": tab.sheet_id,
            "dimension": "ROWS",
            "startIndex": kept,
            "endIndex": tab.row_count + 1,
        }
        requests.append({"deleteDimension": {"range": rows}})
    return requests
