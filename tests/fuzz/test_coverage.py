"""The fuzzing tries every call of the table, and notices where it does not."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from server.web.bodies import Envelope
from server.web.calls import CALLS
from server.web.openapi import document
from tests.fuzz.coverage import ATTACKED, DOCUMENT, PLAUSIBLE, always_refused, answers, untried

LABELS = ATTACKED


def report(folder: Path, statuses: dict[str, int]) -> Path:
    """Write a report as schemathesis does."""
    lines = [{"Initialize": {"seed": 1}}]
    for label, status in statuses.items():
        exchange = {"response": {"status_code": status}}
        lines.append({"ScenarioFinished": {"recorder": {"label": label, "interactions": {"a": exchange}}}})
    path = folder / "report.ndjson"
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    return path


@pytest.mark.parametrize("left_out", [0, len(LABELS) - 1])
def test_a_call_that_is_not_tried_is_named(tmp_path: Path, left_out: int) -> None:
    """Whichever it is."""
    made = dict.fromkeys(LABELS[:left_out] + LABELS[left_out + 1 :], 200)

    assert untried(answers(report(tmp_path, made))) == [LABELS[left_out]]


def test_a_call_that_is_refused_each_time_is_named(tmp_path: Path) -> None:
    """Its body was never good enough for what is behind the checks."""
    seen = answers(report(tmp_path, dict.fromkeys(LABELS, 200) | {"POST /v1/fill": 400}))

    assert (untried(seen), always_refused(seen)) == ([], ["POST /v1/fill"])


def test_what_is_attacked_has_every_call() -> None:
    """The document that the fuzzing reads."""
    paths = document()["paths"]

    assert {f"{method.upper()} {path}" for path, calls in paths.items() for method in calls} == {
        *LABELS,
        f"GET {DOCUMENT}",
    }


def test_every_field_that_must_mean_something_has_a_value_that_does() -> None:
    """A text, a list or an object that a body cannot do without; texts of a few words are drawn from the document."""
    lacking = []
    for call in CALLS:
        if call.body is None:
            continue
        known = {field.encode_name for field in msgspec.structs.fields(Envelope)} | {"call"}
        for field in msgspec.structs.fields(call.body):
            is_chosen = isinstance(msgspec.inspect.type_info(field.type), msgspec.inspect.LiteralType)
            if field.required and field.encode_name not in known and not is_chosen:
                lacking += [field.encode_name] if field.encode_name not in PLAUSIBLE else []

    assert lacking == []
