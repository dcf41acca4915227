"""The record of what Google answered: the same in every run, and held against other answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from deploy import record

CALL: dict[str, Any] = {"asked": {"call": "get"}, "answered": {"a": 1}}


def test_what_is_drawn_anew_has_a_name_instead() -> None:
    """The same id has the same name wherever it stands; small numbers, booleans and texts stay."""
    calls = [
        {
            "asked": {"id": 1_234_567_890, "row": 12, "on": True},
            "answered": {"1234567890": "No range with id: 999999999"},
        },
        {
            "asked": {"title": "ATE verify 0a1b2c3d staging"},
            "answered": {"of": "the-id", "who": "a@b.example", "id": 999_999_999},
        },
    ]

    assert record.as_recorded(calls, "the-id") == [
        {"asked": {"id": "#1", "row": 12, "on": True}, "answered": {"#1": "No range with id: #2"}},
        {
            "asked": {"title": "ATE verify  staging"},
            "answered": {"of": "SPREADSHEET", "who": "somebody", "id": "#2"},
        },
    ]


def test_the_id_of_metadata_is_drawn_however_small_it_is() -> None:
    calls = [{"asked": {"metadataId": 49_179_723}, "answered": {"entries": [{"metadataId": 7, "row": 7}]}}]

    assert record.as_recorded(calls, "the-id") == [
        {"asked": {"metadataId": "#1"}, "answered": {"entries": [{"metadataId": "#2", "row": 7}]}}
    ]


def test_each_trial_names_its_first_difference() -> None:
    """Another answer, another question, a call too few, a trial that is gone."""
    other = CALL | {"answered": {"a": 2}}
    known = {
        "same": [CALL],
        "answer": [CALL, CALL],
        "question": [CALL],
        "fewer": [CALL, CALL],
        "gone": [CALL],
    }
    seen = {"same": [CALL], "answer": [other, other], "question": [CALL | {"asked": {}}], "fewer": [CALL]}

    assert record.differences(known, seen) == [
        'answer: call 1 was answered {"a": 1}, here {"a": 2}',
        "question: call 1 is another one now; record it anew",
        "fewer: 2 calls were made, here 1",
        "gone: the trial is gone; record it anew",
    ]


def test_what_a_run_did_not_try_stays_recorded(tmp_path: Path) -> None:
    """Trials are tried one by one, when their turn comes."""
    file = tmp_path / "answers.json"
    record.write(file, {"one": [CALL], "two": [CALL]})

    record.write(file, {"two": []})

    assert record.read(file) == {"one": [CALL], "two": []}
