"""Expected spend in the spreadsheet: by customer, by segment, for a typed row, and where it is withheld."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pytest

from local.launch import OWNER, LocalGoogle
from server.core.segments.model import checksum, load_model, to_json
from server.core.value.words import likelihood
from server.layout.tabs import MODEL_HEADERS
from server.sheets.commit.committer import Committer
from server.use_cases.explain_row import explain_row
from server.use_cases.scoring import Scoring
from server.use_cases.segmentation.run import Retraining, Run
from server.use_cases.status import status
from sheets_standin.spreadsheet import structure
from sheets_standin.spreadsheet.cells import value_of
from sheets_standin.spreadsheet.document import Document
from tests.conftest import (
    PARAMETERS,
    MeddlingClient,
    Now,
    Sheet,
    keep,
    segmented_once,
    shared_copy,
)
from tests.workbook import LOG, NEW_USER, score, sweep

SEGMENTED = "Segmented_Customers"
ACTION_MAP = "Action_Map"
FIGURES = slice(9, 12)
"""The three columns of New User."""
BUSY, IDLE = ["B", "3", "25", "600"], ["I", "300", "1", "20"]


def shop(customers: int = 150, days: int = 450) -> list[list[str]]:
    """Return orders of customers who buy at rates of their own, up to the last day of 2025."""
    rng = np.random.default_rng(6)
    rows = [["customer_id", "order_date", "amount"]]
    for number, rate in enumerate(np.exp(rng.normal(-4.0, 1.2, customers)).tolist()):
        for ago in rng.integers(1, days, 1 + rng.poisson(rate * days)).tolist():
            day = dt.date(2026, 1, 1) - dt.timedelta(days=ago)
            rows.append([f"C{number:03}", day.isoformat(), f"{rng.lognormal(3, 0.5):.2f}"])
    return rows


@pytest.fixture(scope="module")
def first_valued() -> Document:
    return segmented_once(shop())


@pytest.fixture
def valued(google: LocalGoogle, first_valued: Document) -> Sheet:
    """A spreadsheet after its first segmentation, of a shop whose orders tell who buys again."""
    return shared_copy(google, first_valued)


def delete_columns(sheet: Sheet, title: str, first: int, count: int) -> None:
    with sheet.document.changing(OWNER, "delete"):
        structure.delete(sheet.document, sheet.document.sheet(title), structure.COLUMNS, first, first + count)
        sheet.document.noted("delete", title)


@pytest.mark.slow
def test_every_customer_and_every_segment_has_its_figures(valued: Sheet) -> None:
    """A segment's expected revenue is the sum of what is expected of its customers."""
    headers = valued.row(SEGMENTED, 1)
    rows = [dict(zip(headers, row, strict=False)) for row in valued.rows(SEGMENTED)]
    sums: dict[object, float] = {}
    for row in rows:
        sums[row["Cluster"]] = sums.get(row["Cluster"], 0.0) + row["ExpectedSpend"]
    at = valued.row(ACTION_MAP, 1).index("ExpectedRevenue")

    assert all(0 < row["LikelyToBuyAgain"] <= min(1, row["ExpectedOrders"] + 1e-4) for row in rows)
    assert {row[0]: row[at] for row in valued.rows(ACTION_MAP)} == pytest.approx(sums, abs=1.0)


def test_the_headers_tell_the_horizon_and_how_sure_it_is(valued: Sheet) -> None:
    """450 days of history do not know the season."""
    note = valued.note(SEGMENTED, 1, valued.row(SEGMENTED, 1).index("ExpectedSpend") + 1)

    assert note.startswith(
        "Expected spend, next 90 days: what customers like this one spent on average in 90 days"
    )
    assert "The season is not known yet" in note
    assert "next 90 days" in valued.note(NEW_USER, 1, 12)


def test_a_typed_row_and_its_line_have_the_figures(valued: Sheet, scoring: Scoring) -> None:
    """From recency, frequency and money; who buys often is told more than who came once long ago."""
    valued.type(NEW_USER, 2, [BUSY, IDLE])

    score(scoring, valued, 2, 3)

    busy, idle = (valued.row(NEW_USER, row)[FIGURES] for row in (2, 3))
    assert all(a > 2 * b for a, b in zip(busy, idle, strict=True))
    assert [line[13:16] for line in sorted(valued.rows(LOG), key=lambda line: line[2])] == [busy, idle]


