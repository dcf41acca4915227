"""What a retrain asks of Google: how often, in which order, and what it refuses early."""

from __future__ import annotations

import math

import pytest

from local.launch import LocalGoogle
from server.errors import ChangedError, SpreadsheetFullError
from server.operations import Operations
from server.sheets.api.client import SheetsClient
from server.sheets.api.quota import QuotaShare
from server.sheets.commit.committer import Committer
from server.sheets.commit.long_work import LongWork
from server.sheets.commit.writes import Planned
from server.sheets.tabs import training_data
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.run import Retraining, Run
from server.use_cases.training_data import TrainingData
from sheets_standin.sheets_api.call_log import CallLog
from sheets_standin.spreadsheet.document import Sheet as Tab
from sheets_standin.spreadsheet.grid import Grid
from tests.conftest import MeddlingClient, Now, Sheet, orders, quick
from tests.use_cases.test_retraining import TRAINING, remove_model, run, staging_tabs
from tests.workbook import LOG

VALUES = "spreadsheets.values.batchGet"


@pytest.fixture
def log(google: LocalGoogle, segmented: Sheet) -> CallLog:
    """The calls from now on, in a spreadsheet with segments."""
    google.server.log.reset()
    return google.server.log


@pytest.mark.parametrize("retrain", [False, True], ids=["segment", "retrain"])
def test_a_small_run_makes_nine_reads_and_three_writes(
    segmented: Sheet, retraining: Retraining, log: CallLog, retrain: bool
) -> None:
    """The start, one block, a look whether it moved, who is in which group of a test, the outputs as they are, room for
    staging, and for the swap the sheet and who stands where; then the sweep. Staging is made, filled and swapped in."""
    run(retraining, segmented, retrain=retrain)

    assert log.counts == {
        "spreadsheets.get": 6,
        VALUES: 3,
        "spreadsheets.batchUpdate": 2,
        "spreadsheets.values.batchUpdate": 1,
    }


@pytest.mark.slow
def test_three_long_calls_in_one_minute_wait_for_no_quota(
    segmented: Sheet, client: MeddlingClient, now: Now
) -> None:
    """With their records, signs of life and sweeps; the fourth would wait for the next minute."""
    waits: list[float] = []
    quota = QuotaShare(clock=lambda: 0.0, sleep=waits.append)
    committer = Committer(SheetsClient(client._make_credentials, client._base_url, quota), quick)
    retraining = Retraining(committer, Scoring(committer, now), now)
    operations = Operations(committer, now)

    for number in range(3):
        answer = operations.run(
            segmented.id,
            "retrain",
            f"msg_{number}",
            lambda progress: retraining.run(segmented.id, Run(retrain=True), progress),
        )
        assert answer.operation.state == "done"

    assert waits == []


