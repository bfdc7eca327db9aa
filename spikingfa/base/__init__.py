"""The ground of every room: errors, units, text, files, processes. Knows nothing of networks."""
