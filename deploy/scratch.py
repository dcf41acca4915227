"""A scratch tab in a spreadsheet, two processes that write to it at once, and a pace that Google's quota allows."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from server.sheets.api.client import GOOGLE, SheetsClient, default_credentials
from server.sheets.api.failures import ApiFailure, NoAnswer
from server.sheets.api.requests import cell_data, update_cells

Json = dict[str, Any]

ROOT = Path(__file__).resolve().parent.parent
TITLE = "ATE verify "
KEY = "ate-verify"
CALLS_A_MINUTE = 50
"""Google allows one account 60 reads and 60 writes."""
WAIT_SECONDS = 20.0
PATIENCE = 6


class NotTried(Exception):
    """Something that a trial needs is not here; the text says what."""


class Paced(SheetsClient):
    """Spreads its calls over the minute, and waits where Google says that there were too many.

    Parameters
    ----------
    pause_seconds
        Between two calls.

    Attributes
    ----------
    calls
        What was asked and answered; whoever wants to know empties it before.
    """

    def __init__(
        self,
        credentials: Callable[[], Any],
        base_url: str,
        *,
        pause_seconds: float,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(credentials, base_url, long_work=True)
        self.calls: list[Json] = []
        self._pause = pause_seconds
        self._sleep = sleep

    @property
    def is_paced(self) -> bool:
        """Whether time passes between the calls."""
        return self._pause > 0

    def rest(self, calls: int = 1) -> None:
        """Wait as long as so many calls take of the quota."""
        if self._pause:
            self._sleep(calls * self._pause)

    def _call(self, *arguments: Any, **options: Any) -> Json:
        _spreadsheet_id, _kind, method, path = arguments
        asked = {"call": f"{method} {path}", "params": options.get("params"), "body": options.get("body")}
        for _ in range(PATIENCE):
            self.rest()
            try:
                answer = super()._call(*arguments, **options)
            except ApiFailure as failure:
                if not failure.is_quota:
                    answered = {"status": failure.status, "message": failure.message}
                    self.calls.append({"asked": asked, "answered": answered})
                    raise
                self._sleep(failure.retry_after_seconds or WAIT_SECONDS)
            else:
                self.calls.append({"asked": asked, "answered": answer})
                return answer
        raise NotTried("Google's quota of calls a minute is used up by others")


class Scratch:
    """A tab of its own in somebody's spreadsheet; when it is left, everything that was made is gone.

    Attributes
    ----------
    sheet_id
        Id of the tab, chosen here.
    """

    def __init__(self, client: Paced, spreadsheet_id: str, *, base_url: str = GOOGLE) -> None:
        self.client = client
        self.spreadsheet_id = spreadsheet_id
        self.base_url = base_url
        self.title = TITLE + secrets.token_hex(4)
        self.sheet_id = self.new_id()
        self.viewer: SheetsClient | None = None

    @staticmethod
    def new_id() -> int:
        """Return an id that nothing in the spreadsheet has, but by a chance of one in millions."""
        return 100_000_000 + secrets.randbelow(1_900_000_000)

    def __enter__(self) -> Scratch:
        size = {"rowCount": 100, "columnCount": 26}
        properties = {"sheetId": self.sheet_id, "title": self.title, "hidden": True, "gridProperties": size}
        self.write({"addSheet": {"properties": properties}})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Delete the tabs, and with them their protected ranges, then the entries of metadata."""
        spreadsheet = self.client.get(
            self.spreadsheet_id,
            [],
            "developerMetadata(metadataId,metadataKey),sheets(properties(sheetId,title))",
        )
        requests: list[Json] = [
            {"deleteSheet": {"sheetId": sheet["properties"].get("sheetId", 0)}}
            for sheet in spreadsheet.get("sheets", [])
            if str(sheet["properties"].get("title", "")).startswith(self.title)
        ]
        requests += [
            {"deleteDeveloperMetadata": {"dataFilter": by_id(entry["metadataId"])}}
            for entry in spreadsheet.get("developerMetadata", [])
            if entry.get("metadataKey") == KEY
        ]
        if requests:
            self.write(*requests)

    def write(self, *requests: Json, ranges: Sequence[str] = (), fields: str = "") -> Json:
        """Apply requests, all or none."""
        return self.client.batch_update(self.spreadsheet_id, requests, ranges=ranges, fields=fields)

    def refused(self, *requests: Json, ranges: Sequence[str] = (), fields: str = "") -> str:
        """Return Google's words where it refuses the requests with 400, "" where it does not."""
        try:
            self.write(*requests, ranges=ranges, fields=fields)
        except ApiFailure as failure:
            if failure.status != 400:
                raise
            return failure.message
        return ""

    def cell(self, row: int, column: int, value: Any) -> Json:
        """Return a request that writes a typed value to a sheet row (from 1) and a column (from 0)."""
        return update_cells(self.sheet_id, row, column, [[cell_data(value)]], "userEnteredValue")

    def values(self, cells: str) -> list[list[Any]]:
        """Return values of the tab, by column."""
        (column,) = self.client.columns(self.spreadsheet_id, [f"'{self.title}'!{cells}"])
        return column

    def data(self, cells: str, fields: str) -> list[list[Json]]:
        """Return cells of the tab, by row, as `fields` names their parts."""
        answer = self.client.get(
            self.spreadsheet_id, [f"'{self.title}'!{cells}"], f"sheets(data(rowData(values({fields}))))"
        )
        return rows_of(answer)

    def protections(self, *ranges: str) -> list[Json]:
        """Return the tab's protected ranges, as a read limited to ranges shows them."""
        answer = self.client.get(
            self.spreadsheet_id,
            [f"'{self.title}'!{area}" for area in ranges],
            "sheets(properties(sheetId),protectedRanges)",
        )
        protected: list[Json] = [
            area
            for sheet in answer.get("sheets", [])
            if sheet["properties"].get("sheetId", 0) == self.sheet_id
            for area in sheet.get("protectedRanges", [])
        ]
        return protected

    def racers(self) -> Racers:
        """Start two processes that write to the spreadsheet on a word."""
        return Racers(self)


