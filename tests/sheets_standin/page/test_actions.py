"""What people do in the page: what becomes of the cells, who may, and which events the add-on gets."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import sheets_standin
from sheets_standin.page.actions import AskFirst, Refused
from sheets_standin.page.guard import HEADS_UP, VIEW_ONLY
from sheets_standin.runtime.addon import Edit
from sheets_standin.spreadsheet.cells import Cell
from sheets_standin.spreadsheet.document import Protection
from tests.sheets_standin.page.conftest import ANNA, Desk


def test_typing_is_one_edit_that_tells_both_values(desk: Desk) -> None:
    """A typed cell is read as a person's typing is, and its event has the new and the old text."""
    desk.fill([["Recency"], ["7"]])

    desk.actions.type(desk.anna, desk.area(1, 0), "12")

    assert desk.values(1, 2) == [[12]]
    assert desk.addon.edits == [Edit(desk.sheet.sheet_id, 1, 0, 1, 1, "12", "7")]


def test_a_paste_is_one_edit_without_values(desk: Desk) -> None:
    """However many rows are pasted, the add-on hears once, and of the place alone."""
    desk.actions.paste(desk.owner, desk.area(1, 1), [["Ann", "3"], ["Bob", "2020-01-31"]])

    assert desk.values(1, 3) == [[None, "Ann", 3], [None, "Bob", 43861]]
    assert desk.shown(2, 2) == "2020-01-31"
    assert desk.addon.edits == [Edit(desk.sheet.sheet_id, 1, 1, 2, 2)]


def test_a_paste_beyond_the_edge_makes_the_tab_larger(desk: Desk) -> None:
    """500 rows fit into a tab of ten."""
    desk.actions.paste(desk.owner, desk.area(1, 0), [[f"C{n}"] for n in range(500)])

    assert desk.sheet.grid.row_count == 501
    assert desk.values(500, 501) == [["C499"]]


def test_a_paste_into_a_multiple_of_its_size_repeats(desk: Desk) -> None:
    """Two copied rows fill four selected ones; rows that are shorter than the longest are padded."""
    pasted = desk.actions.paste(desk.owner, desk.area(1, 0, 4, 2), [["a", "b"], ["c"]])

    assert desk.values(1, 5) == [["a", "b"], ["c"], ["a", "b"], ["c"]]
    assert (pasted.rows, pasted.columns) == (4, 2)


def test_appended_rows_come_below_what_stands_there(desk: Desk) -> None:
    """The first row that is free is looked for anew each time, below the frozen header."""
    desk.fill([["Name"], ["Ann"]])
    desk.sheet.frozen_rows = 1

    first = desk.actions.append(desk.anna, desk.sheet.sheet_id, [["Bob", "3"]])
    second = desk.actions.append(desk.owner, desk.sheet.sheet_id, [["Cem"]])

    assert desk.values(0, 4) == [["Name"], ["Ann"], ["Bob", 3], ["Cem"]]
    assert (first, second) == (desk.area(2, 0, 1, 2), desk.area(3, 0))
    assert desk.addon.edits[0] == Edit(desk.sheet.sheet_id, 2, 0, 1, 2)


def test_copied_cells_keep_format_and_move_their_formulas(desk: Desk) -> None:
    """Cells that are copied within the page bring what text would lose."""
    desk.fill([["1", "=A1*2"], ["5"]])
    desk.sheet.grid.put(0, 0, [Cell(1, note="one", format={"textFormat": {"bold": True}})])

    desk.actions.paste_cells(desk.owner, desk.area(0, 1), desk.area(1, 1))
    desk.actions.paste_cells(desk.owner, desk.area(0, 0), desk.area(2, 0))

    assert desk.cell(1, 1).formula == "=A2*2"
    assert desk.shown(1, 1) == "10"
    assert desk.cell(2, 0).note == "one"


