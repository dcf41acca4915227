"""A file of orders as a source of the local product: declared as a deployment declares it, read by DuckDB in place."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from local.load import LoadError
from server.core.cells import Cell
from server.core.transactions.columns import Columns, recognise
from server.core.transactions.headers import Role
from server.errors import TrainingDataError
from server.sources.declared import SourcesError, parse_sources
from server.sources.source import SourceColumns

SOURCE = "orders"
"""Name of the source in the spreadsheet that is shown, or told of where there is no page."""
SOURCE_TOLD = "orders_told"
"""Name of it in the demo's own spreadsheet beside a page: each publishes a table of its own."""
_TEXTS = (".csv", ".csv.gz", ".tsv")
_ENDINGS = (*_TEXTS, ".parquet")
_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class OrdersFile:
    """A file of orders, and what its columns mean.

    Attributes
    ----------
    columns
        Columns by the role that they have in a source.
    """

    path: Path
    columns: Mapping[str, str]

    def declare(self, spreadsheets: Mapping[str, str], folder: Path) -> Path:
        """Write the declaration of the source into a folder; return its path.

        Parameters
        ----------
        spreadsheets
            The spreadsheet that may use it, by the name of the source.
        folder
            Where the published tables go too.

        Raises
        ------
        LoadError
            If the service would not start with it, as with a path that has an apostrophe.
        """
        text = "\n".join(self._declared(name, who, folder) for name, who in spreadsheets.items())
        try:
            parse_sources(text)
        except SourcesError as error:
            raise LoadError(f"{self.path.name} cannot be a source: {error}.") from error
        declaration = folder / "sources.toml"
        declaration.write_text(text, encoding="utf-8")
        return declaration

    def _declared(self, name: str, spreadsheet: str, folder: Path) -> str:
        columns = "\n".join(f"{role} = {_toml(column)}" for role, column in self.columns.items())
        return (
            f'[sources.{name}]\nengine = "duckdb"\nfiles = [{_toml(str(self.path))}]\n'
            f"output = {_toml(str(published_in(folder, name).with_suffix('')))}\nspill = {_toml(str(folder))}\n"
            f"spreadsheets = [{_toml(spreadsheet)}]\n[sources.{name}.columns]\n{columns}\n"
        )


def published_in(folder: Path, name: str) -> Path:
    """Return the file that a source's table is published as."""
    return folder / f"{name}_segmented.parquet"


def orders_file(path: Path) -> OrdersFile:
    """Return a file of orders with what its columns mean, by their names.

    Raises
    ------
    LoadError
        If the file is not there, is no Parquet or csv, or has no column of customers, dates or money.
    """
    if not path.is_file():
        raise LoadError(f"There is no file {path}.")
    if not path.name.endswith(_ENDINGS):
        raise LoadError(f"{path.name} is neither Parquet nor csv: SOURCE takes {', '.join(_ENDINGS)}.")
    headers, rows = _head(path)
    recognised = _recognised(path, headers, rows)
    named = {str(role): column.header for role, column in recognised.roles.items()}
    if Role.AMOUNT in named:
        named = {
            role: column for role, column in named.items() if role not in (Role.QUANTITY, Role.UNIT_PRICE)
        }
    columns = {role: named[role] for role in SourceColumns.__dataclass_fields__ if role in named}
    if lacking := _lacking(path, headers, columns.keys()):
        raise LoadError(lacking)
    return OrdersFile(path.resolve(), columns)


def _recognised(path: Path, headers: list[str], rows: Sequence[Sequence[Cell]]) -> Columns:
    """Return what the columns of a file mean."""
    try:
        return recognise([headers, *rows])
    except TrainingDataError as error:
        roles = {str(getattr(column, "role", "")) for column in error.columns}
        raise LoadError(_lacking(path, headers, roles) or _explained(path, error)) from error


def _head(path: Path) -> tuple[list[str], list[list[Cell]]]:
    """Return the headers of a file and its first rows."""
    reading = (
        "read_csv(?, all_varchar = true, header = true)" if path.name.endswith(_TEXTS) else "read_parquet(?)"
    )
    try:
        with duckdb.connect() as connection:
            cursor = connection.execute(f"FROM {reading} LIMIT {_LOOKED_AT}", [str(path)])
            return [column[0] for column in cursor.description], [
                list(map(_cell, row)) for row in cursor.fetchall()
            ]
    except duckdb.Error as error:
        said = str(error).strip().splitlines()[0]
        raise LoadError(f"{path.name} cannot be read: {said}") from error


def _lacking(path: Path, headers: Sequence[str], roles: Collection[str]) -> str:
    """Return what a file lacks in words; "" where it has all that a source needs."""
    lacking = []
    if Role.CUSTOMER_ID not in roles:
        lacking.append("a column of customer ids (such as customer_id)")
    if Role.ORDER_DATE not in roles:
        lacking.append("a column of dates (such as order_date)")
    if Role.AMOUNT not in roles and not {Role.QUANTITY, Role.UNIT_PRICE} <= set(roles):
        lacking.append("a column of money (such as amount, or quantity and unit_price)")
    if not lacking:
        return ""
    return (
        f"{path.name} lacks {' and '.join(lacking)}. Its columns are: {', '.join(headers)}.\n"
        "Rename a column, or declare the source with the names that it has: see docs/sources.md."
    )


def _explained(path: Path, error: TrainingDataError) -> str:
    return f"{error.detail} {error.hint}".replace("Training_Data", path.name)


def _cell(value: Any) -> Cell:
    if value is None:
        return ""
    if isinstance(value, bool | int | float | str):
        return value
    return value.isoformat(" ") if isinstance(value, dt.datetime) else str(value)


def _toml(text: str) -> str:
    """Return a text as a basic string of TOML, which JSON's strings are as well."""
    return json.dumps(text, ensure_ascii=False)
