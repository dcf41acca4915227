"""A hundred spreadsheets at once, on a clock that runs as fast as the machine allows."""
