"""Runs that would break a lesser design: faults, killed processes, and marketers who never stop."""
