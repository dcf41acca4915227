"""Audiences: who of the customers goes to which platform, and how the platform wants it written."""
