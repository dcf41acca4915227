"""The tables of the measurements, in Markdown, as the terminal and docs/performance.md show them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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


def edits(costs: Sequence[EditCost]) -> str:
    """Return what edits cost the service itself."""
    rows = [
        [
            f"{cost.rows:,}",
            f"{cost.tab_rows:,}",
            f"{cost.reads} + {cost.writes}",
            f"{1000 * cost.p50:.1f} ms",
            f"{1000 * cost.p99:.1f} ms",
        ]
        for cost in costs
    ]
    return table(
        ["rows scored", "rows in New User and log", "reads + writes", "own time p50", "own time p99"], rows
    )


def comparison(comparisons: Sequence[Comparison]) -> str:
    """Return how the service and a notebook's ways do on the same rows, latency and quota."""
    own = {way.rows: way for way in comparisons if way.way == "the service"}
    rows = [
        [
            way.way,
            f"{way.labelled} of {way.rows}",
            f"{way.calls:,}",
            f"{way.seconds:.1f} s",
            f"{way.calls / way.labelled:.2f}" if way.labelled else "-",
            f"{_pace(way) / _pace(own[way.rows]):,.0f} ×" if way.labelled else "-",
        ]
        for way in comparisons
    ]
    header = ["way", "rows labelled", "calls to Google", "time", "calls a row", "time a row to the service's"]
    return table(header, rows)


def _pace(way: Comparison) -> float:
    return way.seconds / way.labelled


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


def largest(measured: Measured) -> str:
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
        for run in measured.runs
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
    run = max(measured.runs, key=lambda run: (run.transactions, run.call == "segment"))
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
    parts.append(growth(measured.runs))
    for call in ("segment", "retrain"):
        grown = [f"{a:,} → {b:,}: {power:.2f}" for a, b, power in exponents(measured.runs, call)]
        if grown:
            parts.append(
                f"Own processor time of a {call} grows with this power of the transactions: "
                f"{', '.join(grown)}."
            )
    if measured.at_the_limit:
        parts.append(f"At the limit of cells the answer is: “{measured.at_the_limit}”")
    return "\n\n".join(parts)


def growth(runs: Sequence[Run], call: str = "retrain") -> str:
    """Return seconds and memory of each stage by the number of transactions, and with which power they grow."""
    chosen = [run for run in runs if run.call == call]
    sizes = [run.transactions for run in chosen]
    rows = [_growth_of(stage, chosen, sizes) for stage in chosen[-1].stages["names"]]
    counts = [f"{size:,}" for size in sizes]
    powers_of = [f"power to {count}" for count in counts[1:]]
    return table(["stage", *counts, *powers_of, *(f"peak at {count}" for count in counts)], rows)


def _growth_of(stage: str, runs: Sequence[Run], sizes: Sequence[int]) -> list[str]:
    seconds = [run.stages["cpu"].get(stage, 0.0) for run in runs]
    peaks = [run.stages["peak_mib"].get(stage, 0.0) for run in runs]
    powers = [power(sizes[i : i + 2], seconds[i : i + 2]) for i in range(len(sizes) - 1)]
    return [
        stage,
        *(f"{value:.2f} s" for value in seconds),
        *("-" if value is None else f"{value:.2f}" for value in powers),
        *(f"{value:.0f} MiB" for value in peaks),
    ]


def weights(modules: Sequence[Weight]) -> str:
    """Return what libraries cost."""
    rows = [
        [
            weight.module,
            f"{weight.disk_mib:.0f} MiB",
            f"{weight.import_seconds:.2f} s",
            f"{weight.memory_mib:.0f} MiB",
        ]
        for weight in modules
    ]
    return table(["library", "on disk", "processor time of its import", "memory after it"], rows)


def work(stages: dict[str, object]) -> list[tuple[str, float]]:
    """Return the seconds of each part of a run, waiting for Google first."""
    parts: dict[str, float] = dict(stages["parts"])  # type: ignore[call-overload]  # as `staged` tells it
    cpu: dict[str, float] = dict(stages["cpu"])  # type: ignore[call-overload]
    sending, choosing = parts["sending and receiving"], parts.get("choosing k", 0.0)
    training = parts.get("training", 0.0)
    lines = [
        ("waiting for Google (wall clock)", parts["waiting for Google"]),
        ("sending and receiving", sending),
        ("encoding and decoding JSON, and what calls cost", parts["calls"] - sending),
        ("ids, dates and amounts of each block", parts["ids, dates and amounts of blocks"]),
        ("cleaning the whole", parts["cleaning of the whole"]),
        ("RFM", parts["RFM"]),
        ("choosing k", choosing),
        ("fitting, stability, names", training - choosing),
    ]
    rest = sum(cpu.values()) - parts["calls"] - sum(seconds for _, seconds in lines[3:])
    return [*lines, ("laying out and writing, progress, imports", rest)]


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


def concurrency(throughputs: Sequence[Throughput]) -> str:
    """Return the curve."""
    rows = [
        [
            f"{throughput.threads}",
            f"{throughput.clients}",
            f"{throughput.requests_a_second:.1f}",
            f"{throughput.p50:.2f} s",
            f"{throughput.p99:.2f} s",
            f"{throughput.errors}",
            f"{1000 * throughput.service_cpu:.1f} ms",
        ]
        for throughput in throughputs
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


def sources(costs: Sequence[Cost]) -> str:
    """Return what a run on a source takes on DuckDB, by its size."""
    rows = [
        ["customers", *(f"{cost.customers:,}" for cost in costs)],
        *_stages(costs),
        ["one GROUP BY customer", *(f"– / {cost.group_by:.1f} s" for cost in costs)],
        ["reading and counting ÷ GROUP BY", *_times(costs, lambda cost: cost.reading_and_counting)],
        ["all but finding segments ÷ GROUP BY", *_times(costs, lambda cost: cost.in_the_engine)],
        ["largest memory", *(f"{cost.peak_mib:,.0f} MiB" for cost in costs)],
    ]
    return table(["", *(f"{cost.rows:,} rows" for cost in costs)], rows)


def _times(costs: Sequence[Cost], cpu_seconds: Callable[[Cost], float]) -> list[str]:
    """Return how often a time is that of one GROUP BY."""
    return [f"{cpu_seconds(cost) / cost.group_by:.1f} ×" for cost in costs]


def sources_on_spark(costs: Sequence[Cost], on_duckdb: Sequence[Cost]) -> str:
    """Return what a run takes on Spark, and how often it takes the time of DuckDB."""
    beside = {cost.rows: sum(cost.wall.values()) for cost in on_duckdb}
    times = [f"{sum(cost.wall.values()) / beside[cost.rows]:.1f} ×" for cost in costs]
    rows = [*_stages(costs), ["wall clock ÷ DuckDB's", *times]]
    return table(["", *(f"{cost.rows:,} rows" for cost in costs)], rows)


def _stages(costs: Sequence[Cost]) -> list[list[str]]:
    def both(wall: float, cpu: float) -> str:
        return f"{wall:.1f} / {cpu:.1f} s"

    return [
        *(
            [stage, *(both(cost.wall.get(stage, 0.0), cost.cpu.get(stage, 0.0)) for cost in costs)]
            for stage in STAGES
        ),
        ["in all", *(both(sum(cost.wall.values()), sum(cost.cpu.values())) for cost in costs)],
    ]
