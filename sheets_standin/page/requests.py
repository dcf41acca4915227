"""Requests of the page as acts: each named act with its arguments, checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sheets_standin.page.actions import Actions
from sheets_standin.page.guard import Area
from sheets_standin.runtime.sessions import Session

Data = Mapping[str, Any]
Act = Callable[[Actions, Session, Data], dict[str, Any] | None]

LARGEST = 10_000_000


def whole(data: Data, name: str) -> int:
    """Return a number that the page sent: whole, not negative, no larger than a spreadsheet."""
    value = data[name]
    most = 2**31 if name in ("sheet", "sheet_id", "chart", "view") else LARGEST
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError(name)
    return value


def area_of(data: Data) -> Area:
    """Return a rectangle: sheet, row, column, rows, columns."""
    return Area(
        whole(data, "sheet"),
        whole(data, "row"),
        whole(data, "column"),
        max(1, whole(data, "rows")),
        max(1, whole(data, "columns")),
    )


def _confirmed(data: Data) -> bool:
    return data.get("confirmed") is True


def _place(area: Area) -> dict[str, Any]:
    return {"area": [area.row, area.column, area.rows, area.columns]}


def _type(actions: Actions, session: Session, data: Data) -> None:
    actions.type(session, area_of(data), str(data["text"]), confirmed=_confirmed(data))


def _texts(data: Data) -> list[list[str]]:
    return [[str(text) for text in row] for row in data["texts"]]


def _paste(actions: Actions, session: Session, data: Data) -> dict[str, Any]:
    return _place(actions.paste(session, area_of(data), _texts(data), confirmed=_confirmed(data)))


def _append(actions: Actions, session: Session, data: Data) -> dict[str, Any]:
    return _place(actions.append(session, whole(data, "sheet"), _texts(data), confirmed=_confirmed(data)))


def _paste_cells(actions: Actions, session: Session, data: Data) -> dict[str, Any]:
    source = area_of(data["source"])
    cut, confirmed = data.get("cut") is True, _confirmed(data)
    return _place(actions.paste_cells(session, source, area_of(data), cut=cut, confirmed=confirmed))


def _fill(actions: Actions, session: Session, data: Data) -> None:
    actions.fill(session, area_of(data["source"]), area_of(data), confirmed=_confirmed(data))


def _clear(actions: Actions, session: Session, data: Data) -> None:
    actions.clear(session, area_of(data), confirmed=_confirmed(data))


def _sort(actions: Actions, session: Session, data: Data) -> None:
    by, descending = whole(data, "by"), data.get("descending") is True
    actions.sort(session, area_of(data), by, descending=descending, confirmed=_confirmed(data))


def _insert_rows(actions: Actions, session: Session, data: Data) -> None:
    actions.insert_rows(session, whole(data, "sheet"), whole(data, "at"), whole(data, "count"))


def _delete_rows(actions: Actions, session: Session, data: Data) -> None:
    place = (whole(data, "sheet"), whole(data, "at"), whole(data, "count"))
    actions.delete_rows(session, *place, confirmed=_confirmed(data))


def _insert_columns(actions: Actions, session: Session, data: Data) -> None:
    actions.insert_columns(session, whole(data, "sheet"), whole(data, "at"), whole(data, "count"))


def _delete_columns(actions: Actions, session: Session, data: Data) -> None:
    place = (whole(data, "sheet"), whole(data, "at"), whole(data, "count"))
    actions.delete_columns(session, *place, confirmed=_confirmed(data))


def _resize(actions: Actions, session: Session, data: Data) -> None:
    actions.resize_column(session, whole(data, "sheet"), whole(data, "column"), whole(data, "pixels"))


def _move_chart(actions: Actions, session: Session, data: Data) -> None:
    place = {name: whole(data, name) for name in ("row", "column", "x", "y", "width", "height")}
    actions.move_chart(session, whole(data, "sheet"), whole(data, "chart"), place)


def _delete_chart(actions: Actions, session: Session, data: Data) -> None:
    actions.delete_chart(session, whole(data, "sheet"), whole(data, "chart"))


def _add_tab(actions: Actions, session: Session, _data: Data) -> dict[str, Any]:
    return {"sheet": actions.add_tab(session)}


def _rename_tab(actions: Actions, session: Session, data: Data) -> None:
    actions.rename_tab(session, whole(data, "sheet"), str(data["title"]))


def _delete_tab(actions: Actions, session: Session, data: Data) -> None:
    actions.delete_tab(session, whole(data, "sheet"))


def _hide_tab(actions: Actions, session: Session, data: Data) -> None:
    actions.hide_tab(session, whole(data, "sheet"), hidden=data.get("hidden") is True)


def _settings(actions: Actions, session: Session, data: Data) -> None:
    actions.set_settings(session, str(data["locale"]), str(data["timeZone"]))


def _set_filter(actions: Actions, session: Session, data: Data) -> None:
    actions.set_filter(session, area_of(data))


def _clear_filter(actions: Actions, session: Session, data: Data) -> None:
    actions.clear_filter(session, whole(data, "sheet"))


def _add_view(actions: Actions, session: Session, data: Data) -> dict[str, Any]:
    return {"view": actions.add_view(session, area_of(data))}


def _rename_view(actions: Actions, session: Session, data: Data) -> None:
    actions.rename_view(session, whole(data, "sheet"), whole(data, "view"), str(data["title"]))


def _delete_view(actions: Actions, session: Session, data: Data) -> None:
    actions.delete_view(session, whole(data, "sheet"), whole(data, "view"))


def _filter_by(actions: Actions, session: Session, data: Data) -> None:
    place = (whole(data, "sheet"), whole(data, "view"), whole(data, "column"))
    actions.filter_by(session, *place, _criteria(data))


def _criteria(data: Data) -> dict[str, Any]:
    """Return the API's FilterCriteria that the page sent: values that are hidden, and a condition."""
    criteria: dict[str, Any] = {}
    if hidden := [str(text) for text in data.get("hidden", [])]:
        criteria["hiddenValues"] = hidden
    if condition := data.get("condition"):
        values = [{"userEnteredValue": str(text)} for text in condition.get("values", [])]
        criteria["condition"] = {"type": str(condition["type"])} | ({"values": values} if values else {})
    return criteria


