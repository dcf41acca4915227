"""Every sentence that a Danish spreadsheet gets, in answers, cells and notes, bears Danish numbers.

The sentences themselves are not translated to Danish, so that what is not a number stays as it is in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from local.client import SignedClient
from local.launch import OWNER, LocalGoogle, Webhook
from local.load import load_rows
from server.layout.tabs import INPUT_HEADERS
from sheets_standin.spreadsheet.cells import Cell, value_of
from tests.conftest import Sheet, orders
from tests.web.routes.conftest import keyed

pytestmark = pytest.mark.slow

CUSTOMERS = 1_200
"""Enough that their number, their recencies (up to 16 years) and their money have a sign in them."""
ROWS = 390 + CUSTOMERS - 60
NBSP = "\u00a0"

ENGLISH = re.compile(
    r"\d,\d{3}\b"  # 1,045; no Danish decimal here has three digits
    r"|(?<!\d\.)\b\d+\.\d{1,2}(?!\d|\.\d)"  # 0.64, 12.5%; not 04.03.2026
    r"|\d%"
    r"|\b20\d\d-\d\d-\d\d\b"
)
AS_TYPED = ("2025-01-31",)
"""How a day may be typed in any locale."""


@pytest.fixture(scope="module")
def danish(world: tuple[LocalGoogle, Webhook]) -> tuple[Sheet, SignedClient, dict[str, Any]]:
    """A Danish spreadsheet, made, segmented and scored by the service; and what the calls answered."""
    google, webhook = world
    document = google.spreadsheet()
    document.locale = "da_DK"
    load_rows(document, [*orders(CUSTOMERS), ["", "31.12.2025", "1000"]], OWNER)
    sheet = Sheet(document)
    client = keyed(webhook, sheet.id)
    answers: dict[str, Any] = {"inspect before set-up": client.call("inspect").body}
    answers["segment"] = client.call("segment").body
    answers["inspect"] = client.call("inspect").body
    document.sheet("New User").grid.resize(1_400, 9)
    sheet.type("New User", 2, [[f"N{number}", "20", "2", "100"] for number in range(1_001)])
    sheet.type("New User", 1_003, [["W", "-0,5", "2", "100"], ["X", "9000", "60", "1234567,5"]])
    answers["score"] = client.call("score", trigger="sweep").body
    answers["retrain"] = client.call("retrain").body
    answers["status"] = client.call("status").body
    for tab, row in (("New User", 1_003), ("New User", 1_004), ("Segmented_Customers", 2)):
        answers[f"explain {tab} {row}"] = client.call("explain", tab=tab, row=row).body
    longest_away = 2 + [row[0] for row in sheet.rows("Segmented_Customers")].index(f"C{CUSTOMERS - 1}")
    answers["explain the last"] = client.call("explain", tab="Segmented_Customers", row=longest_away).body
    return sheet, client, answers


def sentences(answer: object) -> Iterator[str]:
    """Yield the texts of several words in an answer; ids and moments have one."""
    if isinstance(answer, dict):
        for value in answer.values():
            yield from sentences(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from sentences(value)
    elif isinstance(answer, str) and " " in answer:
        yield answer


def written(sheet: Sheet) -> Iterator[str]:
    """Yield the texts of several words that stand in the service's tabs, and their notes."""
    for tab in sheet.document.sheets:
        if tab.title not in ("Training_Data", "Model", "Settings"):
            for row in tab.grid.rows(0, tab.grid.row_count):
                for cell in row:
                    text = value_of(cell)
                    if isinstance(text, str) and " " in text:
                        yield text
                    if isinstance(cell, Cell) and cell.note:
                        yield cell.note


def english(texts: Iterator[str]) -> list[str]:
    """Return those with a number of English form."""
    sentences_in_english = []
    for text in texts:
        bare = text
        for allowed in AS_TYPED:
            bare = bare.replace(allowed, "")
        if ENGLISH.search(bare):
            sentences_in_english.append(text)
    return sentences_in_english


@pytest.mark.slow
def test_the_english_form_would_be_seen() -> None:
    """What is looked for, and what is not."""
    bad = ["1,045 customers", "12.5% of them", "0.64 against", "20% of", "since 2026-03-04"]
    good = [
        "1.045 customers",
        f"12,5{NBSP}% of them",
        "0,64 against",
        "row 1042, 1043…",
        "04.03.2026",
        "1.250,50",
    ]

    assert english(iter(bad)) == bad
    assert english(iter(good)) == []


@pytest.mark.slow
def test_no_answer_has_an_english_number(danish: tuple[Sheet, SignedClient, dict[str, Any]]) -> None:
    """All calls that tell a marketer something."""
    _, _, answers = danish

    english_texts = {call: english(sentences(answer)) for call, answer in answers.items()}

    assert not any(english_texts.values()), english_texts


def test_no_cell_and_no_note_has_an_english_number(
    danish: tuple[Sheet, SignedClient, dict[str, Any]],
) -> None:
    """Dashboard, Data_Quality, Action_Map, headers and inputs."""
    sheet, _, _ = danish

    assert english(written(sheet)) == []


@pytest.mark.parametrize(
    ("call", "form"),
    [
        ("inspect before set-up", f"{ROWS + 1:_} rows read, {ROWS:_} used.".replace("_", ".")),
        ("segment", "New segments: 1.200 customers in"),
        ("segment", f"{ROWS + 1:_} rows read, {ROWS:_} used.".replace("_", ".")),
        ("score", "1.002 rows labelled."),
        ("score", "a number from 0 to 36.500; it is -0,5."),
        ("retrain", "of 1.200 customers changed segment through their buying."),
        ("status", "1.200 customers in"),
        ("explain New User 1003", "a number from 0 to 36.500; it is -0,5."),
        (
            "explain New User 1004",
            "Recency 9.000 is outside of what the segments were made from (1 to 5.996 days).",
        ),
        ("explain New User 1004", "Spent 1.234.567,50 in all"),
        ("explain Segmented_Customers 2", "Spent 2.466,00 in all: more than 100"),
        ("explain the last", "Bought 5.996 days ago: more recently than"),
    ],
)
def test_the_danish_form_is_there(
    danish: tuple[Sheet, SignedClient, dict[str, Any]], call: str, form: str
) -> None:
    """Counts, decimals, money.

    The first customer bought for 200, 201 … 211, 2,466 in all, the last 5 × 1,199 days before the first, one more
    before the analysis date.
    """
    _, _, answers = danish

    assert form in "\n".join(sentences(answers[call]))


def test_cells_and_notes_have_the_danish_form(danish: tuple[Sheet, SignedClient, dict[str, Any]]) -> None:
    """The note on a wrong input, that on its header, and what was found in the data."""
    sheet, _, _ = danish

    recency = INPUT_HEADERS.index("Recency") + 1
    assert sheet.note("New User", 1, recency).endswith("a number from 0 to 36.500.")
    assert sheet.note("New User", 1_003, recency).endswith("a number from 0 to 36.500; it is -0,5.")
    assert any(re.search(rf"\d{NBSP}% of the customers", text) for text in written(sheet))
    assert any(re.search(r"–\d\.\d{3} days", text) for text in written(sheet))
