"""What the lists of customers, the hidden columns and the digest assume of Google, one trial each."""

from __future__ import annotations

from deploy.scratch import NotTried, Scratch
from deploy.trial import Json, Size, Trial, demand
from server.sheets.api.requests import grid_range, update_cells

_FIELDS = "sheets(filterViews(filterViewId,title,range,sortSpecs,filterSpecs))"


def view_kept(scratch: Scratch, _size: Size) -> str:
    """A filter view gets the id that it was given, keeps it when it is replaced, and reads back as it was written."""
    wanted = scratch.new_id()
    refusal = scratch.refused({"addFilterView": {"filter": _view(scratch, wanted, "Lost", "1")}})
    demand(not refusal, f"refused: {refusal}")
    refusal = scratch.refused(
        {"updateFilterView": {"filter": _view(scratch, wanted, "=Lost", "2"), "fields": "*"}}
    )
    views = _views(scratch)
    if wanted in views:
        scratch.write({"deleteFilterView": {"filterId": wanted}})
    demand(wanted in views, f"asked for {wanted}, found {sorted(views)}")
    demand(not refusal, f"the second was refused: {refusal}")
    view = views[wanted]
    demand(view.get("title") == "=Lost", f"its title is {view.get('title')}")
    demand(
        view.get("filterSpecs") == _view(scratch, wanted, "", "2")["filterSpecs"],
        f"its conditions are {view.get('filterSpecs')}",
    )
    return f"asked for {wanted}, found it with its title and its conditions"


def gone_view_refused(scratch: Scratch, _size: Size) -> str:
    """Replacing a filter view that somebody has deleted is refused, and nothing of its batch applied."""
    scratch.write(update_cells(scratch.sheet_id, 21, 0, [[_text("before")]], "userEnteredValue"))
    refusal = scratch.refused(
        update_cells(scratch.sheet_id, 21, 0, [[_text("after")]], "userEnteredValue"),
        {"updateFilterView": {"filter": _view(scratch, scratch.new_id(), "Lost", "1"), "fields": "*"}},
    )
    demand(refusal, "replacing a view that is not there was no error")
    ((cell, *_), *_) = scratch.data("A21", "userEnteredValue")
    demand(cell["userEnteredValue"] == {"stringValue": "before"}, f"the cell holds {cell}")
    return "refused, and the cell is as it was"


def hidden_column_read(scratch: Scratch, _size: Size) -> str:
    """A column that is hidden is read and written like any other."""
    column = grid_range(scratch.sheet_id, 1, None, 18, 18)
    properties = {"hiddenByUser": True}
    dimension = {
        "sheetId": scratch.sheet_id,
        "dimension": "COLUMNS",
        "startIndex": column["startColumnIndex"],
        "endIndex": column["endColumnIndex"],
    }
    hide = {"range": dimension, "properties": properties, "fields": "hiddenByUser"}
    scratch.write({"updateDimensionProperties": hide})
    scratch.write(update_cells(scratch.sheet_id, 22, 18, [[_text("hidden")]], "userEnteredValue"))
    seen = scratch.data("S22", "userEnteredValue")
    scratch.write({"updateDimensionProperties": {**hide, "properties": {"hiddenByUser": False}}})
    demand(seen and seen[0], "a hidden cell is not in the answer")
    demand(seen[0][0]["userEnteredValue"] == {"stringValue": "hidden"}, f"it holds {seen[0][0]}")
    return "written and read"


def mail_withheld(_scratch: Scratch, _size: Size) -> str:
    """Whoever withholds the permission to send mails can use everything else."""
    raise NotTried(
        "a person tries it: withhold Send email as you at set-up; rows are labelled, and the sidebar says why no "
        "digest came"
    )


def _view(scratch: Scratch, identity: int, title: str, number: str) -> Json:
    return {
        "filterViewId": identity,
        "title": title,
        "range": grid_range(scratch.sheet_id, 1, 10, 0, 3),
        "sortSpecs": [{"dimensionIndex": 1, "sortOrder": "DESCENDING"}],
        "filterSpecs": [
            {
                "columnIndex": 0,
                "filterCriteria": {
                    "condition": {"type": "NUMBER_EQ", "values": [{"userEnteredValue": number}]}
                },
            },
            {"columnIndex": 2, "filterCriteria": {"hiddenValues": ["=1+1", "Lost"]}},
        ],
    }


def _views(scratch: Scratch) -> dict[int, Json]:
    seen = scratch.client.get(scratch.spreadsheet_id, [], _FIELDS)
    return {view["filterViewId"]: view for sheet in seen["sheets"] for view in sheet.get("filterViews", [])}


def _text(text: str) -> Json:
    return {"userEnteredValue": {"stringValue": text}}


LISTS = (
    Trial(
        "A filter view gets the id that it was given, keeps it when it is replaced, and reads back as it was written",
        "add one with an id, replace it, read it",
        "Links to lists lead nowhere, or lists are written anew by each run: report this.",
        view_kept,
    ),
    Trial(
        "Replacing a filter view that is gone is refused, and nothing of the batch applied",
        "replace one beside a cell; read the cell",
        "A list that somebody deletes in the moment of a run stays away until the next.",
        gone_view_refused,
    ),
    Trial(
        "A hidden column is read and written like any other",
        "hide a column, write a cell of it, read it",
        "PredictionId of rows would not be found: show the column.",
        hidden_column_read,
    ),
    Trial(
        "Whoever withholds the permission to send mails can use everything else",
        "by hand: withhold Send email as you at set-up, label a row, wait for a digest",
        "Allow the permission, or leave DigestTo empty.",
        mail_withheld,
    ),
)
