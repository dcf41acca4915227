"""Colours and letters of charts, as the page needs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]

PALETTE = (
    *("#4285f4", "#ea4335", "#fbbc04", "#34a853", "#ff6d01", "#46bdc6"),
    *("#7baaf7", "#f07b72", "#fcd04f", "#71c287", "#ff994d", "#7ed1d7"),
    *("#b3cefb", "#f7b4ae", "#fde49b", "#aedcba", "#ffc599", "#b5e5e8"),
)
"""The accents of a new spreadsheet's theme, then paler ones: the colours of series that have none."""


def palette(at: int) -> str:
    """Return the colour of the nth series that has none of its own."""
    return PALETTE[at % len(PALETTE)]


def colour(given: Json, name: str = "color") -> str:
    """Return a colour as CSS writes it, nothing where there is none.

    >>> colour({"color": {"red": 1, "blue": 0.2}}), colour({})
    ('#ff0033', '')
    """
    channels = given.get(name)
    if channels is None:
        return ""
    return "#" + "".join(f"{round(255 * channels.get(part, 0)):02x}" for part in ("red", "green", "blue"))


def letters(form: Json | None) -> dict[str, Any]:
    """Return what an API TextFormat says, short."""
    given = form or {}
    style: dict[str, Any] = {}
    if shade := colour(given, "foregroundColor"):
        style["colour"] = shade
    if size := given.get("fontSize"):
        style["size"] = size
    for name in ("bold", "italic"):
        if name in given:
            style[name] = bool(given[name])
    if family := given.get("fontFamily"):
        style["font"] = family
    return style


def text_style(spec: Json, name: str) -> dict[str, Any]:
    """Return letters and place of a chart's title or subtitle."""
    place = (spec.get(f"{name}TextPosition") or {}).get("horizontalAlignment", "LEFT")
    return {**letters(spec.get(f"{name}TextFormat")), "align": str(place).lower()}


def legend(position: str, *, is_needed: bool) -> str:
    """Return the place of the legend: bottom, left, right, top, inside, labeled, or none.

    Parameters
    ----------
    is_needed
        Whether there is one where the specification says nothing.
    """
    if not position:
        return "right" if is_needed else "none"
    return {"NO_LEGEND": "none"}.get(position, position.removesuffix("_LEGEND").lower())
