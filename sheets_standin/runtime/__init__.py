"""Runs the files of apps_script/ unchanged, and refuses what Google refuses."""
