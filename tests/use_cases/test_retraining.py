"""A retrain: what it writes, what it leaves alone, and what happens when people or crashes come between."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

import pytest

from local.launch import OWNER, LocalGoogle
from local.load import load_rows
from server.errors import (
    ChangedError,
    DamagedModelError,
    NoTransactionsError,
    SpreadsheetFullError,
    TooFewCustomersError,
    TrainingDataError,
    UnansweredQuestionsError,
)
from server.layout.tabs import RFM_HEADERS, SEGMENTED_HEADERS
from server.sheets.api.client import SheetsClient
from server.sheets.api.failures import NoAnswer
from server.sheets.commit.committer import Committer
from server.sheets.tabs import staging, training_data
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.result import TrainingResult
from server.use_cases.segmentation.run import Retraining, Run
from server.use_cases.training_data import TrainingData
from sheets_standin.sheets_api.faults import Kind
from sheets_standin.spreadsheet.cells import value_of
from sheets_standin.spreadsheet.formats import displayed
from sheets_standin.spreadsheet.journal import Entry
from tests.conftest import PARAMETERS, MeddlingClient, Now, Sheet, orders, quick
from tests.workbook import LOG, NEW_USER, beside

SEGMENTED = "Segmented_Customers"
ACTION_MAP = "Action_Map"
TRAINING = "Training_Data"


pytestmark = pytest.mark.usefixtures("no_waiting")


def run(
    retraining: Retraining,
    sheet: Sheet,
    *,
    retrain: bool = True,
    meddle: dict[str, Callable[[], None]] | None = None,
) -> TrainingResult:
    """Run, and have somebody act on the sheet when a stage is first told."""
    waiting = dict(meddle or {})

    def progress(stage: str, _fraction: float) -> None:
        act = waiting.pop(stage, None)
        if act is not None:
            act()

    result = retraining.run(sheet.id, Run(retrain=retrain), progress)
    assert not waiting
    return result


def outputs(sheet: Sheet) -> dict[str, list[list[object]]]:
    return {title: sheet.rows(title) for title in (SEGMENTED, "RFM", ACTION_MAP, "Model")}


def kinds(entry: Entry) -> list[str]:
    return [change.kind for change in entry.changes]


def staging_tabs(sheet: Sheet) -> list[str]:
    return [other.title for other in sheet.document.sheets if other.title.startswith("ATE staging")]


def sort(sheet: Sheet, title: str, column: int, *, descending: bool = False) -> None:
    """Sort a tab below its header by a column (from 0)."""
    with sheet.document.changing(OWNER, "sort"):
        grid = sheet.document.sheet(title).grid
        sheet.document.sort(
            sheet.document.sheet(title), 1, grid.row_count, (0, grid.column_count), [(column, descending)]
        )


def texts_by_cluster(sheet: Sheet) -> dict[object, tuple[object, object]]:
    return {row[0]: (row[1], row[2]) for row in sheet.rows(ACTION_MAP)}


def test_outputs_hold_every_customer_with_the_texts_of_the_action_map(segmented: Sheet) -> None:
    """60 customers, sorted by cluster, then money; segment and plan are those of their number."""
    rows = segmented.rows(SEGMENTED)

    assert segmented.row(SEGMENTED, 1)[: len(SEGMENTED_HEADERS)] == list(SEGMENTED_HEADERS)
    assert segmented.row("RFM", 1)[:8] == list(RFM_HEADERS)
    assert len(rows) == len(segmented.rows("RFM")) == 60
    assert rows == sorted(rows, key=lambda row: (row[5], -row[3]))  # type: ignore[operator]  # numbers
    texts = texts_by_cluster(segmented)
    assert all((row[6], row[7]) == texts[row[5]] for row in rows)
    assert staging_tabs(segmented) == []


def test_a_retrain_adds_a_version_and_keeps_numbers_names_and_plans(
    segmented: Sheet, retraining: Retraining
) -> None:
    """On the same data: row 2 of Model is version 2, the first stands below, nobody changes segment."""
    before = segmented.rows(SEGMENTED)

    result = run(retraining, segmented)

    assert [row[:2] for row in segmented.rows("Model")] == [[2, "in use"], [1, "earlier"]]
    assert result.model.version == 2
    assert [(row[0], row[5], row[6]) for row in segmented.rows(SEGMENTED)] == [
        (row[0], row[5], row[6]) for row in before
    ]


def test_twenty_earlier_models_are_kept(segmented: Sheet, retraining: Retraining) -> None:
    """The list of versions does not grow for ever, and a number is not given twice."""
    segmented.insert_rows("Model", 3, 24)
    segmented.type("Model", 3, [[str(100 - i), "earlier"] for i in range(24)])

    result = run(retraining, segmented)

    assert result.model.version == 101
    assert len(segmented.rows("Model")) == 21


def test_segment_keeps_the_model(segmented: Sheet, retraining: Retraining) -> None:
    """Only the customers are assigned anew."""
    segmented.type(TRAINING, 500, [["NEW-1", "2025-12-30", "150"]])

    result = run(retraining, segmented, retrain=False)

    assert result.model.version == 1
    assert len(segmented.rows("Model")) == 1
    assert segmented.rows(SEGMENTED)[-1][0] == "NEW-1"


def test_new_user_is_not_changed_by_a_retrain(
    segmented: Sheet, retraining: Retraining, scoring: Scoring
) -> None:
    """Labels of the earlier model stay; only what waits is scored."""
    segmented.type(NEW_USER, 2, [["A", "3", "12", "900"]])
    scoring.score(segmented.id, None, trigger="sweep")
    before = segmented.rows(NEW_USER)
    segmented.type(NEW_USER, 3, [["B", "200", "1", "20"]])

    result = run(retraining, segmented)

    assert result.scored == 1
    assert segmented.rows(NEW_USER)[:1] == before
    assert [line[10] for line in segmented.rows(LOG)] == [2, 1]


def test_a_marketers_columns_stay_beside_the_right_customer(segmented: Sheet, retraining: Retraining) -> None:
    """Between ours and to the right, with the tab sorted by somebody: customers keep their row."""
    segmented.insert_columns(SEGMENTED, 4)
    segmented.type(SEGMENTED, 1, [["Owner"]], column=4)
    segmented.type(SEGMENTED, 1, [["Phone"]], column=12)
    for row in range(2, 62):
        who = str(segmented.row(SEGMENTED, row)[0])
        segmented.type(SEGMENTED, row, [[f"owner of {who}"]], column=4)
        segmented.type(SEGMENTED, row, [[f"phone of {who}"]], column=12)
    sort(segmented, SEGMENTED, 1)
    segmented.type(TRAINING, 500, [["NEW-1", "2025-12-30", "150"], ["NEW-2", "2025-12-30", "10"]])

    run(retraining, segmented)

    rows = segmented.rows(SEGMENTED)
    assert len(rows) == 62
    for row in rows[:60]:
        assert (row[3], row[11]) == (f"owner of {row[0]}", f"phone of {row[0]}")
    assert {row[0] for row in rows[60:]} == {"NEW-1", "NEW-2"}
    assert all(row[3] is None for row in rows[60:])
    money = {row[0]: row[3] for row in segmented.rows("RFM")}
    assert all(row[4] == money[row[0]] for row in rows)


@pytest.mark.slow
def test_a_customer_who_is_gone_keeps_the_id_without_figures(
    segmented: Sheet, retraining: Retraining
) -> None:
    """What a marketer noted beside still tells of whom; the next customer does not take the row."""
    gone = str(segmented.row(SEGMENTED, 2)[0])
    segmented.type(SEGMENTED, 2, [["remember"]], column=18)
    grid = segmented.document.sheet(TRAINING).grid
    for row in range(1, grid.row_count):
        if value_of(grid.cell(row, 0)) == gone:
            segmented.type(TRAINING, row + 1, [["", "", ""]])

    result = run(retraining, segmented)

    row = segmented.row(SEGMENTED, 2)
    assert result.rfm_customers == 59
    assert [row[0], row[17]] == [gone, "remember"]
    assert not any(row[1:17])


def test_a_filter_and_the_tabs_ids_survive(segmented: Sheet, retraining: Retraining) -> None:
    """Charts refer to tabs by id; a filter is taken off for the swap and set back as it was."""
    sheet = segmented.document.sheet(SEGMENTED)
    sheet.basic_filter = {
        "range": {"sheetId": sheet.sheet_id, "startRowIndex": 0, "endRowIndex": 61, "endColumnIndex": 10},
        "criteria": {"6": {"hiddenValues": ["Champions"]}},
    }
    ids = {sheet.title: sheet.sheet_id for sheet in segmented.document.sheets}
    wanted = dict(sheet.basic_filter)

    run(retraining, segmented)

    swap = next(e for e in segmented.document.journal.entries if "clearBasicFilter" in kinds(e))
    first = kinds(swap).index("clearBasicFilter")
    assert kinds(swap)[first : first + 3] == ["clearBasicFilter", "copyPaste", "setBasicFilter"]
    kept = segmented.document.sheet(SEGMENTED).basic_filter
    assert kept is not None
    assert kept["criteria"] == wanted["criteria"]
    assert kept["range"]["endRowIndex"] == 61
    assert {sheet.title: sheet.sheet_id for sheet in segmented.document.sheets} == ids


@pytest.mark.slow
def test_fewer_customers_leave_no_old_rows_behind(segmented: Sheet, retraining: Retraining) -> None:
    """Other data altogether: the tail of the old result is cleared."""
    grid = segmented.document.sheet(TRAINING).grid
    rows = [[f"X{row[0]}", row[1], row[2]] for row in orders(30)[1:]]
    blank = [["", "", ""]] * (grid.row_count - 1 - len(rows))
    segmented.type(TRAINING, 2, [*rows, *blank])

    run(retraining, segmented)

    assert len(segmented.rows(SEGMENTED)) == len(segmented.rows("RFM")) == 30


class Crash(BaseException):
    """The process dies."""


class DyingClient(SheetsClient):
    """Dies before or just after its n-th write."""

    dies_at = 0
    applies = False
    writes = 0

    def for_long_work(self) -> SheetsClient:
        return self

    def _call(self, spreadsheet_id: str, kind: str, *args: Any, **kwargs: Any) -> Any:
        if kind != "write":
            return super()._call(spreadsheet_id, kind, *args, **kwargs)
        self.writes += 1
        if self.writes == self.dies_at:
            if self.applies:
                super()._call(spreadsheet_id, kind, *args, **kwargs)
            raise Crash
        return super()._call(spreadsheet_id, kind, *args, **kwargs)


@pytest.mark.slow
@pytest.mark.parametrize("applies", [False, True], ids=["before", "after"])
def test_a_crash_at_any_write_leaves_a_whole_result_and_the_next_run_succeeds(
    segmented: Sheet,
    client: MeddlingClient,
    retraining: Retraining,
    now: Now,
    applies: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed at each write in turn: either all of the old result stands, or all of the new."""
    monkeypatch.setattr(staging, "PIECE_CELLS", 400)
    segmented.type(TRAINING, 500, [["NEW-1", "2025-12-30", "150"]])
    old = outputs(segmented)
    deaths = 0

    while True:
        dying = DyingClient(client._make_credentials, client._base_url)
        dying.dies_at, dying.applies = deaths + 1, applies
        committer = Committer(dying, quick)
        try:
            run(Retraining(committer, Scoring(committer, now), now), segmented)
            break
        except Crash:
            deaths += 1
        seen = outputs(segmented)
        if seen != old:
            assert len(seen[SEGMENTED]) == len(seen["RFM"]) == 61
            assert len(seen["Model"]) == len(old["Model"]) + 1
            old = seen

    assert deaths >= 5  # tabs cleared, staging made, its pieces, the swap
    assert staging_tabs(segmented) == []
    run(retraining, segmented)
    assert len(segmented.rows(SEGMENTED)) == 61


