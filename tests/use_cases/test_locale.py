"""What the long and rare work says bears its numbers as a German spreadsheet writes them."""

from __future__ import annotations

import pytest

from local.launch import OWNER, LocalGoogle
from local.load import load_rows
from server.core.wording import _catalog
from server.errors import SettingsError, SpreadsheetFullError, TrainingDataError
from server.sheets.commit.committer import Committer
from server.use_cases.forget_customer import Forgetting
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.run import Retraining
from tests.conftest import Sheet
from tests.use_cases.test_retraining import TRAINING, run
from tests.workbook import sweep


@pytest.fixture
def german(segmented: Sheet) -> Sheet:
    segmented.document.locale = "de_DE"
    return segmented


@pytest.mark.parametrize("confirmed", [False, True], ids=["found", "erased"])
def test_the_rows_of_a_customer_who_is_forgotten(
    german: Sheet, committer: Committer, confirmed: bool
) -> None:
    """Twelve of 390 lines, and 1,033 more below them."""
    german.document.sheet(TRAINING).grid.resize(2_000, 3)
    german.type(TRAINING, 392, [["C001", "2025-01-31", "5"]] * 1_033)

    erased = Forgetting(committer, committer.budget).forget(german.id, "C001", confirmed=confirmed)

    rows = "Gelöschte Zeilen" if confirmed else "Gefundene Zeilen"
    counts = f"{rows}: 1.045 in Training_Data, 1 in Segmented_Customers, 1 in RFM."
    figures = " Die Zahlen der Segmente zählen den Kunden bis zur nächsten Aktualisierung mit."
    assert erased.message == counts + (figures if confirmed else "")


def test_a_spreadsheet_without_room(german: Sheet, retraining: Retraining) -> None:
    """Of three columns 3,332,900 rows are 9,998,700 cells."""
    german.document.sheet(TRAINING).grid.resize(3_332_900, 3)

    with pytest.raises(SpreadsheetFullError) as refused:
        run(retraining, german)

    assert "a spreadsheet holds 10.000.000." in refused.value.detail
    assert "Training_Data with 9.998.700 cells" in refused.value.hint


def test_a_setting_that_is_not_allowed(german: Sheet, retraining: Retraining) -> None:
    """As it stands in the cell, and what it may be."""
    german.type("Settings", 7, [["ActiveDays", "0,5"]])

    with pytest.raises(SettingsError, match=r"ActiveDays is 0,5, allowed is a whole number from 1 to 3\.650"):
        run(retraining, german)


def test_a_time_zone_that_is_none(german: Sheet, scoring: Scoring) -> None:
    """Scoring reads this setting alone."""
    german.type("Settings", 2, [["TimeZone", "1234,5"]])

    with pytest.raises(SettingsError, match=r"row 2: TimeZone is 1\.234,5, allowed"):
        sweep(scoring, german)


def test_transactions_of_which_none_can_be_used(
    google: LocalGoogle, committer: Committer, retraining: Retraining
) -> None:
    """The first reasons are told with their counts."""
    document = google.spreadsheet()
    document.locale = "de_DE"
    load_rows(document, [["customer_id", "order_date", "amount"], *[["A", "2031-01-31", "5"]] * 1_045], OWNER)

    with pytest.raises(TrainingDataError) as refused:
        run(retraining, Sheet(document))

    assert "Ausgelassen: 1.045 (ein Datum in der Zukunft)" in refused.value.hint


def test_what_the_data_tell_is_german(german: Sheet, retraining: Retraining) -> None:
    """Every line of Data_Quality, what is said of the rows, and why there are so many segments."""
    result = run(retraining, german, retrain=True)

    shown = [
        str(cell) for row in german.rows("Data_Quality") for cell in (row[0], *row[1:3], row[-1]) if cell
    ]
    english = {key for key, german_text in _catalog("de").items() if key != german_text}
    assert not english.intersection(shown)
    assert result.quality_sentences[0] == "390 Zeilen gelesen, 390 verwendet."
    assert "Gruppen" in result.model.why_k
    assert "Wir haben Ihre jetzigen Segmente behalten" in result.message or "Neue Segmente" in result.message