def test_columns_that_were_deleted_are_not_missed(valued: Sheet, scoring: Scoring) -> None:
    """One read and one write, and nothing is written beside the columns that are left."""
    for title, first in ((NEW_USER, 9), (LOG, 13)):
        delete_columns(valued, title, first, 3)
    valued.type(NEW_USER, 2, [BUSY])

    result = score(scoring, valued, 2)

    assert result.scored == 1
    assert len(valued.row(NEW_USER, 2)) == 9
    assert valued.document.sheet(LOG).grid.column_count == 13


def test_an_edit_costs_one_read_and_one_write(valued: Sheet, scoring: Scoring, google: LocalGoogle) -> None:
    """With the three columns as without them."""
    valued.type(NEW_USER, 2, [BUSY])
    google.server.log.calls.clear()

    score(scoring, valued, 2)

    assert sorted(call.is_write for call in google.server.log.calls) == [False, True]


def test_figures_come_and_go_with_the_row(valued: Sheet, scoring: Scoring, now: Now) -> None:
    """Outputs that somebody deleted come back with their figures; without inputs there are none."""
    valued.type(NEW_USER, 2, [BUSY])
    score(scoring, valued, 2)
    figures = valued.row(NEW_USER, 2)[FIGURES]
    valued.type(NEW_USER, 2, [[""] * 8], column=5)
    now.advance(minutes=5)

    sweep(scoring, valued)
    back = valued.row(NEW_USER, 2)[FIGURES]
    valued.type(NEW_USER, 2, [[""]], column=4)
    score(scoring, valued, 2)

    assert back == figures
    assert valued.row(NEW_USER, 2)[FIGURES] == [None] * 3


def test_figures_do_not_stay_beside_another_customer(
    valued: Sheet, scoring: Scoring, client: MeddlingClient
) -> None:
    """Somebody inserts a row between the read and the write: what came to the wrong row is taken back."""
    valued.type(NEW_USER, 2, [IDLE, BUSY])
    client.before_write = lambda: valued.insert_rows(NEW_USER, 2)

    score(scoring, valued, 2)
    sweep(scoring, valued)

    blank, idle, busy = (valued.row(NEW_USER, row) for row in (2, 3, 4))
    assert not any(blank)
    assert busy[9] > 2 * idle[9]


def test_withheld_figures_say_why(segmented: Sheet, scoring: Scoring) -> None:
    """Sixty customers are too few: cells stay blank, the notes of their headers tell the reason."""
    segmented.type(NEW_USER, 2, [BUSY])
    score(scoring, segmented, 2)
    at = segmented.row(SEGMENTED, 1).index("ExpectedSpend")

    assert all(row[at : at + 3] == [None] * 3 for row in segmented.rows(SEGMENTED))
    assert segmented.row(NEW_USER, 2)[FIGURES] == [None] * 3
    assert "No figures here: " in segmented.note(SEGMENTED, 1, at + 1)
    assert "needs at least" in segmented.note(NEW_USER, 1, 12)


def test_a_note_of_the_marketers_own_stays(valued: Sheet, retraining: Retraining) -> None:
    """Only a note that begins as the service's own is replaced."""
    sheet = valued.document.sheet(NEW_USER)
    at = valued.row(NEW_USER, 1).index("ExpectedSpend")
    cell = sheet.grid.cell(0, at)
    with valued.document.changing(OWNER, "note"):
        sheet.grid.put(0, at, [type(cell)(cell.value, note="ask Bob")])  # type: ignore[union-attr,call-arg]
        valued.document.noted("note", NEW_USER)

    retraining.run(valued.id, Run(retrain=True), lambda _stage, _fraction: None)

    assert valued.note(NEW_USER, 1, at + 1) == "ask Bob"


