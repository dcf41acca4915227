"""Note of the last run in the spreadsheet's developer metadata, where the add-on reads it without a call."""

from __future__ import annotations

import secrets

import msgspec

from server.core.segments.run_note import RunNote
from server.layout.limits import METADATA_RUN
from server.sheets.api.requests import Json
from server.sheets.commit.snapshot import Snapshot
from server.texts import in_english


def read_run_note(snapshot: Snapshot) -> RunNote | None:
    """Return the newest note in a snapshot; None where there is none, or it cannot be read."""
    run_notes: list[RunNote] = []
    for entry in snapshot.metadata:
        if entry.get("metadataKey") == METADATA_RUN:
            try:
                run_notes.append(msgspec.json.decode(str(entry.get("metadataValue", "")), type=RunNote))
            except ValueError:
                continue
    return max(run_notes, key=lambda run_note: run_note.at, default=None)


def run_note_requests(snapshot: Snapshot, note: RunNote) -> list[Json]:
    """Return the requests that replace the note in a snapshot by a new one."""
    gone = [
        {
            "deleteDeveloperMetadata": {
                "dataFilter": {"developerMetadataLookup": {"metadataId": int(entry["metadataId"])}}
            }
        }
        for entry in snapshot.metadata
        if entry.get("metadataKey") == METADATA_RUN
    ]
    entry = {
        "metadataId": 1 + secrets.randbelow(2**31 - 2),
        "metadataKey": METADATA_RUN,
        "metadataValue": msgspec.json.encode(note, enc_hook=in_english).decode(),
        "location": {"spreadsheet": True},
        "visibility": "DOCUMENT",
    }
    return [*gone, {"createDeveloperMetadata": {"developerMetadata": entry}}]