def test_cut_cells_leave_their_place(desk: Desk) -> None:
    """A cut is an edit where the cells were and one where they went; formulas stay as they were."""
    desk.fill([["1", "=A1*2"]])

    desk.actions.paste_cells(desk.owner, desk.area(0, 1), desk.area(3, 1), cut=True)

    assert desk.sheet.grid.cell(0, 1) is None
    assert desk.cell(3, 1).formula == "=A1*2"
    assert [(e.row, e.column) for e in desk.addon.edits] == [(0, 1), (3, 1)]


def test_fill_down_copies_text_and_continues_a_series(desk: Desk) -> None:
    """One cell is repeated; two numbers with a step go on."""
    desk.fill([["x", "10"], ["x", "20"]])

    desk.actions.fill(desk.owner, desk.area(0, 0, 2, 2), desk.area(2, 0, 3, 2))

    assert desk.values(2, 5) == [["x", 30], ["x", 40], ["x", 50]]
    assert desk.addon.edits == [Edit(desk.sheet.sheet_id, 2, 0, 3, 2)]


def test_clearing_keeps_format_and_note_and_tells_the_old_value(desk: Desk) -> None:
    """Delete takes the value alone."""
    desk.sheet.grid.put(1, 0, [Cell("Ann", note="kept")])

    desk.actions.clear(desk.owner, desk.area(1, 0))

    assert desk.cell(1, 0) == Cell(None, note="kept")
    assert desk.addon.edits == [Edit(desk.sheet.sheet_id, 1, 0, 1, 1, None, "Ann")]


def test_clearing_a_whole_column_is_one_edit_of_all_its_rows(desk: Desk) -> None:
    """The event names the column to its end, though only three rows held anything."""
    desk.fill([["h"], ["1"], ["2"]])

    desk.actions.clear(desk.owner, desk.area(0, 0, 10, 1))

    assert desk.values(0, 3) == [[], [], []]
    assert desk.addon.edits == [Edit(desk.sheet.sheet_id, 0, 0, 10, 1)]


class TestUndo:
    """Everybody takes back their own acts."""

    def test_takes_back_ones_own_last_edit_alone(self, desk: Desk) -> None:
        """Anna's undo leaves what the owner typed after her."""
        desk.actions.type(desk.anna, desk.area(1, 0), "Ann")
        desk.actions.type(desk.owner, desk.area(2, 0), "Bob")

        desk.actions.undo(desk.anna)

        assert desk.values(1, 3) == [[], ["Bob"]]
        assert desk.addon.edits[-1] == Edit(desk.sheet.sheet_id, 1, 0)

    def test_leaves_what_somebody_else_wrote_over_it(self, desk: Desk) -> None:
        """A cell that was changed since is not what the undo is about."""
        desk.actions.paste(desk.anna, desk.area(1, 0), [["a"], ["b"]])
        desk.actions.type(desk.owner, desk.area(2, 0), "theirs")

        desk.actions.undo(desk.anna)

        assert desk.values(1, 3) == [[], ["theirs"]]

    def test_can_itself_be_taken_back(self, desk: Desk) -> None:
        """Redo does again what undo took away, and is one more edit."""
        desk.actions.type(desk.anna, desk.area(1, 0), "Ann")
        desk.actions.undo(desk.anna)

        desk.actions.redo(desk.anna)

        assert desk.values(1, 2) == [["Ann"]]
        assert len(desk.addon.edits) == 3

    def test_puts_deleted_rows_back(self, desk: Desk) -> None:
        """Undo of a deletion inserts the rows with what stood there."""
        desk.fill([["h"], ["a"], ["b"], ["c"]])
        desk.actions.delete_rows(desk.owner, desk.sheet.sheet_id, 1, 2)

        desk.actions.undo(desk.owner)

        assert desk.values(0, 4) == [["h"], ["a"], ["b"], ["c"]]
        assert desk.addon.changes == ["REMOVE_ROW", "INSERT_ROW"]

    def test_of_a_sort_takes_along_what_was_written_since(self, desk: Desk) -> None:
        """Labels that the service wrote beside the sorted rows go back with them."""
        desk.fill([["h"], ["c"], ["a"], ["b"]])
        desk.actions.sort(desk.owner, desk.area(1, 0, 3, 5), 0, descending=False)
        with desk.document.changing("service", "batchUpdate"):
            desk.document.put(desk.sheet, 1, 1, [["label of a"]], "updateCells")

        desk.actions.undo(desk.owner)

        assert desk.values(1, 4) == [["c"], ["a", "label of a"], ["b"]]

    def test_is_refused_once_rows_have_moved(self, desk: Desk) -> None:
        """Where another's insertion moved the rows, undo would write into the wrong ones."""
        desk.actions.type(desk.anna, desk.area(5, 0), "Ann")
        desk.actions.insert_rows(desk.owner, desk.sheet.sheet_id, 1, 1)

        with pytest.raises(Refused, match="have moved since"):
            desk.actions.undo(desk.anna)

        assert desk.values(6, 7) == [["Ann"]]

    def test_says_when_there_is_nothing(self, desk: Desk) -> None:
        """Who has done nothing has nothing to take back."""
        with pytest.raises(Refused, match="nothing to undo"):
            desk.actions.undo(desk.anna)


