"""Somebody's own file becomes `Training_Data`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sandbox.load import LoadError, load
from sandbox.page.guard import Refused
from sandbox.spreadsheet.document import Document, LimitError


def load_text(document: Document, name: str, text: str, actor: str) -> int:
    """Load the text of a csv; return the number of rows below the header.

    Raises
    ------
    Refused
        If it is none.
    """
    if len(text.split("\n", 2)) < 2 or not text.split("\n", 1)[1].strip():
        raise Refused(f"{name} holds no rows below a header.")
    with tempfile.TemporaryDirectory(prefix="audience-") as folder:
        file = Path(folder) / "data.csv"
        file.write_text(text, encoding="utf-8", newline="")
        try:
            return load(document, file, actor)
        except (LoadError, LimitError) as error:
            raise Refused(str(error).replace("data.csv", name)) from None
