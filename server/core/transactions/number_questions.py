"""Questions that columns of numbers leave open, and the sentences for what they decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.core.transactions.money import NumberVerdict, shared_decimal
from server.core.transactions.questions import Choice, Decision, Doubt, Rows
from server.errors import TrainingDataError
from server.texts import Amount, Count, as_said, counted, joined, to_say

DECIMAL_SIGN = "DecimalSign"


@dataclass(slots=True)
class NumberFormats:
    """How the columns of numbers are read.

    Attributes
    ----------
    signs
        Decimal sign, "point" or "comma", by header.
    """

    signs: dict[str, str] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    said: list[Decision] = field(default_factory=list)


def number_formats(verdicts: Mapping[str, NumberVerdict], rows: Rows, answer: str) -> NumberFormats:
    """Return how each column is read: by itself, else as the other columns are written, else by the answer.

    Parameters
    ----------
    verdicts
        By header, the amounts first.
    rows
        Sheet row of each position.
    answer
        The setting `DecimalSign`: "point", "comma", or "" for auto; it counts for all that can be read in two ways.

    Examples
    --------
    >>> proved = NumberVerdict("comma", 0, True, False, 0, 9, 0)
    >>> open_one = NumberVerdict("comma", 2, False, False, 0, 0, 0)
    >>> number_formats({"Total": proved, "Quantity": open_one}, [], "").signs
    {'Total': 'comma', 'Quantity': 'comma'}
    """
    formats = NumberFormats()
    shared = shared_decimal(list(verdicts.values()))
    for header, verdict in verdicts.items():
        at = tuple(int(rows[place]) for place in verdict.places)
        by_others = shared if verdict.tells_nothing else ""
        formats.signs[header] = (answer if verdict.open else "") or by_others or verdict.decimal
        if not verdict.is_sure and not by_others:
            formats.doubts.append(_doubt(header, verdict, at, answer))
        elif not (answer and verdict.open):
            formats.said += _said(header, _decided(verdict, by_others), at)
        formats.said += _said(header, _shortened(verdict), ())
    return formats


def _said(header: str, text: str, at: tuple[int, ...]) -> list[Decision]:
    sentence = joined(": ", (as_said(header), text))
    return [Decision(DECIMAL_SIGN, sentence, at)] if text else []


def _shortened(verdict: NumberVerdict) -> str:
    if not verdict.shortened:
        return ""
    return to_say(
        "{amounts} such as 1.5K or 2M, read as thousands and millions; the digits behind them are not in the file.",
        amounts=counted(verdict.shortened, "amount"),
    )


def refuse_lost_thousands(header: str, verdict: NumberVerdict, answer: str) -> None:
    """Refuse amounts whose thousands a spreadsheet took for decimals: it makes 1.234 of a text that meant 1,234.

    Parameters
    ----------
    header, verdict
        Of the amounts.
    answer
        The setting `DecimalSign`: "point" says that the amounts do have three decimals.

    Raises
    ------
    TrainingDataError
        If so many have exactly three decimals that thousands were lost, see `NumberVerdict.thousandths`.
    """
    if not verdict.thousandths or answer == "point":
        return
    raise TrainingDataError(
        to_say(
            "{amounts} amounts in {header} have three decimals, such as {example}. A spreadsheet makes such numbers of "
            "amounts like 1.234 that meant 1,234.",
            amounts=Count(verdict.thousandths),
            header=header,
            example=Amount(verdict.thousandth, 3),
        ),
        hint=to_say(
            "Set the spreadsheet's locale to the country that the file is from (File, Settings), then paste the file "
            "again. If the amounts do have three decimals, write point behind DecimalSign in the tab Settings."
        ),
    )


def refuse_dates(verdicts: Mapping[str, NumberVerdict]) -> None:
    """Refuse columns in which a spreadsheet made dates of amounts: 17.2 and 17.02 are both 17 February then.

    Raises
    ------
    TrainingDataError
        If there is one; all are named.
    """
    dates = {header: verdict.dates for header, verdict in verdicts.items() if verdict.dates}
    if dates:
        columns = joined(
            ", ",
            (
                to_say(
                    "1 cell of {header}" if count == 1 else "{cells} cells of {header}",
                    header=header,
                    cells=Count(count),
                )
                for header, count in dates.items()
            ),
        )
        raise TrainingDataError(
            to_say(
                "A spreadsheet has made dates of {columns}: amounts such as 17.2 became 17 February; "
                "beside them stand texts with a decimal point.",
                columns=columns,
            ),
            hint=to_say(
                "Set the spreadsheet's locale to United States (File, Settings), then paste the file "
                "again: these cells cannot be told any more."
            ),
        )


def _decided(verdict: NumberVerdict, by_others: str) -> str:
    example = verdict.example
    if by_others:
        return to_say(
            "{example} is read with a decimal point, as the other columns of numbers are written."
            if by_others == "point"
            else "{example} is read with a decimal comma, as the other columns of numbers are written.",
            example=example,
        )
    if verdict.grouped:
        return to_say(
            "{example} is read as {number}, as amounts are grouped in threes and none has decimals.",
            example=example,
            number=Count(_whole(example)),
        )
    if not (verdict.points and verdict.commas):
        return ""
    text = to_say(
        "{amounts} with a decimal comma and {points} with a decimal point, each read as it is written.",
        amounts=counted(verdict.commas, "amount"),
        points=Count(verdict.points),
    )
    if not verdict.open:
        return text
    with_sign = to_say(
        "{example} is read with a decimal point."
        if verdict.decimal == "point"
        else "{example} is read with a decimal comma.",
        example=example,
    )
    return joined(" ", (text, with_sign))


def _doubt(header: str, verdict: NumberVerdict, at: tuple[int, ...], answer: str) -> Doubt:
    example = verdict.example
    sign = "." if "." in example else ","
    decimal, grouping = ("point", "comma") if sign == "." else ("comma", "point")
    digits = "".join(part for part in example if part.isdecimal() or part == sign)
    values = {decimal: Amount(float(digits.replace(sign, ".")), 3), grouping: Count(_whole(example))}
    choices = [
        Choice(value, _SIGNS[value], to_say("{example} is {number}", example=example, number=number))
        for value, number in values.items()
    ]
    choices.sort(key=lambda choice: choice.value != verdict.decimal)
    text = to_say(_why_open(verdict), amounts=counted(verdict.open, "amount"), example=example)
    return Doubt(DECIMAL_SIGN, text, tuple(choices), column=header, sheet_rows=at, answer=answer)


_SIGNS = {"point": to_say("Decimal point"), "comma": to_say("Decimal comma")}
_BOTH_WAYS, _THREE_DIGITS, _NONE_TELLS = (
    to_say(
        "{amounts} such as {example} can be read in two ways: other amounts of the column are written in both ways."
    ),
    to_say(
        "{amounts} such as {example} can be read in two ways: all other amounts have two digits behind the decimal "
        "sign, and these would have three."
    ),
    to_say("{amounts} such as {example} can be read in two ways: no other amount of the column tells."),
)


def _why_open(verdict: NumberVerdict) -> str:
    if verdict.points and verdict.commas:
        return _BOTH_WAYS
    return _THREE_DIGITS if verdict.points or verdict.commas else _NONE_TELLS


def _whole(example: str) -> int:
    return int("".join(part for part in example if part.isdecimal()) or 0)
