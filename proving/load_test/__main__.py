"""Load: a hundred spreadsheets whose marketers type, under Google's quotas (make load).

Prints the wait for a label at several rates, the effect of one spreadsheet that calls without end on the others, the
time of a retrain beside them, the night in which a thousand spreadsheets refresh at the same hour, and the memory of
the service's processes. Fails where something was lost, written twice, or slowed down.
"""

from __future__ import annotations

import argparse
import secrets
import sys
from statistics import fmean

from local.launch import OWNER, SERVICE_ACCOUNT, LocalGoogle
from proving.load_test.memory import CLIENTS, resident_by_calls
from proving.load_test.night import Night, NightFigures
from proving.load_test.storm import Figures, Storm, segmented
from server.use_cases.segmentation.run import Retraining, Run
from sheets_standin.sheets_api.quotas import Quotas
from sheets_standin.workspace import Role

RATES = (0.2, 0.5, 1.0, 2.0, 6.0)
HEADS = "edits a minute   rows  10 %  50 %  90 %  99 %   all  served  refused  Google  its 429  lost  twice"
MOST_SLOWER = 1.5
MOST_GROWN = 1.1


def _world(spreadsheets: list[float], seed: int, *, sidebars: bool = True) -> tuple[LocalGoogle, Storm]:
    google = LocalGoogle()
    google.server.quotas = Quotas(enabled=False)
    google.__enter__()
    rows = [["customer_id", "order_date", "amount"]]
    rows += [[f"C{i}", f"2025-{1 + i % 12:02}-{1 + i % 27:02}", str(10 + i * i % 97)] for i in range(60)]
    return google, Storm(google, segmented(google, rows), spreadsheets, seed, sidebars=sidebars)


def _figures_line(rate: float, figures: Figures) -> str:
    waits = "".join(f"{figures.quantile(share):6.0f}" for share in (0.1, 0.5, 0.9, 0.99, 1.0))
    return (
        f"{rate:14.0f} {figures.rows:6}{waits}{figures.calls - figures.refused:8}{figures.refused:9}"
        f"{sum(figures.google_calls):8}{figures.google_refusals:9}{figures.lost:6}{figures.doubled:7}"
    )


def _storm(rates: list[float], minutes: float, seed: int, *, sidebars: bool = True) -> Figures:
    google, storm = _world(rates, seed, sidebars=sidebars)
    try:
        return storm.run(minutes)
    finally:
        google.__exit__(None, None, None)


def curve(spreadsheets: int, minutes: float, seed: int) -> list[Figures]:
    """Print how long labels take, in seconds, at several rates; return the figures."""
    figureses = []
    print(
        f"\nSeconds from typing to the label, {spreadsheets} spreadsheets, the add-on's sidebar open\n{HEADS}"
    )
    for rate in RATES:
        figureses.append(_storm([rate] * spreadsheets, minutes, seed))
        print(_figures_line(rate * spreadsheets, figureses[-1]), flush=True)
    print("the last again with no sidebar open: refused edits try again by themselves")
    figureses.append(_storm([RATES[-1]] * spreadsheets, minutes, seed, sidebars=False))
    print(_figures_line(RATES[-1] * spreadsheets, figureses[-1]), flush=True)
    return figureses


def hot(spreadsheets: int, minutes: float, seed: int) -> tuple[float, float]:
    """Return the mean wait of all others without and with one spreadsheet that calls 100 times a minute."""
    quiet = [0.3] * (spreadsheets - 1)
    alone = _storm(quiet, minutes, seed)
    beside = _storm([*quiet, 100.0], minutes, seed)
    means = fmean(alone.by_spreadsheet), fmean(beside.by_spreadsheet[:-1])
    print(
        f"\nMean wait of {len(quiet)} others: {means[0]:.1f} s; beside one that calls without end: {means[1]:.1f} s"
    )
    return means


def retrain(spreadsheets: int, minutes: float, seed: int) -> tuple[float, Figures]:
    """Return how long a retrain takes beside the storm, and how the storm went."""
    google, storm = _world([RATES[-1]] * spreadsheets, seed)
    took: list[float] = []
    document = google.workspace.copy(storm.typists[0].document, OWNER)
    google.workspace.share(document.spreadsheet_id, SERVICE_ACCOUNT, Role.EDITOR)
    training = Retraining(storm.committer, storm.scoring, storm.moment)

    def run() -> None:
        start = storm.time.now()
        training.run(document.spreadsheet_id, Run(retrain=True), lambda _stage, _fraction: None)
        took.append(storm.time.now() - start)

    try:
        figures = storm.run(minutes, also=run)
    finally:
        google.__exit__(None, None, None)
    print(
        f"\nA retrain beside {RATES[-1] * spreadsheets:.0f} edits a minute took {took[0]:.0f} s; meanwhile\n{HEADS}"
    )
    print(_figures_line(RATES[-1] * spreadsheets, figures), flush=True)
    return took[0], figures


