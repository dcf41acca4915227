"""Ibis as a compiler: expressions in, SQL of one engine out. No connection is made here and nothing is run."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import ibis

ibis.options.sql.fuse_selects = False
"""A select a stage: an expression is written out at each of its uses else, and grows beyond every compiler."""

Table = Any
"""A table as an expression: Ibis publishes no types."""
DUCKDB, BIGQUERY, SPARK = "duckdb", "bigquery", "spark"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table lies: up to three parts of its name."""

    parts: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Place:
        """Return the place that a dotted name tells.

        >>> Place.of("shop.sales.orders_v").parts
        ('shop', 'sales', 'orders_v')
        """
        return cls(tuple(text.split(".")))

    def beside(self, suffix: str) -> Place:
        """Return the place of a table beside this one, whose name is longer by `suffix`."""
        return Place((*self.parts[:-1], self.parts[-1] + suffix))

    def named(self, name: str) -> Place:
        """Return the place of a table beside this one, by its own name."""
        return Place((*self.parts[:-1], name))

    def table(self, schema: Mapping[str, str]) -> Table:
        """Return the table as an expression.

        Parameters
        ----------
        schema
            Ibis' types by column.
        """
        *above, name = self.parts
        catalog = above[-2] if len(above) > 1 else None
        return ibis.table(dict(schema), name=name, database=above[-1] if above else None, catalog=catalog)


def sql_of(expression: Any, dialect: str) -> str:
    """Return an expression as one statement of an engine."""
    compiler = _compiler(dialect)
    with _uncollected():
        return str(compiler.to_sqlglot(expression).sql(dialect=compiler.dialect))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let no garbage be collected meanwhile: so many objects are made that all of the process would be searched for it.

    That takes a third of the time of compiling. Of two threads at once the first to end lets it be collected again.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@cache
def _compiler(dialect: str) -> Any:
    if dialect == DUCKDB:
        from ibis.backends.sql.compilers.duckdb import DuckDBCompiler

        return DuckDBCompiler()
    if dialect == BIGQUERY:
        from ibis.backends.sql.compilers.bigquery import BigQueryCompiler

        return BigQueryCompiler()
    # The dialect of Databricks runs on open Spark; the one named after pyspark needs all of it.
    from ibis.backends.sql.compilers.databricks import DatabricksCompiler

    return DatabricksCompiler()


def _of_text(text: Any) -> Any: ...
def _of_text_in_bits(text: Any, bits: Any) -> Any: ...
def _of_bytes(value: Any) -> Any: ...
def _of_moment(moment: Any, zone: Any) -> Any: ...


_builtin = ibis.udf.scalar.builtin
_md5 = _builtin(_of_text, name="md5", signature=(("string",), "string"))
_md5_bytes = _builtin(_of_text, name="md5", signature=(("string",), "binary"))
_sha256 = _builtin(_of_text, name="sha256", signature=(("string",), "string"))
_sha256_bytes = _builtin(_of_text, name="sha256", signature=(("string",), "binary"))
_sha2 = _builtin(_of_text_in_bits, name="sha2", signature=(("string", "int32"), "string"))
_to_hex = _builtin(_of_bytes, name="to_hex", signature=(("binary",), "string"))
_xxhash64 = _builtin(_of_text, name="xxhash64", signature=(("string",), "int64"))
_date_in = _builtin(_of_moment, name="date", signature=(("timestamp('UTC')", "string"), "date"))
"""Functions of the engines that Ibis does not know."""


def md5(text: Any, dialect: str) -> Any:
    """Return the md5 of a text in hexadecimal, the same on every engine."""
    return _to_hex(_md5_bytes(text)) if dialect == BIGQUERY else _md5(text)


def sha256(text: Any, dialect: str) -> Any:
    """Return the SHA-256 of a text's UTF-8 in hexadecimal."""
    if dialect == BIGQUERY:
        return _to_hex(_sha256_bytes(text))
    return _sha2(text, ibis.literal(256, "int32")) if dialect == SPARK else _sha256(text)


def quick_key(text: Any, dialect: str) -> Any:
    """Return what stands for a text, the same for equal ones: a number where that saves time, else the text itself."""
    if dialect == SPARK:
        return _xxhash64(text)
    return text.hash() if dialect == DUCKDB else text


def day_in_zone(moment: Any, zone: str, dialect: str) -> Any:
    """Return the date of an instant in the source's time zone; DuckDB and Spark have it as the session's."""
    return _date_in(moment, zone) if dialect == BIGQUERY else moment.cast("date")