@pytest.mark.parametrize("kind", [Kind.LOST_ANSWER, Kind.APPLIED_THEN_400, Kind.CUT_BEFORE, Kind.UNAVAILABLE])
def test_a_failing_google_does_not_double_the_result(
    segmented: Sheet, retraining: Retraining, fails: Callable[..., None], kind: Kind
) -> None:
    """Each of the writes fails once: one version more, no staging left."""
    fails(kind, Kind.INTERNAL, kind)
    fails(kind, Kind.INTERNAL, kind, method="spreadsheets.values.batchUpdate")

    run(retraining, segmented)

    assert [row[0] for row in segmented.rows("Model")] == [2, 1]
    assert staging_tabs(segmented) == []


def test_staging_of_a_dead_run_is_cleared(segmented: Sheet, retraining: Retraining) -> None:
    """And no tab of anybody else's."""
    for title in ("ATE staging 0a1b2c RFM", "ATE notes"):
        with segmented.document.changing(OWNER, "add"):
            from sheets_standin.spreadsheet.document import Sheet as Tab
            from sheets_standin.spreadsheet.grid import Grid

            segmented.document.sheets.append(Tab(segmented.document.new_sheet_id(), title, Grid()))
            segmented.document.noted("addSheet", title)

    run(retraining, segmented)

    assert staging_tabs(segmented) == []
    assert segmented.document.sheet("ATE notes")


