"""Utilities."""

from __future__ import annotations

import base64
import binascii
import csv
import datetime as dt
import decimal
import hashlib
import hmac
import io
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import pytz

from sheets_standin.runtime.execution import Execution
from sheets_standin.runtime.services.blob import BlobObject, encoded, signed, unsigned
from sheets_standin.runtime.wire import Date, Enumerated, NotSupported, ScriptError, ServiceObject

LONGEST_SLEEP_MS = 300_000
_DIGESTS = {"MD5": "md5", "SHA_1": "sha1", "SHA_256": "sha256", "SHA_384": "sha384", "SHA_512": "sha512"}
_PATTERN = re.compile(r"'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+")
_DIRECTIVE = re.compile(r"%(?:(\d+)\$)?([-+ 0#,]*)(\d+)?(?:\.(\d+))?([sdifeEgGxXoc%])")


class UtilitiesService(ServiceObject):
    """Utilities. Bytes are signed, as in Java."""

    js = "Utilities"

    def __init__(self, execution: Execution) -> None:
        self._execution = execution

    def getUuid(self) -> str:
        return str(uuid.uuid4())

    def sleep(self, milliseconds: int) -> None:
        if not 0 <= milliseconds <= LONGEST_SLEEP_MS:
            raise ScriptError(f"Invalid argument: {milliseconds}")
        self._execution.script.sleep(milliseconds / 1000)

    def newBlob(self, data: Any, content_type: str | None = None, name: str | None = None) -> BlobObject:
        is_text = isinstance(data, str)
        kind = content_type or ("text/plain" if is_text else None)
        return BlobObject(data.encode() if is_text else unsigned(data), kind, name)

    def computeDigest(
        self, algorithm: Enumerated, value: Any, charset: Enumerated | None = None
    ) -> list[int]:
        if algorithm.name not in _DIGESTS:
            raise NotSupported(f"Utilities.DigestAlgorithm.{algorithm.name}")
        return signed(hashlib.new(_DIGESTS[algorithm.name], _bytes(value, charset)).digest())

    def computeHmacSignature(
        self, algorithm: Enumerated, value: Any, key: Any, charset: Enumerated | None = None
    ) -> list[int]:
        digest = _DIGESTS[algorithm.name.removeprefix("HMAC_")]
        return signed(hmac.new(_bytes(key, charset), _bytes(value, charset), digest).digest())

    def computeHmacSha256Signature(
        self, value: Any, key: Any, charset: Enumerated | None = None
    ) -> list[int]:
        return self.computeHmacSignature(Enumerated("", "HMAC_SHA_256"), value, key, charset)

    def base64Encode(self, data: Any, charset: Enumerated | None = None) -> str:
        return base64.b64encode(_bytes(data, charset)).decode()

    def base64EncodeWebSafe(self, data: Any, charset: Enumerated | None = None) -> str:
        return base64.urlsafe_b64encode(_bytes(data, charset)).decode()

    def base64Decode(self, text: str, _charset: Enumerated | None = None) -> list[int]:
        return _decoded(text, safe=False)

    def base64DecodeWebSafe(self, text: str, _charset: Enumerated | None = None) -> list[int]:
        return _decoded(text, safe=True)

    def formatDate(self, date: Date, zone: str, pattern: str) -> str:
        return formatted_date(date.moment, zone, pattern)

    def formatString(self, template: str, *values: Any) -> str:
        return formatted(template, list(values))

    def parseCsv(self, text: str, delimiter: str = ",") -> list[list[str]]:
        return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]


def _bytes(value: Any, charset: Enumerated | None) -> bytes:
    """Return the bytes of a text; without a charset, signs that are not ASCII are lost."""
    if isinstance(value, str):
        return encoded(value, "utf-8" if charset is not None and charset.name == "UTF_8" else "ascii")
    return unsigned(value)


def _decoded(text: str, *, safe: bool) -> list[int]:
    padded = text + "=" * (-len(text) % 4)
    try:
        return signed(base64.b64decode(padded, altchars=b"-_" if safe else None, validate=True))
    except (binascii.Error, ValueError):
        raise ScriptError("Could not decode string.") from None


