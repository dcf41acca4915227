"""The calls: each checks its body, does its use case, and answers JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from flask import Blueprint, Response, request

from server import __version__
from server.access.signatures import verified_spreadsheet
from server.config import Config
from server.errors import BodyError, BodyTooLargeError, NotSignedError, OutdatedAddOnError
from server.operations import Answer, Operations
from server.retraining import Retraining
from server.scoring import AskedRow, Scoring
from server.sheets.commit import Committer
from server.status import status
from server.web import answers
from server.web.bodies import (
    LARGEST_BODY_BYTES,
    Envelope,
    InspectRequest,
    OperationsRequest,
    RetrainRequest,
    ScoreRequest,
    SegmentRequest,
    StatusRequest,
    read_body,
)

_Body = TypeVar("_Body", bound=Envelope)


def api(
    config: Config, committer: Committer, scoring: Scoring, retraining: Retraining, operations: Operations
) -> Blueprint:
    """Return the routes of the service."""
    routes = Blueprint("api", __name__)

    def signed(kind: type[_Body]) -> _Body:
        """Return the body of a request whose signature is right and whose spreadsheet is the signed one."""
        if request.content_encoding:
            raise BodyError(f"A body encoded as {request.content_encoding[:20]} is not taken.")
        if (request.content_length or 0) > LARGEST_BODY_BYTES:
            raise BodyTooLargeError(f"The body is larger than {LARGEST_BODY_BYTES:,} bytes.")
        raw = request.get_data(cache=False)
        signed_for = verified_spreadsheet(dict(request.headers), raw, config.secrets)
        body = read_body(raw, kind)
        if body.spreadsheet_id != signed_for:
            raise NotSignedError("The body is about another spreadsheet than the signature.")
        major = __version__.partition(".")[0]
        if body.add_on_version and body.add_on_version.partition(".")[0] != major:
            raise _outdated(body.add_on_version)
        return body

    @routes.get("/health")
    def health() -> Response:
        return _json({"status": "ok", "version": __version__})

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
        result = scoring.score(body.spreadsheet_id, rows, trigger=body.trigger, again=body.again)
        return _json(answers.score_answer(result))

    @routes.post("/v1/inspect")
    def inspect() -> Response:
        return _json(answers.inspect_answer(retraining.inspect(signed(InspectRequest).spreadsheet_id)))

    def long_call(call: str, spreadsheet_id: str) -> Response:
        def work(progress: Callable[[str, float], None]) -> Any:
            return retraining.run(spreadsheet_id, retrain=call == "retrain", progress=progress)

        answer = operations.run(spreadsheet_id, call, request.headers["webhook-id"], work)
        return _json(answers.training_answer(answer), 200 if answer.operation.state == "done" else 202)

    @routes.post("/v1/segment")
    def segment() -> Response:
        return long_call("segment", signed(SegmentRequest).spreadsheet_id)

    @routes.post("/v1/retrain")
    def retrain() -> Response:
        return long_call("retrain", signed(RetrainRequest).spreadsheet_id)

    @routes.post("/v1/operations")
    def operation() -> Response:
        body = signed(OperationsRequest)
        found = operations.status(body.spreadsheet_id, body.operation_id or "")
        told: dict[str, Any] = {"operation": answers.operation_answer(found)}
        if found is not None:
            told = answers.training_answer(Answer(found, operations.result(found.id)))
        return _json(told)

    @routes.post("/v1/status")
    def how_it_stands() -> Response:
        body = signed(StatusRequest)
        told = answers.status_answer(status(committer, body.spreadsheet_id))
        return _json(told | {"service": {"version": __version__}})

    @routes.after_app_request
    def secure(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response

    return routes


def _json(body: Any, status_code: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status_code, mimetype="application/json")


def _outdated(add_on: str) -> OutdatedAddOnError:
    theirs, ours = int(add_on.partition(".")[0]), int(__version__.partition(".")[0])
    older = "add-on" if theirs < ours else "service"
    return OutdatedAddOnError(
        f"The add-on is version {add_on}, the service version {__version__}.",
        hint=f"Update the {older}: both must have the same first number.",
    )
