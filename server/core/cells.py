"""Values of cells as the Sheets API gives them, and search of columns by header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from server.errors import LayoutError
from server.layout.headers import column_letter, normalised
from server.texts import joined, to_say

Cell = str | int | float | bool | None
"""A value as UNFORMATTED_VALUE gives it; "" and None are empty, dates are serials."""

FAILED = frozenset(
    """
    #DIVIDE_BY_ZERO #N_A #NAME #NULL_VALUE #NUM #REF #VALUE #ERROR #LOADING
    #DIV/0! #N/A #NAME? #NULL! #NUM! #REF! #VALUE! #ERROR!
    """.split()
)
"""What a failing formula shows: the API's names for it, and the sheet's."""


def is_empty(cell: Cell) -> bool:
    """Whether a cell is empty; a cell of blanks is.

    >>> is_empty(""), is_empty("  "), is_empty(None), is_empty(0)
    (True, True, True, False)
    """
    return cell is None or (isinstance(cell, str) and not cell.strip())


def text_of(cell: Cell) -> str:
    """Return a cell as text: trimmed, whole numbers without a decimal point, others in the shortest form.

    >>> text_of(13085.0), text_of(" 00123 "), text_of(0.1), text_of(None), text_of(True)
    ('13085', '00123', '0.1', '', 'TRUE')
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    return repr(cell)


def is_same(cell: Cell, wanted: Cell) -> bool:
    """Whether a cell holds a text or number, as far as a spreadsheet keeps numbers apart.

    >>> is_same(" A ", "A"), is_same(0.30000000000000004, 0.3), is_same("3", 3), is_same("", 0)
    (True, True, True, False)
    """
    if isinstance(cell, str) or isinstance(wanted, str):
        return text_of(cell) == text_of(wanted)
    return isinstance(cell, int | float) and isinstance(wanted, int | float) and abs(cell - wanted) < 1e-6


def find_columns(header: Sequence[Cell], wanted: Sequence[str]) -> dict[str, int]:
    """Return the position from 0 of each wanted header, whatever its case and spacing.

    Raises
    ------
    LayoutError
        If headers are missing or stand twice: all of them are named.

    Examples
    --------
    >>> find_columns(["customer id", "", "Recency "], ["CustomerID", "Recency"])
    {'CustomerID': 0, 'Recency': 2}
    """
    places: dict[str, list[int]] = {}
    for position, cell in enumerate(header):
        if not is_empty(cell):
            places.setdefault(normalised(text_of(cell)), []).append(position)
    places_by_name = {name: places.get(normalised(name), []) for name in wanted}
    if any(len(at) != 1 for at in places_by_name.values()):
        raise _wrong_headers(places_by_name)
    return {name: at[0] for name, at in places_by_name.items()}


def _wrong_headers(places: Mapping[str, Sequence[int]]) -> LayoutError:
    missing = [name for name, at in places.items() if not at]
    twice = [
        to_say("{header} (columns {columns})", header=name, columns=", ".join(map(column_letter, at)))
        for name, at in places.items()
        if len(at) > 1
    ]
    problems = []
    if missing:
        problems.append(to_say("missing in row 1: {headers}", headers=", ".join(missing)))
    if twice:
        problems.append(to_say("there twice: {headers}", headers=joined(", ", twice)))
    return LayoutError(
        to_say("{problems}.", problems=joined("; ", problems)),
        hint=to_say("Put missing headers back into row 1 and rename the second of two equal ones."),
    )
