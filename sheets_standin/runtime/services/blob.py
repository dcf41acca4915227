"""Blob: bytes with a type and a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sheets_standin.runtime.wire import ScriptError, ServiceObject, Undefined


def signed(data: bytes) -> list[int]:
    """Return bytes as Apps Script has them.

    >>> signed(bytes([0, 127, 128, 255]))
    [0, 127, -128, -1]
    """
    return [byte - 256 if byte > 127 else byte for byte in data]


def unsigned(values: Sequence[int]) -> bytes:
    """Return the bytes of a script's list."""
    return bytes(int(value) % 256 for value in values)


class BlobObject(ServiceObject):
    """A blob."""

    js = "Blob"

    def __init__(self, data: bytes, content_type: str | None = None, name: str | None = None) -> None:
        self.data, self.content_type, self.name = data, content_type, name

    def getBytes(self) -> list[int]:
        return signed(self.data)

    def getDataAsString(self, charset: str = "UTF-8") -> str:
        return text_of(self.data, charset)

    def getContentType(self) -> str | None:
        return self.content_type

    def getName(self) -> str | None:
        return self.name

    def getBlob(self) -> BlobObject:
        return self

    def copyBlob(self) -> BlobObject:
        return BlobObject(self.data, self.content_type, self.name)

    def isGoogleType(self) -> bool:
        return False

    def setBytes(self, values: list[int]) -> BlobObject:
        self.data = unsigned(values)
        return self

    def setDataFromString(self, text: str, charset: str = "UTF-8") -> BlobObject:
        self.data = encoded(text, charset)
        return self

    def setContentType(self, content_type: Any) -> BlobObject:
        self.content_type = None if isinstance(content_type, Undefined) else content_type
        return self

    def setName(self, name: str) -> BlobObject:
        self.name = name
        return self


def text_of(data: bytes, charset: str) -> str:
    """Return bytes as text; what does not fit becomes the replacement sign."""
    try:
        return data.decode(charset, "replace")
    except LookupError:
        raise ScriptError(f"Invalid argument: {charset}") from None


def encoded(text: str, charset: str) -> bytes:
    """Return text as bytes; what does not fit becomes a question mark."""
    try:
        return text.encode(charset, "replace")
    except LookupError:
        raise ScriptError(f"Invalid argument: {charset}") from None