def test_of_two_retrains_at_once_the_second_is_refused(
    segmented: Sheet, retraining: Retraining, client: MeddlingClient, now: Now
) -> None:
    """The base is another one than at its start: nothing of it is written."""
    committer = Committer(beside(client), quick)
    other = Retraining(committer, Scoring(committer, now), now)

    with pytest.raises(ChangedError, match="meanwhile"):
        run(retraining, segmented, meddle={"Finding segments": lambda: run(other, segmented)})

    assert [row[0] for row in segmented.rows("Model")] == [2, 1]


def test_settings_changed_meanwhile_are_not_passed_over(segmented: Sheet, retraining: Retraining) -> None:
    """The result was computed with the old ones: it is not written."""
    before = outputs(segmented)

    with pytest.raises(ChangedError, match="Settings"):
        run(
            retraining,
            segmented,
            meddle={"Finding segments": lambda: segmented.type("Settings", 4, [["5"]], column=2)},
        )

    assert outputs(segmented) == before


def test_customers_sorted_meanwhile_keep_their_notes(segmented: Sheet, retraining: Retraining) -> None:
    """The outputs are laid out anew by the rows as they stand at the swap."""
    for row in range(2, 62):
        segmented.type(SEGMENTED, row, [[f"note {segmented.row(SEGMENTED, row)[0]}"]], column=18)

    run(
        retraining,
        segmented,
        meddle={"Putting the segments in place": lambda: sort(segmented, SEGMENTED, 1, descending=True)},
    )

    assert all(row[17] == f"note {row[0]}" for row in segmented.rows(SEGMENTED))
    assert staging_tabs(segmented) == []


