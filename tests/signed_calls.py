"""A good body for each signed call of the table: what attacks spoil, one thing at a time."""

from __future__ import annotations

import json
from typing import Any

from server.web.calls import CALLS

SIGNED = [call.name for call in CALLS if call.signed]
"""Names of the calls that take a signature; one that is added to the table is attacked like the others."""
NEEDED: dict[str, dict[str, Any]] = {
    "audience": {"step": "choices"},
    "explain": {"row": 2},
    "fill": {"customerIds": ["C001"]},
    "forget": {"customerId": "C001"},
    "models/use": {"version": 1},
    "tests/read": {"name": "Spring"},
    "tests/start": {"plan": {"name": "Spring", "segments": ["Champions"]}},
}
"""What a call needs beside the envelope."""


def good_body(call: str, spreadsheet_id: str, **fields: Any) -> str:
    """Return a body that a call takes."""
    return json.dumps({"call": call, "spreadsheetId": spreadsheet_id, **NEEDED.get(call, {}), **fields})
