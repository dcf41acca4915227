"""Colours of segments, the same in cells, charts and sidebar.

The colours are Paul Tol's qualitative scheme *light* (Colour Schemes, technical note SRON/EPS/TN/09-002, issue 3.2),
made for cells that are labelled in black: they can be told apart with any of the common colour-vision deficiencies.
His *pale* scheme follows for spreadsheets with more segments than that.
"""

from __future__ import annotations

from collections.abc import Collection

LIGHT = ("#77AADD", "#EE8866", "#EEDD88", "#FFAABB", "#99DDFF", "#44BB99", "#BBCC33", "#AAAA00", "#DDDDDD")
PALE = ("#BBCCEE", "#CCDDAA", "#FFCCCC", "#CCEEFF", "#EEEEBB")
PALETTE = LIGHT + PALE


def segment_colours(clusters: Collection[int]) -> dict[int, str]:
    """Return the colour of each cluster, as "#RRGGBB".

    A cluster has the colour of its number; where an older one has that already, the next that is free. So a colour
    stays with its segment through retrains, as the number does.

    Parameters
    ----------
    clusters
        The numbers in use; beyond as many as there are colours, colours repeat.

    >>> segment_colours([0, 1, 9])
    {0: '#77AADD', 1: '#EE8866', 9: '#EEDD88'}
    """
    colours: dict[int, str] = {}
    free = list(PALETTE)
    for cluster in sorted(clusters):
        if not free:
            free = list(PALETTE)
        wanted = LIGHT[cluster % len(LIGHT)]
        at = PALETTE.index(wanted)
        colour = next((colour for colour in PALETTE[at:] + PALETTE[:at] if colour in free), PALETTE[at])
        free.remove(colour)
        colours[cluster] = colour
    return colours


def rgb(colour: str) -> dict[str, float]:
    """Return a colour as the Sheets API has it, each part from 0 to 1.

    >>> rgb("#FF0033")
    {'red': 1.0, 'green': 0.0, 'blue': 0.2}
    """
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return {"red": red, "green": green, "blue": blue}
