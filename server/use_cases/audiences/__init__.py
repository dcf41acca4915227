"""Audiences: preview and making."""
