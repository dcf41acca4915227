"""Measurements of the product: ``make bench``. Both sides of a ratio are measured in one run, in turn."""
