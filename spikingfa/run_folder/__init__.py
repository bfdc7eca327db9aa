"""The files of a run: what they hold, written and read."""
