"""Structured logs for Cloud Logging: one JSON object a line on stdout.

Fields: https://cloud.google.com/logging/docs/structured-logging. `logging.googleapis.com/trace` puts a line beside
Google's own line about the same request. No line holds a secret, a token, an e-mail address or a customer: what the
service logs is chosen for that, and an exception is told by its type and place, as its text may quote a row.
gunicorn knows nothing of rows, and a start that fails is to be read at once: its exceptions keep their text.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
import secrets
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

import msgspec

TRACE = "logging.googleapis.com/trace"
LONGEST_MESSAGE = 20_000
"""Characters; Cloud Logging refuses lines above 256 KiB."""

_CLOUD_TRACE = re.compile(r"([0-9a-f]{32})(?:/|$)")
_W3C_TRACE = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{1,100}")

_NO_REQUEST: Mapping[str, str] = MappingProxyType({})
_request: ContextVar[Mapping[str, str]] = ContextVar("request", default=_NO_REQUEST)


class CloudFormatter(logging.Formatter):
    """Formatter of log records as lines of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON.

        >>> line = CloudFormatter().format(logging.makeLogRecord({"msg": "so", "levelname": "INFO"}))
        >>> line.partition(',"time"')[0]
        '{"severity":"INFO","message":"so"'
        """
        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            text += "\n" + self._error_text(record.name, record.exc_info[1])
        entry = {
            "severity": record.levelname,
            "message": text[:LONGEST_MESSAGE],
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "logger": record.name,
            **_request.get(),
        }
        return msgspec.json.encode(entry).decode()

    @staticmethod
    def _error_text(logger: str, error: BaseException) -> str:
        if logger.startswith("gunicorn"):
            return "".join(traceback.format_exception(error)).rstrip()
        return f"{type(error).__name__} at {where(error)}"


def configuration() -> dict[str, Any]:
    """Return the settings of `logging.config.dictConfig` for gunicorn and the service."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"cloud": {"()": "server.logs.CloudFormatter"}},
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "cloud",
            }
        },
        "root": {"level": "WARNING", "handlers": ["stdout"]},
        "loggers": {
            "server": {"level": "INFO"},
            "gunicorn.error": {"level": "INFO", "handlers": ["stdout"], "propagate": False},
            # Who calls when, and with what, is in Google's own log of requests.
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
        },
    }


def begin_request(headers: Mapping[str, str], project: str) -> str:
    """Mark the log lines of this request; return its id.

    Parameters
    ----------
    headers
        Those of the request; their names in any case. `Webhook-Id` is its id where it is fit to print.
    project
        Google Cloud project, which the trace's name begins with; without it there is no trace.
    """
    headers = {name.casefold(): value for name, value in headers.items()}
    given = headers.get("webhook-id", "")
    request_id = given if _REQUEST_ID.fullmatch(given) else f"req_{secrets.token_hex(8)}"
    marks = {"requestId": request_id}
    trace = _trace(headers)
    if project and trace:
        marks[TRACE] = f"projects/{project}/traces/{trace}"
    _request.set(marks)
    return request_id


def request_id() -> str:
    """Return the id of the request that is at work here, "" outside one."""
    return _request.get().get("requestId", "")


def where(error: BaseException) -> str:
    """Return the places in the code that an error went through; not its text, which may quote customers."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))


def _trace(headers: Mapping[str, str]) -> str:
    match = _CLOUD_TRACE.match(headers.get("x-cloud-trace-context", "")) or _W3C_TRACE.match(
        headers.get("traceparent", "")
    )
    return match[1] if match else ""
