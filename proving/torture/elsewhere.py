"""Edits of simulated marketers in the other tabs: the log, the plans, the model, the transactions."""

from __future__ import annotations

import random
from collections import Counter

from proving.torture.marketers import MARKETER
from sheets_standin.spreadsheet import structure
from sheets_standin.spreadsheet.cells import value_of
from sheets_standin.spreadsheet.document import Document
from sheets_standin.spreadsheet.sheet import Sheet
from sheets_standin.spreadsheet.structure import COLUMNS

RENAMED = ("New User", "Prediction_Log", "Action_Map", "Settings")
MOVED = ("Segmented_Customers", "Segmented_Customers", "RFM", "Action_Map")
DELETED = ("Model", "Model", "RFM", "Settings", "Action_Map", "Prediction_Log")


class Elsewhere:
    """Acts on one spreadsheet beside those in `New User`.

    Attributes
    ----------
    lacks_tabs
        Whether tabs are gone that a connect or a retrain makes again.
    away
        Own titles of the tabs that have another name at the moment, by id.
    notes
        Texts that somebody put into the log's tab.
    plans
        The ActionPlan that somebody entered last, by cluster.
    beside
        What somebody entered beside a customer in `Segmented_Customers`.
    """

    def __init__(self, document: Document, twin: Document, randomness: random.Random) -> None:
        self.document = document
        self.twin = twin
        self.lacks_tabs = False
        self.away: dict[int, str] = {}
        self.notes: set[str] = set()
        self.plans: dict[int, str] = {}
        self.plan_edits = 0
        self.beside: dict[str, str] = {}
        self.acts: Counter[str] = Counter()
        self._random = randomness
        self._number = 0

    def _tab(self, title: str) -> Sheet | None:
        for sheet in self.document.sheets:
            if self.away.get(sheet.sheet_id, sheet.title) == title:
                return sheet
        return None

    def _done(self, what: str) -> None:
        self.document.noted(what, "")
        self.acts[what] += 1

    def note_below_the_log(self) -> None:
        """Put a note far below the log's last line."""
        sheet = self._tab("Prediction_Log")
        if sheet is None or len(self.notes) > 12:
            return
        self._number += 1
        text = f"note {self._number}"
        with self.document.changing(MARKETER, "note"):
            row = sheet.grid.held_rows + self._random.randrange(5, 40)
            sheet.grid.resize(max(sheet.grid.row_count, row + 1), sheet.grid.column_count)
            sheet.grid.put(row, self._random.randrange(0, 8), [text])
            self._done("note below the log")
        self.notes.add(text)

    def column_into_the_log(self) -> None:
        """Insert a column into the log, or delete it again."""
        sheet = self._tab("Prediction_Log")
        if sheet is None:
            return
        texts = [str(value_of(cell)) for cell in sheet.grid.row(0)]
        with self.document.changing(MARKETER, "log column"):
            if texts.count("Seen by") >= 2:
                at = texts.index("Seen by")
                held = {str(value_of(sheet.grid.cell(row, at))) for row in range(sheet.grid.held_rows)}
                self.notes -= held
                structure.delete(self.document, sheet, COLUMNS, at, at + 1)
            else:
                at = self._random.randrange(0, 14)
                structure.insert(self.document, sheet, COLUMNS, at, 1)
                sheet.grid.put(0, at, ["Seen by"])
            self._done("column into the log")

    def edit_plan(self) -> None:
        """Enter another plan for a segment."""
        sheet = self._tab("Action_Map")
        if sheet is None:
            return
        header = [str(value_of(cell)) for cell in sheet.grid.row(0)]
        at, plan = header.index("Cluster"), header.index("ActionPlan")
        numbers = {
            row: value
            for row in range(1, sheet.grid.held_rows)
            if isinstance(value := value_of(sheet.grid.cell(row, at)), int | float)
        }
        if not numbers:
            return
        self._number += 1
        row = self._random.choice(sorted(numbers))
        text = f"Plan {self._number}"
        with self.document.changing(MARKETER, "plan"):
            sheet.grid.put(row, plan, [text])
            self._done("edit a plan")
        self.plans[int(numbers[row])] = text
        self.plan_edits += 1

    def write_beside_a_customer(self) -> None:
        """Enter a text beside somebody in `Segmented_Customers`, in a column of one's own."""
        sheet = self._tab("Segmented_Customers")
        if sheet is None:
            return
        header = [str(value_of(cell)) for cell in sheet.grid.row(0)]
        who = header.index("CustomerID")
        rows = [r for r in range(1, sheet.grid.held_rows) if value_of(sheet.grid.cell(r, who)) is not None]
        if not rows:
            return
        self._number += 1
        row, text = self._random.choice(rows), f"beside {self._number}"
        with self.document.changing(MARKETER, "beside"):
            at = header.index("Owner") if "Owner" in header else len(header)
            sheet.grid.resize(sheet.grid.row_count, max(sheet.grid.column_count, at + 1))
            sheet.grid.put(0, at, ["Owner"])
            sheet.grid.put(row, at, [text])
            self._done("write beside a customer")
        self.beside[str(value_of(sheet.grid.cell(row, who)))] = text

    def move_column(self) -> None:
        """Move a column of the segments, the figures or the plans, one of the service's or of one's own."""
        sheet = self._tab(self._random.choice(MOVED))
        if sheet is None:
            return
        width = sheet.grid.column_count
        first, to = self._random.randrange(width), self._random.randrange(width + 1)
        if to not in (first, first + 1):
            with self.document.changing(MARKETER, "move column"):
                structure.move(self.document, sheet, COLUMNS, first, first + 1, to)
                self._done("move a column elsewhere")

    def filter_segments(self) -> None:
        """Filter `Segmented_Customers`, or take the filter away."""
        sheet = self._tab("Segmented_Customers")
        if sheet is None:
            return
        with self.document.changing(MARKETER, "filter"):
            area = {
                "sheetId": sheet.sheet_id,
                "startRowIndex": 0,
                "startColumnIndex": 0,
                "endColumnIndex": 10,
            }
            is_on = sheet.basic_filter is not None
            sheet.basic_filter = None if is_on else {"range": area}
            self._done("filter the segments")

    def sort_transactions(self) -> None:
        """Sort `Training_Data`."""
        sheet, own = self._tab("Training_Data"), self.twin.sheet("Training_Data")
        if sheet is None:
            return
        width, by = own.grid.column_count, [(self._random.randrange(3), self._random.random() < 0.5)]
        with self.twin.changing(MARKETER, "sort"):
            order = self.twin.sort(own, 1, own.grid.row_count, (0, width), by)
        with self.document.changing(MARKETER, "sort"):
            sheet.grid.reorder(1, order, 0, width)
            self._done("sort the transactions")

    def remove_protections(self) -> None:
        """Remove all protected ranges, the commit token among them."""
        with self.document.changing(MARKETER, "protections"):
            self.document.protections = []
            self._done("remove the protections")

    def rename_tab(self) -> None:
        """Rename a tab; one that is renamed is named back first. A renamed `Model` stays so."""
        with self.document.changing(MARKETER, "rename tab"):
            if self.away:
                self._name_back()
            elif not self.lacks_tabs:
                title = self._random.choice((*RENAMED, "Model"))
                sheet = self._tab(title)
                if sheet is None:
                    return
                self._number += 1
                structure.retitle(self.document, sheet, f"Old {title} {self._number}")
                if title == "Model":
                    self.lacks_tabs = True
                else:
                    self.away[sheet.sheet_id] = title
            self._done("rename a tab")

    def _name_back(self) -> None:
        for identity, title in list(self.away.items()):
            sheet = self.document.sheet_by_id(identity)
            for other in [sheet for sheet in self.document.sheets if sheet.title == title]:
                structure.delete_sheet(self.document, other)  # made meanwhile by a connect or a retrain
            structure.retitle(self.document, sheet, title)
            del self.away[identity]

    def delete_tab(self) -> None:
        """Delete a tab that the service can make again."""
        title = self._random.choice(DELETED)
        sheet = self._tab(title)
        if sheet is None or self.away or self.lacks_tabs:
            return
        with self.document.changing(MARKETER, "delete tab"):
            structure.delete_sheet(self.document, sheet)
            self._done("delete a tab")
        self.lacks_tabs = True
        if title == "Action_Map":
            self.plans.clear()
            self.plan_edits += 1
        if title == "Prediction_Log":
            self.notes.clear()