def test_sorting_moves_whole_rows_below_the_header_and_raises_no_edit(desk: Desk) -> None:
    """Google tells edit triggers of new values, not of moves; numbers come before text, empty cells last."""
    desk.fill([["Recency", "Who"], ["30", "c"], ["", "empty"], ["4", "a"], ["x", "text"]])

    desk.actions.sort(desk.owner, desk.area(1, 0, 9, 5), 0, descending=False)

    assert [row[1] for row in desk.values(1, 5)] == ["a", "c", "text", "empty"]
    assert desk.addon.edits == []
    assert desk.addon.changes == ["OTHER"]


def test_rows_and_columns_are_inserted_and_deleted(desk: Desk) -> None:
    """Widths stay with their columns; each act is told as a change."""
    desk.fill([["h", "i"], ["a", "b"]])
    desk.sheet.columns[1] = {"pixelSize": 240}

    desk.actions.insert_columns(desk.owner, desk.sheet.sheet_id, 1, 1)
    desk.actions.insert_rows(desk.owner, desk.sheet.sheet_id, 1, 2)
    desk.actions.delete_columns(desk.owner, desk.sheet.sheet_id, 0, 1)

    assert desk.values(0, 4) == [[None, "i"], [], [], [None, "b"]]
    assert desk.sheet.pixel_sizes == {1: 240}
    assert desk.addon.changes == ["INSERT_COLUMN", "INSERT_ROW", "REMOVE_COLUMN"]


def test_the_last_row_that_is_not_frozen_stays(desk: Desk) -> None:
    """Deleting all rows below the header is refused in Sheets' words."""
    with pytest.raises(Refused, match="not possible to delete all non-frozen rows"):
        desk.actions.delete_rows(desk.owner, desk.sheet.sheet_id, 1, 9)


