"""Cells that lead to the lists of customers: text with a link for each list, never a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from server.core.segments.lists import CustomerList, Kind, link
from server.core.wording import Wording
from server.sheets.api.requests import Json, cell_data

BETWEEN = " · "
FIELDS = "userEnteredValue,textFormatRuns"
"""What a linked cell is written with."""


def list_cells(sheet_id: int, lists: Iterable[CustomerList], wording: Wording) -> dict[int, Json]:
    """Return the cell that leads to the lists of each segment, by cluster.

    Parameters
    ----------
    sheet_id
        Of `Segmented_Customers`.
    """
    parts: dict[int, list[tuple[str, str]]] = {}
    for item in lists:
        if item.cluster is not None:
            address = link(sheet_id, item.kind, item.cluster)
            parts.setdefault(item.cluster, []).append((_told(item, wording), address))
    return {number: linked(found) for number, found in parts.items()}


def _told(each: CustomerList, wording: Wording) -> str:
    if each.kind is Kind.ALL:
        return wording.say("Show customers")
    count = wording.number(each.customers)
    if each.kind is Kind.MOVED_IN:
        return wording.say("{count} moved in", count=count)
    return wording.say("{count} moved out", count=count)


def linked(parts: Sequence[tuple[str, str]]) -> Json:
    """Return a cell of texts, each a link to its address.

    >>> linked([("a", "#gid=1"), ("b", "#gid=2")])["textFormatRuns"][1:]
    [{'startIndex': 1, 'format': {}}, {'startIndex': 4, 'format': {'link': {'uri': '#gid=2'}}}]
    """
    text = ""
    runs: list[Json] = []
    for told, address in parts:
        if text:
            runs.append({"startIndex": _units(text), "format": {}})
            text += BETWEEN
        runs.append({"startIndex": _units(text), "format": {"link": {"uri": address}}})
        text += told
    return cell_data(text) | {"textFormatRuns": runs}


def _units(text: str) -> int:
    """Return the length of a text as Google counts it, in units of UTF-16."""
    return len(text.encode("utf-16-le")) // 2
