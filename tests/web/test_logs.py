"""One line of JSON for each thing that is logged, in Cloud Logging's fields, with nothing of a customer's."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import replace
from logging.config import dictConfig

import pytest
from flask import Flask

from server import logs
from server.app import create_app
from server.config import Config

CONFIG = Config(("s" * 32,), ("example.com",), project="shop-1")
TRACE = "105445aa7843bc8bf206b12000100000"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the service writes to stdout, from a logger below `server`."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.CloudFormatter())
    logger = logging.getLogger("server")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel("INFO")
    yield stream
    logger.removeHandler(handler)
    logger.setLevel(before)


def read(stream: io.StringIO) -> list[dict[str, str]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def app_that_fails(config: Config = CONFIG) -> Flask:
    """Return the service with a path that fails over a customer's row."""
    app = create_app(config)

    @app.get("/fail")
    def fail() -> str:
        raise RuntimeError("maria@example.com spent 420")

    return app


def test_a_line_bears_severity_message_trace_and_request(lines: io.StringIO) -> None:
    """Cloud Logging shows it beside its own line about the request."""
    client = app_that_fails().test_client()

    client.get("/fail", headers={"X-Cloud-Trace-Context": f"{TRACE}/123;o=1", "webhook-id": "msg_7"})

    (line,) = read(lines)
    assert line["severity"] == "ERROR"
    assert line["logging.googleapis.com/trace"] == f"projects/shop-1/traces/{TRACE}"
    assert line["requestId"] == "msg_7"
    assert "RuntimeError at " in line["message"]
    assert line["time"].endswith("+00:00")


def test_no_text_of_an_exception_is_logged(lines: io.StringIO) -> None:
    """It may quote a customer's row; type and place are enough to find it."""
    app_that_fails().test_client().get("/fail")
    try:
        raise ValueError("maria@example.com")
    except ValueError:
        logging.getLogger("server.anything").exception("a thing failed")

    assert "maria" not in lines.getvalue()
    assert "a thing failed\nValueError at " in read(lines)[1]["message"]


def test_the_answer_tells_the_id_that_the_lines_bear(lines: io.StringIO) -> None:
    """Who complains can name it; every request has its own."""
    client = app_that_fails().test_client()

    ids = [client.get("/fail").headers["X-Request-Id"] for _ in range(2)]

    assert [line["requestId"] for line in read(lines)] == ids
    assert len(set(ids)) == 2


@pytest.mark.parametrize(
    "given", ["a" * 101, "two words", "täglich", ""], ids=["long", "blank", "umlaut", "empty"]
)
def test_an_id_that_is_not_fit_to_print_is_replaced(given: str) -> None:
    """The header comes before any signature is checked."""
    assert logs.begin_request({"webhook-id": given}, "").startswith("req_")


@pytest.mark.parametrize(
    ("project", "headers", "trace"),
    [
        ("shop-1", {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}, f"projects/shop-1/traces/{TRACE}"),
        ("shop-1", {"X-Cloud-Trace-Context": TRACE}, f"projects/shop-1/traces/{TRACE}"),
        ("shop-1", {"X-Cloud-Trace-Context": "nonsense/1"}, None),
        ("shop-1", {}, None),
        ("", {"X-Cloud-Trace-Context": TRACE}, None),
    ],
    ids=["w3c", "bare", "nonsense", "none", "no-project"],
)
def test_the_trace_is_named_as_cloud_logging_wants(
    lines: io.StringIO, project: str, headers: dict[str, str], trace: str | None
) -> None:
    """Both headers that Google sends are known; where there is none, or no project, the field is missing."""
    app_that_fails(replace(CONFIG, project=project)).test_client().get("/fail", headers=headers)

    assert read(lines)[0].get("logging.googleapis.com/trace") == trace


def test_a_refusal_is_a_line_of_its_own(lines: io.StringIO) -> None:
    """Its kind and title, which hold no data."""
    app_that_fails().test_client().post("/v1/score", data=b"{}")

    (line,) = read(lines)
    assert line["severity"] == "INFO"
    assert line["message"] == "answered 401, not-signed: The request is not signed as it should be"


def test_gunicorns_lines_have_the_same_form_and_keep_their_text(capsys: pytest.CaptureFixture[str]) -> None:
    """A start that fails has to be read; gunicorn knows nothing of rows."""
    names = ("", "server", "gunicorn.error", "gunicorn.access")
    before = [
        (logging.getLogger(n), logging.getLogger(n).level, list(logging.getLogger(n).handlers)) for n in names
    ]
    try:
        dictConfig(logs.configuration())
        try:
            raise ValueError("AUDIENCE_SECRET is not set")
        except ValueError:
            logging.getLogger("gunicorn.error").exception("Exception in worker process")
        logging.getLogger("gunicorn.access").info("GET /v1/score")
        sys.stdout.flush()
    finally:
        for logger, level, handlers in before:
            logger.setLevel(level)
            logger.handlers = handlers
            logger.propagate = True

    (line,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert line["severity"] == "ERROR"
    assert line["message"].startswith("Exception in worker process\nTraceback")
    assert line["message"].endswith("ValueError: AUDIENCE_SECRET is not set")


def test_a_long_message_is_cut() -> None:
    """Cloud Logging refuses lines above 256 KiB."""
    record = logging.makeLogRecord({"msg": "x" * 300_000})

    assert len(logs.CloudFormatter().format(record)) < 21_000
