"""Figures of known customers, for whoever types their id."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from local.launch import LocalGoogle
from server.errors import LayoutError
from server.sheets.commit.committer import Committer
from server.use_cases.known_customers import known_customers
from server.use_cases.segmentation.run import Retraining, Run
from tests.conftest import Now, Sheet

SEGMENTED = "Segmented_Customers"


def customers(sheet: Sheet) -> dict[str, dict[str, Any]]:
    header = [str(cell) for cell in sheet.row(SEGMENTED, 1)]
    rows = [dict(itertools.zip_longest(header, row)) for row in sheet.rows(SEGMENTED)]
    return {row["CustomerID"]: row for row in rows}


def test_figures_are_those_of_the_tab_with_recency_counted_to_today(
    segmented: Sheet, committer: Committer, now: Now
) -> None:
    """A week after the run, everybody has been silent for a week longer than the tab says."""
    run_day = known_customers(committer, segmented.id, ["C001"], now).customers[0].recency
    now.advance(days=7)

    known = known_customers(committer, segmented.id, ["C007", "C001", "nobody"], now)

    assert [customer.customer_id for customer in known.customers] == ["C007", "C001"]
    for customer in known.customers:
        row = customers(segmented)[customer.customer_id]
        assert (customer.frequency, customer.monetary_value) == (
            row["Frequency"],
            row["MonetaryValue"],
        )
    assert known.customers[1].recency == run_day + 7
    assert (
        known.message
        == "2 customers found in Segmented_Customers. Days since an order are counted to Jan 1, 2026."
    )


@pytest.mark.usefixtures("no_waiting")
def test_a_day_chosen_in_settings_does_not_go_on(
    segmented: Sheet, committer: Committer, retraining: Retraining, now: Now
) -> None:
    """Who fixes the analysis date counts to that day, whatever day it is."""
    names = [row[0] for row in segmented.rows("Settings")]
    segmented.type("Settings", 2 + names.index("AnalysisDate"), [["2026-02-01"]], column=2)
    retraining.run(segmented.id, Run(), lambda _stage, _fraction: None)
    now.advance(days=100)

    [customer] = known_customers(committer, segmented.id, ["C001"], now).customers

    assert customer.recency == customers(segmented)["C001"]["Recency"]


@pytest.mark.parametrize("typed", ["13085", "13085.0", " 13085 "])
def test_an_id_means_the_same_as_in_training(
    segmented: Sheet, committer: Committer, now: Now, typed: str
) -> None:
    """A number may be written with a decimal; an address in capitals."""
    segmented.type(SEGMENTED, 2, [["13085"]])
    segmented.type(SEGMENTED, 3, [["ann@example.com"]])

    known = known_customers(committer, segmented.id, [typed, "ANN@example.com"], now)

    assert [customer.customer_id for customer in known.customers] == [typed, "ANN@example.com"]


def test_a_customer_who_is_gone_is_not_known(segmented: Sheet, committer: Committer, now: Now) -> None:
    """The id stays in the tab, without figures."""
    segmented.type(SEGMENTED, 2, [["gone", "", "", ""]])

    known = known_customers(committer, segmented.id, ["gone"], now)

    assert known.customers == []
    assert known.message == "None of these customers is in Segmented_Customers."


def test_it_reads_twice_and_writes_nothing(
    segmented: Sheet, committer: Committer, now: Now, google: LocalGoogle
) -> None:
    google.server.log.reset()

    known_customers(committer, segmented.id, ["C001"], now)

    assert (google.server.log.reads, google.server.log.writes) == (2, 0)


def test_before_the_first_segments_nobody_is_known(segmented: Sheet, committer: Committer, now: Now) -> None:
    """Also where the tab has nothing but its header; without one it is told what to put back."""
    tab = segmented.document.sheet(SEGMENTED)
    tab.grid.resize(1, tab.grid.column_count)
    assert known_customers(committer, segmented.id, ["C001"], now).customers == []

    segmented.type(SEGMENTED, 1, [["Days"]], column=2)
    with pytest.raises(LayoutError, match="Recency"):
        known_customers(committer, segmented.id, ["C001"], now)
