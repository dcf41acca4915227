"""What the stand-in answers, as tables for its README: ``python -m sheets_standin.coverage`` writes them anew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sheets_standin.google import drive
from sheets_standin.sheets_api.kinds import batch_kinds, calls, refused_batch_kinds

README = Path(__file__).resolve().parent / "README.md"
BEGIN, END = "<!-- answers -->\n", "<!-- end of answers -->"
_COLUMNS = 3


def tables() -> str:
    """Return the calls and the kinds of batchUpdate that are answered, and the kinds that are refused."""
    parts = [
        ("Calls of the Sheets API", calls()),
        ("Calls of Drive", sorted(drive.CALLS)),
        ("Requests of batchUpdate", batch_kinds()),
        ("Requests of batchUpdate that are answered with 501", refused_batch_kinds()),
    ]
    return "\n".join(f"### {title}\n\n{_table(names)}" for title, names in parts)


def renewed(text: str) -> str:
    """Return a text with the tables between its marks made anew."""
    before, _, rest = text.partition(BEGIN)
    return before + BEGIN + "\n" + tables() + "\n" + END + rest.partition(END)[2]


def _table(names: Sequence[str]) -> str:
    rows = [names[start : start + _COLUMNS] for start in range(0, len(names), _COLUMNS)]
    cells = [[f"`{name}`" for name in row] + [""] * (_COLUMNS - len(row)) for row in rows]
    lines = ["| " + " | ".join(row) + " |" for row in cells]
    return "\n".join(["|" + " |" * _COLUMNS, "|" + "---|" * _COLUMNS, *lines]) + "\n"


if __name__ == "__main__":
    README.write_text(renewed(README.read_text(encoding="utf-8")), encoding="utf-8")
