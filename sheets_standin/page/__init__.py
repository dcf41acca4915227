"""A spreadsheet page in the browser, for people: what they do in it goes through `actions` alone."""
