"""Audiences: looked at, and made."""
