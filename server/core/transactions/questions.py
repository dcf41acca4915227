"""Questions about a file that can be read in two ways: the readings, the answer, and the decisions.

A stage of the reading that cannot decide states a `Doubt`. `asked` makes a `Question` of it, with the totals of each
reading. What a stage decided by itself is a `Decision`: a sentence under a topic.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from server.core.wording import ENGLISH, Wording
from server.errors import UnansweredQuestionsError
from server.texts import as_said, joined, to_say

Rows = Sequence[int] | NDArray[np.int32]
"""Sheet row of each position."""

TOPICS = {
    "Export": to_say("Where the file is from"),
    "Statuses": to_say("Rows that are no sale"),
    "AmountCovers": to_say("What an amount covers"),
    "Refunds": to_say("Money that was paid back"),
    "Currency": to_say("Currency"),
    "DayFirst": to_say("Day and month"),
    "YearFirst": to_say("Year of two digits"),
    "SwappedDates": to_say("Swapped dates"),
    "DecimalSign": to_say("Decimal sign"),
    "SimilarIds": to_say("Customer ids"),
    "Guests": to_say("Customers without an id"),
    "CustomerList": to_say("List of customers"),
    "Tables": to_say("Rows that are no orders"),
}
"""What each question, or decision, is about, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the file, and what it comes to.

    Attributes
    ----------
    value
        What is written into `Settings` to choose it.
    label
        The same in plain words.
    rows, customers, orders
        How many count under this reading; `orders` is None where the file has no order ids.
    money
        Their total, in the sheet's currency.
    result
        One example in words: "1.250 becomes 1,250.00".
    first_day, last_day
        Of the rows that count, as ISO dates; "" where there are none.
    """

    value: str
    label: str
    rows: int
    customers: int
    orders: int | None
    money: float
    result: str = ""
    first_day: str = ""
    last_day: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the marketer, open or answered.

    Attributes
    ----------
    setting
        The row of `Settings` that answers it.
    column
        Header of the column that it is about, "" if none.
    sheet_rows
        The first rows to look at.
    readings
        Two or more, the likelier first.
    answer
        Value of the reading that `Settings` names, "" where the question is open.
    """

    setting: str
    title: str
    text: str
    column: str
    sheet_rows: tuple[int, ...]
    readings: tuple[Reading, ...]
    answer: str = ""

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered it yet."""
        return not self.answer

    def said(self, wording: Wording) -> Question:
        """Return the question with its texts in the reader's language."""
        say = wording.say
        readings = tuple(
            replace(reading, label=say(reading.label), result=say(reading.result))
            for reading in self.readings
        )
        return replace(self, title=say(self.title), text=say(self.text), readings=readings)

    def answered(self, wording: Wording = ENGLISH) -> str:
        """Return the answer in a sentence, "" where there is none."""
        if not self.answer:
            return ""
        label = next(
            (reading.label for reading in self.readings if reading.value == self.answer), self.answer
        )
        return wording.say(
            "{question}: {answer}, as {setting} in Settings says.",
            question=wording.say(self.title),
            answer=wording.say(label),
            setting=self.setting,
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to settle a doubt: the value in `Settings`, the same in words, and an example of its result."""

    value: str
    label: str
    result: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Doubt that a stage of the reading cannot decide, see `Question`; the totals of the readings are not known yet."""

    setting: str
    text: str
    choices: tuple[Choice, ...]
    column: str = ""
    sheet_rows: tuple[int, ...] = ()
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Decision of the service: a sentence under one of `TOPICS`.

    Attributes
    ----------
    text
        The sentence; a text to say, or one in the reader's language already.
    sheet_rows
        The first rows that it is about.
    """

    topic: str
    text: str
    sheet_rows: tuple[int, ...] = ()

    def sentence(self, wording: Wording = ENGLISH) -> str:
        """Return the sentence.

        >>> Decision("Statuses", "1,200 rows, 9.50.").sentence()
        '1,200 rows, 9.50.'
        """
        return wording.say(self.text)


def asked(doubt: Doubt, read: Callable[[Choice], Reading]) -> Question:
    """Return the question that a doubt leads to.

    Parameters
    ----------
    read
        Reads the file as a choice has it.
    """
    return Question(
        doubt.setting,
        TOPICS[doubt.setting],
        doubt.text,
        doubt.column,
        doubt.sheet_rows,
        tuple(map(read, doubt.choices)),
        doubt.answer,
    )


def refuse_open(questions: Sequence[Question], wording: Wording = ENGLISH, *, is_file: bool = False) -> None:
    """Refuse to go on while a question is open.

    Parameters
    ----------
    is_file
        The file was given on the command line, where there is no tab `Settings`.

    Raises
    ------
    UnansweredQuestionsError
        If one is open: all of them are named, with their readings.
    """
    open_ones = [question for question in questions if question.is_open]
    if not open_ones:
        return
    text = as_said(" ".join(_question_sentence(open_one, wording) for open_one in open_ones))
    if is_file:
        ways = " or ".join(f'--set "{r.setting}={r.readings[0].value}"' for r in open_ones)
        hint = as_said(f"Nothing was written. Answer with {ways}.")
    else:
        values = joined(
            "; ",
            (
                to_say(
                    "{setting} = {values}",
                    setting=question.setting,
                    values=" / ".join(reading.value for reading in question.readings),
                )
                for question in open_ones
            ),
        )
        hint = to_say(
            "Nothing was changed. Choose Check my data and press the button that is right, or write it into the tab "
            "Settings: {values}.",
            values=values,
        )
    raise UnansweredQuestionsError(text, hint=hint)


def _question_sentence(question: Question, wording: Wording) -> str:
    title = wording.say(question.title)
    if question.column:
        title = wording.say("{question} (column {column})", question=title, column=question.column)
    readings = "; ".join(
        f"{wording.say(reading.label)} ({reading.value}): {comes_to}"
        for reading, comes_to in zip(question.readings, totals_of(question.readings, wording), strict=True)
    )
    return f"{title}: {wording.say(question.text)} {readings}."


def totals_of(readings: Sequence[Reading], wording: Wording = ENGLISH) -> list[str]:
    """Return what each reading comes to, with its days where they are what the readings differ in.

    >>> one, other = (Reading(to, "", 2, 2, None, 9, "", "2025-01-02", last) for to, last in
    ...               (("yes", "2025-03-04"), ("no", "2025-04-03")))
    >>> totals_of([one, other])
    ['2 rows, 2 customers, 9.00 in all, from Jan 2, 2025 to Mar 4, 2025', \
'2 rows, 2 customers, 9.00 in all, from Jan 2, 2025 to Apr 3, 2025']
    """
    differ = len({(reading.first_day, reading.last_day) for reading in readings}) > 1
    return [
        wording.say(
            "{totals}, from {first} to {last}",
            totals=total(reading, wording),
            first=wording.date(dt.date.fromisoformat(reading.first_day)),
            last=wording.date(dt.date.fromisoformat(reading.last_day)),
        )
        if differ and reading.first_day
        else total(reading, wording)
        for reading in readings
    ]


def total(reading: Reading, wording: Wording = ENGLISH) -> str:
    """Return what a reading comes to.

    >>> total(Reading("yes", "Day first", 1200, 80, None, 83535.83))
    '1,200 rows, 80 customers, 83,535.83 in all'
    """
    return wording.say(
        "{rows}, {customers}, {money} in all",
        rows=wording.counted(reading.rows, "row"),
        customers=wording.counted(reading.customers, "customer"),
        money=wording.decimal(reading.money, 2),
    )
