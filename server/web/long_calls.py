"""Answer of a long call: its result, its progress, or its problem."""

from __future__ import annotations

import msgspec
from flask import Response

from server.operations import Answer
from server.sheets.tabs.operation_record import lost
from server.web import problems
from server.web.answers.training import training_answer

Answered = msgspec.Struct | tuple[msgspec.Struct, int] | Response
"""An answer, with its HTTP status where that is not 200; or a response that is whole."""


def ended(answer: Answer) -> Answered:
    """Return the answer of a long call.

    Raises
    ------
    LostError
        If it died with its instance.
    """
    if answer.operation.state == "lost":
        raise lost()
    if answer.operation.state == "failed":
        return problems.recorded(answer.operation)
    return training_answer(answer), 200 if answer.operation.state == "done" else 202
