"""Client of the Sheets API; the only importer of gspread.

gspread's `HTTPClient` carries the requests; its retries are not used, as they do not know whether a write
was applied (`server.sheets.commit.committer` does).
Reference: developers.google.com/workspace/sheets/api/reference/rest.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import google.auth.exceptions
import msgspec
import requests
from gspread.exceptions import APIError
from gspread.http_client import HTTPClient

from server.core.cells import Cell
from server.sheets.api.credentials import GOOGLE, SCOPE, default_credentials, of_another_google
from server.sheets.api.failures import ApiFailure, NoAnswer, failure_of
from server.texts import in_english

CONNECT_SECONDS = 3.0
"""Longest time for a connection to Google to come about."""
ANSWER_SECONDS = 8.0
"""Longest time for Google to answer a call of live scoring, which answers within ten seconds."""
SHORTEST_SECONDS = 0.75
"""However little time is left: shorter, and Google could hardly ever answer."""
LONG_ANSWER_SECONDS = 90.0
"""Longest time for Google to answer a call of a retrain; Google itself gives up after 180."""

Json = dict[str, Any]
__all__ = [
    "GOOGLE",
    "SCOPE",
    "Meter",
    "SheetsClient",
    "Unmetered",
    "decoded_column",
    "default_credentials",
    "of_another_google",
]

T = TypeVar("T")

_AS_COLUMNS = {
    "majorDimension": "COLUMNS",
    "valueRenderOption": "UNFORMATTED_VALUE",
    "dateTimeRenderOption": "SERIAL_NUMBER",
}


class Meter(Protocol):
    """Check before each call whether the quota still allows it."""

    def spend(
        self, spreadsheet_id: str, kind: str, *, long_work: bool, heartbeat: bool = False, spare: bool = False
    ) -> None:
        """Note one call of `kind` ("read" or "write"), or raise `QuotaError`, or wait where `long_work`.

        A `heartbeat` of long work does not wait either: the next one comes in a moment. A `spare` call is let
        through only while half of the minute is free.
        """

    def wait_for_room(self, spreadsheet_id: str) -> None:
        """Wait until long work has room for the calls of a transaction."""


class Unmetered:
    """Meter that allows every call."""

    def spend(
        self, spreadsheet_id: str, kind: str, *, long_work: bool, heartbeat: bool = False, spare: bool = False
    ) -> None:
        """Do nothing."""

    def wait_for_room(self, spreadsheet_id: str) -> None:
        """Do nothing."""


class SheetsClient:
    """Calls to one Google, for any spreadsheet that the service account may open.

    Parameters
    ----------
    credentials
        Returns google-auth credentials; called once, at the first call to Google.
    base_url
        Another Google than Google, for trying the product without an account.
    meter
        Asked before each call.
    long_work
        Whether the calls belong to a retrain: long time limits, and the quota's second place.
    """

    def __init__(
        self,
        credentials: Callable[[], Any],
        base_url: str = GOOGLE,
        meter: Meter | None = None,
        *,
        long_work: bool = False,
    ) -> None:
        self._make_credentials = credentials
        self._base_url = base_url.rstrip("/")
        self._meter = meter or Unmetered()
        self._long_work = long_work
        self._heartbeat = self._spare = False
        self._shared = _Shared()

    def for_long_work(self, *, heartbeat: bool = False) -> SheetsClient:
        """Return a client with the same credentials for the calls of a retrain, or for its signs of life."""
        client = SheetsClient(self._make_credentials, self._base_url, self._meter, long_work=True)
        client._heartbeat = heartbeat
        client._shared = self._shared
        return client

    def for_spare_moments(self) -> SheetsClient:
        """Return a client with the same credentials for calls that are made only while quota abounds."""
        client = SheetsClient(self._make_credentials, self._base_url, self._meter)
        client._spare = True
        client._shared = self._shared
        return client

    @property
    def is_long_work(self) -> bool:
        """Whether the calls belong to long work."""
        return self._long_work

    def wait_for_room(self, spreadsheet_id: str) -> None:
        """Have long work wait until there is room for the calls of a transaction; others do not wait."""
        if self._long_work:
            self._meter.wait_for_room(spreadsheet_id)

    @property
    def service_account(self) -> str:
        """E-mail address of the service account, "" where there are no credentials or they have none."""
        try:
            return str(getattr(self._credentials(), "service_account_email", "") or "")
        except google.auth.exceptions.GoogleAuthError:
            return ""

    def get(
        self, spreadsheet_id: str, ranges: Sequence[str], fields: str, *, seconds: float | None = None
    ) -> Json:
        """Return the parts of the spreadsheet that `fields` names, limited to `ranges` (spreadsheets.get).

        Parameters
        ----------
        seconds
            Longest time to wait for the answer; at most, and by default, what the client allows.
        """
        params: Json = {"fields": fields}
        if ranges:
            params["ranges"] = list(ranges)
        return self._call(spreadsheet_id, "read", "get", "", params=params, seconds=seconds)

    def columns(
        self, spreadsheet_id: str, ranges: Sequence[str], *, seconds: float | None = None
    ) -> list[list[list[Cell]]]:
        """Return the values of `ranges`, each as a list of columns (values.batchGet).

        Numbers come as numbers and dates as serials; trailing empty cells of a column are not there.
        """
        params = {**_AS_COLUMNS, "ranges": list(ranges)}
        answer = self._call(spreadsheet_id, "read", "get", "/values:batchGet", params=params, seconds=seconds)
        return [part.get("values", []) for part in answer.get("valueRanges", [])]

    def undecoded_columns(self, spreadsheet_id: str, ranges: Sequence[str]) -> list[msgspec.Raw]:
        """Return what `columns` does as the JSON that came, a tenth of the memory; see `decoded_column`."""
        params = {**_AS_COLUMNS, "ranges": list(ranges)}
        answer = self._answer(spreadsheet_id, "read", "get", "/values:batchGet", _Parts, params=params)
        return [part.values for part in answer.valueRanges]

    def batch_update(
        self,
        spreadsheet_id: str,
        requests_: Sequence[Json],
        *,
        ranges: Sequence[str] = (),
        fields: str = "",
        seconds: float | None = None,
    ) -> Json:
        """Apply `requests_` all together or not at all (spreadsheets.batchUpdate).

        Parameters
        ----------
        seconds
            Longest time to wait for the answer; at most, and by default, what the client allows.

        Returns
        -------
        dict
            Google's answer; with `ranges`, its `updatedSpreadsheet` holds them as they are afterwards, as far
            as `fields` (a mask of the spreadsheet) names it.
        """
        body: Json = {"requests": list(requests_)}
        params: Json = {}
        if ranges:
            body |= {"includeSpreadsheetInResponse": True, "responseRanges": list(ranges)}
            params["fields"] = f"updatedSpreadsheet({fields})"
        return self._call(
            spreadsheet_id, "write", "post", ":batchUpdate", params=params, body=body, seconds=seconds
        )

    def put_rows(self, spreadsheet_id: str, data: Mapping[str, Sequence[Sequence[Cell]]]) -> None:
        """Write rows of plain values to ranges, as they are: no text becomes a formula (RAW)."""
        body = {
            "valueInputOption": "RAW",
            "data": [{"range": where, "values": rows} for where, rows in data.items()],
        }
        self._call(spreadsheet_id, "write", "post", "/values:batchUpdate", params={}, body=body)

    def _call(
        self,
        spreadsheet_id: str,
        kind: str,
        method: str,
        path: str,
        *,
        params: Json,
        body: Json | None = None,
        seconds: float | None = None,
    ) -> Json:
        return self._answer(
            spreadsheet_id, kind, method, path, Json, params=params, body=body, seconds=seconds
        )

    def _answer(
        self,
        spreadsheet_id: str,
        kind: str,
        method: str,
        path: str,
        shape: type[T],
        *,
        params: Json,
        body: Json | None = None,
        seconds: float | None = None,
    ) -> T:
        self._meter.spend(
            spreadsheet_id,
            kind,
            long_work=self._long_work,
            heartbeat=self._heartbeat,
            spare=self._spare,
        )
        url = f"{self._base_url}/v4/spreadsheets/{spreadsheet_id}{path}"
        headers = {"Content-Type": "application/json"} if body is not None else None
        data = msgspec.json.encode(body, enc_hook=in_english) if body is not None else None
        params = {"prettyPrint": "false", **params}  # indented, 1,500 rows are three times as many bytes
        try:
            response = self._http(seconds).request(method, url, params=params, data=data, headers=headers)
            return msgspec.json.decode(response.content, type=shape)
        except APIError as error:
            raise failure_of(error.response, is_write=kind == "write") from error
        except (requests.RequestException, google.auth.exceptions.TransportError, ValueError) as error:
            raise NoAnswer(type(error).__name__) from error
        except google.auth.exceptions.GoogleAuthError as error:
            raise ApiFailure(401, f"no access token: {type(error).__name__}") from error

    def _http(self, seconds: float | None) -> HTTPClient:
        """Return this thread's connection; requests does not promise that threads may share one."""
        longest = LONG_ANSWER_SECONDS if self._long_work else ANSWER_SECONDS
        patience = longest if seconds is None else max(SHORTEST_SECONDS, min(longest, seconds))
        name = "long" if self._long_work else "short"
        client: HTTPClient | None = getattr(self._shared.local, name, None)
        if client is None:
            client = HTTPClient(auth=self._credentials())
            setattr(self._shared.local, name, client)
        client.set_timeout((min(CONNECT_SECONDS, patience), patience))
        return client

    def _credentials(self) -> Any:
        with self._shared.lock:
            if self._shared.credentials is None:
                self._shared.credentials = self._make_credentials()
            return self._shared.credentials


class _Part(msgspec.Struct):
    values: msgspec.Raw = msgspec.Raw(b"[]")


class _Parts(msgspec.Struct):
    valueRanges: list[_Part] = msgspec.field(default_factory=list)  # noqa: N815  # Google's name


def decoded_column(part: msgspec.Raw) -> list[Cell]:
    """Return the cells of the one column that a part holds.

    >>> decoded_column(msgspec.Raw(b'[["A", 1, ""]]')), decoded_column(msgspec.Raw(b"[]"))
    (['A', 1, ''], [])
    """
    columns = msgspec.json.decode(part, type=list[list[Any]])
    return columns[0] if columns else []


class _Shared:
    """State that the clients of one process share."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.local = threading.local()
        self.credentials: Any = None
