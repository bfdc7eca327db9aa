"""The article's experiments in rate networks, one in each file."""
