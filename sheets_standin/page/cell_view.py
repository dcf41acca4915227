"""One cell as the page shows it: its text, its text for the formula bar, and its look."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sheets_standin.page.guard import violation
from sheets_standin.page.retyping import input_text
from sheets_standin.spreadsheet.cells import Cell, Content, Fault, Scalar, full
from sheets_standin.spreadsheet.conditional import Conditional, overlaid
from sheets_standin.spreadsheet.formats import displayed
from sheets_standin.spreadsheet.links import cell_link

Json = dict[str, Any]

_LEADS_SOMEWHERE = re.compile(
    r"https?://[^\s]+|#gid=\d+(?:&fvid=\d+)?(?:&range=[A-Za-z0-9:$]+)?", re.IGNORECASE
)
_USUAL_SIZE = 10
_SIDES = {"top": "t", "bottom": "b", "left": "l", "right": "r"}
_LINES = {"DOTTED": "dotted", "DASHED": "dashed", "DOUBLE": "double"}


@dataclass(frozen=True, slots=True)
class Showing:
    """In what way the cells of a tab are shown: locale, today, and the tab's conditional formats."""

    locale: str
    today: dt.date
    rules: Conditional

    def row(self, number: int, contents: Sequence[Content], columns: int) -> list[Any]:
        """Return the cells of a row, without the empty ones at its end unless a rule colours them."""
        held: Iterable[Content] = contents
        if self.rules.colours_empty:
            held = [*contents, *[None] * (columns - len(contents))]
        cells = [self.cell(number, column, content) for column, content in enumerate(held)]
        while cells and cells[-1] is None:
            cells.pop()
        return cells

    def cell(self, row: int, column: int, content: Content) -> Any:
        """Return a cell for the page: None, a bare text, a bare whole number, or an object.

        The object's `t` is the text as displayed, `k` the kind (n number, b boolean, e error), `v` a number's
        value where no text tells it, `i` the text for the formula bar where it differs, `n` the note, `w` what
        the data validation finds wrong, `l` the list to choose from, `f` the look, `r` the looks of parts of
        the text with the index from which each holds, `a` the address that the whole cell leads to.
        """
        form = self.rules.format(row, column, content) if self.rules else {}
        if not form:
            if content is None or isinstance(content, str):
                return self._bare(content)
            if isinstance(content, int) and not isinstance(content, bool) and abs(content) < 10**15:
                return content
        return self._object(content, form)

    def _bare(self, content: str | None) -> Any:
        if content is None or content == "":
            return None
        typed = input_text(content, self.locale)
        return content if typed == content else {"t": content, "i": typed}

    def _object(self, content: Content, form: Mapping[str, Any]) -> Json:
        held = full(content)
        text, typed = displayed(content, self.locale), input_text(content, self.locale)
        answer: Json = {"t": text, **_value_parts(held.value, text, typed)}
        if held.note:
            answer["n"] = held.note
        if wrong := violation(content, self.locale, self.today):
            answer["w"] = wrong
        if look := _look(overlaid(held.format or {}, form)):
            answer["f"] = look
        if link := safe(cell_link(held)):
            answer["a"] = link
        if runs := _runs(held):
            answer["r"] = runs
        if held.validation and (listed := _listed(held.validation)):
            answer["l"] = listed
        return answer


def safe(address: str) -> str:
    """Return an address if it is one that may be followed: another place in the file, or a web page.

    >>> safe("#gid=7&range=A12:C12"), safe("https://example.com/a"), safe("javascript:alert(1)")
    ('#gid=7&range=A12:C12', 'https://example.com/a', '')
    >>> safe("#gid=7&fvid=12"), safe("#gid=7&fvid=x")
    ('#gid=7&fvid=12', '')
    """
    return address if _LEADS_SOMEWHERE.fullmatch(address) else ""


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "b"
    if isinstance(value, int | float):
        return "n"
    return "e" if isinstance(value, Fault) else ""


def _tells(text: str, value: object) -> bool:
    """Whether a text is a number as programs write it.

    >>> _tells("1.5", 1.5), _tells("1,5", 1.5), _tells("12%", 0.12)
    (True, False, False)
    """
    try:
        return float(text) == value
    except ValueError:
        return False


def _listed(validation: Mapping[str, Any]) -> list[str]:
    condition = validation.get("condition") or {}
    if condition.get("type") != "ONE_OF_LIST":
        return []
    return [str(choice.get("userEnteredValue", "")) for choice in condition.get("values") or []]


def _value_parts(value: Scalar | Fault, text: str, typed: str) -> Json:
    """Return a value's kind, the value where the text does not show it, and the text to edit where it differs."""
    parts: Json = {}
    if kind := _kind(value):
        parts["k"] = kind
    if kind == "n" and not _tells(typed, value):
        parts["v"] = value
    if typed != text:
        parts["i"] = typed
    return parts


def _runs(cell: Cell) -> list[list[Any]]:
    """Return the stretches of a text that have a format of their own."""
    if not isinstance(cell.value, str):
        return []
    return [[run.get("startIndex", 0), _letters(run.get("format") or {})] for run in cell.runs]


def _look(form: Mapping[str, Any]) -> Json:
    """Return what can be seen of a format."""
    look = _letters(form.get("textFormat") or {})
    look.pop("a", None)
    if background := _colour(form, "backgroundColor"):
        look["bg"] = background
    if aligned := form.get("horizontalAlignment"):
        look["h"] = aligned.lower()
    if (upright := form.get("verticalAlignment")) and upright != "BOTTOM":
        look["v"] = upright.lower()
    if (wrapped := form.get("wrapStrategy")) and wrapped != "OVERFLOW_CELL":
        look["w"] = wrapped.lower()
    borders = form.get("borders") or {}
    if drawn := {short: _border(borders[side]) for side, short in _SIDES.items() if borders.get(side)}:
        look["o"] = drawn
    return look


def _letters(letters: Mapping[str, Any]) -> Json:
    """Return what can be seen of a TextFormat; `a` is the address it leads to, `z` its size in points."""
    look: Json = {}
    for name, key in (("bold", "b"), ("italic", "i"), ("underline", "u"), ("strikethrough", "s")):
        if letters.get(name):
            look[key] = 1
    if colour := _colour(letters, "foregroundColor"):
        look["fg"] = colour
    if (size := letters.get("fontSize", _USUAL_SIZE)) != _USUAL_SIZE:
        look["z"] = size
    if (family := letters.get("fontFamily")) and family.lower() != "arial":
        look["ff"] = family
    if link := safe(str((letters.get("link") or {}).get("uri", ""))):
        look["a"] = link
    return look


def _border(side: Mapping[str, Any]) -> list[Any]:
    """Return a border as pixels, line and colour."""
    style = side.get("style", "SOLID")
    return [side.get("width", 1), _LINES.get(style, "solid"), _colour(side, "color") or "#000000"]


def _colour(form: Mapping[str, Any], name: str) -> str:
    given = form.get(name)
    if given is None:
        given = (form.get(name + "Style") or {}).get("rgbColor")
    if given is None:
        return ""
    return "#" + "".join(f"{round(255 * given.get(part, 0)):02x}" for part in ("red", "green", "blue"))
