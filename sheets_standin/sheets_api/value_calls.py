"""The methods of spreadsheets.values."""

from __future__ import annotations

from collections.abc import Callable

from sheets_standin.sheets_api import values
from sheets_standin.sheets_api.append import append
from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.errors import ApiError, invalid
from sheets_standin.sheets_api.filters import areas, filters_of
from sheets_standin.sheets_api.parsing import read
from sheets_standin.sheets_api.ranges import Area, area_of
from sheets_standin.sheets_api.request import ApiRequest, range_in_path
from sheets_standin.sheets_api.values import Json, Render, Written

RENDER_OPTIONS = ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA")
DATE_OPTIONS = ("SERIAL_NUMBER", "FORMATTED_STRING")
DIMENSIONS = ("DIMENSION_UNSPECIFIED", "ROWS", "COLUMNS")
INPUT_OPTIONS = ("INPUT_VALUE_OPTION_UNSPECIFIED", "RAW", "USER_ENTERED")


def _render(request: ApiRequest) -> Render:
    return Render(
        request.choice("valueRenderOption", RENDER_OPTIONS, "FORMATTED_VALUE"),
        request.choice("dateTimeRenderOption", DATE_OPTIONS, "SERIAL_NUMBER"),
        _dimension(request.choice("majorDimension", DIMENSIONS, "ROWS")),
    )


def _dimension(given: str | None) -> str:
    return "COLUMNS" if given == "COLUMNS" else "ROWS"


def _render_of(body: Json) -> Render:
    return Render(
        body.get("valueRenderOption", "FORMATTED_VALUE"),
        body.get("dateTimeRenderOption", "SERIAL_NUMBER"),
        _dimension(body.get("majorDimension")),
    )


def get(caller: Caller, request: ApiRequest) -> Json:
    """Answer values.get."""
    render = _render(request)
    part = area_of(caller.document, range_in_path(request.path))
    return values.value_range(caller.document, part, render)


def batch_get(caller: Caller, request: ApiRequest) -> Json:
    """Answer values.batchGet; one bad range fails all."""
    render = _render(request)
    parts = [area_of(caller.document, text) for text in request.all("ranges")]
    answer: Json = {"spreadsheetId": caller.document.spreadsheet_id}
    if parts:
        answer["valueRanges"] = [values.value_range(caller.document, part, render) for part in parts]
    return answer


def batch_get_by_data_filter(caller: Caller, request: ApiRequest) -> Json:
    """Answer values.batchGetByDataFilter: each range that matched, with the filters that matched it."""
    body = read(request.body, "BatchGetValuesByDataFilterRequest")
    render = _render_of(body)
    matched: dict[str, tuple[Area, list[Json]]] = {}
    for condition in filters_of(body):
        for part in areas(caller, condition):
            matched.setdefault(part.name, (part, []))[1].append(condition)
    answer: Json = {"spreadsheetId": caller.document.spreadsheet_id}
    if matched:
        answer["valueRanges"] = [
            {"valueRange": values.value_range(caller.document, part, render), "dataFilters": conditions}
            for part, conditions in matched.values()
        ]
    return answer


def _input_option(option: str) -> str:
    if option in ("", "INPUT_VALUE_OPTION_UNSPECIFIED"):
        raise invalid("'valueInputOption' is required but not specified")
    return option


def _echo(request: ApiRequest, dimension: str) -> Render | None:
    """Return how the answer shows the written values, None for not at all."""
    option = request.choice("responseValueRenderOption", RENDER_OPTIONS, "FORMATTED_VALUE")
    dates = request.choice("responseDateTimeRenderOption", DATE_OPTIONS, "SERIAL_NUMBER")
    return Render(option, dates, dimension) if request.flag("includeValuesInResponse") else None


def update(caller: Caller, request: ApiRequest) -> Json:
    """Answer values.update."""
    body = read(request.body, "ValueRange", "data")
    option = _input_option(request.choice("valueInputOption", INPUT_OPTIONS, ""))
    dimension = _dimension(body.get("majorDimension"))
    echo = _echo(request, dimension)
    with caller.document.changing(caller.email, "spreadsheets.values.update"):
        part = area_of(caller.document, range_in_path(request.path))
        given = body.get("values", [])
        written = values.update(caller, part, given, option=option, dimension=dimension)
        if echo is not None:
            values.give_back(caller, [(written, echo)])
    return written.answer


