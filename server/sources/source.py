"""A source of orders: its engine, its place, what its columns mean, who may use it and what it may cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.core.transactions.meanings import Meaning

DUCKDB, BIGQUERY, SPARK = "duckdb", "bigquery", "spark"
ENGINES = (DUCKDB, BIGQUERY, SPARK)


@dataclass(frozen=True, slots=True)
class SourceColumns:
    """Columns of a source by their role; "" where there is none. Either `amount`, or `quantity` and `unit_price`."""

    customer_id: str
    order_date: str
    amount: str = ""
    quantity: str = ""
    unit_price: str = ""
    order_id: str = ""
    status: str = ""

    def named(self) -> dict[str, str]:
        """Return the columns that there are, by role."""
        columns_by_role = {role: getattr(self, role) for role in self.__dataclass_fields__}
        return {role: column for role, column in columns_by_role.items() if column}


@dataclass(frozen=True, slots=True)
class Source:
    """One source.

    Attributes
    ----------
    place
        Table of BigQuery or Spark; "" for DuckDB.
    files
        Parquet or csv files of DuckDB, patterns allowed.
    output
        Table, or for DuckDB file without its ending, that the results are published under.
    statuses
        What words of the status column mean, in small letters; others are known by themselves or refused.
    spreadsheets, domains
        Who may use it. No spreadsheet: nobody. Domains: who asks must be of one, by a verified address.
    max_bytes_billed
        Each query of BigQuery, and all of a run by the dry run before it.
    memory_bytes
        `memory_limit` of DuckDB; its process takes up to 1.45 times as much.
    spill
        Folder that DuckDB may write to while it works; "" for none.
    remote
        Address of a Spark Connect server, ``sc://host:port``.
    token_secret
        Version of a secret in Secret Manager with the token for it.
    """

    name: str
    engine: str
    columns: SourceColumns
    output: str
    place: str = ""
    files: tuple[str, ...] = ()
    project: str = ""
    location: str = ""
    statuses: Mapping[str, Meaning] = field(default_factory=dict)
    spreadsheets: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    max_bytes_billed: int = 100 * 1000**3
    max_minutes: int = 30
    time_zone: str = "UTC"
    sample_customers: int = 200_000
    sheet_customers: int = 10_000
    confidence: bool = True
    memory_bytes: int = 2 * 1024**3
    threads: int = 2
    spill: str = ""
    remote: str = ""
    token_secret: str = ""
