"""A second writer and faults for the tests of the use cases."""

from tests.workbook import fails, other, without_tags

__all__ = ["fails", "other", "without_tags"]