def append_values(caller: Caller, request: ApiRequest) -> Json:
    """Answer values.append."""
    body = read(request.body, "ValueRange", "data")
    option = _input_option(request.choice("valueInputOption", INPUT_OPTIONS, ""))
    insert = request.choice("insertDataOption", ("OVERWRITE", "INSERT_ROWS"), "OVERWRITE")
    dimension = _dimension(body.get("majorDimension"))
    echo = _echo(request, dimension)
    with caller.document.changing(caller.email, "spreadsheets.values.append"):
        return append(
            caller,
            area_of(caller.document, range_in_path(request.path)),
            body.get("values", []),
            option=option,
            dimension=dimension,
            insert_rows=insert == "INSERT_ROWS",
            echo=echo,
        )


def _write_each(
    caller: Caller, body: Json, call: str, parts_of: Callable[[Json], list[Area]]
) -> list[tuple[Json, Written]]:
    """Write all of `data`; return each of its parts with what became of it."""
    option = _input_option(body.get("valueInputOption", ""))
    written: list[tuple[Json, Written]] = []
    with caller.document.changing(caller.email, call):
        for index, datum in enumerate(body.get("data", [])):
            dimension = _dimension(datum.get("majorDimension"))
            given = datum.get("values", [])
            try:
                for part in parts_of(datum):
                    done = values.update(caller, part, given, option=option, dimension=dimension)
                    written.append((datum, done))
            except ApiError as error:
                if error.code != 400:
                    raise
                raise invalid(f"Invalid data[{index}]: {error.message}") from None
        if body.get("includeValuesInResponse"):
            values.give_back(caller, [(done, _echo_of(body, datum)) for datum, done in written])
    return written


def _echo_of(body: Json, datum: Json) -> Render:
    return Render(
        body.get("responseValueRenderOption", "FORMATTED_VALUE"),
        body.get("responseDateTimeRenderOption", "SERIAL_NUMBER"),
        _dimension(datum.get("majorDimension")),
    )


def batch_update(caller: Caller, request: ApiRequest) -> Json:
    """Answer values.batchUpdate."""
    body = read(request.body, "BatchUpdateValuesRequest")
    written = _write_each(
        caller,
        body,
        "spreadsheets.values.batchUpdate",
        lambda datum: [area_of(caller.document, datum.get("range", ""))],
    )
    answer = {"spreadsheetId": caller.document.spreadsheet_id, **values.totals([done for _, done in written])}
    return answer | ({"responses": [done.answer for _, done in written]} if written else {})


def batch_update_by_data_filter(caller: Caller, request: ApiRequest) -> Json:
    """Answer values.batchUpdateByDataFilter: the values go to every range that a filter selects."""
    body = read(request.body, "BatchUpdateValuesByDataFilterRequest")
    written = _write_each(
        caller,
        body,
        "spreadsheets.values.batchUpdateByDataFilter",
        lambda datum: areas(caller, datum.get("dataFilter", {})),
    )
    answer = {"spreadsheetId": caller.document.spreadsheet_id, **values.totals([done for _, done in written])}
    responses = [
        {name: value for name, value in done.answer.items() if name != "spreadsheetId"}
        | {"dataFilter": datum.get("dataFilter", {})}
        for datum, done in written
    ]
    return answer | ({"responses": responses} if responses else {})


def clear(caller: Caller, request: ApiRequest) -> Json:
    """Answer values.clear."""
    read(request.body, "ClearValuesRequest")
    with caller.document.changing(caller.email, "spreadsheets.values.clear"):
        cleared = values.clear(caller, area_of(caller.document, range_in_path(request.path)))
    return {"spreadsheetId": caller.document.spreadsheet_id, "clearedRange": cleared}


def batch_clear(caller: Caller, request: ApiRequest) -> Json:
    """Answer values.batchClear."""
    body = read(request.body, "BatchClearValuesRequest")
    with caller.document.changing(caller.email, "spreadsheets.values.batchClear"):
        parts = [area_of(caller.document, text) for text in body.get("ranges", [])]
        cleared = [values.clear(caller, part) for part in parts]
    answer: Json = {"spreadsheetId": caller.document.spreadsheet_id}
    return answer | ({"clearedRanges": cleared} if cleared else {})


def batch_clear_by_data_filter(caller: Caller, request: ApiRequest) -> Json:
    """Answer values.batchClearByDataFilter."""
    body = read(request.body, "BatchClearValuesByDataFilterRequest")
    with caller.document.changing(caller.email, "spreadsheets.values.batchClearByDataFilter"):
        parts = [part for condition in filters_of(body) for part in areas(caller, condition)]
        cleared = [values.clear(caller, part) for part in parts]
    answer: Json = {"spreadsheetId": caller.document.spreadsheet_id}
    return answer | ({"clearedRanges": cleared} if cleared else {})
