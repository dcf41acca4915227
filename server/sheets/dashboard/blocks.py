"""Contents of the blocks of the tab `Dashboard`: values and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.core.cells import Cell
from server.core.segments.at_risk import CHANGE_DAYS, AtRisk
from server.core.segments.dashboard_figures import SCORES, Figures, SegmentFigures
from server.core.segments.history import Compared
from server.core.segments.scored_days import ScoredDays
from server.core.wording import Wording
from server.layout.headers import NEW_CUSTOMER
from server.sheets.dashboard.ahead import Ahead, headline
from server.sheets.dashboard.places import (
    BLOCKS,
    DAILY,
    DOWN,
    EARLIER,
    HEAT,
    MIGRATION,
    POSITIONS,
    SEGMENT_HEADERS,
    SEGMENTS,
    TILE_COLUMNS,
    TILES,
)
from server.sheets.dashboard.segment_lines import SegmentLine

Rows = list[list[Cell]]


@dataclass(frozen=True, slots=True)
class Shown:
    """Input of the dashboard: everything it shows.

    Attributes
    ----------
    names
        Segment by cluster, former ones included.
    colours
        "#RRGGBB" by cluster in use.
    plans
        What to do, by cluster.
    compared
        The figures beside those of earlier runs; None where there are none.
    moved_at
        When customers moved as the figures tell: wall clock as a serial, None where that is not known.
    links
        Address of the list of a segment's customers, by cluster.
    """

    figures: Figures
    days: ScoredDays
    names: Mapping[int, str]
    colours: Mapping[int, str]
    wording: Wording
    version: int
    ahead: Ahead = field(default_factory=Ahead)
    plans: Mapping[int, str] = field(default_factory=dict)
    compared: Compared | None = None
    moved_at: float | None = None
    links: Mapping[int, str] = field(default_factory=dict)

    @property
    def has_moves(self) -> bool:
        """Whether there was a segmentation before, so that customers may have moved."""
        return any(former is not None for former, _counts in self.figures.migration)

    @property
    def has_days(self) -> bool:
        """Whether rows were labelled in the days that are shown."""
        return bool(self.days.total)

    @property
    def has_groups(self) -> bool:
        """Whether there is what an earlier model expected beside what came."""
        value = self.ahead.model
        return value is not None and value.backtest is not None and not value.backtest.halves


def segment_lines(shown: Shown) -> list[SegmentLine]:
    """Return what the lines of the segments tell, the most valuable first."""
    return [
        SegmentLine(
            segment,
            shown.names[segment.cluster],
            shown.plans.get(segment.cluster, ""),
            _change(segment, shown),
        )
        for segment in shown.figures.segments
    ]


def _change(segment: SegmentFigures, shown: Shown) -> str:
    """Return how many customers have come and gone since the last run."""
    moves = shown.figures.migration
    if shown.compared is not None and (sentence := shown.compared.sentence(segment.cluster, shown.wording)):
        return sentence
    if not shown.has_moves:
        return shown.wording.say("First run")
    came = sum(counts.get(segment.cluster, 0) for former, counts in moves if former != segment.cluster)
    went = sum(
        count
        for former, counts in moves
        if former == segment.cluster
        for cluster, count in counts.items()
        if cluster != segment.cluster
    )
    number = shown.wording.number
    return shown.wording.say("{came} came, {went} left", came=number(came), went=number(went))


def instead_of_charts(shown: Shown) -> list[tuple[tuple[int, int], str, Rows]]:
    """Return the sentences in place of charts that have no data yet; a chart with data covers its sentence."""
    say = shown.wording.say
    return [
        (
            (DOWN + 35, 1),
            HEAT,
            [
                [
                    ""
                    if shown.has_moves
                    else say("Who moves between segments is shown here after the next run.")
                ]
            ],
        ),
        (
            (DOWN + 51, 1),
            HEAT,
            [
                [
                    ""
                    if shown.has_days
                    else say("Rows of New User by day are shown here after the next run that finds some.")
                ]
            ],
        ),
    ]


def positions(shown: Shown) -> Rows:
    """Return orders by recency, each segment in a column of its own: the points of the chart."""
    segments = shown.figures.segments
    names = [shown.names[segment.cluster] for segment in segments]
    say = shown.wording.say
    rows: Rows = [[say(BLOCKS[POSITIONS].heading)], [say("Days since the last order"), *names]]
    for i, segment in enumerate(segments):
        rows.append(
            [
                segment.recency,
                *(segment.frequency if i == j else "" for j in range(len(segments))),
            ]
        )
    return rows


def subtitle(shown: Shown) -> str:
    """Return how many customers and segments there are, and as of when."""
    figures, wording = shown.figures, shown.wording
    return wording.say(
        "{customers} in {segments}, as of {day}",
        customers=wording.counted(figures.customers, "customer"),
        segments=wording.counted(len(figures.segments), "segment"),
        day=wording.date(figures.analysis_day),
    )


def tiles(shown: Shown) -> Rows:
    """Return the headline figures: the title, the number and a sentence of each."""
    figures = shown.figures
    say, number, date = shown.wording.say, shown.wording.number, shown.wording.date
    last = date(figures.last_day)
    tiles: list[tuple[str, Cell, str]] = [
        (say(BLOCKS[TILES].heading), figures.customers, say("bought by {day}", day=last)),
        (
            say("Active share"),
            round(figures.active_share, 6),
            say(
                "bought in the {days} days to {day}",
                days=number(figures.active_days),
                day=date(figures.analysis_day),
            ),
        ),
        (say("Revenue"), round(figures.revenue, 2), say("all they have spent by {day}", day=last)),
        (say("Revenue at risk"), round(figures.at_risk.now, 2), _at_risk(figures.at_risk, shown.wording)),
        headline(shown.ahead, shown.wording),
    ]
    rows: Rows = [[""] * BLOCKS[TILES].columns for _ in range(3)]
    for (first, _), tile in zip(TILE_COLUMNS, tiles, strict=True):
        for row, cell in zip(rows, tile, strict=True):
            row[first] = cell
    return rows


def _at_risk(risk: AtRisk, wording: Wording) -> str:
    """Return what revenue at risk is, in a sentence, with its change."""
    text = wording.say(
        "a year's spend of 1 repeat customer now silent for longer than usual"
        if risk.customers == 1
        else "a year's spend of {customers} repeat customers now silent for longer than usual",
        customers=wording.number(risk.customers),
    )
    if risk.change is None:
        return text
    sign = "+" if risk.change >= 0 else "−"
    share = f"{sign}{wording.percent(abs(risk.change))}"
    return f"{text} ({wording.say('{share} in {days} days', share=share, days=CHANGE_DAYS)})"


def heat(shown: Shown) -> Rows:
    """Return customers by recency and frequency score."""
    say = shown.wording.say
    ends = {1: "\n" + say("(long ago)"), 5: "\n" + say("(recently)")}
    marks: Rows = [
        [f"R {r}{ends.get(r, '')}", *counts]
        for r, counts in zip(reversed(SCORES), shown.figures.heat, strict=True)
    ]
    return [
        [say(BLOCKS[HEAT].heading)],
        [say("Down R: 5 bought last. Across F: 5 buys most often. Darker: more customers.")],
        ["", *(f"F {f}" for f in SCORES)],
        *marks,
    ]


def segments(shown: Shown) -> Rows:
    """Return the figures of the segments, the most valuable first."""
    say = shown.wording.say
    rows: Rows = [[say(BLOCKS[SEGMENTS].heading)], [say(header) for header in SEGMENT_HEADERS]]
    for segment in shown.figures.segments:
        means = [None if mark is None else round(mark, 4) for mark in (segment.r, segment.f, segment.m)]
        money = None if segment.monetary_value is None else round(segment.monetary_value, 2)
        rows.append(
            [
                shown.names[segment.cluster],
                segment.cluster,
                segment.customers,
                round(segment.share, 6),
                round(segment.revenue, 2),
                round(segment.revenue_share, 6),
                segment.recency,
                segment.frequency,
                money,
                *means,
                segment.state,
            ]
        )
    return rows


def moves(shown: Shown) -> Rows:
    """Return who came from where."""
    numbers = [segment.cluster for segment in shown.figures.segments]
    heading = shown.wording.say(BLOCKS[MIGRATION].heading)
    rows: Rows = [[heading], ["", *(shown.names[number] for number in numbers)]]
    for former, counts in shown.figures.migration:
        name = shown.wording.say(NEW_CUSTOMER) if former is None else shown.names[former]
        rows.append([name, *(counts.get(number, 0) for number in numbers)])
    return rows


def days(shown: Shown) -> Rows:
    """Return rows of `New User` labelled per day."""
    names = [shown.names[segment.cluster] for segment in shown.figures.segments]
    say = shown.wording.say
    header: list[Cell] = [say("Day"), *names, say(EARLIER)]
    return [[say(BLOCKS[DAILY].heading)], header, *day_rows(shown.days, len(names))]


def day_rows(days: ScoredDays, segments: int) -> Rows:
    """Return the days alone."""
    rows: Rows = []
    for serial, counts in zip(days.serials, days.counts, strict=True):
        rows.append([serial, *(counts if counts is not None else [""] * (segments + 1))])
    return rows
