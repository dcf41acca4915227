"""What pytest leaves alone: programs, and what is not installed."""

from __future__ import annotations

import importlib.util
import os

_NEEDS = {"server/sources/engines/spark.py": "pyspark", "tests/sources/googlesql.py": "zetasql"}
"""What comes with requirements-engines.txt: `make engines`."""
_PROGRAMS = ("tests/sources/emulated_service.py", "tests/sources/start_emulator.py")
"""Of processes of their own: importing one starts something."""
collect_ignore = [
    *_PROGRAMS,
    *(file for file, package in _NEEDS.items() if importlib.util.find_spec(package) is None),
]
"""All of them here: a list in a folder below would stand in the place of this one, not beside it."""

os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
"""Once a client of Spark or BigQuery has imported gRPC, a fork may wait for a busy thread of its own, for good."""
