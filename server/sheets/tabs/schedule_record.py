"""Schedule record in the spreadsheet's developer metadata, where the sidebar reads it without a call."""

from __future__ import annotations

import secrets

import msgspec

from server.core.schedule.record import Record
from server.layout.limits import METADATA_SCHEDULE
from server.sheets.api.requests import Json
from server.sheets.commit.snapshot import Snapshot
from server.texts import in_english


def read_schedule(snapshot: Snapshot) -> Record:
    """Return the record in a snapshot; an empty one where there is none, or it cannot be read."""
    newest = Record()
    for entry in snapshot.metadata:
        if entry.get("metadataKey") != METADATA_SCHEDULE:
            continue
        try:
            read = msgspec.json.decode(str(entry.get("metadataValue", "")), type=Record)
        except ValueError:
            continue
        newest = max(newest, read, key=lambda record: (record.settled, record.good_at, record.since))
    return newest


def schedule_requests(snapshot: Snapshot, record: Record) -> list[Json]:
    """Return the requests that replace the record in a snapshot by a new one."""
    gone = [
        {
            "deleteDeveloperMetadata": {
                "dataFilter": {"developerMetadataLookup": {"metadataId": int(entry["metadataId"])}}
            }
        }
        for entry in snapshot.metadata
        if entry.get("metadataKey") == METADATA_SCHEDULE
    ]
    entry = {
        "metadataId": 1 + secrets.randbelow(2**31 - 2),
        "metadataKey": METADATA_SCHEDULE,
        "metadataValue": msgspec.json.encode(record, enc_hook=in_english).decode(),
        "location": {"spreadsheet": True},
        "visibility": "DOCUMENT",
    }
    return [*gone, {"createDeveloperMetadata": {"developerMetadata": entry}}]
