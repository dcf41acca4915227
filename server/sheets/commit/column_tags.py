"""Column tags: Google refuses a write whose columns have moved since they were read.

Each column of ours bears a tag: an entry of developer metadata, which goes wherever the column goes. A write asks
Google to renew the tag of each column that it addresses, by the tag's id *and* the column's place. A column that was
inserted, deleted or moved since the read has another tag, or none, in that place; an entry that is not there cannot be
renewed, which refuses the whole batch. Rows have no such guard: they are looked at afterwards.

Where Google renews what is not there without a word, tags do nothing, and what came to wrong columns is put back
by the look after the write and by the sweep.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from server.layout.limits import METADATA_COLUMN
from server.layout.tabs import HEADERS
from server.sheets.api.requests import Json
from server.sheets.commit.snapshot import Snapshot, Tab


def tag_requests(sheet_id: int, columns: Iterable[int]) -> list[Json]:
    """Return the requests that tag columns (from 0) of a tab."""
    return [
        {
            "createDeveloperMetadata": {
                "developerMetadata": {
                    "metadataKey": METADATA_COLUMN,
                    "metadataValue": _VALUE,
                    "location": {"dimensionRange": _place(sheet_id, column)},
                    "visibility": "DOCUMENT",
                }
            }
        }
        for column in columns
    ]


def missing_tags(snapshot: Snapshot, titles: Iterable[str]) -> list[Json]:
    """Return the requests that tag those columns of ours in the given tabs that have no tag yet."""
    return [
        request
        for tab in _read(snapshot, titles)
        for request in tag_requests(
            tab.sheet_id, (column for column in _ours(tab) if column not in tab.column_tags)
        )
    ]


def renewals(snapshot: Snapshot, titles: Iterable[str]) -> list[Json]:
    """Return the requests that Google refuses if our columns of the given tabs have moved since they were read."""
    return [
        renewal(tab.sheet_id, column, tab.column_tags[column])
        for tab in _read(snapshot, titles)
        for column in _ours(tab)
        if column in tab.column_tags
    ]


def renewal(sheet_id: int, column: int, tag: int) -> Json:
    """Return the request that Google refuses unless the entry `tag` belongs to the column (from 0)."""
    lookup = {
        "metadataId": tag,
        "metadataLocation": {"dimensionRange": _place(sheet_id, column)},
        "locationMatchingStrategy": "EXACT_LOCATION",
    }
    return {
        "updateDeveloperMetadata": {
            "dataFilters": [{"developerMetadataLookup": lookup}],
            "developerMetadata": {"metadataValue": _VALUE},
            "fields": "metadataValue",
        }
    }


_VALUE = "Audience Targeting Engine"


def _place(sheet_id: int, column: int) -> Json:
    return {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": column, "endIndex": column + 1}


def _read(snapshot: Snapshot, titles: Iterable[str]) -> Sequence[Tab]:
    """Return those of the tabs whose headers were read."""
    return [
        snapshot.tabs[title] for title in titles if title in snapshot.tabs and snapshot.tabs[title].header
    ]


def _ours(tab: Tab) -> list[int]:
    return sorted(tab.ours(HEADERS[tab.title]).values())
