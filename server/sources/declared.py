"""Named sources of orders as a deployment declares them, in TOML: engine, place, who may use it, what it may cost.

A marketer chooses a name; no table, path or address ever comes from a spreadsheet.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

import pytz

from server.core.transactions.meanings import Meaning
from server.sources.source import BIGQUERY, DUCKDB, ENGINES, SPARK, Source, SourceColumns

MOST_SAMPLE, LEAST_SAMPLE = 1_000_000, 1_000
MOST_SHEET = 250_000
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,49}")
_TABLE = re.compile(r"[A-Za-z0-9_.-]{1,300}")
_MEANINGS = {
    "count": Meaning.COUNT,
    "leave_out": Meaning.LEAVE_OUT,
    "refund": Meaning.REFUND,
    "refunded": Meaning.REFUNDED,
}
_COLUMN = re.compile(r"[^\x00-\x1f\x7f`\"\\]{1,300}")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_BYTES = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)\s*([KMGT]i?B|B)")
_SECRET = re.compile(
    r"projects/[a-z0-9][a-z0-9:.-]{0,99}/secrets/[A-Za-z0-9_-]{1,255}/versions/(latest|\d{1,10})"
)
_UNITS = {
    "B": 1,
    **{f"{k}B": 1000**n for n, k in enumerate("KMGT", 1)},
    **{f"{k}iB": 1024**n for n, k in enumerate("KMGT", 1)},
}


class SourcesError(ValueError):
    """The declaration of sources cannot be used; the service does not start."""


def parse_sources(text: str) -> dict[str, Source]:
    """Return the declared sources by their names.

    Raises
    ------
    SourcesError
        If the text is no TOML, or a key is unknown, missing or not allowed; all of it is named.

    Examples
    --------
    >>> sources = parse_sources('''
    ... [sources.shop]
    ... engine = "duckdb"
    ... files = ["/data/orders.parquet"]
    ... output = "/results/shop"
    ... spreadsheets = ["1AbC"]
    ... columns = {customer_id = "who", order_date = "at", amount = "net"}
    ... ''')
    >>> sources["shop"].columns.named()
    {'customer_id': 'who', 'order_date': 'at', 'amount': 'net'}
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourcesError(f"the file of sources is no TOML: {error}") from error
    problems = [f"unknown key {key}" for key in document if key != "sources"]
    declared = document.get("sources", {})
    if not isinstance(declared, dict):
        raise SourcesError("sources must be a table of named sources")
    sources: dict[str, Source] = {}
    for name, table in declared.items():
        if not _NAME.fullmatch(name) or name.casefold() == "auto":
            problems.append(f"sources.{name[:50]}: a name has letters, digits, _ and -, and is not auto")
        elif not isinstance(table, dict):
            problems.append(f"sources.{name} must be a table")
        else:
            reader = _Reader(name, table)
            source = reader.source()
            problems += reader.problems
            if source is not None:
                sources[name] = source
    if problems:
        raise SourcesError("; ".join(problems))
    return sources


