"""The looks of cells in an Office Open XML workbook: each kept once, and named by its number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import quoteattr

Json = Mapping[str, Any]

_FIRST_FORMAT = 164
"""Number formats of one's own begin here (ECMA-376 part 1, 18.8.30)."""
_SIDES = ("left", "right", "top", "bottom")
_LINES = {
    "DOTTED": "dotted",
    "DASHED": "dashed",
    "SOLID": "thin",
    "SOLID_MEDIUM": "medium",
    "SOLID_THICK": "thick",
    "DOUBLE": "double",
}


class Styles:
    """The styles that a workbook's cells use; style 0 is the usual look."""

    def __init__(self) -> None:
        self._patterns: dict[str, int] = {}
        self._fonts = {_font({}): 0}
        self._fills = {
            "<fill><patternFill/></fill>": 0,
            '<fill><patternFill patternType="gray125"/></fill>': 1,
        }
        self._borders = {_border({}): 0}
        self._looks = {_look(0, 0, 0, 0, ""): 0}

    def number(self, form: Json, pattern: str) -> int:
        """Return the number of the style that a CellFormat and a number pattern come to."""
        code = self._patterns.setdefault(pattern, _FIRST_FORMAT + len(self._patterns)) if pattern else 0
        font = _kept(self._fonts, _font(form.get("textFormat") or {}))
        background = _colour(form, "backgroundColor")
        fill = _kept(self._fills, _fill(background)) if background else 0
        border = _kept(self._borders, _border(form.get("borders") or {}))
        return _kept(self._looks, _look(code, font, fill, border, _alignment(form)))

    def xml(self) -> str:
        """Return the part that holds the styles."""
        patterns = "".join(
            f'<numFmt numFmtId="{number}" formatCode={quoteattr(pattern)}/>'
            for pattern, number in self._patterns.items()
        )
        parts = [_list("numFmts", self._patterns, patterns)] if self._patterns else []
        parts += [
            _list(name, kept, "".join(kept))
            for name, kept in (("fonts", self._fonts), ("fills", self._fills), ("borders", self._borders))
        ]
        base = '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        named = '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        parts += [base, _list("cellXfs", self._looks, "".join(self._looks)), named]
        return (
            '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            + "".join(parts)
            + "</styleSheet>"
        )


def _list(name: str, kept: Mapping[str, int], inner: str) -> str:
    return f'<{name} count="{len(kept)}">{inner}</{name}>'


def _kept(known: dict[str, int], wanted: str) -> int:
    return known.setdefault(wanted, len(known))


def _colour(form: Json, name: str) -> str:
    given = form.get(name)
    if given is None:
        return ""
    return "FF" + "".join(f"{round(255 * given.get(part, 0)):02X}" for part in ("red", "green", "blue"))


def _font(letters: Json) -> str:
    marks = "".join(
        f"<{tag}/>"
        for name, tag in (("bold", "b"), ("italic", "i"), ("strikethrough", "strike"), ("underline", "u"))
        if letters.get(name)
    )
    colour = _colour(letters, "foregroundColor") or "FF000000"
    family = quoteattr(str(letters.get("fontFamily") or "Arial"))
    return (
        f'<font>{marks}<sz val="{letters.get("fontSize", 10)}"/><color rgb="{colour}"/>'
        f"<name val={family}/></font>"
    )


def _fill(colour: str) -> str:
    return f'<fill><patternFill patternType="solid"><fgColor rgb="{colour}"/></patternFill></fill>'


def _border(borders: Json) -> str:
    drawn = ""
    for side in _SIDES:
        line = borders.get(side) or {}
        style = _LINES.get(line.get("style", ""))
        colour = _colour(line, "color") or "FF000000"
        drawn += f'<{side} style="{style}"><color rgb="{colour}"/></{side}>' if style else f"<{side}/>"
    return f"<border>{drawn}<diagonal/></border>"


def _alignment(form: Json) -> str:
    across, upright = form.get("horizontalAlignment", ""), form.get("verticalAlignment", "")
    attributes = f' horizontal="{across.lower()}"' if across in ("LEFT", "CENTER", "RIGHT") else ""
    attributes += {"TOP": ' vertical="top"', "MIDDLE": ' vertical="center"'}.get(upright, "")
    attributes += ' wrapText="1"' if form.get("wrapStrategy") == "WRAP" else ""
    return f"<alignment{attributes}/>" if attributes else ""


def _look(code: int, font: int, fill: int, border: int, alignment: str) -> str:
    applied = "".join(
        f' apply{name}="1"'
        for name, is_set in (
            ("NumberFormat", code),
            ("Font", font),
            ("Fill", fill),
            ("Border", border),
            ("Alignment", alignment),
        )
        if is_set
    )
    numbers = f'numFmtId="{code}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0"'
    return f"<xf {numbers}{applied}>{alignment}</xf>"
