"""Colours as Google keeps them: channels cut off to steps of 1/255, each colour twice, as Color and as ColorStyle."""

from __future__ import annotations

import functools
import struct
from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


@functools.cache
def _step(number: int) -> float | int:
    """Return number / 255 as the shortest text of its 32-bit float reads.

    >>> _step(66), _step(255), _step(128)
    (0.25882354, 1, 0.5019608)
    """
    single = _single(number / 255)
    for digits in range(1, 10):
        short = float(f"{single:.{digits}g}")
        if _single(short) == single:
            return int(short) if short.is_integer() else short
    return float(single)


def _single(number: float) -> float:
    """Return a number as a 32-bit float holds it, which is what a channel of the API's Color is."""
    rounded: float = struct.unpack("f", struct.pack("f", number))[0]
    return rounded


def color(given: Mapping[str, Any]) -> Json:
    """Return a Color as it is read back: cut off to steps of 1/255, channels of 0 left out.

    All of it is done in 32-bit floats: a step that was read, 86/255 = 0.3372549, comes to 85.9999995 steps in a
    double, and to 86 in a float.

    >>> color({"red": 0.5, "green": 0, "blue": 1.0}), color({"red": 0.3372549})
    ({'red': 0.49803922, 'blue': 1}, {'red': 0.3372549})
    """
    kept = {}
    for channel in ("red", "green", "blue"):
        number = int(_single(_single(min(1.0, max(0.0, given.get(channel, 0)))) * 255))
        if number:
            kept[channel] = _step(number)
    return kept


def of_hex(text: str) -> Json:
    """Return the Color of six hexadecimal digits.

    >>> of_hex("1155CC")
    {'red': 0.06666667, 'green': 0.33333334, 'blue': 0.8}
    """
    return color(
        {name: int(text[i : i + 2], 16) / 255 for name, i in (("red", 0), ("green", 2), ("blue", 4))}
    )


_THEME = {
    "TEXT": "000000",
    "BACKGROUND": "FFFFFF",
    "ACCENT1": "4285F4",
    "ACCENT2": "EA4335",
    "ACCENT3": "FBBC04",
    "ACCENT4": "34A853",
    "ACCENT5": "FF6D01",
    "ACCENT6": "46BDC6",
    "LINK": "1155CC",
}


def default_theme() -> Json:
    """Return the theme of a new spreadsheet."""
    pairs = [{"colorType": kind, "color": {"rgbColor": of_hex(text)}} for kind, text in _THEME.items()]
    return {"primaryFontFamily": "Arial", "themeColors": pairs}


def _is_color(name: str) -> bool:
    return name == "color" or name.endswith("Color")


def twins(name: str) -> tuple[str, ...]:
    """Return both names of a colour's field, for either of them; nothing for other names.

    >>> twins("backgroundColor"), twins("colorStyle"), twins("bold")
    (('backgroundColor', 'backgroundColorStyle'), ('color', 'colorStyle'), ())
    """
    base = name.removesuffix("Style")
    return (base, base + "Style") if _is_color(base) and base not in ("rgbColor", "themeColor") else ()


def twinned(value: Any) -> Any:
    """Return anything with each colour in it given twice; the style wins where both were given."""
    if isinstance(value, list):
        return [twinned(element) for element in value]
    if not isinstance(value, Mapping):
        return value
    whole: Json = {}
    for name, part in value.items():
        names = twins(name)
        if not names:
            whole[name] = twinned(part)
        elif name == names[0] and names[1] not in value:
            whole[name] = color(part)
            whole[names[1]] = {"rgbColor": color(part)}
        elif name == names[1]:
            theme = part.get("themeColor")
            plain = of_hex(_THEME[theme]) if theme in _THEME else color(part.get("rgbColor", {}))
            whole[names[0]] = plain
            whole[name] = {"themeColor": theme} if theme else {"rgbColor": plain}
    return whole
