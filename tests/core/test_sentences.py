"""Sentences bear their numbers and days as a Danish spreadsheet writes them: 1.045, 0,64, 12 %, 4. mar. 2026."""

from __future__ import annotations

import datetime as dt

import pytest

from server.core.data_checks.check import percent
from server.core.data_checks.checks import checks
from server.core.data_checks.report_lines import lines
from server.core.options import parse_options, parse_time_zone
from server.core.scoring.inputs import InputProblem
from server.core.segments.drift import Drift
from server.core.segments.explain import explain
from server.core.segments.migration import CUSTOMER, MODEL, NEW, STAYED, Flow, Migration
from server.core.segments.model import Model
from server.core.segments.rfm import RfmTable
from server.core.segments.scorecard import summary
from server.core.transactions.anomalies import Anomalies, Gap
from server.core.transactions.findings import Finding
from server.core.transactions.quality_report import QualityReport
from server.core.wording import Wording
from server.errors import SettingsError
from server.use_cases.forget_customer import Forgotten
from server.use_cases.score_result import ScoreResult
from tests.core.conftest import plain_model

DANISH = Wording("da_DK")
NBSP = "\u00a0"
"""Stands before % in Danish."""


def test_the_account_of_the_rows() -> None:
    """Rows that are named stay as the sheet names them: without a sign."""
    report = QualityReport(
        rows_read=12_000,
        left_out={"missing_customer": Finding(1_500, 20.0, (1_042, 1_043))},
        noted={"zero_amounts": Finding(1_001, 0.0, (7,))},
        net_to_nothing=1_100,
        net_to_nothing_ids=("A", "B"),
    )

    sentences = report.sentences(DANISH)

    assert sentences[0] == "12.000 rows read, 10.500 used."
    assert sentences[1] == "Left out: 1.500 with no customer id (row 1042, 1043…)."
    assert sentences[2].startswith("Noted: 1.001 with an amount of 0")
    assert sentences[3].startswith("1.100 customers spent nothing")


def test_the_scorecard() -> None:
    """Customers, shares and Ginis; what the training has said of the model is told as it said it."""
    figures = {
        "smallest_share": 0.124,
        "tomorrow": 0.97,
        "ghosts": 0.0,
        "gini": 0.6,
        "gini_by_spend": 0.64,
        "looseness": 1.25,
    }

    sentences = summary(
        plain_model(customers=23_502, figures=figures, warnings=["Said in English: 12.5%."]), DANISH
    )

    assert sentences[0] == f"23.502 customers in 2 segments, the smallest with 12{NBSP}% of them."
    # .6 / .64 = .9375
    assert (
        f"The segments tell who will spend 94{NBSP}% as well as sorting everybody by past spend (0,60 against 0,64)."
        in sentences
    )
    assert any(f"would lie 20{NBSP}% closer" in line for line in sentences)
    assert sentences[-1] == "Said in English: 12.5%."


def test_the_explanation_of_a_customer(model: Model) -> None:
    """8 days: more recent than 92 of 100; money with its cents; values that the training has not seen."""
    explained = explain(model, 8, 2, 1_250.5, wording=DANISH)

    assert explained.sentences[0] == (
        f"Bought 8 days ago: more recently than 92{NBSP}% of customers, and sooner than half of all usual pauses."
    )
    assert explained.sentences[2] == f"Spent 1.250,50 in all: more than 100{NBSP}% of customers."
    assert explained.flags == [
        "MonetaryValue 1.250,5 is outside of what the segments were made from (0 to 1.000 in all)."
    ]


def test_a_long_silence_is_counted_in_days() -> None:
    """The centres part where log(1 + R) is 6.5: R = e^6.5 - 1 = 664.14, and from 5 days that is 660 more."""
    model = plain_model(centres=[(6.0, 1.0, 4.0), (7.0, 1.0, 4.0)])

    silence = explain(model, 5, 1, 50, wording=DANISH).silence

    assert silence is not None
    assert silence.sentence == "After 660 more days without an order this customer moves to Lost."


@pytest.mark.parametrize(
    ("drift", "sentence"),
    [
        (Drift((0.0, 0.0, 0.0), 1_200), "The last 1.200 customers labelled are like"),
        (Drift((0.2, 0.0, 0.0), 1_200), "The last 1.200 customers labelled begin to differ in recency"),
        (Drift((0.3, 0.0, 0.0), 1_200), "The last 1.200 customers labelled differ in recency"),
    ],
    ids=["none", "begins", "plain"],
)
def test_drift(drift: Drift, sentence: str) -> None:
    """All three sentences."""
    assert drift.sentence(DANISH).startswith(sentence)


def test_migration() -> None:
    """Known customers, those who moved, those whom the model moved."""
    counts = {STAYED: 3_000, CUSTOMER: 1_100, MODEL: 1_050, NEW: 10}

    sentence = Migration([Flow(1, 2, kind, count, 0.0) for kind, count in counts.items()], [], []).sentence(
        DANISH
    )

    assert sentence.startswith("1.100 of 5.150 customers changed segment through their buying.")
    assert sentence.endswith("1.050 moved as the segments are new.")


