"""Settings that are in use, compared with those that the segments were made with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from server.core.cells import Cell, text_of
from server.core.options import typed_settings
from server.core.segments.model import Model
from server.core.settings.setting import Needs
from server.core.settings.table import SETTINGS
from server.core.wall_clock import day_of

_BY_NAME = {setting.name: setting for setting in SETTINGS}
_LONGEST = 200
"""Characters of a value that are kept: metadata hold little."""


def values_of(rows: Sequence[Sequence[Cell]], needs: Needs) -> dict[str, str]:
    """Return the values of the settings that a change of which needs the same, as text, by name.

    Parameters
    ----------
    rows
        The tab `Settings` from row 1.

    Examples
    --------
    >>> values_of([["Clusters", 6.0], ["AmountColumn", "Total"]], Needs.SEGMENTS)["Clusters"]
    '6'
    >>> values_of([["AnalysisDate", 45688]], Needs.REFRESH)["AnalysisDate"]
    '2025-01-31'
    """
    typed = typed_settings(rows)
    return {name: _text(name, cell) for name, cell in typed.items() if _BY_NAME[name].needs is needs}


def _text(name: str, cell: Cell) -> str:
    if name == "AnalysisDate" and isinstance(cell, int | float) and not isinstance(cell, bool):
        return day_of(cell).isoformat()
    return text_of(cell)[:_LONGEST]


def not_in_use(model: Model, now: Mapping[str, str]) -> dict[str, str]:
    """Return the settings that the segments in use were not made with, with their values of today.

    Parameters
    ----------
    now
        Values of today of the settings that need new segments.
    """
    same = made_with(model)
    return {name: text for name, text in now.items() if name in same and text.casefold() not in same[name]}


def made_with(model: Model) -> dict[str, list[str]]:
    """Return, by setting, the texts in lower case that mean what the segments were made with.

    A number of segments that is theirs was in use, whoever chose it. Of a model of before settings were kept, its
    horizon and a number of segments are known alone.
    """
    same = alike(model.settings or _shown_by(model))
    clusters = same.get("Clusters", ["auto", ""])
    return same | {"Clusters": [*clusters, str(model.k)]}


def _shown_by(model: Model) -> dict[str, str]:
    return {"Horizon": str(model.value.horizon)} if model.value is not None else {}


def alike(values: Mapping[str, str]) -> dict[str, list[str]]:
    """Return, by setting, the texts in lower case that mean the same as a value.

    >>> alike({"Clusters": "auto", "Horizon": "90", "AmountColumn": "Total"})
    {'Clusters': ['auto', ''], 'Horizon': ['90', 'auto', ''], 'AmountColumn': ['total']}
    """
    return {name: _same(text.casefold(), str(_BY_NAME[name].default)) for name, text in values.items()}


def _same(text: str, default: str) -> list[str]:
    return list(dict.fromkeys([text, "auto", ""])) if text == default.casefold() else [text]
