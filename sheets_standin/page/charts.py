"""Charts of a tab as the page draws them: texts and numbers resolved.

The browser reads no cells for them and formats nothing: labels come in the spreadsheet's locale and number formats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sheets_standin.page.chart_basic import basic
from sheets_standin.page.chart_cells import Cells
from sheets_standin.page.chart_others import bubble, histogram, pie
from sheets_standin.page.chart_style import colour, text_style
from sheets_standin.spreadsheet.charts import at_cell
from sheets_standin.spreadsheet.document import Document, Sheet

Json = dict[str, Any]

_KINDS: dict[str, Callable[[Cells, str, Mapping[str, Any]], Json]] = {
    "basicChart": basic,
    "bubbleChart": bubble,
    "pieChart": pie,
    "histogramChart": histogram,
}


def charts(document: Document, sheet: Sheet) -> list[Json]:
    """Return the charts that lie on a tab, the one on top last."""
    return [_chart(document, chart) for chart in sheet.charts.values()]


def placed(chart: Json, sheet_id: int, place: Mapping[str, int]) -> Json:
    """Return a chart at another place: its anchor's row and column, x and y from there, width and height."""
    overlay = {
        "anchorCell": {},
        "offsetXPixels": place["x"],
        "offsetYPixels": place["y"],
        "widthPixels": max(1, place["width"]),
        "heightPixels": max(1, place["height"]),
    }
    kept = {name: value for name, value in overlay.items() if value or name == "anchorCell"}
    anchor = {"sheetId": sheet_id, "rowIndex": place["row"], "columnIndex": place["column"]}
    return at_cell(chart | {"position": {"overlayPosition": kept}}, anchor)


class Former:
    """The charts of a spreadsheet as they were, for the undo of an act that took ranges from them.

    Made before the act; `settle` is called after it, `restored` stands around what takes it back.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._before = self._all()
        self._after: dict[int, Json] = {}

    def _all(self) -> dict[int, Json]:
        return {
            chart_id: chart for sheet in self._document.sheets for chart_id, chart in sheet.charts.items()
        }

    def settle(self) -> None:
        """Note what the act made of the charts."""
        self._after = self._all()

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Put charts back that are still as the act left them when this begins; somebody changed the others since."""
        ours = {trigger for trigger, chart in self._all().items() if chart == self._after.get(trigger)}
        yield
        for sheet in self._document.sheets:
            for identity in ours & sheet.charts.keys() & self._before.keys():
                sheet.charts[identity] = self._before[identity]


def _chart(document: Document, chart: Mapping[str, Any]) -> Json:
    spec = chart["spec"]
    overlay = chart["position"]["overlayPosition"]
    anchor = overlay["anchorCell"]
    kind = next(name for name in _KINDS if name in spec)
    cells = Cells(document, spec.get("hiddenDimensionStrategy", ""))
    drawn = _KINDS[kind](cells, document.locale, spec[kind])
    title = spec.get("title", "")
    return {
        "id": chart["chartId"],
        "kind": kind,
        "alt": spec.get("altText") or title or "Chart",
        "row": anchor.get("rowIndex", 0),
        "column": anchor.get("columnIndex", 0),
        "x": overlay.get("offsetXPixels", 0),
        "y": overlay.get("offsetYPixels", 0),
        "width": overlay["widthPixels"],
        "height": overlay["heightPixels"],
        "border": colour(chart.get("border") or {}),
        "background": colour(spec, "backgroundColor"),
        "font": spec.get("fontName", ""),
        "title": {"text": title, **text_style(spec, "title")},
        "subtitle": {"text": spec.get("subtitle", ""), **text_style(spec, "subtitle")},
        **drawn,
    }