def _sort_filter(actions: Actions, session: Session, data: Data) -> None:
    place = (whole(data, "sheet"), whole(data, "view"), whole(data, "column"))
    descending = data.get("descending") is True
    actions.sort_filter(session, *place, descending=descending, confirmed=_confirmed(data))


def _undo(actions: Actions, session: Session, _data: Data) -> None:
    actions.undo(session)


def _redo(actions: Actions, session: Session, _data: Data) -> None:
    actions.redo(session)


ACTS: dict[str, Act] = {
    "type": _type,
    "paste": _paste,
    "append": _append,
    "pasteCells": _paste_cells,
    "fill": _fill,
    "clear": _clear,
    "sort": _sort,
    "insertRows": _insert_rows,
    "deleteRows": _delete_rows,
    "insertColumns": _insert_columns,
    "deleteColumns": _delete_columns,
    "resize": _resize,
    "moveChart": _move_chart,
    "deleteChart": _delete_chart,
    "addTab": _add_tab,
    "renameTab": _rename_tab,
    "deleteTab": _delete_tab,
    "hideTab": _hide_tab,
    "settings": _settings,
    "setFilter": _set_filter,
    "clearFilter": _clear_filter,
    "addView": _add_view,
    "renameView": _rename_view,
    "deleteView": _delete_view,
    "filterBy": _filter_by,
    "sortFilter": _sort_filter,
    "undo": _undo,
    "redo": _redo,
}
