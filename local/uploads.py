"""Loads somebody's own file into `Training_Data`."""

from __future__ import annotations

import base64
import binascii
import tempfile
from pathlib import Path

from local.load import LoadError, load
from sheets_standin.page.guard import Refused
from sheets_standin.spreadsheet.document import Document, LimitError


def load_upload(document: Document, name: str, content: str, actor: str) -> int:
    """Load a file that a page sent; return the number of rows below the header.

    Parameters
    ----------
    content
        Its bytes in Base64, as encoding and kind of the file are to be found from them.

    Raises
    ------
    Refused
        If it holds no table, or no row below a header.
    """
    try:
        data = base64.b64decode(content, validate=True)
    except binascii.Error:
        raise Refused(f"{name} did not arrive whole.") from None
    with tempfile.TemporaryDirectory(prefix="audience-") as folder:
        file = Path(folder) / "data.csv"
        file.write_bytes(data)
        try:
            return load(document, file, actor)
        except (LoadError, LimitError) as error:
            raise Refused(str(error).replace("data.csv", name)) from None