class TestWhoMay:
    """Roles and protections."""

    def test_a_viewer_changes_nothing(self, desk: Desk) -> None:
        """Neither cells nor rows nor tabs; no event is raised."""
        acts = [
            lambda: desk.actions.type(desk.vera, desk.area(1, 0), "x"),
            lambda: desk.actions.insert_rows(desk.vera, desk.sheet.sheet_id, 1, 1),
            lambda: desk.actions.add_tab(desk.vera),
            lambda: desk.actions.undo(desk.vera),
            lambda: desk.actions.sort(desk.vera, desk.area(1, 0, 3, 3), 0, descending=True),
        ]
        for act in acts:
            with pytest.raises(Refused, match=VIEW_ONLY):
                act()

        assert desk.document.revision == 0
        assert (desk.addon.edits, desk.addon.changes) == ([], [])

    def test_who_lost_access_changes_nothing(self, desk: Desk) -> None:
        """A page that is still open after sharing has ended is refused."""
        desk.workspace.share(desk.document.spreadsheet_id, ANNA, None)

        with pytest.raises(Refused, match="no longer have access"):
            desk.actions.type(desk.anna, desk.area(1, 0), "x")

    def test_a_warning_only_protection_asks_first(self, desk: Desk) -> None:
        """After a yes the cell is written."""
        desk.document.protections.append(Protection(1, {"startColumnIndex": 4}, warning_only=True))

        with pytest.raises(AskFirst, match=HEADS_UP):
            desk.actions.type(desk.owner, desk.area(1, 4), "x")
        desk.actions.type(desk.owner, desk.area(1, 3), "beside it")
        desk.actions.type(desk.owner, desk.area(1, 4), "x", confirmed=True)

        assert desk.values(1, 2) == [[None, None, None, "beside it", "x"]]

    def test_a_strict_protection_keeps_editors_out_but_its_own(self, desk: Desk) -> None:
        """A yes does not help; the owner and those who are named may."""
        desk.document.protections.append(Protection(1, {"startRowIndex": 1, "endRowIndex": 2}))

        with pytest.raises(Refused, match="protected cell"):
            desk.actions.type(desk.anna, desk.area(1, 0), "x", confirmed=True)
        desk.actions.type(desk.owner, desk.area(1, 0), "owner")
        desk.document.protections[0].editors = (ANNA,)
        desk.actions.type(desk.anna, desk.area(1, 1), "anna")

        assert desk.values(1, 2) == [["owner", "anna"]]

    def test_a_strict_validation_refuses_and_a_lenient_one_does_not(self, desk: Desk) -> None:
        """What the rule says is told with the cell's name."""
        rule = {"condition": {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "0"}]}}
        desk.sheet.grid.put(1, 0, [Cell(validation=rule | {"strict": True}), Cell(validation=rule)])

        with pytest.raises(Refused, match=r"cell A2 violates .* Input must be a number greater than 0\."):
            desk.actions.type(desk.owner, desk.area(1, 0), "-1")
        desk.actions.type(desk.owner, desk.area(1, 1), "-1")

        assert desk.values(1, 2) == [[None, -1]]


class TestTabs:
    """Tabs come, go and get other names."""

    def test_are_added_renamed_hidden_and_deleted(self, desk: Desk) -> None:
        """Each is one change of the structure."""
        added = desk.actions.add_tab(desk.anna)
        desk.actions.rename_tab(desk.anna, added, "Notes")
        desk.actions.hide_tab(desk.anna, added, hidden=True)

        assert [(s.title, s.hidden) for s in desk.document.sheets] == [("Sheet1", False), ("Notes", True)]

        desk.actions.delete_tab(desk.anna, added)

        assert [s.title for s in desk.document.sheets] == ["Sheet1"]
        assert desk.addon.changes == ["INSERT_GRID", "OTHER", "OTHER", "REMOVE_GRID"]

    def test_names_are_not_given_twice(self, desk: Desk) -> None:
        """Whatever the case of the letters."""
        added = desk.actions.add_tab(desk.owner)

        with pytest.raises(Refused, match="already exists"):
            desk.actions.rename_tab(desk.owner, added, "sheet1")

    def test_the_last_visible_one_stays(self, desk: Desk) -> None:
        """It can be neither deleted nor hidden."""
        with pytest.raises(Refused, match="can't remove all the visible sheets"):
            desk.actions.delete_tab(desk.owner, desk.sheet.sheet_id)
        with pytest.raises(Refused, match="can't hide all the sheets"):
            desk.actions.hide_tab(desk.owner, desk.sheet.sheet_id, hidden=True)


def test_nothing_but_the_actions_raises_edit_events() -> None:
    """In all of the stand-in, only page/actions calls `edited` and `changed` of the add-on."""
    root = Path(sheets_standin.__file__).parent
    callers = {
        file.relative_to(root).as_posix()
        for file in root.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("edited", "changed")
    }

    assert callers == {"page/actions/acting.py"}