class _Reader:
    """Reads one declaration; problems are collected."""

    def __init__(self, name: str, table: Mapping[str, Any]) -> None:
        self._name = name
        self._rest = dict(table)
        self.problems: list[str] = []

    def source(self) -> Source | None:
        engine = self._text(
            "engine", lambda value: value in ENGINES, f"one of {', '.join(ENGINES)}", needed=True
        )
        if not engine:
            return None
        own = {DUCKDB: self._of_duckdb, BIGQUERY: self._of_bigquery, SPARK: self._of_spark}
        # Twenty models beside one another are more than Spark's compiler takes well.
        fields: dict[str, Any] = {"confidence": engine != SPARK} | self._shared() | own[engine]()
        columns = self._columns()
        statuses = self._statuses(columns)
        self.problems += [f"{self._where(key)} is unknown for engine {engine}" for key in self._rest]
        if self.problems or columns is None:
            return None
        return Source(name=self._name, engine=engine, columns=columns, statuses=statuses, **fields)

    def _shared(self) -> dict[str, Any]:
        minutes = self._whole("max_minutes", 1, 24 * 60)
        return _without_none(
            {
                "spreadsheets": frozenset(
                    self._texts("spreadsheets", re.compile(r"[A-Za-z0-9_-]{1,200}"), "ids")
                ),
                "domains": frozenset(d.casefold() for d in self._texts("domains", _DOMAIN, "domains")),
                "max_minutes": minutes,
                "time_zone": self._zone(),
                "sample_customers": self._whole("sample_customers", LEAST_SAMPLE, MOST_SAMPLE),
                "sheet_customers": self._whole("sheet_customers", 0, MOST_SHEET),
                "confidence": self._flag("confidence"),
            }
        )

    def _of_duckdb(self) -> dict[str, Any]:
        files = self._rest.pop("files", None)
        listed = [files] if isinstance(files, str) else files
        is_list = isinstance(listed, list) and bool(listed)
        if not is_list or not all(isinstance(path, str) and _is_path(path) for path in listed or []):
            self._refuse("files", "absolute paths of Parquet or csv files")
            listed = []
        path = "an absolute path without .."
        return _without_none(
            {
                "files": tuple(listed or ()),
                "output": self._text("output", _is_path, path, needed=True),
                "spill": self._text("spill", _is_path, path),
                "memory_bytes": self._bytes("memory"),
                "threads": self._whole("threads", 1, 256),
            }
        )

    def _of_bigquery(self) -> dict[str, Any]:
        def three_parts(value: str) -> bool:
            return bool(_TABLE.fullmatch(value)) and len([part for part in value.split(".") if part]) == 3

        table = "project.dataset.table of letters, digits, _ and -"
        return _without_none(
            {
                "place": self._text("table", three_parts, table, needed=True),
                "output": self._text("output", three_parts, table, needed=True),
                "project": self._text(
                    "project",
                    re.compile(r"[a-z0-9][a-z0-9:.-]{0,99}").fullmatch,
                    "a project's id",
                    needed=True,
                ),
                "location": self._text("location", re.compile(r"[A-Za-z0-9-]{1,40}").fullmatch, "such as EU"),
                "max_bytes_billed": self._bytes("max_bytes_billed"),
            }
        )

    def _of_spark(self) -> dict[str, Any]:
        remote = re.compile(r"sc://[A-Za-z0-9.\[\]:-]{1,200}(/;[A-Za-z0-9_=;.-]{0,400})?")
        table = "a table of letters, digits, _ and -, with its schema"
        return _without_none(
            {
                "place": self._text("table", _TABLE.fullmatch, table, needed=True),
                "output": self._text("output", _TABLE.fullmatch, table, needed=True),
                "remote": self._text("remote", remote.fullmatch, "sc://host:port", needed=True),
                "token_secret": self._text(
                    "token_secret", _SECRET.fullmatch, "projects/P/secrets/S/versions/V"
                ),
            }
        )

    def _columns(self) -> SourceColumns | None:
        table = self._rest.pop("columns", None)
        if not isinstance(table, dict):
            self._refuse("columns", "a table with customer_id, order_date and amount")
            return None
        wrong = [f"{self._where('columns')}{problem}" for problem in (*_wrong_names(table), *_lacking(table))]
        self.problems += wrong
        return None if wrong else SourceColumns(**table)

    def _statuses(self, columns: SourceColumns | None) -> dict[str, Meaning]:
        by_word = _meanings_by_word(self._rest.pop("statuses", {}))
        if by_word is None:
            self._refuse("statuses", "lists of words under count, leave_out, refund and refunded")
            return {}
        if by_word and columns is not None and not columns.status:
            self.problems.append(f"{self._where('statuses')} needs columns.status")
        return by_word

    def _text(
        self, key: str, fits: Callable[[str], Any], allowed: str, *, needed: bool = False
    ) -> str | None:
        value = self._rest.pop(key, None)
        if value is None:
            if needed:
                self.problems.append(f"{self._where(key)} is not set")
            return None
        if not isinstance(value, str) or not fits(value):
            self._refuse(key, allowed)
            return None
        return value

    def _texts(self, key: str, pattern: re.Pattern[str], what: str) -> list[str]:
        value = self._rest.pop(key, [])
        if not isinstance(value, list) or not all(
            isinstance(v, str) and pattern.fullmatch(v.casefold() if what == "domains" else v) for v in value
        ):
            self._refuse(key, f"a list of {what}")
            return []
        return value

    def _whole(self, key: str, least: int, most: int) -> int | None:
        value = self._rest.pop(key, None)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self._refuse(key, f"a whole number from {least:,} to {most:,}")
            return None
        return value

    def _flag(self, key: str) -> bool | None:
        value = self._rest.pop(key, None)
        if value is not None and not isinstance(value, bool):
            self._refuse(key, "true or false")
            return None
        return value

    def _bytes(self, key: str) -> int | None:
        value = self._text(key, _BYTES.fullmatch, "a size such as 200 GB")
        if value is None:
            return None
        match = _BYTES.fullmatch(value)
        assert match is not None
        return int(float(match[1]) * _UNITS[match[2]])

    def _zone(self) -> str | None:
        return self._text(
            "time_zone", lambda value: value in pytz.all_timezones_set, "a name such as Europe/Berlin"
        )

    def _refuse(self, key: str, allowed: str) -> None:
        self.problems.append(f"{self._where(key)} must be {allowed}")

    def _where(self, key: str) -> str:
        return f"sources.{self._name}.{key[:60]}"


def _is_path(value: str) -> bool:
    return value.startswith("/") and ".." not in value.split("/") and "\x00" not in value and "'" not in value


def _without_none(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value is not None}


def _wrong_names(table: Mapping[str, Any]) -> list[str]:
    """Return which entries of `columns` are no role with a column's name, to be read behind the table's name."""
    roles = SourceColumns.__dataclass_fields__
    unknown = [f".{key} is unknown" for key in table if key not in roles]
    return unknown + [
        f".{key} must be a column's name"
        for key, value in table.items()
        if key in roles and not (isinstance(value, str) and _COLUMN.fullmatch(value))
    ]


def _lacking(table: Mapping[str, Any]) -> list[str]:
    """Return which columns of `columns` lack or exclude each other, to be read behind the table's name."""
    lacking = []
    has_money = "amount" in table or {"quantity", "unit_price"} <= table.keys()
    if not has_money or ("amount" in table and "unit_price" in table):
        lacking.append(" needs either amount, or quantity and unit_price")
    return lacking + [f".{key} is not set" for key in ("customer_id", "order_date") if key not in table]


def _meanings_by_word(table: Any) -> dict[str, Meaning] | None:
    """Return the meanings of declared status words in small letters, None where the table has another shape."""
    if not isinstance(table, dict) or not table.keys() <= _MEANINGS.keys():
        return None
    by_word: dict[str, Meaning] = {}
    for key, words in table.items():
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            return None
        by_word |= {word.strip().casefold(): _MEANINGS[key] for word in words}
    return by_word
