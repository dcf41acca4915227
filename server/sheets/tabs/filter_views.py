"""Filter views of `Segmented_Customers`: the lists that the service keeps. Each person opens one for themselves.

A view is known by its id, which follows from the tab, the kind of the list and the segment's number. Views of people
are left alone. A segment's name is in a view's title and among its hidden values, which are texts. It is never in a
condition, whose value is read as if it were typed, so that a name could become a formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from server.core.segments.lists import CustomerList, Kind, view_id
from server.core.segments.state import SLIPPING
from server.layout.headers import CLUSTER, EXPECTED_SPEND, MONETARY_VALUE, PREVIOUS_SEGMENT, STATE
from server.sheets.api.requests import Json, grid_range
from server.sheets.commit.snapshot import Tab

VIEWS = "filterViews(filterViewId,title,range,sortSpecs,filterSpecs)"
"""Part of a tab that shows its filter views whole."""
VIEW_IDS = "filterViews(filterViewId,title)"
MOST_CLUSTERS = 500
"""Numbers below this are looked for among the views that may go."""


def filter_view_requests(
    tab: Tab,
    lists: Sequence[CustomerList],
    columns: Mapping[str, int],
    size: tuple[int, int],
    names: Mapping[int, str],
    previous: Iterable[str],
    *,
    by_spend: bool,
) -> list[Json]:
    """Return the requests that bring the lists up to date.

    Parameters
    ----------
    tab
        `Segmented_Customers`, read with `VIEWS`.
    columns, size
        Position from 0 of each header, and count of rows and columns, as they are after the batch.
    names
        Segment by cluster.
    previous
        Texts in the column `PreviousSegment`.
    by_spend
        Whether expected spend is told, to rank by; else money is.
    """
    present = {view["filterViewId"]: view for view in tab.parts.get("filterViews", [])}
    ours = _ours(tab.sheet_id)
    others = {str(view.get("title", "")) for number, view in present.items() if number not in ours}
    texts = sorted({text for text in previous if text})
    common: Json = {
        "range": grid_range(tab.sheet_id, 1, size[0], 0, size[1] - 1),
        "sortSpecs": [
            {
                "dimensionIndex": columns[EXPECTED_SPEND if by_spend else MONETARY_VALUE],
                "sortOrder": "DESCENDING",
            }
        ],
    }
    wanted: dict[int, Json] = {}
    for one in lists:
        number, title = view_id(tab.sheet_id, one.kind, one.cluster), _free(one.title, others)
        others.add(title)
        criteria = {"filterSpecs": _criteria(one, columns, names, texts)}
        wanted[number] = {"filterViewId": number, "title": title, **common, **criteria}
    requests = [
        {"deleteFilterView": {"filterId": number}} for number in sorted(present.keys() & ours - wanted.keys())
    ]
    for number, view in wanted.items():
        if number not in present:
            requests.append({"addFilterView": {"filter": view}})
        elif not _is_same(present[number], view):
            requests.append({"updateFilterView": {"filter": view, "fields": "*"}})
    return requests


def lists_there(tab: Tab, clusters: Iterable[int]) -> dict[tuple[Kind, int | None], str]:
    """Return the titles of the lists that are there, by kind and cluster.

    Parameters
    ----------
    tab
        `Segmented_Customers`, read with `VIEW_IDS`.
    """
    present = {view["filterViewId"]: str(view.get("title", "")) for view in tab.parts.get("filterViews", [])}
    asked: list[tuple[Kind, int | None]] = [(Kind.SLIPPING, None)]
    asked += [(kind, number) for number in clusters for kind in Kind if kind is not Kind.SLIPPING]
    return {key: present[number] for key in asked if (number := view_id(tab.sheet_id, *key)) in present}


def _ours(sheet_id: int) -> set[int]:
    ours = {view_id(sheet_id, Kind.SLIPPING, None)}
    for kind in (Kind.ALL, Kind.MOVED_IN, Kind.MOVED_OUT):
        ours |= {view_id(sheet_id, kind, number) for number in range(MOST_CLUSTERS)}
    return ours


def _criteria(
    customer_list: CustomerList, columns: Mapping[str, int], names: Mapping[int, str], texts: Sequence[str]
) -> list[Json]:
    if customer_list.kind is Kind.SLIPPING or customer_list.cluster is None:
        return [_spec(columns[STATE], condition=_condition("TEXT_EQ", SLIPPING))]
    name, number = names[customer_list.cluster], str(customer_list.cluster)
    if customer_list.kind is Kind.ALL:
        return [_spec(columns[CLUSTER], condition=_condition("NUMBER_EQ", number))]
    if customer_list.kind is Kind.MOVED_IN:
        here = _spec(columns[CLUSTER], condition=_condition("NUMBER_EQ", number))
        return [here, _spec(columns[PREVIOUS_SEGMENT], hiddenValues=[name])]
    elsewhere = _spec(columns[CLUSTER], condition=_condition("NUMBER_NOT_EQ", number))
    hidden = [text for text in texts if text != name]
    before: dict[str, Any] = {"condition": {"type": "NOT_BLANK"}}
    if hidden:
        before["hiddenValues"] = hidden
    return [elsewhere, _spec(columns[PREVIOUS_SEGMENT], **before)]


def _spec(column: int, **criteria: Any) -> Json:
    return {"columnIndex": column, "filterCriteria": criteria}


def _condition(kind: str, value: str) -> Json:
    return {"type": kind, "values": [{"userEnteredValue": value}]}


def _free(title: str, taken: Iterable[str]) -> str:
    """Return a title that no other view has: people's own keep theirs."""
    known = {used.casefold() for used in taken}
    if title.casefold() not in known:
        return title
    return next(
        numbered
        for number in range(2, len(known) + 3)
        if (numbered := f"{title} ({number})").casefold() not in known
    )


def _is_same(present: Mapping[str, Any], wanted: Json) -> bool:
    return all(
        _plain(present.get(name)) == _plain(wanted[name])
        for name in ("title", "range", "sortSpecs", "filterSpecs")
    )


def _plain(part: Any) -> Any:
    """Return a part of a view without the zeros that the API may leave out."""
    if isinstance(part, Mapping):
        return {name: _plain(value) for name, value in part.items() if value not in (0, [], {})}
    return [_plain(value) for value in part] if isinstance(part, list) else part
