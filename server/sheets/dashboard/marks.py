"""Mark of the service's dashboard: the tab is known by it, whatever its name.

The mark is developer metadata of the tab. So a tab `Dashboard` that somebody made for themselves is never written to,
and ours may be renamed. The mark names its tab by id, as a tab that is duplicated takes its metadata along.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from server.layout.limits import METADATA_DASHBOARD
from server.layout.segment_tabs import DASHBOARD
from server.sheets.api.requests import Json
from server.sheets.commit.snapshot import Snapshot, Tab

OTHER_TITLE = f"{DASHBOARD} (segments)"
"""Where somebody else's tab is called `Dashboard`."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Contents of the dashboard's mark.

    Attributes
    ----------
    charts
        Id by name of each chart that the service has made; None before the tab was filled.
    currency
        That money is shown in, "" for none.
    """

    metadata_id: int = 0
    charts: Mapping[str, int] | None = None
    currency: str = ""


def mark_of(tab: Tab) -> Mark | None:
    """Return the mark of a tab, None where it is not the service's dashboard."""
    for entry in tab.parts.get("developerMetadata", ()):
        if entry.get("metadataKey") != METADATA_DASHBOARD:
            continue
        try:
            content = json.loads(entry.get("metadataValue", ""))
            if content["sheet"] != tab.sheet_id:
                continue
            charts = content.get("charts")
            if charts is not None:
                charts = {str(name): int(chart) for name, chart in charts.items()}
            return Mark(int(entry.get("metadataId", 0)), charts, str(content.get("currency", "")))
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
    return None


def dashboard_tab(snapshot: Snapshot) -> Tab | None:
    """Return the service's dashboard, None where it is not among the tabs that were read."""
    return next((tab for tab in snapshot.tabs.values() if mark_of(tab) is not None), None)


def free_title(taken: Collection[str]) -> str:
    """Return what a new dashboard is to be called.

    >>> free_title([]), free_title(["dashboard"]), free_title(["Dashboard", "Dashboard (segments)"])
    ('Dashboard', 'Dashboard (segments)', 'Dashboard (segments) 2')
    """
    folded = {title.casefold() for title in taken}  # Google compares titles without regard to capitals
    names = [DASHBOARD, OTHER_TITLE, *(f"{OTHER_TITLE} {number}" for number in range(2, len(folded) + 3))]
    return next(name for name in names if name.casefold() not in folded)


def marking(sheet_id: int) -> Json:
    """Return the request that marks a new tab."""
    return {
        "createDeveloperMetadata": {
            "developerMetadata": {
                "metadataKey": METADATA_DASHBOARD,
                "metadataValue": json.dumps({"sheet": sheet_id}),
                "location": {"sheetId": sheet_id},
                "visibility": "DOCUMENT",
            }
        }
    }


def remarking(mark: Mark, sheet_id: int, charts: Mapping[str, int], currency: str) -> Json:
    """Return the request that notes which charts were made, and the currency that money is shown in."""
    content = {"sheet": sheet_id, "charts": dict(charts), "currency": currency}
    return {
        "updateDeveloperMetadata": {
            "dataFilters": [{"developerMetadataLookup": {"metadataId": mark.metadata_id}}],
            "developerMetadata": {"metadataValue": json.dumps(content)},
            "fields": "metadataValue",
        }
    }
