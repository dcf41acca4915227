"""A second writer and faults for the tests of tabs and commits."""

from tests.workbook import fails, other, without_tags

__all__ = ["fails", "other", "without_tags"]