def memory(calls: int) -> tuple[float, float]:
    """Return what the real processes hold at the start and at the end of so many calls, in MiB."""
    sizes = resident_by_calls(calls, max(CLIENTS, calls // 8))
    sizes_said = ", ".join(f"{size:.0f} after {done:,}" for done, size in sizes)
    print(f"\nMiB resident of gunicorn's processes while {CLIENTS} clients score rows: {sizes_said} calls.")
    return sizes[0][1], sizes[-1][1]


def night(refreshing: int, minutes: float, seed: int) -> tuple[Figures, NightFigures]:
    """Print a night in which so many spreadsheets refresh at one hour while others are typed into; return both.

    The first figures are of the same typing without the refreshes.
    """
    rates = [RATES[0]] * 100
    alone = _storm(rates, minutes, seed)
    google, storm = _world(rates, seed)
    try:
        figures = Night(storm, storm.typists[0].document, refreshing).run(minutes)
    finally:
        google.__exit__(None, None, None)
    ended = ", ".join(f"{share:.0%} after {figures.quantile(share):.1f} h" for share in (0.1, 0.5, 0.9, 1.0))
    in_hour = sum(0 <= moment < 3600 for moment in figures.begun)
    print(
        f"\n{refreshing:,} spreadsheets refresh at one hour: {in_hour} begun within it, {ended}; at most "
        f"{figures.at_once} at once, {max(figures.calls.values())} calls to Google in the fullest minute, "
        f"{figures.lost} lost, {figures.doubled} twice. Meanwhile\n{HEADS}"
    )
    print(_figures_line(sum(rates), figures.typing))
    print(f"the same without the refreshes\n{_figures_line(sum(rates), alone)}", flush=True)
    return alone, figures


def wrong_at_night(alone: Figures, figures: NightFigures) -> list[str]:
    """Return what went wrong in a night."""
    wrong = []
    if figures.lost or figures.doubled:
        wrong.append("refreshes were lost or run twice")
    if figures.typing.lost or figures.typing.doubled:
        wrong.append("rows were lost or written twice at night")
    if figures.typing.google_refusals:
        wrong.append("Google refused calls at night")
    if figures.typing.quantile(0.99) > MOST_SLOWER * alone.quantile(0.99) + 1:
        wrong.append("the refreshes slowed labels down")
    return wrong


def by_day(spreadsheets: int, minutes: float, seed: int, calls: int) -> list[str]:
    """Print what happens by day; return what went wrong."""
    figures = curve(spreadsheets, minutes, seed)
    without, beside = hot(spreadsheets, minutes, seed)
    took, trained = retrain(spreadsheets, minutes, seed)
    resident = memory(calls)
    wrong = []
    if any(figure.lost or figure.doubled for figure in (*figures, trained)):
        wrong.append("rows were lost or written twice")
    if beside > MOST_SLOWER * without + 1:
        wrong.append("one spreadsheet slowed the others down")
    if took > 600:
        wrong.append("the retrain did not get on")
    if resident[1] > MOST_GROWN * resident[0]:
        wrong.append("the processes grew")
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m proving.load_test", description=__doc__)
    parser.add_argument("--spreadsheets", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--refreshing", type=int, default=1_000, help="spreadsheets that refresh at one hour")
    parser.add_argument("--only", choices=("day", "night"), help="one of the two parts")
    parser.add_argument(
        "--calls", type=int, default=8_000, help="calls of the real processes, for their memory"
    )
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    given = parser.parse_args()
    print(f"seed {given.seed}, {given.minutes:g} minutes of a clock that runs as fast as it can")
    wrong = []
    if given.only != "night":
        wrong += by_day(given.spreadsheets, given.minutes, given.seed, given.calls)
    if given.only != "day":
        wrong += wrong_at_night(*night(given.refreshing, 6 * given.minutes, given.seed))
    if wrong:
        sys.exit("; ".join(wrong))


if __name__ == "__main__":
    main()
