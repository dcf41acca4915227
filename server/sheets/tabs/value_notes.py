"""Notes on the headers of expected spend: what the figures mean, how sure they are, or why there are none."""

from __future__ import annotations

from server.core.value.model import ValueModel
from server.core.value.words import header_notes, is_header_note
from server.core.wording import Wording
from server.layout.record_tabs import PREDICTION_LOG
from server.layout.segment_tabs import NEW_USER, SEGMENTED_CUSTOMERS
from server.layout.tabs import VALUE_HEADERS
from server.sheets.api.requests import Json, update_cells
from server.sheets.commit.snapshot import Snapshot, note

TABS = (SEGMENTED_CUSTOMERS, NEW_USER, PREDICTION_LOG)


def value_note_requests(snapshot: Snapshot, model: ValueModel | None, wording: Wording) -> list[Json]:
    """Return the requests that update the notes; a note that somebody else wrote stays."""
    wanted = header_notes(model, wording)
    requests = []
    for title in TABS:
        tab = snapshot.tabs.get(title)
        if tab is None:
            continue
        for header, column in tab.present(VALUE_HEADERS).items():
            present = note(tab.cell(1, column))
            if present != wanted[header] and is_header_note(header, present):
                requests.append(update_cells(tab.sheet_id, 1, column, [[{"note": wanted[header]}]], "note"))
    return requests
