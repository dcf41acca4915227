"""The files whose questions have pictures: each raises its question, and no question is without a file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from local.launch import PROJECT
from proving.question_files import QuestionFile, question_files
from server.core.options import Options
from server.core.transactions.columns import recognise
from server.core.transactions.questions import TOPICS, Question
from server.core.transactions.reader import TransactionReader

FILES = {file.name: file for file in question_files()}


def asked(file: QuestionFile, options: Options) -> list[Question]:
    columns = recognise([[str(cell) for cell in file.rows[0]]], options.columns)
    reader = TransactionReader(columns, options)
    reader.add(
        2, {role: [row[column.index] for row in file.rows[1:]] for role, column in columns.roles.items()}
    )
    return list(reader.finish(dt.date(2025, 12, 31))[1].questions)


@pytest.mark.parametrize("name", FILES)
def test_a_file_raises_its_question_alone_and_each_answer_settles_it(name: str) -> None:
    """In two readings or more that do not come to the same: other rows, customers, orders, money or days."""
    file = FILES[name]

    [question] = asked(file, Options())

    assert (question.setting, question.is_open) == (file.setting, True)
    readings = [
        (r.rows, r.customers, r.orders, round(r.money, 2), r.first_day, r.last_day) for r in question.readings
    ]
    if name != "customer-list":  # whose readings differ in how often each customer ordered
        assert len(set(readings)) == len(readings) > 1
    for reading in question.readings:
        answered = asked(file, Options().answered(file.setting, reading.value))
        assert [other for other in answered if other.is_open] == []


def test_every_topic_that_is_asked_about_has_a_file() -> None:
    """Of the other topics only decisions are told."""
    assert set(TOPICS) - {file.setting for file in FILES.values()} == {"Export", "Guests", "Tables"}


def test_every_question_has_its_picture_in_the_documents() -> None:
    """Made by `make screenshots`."""
    page = Path(PROJECT, "docs", "data-quality.md").read_text(encoding="utf-8")

    for name in FILES:
        assert Path(PROJECT, "docs", "images", "questions", f"{name}.png").is_file(), name
        assert f"images/questions/{name}.png" in page, name
