"""Table of the calls: path, body, answer and handler of each. Routes and the OpenAPI document follow it.

A call is one row; its handler gets a checked body and returns the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from server.errors import BodyError
from server.operations import Answer
from server.use_cases.explain_row import explain_row
from server.use_cases.known_customers import known_customers
from server.use_cases.score_result import AskedRow
from server.use_cases.segmentation.run import Run
from server.use_cases.status import status
from server.web import bodies, problems
from server.web.answers.access import ForgetAnswer, KeyAnswer, NonceAnswer, forget_answer, key_answer
from server.web.answers.audiences import (
    AudienceAnswer,
    AudienceChoicesAnswer,
    AudiencePreview,
    ContactsTabAnswer,
)
from server.web.answers.digest import DigestAnswer, DigestReportAnswer, digest_answer
from server.web.answers.experiments import TestsAnswer
from server.web.answers.known import FillAnswer, fill_answer
from server.web.answers.plans import ApplyPlansAnswer, apply_plans_answer
from server.web.answers.refresh import RefreshAnswer, refresh_answer
from server.web.answers.rows import ExplainAnswer, ScoreAnswer, explain_answer, score_answer
from server.web.answers.shape import HealthAnswer
from server.web.answers.standing import StatusAnswer, status_answer
from server.web.answers.training import InspectAnswer, LongCallAnswer, inspect_answer, training_answer
from server.web.asked import Asked
from server.web.audience_calls import audience
from server.web.experiment_calls import read_test, start_test, tests
from server.web.long_calls import Answered, ended

_BY_HAND = ("menu", "sidebar")
"""Triggers whose identity token names the person who asks; in others it names who installed the trigger."""
_SWEEP = "sweep"


@dataclass(frozen=True, slots=True)
class Call:
    """A route.

    Attributes
    ----------
    handler
        Does it; None for the document that is made of this table.
    body
        Type of its body, None where it takes none.
    answers
        Types of its answers by HTTP status, without the problems.
    signed
        Whether it takes the five headers of a signed request.
    largest_bytes
        A larger body is refused unread.
    """

    path: str
    summary: str
    handler: Callable[[Asked[Any]], Answered] | None = None
    answers: Mapping[int, tuple[type[msgspec.Struct], ...]] = field(default_factory=dict)
    body: type[bodies.Envelope] | None = None
    signed: bool = True
    largest_bytes: int = bodies.LARGEST_BODY_BYTES

    @property
    def name(self) -> str:
        """What a body's `call` says: the path without the version of the interface."""
        return self.path.removeprefix("/v1/").removeprefix("/")

    @property
    def method(self) -> str:
        """Return the HTTP method."""
        return "POST" if self.body else "GET"


def _connect(asked: Asked[bodies.ConnectRequest]) -> Answered:
    body, connection = asked.body, asked.use.connection
    who = asked.identity()
    if body.nonce is None and body.verifier is None:
        nonce, expiry = connection.begin(body.spreadsheet_id, who)
        return NonceAnswer(nonce=nonce, expiry=expiry)
    if body.nonce is None or body.verifier is None:
        raise BodyError("The second step takes both nonce and verifier.")
    connected = connection.finish(body.spreadsheet_id, who, body.nonce, body.verifier)
    return key_answer(connected, body.spreadsheet_id)


def _score(asked: Asked[bodies.ScoreRequest]) -> Answered:
    body = asked.body
    rows = None
    if body.rows is not None:
        rows = [
            AskedRow(
                row.row,
                {
                    "CustomerID": row.CustomerID,
                    "Recency": row.Recency,
                    "Frequency": row.Frequency,
                    "MonetaryValue": row.MonetaryValue,
                },
            )
            for row in body.rows
        ]
    result = asked.use.scoring.score(
        body.spreadsheet_id,
        rows,
        trigger=body.trigger,
        force=body.again,
        requested_by=asked.requested_by() if body.trigger in _BY_HAND else "",
        asked_as=asked.message_id,
    )
    if rows is None and body.trigger == _SWEEP and not result.waiting:
        asked.use.dashboards.renew(body.spreadsheet_id)  # who had no time for all rows has none for this
        asked.use.source_results.show(body.spreadsheet_id)
    return score_answer(result)


