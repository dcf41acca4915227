"""Separation of rows that are transactions from those that are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from server.core.transactions.arrays import RawRows
from server.core.transactions.findings import Finding, finding
from server.core.transactions.headers import Role
from server.core.transactions.table_columns import Columns
from server.core.transactions.table_rows import headers, totals

Mask = NDArray[np.bool_]
Amounts = NDArray[np.float64]


def table_rows(
    raw: RawRows, columns: Columns, no_date: Mask, base: Amounts
) -> tuple[Mask, dict[str, Finding]]:
    """Return the rows that are transactions, and what was found of the others."""
    again = headers(raw, columns, no_date, np.isnan(base))
    sums = totals(raw, no_date) & ~again
    left = {
        name: finding(mask, raw.rows, base)
        for name, mask in (("header_row", again), ("totals_row", sums))
        if mask.any()
    }
    return ~(again | sums), left


def kept_of(raw: RawRows, kept: Mask) -> RawRows:
    """Return the rows of a mask."""

    def cut(array: NDArray[np.generic] | None) -> NDArray[np.generic] | None:
        return array[kept] if array is not None else None

    changes: dict[str, object] = {
        name: cut(getattr(raw, name))
        for name in (
            "rows",
            "customer",
            "order",
            "original",
            "payee",
            "empty_amount",
            "seconds",
            "same_moment",
            "total_dates",
        )
    }
    words = {role: (codes[kept], texts) for role, (codes, texts) in raw.words.items()}
    return replace(raw, words=words, **changes)  # type: ignore[arg-type]  # by name, each of its own type


def kept_money(money: Mapping[Role, Amounts], kept: Mask) -> dict[Role, Amounts]:
    """Return the amounts of a mask, by role."""
    return {role: values[kept] for role, values in money.items()}


def kept_marks(marks: tuple[list[str], NDArray[np.uint8]], kept: Mask) -> tuple[list[str], NDArray[np.uint8]]:
    """Return the marks of currencies of a mask."""
    return (marks[0], marks[1][kept]) if marks[0] else marks
