"""A spreadsheet as an Office Open XML workbook (ECMA-376): values, formulas, looks, sizes, merges, frozen parts.

Charts, notes, filters and conditional formats are left out.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from sheets_standin.google.xlsx_styles import Styles
from sheets_standin.spreadsheet.a1 import column_letters
from sheets_standin.spreadsheet.cells import Content, Fault, full, shown_fault
from sheets_standin.spreadsheet.document import Document, Sheet
from sheets_standin.spreadsheet.formats import default_pattern, number_format
from sheets_standin.spreadsheet.locales import locale_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_LONGEST_TITLE = 31
_PIXELS_PER_CHARACTER = 7
_POINTS_PER_PIXEL = 0.75
_NOT_IN_TITLES = re.compile(r"[\\/?*\[\]:]")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)


def workbook(document: Document) -> bytes:
    """Return the workbook's file."""
    styles = Styles()
    titles = _titles(document)
    sheets = [_worksheet(document, sheet, styles) for sheet in document.sheets]
    parts = {
        "[Content_Types].xml": _content_types(len(sheets)),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _book(document, titles),
        "xl/_rels/workbook.xml.rels": _relations(
            [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
            + [("styles", "styles.xml")]
        ),
        "xl/styles.xml": styles.xml(),
    } | {f"xl/worksheets/sheet{n}.xml": part for n, part in enumerate(sheets, 1)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            entry = zipfile.ZipInfo(name, _FIRST_MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, _HEAD + part)
    return out.getvalue()


def _titles(document: Document) -> list[str]:
    """Return titles as a workbook can have them: at most 31 characters, some signs not, each of its own."""
    titles: list[str] = []
    for sheet in document.sheets:
        bare = _NOT_IN_TITLES.sub("_", sheet.title)[:_LONGEST_TITLE].strip("'") or "Sheet"
        title, number = bare, 1
        while title.casefold() in {title.casefold() for title in titles}:
            number += 1
            title = f"{bare[: _LONGEST_TITLE - len(str(number)) - 1]} {number}"
        titles.append(title)
    return titles


def _text(value: str) -> str:
    """Return a text for XML; what XML cannot hold is escaped as Office does (_x0007_)."""
    kept = _LOOKS_ESCAPED.sub("_x005F_", value)
    return escape(_NOT_IN_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", kept))


def _content_types(sheets: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    parts = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    parts += [(f"/xl/worksheets/sheet{n}.xml", "worksheet") for n in range(1, sheets + 1)]
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(f'<Override PartName="{name}" ContentType="{kind}{part}+xml"/>' for name, part in parts)
        + "</Types>"
    )


def _relations(targets: list[tuple[str, str]]) -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
            for n, (kind, target) in enumerate(targets, 1)
        )
        + "</Relationships>"
    )


def _book(document: Document, titles: list[str]) -> str:
    shown = "".join(
        f'<sheet name={quoteattr(title)} sheetId="{n}"'
        f'{" state=" + quoteattr("hidden") if sheet.hidden else ""} r:id="rId{n}"/>'
        for n, (title, sheet) in enumerate(zip(titles, document.sheets, strict=True), 1)
    )
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{shown}</sheets></workbook>'


def _worksheet(document: Document, sheet: Sheet, styles: Styles) -> str:
    rows = "".join(_rows(document, sheet, styles))
    merges = "".join(
        f'<mergeCell ref="{column_letters(left)}{top + 1}:{column_letters(right - 1)}{bottom}"/>'
        for top, bottom, left, right in sheet.merges
    )
    return (
        f'<worksheet xmlns="{_MAIN}">{_frozen(sheet)}{_columns(sheet)}<sheetData>{rows}</sheetData>'
        + (f'<mergeCells count="{len(sheet.merges)}">{merges}</mergeCells>' if merges else "")
        + "</worksheet>"
    )


def _frozen(sheet: Sheet) -> str:
    rows, columns = sheet.frozen_rows, sheet.frozen_columns
    if not rows and not columns:
        return ""
    pane = "bottomRight" if rows and columns else "bottomLeft" if rows else "topRight"
    splits = (f' xSplit="{columns}"' if columns else "") + (f' ySplit="{rows}"' if rows else "")
    corner = f"{column_letters(columns)}{rows + 1}"
    return (
        '<sheetViews><sheetView workbookViewId="0">'
        f'<pane{splits} topLeftCell="{corner}" activePane="{pane}" state="frozen"/></sheetView></sheetViews>'
    )


def _columns(sheet: Sheet) -> str:
    shown = "".join(
        f'<col min="{at + 1}" max="{at + 1}" width="{span.get("pixelSize", 100) / _PIXELS_PER_CHARACTER:.2f}"'
        f' customWidth="1"{_hidden(span)}/>'
        for at, span in sorted(sheet.columns.items())
    )
    return f"<cols>{shown}</cols>" if shown else ""


def _hidden(span: Mapping[str, Any]) -> str:
    return ' hidden="1"' if span.get("hiddenByUser") else ""


def _rows(document: Document, sheet: Sheet, styles: Styles) -> Iterator[str]:
    for number, contents in enumerate(sheet.grid.rows(0, sheet.grid.row_count)):
        span = sheet.rows.get(number, {})
        cells = "".join(
            _cell(document, f"{column_letters(column)}{number + 1}", content, styles)
            for column, content in enumerate(contents)
            if content is not None
        )
        if not cells and not span:
            continue
        size = span.get("pixelSize")
        height = f' ht="{size * _POINTS_PER_PIXEL:g}" customHeight="1"' if size else ""
        yield f'<row r="{number + 1}"{height}{_hidden(span)}>{cells}</row>'


def _cell(document: Document, place: str, content: Content, styles: Styles) -> str:
    cell, pattern = full(content), _pattern(document, content)
    style = styles.number(cell.format or {}, pattern) if cell.format or pattern else 0
    head = f'<c r="{place}"' + (f' s="{style}"' if style else "")
    formula = f"<f>{_text(cell.formula[1:])}</f>" if cell.formula else ""
    value = cell.value
    if isinstance(value, Fault):
        return f'{head} t="e">{formula}<v>{shown_fault(value)}</v></c>'
    if isinstance(value, bool):
        return f'{head} t="b">{formula}<v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f"{head}>{formula}<v>{value!r}</v></c>"
    if value is None:
        return f"{head}>{formula}</c>"
    if formula:
        return f'{head} t="str">{formula}<v>{_text(value)}</v></c>'
    return f'{head} t="inlineStr"><is><t xml:space="preserve">{_text(value)}</t></is></c>'


def _pattern(document: Document, content: Content) -> str:
    """Return the pattern of a cell's number format; a text's is "@"."""
    form = number_format(content) or {}
    if form.get("type") == "TEXT":
        return "@"
    return form.get("pattern") or default_pattern(form.get("type", ""), locale_of(document.locale))
