"""Moving, resizing and deleting of charts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheets_standin.page.actions.dimensions import DimensionActs
from sheets_standin.page.charts import placed
from sheets_standin.page.guard import Refused
from sheets_standin.runtime.sessions import Session


class ChartActs(DimensionActs):
    """The acts on charts; they can be taken back like those on rows and columns."""

    def move_chart(self, session: Session, sheet_id: int, chart_id: int, place: Mapping[str, int]) -> None:
        """Move a chart over its tab, or make it larger or smaller.

        Parameters
        ----------
        place
            Its anchor's row and column, how far from there it lies (x, y), width and height in pixels.
        """
        former = self._chart(sheet_id, chart_id)
        moved = placed(former, sheet_id, place)
        self._change_chart(session, sheet_id, former, moved, "updateEmbeddedObjectPosition")

    def delete_chart(self, session: Session, sheet_id: int, chart_id: int) -> None:
        """Delete a chart."""
        self._change_chart(session, sheet_id, self._chart(sheet_id, chart_id), None, "deleteEmbeddedObject")

    def _chart(self, sheet_id: int, chart_id: int) -> dict[str, Any]:
        try:
            return self._sheet(sheet_id).charts[chart_id]
        except KeyError:
            raise Refused("This chart has been deleted.") from None

    def _change_chart(
        self, session: Session, sheet_id: int, former: dict[str, Any], chart: dict[str, Any] | None, call: str
    ) -> None:
        self._guard.objects(session.email, self._sheet(sheet_id))

        def put(now: dict[str, Any] | None) -> None:
            sheet, identity = self._sheet(sheet_id), former["chartId"]
            if now is None:
                sheet.charts.pop(identity, None)
            else:
                sheet.charts[identity] = now
            self._document.noted(call, f"{sheet.title} {identity}")

        self._structure(session, self._sheet(sheet_id), lambda: put(chart), lambda: put(former), "OTHER")
