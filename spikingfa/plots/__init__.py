"""Figures for papers, drawn from recorded data: rasters, learning curves, angles, rates.

Nothing here simulates (but `plot_fi`, single neurons), changes its input, or touches pyplot or the
global matplotlib settings: figures are `matplotlib.figure.Figure` objects without a window, so they
need no display. A notebook shows them at the end of a cell.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
