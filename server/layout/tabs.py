"""Every tab of the spreadsheet, and the lists that follow from their declarations.

A tab is declared once, in the module of its subject; what lists tabs or columns is derived here. Columns are found by
header, whatever their order, case or spacing; the service lays a tab out in the order of its declaration.
"""

from __future__ import annotations

from server.layout.audience_tabs import AUDIENCE_TABS
from server.layout.columns import VALUE_COLUMNS
from server.layout.experiment_tabs import EXPERIMENT_TABS
from server.layout.headers import CLUSTER, CUSTOMER_ID, EXPECTED_REVENUE, SEGMENT
from server.layout.record_tabs import DATA_QUALITY, HISTORY, MODEL, PREDICTION_LOG, RECORD_TABS
from server.layout.segment_tabs import (
    ACTION_MAP,
    INPUT_COLUMNS,
    MIGRATION,
    NEW_USER,
    RFM,
    SEGMENT_TABS,
    SEGMENTED_CUSTOMERS,
)
from server.tab_layout import Made, TabLayout

LAYOUTS: dict[str, TabLayout] = {
    tab.title: tab for tab in (*SEGMENT_TABS, *RECORD_TABS, *EXPERIMENT_TABS, *AUDIENCE_TABS)
}
"""Every tab by title, in the order in which missing ones are made."""

TABS = tuple(title for title, tab in LAYOUTS.items() if tab.made is Made.AT_SET_UP)
"""The tabs that every spreadsheet has after set-up."""

HEADERS: dict[str, tuple[str, ...]] = {title: tab.headers for title, tab in LAYOUTS.items() if tab.columns}
"""Header row of each tab that the service lays out (`Training_Data` has the marketer's own)."""

UNCLAIMED: dict[str, frozenset[str]] = {
    title: frozenset(column.header for column in tab.columns if not column.claims)
    for title, tab in LAYOUTS.items()
}
"""Headers under which people may have columns of their own, by tab: without our tag a column of theirs is not ours."""

INPUT_HEADERS = tuple(column.header for column in INPUT_COLUMNS)
NEW_USER_HEADERS = LAYOUTS[NEW_USER].required_headers
OUTPUT_HEADERS = tuple(header for header in NEW_USER_HEADERS if header not in INPUT_HEADERS)
VALUE_HEADERS = tuple(column.header for column in VALUE_COLUMNS)
NEW_USER_OPTIONAL = (SEGMENT, *VALUE_HEADERS)
"""Outputs of `New User` that are written where they stand: older sheets lack them, and people may delete them."""

RFM_HEADERS = HEADERS[RFM]
SEGMENTED_HEADERS = HEADERS[SEGMENTED_CUSTOMERS]
ACTION_MAP_HEADERS = LAYOUTS[ACTION_MAP].required_headers
ACTION_MAP_OPTIONAL = (EXPECTED_REVENUE,)
"""Columns of `Action_Map` that are written where they stand: people may delete them."""

ACTION_MAP_EDITABLE = LAYOUTS[ACTION_MAP].marketers_headers
"""The marketer's columns of `Action_Map`: they survive every retrain."""

LOG_HEADERS = LAYOUTS[PREDICTION_LOG].required_headers
MIGRATION_HEADERS = LAYOUTS[MIGRATION].required_headers
HISTORY_HEADERS = HEADERS[HISTORY]
DATA_QUALITY_HEADERS = HEADERS[DATA_QUALITY]
MODEL_HEADERS = HEADERS[MODEL]
CUSTOMER_TABS = tuple(title for title, headers in HEADERS.items() if CUSTOMER_ID in headers)
"""Tabs with a line for a customer: who is forgotten leaves them all."""

CLUSTER_TABS = tuple(title for title, headers in HEADERS.items() if CLUSTER in headers)
"""Tabs whose cluster numbers are coloured."""

SWAPPED_TABS = tuple(title for title, tab in LAYOUTS.items() if tab.swapped)
