"""Converts files that are uploaded to Drive: a csv becomes the one tab of a spreadsheet."""

from __future__ import annotations

import csv
import email.parser
import email.policy
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any

from sheets_standin.google.drive_errors import refusal
from sheets_standin.spreadsheet.document import Document, LimitError, Sheet
from sheets_standin.spreadsheet.grid import Grid
from sheets_standin.spreadsheet.structure import delete_sheet

_DELIMITERS = {"text/csv": ",", "text/tab-separated-values": "\t"}


@dataclass(frozen=True, slots=True)
class Upload:
    """What was uploaded: the file's metadata, its type and its bytes."""

    metadata: Mapping[str, Any]
    content_type: str
    content: bytes


def read_upload(kind: str, content_type: str, body: bytes) -> Upload:
    """Return what a body holds.

    Parameters
    ----------
    kind
        Drive's uploadType: "media" for the file alone, "multipart" for metadata and file.
    """
    if kind == "media":
        return Upload({}, _bare(content_type), body)
    if kind != "multipart":
        raise refusal(501, f"The local stand-in does not support uploads of type {kind}.", "notImplemented")
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    parts = list(message.iter_parts()) if message.is_multipart() else []
    if len(parts) != 2:
        raise refusal(400, "Malformed multipart body.", "badContent")
    try:
        metadata = json.loads(_payload(parts[0]) or b"{}")
    except ValueError:
        raise refusal(400, "Parse Error", "parseError") from None
    return Upload(metadata, parts[1].get_content_type(), _payload(parts[1]))


def _payload(part: Message[str, str]) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _bare(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def rows_of(upload: Upload) -> list[list[str]]:
    """Return the rows of a csv or tsv; refuse what the stand-in would have to guess at."""
    delimiter = _DELIMITERS.get(upload.content_type)
    if delimiter is None:
        raise refusal(
            501, f"The local stand-in converts no files of type {upload.content_type}.", "notImplemented"
        )
    try:
        text = upload.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refusal(501, "The local stand-in converts text in UTF-8 alone.", "notImplemented") from None
    first = text.partition("\n")[0]
    if delimiter == "," and "," not in first and (";" in first or "\t" in first):
        raise refusal(501, "The local stand-in does not guess at a csv's delimiter.", "notImplemented")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def convert(document: Document, rows: list[list[str]], actor: str, call: str) -> None:
    """Have rows take the place of all tabs: one tab of the spreadsheet's title, read as if they were typed."""
    width = max(map(len, rows), default=0)
    try:
        with document.changing(actor, call):
            grid = Grid(max(1000, len(rows)), max(26, width))
            sheet = Sheet(document.new_sheet_id(), document.title, grid)
            for former in list(document.sheets):
                delete_sheet(document, former)
            document.sheets.append(sheet)
            contents = [[document.typed(None, text) for text in row] for row in rows]
            document.put(sheet, 0, 0, contents, "import")
            document.noted("import", sheet.title)
    except LimitError as error:
        raise refusal(400, str(error), "badRequest") from None
