"""Many trainings: sweeps over parameters and seeds, here or on a cluster, and comparisons."""
