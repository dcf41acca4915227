"""The lines of `Lift`: what a test shows, measure by measure."""

from __future__ import annotations

from server.core.cells import Cell
from server.core.experiments.reading import Found, Line, Measure
from server.core.experiments.words import reading
from server.core.wording import Wording
from server.texts import to_say
from server.use_cases.experiment_results import ReadLine

ALL = "(all)"
_DIGITS = 4


def lift_lines(findings: Found, instead: str, wording: Wording) -> list[ReadLine]:
    """Return the lines of `Lift`.

    Parameters
    ----------
    instead
        What is said of each instead of a reading, "" where there is a verdict.
    """
    segments = sum(line.measure is Measure.SPEND for line in findings.exploratory)
    return [
        ReadLine(
            segment=line.segment or ALL,
            measure=wording.say(MEASURES[line.measure]),
            action=round(line.action, _DIGITS),
            control=round(line.control, _DIGITS),
            difference=round(line.interval.difference, _DIGITS),
            low=None if instead else round(line.interval.low, _DIGITS),
            high=None if instead else round(line.interval.high, _DIGITS),
            relative=_rounded(line.relative),
            extra_money=_rounded(line.extra_money),
            reading=instead or reading(line, wording, segments),
        )
        for line in _ordered(findings)
    ]


MEASURES = {
    Measure.BUYERS: to_say("Buyers in 100 customers"),
    Measure.ADJUSTED: to_say("Buyers in 100 customers, adjusted"),
    Measure.SPEND: to_say("Spend a customer"),
}


def _ordered(findings: Found) -> list[Line]:
    """Return the lines measure by measure, all members first: a chart reads a measure's lines."""
    return sorted(
        [*findings.pooled, *findings.exploratory], key=lambda line: list(Measure).index(line.measure)
    )


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, _DIGITS)


def lift_cells(name: str, line: ReadLine) -> dict[str, Cell]:
    """Return a line of `Lift`, by header."""
    return {
        "Test": name,
        "Segment": line.segment,
        "Measure": line.measure,
        "Action": line.action,
        "Control": line.control,
        "Difference": line.difference,
        "Low": line.low,
        "High": line.high,
        "Relative": line.relative,
        "ExtraMoney": line.extra_money,
        "Reading": line.reading,
    }
