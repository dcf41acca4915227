"""The calls: each checks its body, does its use case, and answers JSON."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import msgspec
from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from server import __version__
from server.access.connection import Connection
from server.access.identity import Identity, IdentityChecker
from server.access.limits import Limit
from server.access.signatures import verified_spreadsheet
from server.config import Config
from server.dashboards import Dashboards
from server.errors import (
    AudienceError,
    BodyError,
    BodyTooLargeError,
    IdentityError,
    NotSignedError,
    OutdatedAddOnError,
)
from server.explaining import explain_row
from server.forgetting import Forgetting
from server.operations import Answer, Operations
from server.retraining import Retraining, Run
from server.score_result import AskedRow
from server.scoring import Scoring
from server.sheets.commit import Committer
from server.sheets.progress import lost
from server.status import status
from server.training_data import TrainingData
from server.web import answers, problems
from server.web.bodies import (
    LARGEST_BODY_BYTES,
    LARGEST_CONNECT_BYTES,
    ConnectRequest,
    Envelope,
    ExplainRequest,
    ForgetRequest,
    InspectRequest,
    OperationsRequest,
    RetrainRequest,
    ScoreRequest,
    SegmentRequest,
    StatusRequest,
    UseModelRequest,
    read_body,
)

_Body = TypeVar("_Body", bound=Envelope)
_BY_HAND = ("menu", "sidebar")
"""Triggers whose identity token names the person who asks; in others it names who installed the trigger."""
_SWEEP = "sweep"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class UseCases:
    """What the routes call."""

    committer: Committer
    scoring: Scoring
    retraining: Retraining
    training_data: TrainingData
    operations: Operations
    connection: Connection
    identities: IdentityChecker
    forgetting: Forgetting
    dashboards: Dashboards


def api(config: Config, use: UseCases, calls_a_minute: int) -> Blueprint:
    """Return the routes of the service."""
    routes = Blueprint("api", __name__)
    limit = Limit(calls_a_minute, 60.0)

    def signed(kind: type[_Body]) -> _Body:
        """Return the body of a request whose signature is right and whose spreadsheet is the signed one."""
        raw = _raw(LARGEST_BODY_BYTES)
        signed_for = verified_spreadsheet(dict(request.headers), raw, config.secrets)
        limit.count(signed_for)
        body = read_body(raw, kind)
        if body.spreadsheet_id != signed_for:
            raise NotSignedError("The body is about another spreadsheet than the signature.")
        _check_version(body)
        return body

    def asked_by(body: Envelope) -> str:
        """Return the address of who asks, "" where no token tells; nobody is refused for it."""
        if not body.identity_token:
            return ""
        try:
            return use.identities.identity(body.identity_token).email
        except AudienceError as error:
            log.info("a call by hand came with a token that tells nobody: %s", error.kind)
            return ""

    def identified(body: Envelope) -> Identity:
        """Return who asks; for calls that are made for nobody unknown."""
        if not body.identity_token:
            raise IdentityError(
                "The request has no identity token.",
                hint="Choose Set up… in the menu and allow the add-on to see who you are.",
            )
        return use.identities.identity(body.identity_token)

    @routes.post("/v1/connect")
    def connect() -> Response:
        body = read_body(_raw(LARGEST_CONNECT_BYTES), ConnectRequest)
        _check_version(body)
        who = identified(body)
        if body.nonce is None and body.verifier is None:
            nonce, expiry = use.connection.begin(body.spreadsheet_id, who)
            return _json(answers.NonceAnswer(nonce=nonce, expiry=expiry))
        if body.nonce is None or body.verifier is None:
            raise BodyError("The second step takes both nonce and verifier.")
        connected = use.connection.finish(body.spreadsheet_id, who, body.nonce, body.verifier)
        return _json(answers.key_answer(connected, body.spreadsheet_id))

    @routes.get("/health")
    def health() -> Response:
        return _json(answers.HealthAnswer())

    @routes.post("/v1/score")
    def score() -> Response:
        body = signed(ScoreRequest)
        rows = None
        if body.rows is not None:
            rows = [
                AskedRow(
                    each.row,
                    {
                        "CustomerID": each.CustomerID,
                        "Recency": each.Recency,
                        "Frequency": each.Frequency,
                        "MonetaryValue": each.MonetaryValue,
                    },
                )
                for each in body.rows
            ]
        result = use.scoring.score(
            body.spreadsheet_id,
            rows,
            trigger=body.trigger,
            again=body.again,
            requested_by=asked_by(body) if body.trigger in _BY_HAND else "",
            asked_as=request.headers["webhook-id"],
        )
        if rows is None and body.trigger == _SWEEP and not result.waiting:
            use.dashboards.renew(body.spreadsheet_id)  # who had no time for all rows has none for this
        return _json(answers.score_answer(result))

    @routes.post("/v1/inspect")
    def inspect() -> Response:
        return _json(answers.inspect_answer(use.training_data.inspect(signed(InspectRequest).spreadsheet_id)))

    def long_call(call: str, body: Envelope, *, retrain: bool = False, version: int = 0) -> Response:
        asked = Run(retrain=retrain, version=version, requested_by=asked_by(body))

        def work(progress: Callable[[str, float], None]) -> Any:
            return use.retraining.run(body.spreadsheet_id, asked, progress)

        answer = use.operations.run(body.spreadsheet_id, call, request.headers["webhook-id"], work)
        if answer.operation.state == "lost":
            raise lost()
        if answer.operation.state == "failed":
            return problems.recorded(answer.operation)
        return _json(answers.training_answer(answer), 200 if answer.operation.state == "done" else 202)

    @routes.post("/v1/segment")
    def segment() -> Response:
        return long_call("segment", signed(SegmentRequest))

    @routes.post("/v1/retrain")
    def retrain() -> Response:
        return long_call("retrain", signed(RetrainRequest), retrain=True)

    @routes.post("/v1/models/use")
    def use_model() -> Response:
        body = signed(UseModelRequest)
        return long_call("models/use", body, version=body.version)

    @routes.post("/v1/explain")
    def explain() -> Response:
        body = signed(ExplainRequest)
        return _json(
            answers.explain_answer(explain_row(use.committer, body.spreadsheet_id, body.tab, body.row))
        )

    @routes.post("/v1/operations")
    def operation() -> Response:
        body = signed(OperationsRequest)
        found = use.operations.status(body.spreadsheet_id, body.operation_id or "")
        if found is None:
            return _json(answers.LongCallAnswer(operation=None))
        return _json(answers.training_answer(Answer(found, use.operations.result(found.id))))

    @routes.post("/v1/status")
    def how_it_stands() -> Response:
        return _json(answers.status_answer(status(use.committer, signed(StatusRequest).spreadsheet_id)))

    @routes.post("/v1/forget")
    def forget() -> Response:
        body = signed(ForgetRequest)
        identified(body)
        found = use.forgetting.forget(body.spreadsheet_id, body.customer_id, confirmed=body.confirm)
        if found.is_erased:
            use.dashboards.renew(body.spreadsheet_id)
        return _json(answers.forget_answer(found))

    @routes.get("/v1/openapi.json")
    def document() -> Response:
        return Response(_document(), 200, mimetype="application/json")

    @routes.after_app_request
    def secure(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response

    return routes


def _raw(most: int) -> bytes:
    """Return the body as it came; one that is too large is refused by its announced length, unread."""
    if request.content_encoding:
        raise BodyError(f"A body encoded as {request.content_encoding[:20]} is not taken.")
    if request.content_length is None and request.headers.get("Transfer-Encoding"):
        raise BodyError("The body does not tell its length.")
    request.max_content_length = most
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise BodyTooLargeError(f"The body is larger than {most:,} bytes.") from None


def _json(body: msgspec.Struct, status_code: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status_code, mimetype="application/json")


@cache
def _document() -> bytes:
    from server.web.openapi import document  # who scores rows does not pay for it

    return msgspec.json.encode(document())


def _check_version(body: Envelope) -> None:
    """Refuse an add-on of another major version.

    Raises
    ------
    OutdatedAddOnError
        If it is one.
    """
    add_on = body.add_on_version
    if not add_on or add_on.partition(".")[0] == __version__.partition(".")[0]:
        return
    theirs, ours = int(add_on.partition(".")[0]), int(__version__.partition(".")[0])
    older = "add-on" if theirs < ours else "service"
    raise OutdatedAddOnError(
        f"The add-on is version {add_on}, the service version {__version__}.",
        hint=f"Update the {older}: both must have the same first number.",
    )
