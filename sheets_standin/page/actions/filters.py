"""Filters and filter views: made, set by column, sorted, taken away."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from sheets_standin.page.actions.dimensions import DimensionActs
from sheets_standin.page.filters import filter_on, range_of
from sheets_standin.page.guard import Area, Refused
from sheets_standin.runtime.sessions import Session
from sheets_standin.sheets_api.append import grown
from sheets_standin.spreadsheet.conditions import predicate
from sheets_standin.spreadsheet.document import Sheet
from sheets_standin.spreadsheet.filtering import criteria_of

Json = dict[str, Any]
_GONE = "This filter has been taken away."


class FilterActs(DimensionActs):
    """The acts on filters; each raises one change event.

    The tab's filter hides rows from everybody and sorts the cells; a filter view does both for those who open it.
    """

    def set_filter(self, session: Session, area: Area) -> None:
        """Put a filter over an area, or over the block of cells that a single cell is part of."""
        sheet = self._sheet(area.sheet_id)
        wanted = {"range": _range(sheet, area)}
        self._change(session, sheet, "setBasicFilter", lambda tab: _set_basic(tab, wanted))

    def clear_filter(self, session: Session, sheet_id: int) -> None:
        """Take a tab's filter away; all rows are shown again."""
        self._change(session, self._sheet(sheet_id), "clearBasicFilter", lambda tab: _set_basic(tab, None))

    def add_view(self, session: Session, area: Area) -> int:
        """Make a filter view like the tab's filter, else over an area; return its id."""
        sheet = self._sheet(area.sheet_id)
        taken = {
            filter_view["filterViewId"] for tab in self._document.sheets for filter_view in tab.filter_views
        }
        identity = next(n for n in iter(lambda: 1 + secrets.randbelow(2**31 - 2), None) if n not in taken)
        titles = {view["title"] for view in sheet.filter_views}
        title = next(f"Filter {n}" for n in range(1, len(titles) + 2) if f"Filter {n}" not in titles)
        like = copy.deepcopy(dict(sheet.basic_filter or {"range": _range(sheet, area)}))
        view = {"filterViewId": identity, "title": title} | like

        def add(tab: Sheet) -> None:
            tab.filter_views.append(view)

        self._change(session, sheet, "addFilterView", add)
        return identity

    def rename_view(self, session: Session, sheet_id: int, view: int, title: str) -> None:
        """Give a filter view another name."""
        if not title.strip():
            raise Refused("A filter view needs a name.")
        self._set(session, sheet_id, view, {"title": title.strip()})

    def delete_view(self, session: Session, sheet_id: int, view: int) -> None:
        """Delete a filter view."""
        sheet = self._sheet(sheet_id)
        if filter_on(sheet, view) is None:
            raise Refused(_GONE)

        def remove(tab: Sheet) -> None:
            tab.filter_views = [
                filter_view for filter_view in tab.filter_views if filter_view["filterViewId"] != view
            ]

        self._change(session, sheet, "deleteFilterView", remove)

    def filter_by(
        self, session: Session, sheet_id: int, view: int, column: int, criteria: Mapping[str, Any]
    ) -> None:
        """Filter by a column: the API's FilterCriteria, nothing to show all of its values."""
        chosen = self._filter(sheet_id, view)
        condition = criteria.get("condition")
        today = self._document.wall_clock().date()
        if condition and predicate(condition, self._document.locale, today) is None:
            raise Refused("This condition needs a value that it can be compared with.")
        whole = criteria_of(chosen) | {
            column: {name: criterion for name, criterion in criteria.items() if criterion}
        }
        kept = {at: criterion for at, criterion in sorted(whole.items()) if criterion}
        changed = {
            "criteria": {str(at): criterion for at, criterion in kept.items()},
            "filterSpecs": [
                {"columnIndex": at, "filterCriteria": criterion} for at, criterion in kept.items()
            ],
        }
        self._set(session, sheet_id, view, changed)

    def sort_filter(
        self,
        session: Session,
        sheet_id: int,
        view: int,
        column: int,
        *,
        descending: bool,
        confirmed: bool = False,
    ) -> None:
        """Sort by a column: the rows of the tab's filter as they are, those of a view for whoever opens it."""
        sheet, chosen = self._sheet(sheet_id), self._filter(sheet_id, view)
        if not view:
            top, bottom, left, right = range_of(chosen, sheet)
            if bottom > top + 1:
                area = Area(sheet_id, top + 1, left, bottom - top - 1, right - left)
                self.sort(session, area, column, descending=descending, confirmed=confirmed)
        order = {"dimensionIndex": column, "sortOrder": "DESCENDING" if descending else "ASCENDING"}
        self._set(session, sheet_id, view, {"sortSpecs": [order]})

    def _filter(self, sheet_id: int, view: int) -> Mapping[str, Any]:
        filter_set = filter_on(self._sheet(sheet_id), view)
        if filter_set is None:
            raise Refused(_GONE)
        return filter_set

    def _set(self, session: Session, sheet_id: int, view: int, changed: Json) -> None:
        """Set properties of a filter or filter view; what is empty is not there."""
        whole = {**self._filter(sheet_id, view), **changed}
        kept = {name: part for name, part in whole.items() if part not in ([], {})}

        def put(tab: Sheet) -> None:
            if not view:
                tab.basic_filter = kept
                return
            tab.filter_views = [
                kept if filter_view["filterViewId"] == view else filter_view
                for filter_view in tab.filter_views
            ]

        kind = "updateFilterView" if view else "setBasicFilter"
        self._change(session, self._sheet(sheet_id), kind, put)

    def _change(self, session: Session, sheet: Sheet, kind: str, change: Callable[[Sheet], None]) -> None:
        """Change the filters of a tab; taking it back puts all of them as they were."""
        if kind in ("setBasicFilter", "clearBasicFilter"):
            self._guard.tab(session.email, sheet)
        former: list[tuple[Any, list[Json]]] = []

        def put(basic: Any, views: list[Json]) -> None:
            here = self._sheet(sheet.sheet_id)
            here.basic_filter, here.filter_views = basic, copy.deepcopy(views)
            self._document.noted(kind, here.title)

        def forth() -> None:
            here = self._sheet(sheet.sheet_id)
            former[:] = [(here.basic_filter, copy.deepcopy(here.filter_views))]
            change(here)
            self._document.noted(kind, here.title)

        self._structure(session, sheet, forth, lambda: put(*former[0]), "OTHER")


def _range(sheet: Sheet, area: Area) -> Json:
    """Return the GridRange that a filter gets: the area, or the block that a single cell belongs to."""
    top, bottom = area.row, min(area.row + area.rows, sheet.grid.row_count)
    left, right = area.column, min(area.column + area.columns, sheet.grid.column_count)
    if area.rows == area.columns == 1:
        if sheet.grid.cell(area.row, area.column) is None:
            raise Refused("Choose a cell of the table that is to be filtered, or select the whole table.")
        top, bottom, left, right = grown(sheet.grid, (area.row, area.column))
    return {
        "sheetId": sheet.sheet_id,
        "startRowIndex": top,
        "endRowIndex": bottom,
        "startColumnIndex": left,
        "endColumnIndex": right,
    }


def _set_basic(sheet: Sheet, wanted: Json | None) -> None:
    sheet.basic_filter = wanted