class Racers:
    """Two processes, each with a connection of its own, that send their requests at the same time."""

    def __init__(self, scratch: Scratch) -> None:
        command = [sys.executable, "-m", "deploy.scratch", scratch.spreadsheet_id, scratch.base_url]
        self._client = scratch.client
        self._running = [
            subprocess.Popen(  # noqa: S603 - this program itself
                command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
            )
            for _ in range(2)
        ]

    def __enter__(self) -> Racers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._running:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.close()
            process.wait()
            process.stdout.close()

    def race(self, *requests: Sequence[Json]) -> list[Json]:
        """Have each process send its requests; return what each was told: {"answer"} or {"status", "message"}."""
        self._client.rest(len(requests))
        for process, wanted in zip(self._running, requests, strict=True):
            assert process.stdin is not None
            process.stdin.write(json.dumps(list(wanted)) + "\n")
        answers: list[Json] = []
        for process in self._running:
            assert process.stdout is not None
            answers.append(json.loads(process.stdout.readline()))
        if any(line.get("status") in (401, 403) for line in answers):
            raise NotTried(f"the second process may not write: {answers}")
        return answers


def by_id(metadata_id: int) -> Json:
    """Return the filter for one entry of developer metadata."""
    return {"developerMetadataLookup": {"metadataId": metadata_id}}


def rows_of(answer: Json) -> list[list[Json]]:
    """Return the cells of the first range of an answer that holds some."""
    for sheet in answer.get("sheets", []):
        for block in sheet.get("data", []):
            if "rowData" in block:
                return [row.get("values", []) for row in block["rowData"]]
    return []


def _serve(spreadsheet_id: str, base_url: str) -> None:
    """Send each line of the standard input as one batch, and tell what came of it."""
    client = SheetsClient(lambda: default_credentials(base_url), base_url, long_work=True)
    for line in sys.stdin:
        try:
            answer: Json = {"answer": client.batch_update(spreadsheet_id, json.loads(line))}
        except ApiFailure as failure:
            answer = {"status": failure.status, "message": failure.message}
        except NoAnswer as failure:
            answer = {"status": 0, "message": str(failure)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve(sys.argv[1], sys.argv[2])