def test_a_retrain_after_a_check_and_a_segmentation_of_half_a_million_rows_waits_for_no_quota(
    segmented: Sheet, client: MeddlingClient, now: Now, monkeypatch: pytest.MonkeyPatch
) -> None:
    """541,909 rows of five columns are two blocks; so read, the three calls have room in one minute."""
    rows = training_data.rows_of_block(5)
    monkeypatch.setitem(training_data.read_blocks.__kwdefaults__, "block_rows", len(orders()) // 2)
    waits: list[float] = []
    quota = QuotaShare(clock=lambda: 0.0, sleep=waits.append)
    committer = Committer(SheetsClient(client._make_credentials, client._base_url, quota), quick)
    retraining = Retraining(committer, Scoring(committer, now), now)
    operations = Operations(committer, now)

    TrainingData(committer, now).inspect(segmented.id)
    for number, call in enumerate(("segment", "retrain")):
        asked = Run(retrain=call == "retrain")
        operations.run(
            segmented.id,
            call,
            f"msg_{number}",
            lambda progress, asked=asked: retraining.run(segmented.id, asked, progress),  # type: ignore[misc]  # a default
        )

    assert math.ceil(541_909 / rows) == 2
    assert waits == []


def test_missing_tabs_cost_two_reads_and_a_write_more(
    google: LocalGoogle, sheet: Sheet, retraining: Retraining
) -> None:
    """The first read fails, and another one looks at what is missing."""
    google.server.log.reset()

    run(retraining, sheet, retrain=False)

    assert (google.server.log.reads, google.server.log.writes) == (9 + 2, 3 + 1)


def test_what_is_too_large_already_is_refused_before_training_data_is_read(
    segmented: Sheet, retraining: Retraining, log: CallLog
) -> None:
    """As many customers as the model in use was made of would have no room: one read tells."""
    segmented.document.sheet(TRAINING).grid.resize(3_332_900, 3)

    with pytest.raises(SpreadsheetFullError) as caught:
        run(retraining, segmented)

    assert "Training_Data" in caught.value.hint
    assert (log.counts["spreadsheets.get"], log.counts[VALUES], log.writes) == (1, 0, 0)


def test_a_large_tab_of_the_marketers_own_is_seen_before_anything_is_staged(
    segmented: Sheet, retraining: Retraining, log: CallLog
) -> None:
    """It is none of the service's, so the first read does not show it."""
    document = segmented.document
    document.sheets.append(Tab(document.new_sheet_id(), "Archive", Grid(999_700, 10)))

    with pytest.raises(SpreadsheetFullError) as caught:
        run(retraining, segmented)

    assert "Archive" in caught.value.hint
    assert log.counts[VALUES] > 0
    assert log.writes == 0


def test_a_run_that_comes_too_late_stages_nothing(
    segmented: Sheet, retraining: Retraining, log: CallLog
) -> None:
    """Another one has segmented while this one thought: megabytes are not written for nothing."""
    with pytest.raises(ChangedError, match="meanwhile"):
        run(
            retraining,
            segmented,
            meddle={"Finding segments": lambda: run(retraining, segmented)},
        )

    assert log.counts["spreadsheets.values.batchUpdate"] == 1
    assert staging_tabs(segmented) == []


def test_a_version_is_not_given_twice_though_the_model_is_gone(
    segmented: Sheet, retraining: Retraining
) -> None:
    """The log knows of version 7, in a line that is not the newest."""
    segmented.insert_rows(LOG, 2, 3)
    for row, version in ((2, "3"), (3, "7"), (4, "2")):
        segmented.type(LOG, row, [[version]], column=11)
    remove_model(segmented)

    result = run(retraining, segmented)

    assert result.model.version == 8


@pytest.mark.slow
@pytest.mark.parametrize(
    "cell", ["=1/0", "2025-12-30 17:45:31", "=A1=A1", "0.1"], ids=["error", "time", "boolean", "fraction"]
)
def test_cells_at_the_borders_of_blocks_are_the_same_in_both_kinds_of_read(
    sheet: Sheet, retraining: Retraining, monkeypatch: pytest.MonkeyPatch, cell: str
) -> None:
    """Blocks are read as values, their borders as cells: nothing has moved."""
    monkeypatch.setitem(training_data.read_blocks.__kwdefaults__, "block_rows", 50)
    sheet.type(TRAINING, 52, [["A", cell, cell]])

    result = run(retraining, sheet, retrain=False)

    assert result.quality["rows_read"] == len(orders()) - 1


def test_rows_deleted_at_the_end_during_the_read_are_noticed(sheet: Sheet, retraining: Retraining) -> None:
    """Where Google refuses the rows as outside the tab, it is read again."""
    grid = sheet.document.sheet(TRAINING).grid
    grid.resize(len(orders()) + 20, 3)
    long_work = retraining._client
    real = long_work.undecoded_columns

    def columns(spreadsheet_id: str, ranges: list[str]) -> object:
        columns_read = real(spreadsheet_id, ranges)
        if "Training_Data" in ranges[0] and grid.row_count > len(orders()):
            grid.delete_rows(len(orders()), grid.row_count)
        return columns_read

    long_work.undecoded_columns = columns  # type: ignore[method-assign,assignment]

    result = retraining.run(sheet.id, Run(), lambda _stage, _fraction: None)

    assert result.quality["rows_used"] == len(orders()) - 1


def test_long_work_may_ask_for_further_parts_of_a_tab(segmented: Sheet, committer: Committer) -> None:
    """As many reads as before; what was not asked for is not there."""
    rule = {"condition": {"type": "NOT_BLANK"}, "format": {"textFormat": {"bold": True}}}
    whole = {"startRowIndex": 0, "endRowIndex": 9, "startColumnIndex": 0, "endColumnIndex": 1}
    segmented.document.sheet("RFM").conditional_formats.append({"ranges": [whole], "booleanRule": rule})
    seen = []

    for parts in ((), ("conditionalFormats",)):
        read = LongWork(committer, segmented.id).transact(
            ["RFM!1:1"], lambda shown: Planned(None, shown), parts
        )
        seen.append(read.result)

    assert [list(snapshot.tab("RFM").parts) for snapshot in seen] == [[], ["conditionalFormats"]]
