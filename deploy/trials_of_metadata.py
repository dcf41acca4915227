"""What the handshake, the record of a long call and the tags of columns assume of developer metadata."""

from __future__ import annotations

from deploy.scratch import KEY, NotTried, Scratch, by_id
from deploy.trial import Json, Size, Trial, demand
from server.sheets.commit.column_tags import renewal, tag_requests
from server.sheets.commit.snapshot import FIELDS, read_snapshot


def viewer_reads_metadata(scratch: Scratch, _size: Size) -> str:
    """What stands in document-visible metadata, viewers can read."""
    if scratch.viewer is None:
        raise NotTried("needs VIEWER=, the key file of an account that may only view the spreadsheet")
    entry = {"metadataKey": KEY, "metadataValue": "a hash", "visibility": "DOCUMENT"}
    place = {"location": {"spreadsheet": True}}
    scratch.write({"createDeveloperMetadata": {"developerMetadata": entry | place}})
    answer = scratch.viewer.get(scratch.spreadsheet_id, [], "developerMetadata(metadataKey,metadataValue)")
    seen = {entry["metadataKey"]: entry.get("metadataValue") for entry in answer.get("developerMetadata", [])}
    demand(seen.get(KEY) == "a hash", f"the viewer sees {sorted(seen)}")
    return "the viewer reads it"


def missing_metadata_refused(scratch: Scratch, _size: Size) -> str:
    """An entry of metadata that is gone cannot be renewed; deleting it twice is no error."""
    identity = scratch.new_id()
    refusal = scratch.refused(
        {
            "updateDeveloperMetadata": {
                "dataFilters": [by_id(identity)],
                "developerMetadata": {"metadataValue": "renewed"},
                "fields": "metadataValue",
            }
        }
    )
    demand(refusal, "renewing an entry that is not there was no error")
    return refusal


def given_metadata_id(scratch: Scratch, _size: Size) -> str:
    """An entry of metadata gets the id that it was given."""
    identity = scratch.new_id()
    entry = {"metadataId": identity, "metadataKey": KEY, "metadataValue": "x", "visibility": "DOCUMENT"}
    scratch.write(
        {"createDeveloperMetadata": {"developerMetadata": entry | {"location": {"spreadsheet": True}}}}
    )
    answer = scratch.client.get(scratch.spreadsheet_id, [], "developerMetadata(metadataId,metadataKey)")
    ids = [
        entry["metadataId"] for entry in answer.get("developerMetadata", []) if entry["metadataKey"] == KEY
    ]
    demand(identity in ids, f"asked for {identity}, found {ids}")
    return f"asked for {identity}, found it"


def long_metadata_kept(scratch: Scratch, _size: Size) -> str:
    """An entry of developer metadata holds 5,000 characters, as the record of a schedule may have."""
    text = "0123456789" * 500
    entry = {"metadataKey": KEY, "metadataValue": text, "visibility": "DOCUMENT"}
    scratch.write(
        {"createDeveloperMetadata": {"developerMetadata": entry | {"location": {"spreadsheet": True}}}}
    )
    answer = scratch.client.get(scratch.spreadsheet_id, [], "developerMetadata(metadataKey,metadataValue)")
    lengths = [
        len(entry.get("metadataValue", ""))
        for entry in answer.get("developerMetadata", [])
        if entry["metadataKey"] == KEY
    ]
    demand(len(text) in lengths, f"of {len(text)} characters {lengths} came back")
    return f"{len(text)} characters came back"


def tag_goes_with_its_column(scratch: Scratch, _size: Size) -> str:
    """A column's tag is shown by a read, goes where the column goes, and is not there any more where it was."""
    scratch.write(*tag_requests(scratch.sheet_id, [9]))
    before = _tagged(scratch)
    demand(list(before) == [9], f"the tag of column 9 is shown at {list(before)}")
    refusal = scratch.refused(*_renewed(scratch, before))
    demand(not refusal, f"it cannot be renewed where it stands: {refusal}")
    place = {"sheetId": scratch.sheet_id, "dimension": "COLUMNS", "startIndex": 9, "endIndex": 10}
    scratch.write({"insertDimension": {"range": place, "inheritFromBefore": False}})
    refusal = scratch.refused(scratch.cell(6, 0, "moved column"), *_renewed(scratch, before))
    applied, now = "moved column" in str(scratch.values("A:A")), list(_tagged(scratch))
    scratch.write({"deleteDimension": {"range": place}})
    demand(now == [10], f"column 9 went to 10, its tag to {now}")
    demand(refusal, "the tag was renewed in a place where it is not any more")
    demand(not applied, "the batch was refused, but its other request was applied")
    return refusal


def _tagged(scratch: Scratch) -> dict[int, int]:
    """Return the id of each tagged column's tag, as a read of the tab's first row shows it."""
    answer = scratch.client.get(scratch.spreadsheet_id, [f"'{scratch.title}'!1:1"], FIELDS)
    return dict(read_snapshot(answer).tabs[scratch.title].column_tags)


def _renewed(scratch: Scratch, tags: dict[int, int]) -> list[Json]:
    return [renewal(scratch.sheet_id, column, tag) for column, tag in tags.items()]


METADATA = (
    Trial(
        "Viewers can read document-visible metadata, so nothing there is secret",
        "read an entry as a viewer",
        "The handshake stands all the more.",
        viewer_reads_metadata,
    ),
    Trial(
        "Metadata that are gone cannot be renewed",
        "update an entry that is not there",
        "A run that lost its record notices at its end instead of at its next sign of life; columns' tags do nothing.",
        missing_metadata_refused,
    ),
    Trial(
        "An entry of a column's metadata goes with the column, and cannot be renewed where the column was",
        "tag a column, insert one before it, renew the tag in its former place beside a cell; read both",
        "What came to a column of somebody's own is put back by the look after the write, or not if the service dies.",
        tag_goes_with_its_column,
    ),
    Trial(
        "An entry of metadata gets the id that it was given",
        "create one with an id, read the ids",
        "The record of a long call is then found by its key alone: report this.",
        given_metadata_id,
    ),
    Trial(
        "An entry of metadata holds 5,000 characters",
        "write one, read it",
        "The record of a schedule keeps fewer ways in which customers moved: MOST_FLOWS in core/schedule/record.py.",
        long_metadata_kept,
    ),
)
