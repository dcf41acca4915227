"""Sizes of the small runs."""

CALLS = 120
