"""The Sheets REST API v4: its requests, its answers, and its refusals in Google's words."""
