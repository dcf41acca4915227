"""Long work with progress: a record in the spreadsheet that the sidebar reads, and a thread that does it."""

from server.operations.heartbeat import stopped_by_successor
from server.operations.records import AT_ONCE
from server.operations.running import Answer, Operations, operation_id
from server.sheets.tabs.operation_record import Operation, read_operation

__all__ = [
    "AT_ONCE",
    "Answer",
    "Operation",
    "Operations",
    "operation_id",
    "read_operation",
    "stopped_by_successor",
]