def test_a_model_of_before_there_were_figures_still_works(valued: Sheet, scoring: Scoring) -> None:
    """Its JSON has no value: rows are classified, and the three cells stay blank."""
    row = valued.row("Model", 2)
    text, at = str(row[PARAMETERS - 1]), MODEL_HEADERS.index("Checksum") + 1
    model = load_model(text, checksum(text))
    former = to_json(model).replace(to_json_value(text), "").replace(',"value":', "")
    valued.type("Model", 2, [[former]], column=PARAMETERS)
    valued.type("Model", 2, [[f"'{checksum(former)}"]], column=at)
    valued.type(NEW_USER, 2, [BUSY])

    result = score(scoring, valued, 2)

    assert '"value"' not in former
    assert result.scored == 1
    assert valued.row(NEW_USER, 2)[FIGURES] == [None] * 3


def to_json_value(text: str) -> str:
    """Return the value model's part of a model's JSON."""
    start = text.index('"value":') + len('"value":')
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] == "{") - (text[at] == "}")
        if not depth:
            return text[start : at + 1]
    raise AssertionError


def test_another_horizon_counts_from_the_next_retrain_on(valued: Sheet, retraining: Retraining) -> None:
    """30 days ahead are worth less than 90, and the notes say so."""
    names = [row[0] for row in valued.rows("Settings")]
    before = sum(row[11] for row in valued.rows(SEGMENTED))
    valued.type("Settings", 2 + names.index("Horizon") - (names[0] == "Setting"), [["30"]], column=2)

    retraining.run(valued.id, Run(retrain=True), lambda _stage, _fraction: None)

    assert sum(row[11] for row in valued.rows(SEGMENTED)) < 0.6 * before
    assert "next 30 days" in valued.note(NEW_USER, 1, 10)


def test_words_do_not_claim_more_than_a_percent() -> None:
    """Nobody is certain to buy, or not to."""
    assert [likelihood(share) for share in (0.0, 0.5, 1.0)] == ["under 1%", "50%", "over 99%"]


def test_why_tells_the_figures_beside_the_segment_and_all_customers(
    valued: Sheet, committer: Committer
) -> None:
    """For a typed row from R, F and M; for a customer what stands in the row."""
    valued.type(NEW_USER, 2, [BUSY])
    typed = explain_row(committer, valued.id, NEW_USER, 2).explanation
    stands = explain_row(committer, valued.id, SEGMENTED, 2).explanation
    row = dict(zip(valued.row(SEGMENTED, 1), valued.row(SEGMENTED, 2), strict=False))

    for explained in (typed, stands):
        assert [sentence.split(",")[0] for sentence in explained.outlook] == [
            "Expected spend",
            "Expected orders",
            "Likely to buy again",
        ]
        assert all(
            f"{explained.segment} " in sentence and "all customers " in sentence
            for sentence in explained.outlook
        )
    assert f": {likelihood(row['LikelyToBuyAgain'])};" in stands.outlook[2]


def test_why_says_what_is_withheld_and_what_lies_outside(
    valued: Sheet, segmented: Sheet, committer: Committer
) -> None:
    """No number is made up for sixty customers; a customer of a million orders is told as the nearest."""
    for sheet in (valued, segmented):
        sheet.type(NEW_USER, 2, [["B", "3", "2500", "600"]])

    outside = explain_row(committer, valued.id, NEW_USER, 2).explanation.outlook
    withheld = explain_row(committer, segmented.id, NEW_USER, 2).explanation.outlook

    assert outside[-1].startswith("These figures are outside of what was learned from")
    assert [sentence.partition(". ")[0] for sentence in withheld] == ["Expected spend is not told"]


def test_the_sidebar_is_told_the_revenue_ahead_and_how_sure_it_is(
    valued: Sheet, segmented: Sheet, committer: Committer, now: Now
) -> None:
    """Each segment's with its interval, and what the backtest found; the reason where there is none."""
    answer, withheld = (status(committer, sheet.id, now) for sheet in (valued, segmented))

    assert all("in the next 90 days" in segment.expected for segment in answer.segments)
    assert all("in 8 of 10 cases" in segment.expected for segment in answer.segments)
    assert any(sentence.startswith("Looked at 90 days ago: expected ") for sentence in answer.summary)
    assert not any(segment.expected for segment in withheld.segments)
    assert any(sentence.startswith("Expected spend is not told. ") for sentence in withheld.summary)


