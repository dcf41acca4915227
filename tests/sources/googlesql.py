"""Google's own evaluator of GoogleSQL as an engine: BigQuery's statements as Google parses, checks and evaluates them.

It holds tables in memory and is slow: a few thousand rows. It knows nothing of jobs, rights or money.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from unittest import mock

import numpy as np
from wasmtime import Config
from zetasql.api import CatalogBuilder, PreparedQuery, TableBuilder, create_table_content
from zetasql.core.local_service import ZetaSqlLocalService
from zetasql.types import AnalyzerOptions, LanguageOptions, TypeKind, ZetaSQLBuiltinFunctionOptions

from server.sources.engines.engine import Fetched
from server.sources.expressions.compiling import BIGQUERY, Place

_EPOCH = dt.date(1970, 1, 1)
_KINDS = {
    "string": TypeKind.TYPE_STRING, "int64": TypeKind.TYPE_INT64, "float64": TypeKind.TYPE_DOUBLE,
    "boolean": TypeKind.TYPE_BOOL, "date": TypeKind.TYPE_DATE, "int32": TypeKind.TYPE_INT64,
}  # fmt: skip
_NAMES = {
    "string": "STRING", "int64": "INT64", "int32": "INT64", "float64": "FLOAT64", "boolean": "BOOL", "date": "DATE",
}  # fmt: skip
"""Ibis' types in the evaluator, and in Google's SQL, whose whole numbers all have 64 bits."""


class GoogleSql:
    """One run.

    Parameters
    ----------
    header, rows
        The source: texts, NULL where one is empty.
    """

    dialect = BIGQUERY

    def __init__(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        _compile()
        self._language = LanguageOptions.maximum_features()
        self._schemas: dict[str, Mapping[str, str]] = {"orders": dict.fromkeys(header, "string")}
        self._contents = {"orders": create_table_content([[cell or None for cell in row] for row in rows])}
        self.results: tuple[str, Mapping[str, str]] | None = None

    @property
    def source(self) -> Place:
        """Where the source lies."""
        return Place(("orders",))

    def schema(self) -> Mapping[str, str]:
        """Return Ibis' types of all columns of the source."""
        return self._schemas["orders"]

    def staged(self, name: str) -> Place:
        """Return where a table of this run lies."""
        return Place((f"stage_{name}",))

    def estimated_bytes(self, sql: str) -> int:
        """Return 0."""
        return 0

    def make(self, name: str, sql: str, schema: Mapping[str, str]) -> None:
        """Evaluate a query and keep its rows as a table."""
        table = self.staged(name).parts[-1]
        self._contents[table] = self._evaluate(sql)[1]
        self._schemas[table] = schema

    def put(self, name: str, columns: Mapping[str, Sequence[str]]) -> None:
        """Keep columns of texts as a table."""
        table = self.staged(name).parts[-1]
        rows = zip(*columns.values(), strict=True)
        self._contents[table] = create_table_content([list(row) for row in rows])
        self._schemas[table] = dict.fromkeys(columns, "string")

    def fetch(self, sql: str) -> Fetched:
        """Return the rows of a query as columns."""
        names, content = self._evaluate(sql)
        rows = [[_value(cell) for cell in row.cell] for row in _rows(content)]
        return {name: _array([row[i] for row in rows]) for i, name in enumerate(names)}

    def publish(self, sql: str, schema: Mapping[str, str]) -> None:
        """Keep the statement of the results."""
        self.results = (sql, schema)

    def swap(self, run_id: str) -> None:
        """Do nothing: nobody reads here."""

    def published(self) -> tuple[Place | None, str]:
        """Return that there is nothing."""
        return None, ""

    def forget(self, customer_id: str) -> int:
        """Return 0."""
        return 0

    def cancel_earlier(self) -> None:
        """Do nothing."""

    def cancel(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Let all tables go."""
        self._contents.clear()

    def _evaluate(self, sql: str) -> tuple[list[str], Any]:
        used = [name for name in self._schemas if f"`{name}`" in sql]
        for name in [name for name in used if not _rows(self._contents[name])]:
            used.remove(name)
            sql = sql.replace(f"`{name}`", self._empty(name))
        catalog = CatalogBuilder("run").with_builtin_functions(
            ZetaSQLBuiltinFunctionOptions(language_options=self._language)
        )
        for name in used:
            table = TableBuilder(name)
            for column, kind in self._schemas[name].items():
                table.add_column(column, _KINDS[kind])
            catalog.add_table(table.build())
        query = (
            PreparedQuery.builder()
            .set_sql(sql)
            .set_analyzer_options(AnalyzerOptions(language_options=self._language))
            .set_catalog(catalog.build())
            .set_table_content({name: self._contents[name] for name in used})
            .prepare()
        )
        with query:
            answer = query.execute()
            return [column.name for column in query.columns], answer.content

    def _empty(self, name: str) -> str:
        """Return a query in the place of a table without rows, which the evaluator takes for one of unknown content."""
        columns = ", ".join(
            f"CAST(NULL AS {_NAMES[kind]}) AS `{column}`" for column, kind in self._schemas[name].items()
        )
        return f"(SELECT {columns} FROM UNNEST([1]) WHERE FALSE)"


def _rows(content: Any) -> Sequence[Any]:
    """Return the rows of a table or an answer; without any there is no data at all."""
    return content.table_data.row if content.table_data is not None else ()


def _compile() -> None:
    """Compile the evaluator, which is 28 MB of WebAssembly, or take what was compiled on this machine before.

    That is half a minute of a processor; wasmtime keeps it in the user's cache folder.
    """
    config = Config()
    config.cache = True
    with mock.patch("zetasql.core.wasm_client.Config", return_value=config):
        ZetaSqlLocalService.get_instance()


def _value(cell: Any) -> Any:
    for kind in ("string_value", "int64_value", "double_value", "bool_value"):
        if (value := getattr(cell, kind)) is not None:
            return value
    return None if cell.date_value is None else _EPOCH + dt.timedelta(days=cell.date_value)


def _array(values: list[Any]) -> Any:
    kinds = set(map(type, values))
    if len(kinds) == 1 and kinds <= {int, float, bool}:
        return np.array(values)
    objects = np.empty(len(values), dtype=object)
    objects[:] = values
    return objects
