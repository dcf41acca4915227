"""The table of the calls: what each takes, answers and does. Routes and the OpenAPI document follow it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from server.web import answers, bodies


@dataclass(frozen=True, slots=True)
class Call:
    """A route.

    Attributes
    ----------
    body
        Type of its body, None where it takes none.
    answers
        Types of its answers by HTTP status, without the problems.
    signed
        Whether it takes the five headers of a signed request.
    """

    path: str
    summary: str
    answers: Mapping[int, tuple[type[msgspec.Struct], ...]] = field(default_factory=dict)
    body: type[bodies.Envelope] | None = None
    signed: bool = True

    @property
    def name(self) -> str:
        """What a body's `call` says: the path without the version of the interface."""
        return self.path.removeprefix("/v1/").removeprefix("/")


CALLS = (
    Call(
        "/v1/connect",
        "The handshake, in two steps: a nonce first; then, with the nonce and the add-on's verifier, missing "
        "tabs are made and the spreadsheet's key is handed out.",
        {200: (answers.NonceAnswer, answers.KeyAnswer)},
        bodies.ConnectRequest,
        signed=False,
    ),
    Call(
        "/v1/score",
        "Score rows of New User; without rows, all that wait. Answers within 10 seconds or with 429 or 503.",
        {200: (answers.ScoreAnswer,)},
        bodies.ScoreRequest,
    ),
    Call(
        "/v1/inspect",
        "Tell which columns of Training_Data were recognised as what; nothing is written.",
        {200: (answers.InspectAnswer,)},
        bodies.InspectRequest,
    ),
    Call(
        "/v1/segment",
        "Assign every customer to a segment with the model in use; train the first if there is none.",
        {200: (answers.LongCallAnswer,), 202: (answers.LongCallAnswer,)},
        bodies.SegmentRequest,
    ),
    Call(
        "/v1/retrain",
        "Train a new model and assign every customer anew.",
        {200: (answers.LongCallAnswer,), 202: (answers.LongCallAnswer,)},
        bodies.RetrainRequest,
    ),
    Call(
        "/v1/models/use",
        "Put an earlier version of the model, or a candidate, in use and assign every customer anew.",
        {200: (answers.LongCallAnswer,), 202: (answers.LongCallAnswer,)},
        bodies.UseModelRequest,
    ),
    Call(
        "/v1/explain",
        "Tell why the customer in a row is in its segment, how sure that is, and what would change it.",
        {200: (answers.ExplainAnswer,)},
        bodies.ExplainRequest,
    ),
    Call(
        "/v1/status",
        "Tell how the spreadsheet stands: model, segments, rows that wait, the long call that runs.",
        {200: (answers.StatusAnswer,)},
        bodies.StatusRequest,
    ),
    Call(
        "/v1/operations",
        "Tell how a long call is getting on; the last one without an id.",
        {200: (answers.LongCallAnswer,)},
        bodies.OperationsRequest,
    ),
    Call(
        "/v1/forget",
        "Erase one customer from every tab of the add-on; without confirmation, tell what would be erased.",
        {200: (answers.ForgetAnswer,)},
        bodies.ForgetRequest,
    ),
    Call("/health", "Whether the service is up.", {200: (answers.HealthAnswer,)}, signed=False),
    Call("/v1/openapi.json", "This document.", signed=False),
)