def test_customers_who_are_sorted_again_and_again_stop_the_run(
    segmented: Sheet, retraining: Retraining
) -> None:
    """Rather than write beside the wrong customer it gives up; the old result stands."""
    flips = iter([True, False, True, False])

    def progress(stage: str, _fraction: float) -> None:
        if stage == "Putting the segments in place":
            sort(segmented, SEGMENTED, 1, descending=next(flips))

    with pytest.raises(ChangedError, match="again and again"):
        retraining.run(segmented.id, Run(retrain=True), progress)

    assert len(segmented.rows("Model")) == 1


# Action_Map


def test_renamed_segments_and_own_plans_survive_a_retrain(segmented: Sheet, retraining: Retraining) -> None:
    """The marketer's texts stay by number, and the customers show them."""
    segmented.type(ACTION_MAP, 2, [["Our best", "Send flowers"]], column=2)
    number = segmented.row(ACTION_MAP, 2)[0]

    run(retraining, segmented)

    assert texts_by_cluster(segmented)[number] == ("Our best", "Send flowers")
    shown = {(row[6], row[7]) for row in segmented.rows(SEGMENTED) if row[5] == number}
    assert shown == {("Our best", "Send flowers")}


@pytest.mark.parametrize(
    "stage", ["Reading Training_Data", "Finding segments", "Putting the segments in place"]
)
def test_texts_edited_during_a_retrain_survive_and_are_shown(
    segmented: Sheet, retraining: Retraining, stage: str
) -> None:
    """Until the swap every edit counts."""
    number = segmented.row(ACTION_MAP, 2)[0]

    run(
        retraining,
        segmented,
        meddle={stage: lambda: segmented.type(ACTION_MAP, 2, [["Our best", "Send flowers"]], column=2)},
    )

    assert texts_by_cluster(segmented)[number] == ("Our best", "Send flowers")
    assert {row[6] for row in segmented.rows(SEGMENTED) if row[5] == number} == {"Our best"}


def insert_above(sheet: Sheet) -> None:
    sheet.insert_rows(ACTION_MAP, 3)


