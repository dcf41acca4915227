"""What cannot be decided is asked: the readings side by side, and nothing is done before the answer."""

from __future__ import annotations

import datetime as dt

import pytest

from server.core.options import Options, parse_options
from server.core.transactions.quality_report import QualityReport
from server.core.transactions.questions import Question, Reading, refuse_open
from server.errors import UnansweredQuestionsError
from tests.core.transactions.test_reader import SALES, clean

DATES = Question(
    "DayFirst",
    "Day and month",
    "Nothing tells.",
    "OrderDate",
    (2, 3),
    (Reading("yes", "Day first", 2, 2, None, 30.0), Reading("no", "Month first", 1, 1, None, 10.0)),
)


def test_an_open_question_stops_with_its_readings_and_the_way_to_answer() -> None:
    """The column, both totals, and the row of Settings stand in the refusal."""
    with pytest.raises(UnansweredQuestionsError) as caught:
        refuse_open([DATES])

    assert caught.value.kind == "data-questions"
    assert caught.value.status == 422
    assert "(column OrderDate)" in caught.value.detail
    assert "Day first (yes): 2 rows, 2 customers, 30.00 in all" in caught.value.detail
    assert "Month first (no): 1 row, 1 customer, 10.00 in all" in caught.value.detail
    assert "Check my data" in caught.value.hint
    assert "DayFirst = yes / no" in caught.value.hint


def test_the_command_line_is_told_of_its_own_way() -> None:
    """There is no tab Settings beside a file."""
    with pytest.raises(UnansweredQuestionsError) as caught:
        refuse_open([DATES], is_file=True)

    assert '--set "DayFirst=yes"' in caught.value.hint


def test_an_answered_question_stops_nothing_and_is_told() -> None:
    """Its answer stands among the sentences of the account."""
    answered = Question(
        DATES.setting, DATES.title, DATES.text, DATES.column, DATES.sheet_rows, DATES.readings, "no"
    )

    refuse_open([answered])

    sentences = QualityReport(2, {}, questions=(answered,)).sentences()
    assert "Day and month: Month first, as DayFirst in Settings says." in sentences


def test_each_reading_has_the_totals_of_the_whole_file_read_so() -> None:
    """Up to June, 03/12 counts as 12 March and not as 3 December."""
    rows: list[list[object]] = [["A", "03/12/2025", 10], ["B", "01/02/2025", 5], ["B", "01/02/2025", -2]]

    _, report = clean(SALES, rows, Options(analysis_date=dt.date(2025, 6, 30)))

    (question,) = report.questions
    assert (question.setting, question.column, question.answer) == ("DayFirst", "OrderDate", "")
    assert {r.value: (r.rows, r.customers, r.orders, r.money) for r in question.readings} == {
        "yes": (2, 1, None, 3.0),
        "no": (3, 2, None, 13.0),
    }


def test_the_answer_in_settings_is_read_and_kept_in_the_report() -> None:
    """The rows are read as it says, and the question is no longer open."""
    rows: list[list[object]] = [["A", "03/04/2025", 10]]

    _, day = clean(SALES, rows, parse_options([["DayFirst", "yes"]]))
    _, month = clean(SALES, rows, Options().answered("DayFirst", "no"))

    assert (day.first_day, month.first_day) == ("2025-04-03", "2025-03-04")
    assert [question.answer for question in (*day.questions, *month.questions)] == ["yes", "no"]
