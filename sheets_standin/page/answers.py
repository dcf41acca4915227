"""HTTP answers of the page: who gets one, its content type, and the policy that keeps foreign scripts out."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from sheets_standin.sheets_api.http import Page

STATIC = Path(__file__).resolve().parent / "static"
VENDOR = STATIC.parent / "vendor"
LARGEST_BODY = 200_000_000

_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FRAME_POLICY = (
    "sandbox allow-scripts allow-forms allow-modals allow-popups allow-downloads; default-src 'none'; "
    "script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; frame-ancestors 'self'"
)
_MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_DOCTYPE = re.compile(r"\s*<!doctype[^>]*>", re.IGNORECASE)


class PageError(Exception):
    """A request that is refused.

    Parameters
    ----------
    status
        HTTP status.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def check(method: str, headers: Mapping[str, str], body: bytes, hosts: Container[str]) -> None:
    """Refuse what does not come from this page.

    Raises
    ------
    PageError
        By host, method, origin, type of content or size.
    """
    if headers.get("host", "") not in hosts:
        raise PageError(403, "This page answers to the loopback address alone.")
    if method not in ("GET", "POST"):
        raise PageError(405, "Only GET and POST.")
    if method == "POST":
        origin = headers.get("origin")
        if origin is not None and origin.removeprefix("http://") not in hosts:
            raise PageError(403, "Changes come from this page alone.")
        if headers.get("content-type", "").partition(";")[0] != "application/json":
            raise PageError(415, "Changes are sent as JSON.")
        if len(body) > LARGEST_BODY:
            raise PageError(413, "That is too large.")


def json_page(body: Any, status: int = HTTPStatus.OK) -> Page:
    """Return JSON."""
    data = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
    return Page(int(status), data, "application/json; charset=utf-8", _HEADERS)


def static(name: str, folder: Path = STATIC) -> Page:
    """Return one of the page's own files, or of those it brings along.

    Raises
    ------
    PageError
        If there is none of that name, dots in it or not.
    """
    file = folder / name
    if not file.is_file() or file.resolve().parent != folder:
        raise PageError(404, "There is no such page.")
    kind = _TYPES.get(file.suffix, "application/octet-stream") + "; charset=utf-8"
    return Page(200, file.read_bytes(), kind, _HEADERS | {"Content-Security-Policy": _POLICY})


def mail(html: str) -> Page:
    """Return a mail's HTML; no script in it runs."""
    headers = _HEADERS | {"Content-Security-Policy": _MAIL_POLICY}
    return Page(200, html.encode(), "text/html; charset=utf-8", headers)


def frame(html: str) -> Page:
    """Return a sidebar's or dialog's page, with `google.script.run` put before what it brings itself."""
    shim = "<script>" + (STATIC / "shim.js").read_text("utf-8") + "</script>"
    match = _DOCTYPE.match(html)
    end = match.end() if match else 0
    headers = _HEADERS | {"Content-Security-Policy": _FRAME_POLICY}
    return Page(200, (html[:end] + shim + html[end:]).encode(), "text/html; charset=utf-8", headers)
