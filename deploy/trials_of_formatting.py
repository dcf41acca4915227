"""What the dashboard, the colours and the links assume of Google Sheets, one trial each."""

from __future__ import annotations

from deploy.scratch import Scratch
from deploy.trial import Json, Size, Trial, demand
from server.core.segments.colours import rgb
from server.sheets.api.requests import grid_range, update_cells

_BLUE, _ORANGE = "#77AADD", "#EE8866"


def chart_kept(scratch: Scratch, _size: Size) -> str:
    """A chart gets the id that it was given; another specification leaves it where it is, each bar in its colour."""
    wanted = scratch.new_id()
    rows = [
        [{"userEnteredValue": {"numberValue": float(n)}} for n in (number, 10 * number)] for number in (1, 2)
    ]
    place = {"sheetId": scratch.sheet_id, "rowIndex": 3, "columnIndex": 2}
    position = {"overlayPosition": {"anchorCell": place, "widthPixels": 400, "heightPixels": 200}}
    chart = {"chartId": wanted, "spec": _bars(scratch, "first"), "position": position}
    refusal = scratch.refused(
        update_cells(scratch.sheet_id, 15, 0, rows, "userEnteredValue"), {"addChart": {"chart": chart}}
    )
    demand(not refusal, f"refused: {refusal}")
    refusal = scratch.refused({"updateChartSpec": {"chartId": wanted, "spec": _bars(scratch, "second")}})
    seen = scratch.client.get(scratch.spreadsheet_id, [], "sheets(charts(chartId,spec,position))")
    charts = {chart["chartId"]: chart for sheet in seen["sheets"] for chart in sheet.get("charts", [])}
    if wanted in charts:
        scratch.write({"deleteEmbeddedObject": {"objectId": wanted}})
    demand(wanted in charts, f"asked for {wanted}, found {sorted(charts)}")
    demand(not refusal, f"the second specification was refused: {refusal}")
    kept_chart = charts[wanted]
    where = kept_chart["position"]["overlayPosition"]
    demand(kept_chart["spec"].get("title") == "second", f"the title is {kept_chart['spec'].get('title')}")
    demand((where["anchorCell"].get("rowIndex"), where["widthPixels"]) == (3, 400), f"it lies at {where}")
    series = kept_chart["spec"]["basicChart"]["series"][0]
    colours = {
        override.get("index", 0): override.get("colorStyle") for override in series.get("styleOverrides", [])
    }
    demand(set(colours) == {0, 1} and all(colours.values()), f"its bars have {series.get('styleOverrides')}")
    return f"asked for {wanted}, found it, at its place and in its colours"


def _bars(scratch: Scratch, title: str) -> Json:
    def column(at: int) -> Json:
        return {"sourceRange": {"sources": [grid_range(scratch.sheet_id, 15, 16, at, at)]}}

    colours = [
        {"index": index, "colorStyle": {"rgbColor": rgb(colour)}}
        for index, colour in enumerate((_BLUE, _ORANGE))
    ]
    chart = {
        "chartType": "BAR",
        "domains": [{"domain": column(0)}],
        "series": [{"series": column(1), "targetAxis": "BOTTOM_AXIS", "styleOverrides": colours}],
        "headerCount": 0,
    }
    return {"title": title, "basicChart": chart}


def rule_goes_by_its_place(scratch: Scratch, _size: Size) -> str:
    """Rules are added at a place and deleted by it; the others stay."""
    for place, colour in enumerate((_BLUE, _ORANGE)):
        condition = {"type": "NUMBER_EQ", "values": [{"userEnteredValue": str(place)}]}
        shown = {"backgroundColorStyle": {"rgbColor": rgb(colour)}}
        rule = {
            "ranges": [grid_range(scratch.sheet_id, 1, None, 19, 19)],
            "booleanRule": {"condition": condition, "format": shown},
        }
        scratch.write({"addConditionalFormatRule": {"rule": rule, "index": place}})
    scratch.write({"deleteConditionalFormatRule": {"sheetId": scratch.sheet_id, "index": 0}})
    seen = scratch.client.get(
        scratch.spreadsheet_id, [], "sheets(properties(sheetId),conditionalFormats(booleanRule(condition)))"
    )
    (left,) = [
        sheet.get("conditionalFormats", [])
        for sheet in seen["sheets"]
        if sheet["properties"]["sheetId"] == scratch.sheet_id
    ]
    values = [rule["booleanRule"]["condition"]["values"] for rule in left]
    if left:
        scratch.write({"deleteConditionalFormatRule": {"sheetId": scratch.sheet_id, "index": 0}})
    demand(values == [[{"userEnteredValue": "1"}]], f"after deleting the first of two there are {values}")
    return "the second is left"


def format_without_value(scratch: Scratch, _size: Size) -> str:
    """PASTE_FORMAT brings the number format along, and no value."""
    cell = {
        "userEnteredValue": {"numberValue": 0.5},
        "userEnteredFormat": {"numberFormat": {"type": "PERCENT", "pattern": "0%"}},
    }
    fields = "userEnteredValue,userEnteredFormat.numberFormat"
    scratch.write(
        update_cells(scratch.sheet_id, 17, 0, [[cell, {"userEnteredValue": {"numberValue": 0.25}}]], fields)
    )
    copy = {"source": grid_range(scratch.sheet_id, 17, 17, 0, 0), "pasteType": "PASTE_FORMAT"}
    copy["destination"] = grid_range(scratch.sheet_id, 17, 17, 1, 1)
    scratch.write({"copyPaste": copy})
    shown = [datum.get("formattedValue") for datum in scratch.data("A17:B17", "formattedValue")[0]]
    demand(shown == ["50%", "25%"], f"shown as {shown}")
    return "50% and 25%"


def links_within_a_text(scratch: Scratch, _size: Size) -> str:
    """Parts of one typed text are links to rows, each of its own."""
    links = [f"#gid={scratch.sheet_id}&range=A{row}" for row in (2, 3)]
    runs = [
        {"startIndex": start, "format": {"link": {"uri": uri}} if uri else {}}
        for start, uri in ((0, links[0]), (1, ""), (3, links[1]))
    ]
    cell = {"userEnteredValue": {"stringValue": "2, 3"}, "textFormatRuns": runs}
    scratch.write(update_cells(scratch.sheet_id, 18, 0, [[cell]], "userEnteredValue,textFormatRuns"))
    (linked,) = scratch.data("A18", "userEnteredValue,textFormatRuns")[0]
    seen = [
        run["format"]["link"]["uri"]
        for run in linked.get("textFormatRuns", [])
        if "link" in run.get("format", {})
    ]
    demand(seen == links, f"its links are {seen}")
    return "two links in one cell"


FORMATTING = (
    Trial(
        "A chart gets the id that it was given, and keeps place and colours of its bars when its data are replaced",
        "add a bar chart with an id, replace its specification, read it",
        "The dashboard's charts are then made once and show the ranges that they had: report this.",
        chart_kept,
    ),
    Trial(
        "A conditional format is added and deleted by its place among the tab's",
        "add two, delete the first, read what is left",
        "Colours of clusters may be those of an earlier model: report this.",
        rule_goes_by_its_place,
    ),
    Trial(
        "PASTE_FORMAT brings a number format along, and no value",
        "paste the format of a percentage onto a number",
        "Customers below the first are shown without the format of their column.",
        format_without_value,
    ),
    Trial(
        "Parts of a text are links of their own",
        "write a text with two linked parts, read it",
        "Rows in Data_Quality are named without links.",
        links_within_a_text,
    ),
)
