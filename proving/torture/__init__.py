"""Fault injection: faults, killed processes, and marketers who never stop."""
