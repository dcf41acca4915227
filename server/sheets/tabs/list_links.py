"""Cells that link to the lists of customers: text with a link for each list, never a formula."""

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
    for customer_list in lists:
        if customer_list.cluster is not None:
            address = link(sheet_id, customer_list.kind, customer_list.cluster)
            parts.setdefault(customer_list.cluster, []).append((_link_text(customer_list, wording), address))
    return {number: linked(links) for number, links in parts.items()}


def _link_text(customer_list: CustomerList, wording: Wording) -> str:
    if customer_list.kind is Kind.ALL:
        return wording.say("Show customers")
    count = wording.number(customer_list.customers)
    if customer_list.kind is Kind.MOVED_IN:
        return wording.say("{count} moved in", count=count)
    return wording.say("{count} moved out", count=count)


def linked(parts: Sequence[tuple[str, str]]) -> Json:
    """Return a cell of texts, each a link to its address.

    >>> linked([("a", "#gid=1"), ("b", "#gid=2")])["textFormatRuns"][1:]
    [{'startIndex': 1, 'format': {}}, {'startIndex': 4, 'format': {'link': {'uri': '#gid=2'}}}]
    """
    text = ""
    runs: list[Json] = []
    for label, address in parts:
        if text:
            runs.append({"startIndex": _units(text), "format": {}})
            text += BETWEEN
        runs.append({"startIndex": _units(text), "format": {"link": {"uri": address}}})
        text += label
    return cell_data(text) | {"textFormatRuns": runs}


def _units(text: str) -> int:
    """Return the length of a text as Google counts it, in units of UTF-16."""
    return len(text.encode("utf-16-le")) // 2
