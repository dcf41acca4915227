"""The tab `Model`: the model in use in row 2, older versions below."""

from __future__ import annotations

from server.core.cells import Cell, is_empty, text_of
from server.core.model import Model, load_model
from server.errors import DamagedModelError, NoModelError
from server.layout import MODEL, MODEL_HEADERS
from server.sheets.snapshot import Snapshot, quoted

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


def model_if_any(snapshot: Snapshot) -> tuple[Model | None, str]:
    """Return the model in use, or None and the reason why there is none that can be read."""
    try:
        return model_in_use(snapshot), ""
    except NoModelError:
        return None, ""
    except DamagedModelError as error:
        return None, error.detail
