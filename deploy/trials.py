"""What the design assumes of Google Sheets, one trial each.

A trial says what is assumed, how it is tried, and what the service does where Google differs. It returns what was
seen where the assumption holds, and raises `Differs` where it does not.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from deploy.scratch import Scratch, rows_of
from deploy.trial import Differs, Json, Size, Trial, demand
from deploy.trials_of_formatting import FORMATTING
from deploy.trials_of_lists import LISTS
from deploy.trials_of_metadata import METADATA
from server.core.cells import Cell
from server.sheets.api.failures import ApiFailure
from server.sheets.api.requests import date_time_format, insert_rows, update_cells
from server.sheets.commit.token import FIRST_ID, Token, new_nonce, read_token, token_requests

_NO_SUCH_RANGE = "No protected range with id"


def _protect(scratch: Scratch, identity: int | None, description: str = "ATE verify") -> Json:
    cell = {"startRowIndex": 0, "endRowIndex": 1, "startColumnIndex": 0, "endColumnIndex": 1}
    protected: Json = {"range": {"sheetId": scratch.sheet_id, **cell}, "description": description}
    protected["warningOnly"] = True
    if identity is not None:
        protected["protectedRangeId"] = identity
    return {"addProtectedRange": {"protectedRange": protected}}


def _delete(identity: int) -> Json:
    return {"deleteProtectedRange": {"protectedRangeId": identity}}


def _clean(scratch: Scratch) -> None:
    """Delete the protected ranges that trials have left."""
    left = [protection["protectedRangeId"] for protection in scratch.protections()]
    if left:
        scratch.write(*map(_delete, left))


def _stands(scratch: Scratch, text: str) -> bool:
    """Whether a text stands in the tab's first column, in whichever row by now."""
    return any(value == text for column in scratch.values("A:A") for value in column)


def id_honoured(scratch: Scratch, _size: Size) -> str:
    """A given id is taken."""
    wanted = scratch.new_id()
    refusal = scratch.refused(_protect(scratch, wanted))
    demand(not refusal, f"refused: {refusal}")
    ids = [protection["protectedRangeId"] for protection in scratch.protections()]
    _clean(scratch)
    demand(ids == [wanted], f"asked for {wanted}, found {ids}")
    return f"asked for {wanted}, found it"


def second_add_refused(scratch: Scratch, _size: Size) -> str:
    """Of one id there is only one range; the batch that wants a second changes nothing."""
    identity = scratch.new_id()
    first = scratch.refused(_protect(scratch, identity))
    demand(not first, f"the first was refused already: {first}")
    refusal = scratch.refused(scratch.cell(3, 0, "second add"), _protect(scratch, identity))
    applied = _stands(scratch, "second add")
    _clean(scratch)
    demand(refusal, "a second range of the same id was added")
    demand(not applied, "the batch was refused, but its other request was applied")
    return refusal


def missing_delete_refused(scratch: Scratch, _size: Size) -> str:
    """Deleting what is not there refuses the whole batch."""
    refusal = scratch.refused(scratch.cell(4, 0, "missing delete"), _delete(scratch.new_id()))
    applied = _stands(scratch, "missing delete")
    demand(refusal, "deleting a range that is not there was no error")
    demand(not applied, "the batch was refused, but its other request was applied")
    demand(_NO_SUCH_RANGE in refusal, f"refused in other words: {refusal}")
    return refusal


def one_winner(scratch: Scratch, size: Size) -> str:
    """Of two commits that have read the same token, one is applied."""
    names_id = not scratch.refused(_protect(scratch, scratch.new_id()))
    _clean(scratch)
    token = Token(ids=(FIRST_ID + scratch.new_id() % 100_000_000,))
    scratch.write(_protect(scratch, token.ids[0] if names_id else None, token.description))
    winners = []
    with scratch.racers() as racers:
        for number in range(size.races):
            token = read_token(scratch.protections())
            batches = [
                [
                    scratch.cell(5, 0, f"race {number}, process {process}"),
                    *token_requests(
                        token, token.successor(new_nonce(time.time())), scratch.sheet_id, names_id=names_id
                    ),
                ]
                for process in range(2)
            ]
            winners.append(sum("answer" in answer for answer in racers.race(*batches)))
    _clean(scratch)
    both, none = winners.count(2), winners.count(0)
    demand(both == none == 0, f"of {size.races} races {both} had two winners and {none} none")
    return f"{size.races} races, one winner each"


