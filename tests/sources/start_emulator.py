"""Starts BigQuery's emulator: ``start_emulator.py REST_PORT GRPC_PORT``, run by the emulator's own Python.

At its start it would download extensions of DuckDB for maps and Avro, which no statement of ours needs.
"""

from __future__ import annotations

import sys


def main(rest_port: int, grpc_port: int) -> None:
    """Serve until killed."""
    from bqemulator.config import Settings
    from bqemulator.server import run_forever
    from bqemulator.storage.engine import DuckDBEngine

    for extension in ("_load_spatial", "_load_format_extensions"):
        setattr(DuckDBEngine, extension, lambda _engine: None)
    run_forever(Settings(rest_port=rest_port, grpc_port=grpc_port))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
