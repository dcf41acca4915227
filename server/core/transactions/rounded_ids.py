"""Ids that a spreadsheet has turned into rounded numbers: 4.90151E+11 stands for many customers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from server.errors import TrainingDataError
from server.texts import to_say

_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?e\+\d{2,3}", re.IGNORECASE)
_LONG = 10
_SHOWN_DIGITS = 6
"""A spreadsheet shows so many digits of a long number, or fewer, and its export holds what it shows."""
_KEPT_DIGITS = 15
"""A spreadsheet keeps so many digits of a number; those behind them become zeros."""
_FEWEST = 5
"""So many ids that all end in zeros do not by chance."""
_SHARE = 0.9

_REPAIR = to_say(
    "Take the file as it was exported, open it with that column as text (in Google Sheets: File, Import, "
    "without converting text to numbers; in Excel: Data, From Text), and paste it again."
)


def rounded_ids(ids: Sequence[str]) -> list[str]:
    """Return ids that are what a spreadsheet made of longer ones; of them some, none where all is well.

    >>> rounded_ids(["4.90151E+11", "C1"]), rounded_ids(["490151000000", "490151000001"])
    (['4.90151E+11'], [])
    >>> rounded_ids([f"{number}000000" for number in range(490_151, 490_160)])[:2]
    ['490151000000', '490152000000']
    """
    scientific = [text for text in ids if "+" in text and _SCIENTIFIC.fullmatch(text)]
    if scientific:
        return scientific
    return _cut([text for text in ids if len(text) >= _LONG and text.isdecimal()])


def _cut(long: Sequence[str]) -> list[str]:
    """Return ids of which a spreadsheet shows, or kept, the first digits alone."""
    shown = _if_most([text for text in long if len(text.rstrip("0")) <= _SHOWN_DIGITS], long)
    if shown:
        return shown
    too_long = [text for text in long if len(text) > _KEPT_DIGITS]
    return _if_most([text for text in too_long if not text[_KEPT_DIGITS:].strip("0")], too_long)


def _if_most(some: list[str], ids: Sequence[str]) -> list[str]:
    return some if len(some) >= max(_FEWEST, _SHARE * len(ids)) else []


def refuse_rounded(ids: Sequence[str], header: str, *, setting: str = "") -> None:
    """Refuse a column whose ids a spreadsheet has rounded: several customers, or orders, would be one.

    Parameters
    ----------
    setting
        Names the setting by which the column can be left out, "" where it cannot.

    Raises
    ------
    TrainingDataError
        If it has; the text says how to repair it.
    """
    rounded = rounded_ids(ids)
    if not rounded:
        return
    some = ", ".join(rounded[:3])
    raise TrainingDataError(
        to_say(
            "In the column {header} a spreadsheet made rounded numbers of long ids ({examples}): "
            "the digits that tell them apart are lost.",
            header=header,
            examples=some,
        ),
        hint=to_say("{repair} Or set {setting} to none in Settings.", repair=_REPAIR, setting=setting)
        if setting
        else _REPAIR,
    )
