"""The tab `Model`: the model in use in row 2, older versions below."""

from __future__ import annotations

from collections.abc import Iterable

from server.core.cells import Cell, is_empty, text_of
from server.core.segments.model import Model, checksum, load_model, to_json
from server.errors import NoModelError, NoSuchVersionError
from server.layout.limits import MODEL_VERSIONS_KEPT
from server.layout.record_tabs import MODEL
from server.layout.tabs import MODEL_HEADERS
from server.sheets.api.a1 import quoted
from server.sheets.api.requests import Json, insert_rows, write_by_header
from server.sheets.commit.snapshot import Snapshot, Tab, value
from server.texts import to_say

IN_USE_ROW = 2
IN_USE_RANGE = f"{quoted(MODEL)}!1:{IN_USE_ROW}"
ALL_VERSIONS_RANGE = f"{quoted(MODEL)}!1:{MODEL_VERSIONS_KEPT + IN_USE_ROW}"


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
            to_say("The customers of this spreadsheet are not in segments yet."),
            hint=to_say("Paste orders into Training_Data and choose Segment customers in the menu."),
        )
    return model_of_row(snapshot, IN_USE_ROW)


def next_version(versions: Iterable[Cell]) -> int:
    """Return the number after the largest of `versions`; what is no number is passed over.

    >>> next_version(["Version", 3, 2, "", 1]), next_version([])
    (4, 1)
    """
    numbers = [int(v) for v in versions if isinstance(v, int | float) and not isinstance(v, bool)]
    return max(numbers, default=0) + 1


def version_row(snapshot: Snapshot, version: int) -> int:
    """Return the sheet row of a version.

    Raises
    ------
    NoSuchVersionError
        If it is not there any more.
    """
    tab = snapshot.tab(MODEL)
    at = tab.columns(MODEL_HEADERS)["Version"]
    for row in sorted(tab.rows):
        if row >= IN_USE_ROW and value(tab.cell(row, at)) == version:
            return row
    raise NoSuchVersionError(
        to_say(
            "There is no version {version} in the tab Model any more; {kept} are kept.",
            version=version,
            kept=MODEL_VERSIONS_KEPT,
        ),
        hint=to_say("Choose another version in the sidebar."),
    )


def model_of_row(snapshot: Snapshot, row: int) -> Model:
    """Return the model in a sheet row of `Model`.

    Raises
    ------
    DamagedModelError
        If what stands there is no model.
    """
    tab = snapshot.tab(MODEL)
    columns = tab.columns(MODEL_HEADERS)
    texts = [text_of(value(tab.cell(row, columns[header]))) for header in ("Parameters", "Checksum")]
    return load_model(texts[0], texts[1])


def model_requests(
    tab: Tab, model: Model, status: str = "in use", former_row: int | None = None
) -> list[Json]:
    """Return the requests that put a model into the tab; the one in use is row 2, and 20 more are kept.

    Parameters
    ----------
    status
        "in use"; or "candidate", which comes below the one in use.
    former_row
        Where the model stands now, if it does: it is taken away there.
    """
    columns = tab.columns(MODEL_HEADERS)
    is_first = all(is_empty(cell) for cell in tab.values(IN_USE_ROW))
    row = IN_USE_ROW if status == "in use" else IN_USE_ROW + 1
    requests = [] if former_row is None else [_delete_rows(tab, former_row, former_row + 1)]
    count = tab.row_count - (former_row is not None)
    if row <= count:
        requests.append(insert_rows(tab.sheet_id, row, 1))
    else:
        requests.append({"appendDimension": {"sheetId": tab.sheet_id, "dimension": "ROWS", "length": 1}})
    requests += write_by_header(tab.sheet_id, columns, {row: _cells(model, status)})
    if row == IN_USE_ROW and not is_first and former_row != IN_USE_ROW:
        earlier = {IN_USE_ROW + 1: {"Status": "earlier"}}
        requests += write_by_header(tab.sheet_id, {"Status": columns["Status"]}, earlier)
    kept = MODEL_VERSIONS_KEPT + 2  # the header and the one in use
    if count + 1 > kept:
        requests.append(_delete_rows(tab, kept + 1, count + 2))
    return requests


def _cells(model: Model, status: str) -> dict[str, Cell]:
    text = to_json(model)
    figures = model.figures
    return {
        "Version": model.version,
        "Status": status,
        "TrainedAt": model.trained_at,
        "Customers": model.customers,
        "Transactions": model.transactions,
        "K": model.k,
        "SmallestShare": figures.get("smallest_share", ""),
        "Stability": figures.get("stability", ""),
        "Agreement": figures.get("agreement", ""),
        "Gini": figures.get("gini", ""),
        "GiniBySpend": figures.get("gini_by_spend", ""),
        "Ghosts": figures.get("ghosts", ""),
        "Silhouette": figures.get("silhouette", ""),
        "WhyK": model.why_k,
        "Warnings": " ".join(model.warnings),
        "Parameters": text,
        "Checksum": checksum(text),
    }


def _delete_rows(tab: Tab, first: int, last: int) -> Json:
    """Return a request that deletes sheet rows, `last` not included."""
    rows = {"sheetId": tab.sheet_id, "dimension": "ROWS", "startIndex": first - 1, "endIndex": last - 1}
    return {"deleteDimension": {"range": rows}}