def delete_a_row(sheet: Sheet) -> None:
    with sheet.document.changing(OWNER, "delete"):
        sheet.document.sheet(ACTION_MAP).grid.delete_rows(1, 2)
        sheet.document.noted("delete", ACTION_MAP)


def rename(sheet: Sheet) -> None:
    sheet.type(ACTION_MAP, 2, [["Renamed at the last moment"]], column=2)


MOVES = {
    "sorted": lambda sheet: sort(sheet, ACTION_MAP, 1, descending=True),
    "a row inserted": insert_above,
    "a row inserted at the top": lambda sheet: sheet.insert_rows(ACTION_MAP, 2),
    "renamed": rename,
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES.keys())
def test_rows_of_the_action_map_moved_at_the_last_moment_keep_their_number(
    segmented: Sheet, retraining: Retraining, client: MeddlingClient, move: Callable[[Sheet], None]
) -> None:
    """Between the swap's read and its write: each text has its number and figures, each number stands once."""
    segmented.type(ACTION_MAP, 3, [["Second best", "Call them"]], column=2)
    texts = texts_by_cluster(segmented)
    if move is rename:
        first = segmented.row(ACTION_MAP, 2)
        texts[first[0]] = ("Renamed at the last moment", first[2])
    long_work = retraining._client
    real = long_work.batch_update

    def batch_update(*args: Any, **kwargs: Any) -> Any:
        if any("insertDimension" in request for request in args[1]):  # the swap adds a row to Model
            move(segmented)
            long_work.batch_update = real  # type: ignore[method-assign]
        return real(*args, **kwargs)

    long_work.batch_update = batch_update  # type: ignore[method-assign]

    run(retraining, segmented)

    assert texts_by_cluster(segmented) == texts
    rows = segmented.rows(ACTION_MAP)
    assert len(rows) == len(texts)
    sizes = {n: sum(row[5] == n for row in segmented.rows(SEGMENTED)) for n in texts}
    assert {row[0]: row[3] for row in rows} == sizes


def test_a_segments_row_that_was_deleted_comes_back_below(segmented: Sheet, retraining: Retraining) -> None:
    """With the default texts; the others keep theirs."""
    texts = texts_by_cluster(segmented)
    number = segmented.row(ACTION_MAP, 2)[0]
    delete_a_row(segmented)

    run(retraining, segmented)

    assert texts_by_cluster(segmented) == texts
    assert segmented.rows(ACTION_MAP)[-1][0] == number


def damage(sheet: Sheet) -> None:
    sheet.type("Model", 2, [["'{}"]], column=PARAMETERS)


def remove_model(sheet: Sheet) -> None:
    with sheet.document.changing(OWNER, "delete"):
        model = sheet.document.sheet("Model")
        sheet.document.sheets.remove(model)
        sheet.document.protections = [
            p for p in sheet.document.protections if p.range.get("sheetId") != model.sheet_id
        ]
        sheet.document.noted("deleteSheet", "Model")


def forget_customers(sheet: Sheet) -> None:
    sheet.type(SEGMENTED, 2, [[""] * 10] * 60)


@pytest.mark.parametrize("loss", [damage, remove_model])
def test_without_model_numbers_are_matched_by_the_customers(
    segmented: Sheet, retraining: Retraining, loss: Callable[[Sheet], None]
) -> None:
    """Segmented_Customers tells what the numbers meant: texts stay with their customers."""
    segmented.type(ACTION_MAP, 2, [["Our best", "Send flowers"]], column=2)
    before = {row[0]: row[5] for row in segmented.rows(SEGMENTED)}
    loss(segmented)

    run(retraining, segmented)

    after = {row[0]: (row[5], row[6]) for row in segmented.rows(SEGMENTED)}
    same = [who for who, number in before.items() if after[who][0] == number]
    assert len(same) >= 54  # nine of ten: the new model is trained on the same data
    best = [row[0] for row in segmented.rows(ACTION_MAP) if row[1] == "Our best"]
    assert {after[who][1] for who in same if before[who] == best[0]} == {"Our best"}


def test_a_damaged_model_stops_a_segmentation_and_nothing_changes(
    segmented: Sheet, retraining: Retraining
) -> None:
    """It is not passed over in silence; a retrain makes a new one."""
    damage(segmented)
    before = outputs(segmented)

    with pytest.raises(DamagedModelError):
        run(retraining, segmented, retrain=False)

    assert outputs(segmented) == before


