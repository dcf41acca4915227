"""A spreadsheet as Google Sheets keeps it: tabs, cells, protections, metadata, and a journal of every change."""
