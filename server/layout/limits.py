"""Limits of Google and of the service, and names of what it keeps in a spreadsheet."""

from __future__ import annotations

STAGING_PREFIX = "ATE staging "
"""Titles of the hidden tabs in which large outputs are prepared begin so; nobody else's tab may."""

MODEL_VERSIONS_KEPT = 20
LOG_LINES_READ = 100
"""How many of the newest log lines an edit looks at; the sweep looks at all."""

LOG_LINES_FOR_DRIFT = 300
"""How many of the newest log lines tell whether customers have changed: no more to read than a page."""

ROWS_PER_COMMIT = 1_500
"""Rows scored in one commit: about 2 MB, which Google recommends as the largest request."""

SCATTERED_RANGES = 40
"""More ranges than these in one read become whole columns."""

METADATA_CONNECT = "ate-connect"
METADATA_OPERATION = "ate-operation"
METADATA_RUN = "ate-run"
METADATA_DASHBOARD = "ate-dashboard"
METADATA_COLUMN = "ate-column"
METADATA_SCHEDULE = "ate-schedule"
METADATA_AUDIENCE = "ate-audience"
METADATA_SOURCE = "ate-source"
CELL_LIMIT = 10_000_000
"""Cells in one spreadsheet, empty ones included; Google refuses more."""

TEXT_LIMIT = 50_000
"""Characters in one cell."""
