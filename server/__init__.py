"""The webhook: customer segments for a spreadsheet, computed and written in one atomic commit."""

__version__ = "1.0.0"
