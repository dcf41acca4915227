"""A setting that needs new segments: a run on the ones in use says that it is not in use yet."""

from __future__ import annotations

import pytest

from server.core.segments.run_note import RunNote
from server.sheets.commit.committer import Committer
from server.sheets.tabs.run_note import read_run_note
from server.use_cases.segmentation.run import Retraining, Run
from tests.conftest import Sheet

UNUSED = "Not in use yet: Clusters = {number} in Settings. Choose Find new segments in the sidebar."


pytestmark = pytest.mark.usefixtures("no_waiting")


def choose(sheet: Sheet, setting: str, value: object) -> None:
    row = 2 + [row[0] for row in sheet.rows("Settings")].index(setting)
    sheet.type("Settings", row, [[str(value)]], column=2)


def segments(sheet: Sheet, retraining: Retraining, *, anew: bool = False) -> tuple[int, str]:
    """Run, and return how many segments there are and what the marketer reads of it."""
    result = retraining.run(sheet.id, Run(retrain=anew), lambda _stage, _fraction: None)
    return result.model.k, result.message


def note(committer: Committer, sheet: Sheet) -> RunNote:
    run_note = read_run_note(committer.sheet(sheet.id).read(["Settings!1:99"]))
    assert run_note is not None
    return run_note


def test_a_number_of_segments_that_is_not_in_use_is_said_and_used_by_new_segments(
    segmented: Sheet, retraining: Retraining, committer: Committer
) -> None:
    """Refreshing says so, finding new segments uses it, and so does a number that is theirs by chance."""
    before, _ = segments(segmented, retraining)
    choose(segmented, "Clusters", before + 1)

    after, message = segments(segmented, retraining)

    assert after == before
    assert message.endswith(UNUSED.format(number=before + 1))
    assert note(committer, segmented).made_with["Clusters"] == ["auto", "", str(before)]
    now, message = segments(segmented, retraining, anew=True)
    assert (now, "Not in use" in message) == (before + 1, False)
    assert note(committer, segmented).made_with["Clusters"][0] == str(before + 1)


def test_a_setting_that_the_next_run_reads_is_in_use_after_it(
    segmented: Sheet, retraining: Retraining, committer: Committer
) -> None:
    """The note tells the add-on what the orders were read with; blank and auto mean the default."""
    choose(segmented, "ActiveDays", 60)

    _, message = segments(segmented, retraining)

    assert "Not in use" not in message
    assert note(committer, segmented).read_with["ActiveDays"] == ["60"]
    assert note(committer, segmented).made_with["Horizon"] == ["90", "auto", ""]
