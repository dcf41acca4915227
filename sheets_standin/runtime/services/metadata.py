"""Developer metadata of a spreadsheet and of its tabs."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from sheets_standin.runtime.book import Book
from sheets_standin.runtime.services.kinds import File, Tab
from sheets_standin.runtime.wire import Enumerated, NotSupported, ScriptError, ServiceObject
from sheets_standin.sheets_api import batch
from sheets_standin.spreadsheet.document import Metadata

VISIBILITY = "SpreadsheetApp.DeveloperMetadataVisibility"
LOCATION = "SpreadsheetApp.DeveloperMetadataLocationType"
DOCUMENT = Enumerated(VISIBILITY, "DOCUMENT")


class Place:
    """What metadata can be added to."""

    book: Book
    spreadsheet: File
    described: int | None
    """The tab's id, None for the whole spreadsheet."""

    def addDeveloperMetadata(self, key: str, value: Any = "", visibility: Enumerated = DOCUMENT) -> Any:
        if isinstance(value, Enumerated):
            value, visibility = "", value
        _refuse_project(visibility)
        place: dict[str, Any] = (
            {"spreadsheet": True} if self.described is None else {"sheetId": self.described}
        )
        entry = {
            "metadataId": 1 + secrets.randbelow(2**31 - 2),
            "metadataKey": key,
            "metadataValue": value,
            "visibility": visibility.name,
            "location": place,
        }
        self.book.later(
            lambda caller: batch.apply(caller, [{"createDeveloperMetadata": {"developerMetadata": entry}}])
        )
        return self

    def getDeveloperMetadata(self) -> list[MetadataObject]:
        return [entry for entry in _all(self.spreadsheet) if entry.is_of(self.described)]

    def createDeveloperMetadataFinder(self) -> FinderObject:
        return FinderObject(self.spreadsheet, self.described)


def _refuse_project(visibility: Enumerated) -> None:
    if visibility.name == "PROJECT":
        raise NotSupported("developer metadata that only its project sees")


def _all(spreadsheet: File) -> Iterator[MetadataObject]:
    for entry in spreadsheet.book.read().metadata:
        # What others keep for their own project is not shown to this one.
        if entry.visibility == "DOCUMENT":
            yield MetadataObject(spreadsheet, entry)


def _kind(entry: Metadata) -> str:
    return "SPREADSHEET" if entry.sheet_id is None else entry.dimension[:-1] or "SHEET"


class MetadataObject(ServiceObject):
    """One entry, known by its id."""

    js = "SpreadsheetApp.DeveloperMetadata"

    def __init__(self, spreadsheet: File, entry: Metadata) -> None:
        self.spreadsheet = spreadsheet
        self.metadata_id = entry.metadata_id
        self._place = (entry.sheet_id, entry.dimension)

    def is_of(self, sheet_id: int | None) -> bool:
        """Whether it is about a tab, or the spreadsheet, and not about one of its rows or columns."""
        return self._place == (sheet_id, "")

    def getId(self) -> int:
        return self.metadata_id

    def getKey(self) -> str:
        return self._entry().key

    def getValue(self) -> str | None:
        return self._entry().value or None

    def getVisibility(self) -> Enumerated:
        return Enumerated(VISIBILITY, self._entry().visibility)

    def getLocation(self) -> LocationObject:
        return LocationObject(self.spreadsheet, self._entry())

    def setKey(self, key: str) -> MetadataObject:
        return self._update("metadataKey", key)

    def setValue(self, value: str) -> MetadataObject:
        return self._update("metadataValue", value)

    def setVisibility(self, visibility: Enumerated) -> MetadataObject:
        _refuse_project(visibility)
        return self._update("visibility", visibility.name)

    def remove(self) -> None:
        request = {"dataFilter": self._filter()}
        self.spreadsheet.book.later(
            lambda caller: batch.apply(caller, [{"deleteDeveloperMetadata": request}])
        )

    def entry_or_none(self) -> Metadata | None:
        """Return the entry as it is now."""
        held = self.spreadsheet.book.read().metadata
        return next((entry for entry in held if entry.metadata_id == self.metadata_id), None)

    def _entry(self) -> Metadata:
        metadata = self.entry_or_none()
        if metadata is None:
            raise ScriptError("The developer metadata no longer exists.")
        return metadata

    def _filter(self) -> dict[str, Any]:
        return {"developerMetadataLookup": {"metadataId": self.metadata_id}}

    def _update(self, field: str, value: str) -> MetadataObject:
        request = {"dataFilters": [self._filter()], "developerMetadata": {field: value}, "fields": field}
        self.spreadsheet.book.later(
            lambda caller: batch.apply(caller, [{"updateDeveloperMetadata": request}])
        )
        return self


class LocationObject(ServiceObject):
    """Where an entry is."""

    js = "SpreadsheetApp.DeveloperMetadataLocation"

    def __init__(self, spreadsheet: File, entry: Metadata) -> None:
        self._spreadsheet = spreadsheet
        self._sheet_id = entry.sheet_id
        self._kind = _kind(entry)

    def getLocationType(self) -> Enumerated:
        return Enumerated(LOCATION, self._kind)

    def getSpreadsheet(self) -> File | None:
        return self._spreadsheet if self._sheet_id is None else None

    def getSheet(self) -> Tab | None:
        if self._sheet_id is None or self._kind != "SHEET":
            return None
        return self._spreadsheet.tab(self._sheet_id)

    def getRow(self) -> None:
        if self._kind == "ROW":
            raise NotSupported("the row of developer metadata")

    def getColumn(self) -> None:
        if self._kind == "COLUMN":
            raise NotSupported("the column of developer metadata")


class FinderObject(ServiceObject):
    """Finds entries; each with… narrows the search."""

    js = "SpreadsheetApp.DeveloperMetadataFinder"

    def __init__(self, spreadsheet: File, sheet_id: int | None) -> None:
        self._spreadsheet = spreadsheet
        self._sheet_id = sheet_id
        self._wanted: dict[str, Any] = {}

    def withKey(self, key: str) -> FinderObject:
        return self._narrowed(key=key)

    def withValue(self, value: str) -> FinderObject:
        return self._narrowed(value=value)

    def withId(self, number: int) -> FinderObject:
        return self._narrowed(metadata_id=number)

    def withVisibility(self, visibility: Enumerated) -> FinderObject:
        return self._narrowed(visibility=visibility.name)

    def withLocationType(self, kind: Enumerated) -> FinderObject:
        return self._narrowed(location=kind.name)

    def find(self) -> list[MetadataObject]:
        return [entry for entry in _all(self._spreadsheet) if self._fits(entry)]

    def _narrowed(self, **wanted: Any) -> FinderObject:
        self._wanted |= wanted
        return self

    def _fits(self, metadata: MetadataObject) -> bool:
        entry = metadata.entry_or_none()
        if entry is None or (self._sheet_id is not None and entry.sheet_id != self._sheet_id):
            return False
        kind = _kind(entry)
        if self._wanted.get("location", kind) != kind:
            return False
        names = ("key", "value", "metadata_id", "visibility")
        return all(self._wanted.get(name, getattr(entry, name)) == getattr(entry, name) for name in names)
