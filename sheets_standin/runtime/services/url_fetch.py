"""UrlFetchApp: fetches what the manifest allows, from where the stand-in says that it is."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3

from sheets_standin.runtime.execution import Execution
from sheets_standin.runtime.services.blob import BlobObject, signed, text_of, unsigned
from sheets_standin.runtime.wire import NotSupported, ScriptError, ServiceObject, Undefined

TIMEOUT_SECONDS = 60.0
MOST_URL_CHARACTERS = 2082
MOST_HEADERS, MOST_HEADER_BYTES = 100, 8192
MOST_BODY_BYTES = 50 * 1024 * 1024
MOST_REDIRECTS = 10
SHOWN_OF_AN_ERROR = 160
AGENT = (
    "Mozilla/5.0 (compatible; Google-Apps-Script; beanserver; +https://script.google.com; id: local-stand-in)"
)

_METHODS = ("GET", "DELETE", "PATCH", "POST", "PUT", "HEAD", "OPTIONS")
_OPTIONS = {
    "contentType",
    "headers",
    "method",
    "payload",
    "useIntranet",
    "validateHttpsCertificates",
    "followRedirects",
    "muteHttpExceptions",
    "escaping",
    "timeoutSeconds",
}
_OWN_HEADERS = ("host", "content-length", "connection", "accept-encoding", "x-forwarded-for")

_pool = urllib3.PoolManager(maxsize=16, retries=False)


class UrlFetchService(ServiceObject):
    """UrlFetchApp."""

    js = "UrlFetchApp"

    def __init__(self, execution: Execution) -> None:
        self._execution = execution

    def fetch(self, url: str, options: Mapping[str, Any] | None = None) -> ResponseObject:
        return self._fetched(url, _without_gaps(options))

    def fetchAll(self, requests: list[Any]) -> list[ResponseObject]:
        prepared = [(request, {}) if isinstance(request, str) else _split(request) for request in requests]
        with ThreadPoolExecutor(max_workers=max(1, min(8, len(prepared)))) as workers:
            return list(workers.map(lambda worker: self._fetched(*worker), prepared))

    def getRequest(self, url: str, options: Mapping[str, Any] | None = None) -> dict[str, Any]:
        given = _without_gaps(options)
        method, headers, payload = _request(given)
        kind = headers.pop("Content-Type", None)
        made: dict[str, Any] = {"url": url, "method": method.lower(), "headers": headers}
        made |= {name: given[name] for name in ("followRedirects", "muteHttpExceptions") if name in given}
        if kind:
            made["contentType"] = kind
        if payload is not None:
            made["payload"] = payload.decode("utf-8", "replace")
        return made

    def _fetched(self, url: str, options: dict[str, Any]) -> ResponseObject:
        method, headers, payload = _request(options)
        end = time.monotonic() + self._execution.script.fetch_seconds
        for _ in range(MOST_REDIRECTS):
            self._refuse(url)
            response = self._sent(method, url, headers, payload, end)
            target = response.headers.get("Location")
            if response.status not in (301, 302, 303, 307, 308) or not target:
                break
            if not options.get("followRedirects", True):
                break
            url = urljoin(url, target)
            if response.status in (301, 302, 303):
                method, payload = "GET", None
        answer = ResponseObject(response.status, response.headers, response.data)
        if response.status >= 400 and not options.get("muteHttpExceptions"):
            raise ScriptError(
                f"Request failed for {_origin(url)} returned code {response.status}. Truncated server response: "
                f"{answer.getContentText()[:SHOWN_OF_AN_ERROR]} "
                "(use muteHttpExceptions option to examine full response)"
            )
        return answer

    def _refuse(self, url: str) -> None:
        if len(url) > MOST_URL_CHARACTERS:
            raise ScriptError("Limit Exceeded: URLFetch URL Length.")
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ScriptError(f"Invalid argument: {url}")
        if not self._execution.script.project.may_fetch(url):
            # No public record of Google's own words was found.
            raise ScriptError(f"The URL {url} is not in the urlFetchWhitelist of the script's manifest.")

    def _sent(
        self, method: str, url: str, headers: Mapping[str, str], payload: bytes | None, end: float
    ) -> urllib3.BaseHTTPResponse:
        real = self._real(url)
        left = max(0.001, end - time.monotonic())
        try:
            return _pool.request(
                method,
                real,
                body=payload,
                headers={"User-Agent": AGENT, "Accept-Encoding": "gzip", **headers},
                timeout=urllib3.Timeout(total=left),
                redirect=False,
                preload_content=True,
            )
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ProtocolError):
            raise ScriptError(f"Address unavailable: {url}") from None
        except urllib3.exceptions.TimeoutError:
            raise ScriptError(f"Timeout: {url}") from None

    def _real(self, url: str) -> str:
        for beginning, real in self._execution.script.hosts.items():
            if url.startswith(beginning):
                return real + url[len(beginning) :]
        raise ScriptError(f"DNS error: {url}")  # nothing but loopback is ever asked


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _without_gaps(options: Mapping[str, Any] | None) -> dict[str, Any]:
    given = {k: v for k, v in (options or {}).items() if not (v is None or isinstance(v, Undefined))}
    if unknown := set(given) - _OPTIONS:
        raise NotSupported(f"UrlFetchApp option {sorted(unknown)[0]}")
    return given


def _split(request: Any) -> tuple[str, dict[str, Any]]:
    if not isinstance(request, dict) or not isinstance(request.get("url"), str):
        raise ScriptError("Attribute provided with no value: url")
    return request["url"], _without_gaps({k: v for k, v in request.items() if k != "url"})


def _request(options: Mapping[str, Any]) -> tuple[str, dict[str, str], bytes | None]:
    """Return method, headers and body; without a method, a payload makes it a POST."""
    payload = options.get("payload")
    method = str(options.get("method", "get" if payload is None else "post")).upper()
    if method not in _METHODS:
        raise ScriptError(f"Attribute provided with invalid value: method: {options.get('method')}")
    headers = _headers(options.get("headers") or {})
    body, kind = _body(payload)
    wanted = options.get("contentType") or kind
    if body is not None and wanted and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = str(wanted)
    if body is not None and len(body) > MOST_BODY_BYTES:
        raise ScriptError("Limit Exceeded: URLFetch POST Size.")
    return method, headers, body


def _headers(given: Mapping[str, Any]) -> dict[str, str]:
    headers = {}
    for name, value in given.items():
        text = str(value)
        if name.lower() in _OWN_HEADERS or "\n" in text or "\r" in text:
            raise ScriptError(f"Attribute provided with invalid value: Header:{name}")
        if len(text.encode()) > MOST_HEADER_BYTES:
            raise ScriptError("Limit Exceeded: URLFetch Header Size.")
        headers[name] = text
    if len(headers) > MOST_HEADERS:
        raise ScriptError("Limit Exceeded: URLFetch Headers.")
    return headers


def _body(payload: Any) -> tuple[bytes | None, str | None]:
    form = "application/x-www-form-urlencoded"
    if payload is None:
        return None, None
    if isinstance(payload, str):
        return payload.encode(), form
    if isinstance(payload, BlobObject):
        return payload.data, payload.content_type
    if isinstance(payload, list):
        return unsigned(payload), form
    if isinstance(payload, dict) and not any(isinstance(value, ServiceObject) for value in payload.values()):
        return urlencode({name: str(value) for name, value in payload.items()}).encode(), form
    raise NotSupported("a UrlFetchApp payload of this kind")


class ResponseObject(ServiceObject):
    """What a server answered."""

    js = "UrlFetchApp.HTTPResponse"

    def __init__(self, status: int, headers: Mapping[str, str], data: bytes) -> None:
        self._status, self._data = status, data
        self._headers: dict[str, Any] = {}
        names = getattr(headers, "getlist", None)
        for name in headers:
            values = names(name) if names else [headers[name]]
            self._headers[name] = values if len(values) > 1 else values[0]

    def getResponseCode(self) -> int:
        return self._status

    def getContentText(self, charset: str = "UTF-8") -> str:
        return text_of(self._data, charset)

    def getContent(self) -> list[int]:
        return signed(self._data)

    def getHeaders(self) -> dict[str, Any]:
        return {k: v[0] if isinstance(v, list) else v for k, v in self._headers.items()}

    def getAllHeaders(self) -> dict[str, Any]:
        return dict(self._headers)

    def getBlob(self) -> BlobObject:
        return BlobObject(self._data, self.getHeaders().get("Content-Type"))
