"""Names as JSON has them and as the request message has them, and names of types in refusals."""

from __future__ import annotations

import functools
import re

_ENUMS = {
    "majorDimension": "Dimension",
    "dimension": "Dimension",
    "shiftDimension": "Dimension",
    "valueInputOption": "ValueInputOption",
    "valueRenderOption": "ValueRenderOption",
    "responseValueRenderOption": "ValueRenderOption",
    "dateTimeRenderOption": "DateTimeRenderOption",
    "responseDateTimeRenderOption": "DateTimeRenderOption",
    "insertDataOption": "AppendValuesRequest.InsertDataOption",
    "mergeType": "MergeCellsRequest.MergeType",
    "pasteType": "PasteType",
    "pasteOrientation": "PasteOrientation",
    "sortOrder": "SortOrder",
    "sheetType": "SheetType",
    "autoRecalc": "SpreadsheetProperties.RecalculationInterval",
    "horizontalAlignment": "CellFormat.HorizontalAlign",
    "verticalAlignment": "CellFormat.VerticalAlign",
    "wrapStrategy": "CellFormat.WrapStrategy",
    "style": "Border.Style",
    "visibility": "DeveloperMetadata.DeveloperMetadataVisibility",
}
_PREFIX = "type.googleapis.com/google.apps.sheets.v4."


@functools.cache
def snake(name: str) -> str:
    """Return a JSON name as the request message has it.

    >>> snake("userEnteredValue"), snake("a1Range")
    ('user_entered_value', 'a1_range')
    """
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda m: "_" + m[1].lower(), name)


@functools.cache
def camel(name: str) -> str:
    """Return a name as JSON has it.

    >>> camel("user_entered_value"), camel("updateCells")
    ('userEnteredValue', 'updateCells')
    """
    head, *tail = name.strip().split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in tail) if head else name


def enum_type(name: str) -> str:
    """Return the type that a refusal of an unknown choice names."""
    return _PREFIX + _ENUMS.get(name, name[:1].upper() + name[1:])


def message_type(schema: str) -> str:
    """Return the type that a refusal of something that is no message names."""
    return _PREFIX + schema
