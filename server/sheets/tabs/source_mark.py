"""Mark of the source run that the sheet shows: developer metadata, written with the segments in one commit.

The published table follows the sheet. Where the service dies between the two, the sweep sees by this entry that they
differ, and repeats the swap.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.layout.limits import METADATA_SOURCE
from server.sheets.api.requests import Json
from server.sheets.commit.snapshot import Snapshot

_VALUE = re.compile(r"([A-Za-z][A-Za-z0-9_-]{0,49}) ([a-z0-9]{1,40})")


@dataclass(frozen=True, slots=True)
class SourceRunMark:
    """A source by its name, and a run of it."""

    source: str
    run_id: str


def source_mark_of(metadata: Sequence[Mapping[str, Any]]) -> SourceRunMark | None:
    """Return the source run that the sheet shows, None where its orders are in `Training_Data`.

    >>> source_mark_of([{"metadataKey": "ate-source", "metadataValue": "shop 2026a1", "metadataId": 7}])
    SourceRunMark(source='shop', run_id='2026a1')
    """
    for entry in _entries(metadata):
        match = _VALUE.fullmatch(str(entry.get("metadataValue", "")))
        if match is not None:
            return SourceRunMark(match[1], match[2])
    return None


def source_mark_requests(snapshot: Snapshot, mark: SourceRunMark | None) -> list[Json]:
    """Return the requests that put a mark in the place of the one before; none where nothing changes."""
    if mark == source_mark_of(snapshot.metadata):
        return []
    requests: list[Json] = [
        {
            "deleteDeveloperMetadata": {
                "dataFilter": {"developerMetadataLookup": {"metadataId": int(entry["metadataId"])}}
            }
        }
        for entry in _entries(snapshot.metadata)
    ]
    if mark is not None:
        entry = {
            "metadataKey": METADATA_SOURCE,
            "metadataValue": f"{mark.source} {mark.run_id}",
            "location": {"spreadsheet": True},
            "visibility": "DOCUMENT",
        }
        requests.append({"createDeveloperMetadata": {"developerMetadata": entry}})
    return requests


def _entries(metadata: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [entry for entry in metadata if entry.get("metadataKey") == METADATA_SOURCE]
