"""Acts of a person in the spreadsheet page. Nothing else raises the add-on's edit and change events.

So writes by the API and by scripts fire no triggers, and no code has to remember that rule. Every act obeys roles and
protections, is one entry of the journal, and can be undone.
"""

from __future__ import annotations

from sheets_standin.page.actions.cells import CellActs
from sheets_standin.page.actions.charts import ChartActs
from sheets_standin.page.actions.filters import FilterActs
from sheets_standin.page.actions.settings import SettingActs
from sheets_standin.page.actions.tabs import TabActs
from sheets_standin.page.guard import Area, AskFirst, Refused

__all__ = ["Actions", "Area", "AskFirst", "Refused"]


class Actions(CellActs, ChartActs, FilterActs, TabActs, SettingActs):
    """The acts of people in one spreadsheet."""
