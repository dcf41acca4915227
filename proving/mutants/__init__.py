"""Removes each guard of the product in turn; a test must fail."""