def _inspect(asked: Asked[bodies.InspectRequest]) -> Answered:
    """Return what `Training_Data` holds; of a source it is long work, which reads all orders."""
    use, spreadsheet_id = asked.use, asked.spreadsheet_id
    wanted = use.training_data.asked(spreadsheet_id)
    if not wanted.options.source:
        return inspect_answer(use.training_data.inspect(spreadsheet_id, wanted))

    def work(progress: Callable[[str, float], None]) -> Any:
        return use.training_data.inspect_source(spreadsheet_id, wanted, asked.requested_by(), progress)

    return ended(use.operations.run(spreadsheet_id, asked.body.call, asked.message_id, work, joins=False))


def _segment(asked: Asked[bodies.SegmentRequest]) -> Answered:
    return _long_call(asked, Run(requested_by=asked.requested_by()))


def _retrain(asked: Asked[bodies.RetrainRequest]) -> Answered:
    return _long_call(asked, Run(retrain=True, requested_by=asked.requested_by()))


def _use_model(asked: Asked[bodies.UseModelRequest]) -> Answered:
    return _long_call(asked, Run(version=asked.body.version, requested_by=asked.requested_by()))


def _long_call(
    asked: Asked[bodies.SegmentRequest] | Asked[bodies.RetrainRequest] | Asked[bodies.UseModelRequest],
    run: Run,
) -> Answered:
    def work(progress: Callable[[str, float], None]) -> Any:
        return asked.use.retraining.run(asked.spreadsheet_id, run, progress)

    return ended(asked.use.operations.run(asked.spreadsheet_id, asked.body.call, asked.message_id, work))


def _refresh(asked: Asked[bodies.RefreshRequest]) -> Answered:
    reply = asked.use.refreshing.ask(asked.spreadsheet_id, asked.message_id, chosen=asked.body.chosen)
    if reply.answer is not None and reply.answer.operation.state == "failed":
        return problems.recorded(reply.answer.operation)
    looked, digests = reply.looked, asked.use.digests
    is_due = looked is not None and digests.is_due(looked.record, looked.refreshing, asked.spreadsheet_id)
    answer = refresh_answer(reply, digest_due=is_due)
    return answer, 202 if answer.standing == "running" else 200


def _digest(asked: Asked[bodies.DigestRequest]) -> Answered:
    body, digests = asked.body, asked.use.digests
    if body.claim is None:
        return digest_answer(digests.compose(asked.spreadsheet_id))
    recorded = digests.report(asked.spreadsheet_id, body.claim, body.problem or "")
    return DigestReportAnswer(recorded=recorded)


def _apply_plans(asked: Asked[bodies.ApplyPlansRequest]) -> Answered:
    return apply_plans_answer(asked.use.plans.apply(asked.spreadsheet_id, requested_by=asked.requested_by()))


def _fill(asked: Asked[bodies.FillRequest]) -> Answered:
    return fill_answer(known_customers(asked.use.committer, asked.spreadsheet_id, asked.body.customer_ids))


def _explain(asked: Asked[bodies.ExplainRequest]) -> Answered:
    body = asked.body
    return explain_answer(explain_row(asked.use.committer, body.spreadsheet_id, body.tab, body.row))


def _status(asked: Asked[bodies.StatusRequest]) -> Answered:
    return status_answer(status(asked.use.committer, asked.spreadsheet_id))


def _operations(asked: Asked[bodies.OperationsRequest]) -> Answered:
    operations = asked.use.operations
    operation = operations.status(asked.spreadsheet_id, asked.body.operation_id or "")
    if operation is None:
        return LongCallAnswer(operation=None)
    return training_answer(Answer(operation, operations.result(operation)))


def _forget(asked: Asked[bodies.ForgetRequest]) -> Answered:
    body = asked.body
    asked.identity()
    forgotten = asked.use.forgetting.forget(body.spreadsheet_id, body.customer_id, confirmed=body.confirm)
    if forgotten.is_erased:
        asked.use.dashboards.renew(body.spreadsheet_id)
    results = asked.use.source_results
    source_message = results.forget(body.spreadsheet_id, body.customer_id, confirmed=forgotten.is_erased)
    return forget_answer(forgotten, source_message)


def _health(_asked: Asked[Any]) -> Answered:
    return HealthAnswer()


