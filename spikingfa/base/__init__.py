"""What every room stands on: errors, units, text, files, processes. Knows nothing of networks."""