def block(sheet: Sheet, heading: str, rows: int) -> list[list[object]]:
    """Return the rows of a block of the dashboard below its heading, from its first column on."""
    grid = sheet.document.sheet("Dashboard").grid
    every = [[value_of(cell) for cell in row] for row in grid.rows(0, grid.row_count)]
    at, left = next((i, row.index(heading)) for i, row in enumerate(every) if heading in row)
    return [row[left:] for row in every[at + 1 : at + 1 + rows]]


def test_the_dashboard_shows_the_revenue_ahead_beside_revenue(valued: Sheet) -> None:
    """All of it in the headline, each segment's in a table, between a low and a high; as Action_Map has it."""
    at = valued.row(ACTION_MAP, 1).index("ExpectedRevenue")
    by_segment = {row[1]: row[at] for row in valued.rows(ACTION_MAP)}
    tile = block(valued, "Expected revenue, next 90 days", 2)
    about, headers, *rows = block(valued, "Expected revenue by segment", 2 + len(by_segment))

    assert tile[0][0] == pytest.approx(sum(by_segment.values()), abs=0.1)
    assert str(tile[1][0]).endswith("in 8 of 10 cases")
    assert "The season is not known yet" in str(about[0])
    assert headers[:5] == ["Segment", "Cluster", "Expected revenue", "Low", "High"]
    assert {row[0]: row[2] for row in rows} == by_segment
    assert all(row[3] < row[2] < row[4] for row in rows)


def test_the_dashboard_shows_what_an_earlier_model_expected_and_what_came(valued: Sheet) -> None:
    """Ten groups, the best first, as a table and as a chart with two columns each."""
    about, headers, *rows = block(valued, "Expected spend against what came", 12)
    [spec] = [
        drawn["spec"]
        for drawn in valued.document.sheet("Dashboard").charts.values()
        if drawn["spec"]["title"] == "Expected spend against what came"
    ]

    assert str(about[0]).startswith("Looked at 90 days ago: expected ")
    assert headers[:3] == ["Customers", "Expected, each", "Came, each"]
    assert rows[0][0] == "Best tenth"
    assert [row[1] for row in rows] == sorted((row[1] for row in rows), reverse=True)
    assert rows[0][2] > rows[9][2]
    assert len(spec["basicChart"]["series"]) == 2


def test_the_dashboard_says_why_there_is_no_revenue_ahead(segmented: Sheet) -> None:
    """Sixty customers are too few; no number is shown."""
    about, _headers, first = block(segmented, "Expected revenue by segment", 3)
    [tile] = [row for row in segmented.rows("Dashboard") if "–" in row]

    assert str(about[0]).startswith("Expected spend is not told. ")
    assert first[2:5] == [None] * 3
    assert "–" in tile


def test_a_dashboard_of_before_gets_the_blocks_below_what_stands_there(
    valued: Sheet, retraining: Retraining
) -> None:
    """A note below the last table stays; the chart is made once, and stays away when it is deleted."""
    sheet = valued.document.sheet("Dashboard")
    mark = next(entry for entry in valued.document.metadata if entry.key == "ate-dashboard")
    charts = json.loads(mark.value)
    gone = charts["charts"].pop("calibration")
    keep(valued.document, mark, json.dumps(charts))
    del sheet.charts[gone]
    first = next(
        number
        for number in range(1, sheet.grid.row_count)
        if "Expected revenue by segment" in valued.row("Dashboard", number)[1:2]
    )
    with valued.document.changing(OWNER, "before"):
        for row in range(first - 1, sheet.grid.row_count):
            sheet.grid.put(row, 0, [None] * 15)
        valued.document.noted("before", "Dashboard")
    valued.type("Dashboard", first + 7, [["call Ann"]], column=2)

    for _ in range(2):
        retraining.run(valued.id, Run(retrain=True), lambda _stage, _fraction: None)
    titles = [drawn["spec"]["title"] for drawn in sheet.charts.values()]

    assert valued.row("Dashboard", first + 7)[1] == "call Ann"
    assert valued.row("Dashboard", first + 10)[1] == "Expected revenue by segment"
    assert titles.count("Expected spend against what came") == 1
