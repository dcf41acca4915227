"""spreadsheets.batchUpdate: requests in order, all applied or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sheets_standin.sheets_api import (
    batch_append,
    batch_cells,
    batch_charts,
    batch_dimensions,
    batch_fill,
    batch_filters,
    batch_groups,
    batch_merges,
    batch_metadata,
    batch_named,
    batch_protected,
    batch_ranges,
    batch_rules,
    batch_sheets,
    batch_slicers,
    batch_tables,
    batch_text,
)
from sheets_standin.sheets_api.batch_sheets import copied_title
from sheets_standin.sheets_api.caller import Caller
from sheets_standin.sheets_api.errors import ApiError, unsupported
from sheets_standin.spreadsheet.document import LimitError

__all__ = ["HANDLERS", "apply", "copied_title"]

Handler = Callable[[Caller, Mapping[str, Any]], "dict[str, Any] | None"]

HANDLERS: dict[str, Handler] = {
    **batch_sheets.HANDLERS,
    **batch_dimensions.HANDLERS,
    **batch_groups.HANDLERS,
    **batch_cells.HANDLERS,
    **batch_append.HANDLERS,
    **batch_ranges.HANDLERS,
    **batch_text.HANDLERS,
    **batch_fill.HANDLERS,
    **batch_merges.HANDLERS,
    **batch_named.HANDLERS,
    **batch_protected.HANDLERS,
    **batch_filters.HANDLERS,
    **batch_rules.HANDLERS,
    **batch_metadata.HANDLERS,
    **batch_charts.HANDLERS,
    **batch_slicers.HANDLERS,
    **batch_tables.HANDLERS,
}


def apply(caller: Caller, requests: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Apply requests and return one reply each; the caller rolls back where this raises.

    Raises
    ------
    ApiError
        In Google's words, with the place of the request that it is about.
    """
    replies = []
    for index, request in enumerate(requests):
        kind = next(iter(request), "")
        if not kind:
            raise ApiError(400, f"Invalid requests[{index}]: No request set.")
        if kind not in HANDLERS:
            raise unsupported(f"the request {kind}")
        try:
            reply = HANDLERS[kind](caller, request[kind])
        except ApiError as error:
            if error.code != 400:
                raise
            raise ApiError(400, f"Invalid requests[{index}].{kind}: {error.message}") from error
        except LimitError as error:
            raise ApiError(400, f"Invalid requests[{index}].{kind}: {error}") from error
        replies.append({kind: reply} if reply is not None else {})
    return replies