def no_line_lost(scratch: Scratch, size: Size) -> str:
    """Lines that two processes insert at row 2 are all there, each once."""
    rounds = max(2, size.races // 10)
    with scratch.racers() as racers:
        for number in range(rounds):
            lines = [
                [insert_rows(scratch.sheet_id, 2, 1), scratch.cell(2, 5, f"line {number} of {process}")]
                for process in range(2)
            ]
            answers = racers.race(*lines)
            demand(all("answer" in line for line in answers), f"a line was refused: {answers}")
    lines_there = [
        value for column in scratch.values("F2:F") for value in column if str(value).startswith("line")
    ]
    wanted = {f"line {number} of {process}" for number in range(rounds) for process in range(2)}
    demand(set(lines_there) == wanted, f"of {len(wanted)} lines {len(wanted - set(lines_there))} are missing")
    demand(len(lines_there) == len(wanted), f"{len(lines_there) - len(wanted)} lines are there twice")
    return f"{len(wanted)} lines, each there once"


def answer_shows_what_was_written(scratch: Scratch, _size: Size) -> str:
    """The answer to a write shows the cells as they are afterwards."""
    answer = scratch.write(
        scratch.cell(7, 0, "as written"),
        ranges=[f"'{scratch.title}'!A7:B7"],
        fields="sheets(data(rowData(values(userEnteredValue))))",
    )
    rows = rows_of(answer.get("updatedSpreadsheet", {}))
    seen = rows[0][0] if rows and rows[0] else {}
    demand(seen == {"userEnteredValue": {"stringValue": "as written"}}, f"the answer shows {rows}")
    return "the cell as it was written"


def formulas_in_answers(scratch: Scratch, _size: Size) -> str:
    """A volatile formula is calculated anew by each write, and its text stays what was entered."""
    formula = {"userEnteredValue": {"formulaValue": "=NOW()"}}
    scratch.write(update_cells(scratch.sheet_id, 8, 0, [[formula]], "userEnteredValue"))
    (before,) = scratch.data("A8", "userEnteredValue,effectiveValue")[0]
    time.sleep(1.1 if scratch.client.is_paced else 0.01)
    answer = scratch.write(
        scratch.cell(8, 1, 1),
        ranges=[f"'{scratch.title}'!A8"],
        fields="sheets(data(rowData(values(userEnteredValue,effectiveValue))))",
    )
    (after,) = rows_of(answer["updatedSpreadsheet"])[0]
    demand(
        after["userEnteredValue"] == before["userEnteredValue"] == formula["userEnteredValue"],
        f"the formula changed from {before['userEnteredValue']} to {after['userEnteredValue']}",
    )
    demand(after["effectiveValue"] != before["effectiveValue"], "a write did not calculate NOW() anew")
    return "the same formula with another result"


def unknown_title_refused(scratch: Scratch, _size: Size) -> str:
    """A tab in `responseRanges` that is gone refuses the whole batch."""
    refusal = scratch.refused(
        scratch.cell(9, 0, "unknown title"),
        ranges=["'ATE no such tab'!A1"],
        fields="sheets(properties(title))",
    )
    applied = _stands(scratch, "unknown title")
    demand(refusal, "a tab that is not there was passed over")
    demand(not applied, "the batch was refused, but it was applied")
    demand("Unable to parse range" in refusal, f"refused in other words: {refusal}")
    return refusal


def limited_read_shows_protection(scratch: Scratch, _size: Size) -> str:
    """A read limited to ranges shows the protected range that they touch."""
    scratch.write(_protect(scratch, None))
    seen = scratch.protections("C20:D20", "A1:M2")
    _clean(scratch)
    demand(len(seen) == 1, f"it shows {len(seen)} of 1")
    return "shown"


def copy_passes_over_a_filter(scratch: Scratch, size: Size) -> str:
    """A copy of values between two tabs reaches hidden rows, where the filter is taken off in the same batch."""
    columns = 20
    rows = max(10, size.cells // columns)
    staging, target = scratch.new_id(), scratch.new_id()
    for identity, title in ((staging, " staging"), (target, " target")):
        grid = {"rowCount": rows, "columnCount": columns}
        properties = {
            "sheetId": identity,
            "title": scratch.title + title,
            "hidden": True,
            "gridProperties": grid,
        }
        scratch.write({"addSheet": {"properties": properties}})
    whole = {"startRowIndex": 0, "endRowIndex": rows, "startColumnIndex": 0, "endColumnIndex": columns}
    number = {"userEnteredValue": {"numberValue": 7}}
    fill = {"range": {"sheetId": staging, **whole}, "cell": number, "fields": "userEnteredValue"}
    hides = {"condition": {"type": "NUMBER_EQ", "values": [{"userEnteredValue": "1"}]}}
    kept = {
        "range": {"sheetId": target, **whole},
        "filterSpecs": [{"columnIndex": 0, "filterCriteria": hides}],
    }
    scratch.write({"repeatCell": fill}, {"setBasicFilter": {"filter": kept}})
    began = time.monotonic()
    scratch.write(
        {"clearBasicFilter": {"sheetId": target}},
        {
            "copyPaste": {
                "source": {"sheetId": staging, **whole},
                "destination": {"sheetId": target, **whole},
                "pasteType": "PASTE_VALUES",
            }
        },
        {"setBasicFilter": {"filter": kept}},
        {"deleteSheet": {"sheetId": staging}},
    )
    seconds = time.monotonic() - began
    places = [f"'{scratch.title} target'!{cells}" for cells in ("A1:T3", f"A{rows - 2}:T{rows}")]
    seen = [
        value for part in scratch.client.columns(scratch.spreadsheet_id, places) for c in part for value in c
    ]
    demand(seen == [7] * (6 * columns), f"of {6 * columns} cells looked at {seen.count(7)} hold the value")
    return f"{rows * columns:,} cells in {seconds:.0f} s"


def text_stays_text(scratch: Scratch, _size: Size) -> str:
    """No text becomes a formula, neither as a typed cell nor as a RAW value."""
    scratch.write(scratch.cell(12, 0, "=1+1"))
    raw: dict[str, Sequence[Sequence[Cell]]] = {f"'{scratch.title}'!B12": [["=1+1"]]}
    scratch.client.put_rows(scratch.spreadsheet_id, raw)
    seen = [cell.get("userEnteredValue") for cell in scratch.data("A12:B12", "userEnteredValue")[0]]
    demand(seen == [{"stringValue": "=1+1"}] * 2, f"found {seen}")
    return "both are texts"


def time_with_its_zone(scratch: Scratch, _size: Size) -> str:
    """A number format carries the zone's letters, and the cell stays a date."""
    scratch.write(scratch.cell(13, 0, 46037.5), date_time_format(scratch.sheet_id, 13, 13, 0, "EST"))
    (cell,) = scratch.data("A13", "formattedValue,effectiveValue")[0]
    demand(cell.get("formattedValue") == "2026-01-15 12:00:00 EST", f"shown as {cell.get('formattedValue')}")
    demand(cell.get("effectiveValue") == {"numberValue": 46037.5}, f"holds {cell.get('effectiveValue')}")
    return str(cell["formattedValue"])


def largest_commit(scratch: Scratch, _size: Size) -> str:
    """1,500 lines go in by one batch, in the time that scoring has."""
    rows = [[{"userEnteredValue": {"stringValue": "x" * 90}}] * 13 for _ in range(1_500)]
    began = time.monotonic()
    scratch.write(
        insert_rows(scratch.sheet_id, 2, 1_500),
        update_cells(scratch.sheet_id, 2, 6, rows, "userEnteredValue"),
    )
    seconds = time.monotonic() - began
    demand(seconds < 8, f"it took {seconds:.1f} s, and a scoring call has 8")
    return f"{seconds:.1f} s"


def outside_grid_refused(scratch: Scratch, _size: Size) -> str:
    """A read that begins below the last row is refused in the words that the service knows."""
    try:
        scratch.client.get(scratch.spreadsheet_id, [f"'{scratch.title}'!A900000:B900000"], "sheets(data)")
    except ApiFailure as failure:
        demand(failure.is_outside_grid, f"refused in other words: {failure.message}")
        return re.sub(r"ATE verify \w+", "…", failure.message)
    raise Differs("it was answered")


TRIALS = (
    Trial(
        "A protected range gets the id that it was given",
        "add one with an id, read the ids",
        "The service notices at the first commit and has the deleted id decide races.",
        id_honoured,
    ),
    Trial(
        "A second protected range of the same id is refused, and nothing of its batch applied",
        "add two of one id, the second beside a cell; read the cell",
        "The deleted id decides races.",
        second_add_refused,
    ),
    Trial(
        "Deleting a protected range that is not there is refused, and nothing of the batch applied",
        "delete one beside a cell; read the cell",
        "The added id decides races.",
        missing_delete_refused,
    ),
    Trial(
        "Of two commits that have read the same token exactly one is applied",
        "two processes send the service's own token requests at once, again and again",
        "Rows may be written twice until the sweep mends them: run one instance (the plan does), and report this.",
        one_winner,
        is_repeatable=False,
    ),
    Trial(
        "Log lines that two processes insert at row 2 are all there",
        "two processes insert lines at once, without a token",
        "The sweep puts missing lines in again.",
        no_line_lost,
        is_repeatable=False,
    ),
    Trial(
        "The answer to a write shows the cells as they are afterwards",
        "write a cell and ask for it in the same call",
        "The sweep finds what a commit could not verify.",
        answer_shows_what_was_written,
    ),
    Trial(
        "A write calculates volatile formulas anew; the answer tells their text as well",
        "NOW() beside a write, before and after",
        "Rows with formulas are scored by the sweep alone, whatever they show.",
        formulas_in_answers,
        is_repeatable=False,
    ),
    Trial(
        "A tab in responseRanges that is gone refuses the whole batch",
        "write a cell and ask for an unknown tab; read the cell",
        "The commit's token tells at the next read whether it was applied.",
        unknown_title_refused,
    ),
    Trial(
        "A read that is limited to ranges shows the protected range that they touch",
        "protect A1, read C20:D20 and A1:M2",
        "Without the token every commit would add one: report this before anything is deployed.",
        limited_read_shows_protection,
    ),
    *METADATA,
    Trial(
        "copyPaste replaces hidden rows too, where the batch takes the filter off before",
        "copy a million cells onto a filtered tab, in one batch; look at its ends",
        "Report this: a retrain would leave old rows in between.",
        copy_passes_over_a_filter,
        is_repeatable=False,
    ),
    Trial(
        "Text never becomes a formula, as a typed cell or as a RAW value",
        'write "=1+1" both ways',
        "Report this before anything is deployed.",
        text_stays_text,
    ),
    Trial(
        "A number format carries a time zone's letters, and the cell stays a date",
        "write a serial with a format; read both",
        "PredictedAt would be shown without its zone.",
        time_with_its_zone,
    ),
    Trial(
        "1,500 log lines go in by one batch within a scoring call's time",
        "insert 1,500 rows of 13 texts",
        "Fewer rows a commit: ROWS_PER_COMMIT in server/layout/limits.py.",
        largest_commit,
        is_repeatable=False,
    ),
    Trial(
        "A read that begins outside the grid is refused in known words",
        "read row 900,000",
        "The row is reported as an error of Google's instead of being passed over.",
        outside_grid_refused,
    ),
    *FORMATTING,
    *LISTS,
)
