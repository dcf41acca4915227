"""Routes: each checks signature and body of a call, runs its handler, and answers JSON."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from flask import Blueprint, Response, g, request
from werkzeug.exceptions import RequestEntityTooLarge

from server import __version__
from server.access.limits import Limit
from server.access.signatures import verified_spreadsheet
from server.config import Config
from server.errors import BodyError, BodyTooLargeError, NotSignedError, OutdatedAddOnError
from server.texts import in_english, to_say
from server.web.asked import Asked, UseCases
from server.web.bodies import Envelope, read_body
from server.web.calls import CALLS, Call
from server.web.long_calls import Answered
from server.web.problems import SPREADSHEET


def api(config: Config, use: UseCases, calls_a_minute: int) -> Blueprint:
    """Return the routes of the service."""
    routes = Blueprint("api", __name__)
    limit = Limit(calls_a_minute, 60.0)

    def body_of(call: Call) -> Envelope | None:
        """Return the checked body; of a signed call, only with the right signature for its spreadsheet."""
        if call.body is None:
            return None
        raw = _raw(call.largest_bytes)
        signed_for = ""
        if call.signed:
            signed_for = verified_spreadsheet(dict(request.headers), raw, config.secrets)
            limit.count(signed_for)
        body = read_body(raw, call.body)
        if call.signed and body.spreadsheet_id != signed_for:
            raise NotSignedError("The body is about another spreadsheet than the signature.")
        _check_version(body)
        setattr(g, SPREADSHEET, signed_for)
        return body

    def add(call: Call) -> None:
        def view() -> Response:
            if call.handler is None:
                return Response(_document(), 200, mimetype="application/json")
            body: Any = body_of(call)
            message_id = request.headers["webhook-id"] if call.signed else ""
            return _response(call.handler(Asked(body, use, message_id)))

        routes.add_url_rule(call.path, call.name.partition(".")[0], view, methods=[call.method])

    for row in CALLS:
        add(row)

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
    """Return the body as received; one whose announced length is too large is refused unread."""
    if request.content_encoding:
        raise BodyError(f"A body encoded as {request.content_encoding[:20]} is not taken.")
    if request.content_length is None and request.headers.get("Transfer-Encoding"):
        raise BodyError("The body does not tell its length.")
    request.max_content_length = most
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise BodyTooLargeError(f"The body is larger than {most:,} bytes.") from None


def _response(answered: Answered) -> Response:
    if isinstance(answered, Response):
        return answered
    body, status = answered if isinstance(answered, tuple) else (answered, 200)
    return Response(msgspec.json.encode(body, enc_hook=in_english), status, mimetype="application/json")


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
    raise OutdatedAddOnError(
        to_say(
            "The add-on is version {add_on}, the service version {service}.",
            add_on=add_on,
            service=__version__,
        ),
        hint=to_say(
            "Ask whoever runs the service to update the add-on: both must have the same first number."
        )
        if theirs < ours
        else to_say("Ask whoever runs the service to update it: both must have the same first number."),
    )
