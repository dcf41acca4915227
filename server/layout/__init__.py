"""Layout of the spreadsheet: every tab and every header, the contract that all other modules read."""