@pytest.mark.slow
@pytest.mark.parametrize("loss", [damage, remove_model])
def test_texts_without_known_customers_are_parked(
    segmented: Sheet, retraining: Retraining, loss: Callable[[Sheet], None]
) -> None:
    """Model and customers are gone: own texts are kept, and given to nobody."""
    segmented.type(ACTION_MAP, 2, [["Our best", "Send flowers"]], column=2)
    loss(segmented)
    forget_customers(segmented)

    run(retraining, segmented)

    parked = [row for row in segmented.rows(ACTION_MAP) if row[0] == "Earlier plans"]
    assert ("Our best", "Send flowers") in [(row[1], row[2]) for row in parked]
    assert "Our best" not in {row[6] for row in segmented.rows(SEGMENTED)}
    numbers = [row[0] for row in segmented.rows(ACTION_MAP) if row[0] != "Earlier plans"]
    assert set(numbers) == {row[5] for row in segmented.rows(SEGMENTED)}

    again = run(retraining, segmented)
    assert again.model.version >= 2
    assert [row for row in segmented.rows(ACTION_MAP) if row[0] == "Earlier plans"] == parked


# Training_Data


def test_only_the_needed_columns_are_read(
    sheet: Sheet, retraining: Retraining, client: MeddlingClient
) -> None:
    """Names and addresses beside are asked for nowhere but in the header row."""
    sheet.insert_columns(TRAINING, 2)
    sheet.type(TRAINING, 1, [["email"]], column=2)
    asked: list[str] = []
    long_work = retraining._client
    real_get, real_columns = long_work.get, long_work.undecoded_columns

    def get(spreadsheet_id: str, ranges: Any, *args: Any, **kwargs: Any) -> Any:
        asked.extend(ranges)
        return real_get(spreadsheet_id, ranges, *args, **kwargs)

    def columns(spreadsheet_id: str, ranges: Any, **kwargs: Any) -> Any:
        asked.extend(ranges)
        return real_columns(spreadsheet_id, ranges, **kwargs)

    long_work.get, long_work.undecoded_columns = get, columns  # type: ignore[method-assign]

    run(retraining, sheet, retrain=False)

    of_training = {call.split("!")[1] for call in asked if call.startswith("'Training_Data'")}
    assert {column for column in of_training if column[0].isdigit()} == {"1:1"}
    assert {column[0] for column in of_training if not column[0].isdigit()} == {"A", "C", "D"}


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read Training_Data in blocks of 50 rows."""
    monkeypatch.setitem(training_data.read_blocks.__kwdefaults__, "block_rows", 50)


@pytest.mark.usefixtures("small_blocks")
def test_blocks_add_up_to_the_whole(sheet: Sheet, retraining: Retraining) -> None:
    """Read in many blocks, every transaction is there once, and progress goes up."""
    shares: list[float] = []

    result = retraining.run(sheet.id, Run(), lambda _stage, share: shares.append(share))

    transactions = len(orders()) - 1
    assert result.quality["rows_read"] == transactions
    assert result.quality["rows_used"] == transactions
    assert shares == sorted(shares)
    assert len([share for share in shares if 0.03 < share < 0.5]) >= transactions // 50


NAMES = itertools.cycle(["Sales", "Total"])


def flip(sheet: Sheet, column: int) -> None:
    """Sort, the other way round each time."""
    first = value_of(sheet.document.sheet(TRAINING).grid.cell(1, column))
    last = value_of(sheet.document.sheet(TRAINING).grid.cell(300, column))
    sort(sheet, TRAINING, column, descending=first < last)  # type: ignore[operator]  # amounts


MOVES_IN_DATA = {
    "a row inserted": lambda sheet: sheet.insert_rows(TRAINING, 2),
    "sorted": lambda sheet: flip(sheet, 2),
    "a column inserted": lambda sheet: sheet.insert_columns(TRAINING, 2),
    "a header renamed": lambda sheet: sheet.type(TRAINING, 1, [[next(NAMES)]], column=3),
    "rows appended": lambda sheet: sheet.insert_rows(TRAINING, 100, 3),
}


@pytest.mark.slow
@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("move", MOVES_IN_DATA.values(), ids=MOVES_IN_DATA.keys())
@pytest.mark.parametrize("times", [1, 2])
def test_rows_that_move_during_the_read_are_noticed(
    sheet: Sheet, retraining: Retraining, times: int, move: Callable[[Sheet], None]
) -> None:
    """Moved once: it is read again, and right. Moved again: refused, nothing written."""
    left = times
    long_work = retraining._client
    real = long_work.undecoded_columns

    def columns(spreadsheet_id: str, ranges: Any, **kwargs: Any) -> Any:
        nonlocal left
        columns_read = real(spreadsheet_id, ranges, **kwargs)
        if "Training_Data" in ranges[0] and "152:" in ranges[0] and left:  # the fourth block
            left -= 1
            move(sheet)
        return columns_read

    long_work.undecoded_columns = columns  # type: ignore[method-assign]
    if times == 1:
        result = run(retraining, sheet, retrain=False)
        assert result.quality["rows_used"] == len(orders()) - 1
        assert result.rfm_customers == 60
    else:
        with pytest.raises(ChangedError, match="being edited"):
            run(retraining, sheet, retrain=False)
        assert sheet.rows(SEGMENTED) == []


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([], NoTransactionsError),
        ([["customer_id", "order_date", "amount"]], TrainingDataError),
        ([["customer_id", "order_date"], ["A", "2025-01-01"]], TrainingDataError),
        ([["customer_id", "amount"], ["A", "5"]], TrainingDataError),
        ([["customer_id", "order_date", "amount"], ["A", "2025-01-01", "5"]], TooFewCustomersError),
        (
            [["customer_id", "order_date", "amount"], *[[c, "2025-01-01", "5"] for c in "ABC"]],
            TooFewCustomersError,
        ),
        ([["customer_id", "order_date", "amount"], ["A", "soon", "much"]], TrainingDataError),
    ],
    ids=["empty", "only a header", "no money", "no dates", "one customer", "3 customers", "nothing readable"],
)
def test_data_that_cannot_be_used_is_told_and_nothing_is_written(
    google: LocalGoogle, retraining: Retraining, rows: list[list[str]], error: type[TrainingDataError]
) -> None:
    """The marketer reads what is missing; no output, no model."""
    from local.load import load_rows

    document = google.spreadsheet()
    load_rows(document, rows, OWNER)
    sheet = Sheet(document)

    with pytest.raises(error) as caught:
        run(retraining, sheet, retrain=False)

    assert caught.value.detail
    assert sheet.rows(SEGMENTED) == sheet.rows("Model") == []
    assert staging_tabs(sheet) == []


def test_a_spreadsheet_that_would_overflow_is_refused_before_anything_is_written(
    segmented: Sheet, retraining: Retraining
) -> None:
    """The error names the tab to trim."""
    before = outputs(segmented)
    grid = segmented.document.sheet(TRAINING).grid
    grid.resize(3_332_900, 3)

    with pytest.raises(SpreadsheetFullError) as caught:
        run(retraining, segmented)

    assert "Training_Data" in caught.value.hint
    assert outputs(segmented) == before
    assert staging_tabs(segmented) == []


@pytest.mark.slow
@pytest.mark.usefixtures("trains_anew")
def test_progress_ends_near_the_whole_and_never_goes_back(segmented: Sheet, retraining: Retraining) -> None:
    """What a marketer watches: stages in words, the share rising."""
    steps: list[tuple[str, float]] = []

    retraining.run(segmented.id, Run(retrain=True), lambda stage, share: steps.append((stage, share)))

    shares = [share for _, share in steps]
    assert shares == sorted(shares)
    assert shares[-1] >= 0.95
    assert {"Reading Training_Data", "Finding segments", "Writing the segments"} <= {s for s, _ in steps}
    finding = [share for stage, share in steps if stage == "Finding segments"]
    assert max(later - earlier for earlier, later in itertools.pairwise(finding)) <= 0.02


def test_inspect_writes_nothing_and_tells_what_was_recognised(
    sheet: Sheet, committer: Committer, now: Now, google: LocalGoogle
) -> None:
    """Before set-up as well: three columns with letters and samples, the counts, no tab made."""
    google.server.log.reset()

    inspection = TrainingData(committer, now).inspect(sheet.id)

    assert google.server.log.writes == 0
    assert {column.role: column.column for column in inspection.columns} == {
        "customer_id": "A",
        "order_date": "B",
        "amount": "C",
    }
    assert all(column.samples for column in inspection.columns)
    assert inspection.customers == 60


def test_an_analysis_date_is_the_day_to_which_recency_counts(sheet: Sheet, retraining: Retraining) -> None:
    """The last order of C000 is of 2025-12-31: 9 days before 2026-01-09."""
    run(retraining, sheet, retrain=False)
    row = next(n for n in range(2, 20) if sheet.row("Settings", n)[0] == "AnalysisDate")
    recency = {line[0]: line[1] for line in sheet.rows("RFM")}
    assert recency["C000"] == 1  # auto: the day after the last transaction

    sheet.type("Settings", row, [["2026-01-09"]], column=2)
    run(retraining, sheet, retrain=False)

    assert {line[0]: line[1] for line in sheet.rows("RFM")}["C000"] == 9
    assert dt.date(2026, 1, 9) - dt.date(2025, 12, 31) == dt.timedelta(days=9)


def test_a_call_without_answer_during_staging_is_made_again(segmented: Sheet, retraining: Retraining) -> None:
    """Pieces may be written twice without harm."""
    long_work = retraining._client
    real = long_work.put_rows
    failures = iter([True, True, False])

    def put_rows(*args: Any, **kwargs: Any) -> None:
        real(*args, **kwargs)
        if next(failures, False):
            raise NoAnswer("timeout")

    long_work.put_rows = put_rows  # type: ignore[method-assign]

    run(retraining, segmented)

    assert len(segmented.rows(SEGMENTED)) == 60


def test_every_customer_has_the_number_formats_of_the_first(segmented: Sheet) -> None:
    """The tabs are made with one row and grow; what new customers bring is shown like the rest."""
    grid = segmented.document.sheet("Segmented_Customers").grid
    header = segmented.row("Segmented_Customers", 1)
    money, sure = header.index("MonetaryValue"), header.index("Confidence")

    formats = {
        tuple(displayed(grid.cell(row, column)) for column in (money, sure))
        for row in range(1, grid.row_count)
    }

    assert all("." in shown and sure.endswith("%") for shown, sure in formats)


def test_an_open_question_stops_a_run_before_anything_is_written(
    google: LocalGoogle, retraining: Retraining, committer: Committer, now: Now
) -> None:
    """Days of 12 or less alone: the readings are shown, and an answer in Settings lets the run go on."""
    rows = [[f"C{i % 20}", f"{1 + i % 12:02}/{1 + i % 11:02}/2025", str(10 + i)] for i in range(132)]
    document = google.spreadsheet()
    load_rows(document, [["customer_id", "order_date", "amount"], *rows], OWNER)
    sheet = Sheet(document)

    inspection = TrainingData(committer, now).inspect(sheet.id)
    with pytest.raises(UnansweredQuestionsError, match="Day and month"):
        run(retraining, sheet)

    assert [(question.setting, question.answer) for question in inspection.questions] == [("DayFirst", "")]
    assert [reading.rows for reading in inspection.questions[0].readings] == [132, 132]
    assert sheet.rows(SEGMENTED) == []
    setting = next(row for row in range(2, 40) if sheet.row("Settings", row)[0] == "DayFirst")
    sheet.type("Settings", setting, [["yes"]], column=2)
    run(retraining, sheet)
    line = next(row for row in sheet.rows("Data_Quality") if row[0] == "Day and month")
    assert line[1] == "Answered"
    assert str(line[2]).startswith("Day and month: Day first, as DayFirst in Settings says.")


def test_the_currency_that_was_found_is_kept_in_settings(google: LocalGoogle, retraining: Retraining) -> None:
    """With a mark that makes it no answer; what a marketer chose there stays."""
    rows = orders()
    document = google.spreadsheet()
    load_rows(document, [[*rows[0], "currency"], *([*row, "EUR"] for row in rows[1:])], OWNER)
    sheet = Sheet(document)

    run(retraining, sheet)

    setting = next(row for row in range(2, 40) if sheet.row("Settings", row)[0] == "Currency")
    assert sheet.row("Settings", setting)[1] == "EUR (found)"
    sheet.type("Settings", setting, [["EUR"]], column=2)
    run(retraining, sheet)
    assert sheet.row("Settings", setting)[1] == "EUR"
