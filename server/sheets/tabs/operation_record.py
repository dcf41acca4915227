"""Record of a long call in the spreadsheet's developer metadata, where the sidebar reads it without a call.

Each record is an entry of its own, under an id that we choose: a sign of life names that id, so one that comes
late, of a call that has ended or was given up for lost, finds nothing to change.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from server.errors import LostError
from server.layout.limits import METADATA_OPERATION
from server.sheets.api.requests import Json
from server.sheets.commit.snapshot import Snapshot
from server.texts import in_english, to_say

ALIVE_SECONDS = 60.0
"""An operation whose heartbeat is older is lost."""
EARLIER_KEPT = 8
"""So many ended operations are remembered, so that a request which is repeated late does not run again."""
_LONGEST_TEXT = 1_000

State = Literal["running", "done", "failed", "lost"]


class Operation(msgspec.Struct, frozen=True):
    """Record of a long call.

    Attributes
    ----------
    stage
        What is being done, in the marketer's words.
    fraction
        How much is done, 0 to 1.
    startedAt, heartbeatAt
        UTC, ISO 8601.
    problem
        Why it failed: type, title, detail and hint.
    """

    id: str
    call: str
    state: State
    stage: str
    fraction: float
    startedAt: str  # noqa: N815 - the names of the record's JSON
    heartbeatAt: str  # noqa: N815
    message: str = ""
    problem: dict[str, str] | None = None

    def as_seen(self, now: dt.datetime) -> Operation:
        """Return the operation as it is reported: lost, where it has had no heartbeat for a minute."""
        if self.state != "running" or self.is_alive(now):
            return self
        error = lost()
        return msgspec.structs.replace(self, state="lost", message=f"{error.detail} {error.hint}")

    def is_alive(self, now: dt.datetime) -> bool:
        """Whether it is being worked on: its last heartbeat is at most a minute away, on either side.

        One in the future is of a clock that was wrong; else a run that died then would block others until that time.
        """
        try:
            beat = dt.datetime.fromisoformat(self.heartbeatAt)
            return self.state == "running" and abs((now - beat).total_seconds()) < ALIVE_SECONDS
        except (ValueError, TypeError):
            return False


class Ended(msgspec.Struct, frozen=True):
    """Part of an operation's record that is kept when the next one begins."""

    id: str
    call: str
    state: State
    startedAt: str  # noqa: N815


class _Stored(Operation, frozen=True):
    earlier: list[Ended] = []


@dataclass(frozen=True, slots=True)
class Record:
    """Records of a spreadsheet's long calls.

    Attributes
    ----------
    ids
        Of all entries of the record's key: one, unless somebody meddled.
    operation
        The newest, None where there is none that can be read.
    """

    ids: tuple[int, ...] = ()
    operation: Operation | None = None
    earlier: Sequence[Ended] = field(default_factory=list)

    def find(self, identity: str) -> Operation | None:
        """Return an operation that was begun here, however it ended."""
        if self.operation is not None and self.operation.id == identity:
            return self.operation
        for record in self.earlier:
            if record.id == identity:
                return Operation(
                    id=record.id,
                    call=record.call,
                    state=record.state,
                    stage="",
                    fraction=1.0 if record.state == "done" else 0.0,
                    startedAt=record.startedAt,
                    heartbeatAt=record.startedAt,
                    message=to_say("It has ended, and another one has begun since."),
                )
        return None

    def earlier_from(self, now: dt.datetime) -> list[Ended]:
        """Return what is to be remembered when another operation begins, the newest first."""
        earlier = list(self.earlier)
        if self.operation is not None:
            old = self.operation.as_seen(now)
            earlier.insert(0, Ended(old.id, old.call, old.state, old.startedAt))
        return earlier[:EARLIER_KEPT]

    def replaced(self, operation: Operation, earlier: Sequence[Ended], metadata_id: int) -> list[Json]:
        """Return the requests that put an operation in the place of what is on record, under a new id."""
        entry = {
            "metadataId": metadata_id,
            "metadataKey": METADATA_OPERATION,
            "metadataValue": _text(operation, earlier),
            "location": {"spreadsheet": True},
            "visibility": "DOCUMENT",
        }
        gone = [{"deleteDeveloperMetadata": {"dataFilter": _by_id(identity)}} for identity in self.ids]
        return [*gone, {"createDeveloperMetadata": {"developerMetadata": entry}}]


def lost() -> LostError:
    """Return the error of an operation that nobody works on any more."""
    return LostError(
        to_say("The operation was interrupted."), hint=to_say("Nothing of it was written. Run it again.")
    )


def read_record(snapshot: Snapshot) -> Record:
    """Return what a snapshot shows of long calls."""
    ids: list[int] = []
    newest: _Stored | None = None
    for entry in snapshot.metadata:
        if entry.get("metadataKey") != METADATA_OPERATION:
            continue
        ids.append(int(entry["metadataId"]))
        try:
            read = msgspec.json.decode(str(entry.get("metadataValue", "")), type=_Stored)
        except ValueError:
            continue
        if newest is None or read.startedAt > newest.startedAt:
            newest = read
    if newest is None:
        return Record(tuple(ids))
    fields = {name: getattr(newest, name) for name in Operation.__struct_fields__}
    return Record(tuple(ids), Operation(**fields), newest.earlier)


def read_operation(snapshot: Snapshot) -> Operation | None:
    """Return the operation on record in a snapshot, None where there is none, or it cannot be read."""
    return read_record(snapshot).operation


def new_metadata_id() -> int:
    """Return an id for an entry of developer metadata."""
    return 1 + secrets.randbelow(2**31 - 2)


def heartbeat_request(operation: Operation, earlier: Sequence[Ended], metadata_id: int) -> Json:
    """Return a request that renews a record, where it is still there."""
    return {
        "updateDeveloperMetadata": {
            "dataFilters": [_by_id(metadata_id)],
            "developerMetadata": {"metadataValue": _text(operation, earlier)},
            "fields": "metadataValue",
        }
    }


def _by_id(metadata_id: int) -> Json:
    return {"developerMetadataLookup": {"metadataId": metadata_id}}


def _text(operation: Operation, earlier: Sequence[Ended]) -> str:
    """Return the record as JSON; long texts are cut, as Google bounds what metadata hold in all."""
    content: dict[str, Any] = msgspec.to_builtins(operation, enc_hook=in_english)
    content["message"] = content["message"][:_LONGEST_TEXT]
    if content["problem"]:
        content["problem"] = {name: text[:_LONGEST_TEXT] for name, text in content["problem"].items()}
    return msgspec.json.encode(content | {"earlier": list(earlier)}).decode()
