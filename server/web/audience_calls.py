"""Handler of the audience call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from flask import Response

from server.errors import InputError
from server.operations import Answer, operation_id
from server.sheets.tabs.operation_record import lost
from server.texts import to_say
from server.use_cases.audiences.asked import AskedAudience, AudienceMade
from server.web import bodies, problems
from server.web.answers.audiences import (
    ContactsTabAnswer,
    audience_answer,
    choices_answer,
    preview_answer,
)
from server.web.asked import Asked

if TYPE_CHECKING:
    from server.core.audiences.file_text import AudienceFile
    from server.use_cases.audiences.reading import Everybody

Answered = msgspec.Struct | tuple[msgspec.Struct, int] | Response


def audience(asked: Asked[bodies.AudienceRequest]) -> Answered:
    """Do the step that is asked for."""
    from server.use_cases.audiences import audiences  # what reads contacts is nothing that scoring pays for

    body, committer = asked.body, asked.use.committer
    if body.step == "choices":
        return choices_answer(
            audiences.choices(
                committer, asked.spreadsheet_id, everybody=_everybody(asked, asked.requested_by())
            )
        )
    if body.step == "files":
        return _files(asked)
    if body.step == "contacts":
        return ContactsTabAnswer(made=audiences.make_contacts_tab(committer, asked.spreadsheet_id))
    wanted = AskedAudience(
        body.target,
        body.name,
        None if body.clusters is None else tuple(body.clusters),
        body.who,
        body.least_spend,
        body.least_expected,
        body.hashed,
        body.already_hashed,
        body.tab,
        asked.requested_by(),
    )
    if body.step == "preview":
        everybody = _everybody(asked, wanted.requested_by)
        return preview_answer(audiences.preview(committer, asked.spreadsheet_id, wanted, everybody=everybody))
    return _make_audience(asked, wanted)


def _everybody(asked: Asked[bodies.AudienceRequest], address: str) -> Everybody:
    """Return the reader of all customers: from the sheet, or from the table that its source publishes."""
    return partial(asked.use.source_results.customers, asked.spreadsheet_id, address)


def _make_audience(asked: Asked[bodies.AudienceRequest], wanted: AskedAudience) -> Answered:
    """Make an audience; one that joined another's making would be handed the other's files."""
    from server.use_cases.audiences import audiences

    deliveries, identity = asked.use.deliveries, operation_id(asked.spreadsheet_id, asked.message_id)

    def work(progress: Callable[[str, float], None]) -> Any:
        delivery = deliveries.open(identity)
        everybody = _everybody(asked, wanted.requested_by)
        return audiences.make(
            asked.use.committer, asked.spreadsheet_id, wanted, delivery, progress, everybody=everybody
        )

    answer = asked.use.operations.run(
        asked.spreadsheet_id, asked.body.call, asked.message_id, work, joins=False
    )
    return _made(answer, deliveries.take(identity) if answer.operation.state == "done" else ())


def _files(asked: Asked[bodies.AudienceRequest]) -> Answered:
    """Return what a making that took longer than its answer has made; its files once."""
    operations, wanted = asked.use.operations, asked.body.operation_id
    operation = operations.status(asked.spreadsheet_id, wanted) if wanted else None
    if operation is None or operation.call != asked.body.call:
        raise InputError(
            to_say("There is no such audience on its way."), hint=to_say("Make the audience again.")
        )
    is_done = operation.state == "done"
    files = asked.use.deliveries.take(operation.id) if is_done else ()
    return _made(Answer(operation, operations.result(operation) if is_done else None), files)


def _made(answer: Answer, files: Sequence[AudienceFile]) -> Answered:
    if answer.operation.state == "lost":
        raise lost()
    if answer.operation.state == "failed":
        return problems.recorded(answer.operation)
    made = answer.result if isinstance(answer.result, AudienceMade) else None
    return audience_answer(answer.operation, made, files), 200 if answer.operation.state == "done" else 202
