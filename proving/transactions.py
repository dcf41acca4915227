"""Transactions of a file, read as the service reads `Training_Data`."""

from __future__ import annotations

from pathlib import Path

from local.load import LoadError, read_rows, typed
from server.core.cells import Cell
from server.core.options import Options
from server.core.transactions.arrays import Transactions
from server.core.transactions.columns import recognise
from server.core.transactions.reader import TransactionReader
from sheets_standin.spreadsheet.cells import Fault, value_of


def read_transactions(path: Path) -> Transactions:
    """Read a file as the service reads `Training_Data`.

    Raises
    ------
    LoadError
        If there is no such file.
    TrainingDataError
        If the columns are not found.
    """
    if not path.is_file():
        raise LoadError(f"There is no file {path}.")
    rows = list(read_rows(path))
    columns = recognise(rows[:1], {})
    reader = TransactionReader(columns, Options())
    texts = {row[i] for _role, i in columns.needed for row in rows[1:]}
    cells = {text: _cell(text) for text in texts}
    reader.add(2, {role: [cells[row[i]] for row in rows[1:]] for role, i in columns.needed})
    return reader.finish()[0]


def _cell(text: Cell) -> Cell:
    value = value_of(typed(text))
    return "" if value is None or isinstance(value, Fault) else value
