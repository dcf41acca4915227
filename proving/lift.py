"""How often a test without an effect reports one, and how often its intervals hold a planted lift."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from local.load import LoadError, cdnow
from local.printing import say, table_as_it_comes
from proving.lift_draws import (
    ADJUSTED,
    BOOTSTRAP,
    BUYERS,
    DAYS,
    SPEND,
    WELCH,
    Cell,
    Figures,
    Shop,
    measure,
    shop_of,
    start_of,
)
from proving.transactions import read_transactions
from server.core.transactions.arrays import Transactions
from server.errors import AudienceError

CUSTOMERS = (500, 2_000, 10_000)
SHARES = (0.1, 0.2, 0.5)
EFFECTS = (0.1, 0.3, 1.0)
"""More buyers than without, of 1."""
DRAWS = 200
SHORT = ("Spend", "Buyers", "Adjusted")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is measured: every size with every share, so many draws each; effect 0 is the false "it worked"."""

    draws: int = DRAWS
    customers: Sequence[int] = CUSTOMERS
    shares: Sequence[float] = SHARES
    effects: Sequence[float] = (0.0, *EFFECTS)


def compare(transactions: Transactions, name: str, asked: Asked = Asked()) -> Iterator[str]:
    """Yield the tables of all cells line by line, each when it is measured."""
    shop = shop_of(transactions, start_of(transactions))
    buyers = float((shop.spend > 0).mean())
    draws = asked.draws
    cells = [Cell(n, share) for n in asked.customers if n <= len(shop.ids) for share in asked.shares]
    yield (
        f"Did it work? {name}, {DAYS} days: of {len(shop.ids):,} customers {buyers:.1%} buy. {draws:,} draws a row."
    )
    yield ""
    if 0.0 in asked.effects:
        yield from _false_table(shop, cells, draws)
    effects = [effect for effect in asked.effects if effect > 0]
    if effects:
        yield from _planted_table(
            shop, [replace(cell, effect=effect) for cell in cells for effect in effects], draws
        )


def _false_table(shop: Shop, cells: Sequence[Cell], draws: int) -> Iterator[str]:
    yield f'False "it worked" in 100 tests where nothing happened; 2.5 are promised (± {_error(draws):.1f} by chance).'
    yield from table_as_it_comes(
        [
            "Customers",
            "Held out",
            "Welch",
            "Bootstrap",
            "Spend",
            "Buyers",
            "Buyers adjusted",
            "Spend narrower",
        ],
        (_false_row(cell, measure(shop, cell, draws)) for cell in cells),
    )
    yield ""


def _planted_table(shop: Shop, cells: Sequence[Cell], draws: int) -> Iterator[str]:
    yield "Planted lifts: intervals of 100 that hold them (95 are promised), and how many tests of 100 show them."
    yield from table_as_it_comes(
        [
            "Customers",
            "Held out",
            "More buyers",
            *(f"{way} {what}" for what in ("holds", "shows") for way in SHORT),
        ],
        (_planted_row(cell, measure(shop, cell, draws)) for cell in cells),
    )


def _error(draws: int) -> float:
    return float(100 * np.sqrt(0.025 * 0.975 / draws))


def _percent(share: float) -> float:
    return round(100 * share, 1)


def _false_row(cell: Cell, figures: Figures) -> list[object]:
    ways = (WELCH, BOOTSTRAP, SPEND, BUYERS, ADJUSTED)
    narrower = 1 - figures.width[SPEND] / figures.width[WELCH]
    return [
        cell.customers,
        f"{cell.share:.0%}",
        *(_percent(figures.worked[way]) for way in ways),
        f"{narrower:.0%}",
    ]


def _planted_row(cell: Cell, figures: Figures) -> list[object]:
    ways = (SPEND, BUYERS, ADJUSTED)
    return [
        cell.customers,
        f"{cell.share:.0%}",
        f"+{cell.effect:.0%}",
        *(_percent(figures.covered[way]) for way in ways),
        *(_percent(figures.worked[way]) for way in ways),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m proving.lift", description=__doc__)
    parser.add_argument("--data", type=Path, help="csv or csv.gz; CDNOW if left out")
    parser.add_argument("--draws", type=int, default=DRAWS, help="tests dealt for each row")
    parser.add_argument("--customers", type=int, nargs="+", default=CUSTOMERS, help="sizes of the tests")
    parser.add_argument("--shares", type=float, nargs="+", default=SHARES, help="shares held out, of 1")
    parser.add_argument(
        "--effects", type=float, nargs="+", default=(0.0, *EFFECTS), help="more buyers, of 1; 0 for none"
    )
    options = parser.parse_args(arguments)
    try:
        path = options.data or cdnow()
        began = time.perf_counter()
        asked = Asked(options.draws, options.customers, options.shares, options.effects)
        for line in compare(read_transactions(path), path.name, asked):
            say(line)
        say(f"\n{time.perf_counter() - began:.0f} s")
    except (AudienceError, LoadError, OSError) as error:
        sys.stderr.write(f"\n{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
