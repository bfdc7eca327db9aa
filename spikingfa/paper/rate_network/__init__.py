"""Rate networks in NumPy: the article's own, non-spiking experiments, small and exact.

Nothing here knows of Brian2, and nothing of the spiking code knows of this.
"""