def formatted_date(moment: dt.datetime, zone: str, pattern: str) -> str:
    """Return a moment under a pattern of Java's SimpleDateFormat.

    >>> noon = dt.datetime(2026, 1, 5, 17, 4, 9, tzinfo=dt.UTC)
    >>> formatted_date(noon, "America/New_York", "EEE d MMM yyyy, h:mm a z")
    'Mon 5 Jan 2026, 12:04 PM EST'
    >>> formatted_date(noon, "GMT", "yyyy-MM-dd'T'HH:mm:ss'Z'")
    '2026-01-05T17:04:09Z'
    """
    try:
        local = moment.astimezone(pytz.timezone(zone))
    except pytz.UnknownTimeZoneError:
        raise ScriptError(f"Invalid argument: {zone}") from None
    return "".join(_part(local, match[0]) for match in _PATTERN.finditer(pattern))


def _part(moment: dt.datetime, token: str) -> str:
    if token.startswith("'"):
        return token[1:-1].replace("''", "'") or "'"
    letter, size = token[0], len(token)
    if not letter.isalpha():
        return token
    if letter in _TEXTS:
        return _TEXTS[letter](moment, size)
    if letter in "ML" and size > 2:
        return f"{moment:%B}" if size > 3 else f"{moment:%b}"
    if letter not in _NUMBERS:
        raise ScriptError(f"Illegal pattern character '{letter}'", "IllegalArgumentException")
    return f"{_NUMBERS[letter](moment):0{size}}"


def _year(moment: dt.datetime, size: int) -> str:
    return f"{moment.year % 100:02}" if size == 2 else f"{moment.year:0{size}}"


def _iso_offset(moment: dt.datetime, size: int) -> str:
    if moment.utcoffset() == dt.timedelta():
        return "Z"
    hours, minutes = f"{moment:%z}"[:3], f"{moment:%z}"[3:]
    return hours + {1: "", 2: minutes}.get(size, f":{minutes}")


_TEXTS: Mapping[str, Callable[[dt.datetime, int], str]] = {
    "y": _year,
    "Y": _year,
    "u": lambda moment, _: str(moment.isoweekday()),
    "E": lambda moment, size: f"{moment:%A}" if size > 3 else f"{moment:%a}",
    "a": lambda moment, _: f"{moment:%p}",
    "z": lambda moment, _: str(moment.tzname()),
    "Z": lambda moment, _: f"{moment:%z}",
    "X": _iso_offset,
}
_NUMBERS: Mapping[str, Callable[[dt.datetime], int]] = {
    "M": lambda moment: moment.month,
    "L": lambda moment: moment.month,
    "d": lambda moment: moment.day,
    "H": lambda moment: moment.hour,
    "k": lambda moment: moment.hour or 24,
    "K": lambda moment: moment.hour % 12,
    "h": lambda moment: moment.hour % 12 or 12,
    "m": lambda moment: moment.minute,
    "s": lambda moment: moment.second,
    "S": lambda moment: moment.microsecond // 1000,
    "D": lambda moment: moment.timetuple().tm_yday,
}
"""What a letter of a pattern stands for; a number has as many digits as there are letters."""


def formatted(template: str, values: list[Any]) -> str:
    """Return a text with its %-directives filled, as formatString fills them.

    >>> formatted("%s has %d of %.1f%%", ["Gold", 3, 12.25])
    'Gold has 3 of 12.3%'
    """
    rest = iter(values)

    def fill(match: re.Match[str]) -> str:
        place, flags, width, precision, kind = match.groups()
        if kind == "%":
            return "%"
        try:
            value = values[int(place) - 1] if place else next(rest)
        except (StopIteration, IndexError):
            raise ScriptError(f"Format specifier '{match[0]}'") from None
        size = (flags.replace(",", "")) + (width or "") + (f".{precision}" if precision else "")
        if kind in "di":
            return f"%{size}d" % int(value)
        if kind in "sc":
            return f"%{size}s" % _shown(value)
        if kind == "f":
            # Java rounds halves away from zero.
            exact = decimal.Decimal(repr(float(value)))
            value = exact.quantize(decimal.Decimal(1).scaleb(-int(precision or 6)), decimal.ROUND_HALF_UP)
        return f"%{size}{kind}" % (int(value) if kind in "xXo" else float(value))

    return _DIRECTIVE.sub(fill, template)


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
