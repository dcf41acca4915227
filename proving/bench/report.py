"""The tables of the measurements, in Markdown, as the terminal and docs/performance.md show them."""

from __future__ import annotations

from collections.abc import Sequence

from proving.bench.audience import Step
from proving.bench.concurrency import Throughput
from proving.bench.edits import Comparison, EditCost
from proving.bench.largest import Measured, Run, exponents, power
from proving.bench.sources import STAGES, Cost
from proving.bench.weight import Weight


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table; the first column is text, the others are numbers.

    >>> print(table(["what", "s"], [["a", "1.0"]]))
    | what |   s |
    |:-----|----:|
    | a    | 1.0 |
    """
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        return "| " + " | ".join([first[0].ljust(first[1]), *(c.rjust(w) for c, w in others)]) + " |"

    rule = "|:" + "-" * (widths[0] + 1) + "|" + "|".join("-" * (w + 1) + ":" for w in widths[1:]) + "|"
    return "\n".join([line(header), rule, *map(line, rows)])


def cold_start(seconds: dict[str, float]) -> str:
    """Return how the service's start compares; the first entry is the service."""
    own = next(iter(seconds.values()))
    rows = [[name, f"{value:.2f} s", f"{own / value:.2f}"] for name, value in seconds.items()]
    return table(["from exec of gunicorn to", "median", "the service is ×"], rows)


def edits(found: Sequence[EditCost]) -> str:
    """Return what edits cost the service itself."""
    rows = [
        [
            f"{item.rows:,}",
            f"{item.tab_rows:,}",
            f"{item.reads} + {item.writes}",
            f"{1000 * item.p50:.1f} ms",
            f"{1000 * item.p99:.1f} ms",
        ]
        for item in found
    ]
    return table(
        ["rows scored", "rows in New User and log", "reads + writes", "own time p50", "own time p99"], rows
    )


def comparison(found: Sequence[Comparison]) -> str:
    """Return how the service and a notebook's ways do on the same rows, latency and quota."""
    own = {item.rows: item for item in found if item.way == "the service"}
    rows = [
        [
            item.way,
            f"{item.labelled} of {item.rows}",
            f"{item.calls:,}",
            f"{item.seconds:.1f} s",
            f"{item.calls / item.labelled:.2f}" if item.labelled else "-",
            f"{_pace(item) / _pace(own[item.rows]):,.0f} ×" if item.labelled else "-",
        ]
        for item in found
    ]
    header = ["way", "rows labelled", "calls to Google", "time", "calls a row", "time a row to the service's"]
    return table(header, rows)


def _pace(each: Comparison) -> float:
    return each.seconds / each.labelled


def audience(steps: Sequence[Step]) -> str:
    """Return what an audience takes, step by step."""
    rows = [
        [
            step.name,
            f"{step.seconds:.1f} s",
            f"{step.cpu_seconds:.1f} s",
            f"{step.peak_mib:.0f} MiB",
            f"{step.megabytes:.1f} MB",
            f"{step.reads} + {step.writes}",
        ]
        for step in steps
    ]
    header = ["call", "wall clock", "own processor time", "peak of all processes", "files", "reads + writes"]
    return table(header, rows)


def largest(found: Measured) -> str:
    """Return the runs, the stages of the largest retrain, and the growth."""
    rows = [
        [
            f"{run.call}, {run.transactions:,} transactions",
            f"{run.customers:,}",
            f"{run.seconds:.1f} s",
            f"{run.cpu_seconds:.1f} s",
            f"{max(run.stages['peak_mib'].values()):.0f} MiB",
            f"{run.reads} + {run.writes}",
            f"{run.steps}",
            f"{run.longest_still:.1f} s",
        ]
        for run in found.runs
    ]
    parts = [
        table(
            [
                "call",
                "customers",
                "wall clock",
                "own processor time",
                "peak of all processes",
                "reads + writes",
                "positions of progress seen",
                "longest without a sign of life",
            ],
            rows,
        )
    ]
    run = max(found.runs, key=lambda run: (run.transactions, run.call == "segment"))
    stages = run.stages
    parts.append(f"The stages of the first segmentation of {run.transactions:,} transactions, model and all:")
    parts.append(
        table(
            ["stage, as the sidebar tells it", "wall clock", "processor", "peak"],
            [
                [
                    name,
                    f"{stages['wall'][name]:.2f} s",
                    f"{stages['cpu'][name]:.2f} s",
                    f"{stages['peak_mib'][name]:.0f} MiB",
                ]
                for name in stages["names"]
            ],
        )
    )
    parts.append("The parts (waiting: two requests at a time, so the sum may pass the wall clock):")
    parts.append(table(["part", "seconds"], [[name, f"{value:.2f}"] for name, value in work(run.stages)]))
    parts.append(
        "A retrain's processor time by stage, the powers of the transactions it grows with, and memory:"
    )
    parts.append(growth(found.runs))
    for call in ("segment", "retrain"):
        grown = [f"{a:,} → {b:,}: {power:.2f}" for a, b, power in exponents(found.runs, call)]
        if grown:
            parts.append(
                f"Own processor time of a {call} grows with this power of the transactions: "
                f"{', '.join(grown)}."
            )
    if found.at_the_limit:
        parts.append(f"At the limit of cells the answer is: “{found.at_the_limit}”")
    return "\n\n".join(parts)


