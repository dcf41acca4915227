"""Audiences: which customers go to which platform, and in which format."""