CALLS = (
    Call(
        "/v1/connect",
        "The handshake, in two steps: a nonce first; then, with the nonce and the add-on's verifier, missing "
        "tabs are made and the spreadsheet's key is handed out.",
        _connect,
        {200: (NonceAnswer, KeyAnswer)},
        bodies.ConnectRequest,
        signed=False,
        largest_bytes=bodies.LARGEST_CONNECT_BYTES,
    ),
    Call(
        "/v1/score",
        "Score rows of New User; without rows, all that wait. Answers within 10 seconds or with 429 or 503.",
        _score,
        {200: (ScoreAnswer,)},
        bodies.ScoreRequest,
    ),
    Call(
        "/v1/inspect",
        "Tell which columns of Training_Data were recognised as what; nothing is written. A source is looked at in a "
        "long call.",
        _inspect,
        {200: (InspectAnswer, LongCallAnswer), 202: (LongCallAnswer,)},
        bodies.InspectRequest,
    ),
    Call(
        "/v1/segment",
        "Assign every customer to a segment with the model in use; train the first if there is none.",
        _segment,
        {200: (LongCallAnswer,), 202: (LongCallAnswer,)},
        bodies.SegmentRequest,
    ),
    Call(
        "/v1/retrain",
        "Train a new model and assign every customer anew.",
        _retrain,
        {200: (LongCallAnswer,), 202: (LongCallAnswer,)},
        bodies.RetrainRequest,
    ),
    Call(
        "/v1/models/use",
        "Put an earlier version of the model, or a candidate, in use and assign every customer anew.",
        _use_model,
        {200: (LongCallAnswer,), 202: (LongCallAnswer,)},
        bodies.UseModelRequest,
    ),
    Call(
        "/v1/tests",
        "Tell which tests there are, with their days left; with a plan, what a new one would be and could show.",
        tests,
        {200: (TestsAnswer,)},
        bodies.TestsRequest,
    ),
    Call(
        "/v1/tests/start",
        "Start a test: deal its groups and write them, in one commit.",
        start_test,
        {200: (LongCallAnswer,), 202: (LongCallAnswer,)},
        bodies.StartTestRequest,
    ),
    Call(
        "/v1/tests/read",
        "Tell whether a test worked, from the orders, and write it to Lift and Tests.",
        read_test,
        {200: (LongCallAnswer,), 202: (LongCallAnswer,)},
        bodies.ReadTestRequest,
    ),
    Call(
        "/v1/refresh",
        "Look whether a refresh is due by the schedule in Settings, and run it; asked once an hour.",
        _refresh,
        {200: (RefreshAnswer,), 202: (RefreshAnswer,)},
        bodies.RefreshRequest,
    ),
    Call(
        "/v1/digest",
        "Take the digest that is due, ready to be mailed; then say that it was sent, or why not.",
        _digest,
        {200: (DigestAnswer, DigestReportAnswer)},
        bodies.DigestRequest,
    ),
    Call(
        "/v1/plans/apply",
        "Put names and plans of Action_Map wherever customers bear others: in Segmented_Customers, and in rows of New "
        "User as new lines of the log.",
        _apply_plans,
        {200: (ApplyPlansAnswer,)},
        bodies.ApplyPlansRequest,
    ),
    Call(
        "/v1/fill",
        "Tell recency, frequency and money of known customers, for whoever types their ids; nothing is written.",
        _fill,
        {200: (FillAnswer,)},
        bodies.FillRequest,
    ),
    Call(
        "/v1/explain",
        "Tell why the customer in a row is in its segment, how sure that is, and what would change it.",
        _explain,
        {200: (ExplainAnswer,)},
        bodies.ExplainRequest,
    ),
    Call(
        "/v1/status",
        "Tell how the spreadsheet stands: model, segments, rows that wait, the long call that runs.",
        _status,
        {200: (StatusAnswer,)},
        bodies.StatusRequest,
    ),
    Call(
        "/v1/operations",
        "Tell how a long call is getting on; the last one without an id.",
        _operations,
        {200: (LongCallAnswer,)},
        bodies.OperationsRequest,
    ),
    Call(
        "/v1/forget",
        "Erase one customer from every tab of the add-on; without confirmation, tell what would be erased.",
        _forget,
        {200: (ForgetAnswer,)},
        bodies.ForgetRequest,
    ),
    Call(
        "/v1/audience",
        "An audience for an ad platform or an e-mail tool: what can be chosen, what it would be, make it. Contacts are "
        "read here and nowhere else.",
        audience,
        {
            200: (AudienceChoicesAnswer, AudiencePreview, AudienceAnswer, ContactsTabAnswer),
            202: (AudienceAnswer,),
        },
        bodies.AudienceRequest,
    ),
    Call("/health", "Whether the service is up.", _health, {200: (HealthAnswer,)}, signed=False),
    Call("/v1/openapi.json", "This document.", signed=False),
)