def growth(runs: Sequence[Run], call: str = "retrain") -> str:
    """Return seconds and memory of each stage by the number of transactions, and with which power they grow."""
    chosen = [run for run in runs if run.call == call]
    sizes = [run.transactions for run in chosen]
    rows = []
    for stage in chosen[-1].stages["names"]:
        seconds = [run.stages["cpu"].get(stage, 0.0) for run in chosen]
        peaks = [run.stages["peak_mib"].get(stage, 0.0) for run in chosen]
        powers = [power(sizes[i : i + 2], seconds[i : i + 2]) for i in range(len(sizes) - 1)]
        rows.append(
            [
                stage,
                *(f"{value:.2f} s" for value in seconds),
                *("-" if value is None else f"{value:.2f}" for value in powers),
                *(f"{value:.0f} MiB" for value in peaks),
            ]
        )
    counts = [f"{size:,}" for size in sizes]
    powers_of = [f"power to {count}" for count in counts[1:]]
    return table(["stage", *counts, *powers_of, *(f"peak at {count}" for count in counts)], rows)


def weights(found: Sequence[Weight]) -> str:
    """Return what libraries cost."""
    rows = [
        [
            item.module,
            f"{item.disk_mib:.0f} MiB",
            f"{item.import_seconds:.2f} s",
            f"{item.memory_mib:.0f} MiB",
        ]
        for item in found
    ]
    return table(["library", "on disk", "processor time of its import", "memory after it"], rows)


def work(stages: dict[str, object]) -> list[tuple[str, float]]:
    """Return the seconds of each part of a run, waiting for Google first."""
    parts: dict[str, float] = dict(stages["parts"])  # type: ignore[call-overload]  # as `staged` tells it
    cpu: dict[str, float] = dict(stages["cpu"])  # type: ignore[call-overload]
    sending, choosing = parts["sending and receiving"], parts.get("choosing k", 0.0)
    training = parts.get("training", 0.0)
    found = [
        ("waiting for Google (wall clock)", parts["waiting for Google"]),
        ("sending and receiving", sending),
        ("encoding and decoding JSON, and what calls cost", parts["calls"] - sending),
        ("ids, dates and amounts of each block", parts["ids, dates and amounts of blocks"]),
        ("cleaning the whole", parts["cleaning of the whole"]),
        ("RFM", parts["RFM"]),
        ("choosing k", choosing),
        ("fitting, stability, names", training - choosing),
    ]
    rest = sum(cpu.values()) - parts["calls"] - sum(seconds for _, seconds in found[3:])
    return [*found, ("laying out and writing, progress, imports", rest)]


def rfm(seconds: dict[str, float]) -> str:
    """Return how the ways compare; the first entry is ours."""
    own = next(iter(seconds.values()))
    rows = [[name, f"{1000 * value:,.1f} ms", f"{value / own:.2f} ×"] for name, value in seconds.items()]
    return table(["way", "median", "to ours"], rows)


def predictions(rates: dict[str, float]) -> str:
    """Return rows a second by way."""
    own = next(iter(rates.values()))
    rows = [[name, f"{rate / 1e6:.1f} million", f"{rate / own:.2f} ×"] for name, rate in rates.items()]
    return table(["way", "rows a second", "to ours"], rows)


def concurrency(found: Sequence[Throughput]) -> str:
    """Return the curve."""
    rows = [
        [
            f"{item.threads}",
            f"{item.clients}",
            f"{item.requests_a_second:.1f}",
            f"{item.p50:.2f} s",
            f"{item.p99:.2f} s",
            f"{item.errors}",
            f"{1000 * item.service_cpu:.1f} ms",
        ]
        for item in found
    ]
    header = [
        "threads",
        "clients",
        "requests a second",
        "p50",
        "p99",
        "errors",
        "own processor time a request",
    ]
    return table(header, rows)


def sources(found: Sequence[Cost]) -> str:
    """Return what a run on a source takes, by its size."""
    header = ["", *(f"{each.rows:,} rows" for each in found)]
    rows = [
        ["customers", *(f"{each.customers:,}" for each in found)],
        *(
            [stage, *(f"{each.wall.get(stage, 0):.1f} / {each.cpu.get(stage, 0):.1f} s" for each in found)]
            for stage in STAGES
        ),
        ["in all", *(f"{sum(each.wall.values()):.1f} / {sum(each.cpu.values()):.1f} s" for each in found)],
        ["one GROUP BY customer", *(f"– / {each.group_by:.1f} s" for each in found)],
        ["before placing ÷ GROUP BY", *(f"{each.before_placing / each.group_by:.1f} ×" for each in found)],
        ["largest memory", *(f"{each.peak_mib:,.0f} MiB" for each in found)],
    ]
    return table(header, rows)