def test_the_message_of_a_scoring() -> None:
    """A thousand and more of each; the rows that are named stay as they are."""
    done = ScoreResult(scored=1_200, restored=1_000, cleared=1_001, waiting=12_345, wording=DANISH)

    assert done.message == (
        "1.200 rows labelled. 1.000 rows got their earlier labels back. 1.001 incomplete rows cleared. "
        "12.345 rows are still to do."
    )


def test_a_german_spreadsheet_is_answered_in_german() -> None:
    """One and many, and what stands in the cell as it was typed."""
    german = Wording("de_DE")
    wrong = InputProblem("Recency", "soon")

    assert ScoreResult(scored=1, waiting=1_200, wording=german).message == (
        "1 Zeile zugeordnet. 1.200 Zeilen stehen noch aus."
    )
    assert ScoreResult(wording=german).message == "Alle Zeilen haben ihr Segment."
    assert wrong.message(german) == (
        "erwartet werden die Tage seit der letzten Bestellung, eine Zahl von 0 bis 36.500; da steht der Text „soon“."
    )


def test_the_message_of_a_forgotten_customer() -> None:
    """Rows by tab."""
    message = Forgotten("A", True, {"Training_Data": 1_234, "RFM": 1}, DANISH).message

    assert message == "Rows erased: 1.234 in Training_Data, 1 in RFM."


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("Recency", -0.5, "a number from 0 to 36.500; it is -0,5."),
        ("Recency", "1,5 days", "a number from 0 to 36.500; it is the text “1,5 days”."),
        ("Frequency", 1_000_001, "a whole number from 1 to 1.000.000; it is 1.000.001."),
        ("MonetaryValue", 0, "a number above 0 and up to 1.000.000.000.000; it is 0."),
        ("CustomerID", "x" * 50_000, "expected at most 200 characters; there are 50.000."),
    ],
    ids=["a decimal", "a text", "a large number", "nothing", "a long id"],
)
def test_what_is_wrong_with_an_input(column: str, cell: float | str, message: str) -> None:
    """Both sides: what is expected and what there is; a text as it was typed."""
    assert InputProblem(column, cell).message(DANISH).endswith(message)


def test_what_is_wrong_in_settings() -> None:
    """The value as the sheet shows it, and what is allowed."""
    with pytest.raises(SettingsError) as wrong:
        parse_options([["ActiveDays", 4_000.5], ["Clusters", 1.5], ["DayFirst", "3.5"]], DANISH)

    assert "ActiveDays is 4.000,5, allowed is a whole number from 1 to 3.650" in wrong.value.detail
    assert "Clusters is 1,5, allowed is auto or a whole number from 2 to 12" in wrong.value.detail
    assert "DayFirst is '3.5'" in wrong.value.detail
    with pytest.raises(SettingsError, match=r"TimeZone is 1\.234,5,"):
        parse_time_zone([["TimeZone", 1_234.5]], DANISH)


def table(customers: int) -> RfmTable:
    """Return customers of whom a quarter bought once."""
    import numpy as np

    number = np.arange(customers)
    return RfmTable(
        customer_ids=[f"C{i}" for i in number],
        recency=number,  # type: ignore[arg-type]
        frequency=1 + number % 4,  # type: ignore[arg-type]
        monetary_value=10.0 + number,
        analysis_day=dt.date(2026, 1, 1),
        left_out=[],
    )


def test_the_checks_of_the_data() -> None:
    """Shares and days."""
    gap = Gap(dt.date(2025, 3, 2), dt.date(2025, 4, 1), 2_000, 3_000)
    seen = Anomalies(
        richest=Finding(900, 600.0, (2,)),
        revenue=1_000.0,
        gaps=(gap,),
    )
    report = QualityReport(
        rows_read=1_000,
        left_out={"missing_customer": Finding(125, 10.0, (3,))},
        first_day="2024-01-01",
        last_day="2025-12-31",
        money_read=1_000.0,
        anomalies=seen,
    )

    by_name = {check.name: check.found for check in checks(report, table(400), DANISH)}

    assert "2. mar. 2025 to 1. apr. 2025" in by_name["gaps"]
    assert by_name["one_time"].startswith(f"25{NBSP}% of the customers")
    assert by_name["richest"].startswith(f"One customer has 60{NBSP}% of the revenue")
    assert by_name["lost_rows"].startswith(
        f"12{NBSP}% of the rows"
    )  # 12.5, and of two equally near ones the even
    assert by_name["lost_money"].startswith(f"1{NBSP}% of the money")


def test_shares_that_are_not_rounded_away() -> None:
    """The ends in words have their percentage too."""
    assert percent(0.001, DANISH) == f"less than 1{NBSP}%"
    assert percent(0.999, DANISH) == f"more than 99{NBSP}%"


def test_how_an_amount_is_written() -> None:
    """12.50 would be a date in a Danish spreadsheet, or a text."""
    report = QualityReport(10, {"unreadable_amount": Finding(1, 0.0, (3,))})

    report_lines = lines(report, [], dt.date(2025, 2, 1), 46037.5, "Europe/Berlin", DANISH)

    assert "Correct the cells: a number, as 12,50." in [line.to_do for line in report_lines]
