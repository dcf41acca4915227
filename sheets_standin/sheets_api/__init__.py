"""The Sheets REST API v4: what it takes, what it answers, and in which words it refuses."""
